//! Which points of a program's fields are written when they are read.
//!
//! The analysis follows a program's steps in order and keeps, for each component of each field and for each scalar, two sets of
//! points: those that are written for certain and those that some way through loops and branches may have written. Sets are lists
//! of boxes whose sides count from the start or the end of the domain ([`block`]), so that what is found holds for all sizes. A
//! call writes and reads the boxes that its stencil does ([`mod@touched`]), moved to the part of the domain on which it runs; what
//! stands under a condition is written possibly. A halo update fills the halo as far as the edges are written that it copies from
//! ([`exchange`]); copies and swaps move what is known. Two branches meet in the points that both have written for certain and
//! those that either may have; a loop is walked until another round changes nothing at its start ([`walk`], [`state`]). Long
//! lists and deep nests of loops are cut short: then less is certain and more is possible.
//!
//! A read of points that nothing can have written is an error, one of points that some way leaves out a warning ([`report`]).

mod block;
mod exchange;
mod report;
mod state;
mod touched;
mod walk;

pub use block::{Block, Blocks};
pub use touched::{Touched, bound, touched};
pub(crate) use walk::Facts;
pub use walk::Unwritten;

use crate::access::Mode;
use crate::diagnostic::Diagnostic;
use crate::groups::Groups;
use crate::host::HostStep;
use crate::ids::{FieldId, Id};
use crate::program::{Lifetime, Program, ProgramStmt};
use crate::verified::Verified;
use walk::{Start, Walk};

/// What following a program's steps finds.
pub(crate) struct Found {
    /// How the program uses each of its fields.
    pub modes: Vec<Mode>,
    /// See [`ProgramSummary::zeroed`](crate::access::ProgramSummary::zeroed).
    pub zeroed: Vec<FieldId>,
    /// See [`ProgramSummary::unwritten`](crate::access::ProgramSummary::unwritten).
    pub unwritten: Vec<Unwritten>,
}

/// Follows the steps twice: from arguments that hold values, and from fields of which nothing is written.
pub(crate) fn find(facts: Facts<'_>) -> Found {
    let walk = Walk::of(facts, Start::Arguments);
    Found { modes: modes(facts), zeroed: zeroed(&walk), unwritten: walk.found }
}

/// An error for each own field and scalar that is read where nothing can have written it, a warning for each that is read where
/// some way leaves it out.
pub fn diagnose(program: &Verified<Program>) -> Vec<Diagnostic> {
    report::diagnostics(program, &program.summary().unwritten)
}

fn zeroed(walk: &Walk<'_>) -> Vec<FieldId> {
    let program = walk.facts.program;
    let mut groups = Groups::of(program);
    let mut used = vec![false; program.fields.len()];
    for (id, field) in program.fields.iter() {
        // What a copy or swap has put into an argument stays with the caller.
        let remains = field.lifetime == Lifetime::Argument && !walk.is_written(id, walk.storage(id));
        used[groups.leader(id).index()] |= remains || walk.reads_old[id.index()];
    }
    let own = program.fields.iter().filter(|(_, f)| f.lifetime == Lifetime::Transient).map(|(id, _)| id);
    own.filter(|id| used[groups.leader(*id).index()]).collect()
}

fn modes(facts: Facts<'_>) -> Vec<Mode> {
    let walk = Walk::of(facts, Start::Nothing);
    let mut used = vec![(false, false); facts.program.fields.len()];
    uses(facts, &facts.program.body, &mut used);
    let mode = |(id, (read, written)): (FieldId, (bool, bool))| match (read, written) {
        (false, false) => Mode::None,
        (true, false) => Mode::Read,
        _ if walk.reads_old[id.index()] || !walk.is_written(id, walk.inside(id)) => Mode::ReadWrite,
        _ => Mode::Write,
    };
    facts.program.fields.ids().zip(used).map(mode).collect()
}

/// Whether each field is read, and written, by any step.
fn uses(facts: Facts<'_>, body: &[ProgramStmt], used: &mut [(bool, bool)]) {
    let mut mark = |id: &FieldId, read: bool, written: bool| {
        if let Some(used) = used.get_mut(id.index()) {
            *used = (used.0 | read, used.1 | written);
        }
    };
    for step in body {
        match step {
            ProgramStmt::Call { stencil, fields, .. } => {
                let params = facts.stencils.get(*stencil).into_iter().flat_map(|summary| summary.fields.values());
                fields.iter().zip(params).for_each(|(id, param)| mark(id, param.mode.reads(), param.mode.writes()));
            }
            ProgramStmt::Host(HostStep::Exchange { fields, .. }, _) => fields.iter().for_each(|id| mark(id, true, true)),
            ProgramStmt::Host(HostStep::Callback { fields, fills, .. }, _) => {
                fields.iter().for_each(|id| mark(id, true, fills.writes()))
            }
            ProgramStmt::Host(HostStep::Copy { to, from }, _) => {
                mark(from, true, false);
                mark(to, false, true);
            }
            ProgramStmt::Host(HostStep::Swap { a, b }, _) => [a, b].into_iter().for_each(|id| mark(id, true, true)),
            ProgramStmt::Host(HostStep::For { .. } | HostStep::While { .. }, _)
            | ProgramStmt::Host(HostStep::Within { .. } | HostStep::Branch { .. } | HostStep::Let { .. }, _) => {}
        }
    }
    for inner in body.iter().flat_map(ProgramStmt::inner) {
        uses(facts, std::slice::from_ref(inner), used);
    }
}

#[cfg(test)]
mod tests;
