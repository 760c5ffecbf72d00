//! Properties of a region's computations: whether and how they fit in 128-bit vectors, and whether they may run twice.
//!
//! A vector has two lanes if a value is eight bytes wide or if a function defined on doubles is called, and four lanes
//! otherwise. There are no vectors if a computation has integers narrower than 32 bits, or more operations in loops at points
//! than outside them.

use std::collections::BTreeSet;
use tradewind_dataflow::{Graph, Inst, KOffset, Map, MapKind, Node, Op, Region, TaskletCode};
use tradewind_ir::{Axis, Blocking, DType, FieldId, Native, Place, math};

use super::instructions::{accessed, each_inst};

/// A container at a constant offset in J and K.
pub(super) type Row = (FieldId, [i32; 2]);

/// The lanes of a vector map along I whose last vector may overlap the one before it: it is innermost, runs along the whole
/// range, has room for a vector on some domain, and nothing that it reads is what it writes, so that points may be computed twice.
/// Where it has points, it must have as many as there are lanes.
pub(super) fn overlapping(graph: &Graph, map: &Map) -> Option<u8> {
    let whole = map.blocking == Blocking::POINTS;
    let fits = whole && map.kind == MapKind::Vector && map.axis == Axis::I && is_innermost(&map.body);
    of(graph, &map.body).filter(|lanes| fits && has_room(map, (*lanes).into()) && repeatable(graph, &map.body))
}

/// Whether a map has so many points on some domain.
pub(super) fn has_room(map: &Map, points: i64) -> bool {
    map.range.most_points().is_none_or(|most| most >= points)
}

/// Whether an innermost region, run along I, reads no element that it may have written. Registers are set anew each time.
fn repeatable(graph: &Graph, region: &Region) -> bool {
    let (mut reads, mut writes) = (BTreeSet::new(), BTreeSet::new());
    each_access(region, &mut |field, row, written| {
        let place = graph.fields[field].place;
        let here = |axis: Axis, n: usize| row.map(|row| slot(place, axis, row[n]));
        let row = (field, here(Axis::J, 0), here(Axis::K, 1));
        if written {
            writes.insert(row)
        } else {
            reads.insert(row)
        };
    });
    let inside: BTreeSet<FieldId> = region.allocs.iter().copied().filter(|id| graph.fields[*id].place.is_register()).collect();
    // A data-dependent level may be any.
    let meets = |a: Option<i64>, b: Option<i64>| a.is_none() || b.is_none() || a == b;
    let clash = |w: &(FieldId, Option<i64>, Option<i64>)| {
        reads.iter().any(|r| r.0 == w.0 && meets(r.1, w.1) && meets(r.2, w.2)) && !inside.contains(&w.0)
    };
    !writes.iter().any(clash)
}

/// What tells the elements at constant offsets along an axis apart: those of a window that are a multiple of its slots apart are one.
fn slot(place: Place, axis: Axis, offset: i32) -> i64 {
    match place.window.filter(|window| window.axis == axis) {
        Some(window) => window.slot(offset.into()),
        None if place.keep.has(axis) => offset.into(),
        None => 0,
    }
}

/// Whether no loop stands in the region.
pub(super) fn is_innermost(region: &Region) -> bool {
    region.graph.node_weights().all(|node| !matches!(node, Node::Map(_) | Node::Loop(_)))
}

/// Instructions of an innermost region, a loop at a point being as good as many.
pub(super) fn operations(region: &Region) -> usize {
    const LOOP: usize = 1000;
    let mut count = 0;
    let cost = |inst: &Inst| if matches!(inst, Inst::While { .. }) { LOOP } else { 1 };
    each_code(region, &mut |code| each_inst(&code.body, &mut |inst| count += cost(inst)));
    count
}

/// The rows that an innermost region touches, in the order of their first use; a data-dependent level counts as the present one.
pub(super) fn rows_of(region: &Region) -> Vec<Row> {
    let (mut rows, mut known) = (Vec::new(), BTreeSet::new());
    each_access(region, &mut |field, row, _| {
        let row = (field, row.unwrap_or([0, 0]));
        if known.insert(row) {
            rows.push(row);
        }
    });
    rows
}

/// The containers that a region accesses, loops inside it included.
pub(super) fn fields_of(region: &Region) -> BTreeSet<FieldId> {
    let mut fields = BTreeSet::new();
    each_code(region, &mut |code| fields.extend(accessed(code)));
    fields
}

/// Calls `visit` with every access: the container, offsets in J and K unless the level depends on data, whether it is written.
fn each_access(region: &Region, visit: &mut impl FnMut(FieldId, Option<[i32; 2]>, bool)) {
    let row = |j: i32, k: &KOffset| if let KOffset::Constant(k) = k { Some([j, *k]) } else { None };
    each_code(region, &mut |code| {
        each_inst(&code.body, &mut |inst| match inst {
            Inst::Let(_, Op::Load { field, offset, k, .. }) => visit(*field, row(offset[1], k), false),
            Inst::Store { field, k, .. } => visit(*field, row(0, k), true),
            _ => {}
        });
    });
}

/// The lanes that the region needs, if it fits.
pub(super) fn of(graph: &Graph, region: &Region) -> Option<u8> {
    let (mut fits, mut wide) = (true, false);
    let mut check = |dtype: DType| {
        fits &= !matches!(dtype, DType::I8 | DType::I16);
        wide |= dtype.size() == 8;
    };
    each_code(region, &mut |code| {
        code.values.values().for_each(|dtype| check(*dtype));
        accessed(code).into_iter().for_each(|field| check(graph.fields[field].dtype));
    });
    each_code(region, &mut |code| {
        let (mut all, mut looped) = (0, 0);
        each_inst(&code.body, &mut |inst| {
            all += 1;
            match inst {
                Inst::While { head, body, .. } => looped += head.len() + body.len(),
                Inst::Let(_, Op::Call1(native, _) | Op::Call2(native, ..) | Op::Call3(native, ..)) => {
                    wide |= is_transcendental(*native)
                }
                _ => {}
            }
        });
        fits &= 2 * looped <= all;
    });
    fits.then_some(if wide { 2 } else { 4 })
}

/// Whether the function is computed in double precision whatever its type.
pub(super) fn is_transcendental(native: Native) -> bool {
    math::definition(native).is_some()
}

/// Calls `visit` on the code of every tasklet of a region, those in loops included.
pub(super) fn each_code<'r>(region: &'r Region, visit: &mut impl FnMut(&'r TaskletCode)) {
    for node in region.nodes() {
        match node {
            Node::Tasklet { code, .. } => visit(code),
            node => node.regions().for_each(|inside| each_code(inside, visit)),
        }
    }
}
