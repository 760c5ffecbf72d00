//! The loops around a statement: how control may leave it, and what names stand for there.

use crate::scope::Local;
use crate::syntax::{Stmt, StmtKind};
use std::collections::HashMap;
use tradewind_ir::ScalarId;

/// A name that was bound, and what it stood for before.
pub struct Rebound {
    pub name: String,
    pub before: Option<Local>,
}

/// What the names that were bound in a piece of code stand for at one of its ends.
pub type Bindings = HashMap<String, Option<Local>>;

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
    /// Whether statements follow one that may `continue` and may not.
    pub asks_skip: bool,
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
