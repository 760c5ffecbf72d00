//! Statements and scalar expressions of a program.

use super::ProgramLower;
use crate::syntax::{Expr, ExprKind, Stmt, StmtKind};
use tradewind_ir as ir;
use tradewind_ir::{Code, DType, Diagnostic, ProgramStmt, Span};

impl ProgramLower<'_> {
    pub(super) fn stmt(&mut self, stmt: &Stmt, out: &mut Vec<ProgramStmt>) {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::Assign(targets, value) => self.assign(targets, value, span, out),
            StmtKind::AugAssign(target, op, value) => {
                let (old, new) = (self.value(target), self.value(value));
                if let Some(sum) = old.zip(new).and_then(|(old, new)| self.names.binary(*op, old, new, span)) {
                    self.set(target, sum, span, out);
                }
            }
            StmtKind::Declare(target, annotation, value) => self.declare(target, annotation, value.as_ref(), span, out),
            StmtKind::If(condition, then, otherwise) => match self.names.decided(condition) {
                Some(Some(decided)) => self.body(if decided { then } else { otherwise }, out),
                Some(None) => {
                    let (condition, then) = (self.condition(condition), then.iter().collect::<Vec<_>>());
                    self.branch(condition, &then, &otherwise.iter().collect::<Vec<_>>(), span, out);
                }
                None => {}
            },
            StmtKind::While(..) | StmtKind::For(..) => {
                self.repetition(stmt, out);
            }
            StmtKind::LoopElse(inner, otherwise) => self.loop_else(inner, otherwise, span, out),
            StmtKind::Break | StmtKind::Continue => self.leave(stmt, out),
            StmtKind::Expr(Expr { kind: ExprKind::Text(_) | ExprKind::Ellipsis, .. }) | StmtKind::Pass => {}
            StmtKind::Expr(e) => match &e.kind {
                ExprKind::Call(f, args, named) => self.call(e, f, args, named, out),
                _ => {
                    let found =
                        Diagnostic::error(Code::NO_EFFECT, "this statement has no effect", e.span, "a value that is not used");
                    self.names.report(found.help("call a stencil, or remove it"));
                }
            },
            StmtKind::With(..) => {
                let found =
                    Diagnostic::error(Code::BLOCK_PLACE, "computations belong in stencils, not in programs", span, "here");
                self.names.report(found.help("move the block to a stencil and call the stencil"));
            }
            StmtKind::Return(_) => {
                let found = Diagnostic::error(Code::RETURN_VALUE, "a program returns nothing", span, "returned here");
                self.names.report(found.help("its results are the fields that it writes"));
            }
            StmtKind::Import | StmtKind::ImportFrom { .. } => {
                let found = Diagnostic::error(Code::IMPORT_PLACE, "imports must be at the top of a file", span, "here");
                self.names.report(found.help("a program takes its numbers as parameters, or from constants of the file"));
            }
            StmtKind::Function(def) => {
                self.names.report(Diagnostic::error(
                    Code::FUNCTION_PLACE,
                    "functions must be defined at the top of a file",
                    def.name.span,
                    "inside a program",
                ));
            }
            StmtKind::Class { .. } => self.foreign("a class", span),
            StmtKind::Foreign(what) => self.foreign(what, span),
        }
    }

    fn foreign(&mut self, what: &str, span: Span) {
        let message = format!("{what} has no meaning in a program");
        self.names.report(Diagnostic::error(Code::NOT_GTSCRIPT, message, span, "not part of GTScript"));
    }

    /// A scalar expression: literals, scalars, and operations on them.
    pub(super) fn value(&mut self, e: &Expr) -> Option<ir::Expr> {
        let mut value = None;
        let emitted = self.names.capture(|names| value = names.expr(e));
        let value = value?;
        let mut point = None;
        value.walk(&mut |inner| {
            if point.is_none() && matches!(inner.kind, ir::ExprKind::Field(_) | ir::ExprKind::Index(_)) {
                point = Some(inner.span);
            }
        });
        let at = emitted.first().map(|e| e.stmt.span).or(point);
        let Some(at) = at else { return Some(value) };
        let found = Diagnostic::error(
            Code::POINT_IN_PROGRAM,
            "a program computes with scalars only",
            at,
            "this differs from point to point",
        );
        self.names.fail(found.help("compute with fields in a stencil, and call the stencil"))
    }

    /// A condition of scalars.
    pub(super) fn condition(&mut self, e: &Expr) -> Option<ir::Expr> {
        let value = self.value(e)?;
        if value.dtype == DType::Bool {
            return Some(value);
        }
        let found = Diagnostic::error(
            Code::CONDITION_NOT_BOOLEAN,
            "this condition is not a boolean",
            e.span,
            format!("this is of type {}", value.dtype),
        );
        self.names.fail(found.help("compare it with something: `… != 0`, `… > 0`"))
    }
}
