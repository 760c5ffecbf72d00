//! Which accesses an execution makes, and on which part of the horizontal plane.

use crate::domain::{Anchor, Axis, Bound, Extent, Range};
use crate::expr::{Access, Expr, ExprKind};
use crate::horizontal_box::HorizontalBox;
use crate::source::Span;
use crate::stencil::{Stmt, StmtKind};

/// One access of a statement.
#[derive(Clone, Copy, Debug)]
pub struct Use<'a> {
    pub access: &'a Access,
    pub write: bool,
    /// The boxes around the statement, on I and J.
    pub clip: [Clip; 2],
    /// Whether a mask, a `while`, or a box at an edge of the tile stands around the statement.
    pub conditional: bool,
    /// The number of the outermost `while` around the statement.
    pub repeated: Option<usize>,
    /// The number of the statement, outer before inner, from zero.
    pub order: usize,
    pub span: Span,
}

/// All accesses of a body in the order in which they happen: a value's reads before the write, a condition's before its body.
pub fn uses(body: &[Stmt]) -> Vec<Use<'_>> {
    let mut walk = Walk { found: Vec::new(), count: 0 };
    walk.body(body, Around { clip: [Clip::default(); 2], conditional: false, repeated: None });
    walk.found
}

/// What stands around a statement.
#[derive(Clone, Copy)]
struct Around {
    clip: [Clip; 2],
    conditional: bool,
    repeated: Option<usize>,
}

struct Walk<'a> {
    found: Vec<Use<'a>>,
    count: usize,
}

impl<'a> Walk<'a> {
    fn body(&mut self, body: &'a [Stmt], around: Around) {
        for stmt in body {
            let order = self.count;
            self.count += 1;
            match &stmt.kind {
                StmtKind::Assign(a) => {
                    stmt.exprs().for_each(|e| self.reads(e, around, order));
                    self.add(&a.target, true, around, order, stmt.span);
                }
                StmtKind::Mask { condition, body } => {
                    self.reads(condition, around, order);
                    self.body(body, Around { conditional: true, ..around });
                }
                StmtKind::While { condition, body } => {
                    let repeated = around.repeated.or(Some(order));
                    self.reads(condition, Around { repeated, ..around }, order);
                    self.body(body, Around { conditional: true, repeated, ..around });
                }
                StmtKind::Restrict { region, body } => {
                    let clip = [around.clip[0].within(region, Axis::I), around.clip[1].within(region, Axis::J)];
                    // Where the tile ends, only a call knows.
                    let conditional = around.conditional || region.has_tile_edges();
                    self.body(body, Around { clip, conditional, ..around });
                }
                StmtKind::Check { .. } => stmt.exprs().for_each(|e| self.reads(e, around, order)),
            }
        }
    }
    fn reads(&mut self, expr: &'a Expr, around: Around, order: usize) {
        expr.walk(&mut |e| {
            if let ExprKind::Field(access) = &e.kind {
                self.add(access, false, around, order, e.span);
            }
        });
    }
    fn add(&mut self, access: &'a Access, write: bool, around: Around, order: usize, span: Span) {
        let Around { clip, conditional, repeated } = around;
        self.found.push(Use { access, write, clip, conditional, repeated, order, span });
    }
}

/// The common part of boxes on one axis: for each side the tightest bound that counts from the start, and from the end.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Clip {
    lo: [Option<i32>; 2],
    hi: [Option<i32>; 2],
}

const START: usize = Anchor::Start as usize;
const END: usize = Anchor::End as usize;

impl Clip {
    /// All points.
    pub const ALL: Clip = Clip { lo: [None; 2], hi: [None; 2] };

