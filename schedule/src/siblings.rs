//! The children of a sequence, which may be reordered as long as no two that touch the same element change their order.

use crate::dependence::Sites;
use crate::tree::{Leaf, Loop, LoopKind, Node, NodeId, Tree};
use tradewind_ir::ids::{BitSet, Id};
use tradewind_ir::{Axes, Axis, Expr, ExprKind, IdVec, ScalarId};

/// The children of a sequence, some of them joined.
pub(crate) struct Siblings<'t> {
    pub tree: &'t Tree,
    /// The axes of the loops around the sequence.
    pub shared: Axes,
    /// Allocations: they may all come first.
    pub allocs: Vec<NodeId>,
    pub items: Vec<Item>,
}

/// One child, or several loops that are to be one.
pub(crate) struct Item {
    pub nodes: Vec<NodeId>,
    /// The kind of the loop that the nodes make; nothing for other nodes.
    pub kind: Option<LoopKind>,
    pub sites: Sites,
    touched: BitSet,
    written: BitSet,
    scalars_read: Vec<ScalarId>,
    scalar_set: Option<ScalarId>,
    /// Whether nothing may move past it: host nodes other than `let` keep their place.
    fixed: bool,
}

impl<'t> Siblings<'t> {
    /// The children of the sequence `seq`.
    pub fn new(tree: &'t Tree, seq: NodeId, parents: &IdVec<NodeId, Option<NodeId>>) -> Siblings<'t> {
        let around = tree.loops_around(seq, parents);
        let shared = Axis::ALL.into_iter().filter(|a| around[a.index()].is_some()).fold(Axes::NONE, Axes::with);
        let is_alloc = |id: &NodeId| matches!(tree.nodes[*id], Node::Alloc(_));
        let (allocs, others): (Vec<NodeId>, Vec<NodeId>) = tree.items(&seq).iter().copied().partition(is_alloc);
        let items = others.into_iter().map(|id| Item::new(tree, id, around)).collect();
        Siblings { tree, shared, allocs, items }
    }

    /// The place of the item that holds a node.
    pub fn find(&self, node: NodeId) -> Option<usize> {
        self.items.iter().position(|item| item.nodes.contains(&node))
    }

    /// Whether two items may change places; the first one comes before the second.
    pub fn independent(&self, first: usize, second: usize) -> bool {
        let (a, b) = (&self.items[first], &self.items[second]);
        let by_scalar = |set: Option<ScalarId>, other: &Item| {
            set.is_some_and(|s| other.scalars_read.contains(&s) || other.scalar_set == Some(s))
        };
        !a.fixed
            && !b.fixed
            && !by_scalar(a.scalar_set, b)
            && !by_scalar(b.scalar_set, a)
            && !((a.written.meets(&b.touched) || b.written.meets(&a.touched))
                && a.sites.clash(self.tree, &b.sites, self.shared))
    }

    /// The items between two that must stay before the second one.
    ///
    /// # Errors
    /// The place of an item that must stay between them, so that they cannot become neighbours.
    pub fn gap(&self, first: usize, second: usize) -> Result<Vec<usize>, usize> {
        let mut before = Vec::new();
        for between in (first + 1..second).rev() {
            if self.precedes(between, second, &before) {
                before.push(between);
            }
        }
        match before.iter().find(|b| !self.independent(first, **b)) {
            Some(blocker) => Err(*blocker),
            None => Ok(before),
        }
    }

    /// Whether an item must stay before another one or before any of those that must.
    pub fn precedes(&self, item: usize, second: usize, before: &[usize]) -> bool {
        !self.independent(item, second) || before.iter().any(|b| !self.independent(item, *b))
    }

    /// Joins two items. Those in `before` (see [`Siblings::gap`]) go before the joined item, the others between them after it.
    pub fn join(&mut self, first: usize, second: usize, before: &[usize]) {
        let moved = self.items.remove(second);
        let between: Vec<Item> = self.items.drain(first + 1..second).collect();
        let mut joined = self.items.remove(first);
        joined.absorb(self.tree, moved);
        let mut front: Vec<Item> = Vec::new();
        let mut back = vec![joined];
        for (n, item) in between.into_iter().enumerate() {
            if before.contains(&(first + 1 + n)) { front.push(item) } else { back.push(item) }
        }
        front.append(&mut back);
        self.items.splice(first..first, front);
    }

    /// The loop at a place, if there is one.
    pub fn loop_at(&self, place: usize) -> Option<&'t Loop> {
        self.items[place].nodes.first().and_then(|id| self.tree.as_loop(*id))
    }
}

impl Item {
    fn new(tree: &Tree, id: NodeId, around: [Option<NodeId>; 3]) -> Item {
        let mut item = Item {
            nodes: vec![id],
            kind: tree.as_loop(id).map(|l| l.kind),
            sites: Sites::default(),
            touched: BitSet::default(),
            written: BitSet::default(),
            scalars_read: Vec::new(),
            scalar_set: None,
            fixed: false,
        };
        match &tree.nodes[id] {
            Node::Loop(_) | Node::Leaf(_) => {
                item.sites = Sites::below(tree, id, around);
                tree.walk(id, &mut |_, node| {
                    if let Node::Leaf(leaf) = node {
                        item.read_scalars(leaf);
                    }
                });
                for (field, sites) in item.sites.fields() {
                    item.touched.insert(field.index());
                    if sites.iter().any(|s| s.write) {
                        item.written.insert(field.index());
                    }
                }
            }
            Node::Let { scalar, value } => {
                item.scalar_set = Some(*scalar);
                scalars_of(value, &mut item.scalars_read);
            }
            _ => item.fixed = true,
        }
        item
    }

    fn read_scalars(&mut self, leaf: &Leaf) {
        for stmt in &leaf.stmts {
            stmt.walk(&mut |s| s.exprs().for_each(|e| scalars_of(e, &mut self.scalars_read)));
        }
    }

    fn absorb(&mut self, tree: &Tree, other: Item) {
        self.nodes.extend(other.nodes);
        self.sites.absorb(tree, &other.sites);
        self.touched.extend(&other.touched);
        self.written.extend(&other.written);
        for scalar in other.scalars_read {
            if !self.scalars_read.contains(&scalar) {
                self.scalars_read.push(scalar);
            }
        }
    }

    /// Whether the two share a container that one of them writes.
    pub fn shares_written(&self, other: &Item) -> bool {
        self.written.meets(&other.touched) || other.written.meets(&self.touched)
    }
}

fn scalars_of(expr: &Expr, found: &mut Vec<ScalarId>) {
    expr.walk(&mut |e| {
        if let ExprKind::Scalar(id) = e.kind
            && !found.contains(&id)
        {
            found.push(id);
        }
    });
}
