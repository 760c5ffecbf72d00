//! The positions of a loop over an axis that the host runs or launches.

use tradewind_ir::{Axis, Blocking, Domain, Range};

use super::host_plan::Launch;

/// A loop over an axis, without its order and what is inside.
#[derive(Clone, PartialEq, Debug)]
pub struct Positions {
    pub axis: Axis,
    pub range: Range,
    pub blocking: Blocking,
}

impl Positions {
    /// First position, and one past the last, on a domain; `around` is where the host's loops around stand.
    pub fn bounds(&self, domain: Domain, around: [i64; 3]) -> (i64, i64) {
        let n = self.axis.index();
        self.blocking.clip(self.range.at(domain[n]), around[n])
    }
    /// The positions from the first of some bounds up to, not including, their end; descending if wanted.
    pub fn each(&self, (lo, hi): (i64, i64), descending: bool) -> impl Iterator<Item = i64> {
        let (count, step) = (self.blocking.count((lo, hi)), i64::from(self.blocking.step));
        (0..count).map(move |n| lo + step * if descending { count - 1 - n } else { n })
    }
}

impl Launch {
    /// First position of the outermost loop, and one past the last, on a domain; `around` is where the host's loops around stand.
    pub fn bounds(&self, domain: Domain, around: [i64; 3]) -> (i64, i64) {
        self.outer.as_ref().map_or((0, 1), |outer| outer.bounds(domain, around))
    }
    /// How many positions the outermost loop has within bounds.
    pub fn positions(&self, bounds: (i64, i64)) -> i64 {
        self.blocking().count(bounds)
    }
    /// The bounds of one of several parts, all with about as many positions; no part begins inside a block.
    pub fn part(&self, (lo, hi): (i64, i64), n: i64, parts: i64) -> (i64, i64) {
        let (count, step) = (self.positions((lo, hi)), i64::from(self.blocking().step));
        let edge = |n: i64| (lo + step * (i128::from(count) * i128::from(n) / i128::from(parts)) as i64).min(hi);
        (edge(n), edge(n + 1))
    }
    fn blocking(&self) -> Blocking {
        self.outer.as_ref().map_or(Blocking::POINTS, |outer| outer.blocking)
    }
}
