//! Exchanges two nested loops.

use super::{Args, Plan, Refusal, Transformation};
use crate::dependence::{Dependence, Interval, Sites};
use crate::tree::{Loop, LoopKind, Node, NodeId, Tree};
use tradewind_ir::Axis;

#[doc = include_str!("interchange.md")]
#[derive(Debug)]
pub struct Interchange;

const NAME: &str = "interchange";

impl Transformation for Interchange {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "exchange a loop and the only loop inside it"
    }
    fn page(&self) -> &'static str {
        include_str!("interchange.md")
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[("at", "the outer loop")]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let id = args.at.unwrap_or(tree.root);
        let Some((outer, inner)) = perfect(tree, id) else {
            let message = "this is not a loop with a single loop inside it";
            return Err(Refusal::shape(NAME, tree, id, message, "fuse the loops inside first"));
        };
        if inner.1.kind == LoopKind::Vector {
            let help = "a vector loop stays innermost: interchange before `vectorize`";
            return Err(Refusal::shape(NAME, tree, id, "the inner loop is a vector loop", help));
        }
        if outer.axis == inner.1.axis {
            let help = "loops over one axis stay in their order";
            return Err(Refusal::shape(NAME, tree, id, "both loops run over one axis", help));
        }
        if let Some((d, axis)) = reordered(tree, id) {
            let help = "the inner loop must be free of dependences between iterations of the outer one";
            return Err(Refusal::order(NAME, d, axis, help));
        }
        Ok(swapped(tree, (id, outer), inner))
    }
}

fn swapped(tree: &Tree, (outer_id, outer): (NodeId, &Loop), (inner_id, inner): (NodeId, &Loop)) -> Plan {
    let mut plan = Plan::new(tree);
    let now_inner = plan.add(Node::Loop(Loop { body: inner.body, ..outer.clone() }));
    let body = plan.add(Node::Seq(vec![now_inner]));
    let now_outer = plan.add(Node::Loop(Loop { body, ..inner.clone() }));
    plan.replaced(outer_id, now_inner);
    plan.replaced(inner_id, now_outer);
    plan.put(tree, outer_id, vec![now_outer]);
    plan
}

type Inner<'t> = (NodeId, &'t Loop);

/// A loop and the loop that is its whole body.
fn perfect(tree: &Tree, id: NodeId) -> Option<(&Loop, Inner<'_>)> {
    let outer = tree.as_loop(id)?;
    match tree.items(&outer.body) {
        [only] => Some((outer, (*only, tree.as_loop(*only)?))),
        _ => None,
    }
}

/// A dependence between iterations that would run in another order, and the inner axis.
fn reordered(tree: &Tree, id: NodeId) -> Option<(Dependence, Axis)> {
    let (outer, (inner_id, inner)) = perfect(tree, id)?;
    // A free loop carries no dependence, so no pair of dependent iterations differs in its axis.
    if outer.kind.is_free() {
        return None;
    }
    let around = tree.loops_around(id);
    let sites = Sites::below(tree, id, &around);
    let found = sites.find(tree, &sites, &around, |d, x, y| {
        let (far, across) = (d.at_loop(tree, (x, id), (y, id)), d.at_loop(tree, (x, inner_id), (y, inner_id)));
        // Every pair is met in both directions: the one in the order of the outer loop is looked at.
        let ahead = if outer.kind == LoopKind::Backward { far.lo < 0 } else { far.hi > 0 };
        ahead && across != Interval::ZERO && !same_order(outer.kind, far, inner.kind, across)
    });
    found.map(|d| (d, inner.axis))
}

/// Whether two iterations, so far apart in an outer and an inner loop, run in the same order when either loop decides.
fn same_order(outer: LoopKind, far: Interval, inner: LoopKind, across: Interval) -> bool {
    let first_later = |kind: LoopKind, at: Interval| if kind == LoopKind::Backward { at.lo > 0 } else { at.hi < 0 };
    let second_later = |kind: LoopKind, at: Interval| if kind == LoopKind::Backward { at.hi < 0 } else { at.lo > 0 };
    let both = |later: &dyn Fn(LoopKind, Interval) -> bool| later(outer, far) && later(inner, across);
    !inner.is_free() && (both(&first_later) || both(&second_later))
}
