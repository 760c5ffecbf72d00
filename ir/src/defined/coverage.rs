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

/// What is written for certain, and on which paths.
#[derive(Clone, Default, Debug)]
pub(super) struct Coverage {
    entries: Vec<(Levels, Path)>,
}

impl Coverage {
    /// Adds a write; paths that differ in one mask and its negation join.
    pub(super) fn add(&mut self, levels: Levels, path: Path, min_levels: i64) {
        if self.covers(&levels, &path, min_levels) {
            return;
        }
        let twin = self.entries.iter().enumerate().find_map(|(n, (l, p))| Some((n, p.join(&path).filter(|_| *l == levels)?)));
        match twin {
            Some((n, joined)) => {
                self.entries.swap_remove(n);
                self.add(levels, joined, min_levels);
            }
            None => self.entries.push((levels, path)),
        }
    }
    /// Whether all of `levels` are written wherever `path` holds, for every number of levels from `min_levels` on.
    pub(super) fn covers(&self, levels: &Levels, path: &Path, min_levels: i64) -> bool {
        let known = self.entries.iter().filter(|(_, p)| p.holds_on(path)).map(|(l, _)| l);
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
    /// Keeps only what is written whatever the path.
    pub(super) fn forget_paths(&mut self) {
        self.entries.retain(|(_, path)| path.is_empty());
    }
}
