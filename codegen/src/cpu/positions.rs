//! The positions of a loop over an axis that the host runs or launches.

use tradewind_ir::{Axis, Blocking, Domain, Range, ScalarId, Steps};

use super::host_plan::Launch;

/// A loop over an axis, without its order and what is inside.
#[derive(Clone, PartialEq, Debug)]
pub struct Positions {
    pub axis: Axis,
    pub range: Range,
    pub blocking: Blocking,
}

impl Positions {
    /// The positions on a domain; `around` is where the host's loops around stand, `value` gives the values of arguments.
    pub fn steps(&self, domain: Domain, around: [i64; 3], value: impl Fn(ScalarId) -> i64) -> Steps {
        let n = self.axis.index();
        self.blocking.steps(self.range.at(domain[n]), around[n], value)
    }
}

impl Launch {
    /// The positions of the outermost loop on a domain, as [`Positions::steps`] gives them.
    pub fn steps(&self, domain: Domain, around: [i64; 3], value: impl Fn(ScalarId) -> i64) -> Steps {
        let once = Steps { lo: 0, hi: 1, step: 1 };
        self.outer.as_ref().map_or(once, |outer| outer.steps(domain, around, value))
    }
}
