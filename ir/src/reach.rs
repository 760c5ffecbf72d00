//! How far a stencil reaches: beyond the domain, and from one end of it to the other.

use crate::domain::{Anchor, Axis, Bound, Extent, Range};
use crate::expr::KIndex;
use crate::footprint::{Clip, Use, uses};
use crate::ids::Id;
use crate::stencil::{HorizontalExecution, Section, Stencil};

/// How far beyond the domain each field's storage must reach on the axes it has.
pub fn halos(stencil: &Stencil) -> Vec<Extent> {
    let mut halos = vec![Extent::ZERO; stencil.fields.len()];
    for (_, section, execution) in stencil.executions() {
        for u in uses(&execution.body) {
            let (Some(field), Some(halo)) = (stencil.fields.get(u.access.field), halos.get_mut(u.access.field.index())) else {
                continue;
            };
            if let Some(reach) = reach(section, execution, &u) {
                let kept = |axis: Axis| if field.axes.has(axis) { reach.0[axis.index()] } else { (0, 0) };
                *halo = halo.union(Extent(Axis::ALL.map(kept)));
            }
        }
    }
    halos
}

/// How far beyond the domain an access reaches; `None` if it is never made. Data-dependent levels reach nowhere: they are
/// clamped.
fn reach(section: &Section, execution: &HorizontalExecution, u: &Use<'_>) -> Option<Extent> {
    let [i, j] = [0, 1].map(|n| u.clip[n].reach(execution.extent.0[n], u.access.offset[n]));
    let levels = Clip::of_range(&section.interval);
    let k = match u.access.k {
        KIndex::Offset(k) => levels.reach((0, 0), k)?,
        _ => (0, 0),
    };
    Some(Extent([i?, j?, k]))
}

/// The smallest domain that a stencil may run on, see [`crate::access::Summary::min_size`].
pub fn min_size(stencil: &Stencil) -> [i64; 3] {
    let mut reached = halos(stencil);
    let mut size = [1, 1, min_levels_of_intervals(stencil)];
    for (_, section, execution) in stencil.executions() {
        let used = uses(&execution.body);
        for u in &used {
            let (Some(field), Some(there)) = (stencil.fields.get(u.access.field), reached.get(u.access.field.index())) else {
                continue;
            };
            let k = u.access.k.known().unwrap_or(0);
            let [ci, cj] = u.clip;
            let clips = [(ci, u.access.offset[0]), (cj, u.access.offset[1]), (Clip::of_range(&section.interval), k)];
            for (axis, (clip, offset)) in Axis::ALL.into_iter().zip(clips).filter(|(axis, _)| field.axes.has(*axis)) {
                let n = axis.index();
                let from = if axis == Axis::K { (0, 0) } else { execution.extent.0[n] };
                size[n] = size[n].max(clip.min_size(from, offset, there.0[n]));
            }
        }
        // Later reads see what was written last: a box that reaches beyond it on a small domain would see what stood there before.
        for u in used.iter().filter(|u| u.write && stencil.fields[u.access.field].is_temporary()) {
            let there = &mut reached[u.access.field.index()];
            (there.0[0], there.0[1]) = (execution.extent.0[0], execution.extent.0[1]);
        }
    }
    size
}

/// The least number of levels on which every interval lies in the domain and the intervals of a loop do not overlap.
fn min_levels_of_intervals(stencil: &Stencil) -> i64 {
    let mut levels = 1;
    for vertical in &stencil.loops {
        for section in &vertical.sections {
            let Range { lo, hi } = &section.interval;
            let ends = hi.iter().filter(|b| b.anchor == Anchor::Start).map(|b| i64::from(b.offset)).min();
            let starts = lo.iter().filter(|b| b.anchor == Anchor::End).map(|b| -i64::from(b.offset)).min();
            levels = levels.max(if hi.len() == 1 { ends.unwrap_or(1) } else { 1 });
            levels = levels.max(if lo.len() == 1 { starts.unwrap_or(1) } else { 1 });
            if let ([Bound { anchor: Anchor::Start, offset: from }], [Bound { anchor: Anchor::End, offset: to }]) =
                (&lo[..], &hi[..])
            {
                levels = levels.max(i64::from(*from) - i64::from(*to));
            }
        }
        for (n, a) in vertical.sections.iter().enumerate() {
            for b in &vertical.sections[n + 1..] {
                levels = levels.max(min_apart(&a.interval, &b.interval).min(min_apart(&b.interval, &a.interval)));
            }
        }
    }
    levels
}

/// The least number of levels from which on one interval lies below another; very large if it never does.
pub(crate) fn min_apart(low: &Range, high: &Range) -> i64 {
    let apart = |a: &Bound, b: &Bound| match (a.anchor, b.anchor) {
        (Anchor::Start, Anchor::End) => i64::from(a.offset) - i64::from(b.offset),
        (x, y) if x == y && a.offset <= b.offset => 1,
        _ => i64::MAX,
    };
    low.hi.iter().flat_map(|a| high.lo.iter().map(move |b| apart(a, b))).min().unwrap_or(i64::MAX)
}
