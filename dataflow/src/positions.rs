//! The positions of a loop over an axis that the host runs or launches.

use crate::graph::{Map, SequentialLoop};
use tradewind_ir::{Axis, Blocking, Domain, Range, ScalarId, Steps};

/// A loop over an axis, without its order and what is inside.
#[derive(Clone, PartialEq, Debug)]
pub struct Positions {
    pub axis: Axis,
    pub range: Range,
    pub blocking: Blocking,
}

impl Positions {
    /// Those of a map.
    pub fn of_map(map: &Map) -> Positions {
        Positions { axis: map.axis, range: map.range.clone(), blocking: map.blocking }
    }
    /// Those of a sequential loop.
    pub fn of_loop(l: &SequentialLoop) -> Positions {
        Positions { axis: l.axis, range: l.range.clone(), blocking: l.blocking }
    }
    /// The positions on a domain; `around` is where the host's loops around stand, `value` gives the values of arguments.
    pub fn steps(&self, domain: Domain, around: [i64; 3], value: impl Fn(ScalarId) -> i64) -> Steps {
        let n = self.axis.index();
        self.blocking.steps(self.range.at(domain[n]), around[n], value)
    }
}
