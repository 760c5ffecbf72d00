//! Branches, and loops as a whole: what runs in which case, and what names stand for afterwards.

use super::ProgramLower;
use super::leave::set_flag;
use super::loops::{Exits, Loop};
use super::scalar_value;
use crate::convert;
use crate::syntax::{Expr, Stmt, StmtKind};
use tradewind_ir as ir;
use tradewind_ir::{BinaryOp, DType, HostStep, ProgramStmt, ScalarId, Span};

/// Whether a loop is left by `break`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Left {
    Never,
    /// If this variable is true afterwards.
    Perhaps(ScalarId),
    Always,
}

impl ProgramLower<'_> {
    /// A branch on a condition that is known at run time; nothing comes of it without a condition.
    pub(super) fn branch(
        &mut self,
        condition: Option<ir::Expr>,
        then: &[&Stmt],
        otherwise: &[&Stmt],
        span: Span,
        out: &mut Vec<ProgramStmt>,
    ) {
        let mark = self.rebound.len();
        let (mut bodies, mut ends) = (Vec::new(), Vec::new());
        for body in [then, otherwise] {
            bodies.push(self.under_condition(|this| this.block_of(body)));
            let end = self.unbind(mark);
            ends.extend(Exits::of(body.iter().copied()).falls.then_some(end));
        }
        self.join(&ends);
        let (Some(condition), Some(otherwise), Some(then)) = (condition, bodies.pop(), bodies.pop()) else { return };
        let branch = match (then.is_empty(), otherwise.is_empty()) {
            (true, true) => return,
            (true, false) => HostStep::Branch { condition: negated(condition, span), then: otherwise, otherwise: then },
            _ => HostStep::Branch { condition, then, otherwise },
        };
        out.push(ProgramStmt::Host(branch, span));
    }

    /// A loop and its `else` clause, which runs unless the loop is left by `break`.
    pub(super) fn loop_else(&mut self, inner: &Stmt, otherwise: &[Stmt], span: Span, out: &mut Vec<ProgramStmt>) {
        match self.repetition(inner, out) {
            Left::Never => self.body(otherwise, out),
            Left::Perhaps(stop) => {
                let otherwise: Vec<&Stmt> = otherwise.iter().collect();
                self.branch(Some(unless(stop, span)), &otherwise, &[], span, out);
            }
            Left::Always => {}
        }
    }

    /// A loop.
    pub(super) fn repetition(&mut self, stmt: &Stmt, out: &mut Vec<ProgramStmt>) -> Left {
        match &stmt.kind {
            StmtKind::While(condition, body) => self.while_loop(condition, body, stmt.span, out),
            StmtKind::For(target, iter, body) => self.repeat(target, iter, body, stmt.span, out),
            _ => Left::Never,
        }
    }

    fn while_loop(&mut self, condition: &Expr, body: &[Stmt], span: Span, out: &mut Vec<ProgramStmt>) -> Left {
        let mut asked = None;
        let (body, stop) = self.rounds(body, span, |this, _| asked = this.condition(condition));
        out.extend(stop.map(|stop| set_flag(stop, false, span)));
        let asked = asked.map(|asked| match stop {
            Some(stop) if asked.is_true() => unless(stop, span),
            Some(stop) => ir::Expr { span: asked.span, ..convert::logic(BinaryOp::And, unless(stop, span), asked) },
            None => asked,
        });
        out.extend(asked.map(|condition| ProgramStmt::Host(HostStep::While { condition, body }, span)));
        stop.map_or(Left::Never, Left::Perhaps)
    }

    /// The body of a loop that runs, `first` in front of it, and the variable that is true once the loop is left.
    pub(super) fn rounds(
        &mut self,
        body: &[Stmt],
        span: Span,
        first: impl FnOnce(&mut Self, &mut Vec<ProgramStmt>),
    ) -> (Vec<ProgramStmt>, Option<ScalarId>) {
        let mark = self.rebound.len();
        self.unsettle(body);
        self.loops.push(Loop::new(body, false, mark));
        let mut inner = Vec::new();
        first(self, &mut inner);
        self.body(body, &mut inner);
        let done = self.loops.pop();
        // There may be no round at all: then names stand for what they did.
        let mut ends = vec![self.unbind(mark), Default::default()];
        let Some(Loop { stop, skip, breaks, continues, .. }) = done else { return (inner, None) };
        ends.extend(breaks.into_iter().chain(continues));
        self.join(&ends);
        inner.splice(0..0, skip.map(|skip| set_flag(skip, false, span)));
        (inner, stop)
    }
}

/// The condition that a flag is not set.
pub fn unless(flag: ScalarId, span: Span) -> ir::Expr {
    convert::not(scalar_value(flag, DType::Bool, span), span)
}

fn negated(condition: ir::Expr, span: Span) -> ir::Expr {
    match condition.kind {
        ir::ExprKind::Unary(ir::UnaryOp::Not, inner) => *inner,
        _ => convert::not(condition, span),
    }
}
