//! How far the halo of each field is valid: holds what the opposite edges of the domain hold, as a halo update leaves it. Corners count as
//! part of it, so what two updates fill along one axis each is not taken together.

use crate::analyzed::Analyzed;
use crate::effects::Effects;
use crate::touched::Touched;
use tradewind_ir::access::{FieldAccess, Mode};
use tradewind_ir::ids::Id;
use tradewind_ir::{Anchor, Extent, FieldId, HostStep, Lifetime, Phase, ProgramStmt, Range, StencilId};

/// All of a halo, however far it reaches.
const WHOLE: Extent = Extent([(i32::MIN, i32::MAX); 3]);

/// The domain alone.
const NOTHING: Extent = Extent([(0, 0), (0, 0), WHOLE.0[2]]);

/// How far a halo update reaches.
pub fn reach_of(reach: Option<Extent>) -> Extent {
    // Levels are exchanged all.
    reach.map_or(WHOLE, |Extent([i, j, _])| Extent([i, j, WHOLE.0[2]]))
}

/// How far the halo of each field is valid at a step.
#[derive(Clone, PartialEq, Debug)]
pub struct Valid(Vec<Extent>);

impl Valid {
    /// How far the halo of a field is valid.
    pub fn of(&self, field: FieldId) -> Extent {
        self.0[field.index()]
    }
    fn set(&mut self, field: FieldId, valid: Extent) {
        self.0[field.index()] = valid;
    }
    fn meet(&mut self, other: &Valid) {
        self.0.iter_mut().zip(&other.0).for_each(|(valid, other)| *valid = valid.intersect(*other));
    }
}

/// What is asked of each halo update and call that is reached, with what is valid before it: whether the step stays.
pub type Visit<'v> = dyn FnMut(&mut ProgramStmt, &Valid) -> bool + 'v;

/// After so many rounds of a loop, what still changes is taken to be unknown at its start.
const ROUNDS: usize = 3;

/// Follows a program's steps.
pub struct Walk<'a> {
    of: &'a Analyzed,
    valid: Valid,
}