    /// The part that lies in a box as well, as far as the domain says where that is.
    pub fn within(self, region: &HorizontalBox, axis: Axis) -> Clip {
        let (lo, hi) = region.bounds(axis);
        self.tighten(lo, hi)
    }
    fn tighten(mut self, lo: Option<Bound>, hi: Option<Bound>) -> Clip {
        if let Some(Bound { anchor, offset }) = lo {
            let side = &mut self.lo[anchor as usize];
            *side = Some(side.map_or(offset, |old| old.max(offset)));
        }
        if let Some(Bound { anchor, offset }) = hi {
            let side = &mut self.hi[anchor as usize];
            *side = Some(side.map_or(offset, |old| old.min(offset)));
        }
        self
    }
    /// The points of a range.
    pub fn of_range(range: &Range) -> Clip {
        let lower = |clip: Clip, b: &Bound| clip.tighten(Some(*b), None);
        let upper = |clip: Clip, b: &Bound| clip.tighten(None, Some(*b));
        range.hi.iter().fold(range.lo.iter().fold(Clip::default(), lower), upper)
    }
    /// The points of a stencil's domain as those of the program's, for a call on a part, which has one bound a side.
    pub fn of_part(self, part: &Range) -> Clip {
        let [lo, hi] = self.bounds();
        let of_program = |bound: Bound| {
            let side = if bound.anchor == Anchor::Start { &part.lo } else { &part.hi };
            side.iter().map(move |side| side.shift(bound.offset))
        };
        let clip = lo.flat_map(of_program).fold(Clip::ALL, |clip, b| clip.tighten(Some(b), None));
        hi.flat_map(of_program).fold(clip, |clip, b| clip.tighten(None, Some(b)))
    }
    /// The points that lie in another clip as well.
    pub fn and(self, other: Clip) -> Clip {
        // No bound is less than any bound.
        let greatest = |n: usize| self.lo[n].max(other.lo[n]);
        let least = |n: usize| match (self.hi[n], other.hi[n]) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Clip { lo: [greatest(START), greatest(END)], hi: [least(START), least(END)] }
    }
    /// The points moved by `by`.
    pub fn shift(self, by: i32) -> Clip {
        let moved = |side: [Option<i32>; 2]| side.map(|bound| bound.map(|offset| offset.saturating_add(by)));
        Clip { lo: moved(self.lo), hi: moved(self.hi) }
    }
    /// The lower bounds, of which the greatest decides, and the upper ones, of which the least does.
    pub fn bounds(self) -> [impl Iterator<Item = Bound> + Clone; 2] {
        [self.lo, self.hi].map(|[start, end]| start.map(Bound::start).into_iter().chain(end.map(Bound::end)))
    }
    /// Whether there is no point on any domain of at least `min` points.
    pub fn is_empty(self, min: i64) -> bool {
        let meet = |hi: Option<i32>, lo: Option<i32>, size: i64| {
            hi.zip(lo).is_some_and(|(hi, lo)| i64::from(hi) <= i64::from(lo).saturating_add(size))
        };
        // On large domains every bound that counts from the end lies above every one that counts from the start.
        meet(self.hi[START], self.lo[START], 0)
            || meet(self.hi[END], self.lo[END], 0)
            || meet(self.hi[START], self.lo[END], min)
    }
    /// Whether there is a point on every domain of at least `min` points.
    pub fn has_points(self, min: i64) -> bool {
        let [mut lo, hi] = self.bounds();
        lo.all(|lo| hi.clone().all(|hi| lo.shift(1).at_most(hi, min)))
    }
    /// Whether there is a point on every domain that is large enough.
    pub fn has_points_on_large(self) -> bool {
        let (lo, hi) = self.on_large();
        lo.zip(hi).is_none_or(|(lo, hi)| match (lo.anchor, hi.anchor) {
            (a, b) if a == b => lo.offset < hi.offset,
            (anchor, _) => anchor == Anchor::Start,
        })
    }
    /// The bounds that decide on large domains.
    pub fn on_large(self) -> (Option<Bound>, Option<Bound>) {
        let lo = self.lo[END].map(Bound::end).or(self.lo[START].map(Bound::start));
        (lo, self.hi[START].map(Bound::start).or(self.hi[END].map(Bound::end)))
    }
    /// The half-lines that make up what lies outside.
    pub fn outside(self) -> impl Iterator<Item = Clip> {
        let [lo, hi] = self.bounds();
        let below = lo.map(|bound| Clip::default().tighten(None, Some(bound)));
        below.chain(hi.map(|bound| Clip::default().tighten(Some(bound), None)))
    }
    /// The points from this clip's first one to the other's last one, if these are all points of both.
    pub fn joined(self, above: Clip, min: i64) -> Option<Clip> {
        let [(lo, hi), (next, last)] = [self.on_large(), above.on_large()];
        let single = |clip: Clip| clip.bounds().into_iter().all(|side| side.count() == 1);
        let (lo, hi, next, last) = (lo?, hi?, next?, last?);
        let touch = lo.at_most(next, min) && next.at_most(hi, min) && hi.at_most(last, min);
        (single(self) && single(above) && touch).then(|| Clip::default().tighten(Some(lo), Some(last)))
    }
    /// Whether nothing of the domain extended by `(low, high)` is cut off, whatever its size.
    pub fn covers(self, (low, high): (i32, i32)) -> bool {
        let from_one_end = self.lo[END].is_none() && self.hi[START].is_none();
        from_one_end && self.lo[START].is_none_or(|b| b <= low) && self.hi[END].is_none_or(|b| b >= high)
    }
    /// Whether some domain of at least one point, extended by `(low, high)`, has a point in the boxes.
    pub fn meets(self, (low, high): (i32, i32)) -> bool {
        let start = self.lo[START].map_or(low, |b| b.max(low));
        let end = self.hi[END].map_or(high, |b| b.min(high));
        // From one anchor to the same one the size does not matter; from end to start only small domains have points.
        self.hi[START].is_none_or(|b| start < b)
            && self.lo[END].is_none_or(|b| b < end)
            && self.lo[END].zip(self.hi[START]).is_none_or(|(lo, hi)| lo.saturating_add(1) < hi)
    }
    /// How far beyond a domain of sufficient size (see [`Clip::min_size`]) reads at `offset` reach, from the points of the
    /// domain extended by `(low, high)` that lie in the boxes: at most zero, at least zero. `None` if there are no points.
    pub fn reach(self, (low, high): (i32, i32), offset: i32) -> Option<(i32, i32)> {
        let first = if self.lo[END].is_some() { 0 } else { self.lo[START].map_or(low, |b| b.max(low)).saturating_add(offset) };
        let last = if self.hi[START].is_some() { 0 } else { self.hi[END].map_or(high, |b| b.min(high)).saturating_add(offset) };
        self.meets((low, high)).then_some((first.min(0), last.max(0)))
    }
    /// The smallest domain size for which reads at `offset`, from the points of the domain extended by `from` that lie in the
    /// boxes, stay within the domain extended by `field`: a box near the start may come close to the end.
    pub fn min_size(self, from: (i32, i32), offset: i32, field: (i32, i32)) -> i64 {
        let (offset, mut size) = (i64::from(offset), 1);
        if let (Some(b), true) = (self.hi[START], i64::from(from.1) + offset > i64::from(field.1)) {
            size = size.max(i64::from(b) + offset - i64::from(field.1));
        }
        if let (Some(b), true) = (self.lo[END], i64::from(from.0) + offset < i64::from(field.0)) {
            size = size.max(i64::from(field.0) - i64::from(b) - offset);
        }
        size
    }
    /// The part of `[start + low, end + high)` that lies in the boxes.
    pub fn range(self, extent: Extent, axis: Axis) -> Range {
        let [lo, hi] = self.bounds().map(Iterator::collect);
        extent.range(axis).intersect(&Range { lo, hi })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_limits_how_far_reads_reach() {
        let edge = |lo: Option<Bound>, hi: Option<Bound>| {
            Clip::default().within(&HorizontalBox { i: (lo.map(Into::into), hi.map(Into::into)), j: (None, None) }, Axis::I)
        };
        let start = edge(Some(Bound::start(0)), Some(Bound::start(1)));
        assert_eq!(start.reach((-3, 3), -2), Some((-2, 0)));
        assert_eq!(start.reach((-3, 3), 2), Some((0, 0)));
        assert_eq!(start.min_size((0, 0), 2, (0, 0)), 3);
        assert_eq!(start.min_size((0, 0), 2, (0, 2)), 1);
        let halo = edge(Some(Bound::start(-2)), Some(Bound::start(-1)));
        assert!(!halo.meets((-1, 1)) && halo.meets((-2, 0)));
        let end = edge(Some(Bound::end(-1)), None);
        assert_eq!(end.reach((0, 1), -4), Some((0, 0)));
        assert_eq!(end.min_size((0, 1), -4, (0, 0)), 5);
        assert!(!edge(Some(Bound::end(1)), None).meets((0, 1)));
    }
}
