//! The grid: axes, symbolic bounds, extents.
//!
//! A stencil or program is compiled once for all domain sizes. A position on an axis is therefore written relative to the
//! start or the end of the compute domain: `start+1`, `end-2` ([`Bound`]).

use std::fmt;

/// One axis of the grid.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Axis {
    I,
    J,
    K,
}

impl Axis {
    /// I, J, K.
    pub const ALL: [Axis; 3] = [Axis::I, Axis::J, Axis::K];
    /// 0, 1, 2.
    pub fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(["i", "j", "k"][self.index()])
    }
}

/// A set of axes: those that a field has, in the order I, J, K.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Axes(u8);

impl Axes {
    pub const NONE: Axes = Axes(0);
    pub const I: Axes = Axes(1);
    pub const J: Axes = Axes(2);
    pub const K: Axes = Axes(4);
    pub const IJ: Axes = Axes(3);
    pub const IK: Axes = Axes(5);
    pub const JK: Axes = Axes(6);
    pub const IJK: Axes = Axes(7);

    /// The set whose axis number `n` is in when bit `n` is set; higher bits are ignored.
    pub fn from_bits(bits: u8) -> Axes {
        Axes(bits & 7)
    }
    /// Whether `axis` is in the set.
    pub fn has(self, axis: Axis) -> bool {
        self.0 & (1 << axis.index()) != 0
    }
    /// The set with `axis`.
    pub fn with(self, axis: Axis) -> Axes {
        Axes(self.0 | (1 << axis.index()))
    }
    /// The axes of either set.
    pub fn union(self, other: Axes) -> Axes {
        Axes(self.0 | other.0)
    }
    /// The set without `axis`.
    pub fn without(self, axis: Axis) -> Axes {
        Axes(self.0 & !(1 << axis.index()))
    }
    /// How many axes there are.
    pub fn rank(self) -> usize {
        self.0.count_ones() as usize
    }
    /// The axes in order.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Axis> {
        Axis::ALL.into_iter().filter(move |a| self.has(*a))
    }
    /// The set written as letters in order, such as `IJ`; nothing for other words.
    pub fn from_name(name: &str) -> Option<Axes> {
        (0..8).map(Axes).find(|a| a.to_string() == name)
    }
}

impl FromIterator<Axis> for Axes {
    fn from_iter<T: IntoIterator<Item = Axis>>(axes: T) -> Axes {
        axes.into_iter().fold(Axes::NONE, Axes::with)
    }
}

impl fmt::Display for Axes {
    /// `IJK`, `IJ`, `K`; the empty set prints as `-`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("-");
        }
        self.iter().try_for_each(|a| f.write_str(["I", "J", "K"][a.index()]))
    }
}

impl fmt::Debug for Axes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The sizes (NI, NJ, NK) of a compute domain, in points.
pub type Domain = [i64; 3];

/// Which end of the domain a bound counts from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Anchor {
    Start,
    End,
}

/// A position on an axis: `start + offset` or `end + offset`, where `end` is one past the last point.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Bound {
    pub anchor: Anchor,
    pub offset: i32,
}

impl Bound {
    /// The first point of the domain.
    pub const START: Bound = Bound::start(0);
    /// One past the last point of the domain.
    pub const END: Bound = Bound::end(0);

    /// `start + offset`.
    pub const fn start(offset: i32) -> Bound {
        Bound { anchor: Anchor::Start, offset }
    }
    /// `end + offset`.
    pub const fn end(offset: i32) -> Bound {
        Bound { anchor: Anchor::End, offset }
    }
    /// The bound moved by `by` points.
    pub const fn shift(self, by: i32) -> Bound {
        Bound { anchor: self.anchor, offset: self.offset.saturating_add(by) }
    }
    /// The position for an axis of `size` points, with `start` at zero.
    pub fn at(self, size: i64) -> i64 {
        self.offset as i64 + if self.anchor == Anchor::End { size } else { 0 }
    }
    /// Whether `self <= other` for every size of at least `min_size` points.
    pub fn at_most(self, other: Bound, min_size: i64) -> bool {
        match (self.anchor, other.anchor) {
            (a, b) if a == b => self.offset <= other.offset,
            (Anchor::Start, _) => self.at(min_size) <= other.at(min_size),
            _ => false,
        }
    }
}

impl fmt::Display for Bound {
    /// `start`, `start+1`, `end-2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.anchor == Anchor::Start { "start" } else { "end" })?;
        if self.offset != 0 { write!(f, "{:+}", self.offset) } else { Ok(()) }
    }
}

/// The points from the greatest of `lo` up to, not including, the least of `hi`; empty when these cross. Several bounds on
/// a side stand where their order depends on the domain's size. Neither list is empty.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Range {
    pub lo: Vec<Bound>,
    pub hi: Vec<Bound>,
}

