//! Where temporaries live: on as many points as are used, and without levels where each level forgets the one before.

use super::plan::Plan;
use crate::python::bounds;
use tradewind_ir::footprint::{Use, uses};
use tradewind_ir::ids::Id;
use tradewind_ir::{
    Anchor, Axes, Axis, Bound, Extent, Field, FieldId, HorizontalExecution, KIndex, Order, Range, Section, Stencil,
};

/// The array of a field.
#[derive(Clone, PartialEq, Debug)]
pub struct Storage {
    /// How far it reaches beyond the domain; along K if `levels` is [`Levels::Domain`].
    pub extent: Extent,
    pub levels: Levels,
}

/// The levels of an array.
#[derive(Clone, PartialEq, Debug)]
pub enum Levels {
    /// Those of the domain and its halo.
    Domain,
    /// Those of the one parallel interval that uses the field.
    Interval(Range),
    /// One: the loop over levels has a new plane for each.
    Plane,
}

impl Storage {
    /// The axes that the array has.
    pub fn axes(&self, field: &Field) -> Axes {
        if self.levels == Levels::Plane { field.axes.without(Axis::K) } else { field.axes }
    }
    /// How far the array reaches beyond the domain on an axis.
    pub fn side(&self, axis: Axis) -> (i32, i32) {
        self.extent.0[axis.index()]
    }
    /// `(ni + 2, nj, nk)`
    pub fn shape(&self, field: &Field, min: [i64; 3]) -> String {
        let size = |axis: Axis| match &self.levels {
            Levels::Interval(range) if axis == Axis::K => bounds::count(axis, range, min),
            _ => bounds::count(axis, &self.extent.range(axis), min),
        };
        let sizes: Vec<String> = self.axes(field).iter().map(size).chain(field.data.iter().map(u32::to_string)).collect();
        format!("({})", sizes.join(", "))
    }
    /// Whether an execution on an interval of levels of a loop writes all of it.
    pub fn is_covered(&self, field: &Field, order: Order, interval: &Range, extent: Extent) -> bool {
        let plane = [0, 1].into_iter().all(|n| self.extent.0[n] == extent.0[n]);
        let levels = match &self.levels {
            Levels::Domain if field.axes.has(Axis::K) => order == Order::Parallel && *interval == self.extent.range(Axis::K),
            // A plane without levels is made once, where it is certain to be made.
            Levels::Domain => interval.levels() == Some(1),
            Levels::Interval(_) | Levels::Plane => true,
        };
        plane && levels && field.data.is_empty()
    }
}

/// A use and where it is made.
type Found<'a> = (usize, &'a Section, &'a HorizontalExecution, Use<'a>);

/// The storage of every field; parameters have the halo that they are passed with.
pub fn storages(stencil: &Stencil, halos: &[Extent]) -> Vec<Storage> {
    let mut found: Vec<Vec<Found>> = vec![Vec::new(); stencil.fields.len()];
    let mut orders = Vec::new();
    for vertical in &stencil.loops {
        for section in &vertical.sections {
            for execution in &section.executions {
                for u in uses(&execution.body) {
                    found[u.access.field.index()].push((orders.len(), section, execution, u));
                }
            }
            orders.push(vertical.order);
        }
    }
    let storage = |(id, field): (FieldId, &Field)| match field.is_temporary() {
        true => temporary(field, &found[id.index()], &orders),
        false => Storage { extent: halos[id.index()], levels: Levels::Domain },
    };
    stencil.fields.iter().map(storage).collect()
}

fn temporary(field: &Field, found: &[Found], orders: &[Order]) -> Storage {
    let of_axis = |axis: Axis| {
        let sides = found.iter().filter(|f| f.3.clip[0].meets(f.2.extent.0[0]) && f.3.clip[1].meets(f.2.extent.0[1]));
        let sides = sides.filter(|_| field.axes.has(axis)).map(|f| side(axis, f));
        sides.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).unwrap_or((0, 0))
    };
    let mut extent = Extent(Axis::ALL.map(of_axis));
    if found.iter().any(|f| f.3.access.k.expr().is_some()) {
        // Levels found at run time are cut to those of the domain and its halo.
        extent.0[2] = (extent.0[2].0.min(0), extent.0[2].1.max(0));
    }
    let here = |f: &Found| f.0 == found[0].0 && f.3.access.k == KIndex::Offset(0);
    let levels = match found.first() {
        Some((n, section, ..)) if field.axes.has(Axis::K) && found.iter().all(here) => match orders[*n] {
            Order::Parallel if section.interval.levels() != Some(1) => Levels::Interval(section.interval.clone()),
            _ => Levels::Plane,
        },
        _ => Levels::Domain,
    };
    Storage { extent, levels }
}

/// How far beyond the domain a use reaches on an axis; at least to the end that it does not count from.
fn side(axis: Axis, (_, section, execution, u): &Found) -> (i32, i32) {
    let (range, offset) = match axis {
        Axis::K => (section.interval.clone(), if let KIndex::Offset(k) = u.access.k { k } else { 0 }),
        _ => (u.clip[axis.index()].range(execution.extent, axis), u.access.offset[axis.index()]),
    };
    let far = |bounds: &[Bound], end: Anchor| bounds.iter().any(|b| b.anchor == end);
    let (lo, hi) = (range.lo.iter().map(|b| b.offset).max(), range.hi.iter().map(|b| b.offset).min());
    let low = if far(&range.lo, Anchor::End) { 0 } else { lo.unwrap_or(0) + offset };
    let high = if far(&range.hi, Anchor::Start) { 0 } else { hi.unwrap_or(0) + offset };
    (low, high)
}

/// Whether some statement makes a field by writing all of it before anything else touches it; nothing for fields that nothing
/// touches.
pub fn made_by_writing(plan: &Plan, stencil: &Stencil) -> Vec<Option<bool>> {
    let mut made: Vec<Option<bool>> = vec![None; stencil.fields.len()];
    for (order, interval, extent, stmt) in plan.statements() {
        let target = super::merge::single(stmt).filter(|s| s.guards.iter().all(|g| !g.is_uniform()));
        for u in uses(std::slice::from_ref(stmt)) {
            let id = u.access.field;
            let writes = u.write && target.as_ref().is_some_and(|s| s.assign.target.field == id);
            let covers = || plan.storages[id.index()].is_covered(&stencil.fields[id], order, interval, extent);
            made[id.index()].get_or_insert_with(|| writes && covers());
        }
    }
    made
}
