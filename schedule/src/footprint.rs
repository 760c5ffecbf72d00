//! How far storage must reach: the extents of containers, from the loops and offsets with which they are accessed.

use crate::tree::{Node, NodeId, Tree};
use tradewind_ir::{Access, Anchor, Axis, Bound, Expr, ExprKind, Extent, FieldId, HostStep, IdVec, Range, Stmt, StmtKind};

/// Sets every container's extent to the union of its accesses (data-dependent levels count as the current one), of the halo
/// updates that it takes part in, and of the fields that it is copied to and from. The components of a temporary, given as pairs
/// that share it, reach equally far.
///
/// As in [`tradewind_ir::extent`], domains are taken to be of sufficient size: a range that begins so many points before the
/// end does not reach below the start.
pub fn set_extents(tree: &mut Tree, components: &[(FieldId, FieldId)], least: &[(FieldId, Extent)]) {
    let mut extents: IdVec<FieldId, Extent> = tree.fields.values().map(|_| Extent::ZERO).collect();
    least.iter().for_each(|(field, extent)| extents[*field] = extents[*field].union(*extent));
    let mut equals = components.to_vec();
    visit(tree, tree.root, &mut [None, None, None], &mut extents, &mut equals);
    share(&equals, &mut extents);
    for (id, field) in tree.fields.iter_mut() {
        let mut extent = extents[id];
        Axis::ALL.into_iter().filter(|a| !field.axes.has(*a)).for_each(|a| extent.0[a.index()] = (0, 0));
        field.extent = extent;
    }
}

/// Fields whose elements are copied as a whole reach equally far.
fn share(equals: &[(FieldId, FieldId)], extents: &mut IdVec<FieldId, Extent>) {
    let mut changed = true;
    while std::mem::take(&mut changed) {
        for &(a, b) in equals {
            let both = extents[a].union(extents[b]);
            changed |= both != extents[a] || both != extents[b];
            (extents[a], extents[b]) = (both, both);
        }
    }
}

fn visit<'t>(
    tree: &'t Tree,
    node: NodeId,
    ranges: &mut [Option<&'t Range>; 3],
    extents: &mut IdVec<FieldId, Extent>,
    equals: &mut Vec<(FieldId, FieldId)>,
) {
    match &tree.nodes[node] {
        Node::Loop(l) => {
            let outer = ranges[l.axis.index()].replace(&l.range);
            visit(tree, l.body, ranges, extents, equals);
            ranges[l.axis.index()] = outer;
        }
        Node::Leaf(leaf) => {
            let ranges = std::array::from_fn(|n| ranges[n].cloned());
            leaf.stmts.iter().for_each(|stmt| touched(stmt, &ranges, extents));
        }
        Node::Host(HostStep::Exchange { fields, reach, .. }) => {
            for field in fields {
                extents[*field] = extents[*field].union(reach.unwrap_or_default());
            }
        }
        Node::Host(HostStep::Copy { to: a, from: b } | HostStep::Swap { a, b }) => equals.push((*a, *b)),
        other => other.children().for_each(|child| visit(tree, child, ranges, extents, equals)),
    }
}

/// Adds what a statement touches at the points of ranges; inside of a box, at those that lie in it.
fn touched(stmt: &Stmt, ranges: &[Option<Range>; 3], extents: &mut IdVec<FieldId, Extent>) {
    let target = if let StmtKind::Assign(assign) = &stmt.kind { Some(&assign.target) } else { None };
    for access in stmt.exprs().flat_map(|e| e.accesses()).chain(target) {
        extents[access.field] = extents[access.field].union(reach(access, ranges));
    }
    let inner = match &stmt.kind {
        StmtKind::Mask { condition: Expr { kind: ExprKind::Inside(region), .. }, .. } => {
            let clip = |axis: Axis| match &ranges[axis.index()] {
                Some(range) if axis != Axis::K => Some(region.clip(axis, range)),
                range => range.clone(),
            };
            &Axis::ALL.map(clip)
        }
        _ => ranges,
    };
    stmt.body().iter().for_each(|s| touched(s, inner, extents));
}

/// How far one access reaches beyond the domain.
fn reach(access: &Access, ranges: &[Option<Range>; 3]) -> Extent {
    let level = access.k.known().unwrap_or(0);
    let offset = [access.offset[0], access.offset[1], level];
    let side = |bounds: &[Bound], anchor, offset: i32, tightest: fn(i32, i32) -> i32| {
        let near = bounds.iter().filter(|b| b.anchor == anchor).map(|b| b.offset.saturating_add(offset));
        if bounds.iter().any(|b| b.anchor != anchor) { 0 } else { near.reduce(tightest).unwrap_or(0) }
    };
    Extent(std::array::from_fn(|n| match &ranges[n] {
        Some(range) => (
            side(&range.lo, Anchor::Start, offset[n], i32::max).min(0),
            side(&range.hi, Anchor::End, offset[n], i32::min).max(0),
        ),
        None => (0, 0),
    }))
}
