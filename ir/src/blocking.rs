//! Several loops over one axis inside each other: blocks, and shifts.

use std::fmt;

/// The positions of a loop within its range: how far they are apart, and where they lie as seen from the next loop around it over
/// the same axis.
///
/// | | `step` | `near` |
/// | --- | --- | --- |
/// | a loop over all points of its range | 1 | `None` |
/// | over the first points of blocks of 16 | 16 | `None` |
/// | inside that one, over the points of a block | 1 | `Some((0, 16))` |
/// | inside a loop over points, at the point that is one further on | 1 | `Some((1, 2))` |
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Blocking {
    /// From one position to the next; at least 1.
    pub step: u32,
    /// First position, and one past the last, relative to the position of the next loop around over the same axis. The loop runs
    /// at those of them that are in its range.
    pub near: Option<(i32, i32)>,
}

impl Blocking {
    /// All points of the range.
    pub const POINTS: Blocking = Blocking { step: 1, near: None };

    /// The one point that lies `by` points after the position of the loop around.
    pub fn at(by: i32) -> Blocking {
        Blocking { step: 1, near: Some((by, by + 1)) }
    }
    /// The shift of a loop of at most one iteration: how many points after the position of the loop around it runs.
    pub fn shift(self) -> Option<i32> {
        self.near.filter(|(first, end)| first + 1 == *end).map(|(first, _)| first)
    }
    /// First position and one past the last, of those in `range`; `around` is the position of the loop around.
    pub fn clip(self, (lo, hi): (i64, i64), around: i64) -> (i64, i64) {
        match self.near {
            Some((first, end)) => (lo.max(around + i64::from(first)), hi.min(around + i64::from(end))),
            None => (lo, hi),
        }
    }
    /// How many positions there are from `lo` to before `hi`.
    pub fn count(self, (lo, hi): (i64, i64)) -> i64 {
        let step = i64::from(self.step);
        ((hi - lo).max(0) + step - 1) / step
    }
}

impl fmt::Display for Blocking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.step != 1 {
            write!(f, " step {}", self.step)?;
        }
        match self.near {
            Some((first, end)) => write!(f, " near [{first}, {end})"),
            None => Ok(()),
        }
    }
}
