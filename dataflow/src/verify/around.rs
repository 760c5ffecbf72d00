//! The loops and maps around a step.

use crate::graph::MapKind;
use tradewind_ir::{Axes, Axis, Blocking, Range};

/// What stands around a step.
#[derive(Clone, Copy, Default)]
pub(super) struct Around {
    /// How many loops and maps there are over each axis.
    pub loops: [usize; 3],
    /// Which of them, counted from one, is the innermost whose iterations run at the same time; zero if none is.
    pub concurrent: [usize; 3],
    /// The axes of vector maps.
    pub vector: Axes,
}

impl Around {
    pub fn has(&self, axis: Axis) -> bool {
        self.loops[axis.index()] > 0
    }
    pub fn is_host(&self) -> bool {
        self.loops == [0; 3]
    }
    /// What stands around a step in a loop, or in a map of a kind.
    pub fn inside(mut self, axis: Axis, kind: Option<MapKind>) -> Around {
        let n = axis.index();
        self.loops[n] += 1;
        if matches!(kind, Some(MapKind::Parallel | MapKind::Vector)) {
            self.concurrent[n] = self.loops[n];
        }
        if kind == Some(MapKind::Vector) {
            self.vector = self.vector.with(axis);
        }
        self
    }
}

/// A loop, or a map of a kind, without its body.
pub(super) struct Head<'g> {
    pub axis: Axis,
    pub range: &'g Range,
    pub blocking: Blocking,
    pub kind: Option<MapKind>,
}
