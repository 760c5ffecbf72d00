//! Rows: the loops over J of a nest that become one, with shifts, so that a value is used while its row is in the nearest cache.

use super::{Chooser, Trial};
use crate::transform::Args;
use crate::tree::NodeId;
use tradewind_ir::Axis;

/// A nest with more loops over J keeps them.
const MOST_LOOPS: usize = 24;

impl Chooser<'_> {
    /// Makes one loop of the loops over J in a nest if that pays.
    pub(super) fn rows(&mut self, nest: NodeId, trial: &mut Trial) {
        let Some(l) = self.tree.as_loop(nest).filter(|l| l.axis == Axis::K && l.kind.is_free()) else { return };
        let over_j = |inner: &NodeId| self.tree.as_loop(*inner).is_some_and(|l| l.axis == Axis::J);
        let loops: Vec<NodeId> = self.loops(l.body).into_iter().filter(over_j).collect();
        if !(2..=MOST_LOOPS).contains(&loops.len()) {
            return;
        }
        let before = self.time(nest);
        let mut shifted = Trial::default();
        let fused = self.fuse(Args { loops, shift: true, ..Args::default() }, &mut shifted);
        self.forget(nest);
        if fused.is_some() && self.pays(before, self.predict(nest).ns()) {
            trial.undo.append(&mut shifted.undo);
        } else {
            self.undo(shifted);
        }
    }
}
