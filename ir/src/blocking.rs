//! Several loops over one axis inside each other: blocks, and shifts.

use crate::domain::Range;
use crate::ids::ScalarId;

/// The positions of a loop within its range: how far they are apart, and where they lie as seen from the next loop around it over
/// the same axis.
///
/// | | `step` | `near` |
/// | --- | --- | --- |
/// | a loop over all points of its range | 1 | `None` |
/// | over the first points of blocks of 16 | 16 | `None` |
/// | inside that one, over the points of a block | 1 | from 0 to before 16 |
/// | inside a loop over points, at the point that is one further on | 1 | from 1 to before 2 |
/// | over the first points of blocks whose size is a scalar of the program | `$size` | `None` |
/// | inside that one, over the points of a block | 1 | the block of `$size` |
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Blocking {
    /// From one position to the next; at least 1.
    pub step: BlockSize,
    /// Relative to the position of the next loop around over the same axis. The loop runs at those positions that are in its range.
    pub near: Option<Near>,
}

/// How many points a block has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BlockSize {
    Points(u32),
    /// As many as an argument of the program says, of those from 1 to [`BlockSize::MOST`]: a value outside counts as the nearest.
    Scalar(ScalarId),
}

/// Positions near another one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Near {
    /// The first, and one past the last.
    Points(i32, i32),
    /// The points of a block that begins there, whose size is an argument of the program.
    Block(ScalarId),
}

/// The positions of one run of a loop: from `lo` on, `step` points apart, up to, not including, `hi`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Steps {
    pub lo: i64,
    pub hi: i64,
    pub step: i64,
}

impl Blocking {
    /// All points of the range.
    pub const POINTS: Blocking = Blocking { step: BlockSize::ONE, near: None };

    /// The one point that lies `by` points after the position of the loop around.
    pub fn at(by: i32) -> Blocking {
        Blocking::near(by, by + 1)
    }
    /// The points from the first up to, not including, the last, relative to the position of the loop around.
    pub fn near(first: i32, end: i32) -> Blocking {
        Blocking { step: BlockSize::ONE, near: Some(Near::Points(first, end)) }
    }
    /// The first points of blocks.
    pub fn blocks(size: BlockSize) -> Blocking {
        Blocking { step: size, near: None }
    }
    /// The points of the block that begins at the position of the loop around; a constant size is at most [`BlockSize::MOST`].
    pub fn block(size: BlockSize) -> Blocking {
        match size {
            BlockSize::Points(points) => Blocking::near(0, points as i32),
            BlockSize::Scalar(scalar) => Blocking { step: BlockSize::ONE, near: Some(Near::Block(scalar)) },
        }
    }
    /// The shift of a loop of at most one iteration: how many points after the position of the loop around it runs.
    pub fn shift(self) -> Option<i32> {
        match self.near {
            Some(Near::Points(first, end)) if first + 1 == end => Some(first),
            _ => None,
        }
    }
    /// The arguments of the program that it takes sizes from.
    pub fn scalars(self) -> impl Iterator<Item = ScalarId> {
        let step = if let BlockSize::Scalar(scalar) = self.step { Some(scalar) } else { None };
        let near = if let Some(Near::Block(scalar)) = self.near { Some(scalar) } else { None };
        step.into_iter().chain(near)
    }
    /// The positions in a range; `around` is the position of the loop around, `value` gives the values of arguments.
    pub fn steps(self, (lo, hi): (i64, i64), around: i64, value: impl Fn(ScalarId) -> i64) -> Steps {
        let step = self.step.points(&value);
        match self.near {
            None => Steps { lo, hi, step },
            Some(near) => {
                let (first, end) = near.points(&value);
                Steps { lo: lo.max(around + first), hi: hi.min(around + end), step }
            }
        }
    }
}

impl Default for BlockSize {
    /// No points: none are given.
    fn default() -> BlockSize {
        BlockSize::Points(0)
    }
}

impl BlockSize {
    pub const ONE: BlockSize = BlockSize::Points(1);
    /// The most points of a block.
    pub const MOST: u32 = 1 << 20;
    /// What a size that only a call gives is taken for where time or bytes are predicted.
    pub const EXPECTED: i64 = 16;

    /// The number of points; `value` gives the values of arguments.
    pub fn points(self, value: impl Fn(ScalarId) -> i64) -> i64 {
        match self {
            BlockSize::Points(points) => points.into(),
            BlockSize::Scalar(scalar) => value(scalar).clamp(1, BlockSize::MOST.into()),
        }
    }
}

impl Near {
    /// First position and one past the last; `value` gives the values of arguments.
    pub fn points(self, value: impl Fn(ScalarId) -> i64) -> (i64, i64) {
        match self {
            Near::Points(first, end) => (first.into(), end.into()),
            Near::Block(scalar) => (0, BlockSize::Scalar(scalar).points(value)),
        }
    }
    /// First position, and one past the last if it is the same in every call.
    pub fn bounds(self) -> (i32, Option<i32>) {
        match self {
            Near::Points(first, end) => (first, Some(end)),
            Near::Block(_) => (0, None),
        }
    }
    /// Those points of a range that can be near one of another range, in which the loop around runs.
    pub fn part(self, of: &Range, around: &Range) -> Range {
        let (first, end) = self.bounds();
        let mut near = around.moved(first, end.map_or(0, |end| end - 1));
        if end.is_none() {
            near.hi.clone_from(&of.hi);
        }
        of.intersect(&near).tightened(1)
    }
}

impl Steps {
    /// How many positions there are.
    pub fn count(self) -> i64 {
        ((self.hi - self.lo).max(0) + self.step - 1) / self.step
    }
    /// The positions, descending if wanted.
    pub fn each(self, descending: bool) -> impl Iterator<Item = i64> {
        let count = self.count();
        (0..count).map(move |n| self.lo + self.step * if descending { count - 1 - n } else { n })
    }
    /// The bounds of one of several parts, all with about as many positions; no part begins inside a block.
    pub fn part(self, n: i64, parts: i64) -> (i64, i64) {
        let count = i128::from(self.count());
        let edge = |n: i64| (self.lo + self.step * (count * i128::from(n) / i128::from(parts)) as i64).min(self.hi);
        (edge(n), edge(n + 1))
    }
}
