//! Boxes of points whose sides are given for all sizes of the domain, and sets of them.

use crate::domain::{Axis, Range};
use crate::footprint::Clip;

/// How many boxes a set holds at most. Beyond that, what is certain forgets and what is possible becomes everything.
const LIMIT: usize = 24;

/// How many pieces a box may fall into where the points of a set are taken out of it.
const PIECES: usize = 200;

/// A box of points, one clip for each axis. A field without an axis is not clipped along it.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Block(pub [Clip; 3]);

impl Block {
    /// All points.
    pub const ALL: Block = Block([Clip::ALL; 3]);

    /// The box with `[start + low, end + high)` on each axis.
    pub fn of(ranges: &[Range; 3]) -> Block {
        Block(std::array::from_fn(|n| Clip::of_range(&ranges[n])))
    }
    /// The box with another side on one axis.
    pub fn with(mut self, axis: Axis, side: Clip) -> Block {
        self.0[axis.index()] = side;
        self
    }
    /// The points of both.
    pub fn and(self, other: Block) -> Block {
        Block(std::array::from_fn(|n| self.0[n].and(other.0[n])))
    }
    /// Whether there is no point on any domain of at least `min` points.
    pub fn is_empty(self, min: [i64; 3]) -> bool {
        self.0.iter().zip(min).any(|(side, min)| side.is_empty(min))
    }
    /// Whether there is a point on every domain that is large enough.
    pub fn has_points_on_large(self) -> bool {
        self.0.iter().all(|side| side.has_points_on_large())
    }
    /// The points that `cut` does not have, as boxes that may overlap.
    pub fn without(self, cut: Block, min: [i64; 3]) -> impl Iterator<Item = Block> {
        let is_apart = !self.meets(cut, min);
        let axes: &[Axis] = if is_apart { &[] } else { &Axis::ALL };
        let mut rest = self;
        let pieces = axes.iter().flat_map(move |axis| {
            let (around, side) = (rest, rest.0[axis.index()]);
            rest = rest.with(*axis, side.and(cut.0[axis.index()]));
            cut.0[axis.index()].outside().map(move |outside| around.with(*axis, side.and(outside)))
        });
        is_apart.then_some(self).into_iter().chain(pieces.filter(move |piece| !piece.is_empty(min)))
    }
    /// Whether there may be points of both.
    pub fn meets(self, other: Block, min: [i64; 3]) -> bool {
        !self.and(other).is_empty(min)
    }
    fn contains(self, other: Block, min: [i64; 3]) -> bool {
        other.without(self, min).next().is_none()
    }
    /// The box of the points of both, where that is one.
    fn joined(self, other: Block, min: [i64; 3]) -> Option<Block> {
        let mut apart = (0..3).filter(|n| self.0[*n] != other.0[*n]);
        let (n, None) = (apart.next()?, apart.next()) else { return None };
        let side = self.0[n].joined(other.0[n], min[n]).or_else(|| other.0[n].joined(self.0[n], min[n]))?;
        Some(self.with(Axis::ALL[n], side))
    }
}

/// A set of points.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Blocks(Vec<Block>);

impl Blocks {
    /// The boxes whose union this is.
    pub fn iter(&self) -> impl Iterator<Item = Block> {
        self.0.iter().copied()
    }
    /// Whether it has no point.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Adds the points of a box, or as many of them as there is room for.
    pub fn add(&mut self, block: Block, min: [i64; 3]) {
        if block.is_empty(min) || self.has_in_one(block, min) {
            return;
        }
        self.0.retain(|known| !block.contains(*known, min));
        let join = self.0.iter().enumerate().find_map(|(n, known)| Some((n, known.joined(block, min)?)));
        match join {
            Some((n, joined)) => {
                self.0.swap_remove(n);
                self.add(joined, min);
            }
            None if self.0.len() < LIMIT => self.0.push(block),
            None => {}
        }
    }
    /// Adds the points of a box, or all points where there is no room for it.
    pub fn add_or_all(&mut self, block: Block, min: [i64; 3]) {
        self.add(block, min);
        if self.0.len() == LIMIT {
            self.0 = vec![Block::ALL];
        }
    }
    /// The points of a box that are not in the set; more of them where these fall into very many pieces.
    pub fn missing(&self, block: Block, min: [i64; 3]) -> Vec<Block> {
        if block.is_empty(min) || self.has_in_one(block, min) {
            return Vec::new();
        }
        let mut left = vec![block];
        for known in &self.0 {
            if left.len() > PIECES {
                break;
            }
            if left.iter().any(|piece| piece.meets(*known, min)) {
                // Pieces overlap, and many of them are the same.
                let mut pieces = Blocks::default();
                for piece in left.iter().flat_map(|piece| piece.without(*known, min)) {
                    if !pieces.has_in_one(piece, min) {
                        pieces.0.push(piece);
                    }
                }
                left = pieces.0;
            }
        }
        left
    }
    /// Whether one of the boxes has all points of another one.
    fn has_in_one(&self, block: Block, min: [i64; 3]) -> bool {
        self.0.iter().any(|known| known.contains(block, min))
    }
    /// Whether the set may have a point of a box.
    pub fn meets(&self, block: Block, min: [i64; 3]) -> bool {
        self.0.iter().any(|known| known.meets(block, min))
    }
    /// Takes the points of a box out of what is certain.
    pub fn cut(&mut self, block: Block, min: [i64; 3]) {
        if self.meets(block, min) {
            for known in std::mem::take(&mut self.0) {
                known.without(block, min).for_each(|piece| self.add(piece, min));
            }
        }
    }
    /// Takes the points of a box out of what is possible; fewer of them where there is no room for the pieces that are left.
    pub fn cut_what_fits(&mut self, block: Block, min: [i64; 3]) {
        let mut left = Blocks::default();
        for (n, known) in self.0.iter().enumerate() {
            let pieces: Vec<Block> = known.without(block, min).collect();
            if left.0.len() + pieces.len() + self.0.len() - n > LIMIT {
                left.0.push(*known);
            } else {
                pieces.into_iter().for_each(|piece| left.add(piece, min));
            }
        }
        *self = left;
    }
    /// The points that are certainly in both.
    pub fn both(&self, other: &Blocks, min: [i64; 3]) -> Blocks {
        if self == other {
            return self.clone();
        }
        let mut both = Blocks::default();
        self.0.iter().flat_map(|a| other.0.iter().map(|b| a.and(*b))).for_each(|block| both.add(block, min));
        both
    }
    /// The points that may be in either.
    pub fn either(&self, other: &Blocks, min: [i64; 3]) -> Blocks {
        let mut either = self.clone();
        other.0.iter().for_each(|block| either.add_or_all(*block, min));
        either
    }
    /// Whether it has all points of another set.
    pub fn covers(&self, other: &Blocks, min: [i64; 3]) -> bool {
        other.0.iter().all(|block| self.missing(*block, min).is_empty())
    }
}
