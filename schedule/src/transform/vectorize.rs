//! A loop's iterations several at a time.

use super::parallelize::free;
use super::{Args, Plan, Refusal, Transformation};
use crate::tree::{Loop, LoopKind, Node, Tree};
use tradewind_ir::Axis;

/// ```text
/// before                                   after
/// for i in [start, end) any { leaf }       for i in [start, end) vector { leaf }
/// ```
/// Legal for a loop over I that holds only allocations and leafs, when no iteration touches what another one writes.
pub struct Vectorize;

const NAME: &str = "vectorize";

impl Transformation for Vectorize {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "run several points of an innermost loop over I at a time"
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[("at", "the loop")]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let id = args.at.unwrap_or(tree.root);
        let Some(l) = tree.as_loop(id).filter(|l| l.axis == Axis::I) else {
            return Err(Refusal::shape(NAME, tree, id, "this is not a loop over i", "name an innermost loop over i"));
        };
        let simple = |node: &Node| matches!(node, Node::Leaf(_) | Node::Alloc(_));
        if !tree.items(&l.body).iter().all(|child| simple(&tree.nodes[*child])) {
            let help = "bring the loop inside with `interchange` first";
            return Err(Refusal::shape(NAME, tree, id, "there are loops inside", help));
        }
        free(NAME, tree, id, l, tree.loops_around(id, &tree.parents()))?;
        let mut plan = Plan::new(tree);
        plan.change(id, Node::Loop(Loop { kind: LoopKind::Vector, ..l.clone() }));
        Ok(plan)
    }
}
