//! What a halo update makes of what is written: the halo holds what the opposite edges of the domain hold.

use super::block::{Block, Blocks};
use crate::domain::{Anchor, Axes, Axis, Bound, Extent, Range};
use crate::footprint::Clip;
use crate::program::HALO_AXES;

/// The points that are written for certain after a halo update `reach` points deep.
pub fn certain(written: &Blocks, axes: Axes, reach: Extent, min: [i64; 3]) -> Blocks {
    exchange(written, axes, reach, min, &|side, reach, min| match has_all(side, Clip::of_range(&Range::full()), min) {
        true => images(reach).into_iter().collect(),
        false => copied(side, reach, min),
    })
}

/// The points that may be written after a halo update: all of the halo beside rows that may be.
pub fn possible(written: &Blocks, axes: Axes, reach: Extent, min: [i64; 3]) -> Blocks {
    exchange(written, axes, reach, min, &|_, reach, _| images(reach).into_iter().collect())
}

/// What a side of a box within the domain becomes in the halo along the same axis.
type Image = dyn Fn(Clip, (i32, i32), i64) -> Vec<Clip>;

fn exchange(written: &Blocks, axes: Axes, reach: Extent, min: [i64; 3], image: &Image) -> Blocks {
    let mut written = written.clone();
    for axis in HALO_AXES.into_iter().filter(|axis| axes.has(*axis)) {
        let (n, depth) = (axis.index(), reach.0[axis.index()]);
        let other = if axis == Axis::I { Axis::J } else { Axis::I };
        let rows = match axis {
            _ if !axes.has(other) => Block::ALL,
            Axis::I => Block::ALL.with(other, Clip::of_range(&Range::full())),
            _ => Block::ALL.with(other, Clip::of_range(&reach.range(other))),
        };
        let around = Clip::of_range(&reach.range(axis));
        let part = rows.with(axis, around);
        if written.iter().all(|block| has_all(block.0[n], around, min[n]) || !block.meets(part, min)) {
            // What is written of these rows is written from end to end.
            continue;
        }
        let inside = rows.with(axis, Clip::of_range(&Range::full()));
        let sources: Vec<Block> = written.iter().map(|b| b.and(inside)).filter(|b| !b.is_empty(min)).collect();
        images(depth).into_iter().for_each(|side| written.cut(rows.with(axis, side), min));
        for source in sources {
            image(source.0[n], depth, min[n]).into_iter().for_each(|side| written.add(source.with(axis, side), min));
        }
    }
    written
}

/// The halo below and above the domain.
fn images((low, high): (i32, i32)) -> [Clip; 2] {
    let clip = |lo, hi| Clip::of_range(&Range::new(lo, hi));
    [clip(Bound::start(low), Bound::START), clip(Bound::END, Bound::end(high))]
}

/// Whether a side has all points of another one.
fn has_all(side: Clip, other: Clip, min: i64) -> bool {
    side.outside().all(|outside| other.and(outside).is_empty(min))
}

/// The images of a side that is part of the domain, where they are the same for all sizes.
fn copied(side: Clip, (low, high): (i32, i32), min: i64) -> Vec<Clip> {
    let edge = |lo, hi| side.and(Clip::of_range(&Range::new(lo, hi)));
    let last = edge(Bound::end(low), Bound::END);
    let first = edge(Bound::START, Bound::start(high));
    opposite(last, Anchor::End, min).into_iter().chain(opposite(first, Anchor::Start, min)).collect()
}

/// Points near one end of the domain, moved by its size to the other end; `None` where that depends on the size.
fn opposite(edge: Clip, near: Anchor, min: i64) -> Option<Clip> {
    let [lo, hi] = edge.bounds();
    let bound = lo.clone().find(|b| b.anchor == near)?;
    let lo = lo.into_iter().all(|other| other.at_most(bound, min)).then_some(bound.offset)?;
    let bound = hi.clone().find(|b| b.anchor == near)?;
    let hi = hi.into_iter().all(|other| bound.at_most(other, min)).then_some(bound.offset)?;
    let moved = |offset| if near == Anchor::End { Bound::start(offset) } else { Bound::end(offset) };
    Some(Clip::of_range(&Range::new(moved(lo), moved(hi))))
}