impl Range {
    /// `[lo, hi)`.
    pub fn new(lo: Bound, hi: Bound) -> Range {
        Range { lo: vec![lo], hi: vec![hi] }
    }
    /// `[start, end)`.
    pub fn full() -> Range {
        Range::new(Bound::START, Bound::END)
    }
    /// First point and one past the last for an axis of `size` points; `first >= last` when empty.
    pub fn at(&self, size: i64) -> (i64, i64) {
        let lo = self.lo.iter().map(|b| b.at(size)).max().unwrap_or(0);
        let hi = self.hi.iter().map(|b| b.at(size)).min().unwrap_or(0);
        (lo, hi)
    }
    /// The number of points where it does not depend on the domain's size.
    pub fn levels(&self) -> Option<i64> {
        match (self.lo.as_slice(), self.hi.as_slice()) {
            ([lo], [hi]) if lo.anchor == hi.anchor => Some((i64::from(hi.offset) - i64::from(lo.offset)).max(0)),
            _ => None,
        }
    }
    /// The greatest number of points that it has on any domain; nothing where that grows with the domain.
    pub fn most_points(&self) -> Option<i64> {
        let points = |lo: &Bound, hi: &Bound| (lo.anchor == hi.anchor).then(|| i64::from(hi.offset) - i64::from(lo.offset));
        let pairs = self.lo.iter().flat_map(|lo| self.hi.iter().filter_map(move |hi| points(lo, hi)));
        pairs.min().map(|most| most.max(0))
    }
    /// Whether there is a point in it for every size of the domain from `min` on.
    pub fn has_points(&self, min: i64) -> bool {
        self.lo.iter().all(|lo| self.hi.iter().all(|hi| lo.shift(1).at_most(*hi, min)))
    }
    /// The range with its lower bounds moved by `lo` points, its upper ones by `hi`.
    pub fn moved(&self, lo: i32, hi: i32) -> Range {
        let side = |bounds: &[Bound], by: i32| bounds.iter().map(|b| b.shift(by)).collect();
        Range { lo: side(&self.lo, lo), hi: side(&self.hi, hi) }
    }
    /// The range without bounds that never decide on domains of at least `min` points, in canonical order.
    pub fn tightened(&self, min: i64) -> Range {
        let range = self.intersect(self);
        let keep = |bounds: &[Bound], loses: &dyn Fn(Bound, Bound) -> bool| -> Vec<Bound> {
            let beaten = |b: &Bound| bounds.iter().any(|o| o.anchor != b.anchor && loses(*b, *o));
            bounds.iter().copied().filter(|b| !beaten(b)).collect()
        };
        Range { lo: keep(&range.lo, &|b, o| b.at_most(o, min)), hi: keep(&range.hi, &|b, o| o.at_most(b, min)) }
    }
    /// The common points of two ranges. Bounds of one anchor are merged; the result is in canonical order.
    pub fn intersect(&self, other: &Range) -> Range {
        fn merge(bounds: impl Iterator<Item = Bound>, lower: bool) -> Vec<Bound> {
            let mut best: [Option<Bound>; 2] = [None, None];
            for b in bounds {
                let slot = &mut best[(b.anchor == Anchor::End) as usize];
                *slot = Some(match *slot {
                    Some(c) if lower == (c.offset > b.offset) => c,
                    _ => b,
                });
            }
            best.into_iter().flatten().collect()
        }
        Range {
            lo: merge(self.lo.iter().chain(&other.lo).copied(), true),
            hi: merge(self.hi.iter().chain(&other.hi).copied(), false),
        }
    }
}

impl fmt::Display for Range {
    /// `[start-1, end+1)`, with several bounds `[max(start, end-3), end)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |f: &mut fmt::Formatter<'_>, word: &str, bounds: &[Bound]| match bounds {
            [one] => write!(f, "{one}"),
            many => {
                let many: Vec<_> = many.iter().map(Bound::to_string).collect();
                write!(f, "{word}({})", many.join(", "))
            }
        };
        f.write_str("[")?;
        side(f, "max", &self.lo)?;
        f.write_str(", ")?;
        side(f, "min", &self.hi)?;
        f.write_str(")")
    }
}

/// How far beyond the compute domain something reaches, in points: `i: (-1, 2)` is one point below the start and two past
/// the end. The low side is never positive, the high side never negative, except where an extent describes less than the
/// domain; the K axis is used for storage only.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Extent(pub [(i32, i32); 3]);

impl Extent {
    pub const ZERO: Extent = Extent([(0, 0); 3]);

    /// So many points on every side in I and J.
    pub fn around(width: i32) -> Extent {
        Extent([(-width, width), (-width, width), (0, 0)])
    }
    /// The points of both.
    pub fn intersect(self, other: Extent) -> Extent {
        Extent(std::array::from_fn(|n| (self.0[n].0.max(other.0[n].0), self.0[n].1.min(other.0[n].1))))
    }
    /// Whether all points of another extent are in this one.
    pub fn covers(self, other: Extent) -> bool {
        self.union(other) == self
    }
    /// The smallest extent that covers both.
    pub fn union(self, other: Extent) -> Extent {
        Extent(std::array::from_fn(|n| (self.0[n].0.min(other.0[n].0), self.0[n].1.max(other.0[n].1))))
    }
    /// The extent moved by `offset`: what is read at `offset` from every point of this extent.
    pub fn shift(self, offset: [i32; 3]) -> Extent {
        Extent(std::array::from_fn(|n| (self.0[n].0.saturating_add(offset[n]), self.0[n].1.saturating_add(offset[n]))))
    }
    /// `[start + low, end + high)` on `axis`.
    pub fn range(self, axis: Axis) -> Range {
        let (lo, hi) = self.0[axis.index()];
        Range::new(Bound::start(lo), Bound::end(hi))
    }
}

impl fmt::Display for Extent {
    /// `i(-1,1) j(0,0) k(0,0)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [i, j, k] = self.0;
        write!(f, "i({},{}) j({},{}) k({},{})", i.0, i.1, j.0, j.1, k.0, k.1)
    }
}
