//! Boxes of the horizontal plane.

use crate::domain::{Axis, Bound, Range};

/// A box of the horizontal plane: per axis from `lo` up to, not including, `hi`; `None` is open and reaches as far as the
/// execution's extent does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct HorizontalBox {
    pub i: Side,
    pub j: Side,
}

/// A side of a box: from where, up to where; `None` is open.
pub type Side = (Option<Bound>, Option<Bound>);

impl HorizontalBox {
    /// The box's side along I or J.
    pub fn side(&self, axis: Axis) -> Side {
        if axis == Axis::I { self.i } else { self.j }
    }
    /// Whether all of the box lies in another one, whatever the size of the domain.
    pub fn lies_in(&self, other: &HorizontalBox) -> bool {
        let within = |(lo, hi): Side, (low, high): Side| {
            let is_above = low.is_none_or(|low| lo.is_some_and(|lo| low.at_most(lo, 1)));
            is_above && high.is_none_or(|high| hi.is_some_and(|hi| hi.at_most(high, 1)))
        };
        within(self.i, other.i) && within(self.j, other.j)
    }
    /// A box of points that lie in this one or in `next`, which starts where this one ends, or before, but not before this one
    /// does: from the start of this one to the end of the other.
    pub fn joined(&self, next: &HorizontalBox) -> Option<HorizontalBox> {
        let sides = |(low, high): Side, (lo, hi): Side| {
            let follows = low.is_none_or(|low| lo.is_some_and(|lo| !lo.at_most(low, 1)));
            (follows && lo?.at_most(high?, 1)).then_some((low, hi))
        };
        match (self.i == next.i, self.j == next.j) {
            (_, true) => Some(HorizontalBox { i: sides(self.i, next.i)?, j: self.j }),
            (true, _) => Some(HorizontalBox { i: self.i, j: sides(self.j, next.j)? }),
            _ => None,
        }
    }
    /// The part of `range` on `axis` that lies in the box.
    pub fn clip(&self, axis: Axis, range: &Range) -> Range {
        let (lo, hi) = self.side(axis);
        range.intersect(&Range { lo: lo.into_iter().collect(), hi: hi.into_iter().collect() })
    }
}
