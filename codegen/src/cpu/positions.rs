//! The positions of a loop over an axis that the host runs or launches.

use tradewind_ir::{Axis, Blocking, Domain, Range, ScalarId, Steps};

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
