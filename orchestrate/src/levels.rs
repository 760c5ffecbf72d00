//! Which levels of a field a call needs: a field may end where its last access does, below the top of the domain, as fields at the
//! centres of layers do in a stencil that runs on the interfaces between them.
//!
//! Schedules keep to this: they fuse loops over K of equal ranges only, so that no level outside of its interval is touched.

use tradewind_ir::footprint::uses;
use tradewind_ir::{Anchor, Axis, FieldId, KIndex, Program, ProgramStmt, Range, Stencil};

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

    /// All levels of the domain and `halo` above it.
    pub fn whole(halo: i64) -> Levels {
        Levels { above: halo, fixed: 0 }
    }

    /// The levels of a field of a program that reaches `halo` levels above the domain.
    pub(crate) fn of(program: &Program, field: FieldId, halo: i64) -> Levels {
        let whole = Levels::whole(halo);
        match &program.body[..] {
            [ProgramStmt::Call { stencil, fields, domain, .. }] if domain[Axis::K.index()] == Range::full() => {
                let stencil = &program.stencils[*stencil];
                let bound = fields.iter().zip(stencil.fields.iter()).filter(|(bound, _)| **bound == field);
                bound.map(|(_, (id, _))| of_stencil(stencil, id, whole)).reduce(Levels::union).unwrap_or(whole)
            }
            _ => whole,
        }
    }

    fn union(self, other: Levels) -> Levels {
        Levels { above: self.above.max(other.above), fixed: self.fixed.max(other.fixed) }
    }
}

/// None at the end of the domain.
const NONE: i64 = i64::MIN / 2;

/// The levels of a stencil's field; all of them if there is no access. Of those that are known at run time only, there must be one
/// to fall back to.
fn of_stencil(stencil: &Stencil, field: FieldId, whole: Levels) -> Levels {
    let mut found: Option<Levels> = None;
    for (_, section, execution) in stencil.executions() {
        for access in uses(&execution.body).into_iter().map(|u| u.access).filter(|access| access.field == field) {
            let [end] = &section.interval.hi[..] else { return whole };
            let needs = match (&access.k, end.anchor) {
                (KIndex::Relative(_) | KIndex::Absolute(_), _) => Levels { above: NONE, fixed: 1 },
                (KIndex::Offset(k), Anchor::End) => Levels { above: i64::from(end.offset) + i64::from(*k), fixed: 0 },
                (KIndex::Offset(k), Anchor::Start) => Levels { above: NONE, fixed: i64::from(end.offset) + i64::from(*k) },
            };
            found = Some(found.map_or(needs, |levels| levels.union(needs)));
        }
    }
    found.unwrap_or(whole)
}
