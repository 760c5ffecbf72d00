//! That a graph stays inside the arrays of its arguments. An array need only have the points that the program itself accesses
//! ([`crate::needs`]), which may be fewer than those of the domain. Whatever a schedule did, the final graph must keep to them: no
//! array is read or written outside.

use crate::signature::{FieldInfo, Signature};
use std::collections::BTreeSet;
use tradewind_dataflow::memlet::graph_effects;
use tradewind_dataflow::{Graph, SubsetDim};
use tradewind_ir::{Anchor, Axis, Bound, Code, Diagnostic, Range};

/// Checks the accesses of a graph on every domain.
///
/// # Errors
/// The arguments that it accesses at points that an array need not have.
pub(crate) fn check(graph: &Graph, signature: &Signature) -> Result<(), Vec<Diagnostic>> {
    let effects = graph_effects(graph);
    let mut found = Vec::new();
    for field in &signature.fields {
        for subset in effects.reads.of(field.id).iter().chain(effects.writes.of(field.id)) {
            for axis in field.axes.iter() {
                // All of a container is what there is of it: a computed level is clamped, a copy takes the points of both.
                let Some(SubsetDim::Range(range)) = &subset.0[axis.index()] else { continue };
                let size = sizes(field, axis, range, signature.min_size[axis.index()]).into_iter().find(|size| {
                    let ((lo, hi), (first, end)) = (range.at(*size), field.needed(axis, *size));
                    lo < hi && (lo < first || end < hi)
                });
                found.extend(size.map(|size| outside(graph, field, axis, range, size)));
            }
        }
    }
    if found.is_empty() { Ok(()) } else { Err(found) }
}

/// Sizes of the domain that decide for all from `min` on: what is accessed and what is needed are the greatest and the least of bounds,
/// and these meet at one size for each pair.
fn sizes(field: &FieldInfo, axis: Axis, range: &Range, min: i64) -> BTreeSet<i64> {
    let of = |anchor: Anchor| {
        let bounds = range.lo.iter().chain(&range.hi).filter(move |b| b.anchor == anchor);
        bounds.map(|b: &Bound| i64::from(b.offset)).chain(field.needed_bounds(axis, anchor))
    };
    let meetings = of(Anchor::Start).flat_map(|start| of(Anchor::End).map(move |end| start.saturating_sub(end)));
    let around = meetings.flat_map(|n| [n.saturating_sub(1), n, n.saturating_add(1)]);
    around.filter(|n| (min..i64::from(i32::MAX)).contains(n)).chain([min]).collect()
}

fn outside(graph: &Graph, field: &FieldInfo, axis: Axis, range: &Range, size: i64) -> Diagnostic {
    let ((lo, hi), (first, end)) = (range.at(size), field.needed(axis, size));
    let message = format!("the schedule accesses `{}` at points that an array need not have", field.name);
    let span = graph.fields[field.id].span;
    Diagnostic::error(Code::INVALID_GRAPH, message, span, "this field").note(format!(
        "on a domain of {size} points along {axis} it accesses [{lo}, {hi}), and the program itself no more than [{first}, {end})"
    ))
}
