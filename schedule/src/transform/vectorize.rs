//! Runs several iterations of a loop at a time.

use super::parallelize::free;
use super::{Args, Plan, Refusal, Transformation};
use crate::tree::{Loop, LoopKind, Node, Tree};
use tradewind_ir::Axis;

#[doc = include_str!("vectorize.md")]
#[derive(Debug)]
pub struct Vectorize;

const NAME: &str = "vectorize";

impl Transformation for Vectorize {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "run several points of an innermost loop over I at a time"
    }
    fn page(&self) -> &'static str {
        include_str!("vectorize.md")
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[("at", "the loop; by default every free loop over i that contains only allocations and leaves")]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let Some(id) = args.at else { return Ok(innermost(tree)) };
        let Some(l) = tree.as_loop(id).filter(|l| l.axis == Axis::I && l.blocking.shift().is_none()) else {
            return Err(Refusal::shape(NAME, tree, id, "this is not a loop over i", "name an innermost loop over i"));
        };
        if !is_innermost(tree, l) {
            let help = "move the loop inside with `interchange` first";
            return Err(Refusal::shape(NAME, tree, id, "this loop contains other loops", help));
        }
        free(NAME, tree, id, l, &tree.loops_around(id))?;
        let mut plan = Plan::new(tree);
        plan.change(id, Node::Loop(Loop { kind: LoopKind::Vector, ..l.clone() }));
        Ok(plan)
    }
}

/// Whether a loop holds nothing but allocations and leaves.
fn is_innermost(tree: &Tree, l: &Loop) -> bool {
    tree.items(&l.body).iter().all(|child| matches!(tree.nodes[*child], Node::Leaf(_) | Node::Alloc(_)))
}

/// All rows as vector loops.
fn innermost(tree: &Tree) -> Plan {
    let mut plan = Plan::new(tree);
    tree.walk(tree.root, &mut |id, node| match node {
        Node::Loop(l) if l.axis == Axis::I && l.kind == LoopKind::Any && is_innermost(tree, l) => {
            plan.change(id, Node::Loop(Loop { kind: LoopKind::Vector, ..l.clone() }));
        }
        _ => {}
    });
    plan
}
