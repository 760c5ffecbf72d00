//! Tiles: a part of the grid that several domains make up together, such as a face of a cubed sphere, whose edges are where the parts
//! of the grid meet.

use crate::domain::{Axis, Domain};

/// Where the tile lies along I and J: its first point, and one past its last, counted from the start of the domain. The domain need not
/// touch an edge of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Tile(pub [(i64, i64); 2]);

/// The edge at which a tile begins, or the one at which it ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TileEdge {
    Start,
    End,
}

impl Tile {
    /// The domain itself.
    pub fn of_domain([i, j, _]: Domain) -> Tile {
        Tile([(0, i), (0, j)])
    }
    /// The tile, counted from a point of the domain.
    pub fn seen_from(self, [i, j, _]: [i64; 3]) -> Tile {
        let [(i_first, i_end), (j_first, j_end)] = self.0;
        Tile([(i_first - i, i_end - i), (j_first - j, j_end - j)])
    }
    /// The position of an edge along I or J; along K, where a tile has none, of the start of the domain.
    pub fn edge(self, axis: Axis, edge: TileEdge) -> i64 {
        let (first, end) = self.0.get(axis.index()).copied().unwrap_or((0, 0));
        if edge == TileEdge::Start { first } else { end }
    }
}
