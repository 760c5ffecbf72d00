//! Boxes of the horizontal plane.

use crate::domain::{Axis, Bound, Domain, Range};
use crate::tile::{Tile, TileEdge};

/// A box of the horizontal plane: per axis from `lo` up to, not including, `hi`; `None` is open and reaches as far as the
/// execution's extent does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct HorizontalBox {
    pub i: Side,
    pub j: Side,
}

/// A side of a box: from where, up to where; `None` is open.
pub type Side = (Option<Edge>, Option<Edge>);

/// Where a box begins or ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Edge {
    Domain(Bound),
    /// So many points after an edge of the tile. Where that lies, seen from the domain, only a call knows: outside of the domain, perhaps.
    Tile(TileEdge, i32),
}

impl Edge {
    /// The position for an axis of `size` points, with the start of the domain at zero.
    pub fn at(self, axis: Axis, size: i64, tile: Tile) -> i64 {
        match self {
            Edge::Domain(bound) => bound.at(size),
            Edge::Tile(edge, offset) => tile.edge(axis, edge) + i64::from(offset),
        }
    }
    /// The edge moved by `by` points.
    pub fn shift(self, by: i32) -> Edge {
        match self {
            Edge::Domain(bound) => Edge::Domain(bound.shift(by)),
            Edge::Tile(edge, offset) => Edge::Tile(edge, offset.saturating_add(by)),
        }
    }
    /// How many points it is from what it counts from.
    pub fn offset(self) -> i32 {
        match self {
            Edge::Domain(Bound { offset, .. }) | Edge::Tile(_, offset) => offset,
        }
    }
    /// The bound that it is, unless it counts from the tile.
    pub fn bound(self) -> Option<Bound> {
        if let Edge::Domain(bound) = self { Some(bound) } else { None }
    }
    /// Whether `self <= other` is known, for every domain and tile. An edge of the tile compares with itself only.
    pub fn at_most(self, other: Edge) -> bool {
        match (self, other) {
            (Edge::Domain(a), Edge::Domain(b)) => a.at_most(b, 1),
            (Edge::Tile(a, by), Edge::Tile(b, than)) => a == b && by <= than,
            _ => false,
        }
    }
}

impl From<Bound> for Edge {
    fn from(bound: Bound) -> Edge {
        Edge::Domain(bound)
    }
}

impl HorizontalBox {
    /// The box's side along I or J.
    pub fn side(&self, axis: Axis) -> Side {
        if axis == Axis::I { self.i } else { self.j }
    }
    /// What the domain says of the side along I or J: edges of the tile are open, so that no point of the box lies outside.
    pub fn bounds(&self, axis: Axis) -> (Option<Bound>, Option<Bound>) {
        let (lo, hi) = self.side(axis);
        (lo.and_then(Edge::bound), hi.and_then(Edge::bound))
    }
    /// All edges that it has.
    pub fn edges(&self) -> impl Iterator<Item = Edge> {
        [self.i.0, self.i.1, self.j.0, self.j.1].into_iter().flatten()
    }
    /// Whether it begins or ends at an edge of the tile.
    pub fn has_tile_edges(&self) -> bool {
        self.edges().any(|edge| matches!(edge, Edge::Tile(..)))
    }
    /// Whether a point lies in the box.
    pub fn has(&self, point: [i64; 3], domain: Domain, tile: Tile) -> bool {
        [Axis::I, Axis::J].into_iter().all(|axis| {
            let (at, size, (lo, hi)) = (point[axis.index()], domain[axis.index()], self.side(axis));
            lo.is_none_or(|lo| lo.at(axis, size, tile) <= at) && hi.is_none_or(|hi| at < hi.at(axis, size, tile))
        })
    }
    /// Whether all of the box lies in another one, whatever the size of the domain.
    pub fn lies_in(&self, other: &HorizontalBox) -> bool {
        let within = |(lo, hi): Side, (low, high): Side| {
            let is_above = low.is_none_or(|low| lo.is_some_and(|lo| low.at_most(lo)));
            is_above && high.is_none_or(|high| hi.is_some_and(|hi| hi.at_most(high)))
        };
        within(self.i, other.i) && within(self.j, other.j)
    }
    /// A box of points that lie in this one or in `next`, which starts where this one ends, or before, but not before this one
    /// does: from the start of this one to the end of the other.
    pub fn joined(&self, next: &HorizontalBox) -> Option<HorizontalBox> {
        let sides = |(low, high): Side, (lo, hi): Side| {
            let follows = low.is_none_or(|low| lo.is_some_and(|lo| is_not_before(lo, low)));
            (follows && lo?.at_most(high?)).then_some((low, hi))
        };
        match (self.i == next.i, self.j == next.j) {
            (_, true) => Some(HorizontalBox { i: sides(self.i, next.i)?, j: self.j }),
            (true, _) => Some(HorizontalBox { i: self.i, j: sides(self.j, next.j)? }),
            _ => None,
        }
    }
    /// The part of `range` on `axis` that lies in the box, as far as the domain says.
    pub fn clip(&self, axis: Axis, range: &Range) -> Range {
        let (lo, hi) = self.bounds(axis);
        range.intersect(&Range { lo: lo.into_iter().collect(), hi: hi.into_iter().collect() })
    }
}

/// Whether an edge is known to lie behind another one.
fn is_not_before(edge: Edge, other: Edge) -> bool {
    match (edge, other) {
        (Edge::Domain(edge), Edge::Domain(other)) => !edge.at_most(other, 1),
        _ => other.shift(1).at_most(edge),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_of_the_tile_compare_with_themselves_only() {
        let (first, second) = (Edge::Tile(TileEdge::Start, 0), Edge::Tile(TileEdge::Start, 1));
        assert!(first.at_most(second) && !second.at_most(first));
        for other in [Bound::START.into(), Bound::END.into(), Edge::Tile(TileEdge::End, 0), Bound::end(1 << 12).into()] {
            assert!(!first.at_most(other) && !other.at_most(first), "{other:?}");
        }
        let row = |j| HorizontalBox { i: (None, None), j };
        let [edge, beside] = [row((Some(first), Some(second))), row((Some(second), None))];
        assert!(edge.lies_in(&row((Some(first), None))) && !edge.lies_in(&row((Some(Bound::START.into()), None))));
        assert_eq!(edge.joined(&beside), Some(row((Some(first), None))));
        assert_eq!(edge.joined(&row((Some(Bound::start(1).into()), None))), None);
        assert_eq!(row((Some(Bound::START.into()), Some(second))).joined(&beside), None);
    }

    #[test]
    fn a_box_at_an_edge_of_the_tile_has_points_where_the_domain_has_that_edge() {
        let region = HorizontalBox { i: (None, None), j: (Some(Edge::Tile(TileEdge::End, -2)), None) };
        let domain = [4, 3, 1];
        let points = |tile| (-1..4).filter(|j| region.has([0, *j, 0], domain, tile)).collect::<Vec<_>>();
        assert_eq!(points(Tile::of_domain(domain)), [1, 2, 3]);
        assert_eq!(points(Tile([(0, 4), (-3, 6)])), []);
        assert_eq!(points(Tile([(0, 4), (0, 6)]).seen_from([0, 3, 0])), [1, 2, 3]);
    }
}
