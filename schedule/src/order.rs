//! Which of two accesses of an element comes first.
//!
//! Loops decide first, outermost first, by the distance in iterations that the accesses have at each loop around both
//! ([`crate::dependence::Dependence::at_loop`]); within one iteration of all of them, the order of the statements does.

use crate::access::accesses_of;
use crate::bounds::is_single;
use crate::dependence::{Dependence, Interval, Site, Sites, between};
use crate::tree::{Node, NodeId, Tree};
use std::rc::Rc;
use tradewind_ir::{Axis, StmtKind};

/// An access, and its place among the others below a sequence.
#[derive(Clone, Debug)]
pub struct Event {
    pub site: Site,
    pub leaf: NodeId,
    /// The number of the statement in its leaf.
    pub stmt: usize,
    /// Numbers of the node below which it stands, of the leaf there, and of the access in the leaf.
    rank: [usize; 3],
    /// Whether a statement repeats the access at a point.
    repeats: bool,
}

/// Which of two accesses of an element may come before the other one. Neither, if they never meet in one iteration of the loops
/// around; both, if it depends on the element, or if iterations have no order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Order {
    pub first: bool,
    pub second: bool,
    /// Of the outermost loop at which the second one may come first, or else the axis along which they are farthest apart.
    pub axis: Axis,
}

/// The accesses below a node, which stands inside the loops `around`, in the order of the text. It is the one at `place` in a
/// sequence: accesses below other children of the sequence can be compared with these.
pub fn events(tree: &Tree, node: NodeId, place: usize, around: &[NodeId]) -> Vec<Event> {
    let mut found = Events { tree, place, nest: around.to_vec(), leaves: 0, found: Vec::new() };
    found.collect(node);
    found.found
}

/// The first dependence from a read on a write among `sites`, both in one iteration of the loops `around`.
pub fn written(tree: &Tree, read: &Site, sites: &Sites, around: &[NodeId]) -> Option<Dependence> {
    let mut writes = sites.of(read.field).iter().filter(|site| site.write);
    writes.find_map(|write| {
        let d = between(tree, read, write)?;
        around.iter().all(|id| d.at_loop(tree, (read, *id), (write, *id)).has_zero()).then_some(d)
    })
}

struct Events<'t> {
    tree: &'t Tree,
    place: usize,
    nest: Vec<NodeId>,
    leaves: usize,
    found: Vec<Event>,
}

impl Events<'_> {
    fn collect(&mut self, id: NodeId) {
        match &self.tree.nodes[id] {
            Node::Loop(l) => {
                self.nest.push(id);
                self.collect(l.body);
                self.nest.pop();
            }
            Node::Leaf(leaf) => {
                let nest: Rc<[NodeId]> = self.nest.as_slice().into();
                let mut at = 0;
                for (stmt, statement) in leaf.stmts.iter().enumerate() {
                    let mut repeats = false;
                    statement.walk(&mut |s| repeats |= matches!(s.kind, StmtKind::While { .. }));
                    for touch in accesses_of(statement) {
                        let site = Site::of(touch, nest.clone());
                        self.found.push(Event { site, leaf: id, stmt, rank: [self.place, self.leaves, at], repeats });
                        at += 1;
                    }
                }
                self.leaves += 1;
            }
            node => node.children().for_each(|child| self.collect(child)),
        }
    }
}

impl Event {
    /// Whether both belong to one statement of a leaf, or to statements inside it.
    pub fn is_beside(&self, other: &Event) -> bool {
        (self.leaf, self.stmt) == (other.leaf, other.stmt)
    }
    /// The access that would read here what `input` reads at the point whose element this one reads.
    pub fn through(&self, input: &Site, tree: &Tree) -> Event {
        let axes = tree.fields[input.field].axes;
        let offset = Axis::ALL.map(|axis| {
            let (own, by) = (input.offset[axis.index()]?, self.site.offset[axis.index()]?);
            Some(if axes.has(axis) { own + by } else { own })
        });
        let Site { nest, span, .. } = self.site.clone();
        Event { site: Site { offset, nest, span, ..input.clone() }, ..self.clone() }
    }
    /// The dependence on a later access and the order of the two, if they touch an element in one iteration of the first loops
    /// around both, which are `around` in number, and one of them writes.
    pub fn meets(&self, tree: &Tree, other: &Event, around: usize) -> Option<(Dependence, Order)> {
        let d = between(tree, &self.site, &other.site)?;
        let order = self.order(tree, other, &d, around);
        (order.first || order.second).then_some((d, order))
    }

    fn order(&self, tree: &Tree, other: &Event, d: &Dependence, around: usize) -> Order {
        let mut order = Order { first: false, second: false, axis: d.farthest() };
        let common = self.site.nest.iter().zip(other.site.nest.iter()).take_while(|(a, b)| a == b).map(|(a, _)| *a);
        for (n, id) in common.enumerate() {
            let at = d.at_loop(tree, (&self.site, id), (&other.site, id));
            let Some(l) = tree.as_loop(id).filter(|l| n < around || l.blocking.shift().is_none() && !is_single(&l.range))
            else {
                continue;
            };
            if n >= around {
                let at = if l.kind.sign() < 0 { at.negative() } else { at };
                let apart = l.kind.is_free() && at != Interval::ZERO;
                if !order.second && (at.lo < 0 || apart) {
                    (order.second, order.axis) = (true, l.axis);
                }
                order.first |= at.hi > 0 || apart;
            }
            if !at.has_zero() {
                return order;
            }
        }
        let again = self.repeats && self.is_beside(other);
        order.first |= self.rank < other.rank || again;
        order.second |= self.rank > other.rank || again;
        order
    }
}
