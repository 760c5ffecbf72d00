//! Statements of a stencil's or a function's body. Assignments are in [`crate::assign`], branches and loops in
//! [`crate::branch`] and [`crate::unroll`], regions in [`crate::region`].

use crate::inline::Returned;
use crate::lower::Lower;
use crate::names::Binding;
use crate::scope::Leave;
use crate::syntax::{Expr, ExprKind, Stmt, StmtKind};
use crate::words::Word;
use tradewind_ir::{Code, Diagnostic, Span};

impl Lower<'_> {
    /// Lowers the statements of a body one after another; what a `return` among them gives.
    pub fn body(&mut self, body: &[Stmt]) -> Option<Returned> {
        let first = body.first()?;
        self.enter_block(first.span)?;
        let mut returned: Option<Returned> = None;
        for (n, stmt) in body.iter().enumerate() {
            if self.leaving.is_some() {
                self.leave_out(&body[n..]);
                break;
            }
            if let Some(done) = &returned {
                let found =
                    Diagnostic::error(Code::UNREACHABLE, "nothing may follow a `return`", stmt.span, "this is never reached");
                self.report(found.label(done.span, "the function ends here"));
                break;
            }
            returned = self.stmt(stmt);
        }
        self.blocks -= 1;
        returned
    }

    fn stmt(&mut self, stmt: &Stmt) -> Option<Returned> {
        match &stmt.kind {
            StmtKind::Assign(targets, value) => self.assign_all(targets, value, stmt.span),
            StmtKind::AugAssign(target, op, value) => {
                let new = ExprKind::Binary(*op, Box::new(target.clone()), Box::new(value.clone()));
                let new = self.elements(&Expr { kind: new, span: stmt.span });
                new.into_iter().for_each(|new| self.assign_elements(target, new, value.span, stmt.span));
            }
            StmtKind::Declare(target, annotation, value) => self.declare(target, annotation, value.as_ref(), stmt.span),
            StmtKind::If(condition, then, otherwise) => return self.branch(condition, then, otherwise),
            StmtKind::While(condition, body) => self.repeat(condition, body, stmt.span),
            StmtKind::With(items, body) => self.with(items, body),
            StmtKind::Return(value) => return self.returned(value.as_ref(), stmt.span),
            StmtKind::ImportFrom { module, names, .. } => self.import(module, names),
            StmtKind::Expr(e) => self.expression_statement(e),
            StmtKind::Pass => {}
            StmtKind::For(target, iter, body) => return self.unroll(target, iter, body, |this| this.body(body)),
            StmtKind::Break => self.leave(Leave::Break, stmt.span),
            StmtKind::Continue => self.leave(Leave::Continue, stmt.span),
            StmtKind::Function(def) => {
                let found = Diagnostic::error(
                    Code::FUNCTION_PLACE,
                    "functions must be defined at the top of a file",
                    def.name.span,
                    "defined inside another",
                );
                self.report(found.help("move it out and decorate it with `@gtscript.function`"));
            }
            StmtKind::Import => {
                let found = Diagnostic::error(Code::IMPORT_PLACE, "imports must be at the top of a file", stmt.span, "here");
                self.report(found.help("only `from __externals__ import …` may be inside a stencil"));
            }
            StmtKind::Class { .. } => self.foreign("a class", stmt.span),
            StmtKind::LoopElse(..) => self.foreign("a loop with `else`", stmt.span),
            StmtKind::Foreign(what) => self.foreign(what, stmt.span),
        }
        None
    }

    fn foreign(&mut self, what: &str, span: Span) {
        let message = format!("{what} has no meaning in a stencil");
        self.report(Diagnostic::error(Code::NOT_GTSCRIPT, message, span, "not part of GTScript"));
    }

    /// A docstring, or `compile_assert(condition)`.
    fn expression_statement(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Text(_) | ExprKind::Ellipsis => {}
            ExprKind::Call(f, args, _) if self.word(f) == Some(Word::CompileAssert) => self.compile_assert(e, args),
            ExprKind::Call(f, ..) if matches!(self.global(f), Some(Binding::Stencil(_))) => {
                self.unknown_function(f);
            }
            _ => {
                let found =
                    Diagnostic::error(Code::NO_EFFECT, "this statement has no effect", e.span, "a value that is not used");
                self.report(found.help("assign it to a field or a temporary, or remove it"));
            }
        }
    }
}
