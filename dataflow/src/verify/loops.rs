//! Checks of loops and maps:
//! - ranges have bounds on both sides;
//! - one inside another one over its axis runs near that one's position, no other one does; there are such positions;
//! - steps between positions are at least 1;
//! - a size that a call gives is an integer argument, and that of a block the step of the loop over its blocks;
//! - a vector map takes every point, and no loop over its axis is inside it.

use super::Checker;
use super::around::{Around, Head};
use crate::graph::{MapKind, Region};
use crate::memlet::Effects;
use tradewind_ir::{Axis, BlockSize, Blocking, Near};

impl Checker<'_> {
    /// The body of a loop or map over an axis.
    pub(super) fn over(&mut self, head: Head<'_>, body: &Region, around: &Around) -> Effects {
        self.positions(&head, around);
        self.blockings[head.axis.index()].push(head.blocking);
        let effects = self.region(body, around.inside(head.axis, head.kind)).swept(head.axis, head.range, head.blocking);
        self.blockings[head.axis.index()].pop();
        effects
    }

    /// The step of the innermost loop or map over an axis.
    fn step_around(&self, axis: Axis) -> Option<BlockSize> {
        self.blockings[axis.index()].last().map(|blocking| blocking.step)
    }

    /// The positions of a loop or map.
    fn positions(&mut self, &Head { axis, range, blocking: Blocking { step, near }, kind }: &Head<'_>, around: &Around) {
        if range.lo.is_empty() || range.hi.is_empty() {
            self.error("the range has no bound on one side");
        }
        match near {
            None if around.has(axis) => {
                self.error(format!("there is a loop over {axis} around this one, which does not run near its position"));
            }
            Some(_) if !around.has(axis) => self.error(format!("it runs near a loop over {axis}, but there is none around it")),
            Some(Near::Points(first, end)) if first >= end => self.error(format!("there is no position in [{first}, {end})")),
            Some(Near::Block(size)) if self.step_around(axis) != Some(BlockSize::Scalar(size)) => {
                self.error(format!("there is no loop around it over blocks of `${}` points", self.graph.scalars[size].name));
            }
            _ => {}
        }
        match step {
            BlockSize::Points(0) => self.error("the step between positions is zero"),
            BlockSize::ONE => {}
            _ if kind == Some(MapKind::Vector) => self.error("a vector map takes every point, but has a step"),
            _ => {}
        }
        for size in (Blocking { step, near }).scalars() {
            let scalar = &self.graph.scalars[size];
            if !scalar.is_size() {
                self.error(format!("`${}` is the size of blocks, but no integer argument", scalar.name));
            }
        }
        if around.vector.has(axis) {
            self.error(format!("there is a vector map over {axis} around this loop"));
        }
    }
}
