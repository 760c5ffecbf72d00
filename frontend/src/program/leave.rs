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

use super::settle::Bindings;
use super::{ProgramLower, scalar_value};
use crate::convert;
use crate::syntax::{Stmt, StmtKind};
use tradewind_ir as ir;
use tradewind_ir::{BinaryOp, Code, DType, Diagnostic, ProgramStmt, ScalarId, ScalarKind, Span, Value};

/// How control may leave statements, by what is written: any condition may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exits {
    /// At their end.
    pub falls: bool,
    pub breaks: bool,
    pub continues: bool,
}

impl Exits {
    const NONE: Exits = Exits { falls: true, breaks: false, continues: false };

    /// The exits of statements that run one after another.
    pub fn of<'a>(body: impl IntoIterator<Item = &'a Stmt>) -> Exits {
        let mut exits = Exits::NONE;
        for stmt in body {
            let inner = Exits::of_stmt(stmt);
            exits = Exits { falls: inner.falls, ..exits.or(inner) };
            if !exits.falls {
                break;
            }
        }
        exits
    }
    /// The exits of one statement; a loop's own are not among them.
    pub fn of_stmt(stmt: &Stmt) -> Exits {
        match &stmt.kind {
            StmtKind::Break => Exits { falls: false, breaks: true, continues: false },
            StmtKind::Continue => Exits { falls: false, breaks: false, continues: true },
            StmtKind::If(_, then, otherwise) => Exits::of(then).or(Exits::of(otherwise)),
            StmtKind::LoopElse(_, otherwise) => Exits { falls: true, ..Exits::of(otherwise) },
            _ => Exits::NONE,
        }
    }
    /// Whether control only leaves at the end.
    pub fn is_plain(self) -> bool {
        self == Exits::NONE
    }
    fn or(self, other: Exits) -> Exits {
        let Exits { falls, breaks, continues } = other;
        Exits { falls: self.falls || falls, breaks: self.breaks || breaks, continues: self.continues || continues }
    }
}

/// A loop around the statement that is being lowered.
pub struct Loop {
    /// One round after another is put in place, instead of being run by a loop.
    pub unrolled: bool,
    /// The variable that is true once the loop is left by `break`, if one may leave it.
    pub stop: Option<ScalarId>,
    /// The variable that is true once the round is left by `continue`, if that is asked anywhere.
    pub skip: Option<ScalarId>,
    asks_skip: bool,
    /// How many conditions of the program are around the statement, inside the loop, and how many of these around the round.
    pub conditions: usize,
    pub guards: usize,
    /// Whether the round that was put in place last leaves the loop whatever happens.
    pub ended: bool,
    /// The length of `rebound` when the loop began, and when the round did.
    pub marks: [usize; 2],
    /// What names stand for at each `break`, and at each `continue` of the round.
    pub breaks: Vec<Bindings>,
    pub continues: Vec<Bindings>,
}

impl Loop {
    /// The loop with this body, at its start; `mark` is the length of `rebound`.
    pub fn new(body: &[Stmt], unrolled: bool, mark: usize) -> Loop {
        let (stop, skip, breaks, continues) = (None, None, Vec::new(), Vec::new());
        let (asks_skip, marks) = (asks_skip(body), [mark; 2]);
        Loop { unrolled, stop, skip, asks_skip, conditions: 0, guards: 0, ended: false, marks, breaks, continues }
    }
}

/// Whether statements follow one that may `continue` and may not: these ask whether it did.
fn asks_skip(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| match &stmt.kind {
        StmtKind::If(_, then, otherwise) => {
            let both_fall = Exits::of(then).falls && Exits::of(otherwise).falls;
            both_fall && Exits::of_stmt(stmt).continues || asks_skip(then) || asks_skip(otherwise)
        }
        StmtKind::LoopElse(_, otherwise) => Exits::of(otherwise).continues,
        _ => false,
    })
}

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
            out.push(ProgramStmt::If { condition: convert::not(left, span), then, otherwise: Vec::new(), span });
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
    ProgramStmt::Let { scalar: flag, value: ir::Expr::literal(Value::Bool(value), span), span }
}

/// One list of statements and another.
fn chain<'s>(first: &'s [Stmt], then: &[&'s Stmt]) -> Vec<&'s Stmt> {
    first.iter().chain(then.iter().copied()).collect()
}
