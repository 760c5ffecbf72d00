//! What it gains to compute a value once.
//!
//! Against the operations and loads of all copies of the value stand those of one, a store, and a load at each point where it
//! is used. Operations that several copies have in common are computed once in either case.

use super::values::{Repeated, Shift, Values};
use crate::expressions::cost::X86_64;
use crate::expressions::term::Term;
use egg::Id;
use std::collections::HashSet;

/// Quarters of a cycle for a load and for a store of an element that is in the nearest cache, in the units of [`X86_64`].
const LOAD: i64 = 2;
const STORE: i64 = 4;
/// What a temporary costs besides: a loop of its own over each row. Values of six sums and products gain where they are written out
/// twice, values of five do not (ADR 26).
const ROW: i64 = 16;
/// The same where it is read at several levels: planes of it leave the nearest cache.
const PLANE: i64 = 64;

/// Quarters of a cycle that sharing a value saves at a point, if it saves any.
pub(super) fn gain(values: &Values<'_>, value: &Repeated<'_, '_>) -> Option<i64> {
    let (mut once, mut written_out) = (HashSet::new(), HashSet::new());
    collect(values, value.id, [0; 3], &mut once);
    for point in &value.points {
        collect(values, value.id, *point, &mut written_out);
    }
    let saved = cost(values, &written_out) - cost(values, &once);
    let overhead = if value.has_levels() { PLANE } else { ROW };
    let gain = saved - LOAD * value.points.len() as i64 - STORE - overhead;
    (gain > 0).then_some(gain)
}

/// Adds a value at a point, and all that it is made of.
fn collect(values: &Values<'_>, id: Id, at: [i32; 3], found: &mut HashSet<(Id, [i32; 3])>) {
    if found.insert((id, at)) {
        for (operand, by) in &values.nodes[usize::from(id)].operands {
            collect(values, *operand, moved(at, by), found);
        }
    }
}

/// A point so far from another one; what is the same at all points is at the first.
fn moved(at: [i32; 3], by: &Shift) -> [i32; 3] {
    [0, 1, 2].map(|axis| by[axis].map_or(0, |by| at[axis] + by))
}

fn cost(values: &Values<'_>, found: &HashSet<(Id, [i32; 3])>) -> i64 {
    let each = |(id, _): &(Id, [i32; 3])| match &values.nodes[usize::from(*id)].term {
        Term::Const(..) => 0,
        Term::Leaf(_) => LOAD,
        term => i64::from(X86_64.term(term, &|_| false).throughput),
    };
    found.iter().map(each).sum()
}
