//! Levels that are written for certain.

use super::path::Path;
use crate::domain::Bound;

/// Levels of a field.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Levels {
    /// `[lo, hi)`.
    Between(Bound, Bound),
    /// Those of a field without a K axis.
    Only,
}

impl Levels {
    pub(super) fn between(lo: Bound, hi: Bound) -> Levels {
        Levels::Between(lo, hi)
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
    entries: Vec<(Levels, When, Path)>,
}

impl Coverage {
    /// Adds a write; paths that differ in one mask and its negation join.
    pub(super) fn add(&mut self, levels: Levels, when: When, path: Path, min_levels: i64) {
        let is_like = |other: When| other == When::Done || other == when;
        if self.covers(&levels, &path, min_levels, is_like) {
            return;
        }
        let join =
            |(n, (l, w, p)): (usize, &(Levels, When, Path))| Some((n, p.join(&path).filter(|_| (*l, *w) == (levels, when))?));
        match self.entries.iter().enumerate().find_map(join) {
            Some((n, joined)) => {
                self.entries.swap_remove(n);
                self.add(levels, when, joined, min_levels);
            }
            None => self.entries.push((levels, when, path)),
        }
    }
    /// Whether all of `levels` are written wherever `path` holds, for every number of levels from `min_levels` on, by writes that
    /// count by now.
    pub(super) fn covers(&self, levels: &Levels, path: &Path, min_levels: i64, counts: impl Fn(When) -> bool) -> bool {
        let known = self.entries.iter().filter(|(_, when, p)| counts(*when) && p.holds_on(path)).map(|(l, ..)| l);
        let (mut from, to) = match levels {
            Levels::Only => return known.into_iter().any(|l| *l == Levels::Only),
            Levels::Between(lo, hi) => (*lo, *hi),
        };
        let known: Vec<(Bound, Bound)> =
            known.filter_map(|l| if let Levels::Between(lo, hi) = l { Some((*lo, *hi)) } else { None }).collect();
        // Each interval moves the front at most once.
        for _ in 0..=known.len() {
            if to.at_most(from, min_levels) {
                return true;
            }
            let next = known.iter().find(|(lo, hi)| lo.at_most(from, min_levels) && !hi.at_most(from, min_levels));
            match next {
                Some((_, hi)) => from = *hi,
                None => return false,
            }
        }
        false
    }
    /// Ends a loop from level to level: what it wrote is there, where the conditions under which it did are what they were.
    pub(super) fn finish_levels(&mut self, outlives: impl Fn(&Path) -> bool) {
        self.entries.retain(|(_, _, path)| outlives(path));
        self.entries.iter_mut().for_each(|(_, when, _)| *when = When::Done);
    }
}
