//! Loops: over a range at run time, over a tuple by unrolling.

use super::ProgramLower;
use crate::constant::Constant;
use crate::convert;
use crate::scope::Local;
use crate::syntax::{Expr, ExprKind, Stmt};
use crate::words::Word;
use tradewind_ir::{Code, Diagnostic, ProgramStmt, ScalarKind, Span};

impl ProgramLower<'_> {
    /// `for n in range(a, b)`, or a loop over a tuple, which is unrolled.
    pub(super) fn repeat(&mut self, target: &Expr, iter: &Expr, body: &[Stmt], span: Span, out: &mut Vec<ProgramStmt>) {
        if let ExprKind::Call(f, args, named) = &iter.kind
            && self.names.word(f) == Some(Word::Range)
            && named.is_empty()
        {
            return self.count_loop(target, iter, args, body, span, out);
        }
        let Some(items) = self.tuple(iter) else {
            let found = Diagnostic::error(
                Code::PROGRAM_LOOP,
                "this loop runs over neither a range nor a tuple",
                iter.span,
                "not known here",
            );
            return self.names.report(found.help("write `for n in range(nt):` or `for q in (q1, q2):`"));
        };
        for item in items {
            self.bind_item(target, item);
            self.body(body, out);
        }
    }

    pub(super) fn count_loop(
        &mut self,
        target: &Expr,
        iter: &Expr,
        args: &[Expr],
        body: &[Stmt],
        span: Span,
        out: &mut Vec<ProgramStmt>,
    ) {
        let bounds = match args {
            [to] => Some((convert::int(0, self.options, iter.span), self.value(to))),
            [from, to] => self.value(from).map(|from| (from, self.value(to))),
            _ => self.names.fail(
                Diagnostic::error(Code::PROGRAM_LOOP, "`range` takes one or two bounds here", iter.span, "a step, or nothing")
                    .help("write `range(nt)` or `range(first, end)`; steps are made by arithmetic in the body"),
            ),
        };
        let Some(name) = target.name() else {
            return self.names.report(Diagnostic::error(
                Code::PROGRAM_LOOP,
                "a loop over a range counts one variable",
                target.span,
                "not a name",
            ));
        };
        let var = match self.names.local(name) {
            Some(Local::Scalar(id)) if self.program.scalars[*id].kind == ScalarKind::Variable => *id,
            _ => self.variable(name, self.options.int, target.span),
        };
        let body = self.block(body);
        let Some((from, Some(to))) = bounds else { return };
        if let Some(bound) = [&from, &to].into_iter().find(|b| !b.dtype.is_int()) {
            let found = Diagnostic::error(
                Code::PROGRAM_LOOP,
                "the bounds of a range are integers",
                bound.span,
                format!("this is of type {}", bound.dtype),
            );
            return self.names.report(found.help("convert it: `int(…)`"));
        }
        let dtype = self.program.scalars[var].dtype;
        out.push(ProgramStmt::For { var, from: convert::cast(from, dtype), to: convert::cast(to, dtype), body, span });
    }

    pub(super) fn bind_item(&mut self, target: &Expr, item: Local) {
        match (&target.kind, item) {
            (ExprKind::Name(name), item) => {
                self.names.frame().names.insert(name.clone(), item);
            }
            (ExprKind::Tuple(names), Local::Tuple(items)) if names.len() == items.len() => {
                names.iter().zip(items).for_each(|(name, item)| self.bind_item(name, item));
            }
            _ => {
                let found = Diagnostic::error(
                    Code::VALUE_COUNT,
                    "the loop's names and the tuple's items do not match",
                    target.span,
                    "these names",
                );
                self.names.report(found.help("each item must be a tuple of as many things as there are names"));
            }
        }
    }

    /// The items of a tuple of fields, numbers or tuples, written out or under a name.
    pub(super) fn tuple(&self, e: &Expr) -> Option<Vec<Local>> {
        match &e.kind {
            ExprKind::Tuple(items) => items.iter().map(|item| self.item(item)).collect(),
            ExprKind::Name(name) => match self.names.local(name) {
                Some(Local::Tuple(items)) => Some(items.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn item(&self, e: &Expr) -> Option<Local> {
        if let Some(items) = self.tuple(e) {
            return Some(Local::Tuple(items));
        }
        match e.name().and_then(|name| self.names.local(name)) {
            Some(local @ (Local::Field { .. } | Local::Scalar(_) | Local::Constant(_))) => Some(local.clone()),
            Some(_) => None,
            None => match self.names.constant(e) {
                Ok(known @ (Constant::Int(_) | Constant::Float(_) | Constant::Bool(_))) => Some(Local::Constant(known)),
                _ => None,
            },
        }
    }
}
