//! `break` and `continue`: structured code in their place. A branch that ends in one of them goes on in its other half; where
//! that is not enough, a flag says that the round or the loop is left, and what would follow stands under a condition on it.
//!
//! ```text
//! for n in range(nt):          for $n in [0, $nt) until ($stop) {
//!     if n > most:               if ($n > $most) {
//!         break                    let $stop = true
//!     step(q)                    } else {
//!                                  call @step(%q)
//!                                }
//!                              }
//! ```

use super::loops::Exits;
use super::{ProgramLower, scalar_value};
use crate::convert;
use crate::syntax::{Stmt, StmtKind};
use tradewind_ir as ir;
use tradewind_ir::{BinaryOp, Code, DType, Diagnostic, HostStep, ProgramStmt, ScalarId, ScalarKind, Span, Value};

impl ProgramLower<'_> {
    /// `break` or `continue`.
    pub(super) fn leave(&mut self, stmt: &Stmt, out: &mut Vec<ProgramStmt>) {
        let is_break = matches!(stmt.kind, StmtKind::Break);
        let Some(around) = self.loops.last() else {
            let word = if is_break { "break" } else { "continue" };
            let message = format!("`{word}` is outside of all loops");
            return self.names.report(Diagnostic::error(Code::PROGRAM_LOOP, message, stmt.span, "there is no loop to leave"));
        };
        let bindings = self.bindings(around.marks[usize::from(!is_break)]);
        let ends = around.unrolled && around.conditions == around.guards;
        let needs_flag = if is_break { !ends } else { around.asks_skip };
        let flag = needs_flag.then(|| self.flag(is_break, stmt.span));
        if let Some(around) = self.loops.last_mut() {
            around.ended |= is_break && ends;
            if is_break { around.breaks.push(bindings) } else { around.continues.push(bindings) }
        }
        out.extend(flag.map(|flag| set_flag(flag, true, stmt.span)));
    }

    /// The variable that says whether the innermost loop, or its round, was left.
    fn flag(&mut self, is_break: bool, span: Span) -> ScalarId {
        let known = self.loops.last().and_then(|l| if is_break { l.stop } else { l.skip });
        known.unwrap_or_else(|| {
            let name = self.names.fresh(if is_break { "stop" } else { "skip" });
            let made = self.scalar(name, DType::Bool, ScalarKind::Variable, span);
            if let Some(around) = self.loops.last_mut() {
                *(if is_break { &mut around.stop } else { &mut around.skip }) = Some(made);
            }
            made
        })
    }

    /// A statement that control may leave by `break` or `continue`, and those that follow it.
    pub(super) fn leaving(&mut self, stmt: &Stmt, rest: &[&Stmt], out: &mut Vec<ProgramStmt>) {
        let exits = Exits::of_stmt(stmt);
        match &stmt.kind {
            StmtKind::Break | StmtKind::Continue => self.leave(stmt, out),
            StmtKind::If(condition, then, otherwise) => match self.names.decided(condition) {
                Some(Some(decided)) => self.sequence(&chain(if decided { then } else { otherwise }, rest), out),
                Some(None) => {
                    let (then_falls, otherwise_falls) = (Exits::of(then).falls, Exits::of(otherwise).falls);
                    let after = |goes_on: bool| if goes_on { rest } else { &[] };
                    let then = chain(then, after(!otherwise_falls));
                    let otherwise = chain(otherwise, after(!then_falls));
                    let condition = self.condition(condition);
                    self.branch(condition, &then, &otherwise, stmt.span, out);
                    if then_falls && otherwise_falls {
                        self.unless_left(exits, rest, stmt.span, out);
                    }
                }
                None => {}
            },
            _ => {
                self.stmt(stmt, out);
                self.unless_left(exits, rest, stmt.span, out);
            }
        }
    }

    /// Statements that follow one with these exits: they run unless it took one.
    fn unless_left(&mut self, exits: Exits, rest: &[&Stmt], span: Span, out: &mut Vec<ProgramStmt>) {
        let Some(around) = self.loops.last() else { return self.sequence(rest, out) };
        let flags = [around.stop.filter(|_| exits.breaks), around.skip.filter(|_| exits.continues)];
        let flags = flags.into_iter().flatten().map(|flag| scalar_value(flag, DType::Bool, span));
        let Some(left) = flags.reduce(|a, b| convert::logic(BinaryOp::Or, a, b)) else { return self.sequence(rest, out) };
        if !rest.is_empty() {
            let then = self.under_condition(|this| this.block_of(rest));
            let branch = HostStep::Branch { condition: convert::not(left, span), then, otherwise: Vec::new() };
            out.push(ProgramStmt::Host(branch, span));
        }
    }

    /// Lowers what a condition of the program is around.
    pub(super) fn under_condition<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> T {
        let count = |this: &mut Self, by: isize| {
            this.loops.last_mut().into_iter().for_each(|l| l.conditions = l.conditions.saturating_add_signed(by));
        };
        count(self, 1);
        let lowered = lower(self);
        count(self, -1);
        lowered
    }
}

/// Sets a flag.
pub fn set_flag(flag: ScalarId, value: bool, span: Span) -> ProgramStmt {
    ProgramStmt::Host(HostStep::Let { scalar: flag, value: ir::Expr::literal(Value::Bool(value), span) }, span)
}

/// One list of statements and another.
fn chain<'s>(first: &'s [Stmt], then: &[&'s Stmt]) -> Vec<&'s Stmt> {
    first.iter().chain(then.iter().copied()).collect()
}
