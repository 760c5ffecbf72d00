//! Fuses two loops over the same range.

use super::{Args, Plan, Refusal, Transformation};
use crate::dependence::{Dependence, Distance};
use crate::siblings::{Item, Siblings};
use crate::tree::{Leaf, Loop, LoopKind, Node, NodeId, Tree};
use std::collections::HashMap;
use tradewind_ir::{Axis, Span};

/// ```text
/// before                                   after
/// for j in [start, end) any { A }          for j in [start, end) any {
/// for j in [start, end) any { B }            A
///                                            B
///                                          }
/// ```
/// Loops of one sequence, over one axis and equal ranges, become one loop where the first of them stood. What stands between
/// them moves in front or behind. Leaves that come to stand side by side become one.
///
/// Legal when no element that A touches in one iteration is touched by B in an earlier one, one of them writing. Free loops
/// stay free: they are fused only where the distance is zero, unless `sequential` allows the result an order.
#[derive(Debug)]
pub struct Fuse;

const NAME: &str = "fuse";

impl Transformation for Fuse {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "make one loop of several loops of a sequence that run over the same range"
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("loops", "the loops to fuse, in order; or several such lists for one sequence"),
            ("sequential", "whether the fused loop may have an order where the single loops had none"),
        ]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let parents = tree.parents();
        let Some(first) = args.loops.first().and_then(|group| group.first()) else { return Ok(Plan::new(tree)) };
        let Some(seq) = parents[*first] else {
            return Err(Refusal::shape(NAME, tree, *first, "the loop is not in a sequence", "name a loop of the tree"));
        };
        let mut fusion = Fusion::new(tree, Siblings::new(tree, seq, &parents), args.sequential);
        fusion.groups(&args.loops)?;
        Ok(fusion.plan(seq))
    }
}

/// A sequence in which loops are being fused.
pub(crate) struct Fusion<'t> {
    tree: &'t Tree,
    pub siblings: Siblings<'t>,
    /// Whether free loops may become a loop with an order.
    sequential: bool,
}

impl<'t> Fusion<'t> {
    /// Nothing fused yet.
    pub fn new(tree: &'t Tree, siblings: Siblings<'t>, sequential: bool) -> Fusion<'t> {
        Fusion { tree, siblings, sequential }
    }

    /// Fuses groups of loops, in the order in which the later loops stand.
    fn groups(&mut self, groups: &[Vec<NodeId>]) -> Result<(), Refusal> {
        let heads: HashMap<NodeId, NodeId> = groups
            .iter()
            .rev()
            .flat_map(|group| group.iter().filter(|node| Some(*node) != group.first()).map(move |node| (*node, group[0])))
            .collect();
        // The items are put back one by one, so that nothing stands behind the one that is looked at.
        for item in std::mem::take(&mut self.siblings.items) {
            let head = heads.get(&item.nodes[0]);
            self.siblings.items.push(item);
            if let Some(head) = head {
                self.fuse_into(*head)?;
            }
        }
        Ok(())
    }

    /// Fuses the last item with the one that holds `head`.
    fn fuse_into(&mut self, head: NodeId) -> Result<(), Refusal> {
        let second = self.siblings.items.len() - 1;
        let Some(first) = self.siblings.find(head).filter(|first| *first < second) else {
            let (node, message) =
                (self.siblings.items[second].nodes[0], "the loops are not in one sequence, in the given order");
            return Err(Refusal::shape(NAME, self.tree, node, message, "name loops of one sequence, in their order"));
        };
        let kind = self.legal(first, second)?;
        let before = self.siblings.gap(first, second).map_err(|blocker| self.blocked(first, blocker, second))?;
        self.join(first, second, &before, kind);
        Ok(())
    }

    /// The kind that the loop of two items would have.
    pub fn legal(&self, first: usize, second: usize) -> Result<LoopKind, Refusal> {
        let shape = |message: &str, help| Refusal::shape(NAME, self.tree, self.siblings.items[second].nodes[0], message, help);
        let (Some(a), Some(b)) = (self.siblings.loop_at(first), self.siblings.loop_at(second)) else {
            return Err(shape("one of the nodes is not a loop", "name two loops"));
        };
        if a.axis != b.axis || a.range != b.range {
            let message = format!("the loops run over {} in {} and {} in {}", a.axis, a.range, b.axis, b.range);
            return Err(shape(&message, "fuse loops over one axis and equal ranges"));
        }
        let Some(order) = self.common_order(first, second) else {
            return Err(shape("one loop ascends and the other descends", "fuse loops of the same order"));
        };
        let needs = Needs::between(&self.siblings, first, second, a.axis);
        let refuse = |d: Dependence, help| Err(Refusal::order(NAME, d, a.axis, help));
        match (order, needs.ascending, needs.descending) {
            (LoopKind::Forward, _, Some(d)) => refuse(d, "this would be legal in a descending loop"),
            (LoopKind::Backward, Some(d), _) => refuse(d, "this would be legal in an ascending loop"),
            (LoopKind::Forward | LoopKind::Backward, ..) | (_, None, None) => Ok(order),
            (_, Some(_), Some(d)) => refuse(d, "keep the loops apart: no order of iterations serves both statements"),
            (_, Some(_), None) if self.sequential => Ok(LoopKind::Forward),
            (_, None, Some(_)) if self.sequential => Ok(LoopKind::Backward),
            (_, Some(d), None) => refuse(d, "with `sequential = true` the fused loop would be an ascending one"),
            (_, None, Some(d)) => refuse(d, "with `sequential = true` the fused loop would be a descending one"),
        }
    }

    /// The order that serves the loops of both items before their dependences are looked at.
    fn common_order(&self, first: usize, second: usize) -> Option<LoopKind> {
        let (a, b) = (self.siblings.items[first].kind?, self.siblings.items[second].kind?);
        match (a.is_free(), b.is_free()) {
            (true, true) if a == b => Some(a),
            (true, true) => Some(LoopKind::Any),
            (true, false) => Some(b),
            (false, true) => Some(a),
            (false, false) => (a == b).then_some(a),
        }
    }

    /// Makes one item of two, the items in `before` in front of it, with a loop of the given kind.
    pub fn join(&mut self, first: usize, second: usize, before: &[usize], kind: LoopKind) {
        self.siblings.items[first].kind = Some(kind);
        self.siblings.join(first, second, before);
    }

    fn blocked(&self, first: usize, blocker: usize, second: usize) -> Refusal {
        let (siblings, axis) = (&self.siblings, self.siblings.loop_at(second).map_or(Axis::K, |l| l.axis));
        let sites = |place: usize| &siblings.items[place].sites;
        let help = "fuse the loop between them as well, or move it away";
        match sites(first).find(self.tree, sites(blocker), siblings.shared, |_| true) {
            Some(d) => Refusal::order(NAME, d, axis, help),
            None => {
                let message = "the node between the loops must stay between them";
                Refusal::shape(NAME, self.tree, siblings.items[second].nodes[0], message, help)
            }
        }
    }

    /// The edit that makes the loops of every joined item one.
    pub fn plan(self, seq: NodeId) -> Plan {
        let mut plan = Plan::new(self.tree);
        let mut children = self.siblings.allocs.clone();
        for item in &self.siblings.items {
            children.push(match (item.nodes.as_slice(), self.tree.as_loop(item.nodes[0])) {
                ([_, _, ..], Some(first)) => fused(self.tree, item, first, &mut plan),
                _ => item.nodes[0],
            });
        }
        plan.change(seq, Node::Seq(children));
        plan
    }
}

