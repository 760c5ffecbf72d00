//! How far storage must reach: the extents of containers, from the loops and offsets with which they are accessed.

use crate::access::accesses_of;
use crate::tree::{Node, NodeId, Tree};
use tradewind_ir::{Access, Anchor, Axis, Bound, Extent, FieldId, IdVec, KIndex, Range};

/// Sets every container's extent to the union of its accesses (data-dependent levels count as the current one), of the halo
/// updates that it takes part in, and of the fields that it is copied to and from. `levels` is the smallest K size that the
/// program allows; I and J may have one point.
pub fn set_extents(tree: &mut Tree, levels: i64) {
    let mut extents: IdVec<FieldId, Extent> = tree.fields.values().map(|_| Extent::ZERO).collect();
    let mut equals = Vec::new();
    let walk = Walk { tree, sizes: [1, 1, levels] };
    walk.visit(tree.root, &mut [None, None, None], &mut extents, &mut equals);
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

struct Walk<'a> {
    tree: &'a Tree,
    sizes: [i64; 3],
}

impl Walk<'_> {
    fn visit<'t>(
        &'t self,
        node: NodeId,
        ranges: &mut [Option<&'t Range>; 3],
        extents: &mut IdVec<FieldId, Extent>,
        equals: &mut Vec<(FieldId, FieldId)>,
    ) {
        match &self.tree.nodes[node] {
            Node::Loop(l) => {
                let outer = ranges[l.axis.index()].replace(&l.range);
                self.visit(l.body, ranges, extents, equals);
                ranges[l.axis.index()] = outer;
            }
            Node::Leaf(leaf) => {
                for touch in leaf.stmts.iter().flat_map(accesses_of) {
                    let extent = &mut extents[touch.access.field];
                    *extent = extent.union(self.reach(touch.access, ranges));
                }
            }
            Node::Exchange { fields, width } => {
                let w = i32::try_from(width.unwrap_or(0)).unwrap_or(i32::MAX);
                for field in fields {
                    extents[*field] = extents[*field].union(Extent([(-w, w), (-w, w), (0, 0)]));
                }
            }
            Node::Copy { to: a, from: b } | Node::Swap { a, b } => equals.push((*a, *b)),
            other => other.children().for_each(|child| self.visit(child, ranges, extents, equals)),
        }
    }

    /// How far one access reaches beyond the domain.
    fn reach(&self, access: &Access, ranges: &[Option<&Range>; 3]) -> Extent {
        let level = if let KIndex::Offset(k) = access.k { k } else { 0 };
        let offset = [access.offset[0], access.offset[1], level];
        Extent(std::array::from_fn(|n| match ranges[n] {
            Some(range) => {
                let (low, high) = beyond(range, self.sizes[n]);
                (low + offset[n], high + offset[n])
            }
            None => (0, 0),
        }))
    }
}

/// The greatest distances by which a range leaves the domain, over all sizes from `smallest` on: of its first point from
/// the start, of its last from the end. Nothing is left by a range inside the domain.
fn beyond(range: &Range, smallest: i64) -> (i32, i32) {
    let size = i32::try_from(smallest).unwrap_or(i32::MAX);
    let from = |bounds: &[Bound], anchor: Anchor, sign: i32| -> Vec<i32> {
        bounds.iter().map(|b| if b.anchor == anchor { b.offset } else { b.offset.saturating_add(sign * size) }).collect()
    };
    let low = from(&range.lo, Anchor::Start, 1).into_iter().max().unwrap_or(0);
    let high = from(&range.hi, Anchor::End, -1).into_iter().min().unwrap_or(0);
    (low, high)
}
