//! Shares the iterations of a loop among threads.

use super::{Args, Plan, Refusal, Transformation};
use crate::bounds::is_single;
use crate::dependence::{Sites, carried, made_below};
use crate::tree::{Loop, LoopKind, Node, NodeId, Tree};
use tradewind_ir::{Axis, FieldId};

#[doc = include_str!("parallelize.md")]
#[derive(Debug)]
pub struct Parallelize;

const NAME: &str = "parallelize";

impl Transformation for Parallelize {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "share a loop's iterations among threads"
    }
    fn page(&self) -> &'static str {
        include_str!("parallelize.md")
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[("at", "the loop; by default every free loop over j or k with several points that is not inside another such loop")]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let Some(id) = args.at else { return Ok(outermost(tree)) };
        let Some(l) = tree.as_loop(id) else {
            return Err(Refusal::shape(NAME, tree, id, "this is not a loop", "name a loop"));
        };
        let around = tree.loops_around(id);
        let parallel = |id: &NodeId| tree.as_loop(*id).is_some_and(|l| l.kind == LoopKind::Parallel);
        if l.blocking.shift().is_some() {
            return Err(Refusal::shape(NAME, tree, id, "the loop has at most one iteration", "choose the loop around it"));
        }
        if around.iter().any(parallel) {
            let help = "one level of threads is enough: choose the outer loop or this one";
            return Err(Refusal::shape(NAME, tree, id, "a loop around this one is parallel already", help));
        }
        if holds_parallel(tree, l) {
            let help = "one level of threads is enough: choose this loop or the inner one";
            return Err(Refusal::shape(NAME, tree, id, "a loop inside this one is parallel already", help));
        }
        free(NAME, tree, id, l, &around)?;
        let mut plan = Plan::new(tree);
        plan.change(id, Node::Loop(Loop { kind: LoopKind::Parallel, ..l.clone() }));
        Ok(plan)
    }
}

/// Whether a loop inside is parallel.
fn holds_parallel(tree: &Tree, l: &Loop) -> bool {
    let mut inside = false;
    tree.walk(l.body, &mut |_, node| inside |= matches!(node, Node::Loop(l) if l.kind == LoopKind::Parallel));
    inside
}

/// The outermost free loops over J or K made parallel.
fn outermost(tree: &Tree) -> Plan {
    let mut plan = Plan::new(tree);
    add_outermost(tree, tree.root, &mut plan);
    plan
}

fn add_outermost(tree: &Tree, id: NodeId, plan: &mut Plan) {
    match &tree.nodes[id] {
        Node::Loop(l)
            if l.axis == Axis::I || l.blocking.shift().is_some() || l.kind == LoopKind::Parallel || holds_parallel(tree, l) => {
        }
        // A single level gives threads nothing to share: the rows inside do.
        Node::Loop(l) if is_single(&l.range) => add_outermost(tree, l.body, plan),
        Node::Loop(l) if l.kind == LoopKind::Any => plan.change(id, Node::Loop(Loop { kind: LoopKind::Parallel, ..l.clone() })),
        Node::Loop(l) if l.kind.is_free() => {}
        node => node.children().for_each(|child| add_outermost(tree, child, plan)),
    }
}

/// Whether a loop's iterations are independent, which loops of a free kind are by what they say.
pub(super) fn free(name: &'static str, tree: &Tree, id: NodeId, l: &Loop, around: &[NodeId]) -> Result<(), Refusal> {
    if l.kind.is_free() {
        return Ok(());
    }
    let sites = Sites::below(tree, id, around);
    let own = made_below(tree, id);
    let rolls = |field: &FieldId| tree.fields[*field].place.slots(l.axis).is_some() && !own.contains(field);
    if let Some(field) = sites.fields().map(|(field, _)| field).filter(rolls).min() {
        let message = format!("`{}` keeps its last elements from one iteration to the next", tree.fields[field].name);
        return Err(Refusal::shape(name, tree, id, message, "choose an outer loop, or make the loop free before `store_at`"));
    }
    match carried(tree, id, &sites, around) {
        Some(d) => Err(Refusal::order(name, d, l.axis, "choose a loop along which the statements are independent")),
        None => Ok(()),
    }
}
