//! The storage of temporaries: only the points that are used, and no levels if each level overwrites the one before.

use crate::python::{Head, bounds};
use tradewind_ir::footprint::{Use, uses};
use tradewind_ir::ids::Id;
use tradewind_ir::{Anchor, Axes, Axis, Bound, Domain, Field, FieldId, HorizontalExecution, KIndex, Order, Range, Section};

/// The array of a field.
#[derive(Clone, PartialEq, Debug)]
pub struct Storage {
    /// Its points along I and J, tightened for the least domain.
    pub plane: [Range; 2],
    /// How far it reaches beyond the domain along K, if `levels` is [`StoredLevels::Domain`].
    pub vertical: (i32, i32),
    pub levels: StoredLevels,
}

/// The levels of an array.
#[derive(Clone, PartialEq, Debug)]
pub enum StoredLevels {
    /// Those of the domain and its halo.
    Domain,
    /// Those of the one parallel interval that uses the field.
    Interval(Range),
    /// One: each level that uses the field has a new plane.
    Plane,
}

impl Storage {
    /// The axes that the array has.
    pub fn axes(&self, field: &Field) -> Axes {
        if self.levels == StoredLevels::Plane { field.axes.without(Axis::K) } else { field.axes }
    }
    /// Its points along an axis that it has; along K those of [`StoredLevels::Domain`].
    pub fn range(&self, axis: Axis) -> Range {
        let (low, high) = self.vertical;
        self.plane.get(axis.index()).cloned().unwrap_or_else(|| Range::new(Bound::start(low), Bound::end(high)))
    }
    /// `(ni + 2, nj, nk)`
    pub fn shape(&self, field: &Field, min: Domain) -> String {
        let size = |axis: Axis| match &self.levels {
            StoredLevels::Interval(range) if axis == Axis::K => bounds::count(axis, range, min),
            _ => bounds::count(axis, &self.range(axis), min),
        };
        let sizes: Vec<String> = self.axes(field).iter().map(size).chain(field.data.iter().map(u32::to_string)).collect();
        format!("({})", sizes.join(", "))
    }
    /// Whether a statement on an interval of levels of a loop and on these points of the plane writes all of it.
    pub fn is_covered(&self, field: &Field, order: Order, interval: &Range, plane: &[Range; 2], min: Domain) -> bool {
        let plane = [0, 1].into_iter().all(|n| self.plane[n] == plane[n].tightened(min[n]));
        let levels = match &self.levels {
            StoredLevels::Domain if field.axes.has(Axis::K) => order == Order::Parallel && *interval == self.range(Axis::K),
            // A plane without levels is made once, where it is certain to be made.
            StoredLevels::Domain => interval.levels() == Some(1),
            StoredLevels::Interval(_) | StoredLevels::Plane => true,
        };
        plane && levels && field.data.is_empty()
    }
}

/// A use and where it is made.
struct Found<'a> {
    /// The number of the vertical loop.
    nest: usize,
    order: Order,
    section: &'a Section,
    execution: &'a HorizontalExecution,
    used: Use<'a>,
}

/// The storage of every field; parameters have the halo that they are passed with.
pub fn storages(head: &Head) -> Vec<Storage> {
    let stencil = head.stencil;
    let mut found: Vec<Vec<Found>> = stencil.fields.iter().map(|_| Vec::new()).collect();
    for (nest, vertical) in stencil.loops.iter().enumerate() {
        let order = vertical.order;
        for (section, execution) in vertical.sections.iter().flat_map(|s| s.executions.iter().map(move |e| (s, e))) {
            for used in uses(&execution.body) {
                found[used.access.field.index()].push(Found { nest, order, section, execution, used });
            }
        }
    }
    let storage = |(id, field): (FieldId, &Field)| match field.is_temporary() {
        true => temporary(field, &found[id.index()], head.min),
        false => {
            let halo = head.halos[id.index()];
            let plane = [Axis::I, Axis::J].map(|axis| halo.range(axis));
            Storage { plane, vertical: halo.0[2], levels: StoredLevels::Domain }
        }
    };
    stencil.fields.iter().map(storage).collect()
}

