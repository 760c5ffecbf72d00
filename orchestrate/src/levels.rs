//! Which levels of a field a call needs: a field may end where its last access does, below the top of the domain, as fields at the
//! centres of layers do in a stencil that runs on the interfaces between them.
//!
//! Schedules keep to this: they fuse loops over K of equal ranges only, so that no level outside of its interval is touched.

use tradewind_ir::footprint::uses;
use tradewind_ir::ids::{BitSet, Id};
use tradewind_ir::{Anchor, Axis, FieldId, IdVec, KIndex, Program, ProgramStmt, Range, Stencil};

/// Levels from the start of the domain up to, not including, the greater of two: `above` levels above the domain's end (below
/// it, if negative), and `fixed` levels above its start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Levels {
    pub above: i64,
    pub fixed: i64,
}

impl Levels {
    /// How many levels there must be, from the start of the domain up, for a domain of so many.
    pub fn needed(self, domain: i64) -> i64 {
        domain.saturating_add(self.above).max(self.fixed).max(0)
    }

    /// The levels of each field of a program; a field reaches `halo` of itself above the domain.
    pub(crate) fn of(program: &Program, halo: impl Fn(FieldId) -> i64) -> IdVec<FieldId, Levels> {
        let whole = |field| Levels { above: halo(field), fixed: 0 };
        let mut found: IdVec<FieldId, Option<Levels>> = program.fields.values().map(|_| None).collect();
        if let [ProgramStmt::Call { stencil, fields, domain, .. }] = &program.body[..]
            && domain[Axis::K.index()] == Range::full()
        {
            for (bound, needs) in fields.iter().zip(of_stencil(&program.stencils[*stencil]).values()) {
                let needs = needs.unwrap_or(whole(*bound));
                found[*bound] = Some(found[*bound].map_or(needs, |levels| levels.union(needs)));
            }
        }
        found.iter().map(|(field, levels)| levels.unwrap_or(whole(field))).collect()
    }

    fn union(self, other: Levels) -> Levels {
        Levels { above: self.above.max(other.above), fixed: self.fixed.max(other.fixed) }
    }
}

/// None at the end of the domain.
const NONE: i64 = i64::MIN / 2;

/// The levels of a stencil's fields; `None`, all of them, where there is no access. Of those that are known at run time only, there
/// must be one to fall back to.
fn of_stencil(stencil: &Stencil) -> IdVec<FieldId, Option<Levels>> {
    let mut found: IdVec<FieldId, Option<Levels>> = stencil.fields.values().map(|_| None).collect();
    let mut whole = BitSet::default();
    for (_, section, execution) in stencil.executions() {
        for access in uses(&execution.body).into_iter().map(|u| u.access) {
            let [end] = &section.interval.hi[..] else {
                whole.insert(access.field.index());
                continue;
            };
            let needs = match (&access.k, end.anchor) {
                (KIndex::Relative(_) | KIndex::Absolute(_), _) => Levels { above: NONE, fixed: 1 },
                (KIndex::Offset(k), Anchor::End) => Levels { above: i64::from(end.offset) + i64::from(*k), fixed: 0 },
                (KIndex::Offset(k), Anchor::Start) => Levels { above: NONE, fixed: i64::from(end.offset) + i64::from(*k) },
            };
            let levels = &mut found[access.field];
            *levels = Some(levels.map_or(needs, |levels| levels.union(needs)));
        }
    }
    found.iter().map(|(field, levels)| levels.filter(|_| !whole.contains(field.index()))).collect()
}
