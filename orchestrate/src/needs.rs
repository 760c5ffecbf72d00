//! Which points of a field a call needs. A field may end where its last access does, below the top of the domain, as fields at the
//! centres of layers do in a stencil that runs on the interfaces between them; and it may begin where its first access is, after
//! the domain's first point, as a field does that is read at `[1, 0, 0]` only. A field at interfaces has the last of these in any case,
//! so that the domain follows from its size.
//!
//! Schedules keep to this: a statement runs at the points of its own range only, also inside a loop that is fused from loops over
//! other ranges. [`crate::array_bounds`] checks this on the final graph.

use tradewind_ir::footprint::{Clip, Use, uses};
use tradewind_ir::ids::{BitSet, Id};
use tradewind_ir::{
    Anchor, Axis, Extent, FieldId, HorizontalExecution, IdVec, KIndex, Program, ProgramStmt, Range, Section, Stencil,
};

/// The points that a field must have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Needs {
    /// The first one along I, J and K, counted from the start of the domain.
    pub first: [NeededStart; 3],
    pub levels: NeededLevels,
}

/// The lesser of two positions on an axis: `start` points after the start of the domain (before it, if negative), and `end` points
/// after its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NeededStart {
    pub start: i64,
    pub end: i64,
}

/// Levels from the start of the domain up to, not including, the greater of two: `above` levels above the domain's end (below
/// it, if negative), and `fixed` levels above its start.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NeededLevels {
    pub above: i64,
    pub fixed: i64,
}

/// Never at the end of the domain.
const NONE: i64 = i64::MIN / 2;

/// Never at the start, or never at the end, of the domain.
const NEVER: i64 = i64::MAX / 2;

impl NeededStart {
    /// The position, for a domain of so many points, counted from its start.
    pub fn at(self, domain: i64) -> i64 {
        self.start.min(domain.saturating_add(self.end))
    }
    fn union(self, other: NeededStart) -> NeededStart {
        NeededStart { start: self.start.min(other.start), end: self.end.min(other.end) }
    }
}

impl NeededLevels {
    /// How many levels there must be, from the start of the domain up, for a domain of so many.
    pub fn needed(self, domain: i64) -> i64 {
        domain.saturating_add(self.above).max(self.fixed).max(0)
    }
    fn union(self, other: NeededLevels) -> NeededLevels {
        NeededLevels { above: self.above.max(other.above), fixed: self.fixed.max(other.fixed) }
    }
}

impl Needs {
    /// What each field of a program needs; `halo` is how far a field reaches beyond the domain.
    pub(crate) fn of(program: &Program, halo: impl Fn(FieldId) -> Extent) -> IdVec<FieldId, Needs> {
        let mut found: IdVec<FieldId, Option<Needs>> = program.fields.values().map(|_| None).collect();
        if let [ProgramStmt::Call { stencil, fields, domain, .. }] = &program.body[..]
            && domain[Axis::K.index()] == Range::full()
        {
            for (bound, needs) in fields.iter().zip(of_stencil(&program.stencils[*stencil]).values()) {
                let whole = Needs::whole(halo(*bound));
                let mut needs = needs.unwrap_or(whole);
                let parts = (0..domain.len()).filter(|n| domain[*n] != Range::full());
                parts.for_each(|n| needs.first[n] = whole.first[n]);
                if program.fields[*bound].interfaces.has(Axis::K) {
                    needs.levels = needs.levels.union(NeededLevels { above: 1, fixed: 0 });
                }
                found[*bound] = Some(found[*bound].map_or(needs, |known| known.union(needs)));
            }
        }
        found.iter().map(|(field, needs)| needs.unwrap_or(Needs::whole(halo(field)))).collect()
    }

    /// The whole domain, and a halo around it.
    fn whole(halo: Extent) -> Needs {
        let first = halo.0.map(|(low, _)| NeededStart { start: i64::from(low), end: NEVER });
        Needs { first, levels: NeededLevels { above: i64::from(halo.0[Axis::K.index()].1), fixed: 0 } }
    }
    fn union(self, other: Needs) -> Needs {
        let first = std::array::from_fn(|n| self.first[n].union(other.first[n]));
        Needs { first, levels: self.levels.union(other.levels) }
    }
}

/// The needs of a stencil's fields; `None`, the whole domain, where there is no access. Of levels that are known at run time only,
/// there must be one to fall back to.
fn of_stencil(stencil: &Stencil) -> IdVec<FieldId, Option<Needs>> {
    let mut found: IdVec<FieldId, Option<Needs>> = stencil.fields.values().map(|_| None).collect();
    let mut whole = BitSet::default();
    for (_, section, execution) in stencil.executions() {
        for u in uses(&execution.body) {
            let Some(levels) = levels(section, &u.access.k) else {
                whole.insert(u.access.field.index());
                continue;
            };
            let [i, j] = [Axis::I, Axis::J].map(|axis| first_in_plane(execution, &u, axis));
            let needs = Needs { first: [i, j, first_level(section, &u.access.k)], levels };
            let known = &mut found[u.access.field];
            *known = Some(known.map_or(needs, |known| known.union(needs)));
        }
    }
    found.iter().map(|(field, needs)| needs.filter(|_| !whole.contains(field.index()))).collect()
}

