//! Levels that are written for certain.

use super::path::Path;
use crate::domain::{Anchor, Axis, Bound};
use crate::stencil::Field;
use std::collections::BTreeSet;

/// Levels of a field.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum FieldLevels {
    /// `[lo, hi)`.
    Between(Bound, Bound),
    /// The only one of a field without a K axis, if there are levels in `[lo, hi)`.
    Plane(Bound, Bound),
}

impl FieldLevels {
    /// `[lo, hi)` of a field.
    pub(super) fn of(field: &Field, lo: Bound, hi: Bound) -> FieldLevels {
        if field.axes.has(Axis::K) { FieldLevels::Between(lo, hi) } else { FieldLevels::Plane(lo, hi) }
    }
    fn bounds(self) -> [Bound; 2] {
        match self {
            FieldLevels::Between(lo, hi) | FieldLevels::Plane(lo, hi) => [lo, hi],
        }
    }
    fn at(self, size: i64) -> (i64, i64) {
        let [lo, hi] = self.bounds();
        (lo.at(size), hi.at(size))
    }
    /// Whether all of these are among `known`, with `size` levels in the domain.
    fn are_covered(self, known: &[FieldLevels], size: i64) -> bool {
        let (mut from, to) = self.at(size);
        if from >= to {
            return true;
        }
        let known = || known.iter().map(|levels| levels.at(size)).filter(|(lo, hi)| lo < hi);
        if let FieldLevels::Plane(..) = self {
            return known().next().is_some();
        }
        while let Some((_, next)) = known().find(|(lo, hi)| *lo <= from && from < *hi) {
            if next >= to {
                return true;
            }
            from = next;
        }
        false
    }
}

/// Which levels of a write there are by now.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum When {
    /// All that it is said to write.
    Done,
    /// In a loop from level to level that is under way, by a statement that writes at this offset from the current level: that level
    /// and those of earlier rounds.
    UnderWay(i32),
}

/// What is written for certain, when, and on which paths.
#[derive(Clone, Default, Debug)]
pub(super) struct Coverage {
    entries: Vec<(FieldLevels, When, Path)>,
}

impl Coverage {
    /// Adds a write; paths that differ in one mask and its negation, or in boxes side by side, join.
    pub(super) fn add(&mut self, levels: FieldLevels, when: When, path: Path, min_levels: i64) {
        let is_like = |other: When| other == When::Done || other == when;
        if self.covers(&levels, &path, min_levels, is_like) {
            return;
        }
        // Those that hold on less of the same say nothing more.
        self.entries.retain(|(l, w, known)| (*l, *w) != (levels, when) || !path.holds_on(known));
        let like = self.entries.iter().filter(|(l, w, _)| (*l, *w) == (levels, when));
        let joined: Vec<Path> = like.filter_map(|(.., known)| known.join(&path)).collect();
        self.entries.push((levels, when, path));
        joined.into_iter().for_each(|joined| self.add(levels, when, joined, min_levels));
    }
    /// Whether all of `levels` are written wherever `path` holds, for every number of levels from `min_levels` on, by writes that
    /// count by now.
    pub(super) fn covers(&self, levels: &FieldLevels, path: &Path, min_levels: i64, counts: impl Fn(When) -> bool) -> bool {
        let known = self.entries.iter().filter(|(_, when, p)| counts(*when) && p.holds_on(path));
        let known: Vec<FieldLevels> = known.map(|(levels, ..)| *levels).collect();
        known.contains(levels) || sizes(&known, *levels, min_levels).into_iter().all(|n| levels.are_covered(&known, n))
    }
    /// The paths of the writes at an offset in a loop from level to level that is under way.
    pub(super) fn paths_under_way(&self, offset: i32) -> impl Iterator<Item = &Path> {
        self.entries.iter().filter(move |(_, when, _)| *when == When::UnderWay(offset)).map(|(.., path)| path)
    }
    /// Ends a section: what it wrote is there, where the conditions under which it did are what they were. Those of a
    /// field without levels (`true`) must hold for all levels or for none.
    pub(super) fn finish(&mut self, outlives: impl Fn(&Path, bool) -> bool) {
        self.entries.retain(|(levels, _, path)| outlives(path, matches!(levels, FieldLevels::Plane(..))));
        self.entries.iter_mut().for_each(|(_, when, _)| *when = When::Done);
    }
}

/// Numbers of levels, one for each order that the bounds may have.
fn sizes(known: &[FieldLevels], levels: FieldLevels, min_levels: i64) -> BTreeSet<i64> {
    let (starts, ends): (Vec<Bound>, Vec<Bound>) =
        known.iter().chain([&levels]).flat_map(|l| l.bounds()).partition(|bound| bound.anchor == Anchor::Start);
    let meet = |(start, end): (&Bound, &Bound)| i64::from(start.offset) - i64::from(end.offset);
    let meetings = starts.iter().flat_map(|start| ends.iter().map(move |end| meet((start, end))));
    let around = meetings.flat_map(|n| [n - 1, n, n + 1]);
    around.filter(|n| *n > min_levels).chain([min_levels]).collect()
}