/// The loop that does what all loops of an item did.
fn fused(tree: &Tree, item: &Item, first: &Loop, plan: &mut Plan) -> NodeId {
    let bodies = item.nodes.iter().filter_map(|id| tree.as_loop(*id)).flat_map(|l| tree.items(&l.body).iter().copied());
    let (mut children, others): (Vec<NodeId>, Vec<NodeId>) = bodies.partition(|id| matches!(tree.nodes[*id], Node::Alloc(_)));
    children.extend(merge_leafs(tree, others, plan));
    let body = plan.add(Node::Seq(children));
    let kind = item.kind.unwrap_or(first.kind);
    let new = plan.add(Node::Loop(Loop { kind, body, ..first.clone() }));
    item.nodes.iter().for_each(|old| plan.replaced(*old, new));
    new
}

/// The nodes with runs of leaves made one leaf each.
fn merge_leafs(tree: &Tree, nodes: Vec<NodeId>, plan: &mut Plan) -> Vec<NodeId> {
    let mut merged = Vec::new();
    for run in nodes.chunk_by(|a, b| [a, b].iter().all(|id| matches!(tree.nodes[**id], Node::Leaf(_)))) {
        let [_, _, ..] = run else {
            merged.extend_from_slice(run);
            continue;
        };
        let leaves: Vec<&Leaf> = run.iter().filter_map(|id| tree.as_leaf(*id)).collect();
        let new = plan.add(Node::Leaf(joined(&leaves)));
        run.iter().for_each(|old| plan.replaced(*old, new));
        merged.push(new);
    }
    merged
}

/// One leaf that does what all do, one after another; its label names each origin once.
fn joined(leaves: &[&Leaf]) -> Leaf {
    let mut origins: Vec<&str> = Vec::new();
    for origin in leaves.iter().flat_map(|leaf| leaf.label.split('+')) {
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    let stmts = leaves.iter().flat_map(|leaf| leaf.stmts.iter().cloned()).collect();
    Leaf { label: origins.join("+"), stmts, span: leaves.iter().fold(Span::NONE, |span, leaf| span.to(leaf.span)) }
}

/// Which orders of the fused loop the dependences between two loops ask for.
#[derive(Default)]
struct Needs {
    ascending: Option<Dependence>,
    descending: Option<Dependence>,
}

impl Needs {
    fn between(siblings: &Siblings, first: usize, second: usize, axis: Axis) -> Needs {
        let mut needs = Needs::default();
        siblings.items[first].sites.find(siblings.tree, &siblings.items[second].sites, siblings.shared, |d| {
            let (up, down) = match d.along(axis) {
                Distance::Exact(n) => (n > 0, n < 0),
                Distance::Any | Distance::Unknown => (true, true),
            };
            needs.ascending = needs.ascending.or(up.then_some(*d));
            needs.descending = needs.descending.or(down.then_some(*d));
            needs.ascending.is_some() && needs.descending.is_some()
        });
        needs
    }
}