/// The levels that an access on an interval needs; nothing if the interval has several ends.
fn levels(section: &Section, k: &KIndex) -> Option<NeededLevels> {
    let [end] = &section.interval.hi[..] else { return None };
    Some(match (k, end.anchor) {
        (KIndex::Relative(_) | KIndex::Absolute(_), _) => NeededLevels { above: NONE, fixed: 1 },
        (KIndex::Offset(k), Anchor::End) => NeededLevels { above: i64::from(end.offset) + i64::from(*k), fixed: 0 },
        (KIndex::Offset(k), Anchor::Start) => NeededLevels { above: NONE, fixed: i64::from(end.offset) + i64::from(*k) },
    })
}

fn first_level(section: &Section, k: &KIndex) -> NeededStart {
    let KIndex::Offset(k) = *k else { return NeededStart { start: 0, end: NEVER } };
    // Of several bounds the greatest counts, and any of them is not after it.
    let from_end = section.interval.lo.iter().find(|b| b.anchor == Anchor::End);
    match from_end.or(section.interval.lo.first()) {
        Some(b) if b.anchor == Anchor::End => NeededStart { start: NEVER, end: i64::from(b.offset) + i64::from(k) },
        Some(b) => NeededStart { start: i64::from(b.offset) + i64::from(k), end: NEVER },
        None => NeededStart { start: 0, end: NEVER },
    }
}

/// The first point along I or J. Statements in a box may be run everywhere and have no effect outside of it: a field of theirs has
/// the whole domain.
fn first_in_plane(execution: &HorizontalExecution, u: &Use<'_>, axis: Axis) -> NeededStart {
    let n = axis.index();
    let (extent, offset, clip) = (execution.extent.0[n], u.access.offset[n], u.clip[n]);
    let start = match clip == Clip::default() {
        true => extent.0.saturating_add(offset),
        false => clip.reach(extent, offset).map_or(0, |(low, _)| low),
    };
    NeededStart { start: i64::from(start), end: NEVER }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_ir::{SourceId, Verify, text::parse_stencil};

    /// The needs of `%a`, on a domain of ten points: the first point along each axis, and how many levels.
    fn needs(statement: &str, interval: &str) -> ([i64; 3], i64) {
        let text = format!(
            "stencil x(%a: field<f64, IJK>, %n: field<i32, IJK>, %out: field<f64, IJK>) {{ temp %t: field<f64, IJK>
             parallel {{ interval {interval} {{ execute {{ {statement} }} execute {{ %out = %t[1,0,0] }} }} }} }}"
        );
        let mut stencil = parse_stencil(&text, SourceId(0)).expect("parses");
        assert_eq!(stencil.find_extents(), []);
        let program = Program::of_stencil(stencil).verify().expect("is valid");
        let summary = program.summary();
        let found = Needs::of(&program, |id| summary.fields[id].halo)[FieldId(0)];
        (found.first.map(|first| first.at(10)), found.levels.needed(10))
    }

    #[test]
    fn begin_with_the_first_access_and_end_with_the_last() {
        assert_eq!(needs("%t = %a", "[start, end)"), ([0, 0, 0], 10));
        assert_eq!(needs("%t = %a[1,2,3]", "[start, end)"), ([1, 2, 3], 13));
        assert_eq!(needs("%t = (%a[-3,2,3] + %a[5,1,-1])", "[start, end)"), ([-3, 1, -1], 13));
        assert_eq!(needs("%t = %a", "[start+2, end-1)"), ([0, 0, 2], 9));
        assert_eq!(needs("%t = %a[0,0,1]", "[end-2, end)"), ([0, 0, 9], 11));
        assert_eq!(needs("%t = %a[0,0,1]", "[start, start+2)"), ([0, 0, 1], 3));
    }

    #[test]
    fn are_no_less_than_the_domain_where_a_box_or_an_index_decides() {
        assert_eq!(needs("restrict [start+1:, :] { %t = %a[1,1,0] }", "[start, end)"), ([0, 1, 0], 10));
        assert_eq!(needs("%t = %a[0,0,?(%n)]", "[start+1, end)"), ([0, 0, 0], 1));
        assert_eq!(needs("%t = 1.0f64", "[start+1, end)"), ([0, 0, 0], 10));
    }
}
