//! Passes over the levels: nests of a call that cannot share one, because the later one needs another level of what the earlier one writes.

use super::Chooser;
use crate::access::accesses_of;
use crate::tree::{Node, NodeId};
use std::collections::{HashMap, HashSet};
use tradewind_ir::FieldId;

/// How a nest accesses a container.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Use {
    field: FieldId,
    /// Whether at another level than that of its loop.
    is_shifted: bool,
    is_write: bool,
}

impl Chooser<'_> {
    /// In which pass over the levels each of some nests has to run so that all of them need as few passes as possible: counted from the last
    /// one, which has the number zero. A nest runs as late as it may, in the pass of what reads its values at their own level.
    pub(super) fn passes(&self, nests: &[NodeId]) -> Vec<usize> {
        let mut passes = vec![0; nests.len()];
        let mut later: HashMap<FieldId, Vec<(usize, Use)>> = HashMap::new();
        for (n, nest) in nests.iter().enumerate().rev() {
            let uses = self.uses_of(*nest);
            for one in &uses {
                for (m, other) in
                    later.get(&one.field).into_iter().flatten().filter(|(_, other)| one.is_write || other.is_write)
                {
                    // An ordered loop may run over levels that another one has just done.
                    let is_free = [*nest, nests[*m]].into_iter().all(|id| self.tree.loop_kind(id).is_free());
                    let apart = is_free && (one.is_shifted || other.is_shifted);
                    passes[n] = passes[n].max(passes[*m] + usize::from(apart));
                }
            }
            uses.into_iter().for_each(|one| later.entry(one.field).or_default().push((n, one)));
        }
        passes
    }

    fn uses_of(&self, nest: NodeId) -> HashSet<Use> {
        let mut uses = HashSet::new();
        self.tree.walk(nest, &mut |_, node| {
            let Node::Leaf(leaf) = node else { return };
            uses.extend(leaf.stmts.iter().flat_map(accesses_of).map(|touch| Use {
                field: touch.access.field,
                is_shifted: touch.is_at_other_level(),
                is_write: touch.write,
            }));
        });
        uses
    }
}
