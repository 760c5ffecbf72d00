//! Loops: over a range at run time, over a tuple by unrolling.

use super::ProgramLower;
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
        let Some(items) = self.names.tuple(iter) else {
            let found = Diagnostic::error(
                Code::PROGRAM_LOOP,
                "this loop runs over neither a range nor a tuple",
                iter.span,
                "not known here",
            );
            return self.names.report(found.help("write `for n in range(nt):` or `for q in (q1, q2):`"));
        };
        for item in items {
            if self.names.bind_item(target, item).is_some() {
                self.body(body, out);
            }
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
}
