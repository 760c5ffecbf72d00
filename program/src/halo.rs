//! How far the halo of each field is valid: holds what the opposite edges of the domain hold, as a halo update leaves it. Corners count as
//! part of it, so what two updates fill along one axis each is not taken together.

use crate::analyzed::Analyzed;
use crate::effects::Effects;
use tradewind_ir::ids::Id;
use tradewind_ir::{Extent, FieldId, Lifetime, ProgramStmt};

/// All of a halo, however far it reaches.
const WHOLE: Extent = Extent([(i32::MIN, i32::MAX); 3]);

/// The domain alone.
const NOTHING: Extent = Extent([(0, 0), (0, 0), WHOLE.0[2]]);

/// How far a halo update reaches.
pub fn reach_of(reach: Option<Extent>) -> Extent {
    // Levels are exchanged all.
    reach.map_or(WHOLE, |Extent([i, j, _])| Extent([i, j, WHOLE.0[2]]))
}

/// What is asked of each halo update that is reached: the step, and how far the halos of its fields are valid before it. The answer says
/// whether the step stays.
pub type Visit<'v> = dyn FnMut(&mut ProgramStmt, &[Extent]) -> bool + 'v;

/// After so many rounds of a loop, what still changes is taken to be unknown at its start.
const ROUNDS: usize = 3;

/// Follows a program's steps.
pub struct Walk<'a> {
    of: &'a Analyzed,
    valid: Vec<Extent>,
}

impl<'a> Walk<'a> {
    /// At the start of a program its own fields hold zeros, their halos too. What arguments hold is not known.
    pub fn new(of: &'a Analyzed) -> Walk<'a> {
        let start = |lifetime| if lifetime == Lifetime::Transient { WHOLE } else { NOTHING };
        Walk { of, valid: of.program.fields.values().map(|f| start(f.lifetime)).collect() }
    }

    /// Follows steps. With `visit`, each halo update is asked whether it stays.
    pub fn steps(&mut self, steps: &mut Vec<ProgramStmt>, mut visit: Option<&mut Visit>) {
        steps.retain_mut(|step| self.step(step, visit.as_deref_mut()));
    }

    /// Whether the step stays.
    fn step(&mut self, step: &mut ProgramStmt, mut visit: Option<&mut Visit>) -> bool {
        match step {
            ProgramStmt::Call { stencil, fields, domain, .. } => {
                let written = Effects::of_call(self.of, *stencil, fields, domain, true).writes;
                written.iter().for_each(|w| self.valid[w.field.index()] = NOTHING);
            }
            ProgramStmt::Within { body, .. } => self.steps(body, visit),
            ProgramStmt::HaloUpdate { fields, reach, .. } => {
                let before: Vec<Extent> = fields.iter().map(|f| self.valid[f.index()]).collect();
                for (field, before) in fields.iter().zip(&before) {
                    if !before.covers(reach_of(*reach)) {
                        self.valid[field.index()] = reach_of(*reach);
                    }
                }
                return visit.is_none_or(|visit| visit(step, &before));
            }
            ProgramStmt::Copy { to, from, .. } => self.valid[to.index()] = self.moved(*from, *to),
            ProgramStmt::Swap { a, b, .. } => {
                let (from_a, from_b) = (self.moved(*a, *b), self.moved(*b, *a));
                (self.valid[a.index()], self.valid[b.index()]) = (from_b, from_a);
            }
            ProgramStmt::Callback { fields, fills, .. } if fills.writes() => {
                fields.iter().for_each(|f| self.valid[f.index()] = NOTHING);
            }
            ProgramStmt::Callback { .. } | ProgramStmt::Let { .. } => {}
            ProgramStmt::For { body, .. } | ProgramStmt::While { body, .. } => {
                for round in 0.. {
                    let start = self.valid.clone();
                    self.steps(body, None);
                    self.meet(&start);
                    if self.valid == start {
                        break;
                    }
                    if round >= ROUNDS {
                        let changed = self.valid.iter_mut().zip(&start).filter(|(now, start)| *now != *start);
                        changed.for_each(|(now, _)| *now = NOTHING);
                    }
                }
                let start = self.valid.clone();
                self.steps(body, visit);
                self.valid = start;
            }
            ProgramStmt::If { then, otherwise, .. } => {
                let start = self.valid.clone();
                self.steps(then, visit.as_deref_mut());
                let end = std::mem::replace(&mut self.valid, start);
                self.steps(otherwise, visit);
                self.meet(&end);
            }
        }
        true
    }

    fn meet(&mut self, other: &[Extent]) {
        self.valid.iter_mut().zip(other).for_each(|(valid, other)| *valid = valid.intersect(*other));
    }

    /// What is valid in `to` once it has the contents of `from`: no more than both arrays have for certain. Storage of the program's own
    /// may end where nothing reads it; then the halo of an argument keeps what it holds.
    fn moved(&self, from: FieldId, to: FieldId) -> Extent {
        let fields = &self.of.program.fields;
        match (fields[from].lifetime, fields[to].lifetime) {
            (Lifetime::Transient, Lifetime::Argument) => NOTHING,
            (Lifetime::Transient, Lifetime::Transient) => self.valid[from.index()],
            (Lifetime::Argument, _) => self.valid[from.index()].intersect(reach_of(Some(fields[from].halo))),
        }
    }
}