impl<'a> Walk<'a> {
    /// At the start of a program its own fields hold zeros, their halos too. What arguments hold is not known.
    pub fn new(of: &'a Analyzed) -> Walk<'a> {
        let start = |lifetime| if lifetime == Lifetime::Transient { WHOLE } else { NOTHING };
        Walk { of, valid: Valid(of.program.fields.values().map(|f| start(f.lifetime)).collect()) }
    }

    /// Follows steps. With `visit`, each halo update and call is asked whether it stays.
    pub fn steps(&mut self, steps: &mut Vec<ProgramStmt>, mut visit: Option<&mut Visit>) {
        steps.retain_mut(|step| self.step(step, visit.as_deref_mut()));
    }

    /// Whether the step stays.
    fn step(&mut self, step: &mut ProgramStmt, mut visit: Option<&mut Visit>) -> bool {
        match step {
            ProgramStmt::Call { stencil, fields, domain, .. } => {
                let made = periodic(self.of, &self.valid, *stencil, fields, domain);
                let written = Effects::of_call(self.of, *stencil, fields, domain, true).writes;
                let stays = visit.is_none_or(|visit| visit(step, &self.valid));
                written.iter().for_each(|w| self.valid.set(w.field, made));
                return stays;
            }
            // It is not known which points the calls in it write.
            ProgramStmt::Host(HostStep::Within { .. }, _) => {
                Touched::of(self.of, step).writes.iter().for_each(|w| self.valid.set(w.field, NOTHING));
            }
            // Between the start and the wait nothing is known of the halo.
            ProgramStmt::Host(HostStep::Exchange { fields, phase: Phase::Start(_), .. }, _) => {
                fields.iter().for_each(|field| self.valid.set(*field, NOTHING));
            }
            ProgramStmt::Host(HostStep::Exchange { fields, reach, .. }, _) => {
                let (fields, reach) = (fields.clone(), reach_of(*reach));
                let stays = visit.is_none_or(|visit| visit(step, &self.valid));
                for field in fields {
                    if !self.valid.of(field).covers(reach) {
                        self.valid.set(field, reach);
                    }
                }
                return stays;
            }
            ProgramStmt::Host(HostStep::Copy { to, from }, _) => self.valid.set(*to, self.moved(*from, *to)),
            ProgramStmt::Host(HostStep::Swap { a, b }, _) => {
                let (from_a, from_b) = (self.moved(*a, *b), self.moved(*b, *a));
                self.valid.set(*a, from_b);
                self.valid.set(*b, from_a);
            }
            ProgramStmt::Host(HostStep::Callback { fields, fills, .. }, _) if fills.writes() => {
                fields.iter().for_each(|f| self.valid.set(*f, NOTHING));
            }
            ProgramStmt::Host(HostStep::Callback { .. } | HostStep::Let { .. }, _) => {}
            ProgramStmt::Host(HostStep::For { body, .. } | HostStep::While { body, .. }, _) => {
                for round in 0.. {
                    let start = self.valid.clone();
                    self.steps(body, None);
                    self.valid.meet(&start);
                    if self.valid == start {
                        break;
                    }
                    if round >= ROUNDS {
                        let changed = self.valid.0.iter_mut().zip(&start.0).filter(|(now, start)| *now != *start);
                        changed.for_each(|(now, _)| *now = NOTHING);
                    }
                }
                let start = self.valid.clone();
                self.steps(body, visit);
                self.valid = start;
            }
            ProgramStmt::Host(HostStep::Branch { then, otherwise, .. }, _) => {
                let start = self.valid.clone();
                self.steps(then, visit.as_deref_mut());
                let end = std::mem::replace(&mut self.valid, start);
                self.steps(otherwise, visit);
                self.valid.meet(&end);
            }
        }
        true
    }

    /// What is valid in `to` once it has the contents of `from`: no more than both arrays have for certain. Storage of the program's own
    /// may end where nothing reads it; then the halo of an argument keeps what it holds.
    fn moved(&self, from: FieldId, to: FieldId) -> Extent {
        let fields = &self.of.program.fields;
        match (fields[from].lifetime, fields[to].lifetime) {
            (Lifetime::Transient, Lifetime::Argument) => NOTHING,
            (Lifetime::Transient, Lifetime::Transient) => self.valid.of(from),
            (Lifetime::Argument, _) => self.valid.of(from).intersect(reach_of(Some(fields[from].halo))),
        }
    }
}

/// Whether what a call computes so far around the domain is periodic: the stencil does the same at every point, and all that it reads is valid
/// as far as it reads. `valid` are the fields that are bound, in order, with how far the halo of each is valid.
pub fn is_periodic(of: &Analyzed, stencil: StencilId, valid: impl Iterator<Item = (FieldId, Extent)>, reach: Extent) -> bool {
    let Some(summary) = of.stencils.get(stencil).filter(|_| of.invariant[stencil]) else { return false };
    valid.zip(summary.fields.values()).filter(|(_, access)| access.mode.reads()).all(|((field, valid), access)| {
        let needed = reach_of(Some(needed(access, reach)));
        // An array of the caller ends where the program as it is written needs no more.
        let has = !of.fixed[field] || reach_of(Some(of.halos[field])).covers(needed);
        has && valid.covers(needed)
    })
}

/// How far a call that computes so many points around the domain needs the storage of a field around it.
pub fn needed(access: &FieldAccess, reach: Extent) -> Extent {
    if access.mode == Mode::None {
        return Extent::ZERO;
    }
    let mut needed = access.halo;
    for axis in access.axes.iter() {
        let (side, (low, high)) = (&mut needed.0[axis.index()], reach.0[axis.index()]);
        *side = (side.0.saturating_add(low).min(0), side.1.saturating_add(high).max(0));
    }
    needed
}

/// As far as what a call has written is valid.
fn periodic(of: &Analyzed, valid: &Valid, stencil: StencilId, fields: &[FieldId], domain: &[Range; 3]) -> Extent {
    let reach = [0, 1].map(|n| match (&domain[n].lo[..], &domain[n].hi[..]) {
        ([lo], [hi]) if lo.anchor == Anchor::Start && hi.anchor == Anchor::End && lo.offset <= 0 && hi.offset >= 0 => {
            Some((lo.offset, hi.offset))
        }
        _ => None,
    });
    let [Some(i), Some(j)] = reach else { return NOTHING };
    let reach = Extent([i, j, (0, 0)]);
    let complete = of.stencils.get(stencil).is_some_and(|s| s.touched.iter().all(|t| t.complete || t.writes.is_empty()));
    let bound = fields.iter().map(|field| (*field, valid.of(*field)));
    match complete && domain[2] == Range::full() && is_periodic(of, stencil, bound, reach) {
        true => reach_of(Some(reach)),
        false => NOTHING,
    }
}