fn temporary(field: &Field, found: &[Found], min: Domain) -> Storage {
    let happens = |f: &&Found| [0, 1].into_iter().all(|n| f.used.clip[n].meets(f.execution.extent.0[n]));
    let of_axis = |axis: Axis| {
        let touched = found.iter().filter(happens).filter(|_| field.axes.has(axis));
        hull(&touched.map(|f| touched_range(axis, f, min)).collect::<Vec<_>>())
    };
    let [mut low, mut high] = of_axis(Axis::K).map_or([0, 0], |range| ends(&range));
    if found.iter().any(|f| f.used.access.k.expr().is_some()) {
        // Levels found at run time are cut to those of the domain and its halo.
        (low, high) = (low.min(0), high.max(0));
    }
    let plane = [Axis::I, Axis::J].map(|axis| of_axis(axis).unwrap_or_else(Range::full));
    Storage { plane, vertical: (low, high), levels: levels(field, found) }
}

/// Intervals of one loop have no level in common: without offsets along K, each level is on its own.
fn levels(field: &Field, found: &[Found]) -> StoredLevels {
    let Some(first) = found.first() else { return StoredLevels::Domain };
    let here = |f: &Found| f.nest == first.nest && f.used.access.k == KIndex::Offset(0);
    let interval = &first.section.interval;
    match first.order {
        _ if !field.axes.has(Axis::K) || !found.iter().all(here) => StoredLevels::Domain,
        Order::Forward | Order::Backward => StoredLevels::Plane,
        Order::Parallel if found.iter().all(|f| f.section.interval.levels() == Some(1)) => StoredLevels::Plane,
        Order::Parallel if found.iter().all(|f| f.section.interval == *interval) => StoredLevels::Interval(interval.clone()),
        Order::Parallel => StoredLevels::Domain,
    }
}

/// The points of an axis that a use reads or writes.
fn touched_range(axis: Axis, found: &Found, min: Domain) -> Range {
    let access = found.used.access;
    let (range, offset) = match axis {
        Axis::K => (found.section.interval.clone(), access.k.known().unwrap_or(0)),
        _ => (found.used.clip[axis.index()].range(found.execution.extent, axis), access.offset[axis.index()]),
    };
    range.tightened(min[axis.index()]).moved(offset, offset)
}

/// A range with one bound on each side, or several if all ranges have the same, that holds the points of all; nothing for no
/// ranges.
fn hull(ranges: &[Range]) -> Option<Range> {
    let first = ranges.first()?;
    if ranges.iter().all(|r| r == first) {
        return Some(first.clone());
    }
    let common = |anchor: Anchor, side: &dyn Fn(&Range) -> &[Bound]| -> Option<Vec<i32>> {
        let of = |r: &Range| side(r).iter().find(|b| b.anchor == anchor).map(|b| b.offset);
        ranges.iter().map(of).collect()
    };
    let least = |anchor: Anchor| Some(Bound { anchor, offset: common(anchor, &|r| &r.lo)?.into_iter().min()? });
    let greatest = |anchor: Anchor| Some(Bound { anchor, offset: common(anchor, &|r| &r.hi)?.into_iter().max()? });
    let lo = least(Anchor::End).or_else(|| least(Anchor::Start));
    let hi = greatest(Anchor::Start).or_else(|| greatest(Anchor::End));
    let [low, high] = ranges.iter().map(ends).reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])?;
    let (lo, hi) = (lo.unwrap_or(Bound::start(low)), hi.unwrap_or(Bound::end(high)));
    let crossed = lo.anchor == Anchor::End && hi.anchor == Anchor::Start;
    Some(if crossed { Range::new(Bound::start(low), Bound::end(high)) } else { Range::new(lo, hi) })
}

/// How far a range reaches beyond the domain; at least to the end that it does not count from.
fn ends(range: &Range) -> [i32; 2] {
    let far = |bounds: &[Bound], end: Anchor| bounds.iter().any(|b| b.anchor == end);
    let (lo, hi) = (range.lo.iter().map(|b| b.offset).max(), range.hi.iter().map(|b| b.offset).min());
    let low = if far(&range.lo, Anchor::End) { 0 } else { lo.unwrap_or(0) };
    let high = if far(&range.hi, Anchor::Start) { 0 } else { hi.unwrap_or(0) };
    [low, high]
}
