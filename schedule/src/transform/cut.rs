//! Several loops in the place of one, each over a part of its range.

use super::duplicate::Duplicates;
use super::{Plan, Refusal};
use crate::bounds::is_empty;
use crate::storage::{Uses, in_window};
use crate::tree::{Loop, LoopKind, Node, NodeId, Tree};
use tradewind_ir::{FieldId, Range};

/// Puts loops over the `parts`, which ascend and make up its range, in the place of a loop. Iterations keep their order, so this is legal
/// for every loop. What runs at no point of a part is left out there.
///
/// # Errors
/// A temporary of which the loop stores the last elements: it needs a single loop.
pub(super) fn in_parts(name: &'static str, tree: &Tree, id: NodeId, l: &Loop, mut parts: Vec<Range>) -> Result<Plan, Refusal> {
    single_window(name, tree, id)?;
    parts.retain(|part| !is_empty(part));
    if l.kind == LoopKind::Backward {
        parts.reverse();
    }
    // The part that grows with the domain keeps the names of the temporaries.
    let main = parts.iter().position(|part| part.most_points().is_none()).unwrap_or(0);
    let (mut plan, mut duplicates, mut loops) = (Plan::new(tree), Duplicates::new(tree, l.axis), Vec::new());
    for (n, range) in parts.into_iter().enumerate() {
        let children = duplicates.body(l.body, &range, n == main, &mut plan);
        if children.is_empty() {
            continue;
        }
        let body = plan.add(Node::Seq(children));
        let part = plan.add(Node::Loop(Loop { range, body, ..l.clone() }));
        if n == main {
            plan.replaced(id, part);
        }
        loops.push(part);
    }
    plan.put(tree, id, loops);
    Ok(plan)
}

/// Whether no temporary depends on a loop being a single one.
///
/// # Errors
/// One that does.
pub(super) fn single_window(name: &'static str, tree: &Tree, id: NodeId) -> Result<(), Refusal> {
    match in_window(&Uses::below(tree, tree.root), id).first() {
        Some((field, _)) => Err(needs_one_loop(name, tree, *field)),
        None => Ok(()),
    }
}

/// The refusal to put several loops in the place of one.
pub(super) fn needs_one_loop(name: &'static str, tree: &Tree, field: FieldId) -> Refusal {
    Refusal::field(name, tree, field, "only the last elements that one loop has used are stored", "do this before `store_at`")
}
