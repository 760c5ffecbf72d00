//! The children of a sequence as others see them: what each touches, and which two must keep their order.

use crate::dependence::Sites;
use crate::tree::{Node, NodeId, Tree, Unit};
use std::cell::RefCell;
use std::rc::Rc;
use tradewind_ir::ids::Id;
use tradewind_ir::{Expr, FieldId, HostStep, ScalarId, Stmt, StmtKind};

/// What a child of a sequence touches.
#[derive(Default)]
pub struct Item {
    pub sites: Sites,
    /// The containers in the order of their ids, each with whether it is written.
    touched: Vec<(FieldId, bool)>,
    /// How many statements there are.
    statements: usize,
    scalars_read: Vec<ScalarId>,
    scalars_set: Vec<ScalarId>,
    /// Whether it can end the run, or shows the fields to others: it keeps its place among those that do.
    ordered: bool,
}

/// The items of nodes, each made when it is first asked for. Of use as long as nothing below the nodes changes.
#[derive(Default)]
pub struct Items {
    known: RefCell<Vec<Option<Rc<Item>>>>,
}

impl Items {
    /// What a child of a sequence touches; the sequence stands inside the loops `around`.
    pub fn of(&self, tree: &Tree, node: NodeId, around: &[NodeId]) -> Rc<Item> {
        let mut known = self.known.borrow_mut();
        if known.len() <= node.index() {
            known.resize(node.index() + 1, None);
        }
        known[node.index()].get_or_insert_with(|| Rc::new(Item::of(tree, Unit::Node(node), around))).clone()
    }
    /// Forgets all nodes from the one with this number on, which will be others.
    pub fn truncate(&self, nodes: usize) {
        self.known.borrow_mut().truncate(nodes);
    }
}

impl Item {
    /// What a child of a sequence inside the loops `around` touches, or a statement of a leaf inside them.
    pub fn of(tree: &Tree, unit: Unit, around: &[NodeId]) -> Item {
        let mut item = Item { sites: Sites::of_unit(tree, unit, around), ..Item::default() };
        match unit {
            Unit::Node(id) => tree.walk(id, &mut |_, node| item.add(node)),
            Unit::Stmt(id, n) => tree.as_leaf(id).and_then(|leaf| leaf.stmts.get(n)).into_iter().for_each(|s| item.add_stmt(s)),
        }
        item.touched = item.sites.fields().map(|(field, sites)| (field, sites.iter().any(|s| s.write))).collect();
        item
    }

    fn add(&mut self, node: &Node) {
        match node {
            Node::Leaf(leaf) => leaf.stmts.iter().for_each(|stmt| self.add_stmt(stmt)),
            Node::Host(step) => self.add_host(step),
            Node::Seq(_) | Node::Loop(_) | Node::Alloc(_) => {}
        }
    }

    fn add_host(&mut self, step: &HostStep<NodeId>) {
        self.scalars_set.extend(step.sets());
        self.scalars_read.extend(step.uses());
        match step {
            HostStep::Within { .. } => {
                // It can fail, and what is inside counts from its corner.
                self.ordered = true;
                let inside: Vec<_> = self.sites.fields().map(|(f, sites)| (f, sites.iter().any(|s| s.write))).collect();
                inside.into_iter().for_each(|(field, write)| self.sites.add_whole(field, write));
            }
            HostStep::Copy { to, from } => {
                self.sites.add_whole(*to, true);
                self.sites.add_whole(*from, false);
            }
            HostStep::Exchange { fields, .. } => fields.iter().for_each(|f| self.sites.add_whole(*f, true)),
            HostStep::Swap { a, b } => [a, b].into_iter().for_each(|f| self.sites.add_whole(*f, true)),
            HostStep::Callback { fields, .. } => {
                self.ordered = true;
                fields.iter().for_each(|f| self.sites.add_whole(*f, true));
            }
            HostStep::While { .. } => self.ordered = true,
            HostStep::For { .. } | HostStep::Branch { .. } | HostStep::Let { .. } => {}
        }
    }

    fn add_stmt(&mut self, stmt: &Stmt) {
        self.statements += 1;
        stmt.walk(&mut |s| {
            self.ordered |= matches!(s.kind, StmtKind::Check { .. } | StmtKind::While { .. });
            s.exprs().for_each(|e| scalars_of(e, &mut self.scalars_read));
        });
    }

    /// Whether it and a later item may change places; both stand in a sequence inside the loops `around`.
    pub fn may_pass(&self, later: &Item, tree: &Tree, around: &[NodeId]) -> bool {
        let sets = |a: &Item, b: &Item| a.scalars_set.iter().any(|s| b.scalars_read.contains(s) || b.scalars_set.contains(s));
        let ordered = self.ordered && later.ordered || sets(self, later) || sets(later, self);
        !(ordered || self.shares_written(later) && self.sites.clash(tree, &later.sites, around))
    }

    /// Whether it sets one of some scalars.
    pub fn sets_any(&self, scalars: &[ScalarId]) -> bool {
        self.scalars_set.iter().any(|s| scalars.contains(s))
    }

    /// Whether the two share a container that one of them writes.
    pub fn shares_written(&self, other: &Item) -> bool {
        self.common(other).any(|written| written)
    }

    /// Whether the two share a container.
    pub fn shares(&self, other: &Item) -> bool {
        self.common(other).next().is_some()
    }

    /// How many statements and containers the two have together.
    pub fn size_with(&self, other: &Item) -> (usize, usize) {
        let containers = self.touched.len() + other.touched.len() - self.common(other).count();
        (self.statements + other.statements, containers)
    }

    /// The containers of both, each as whether it is written.
    fn common<'a>(&'a self, other: &'a Item) -> impl Iterator<Item = bool> + 'a {
        let mut rest = other.touched.iter().peekable();
        self.touched.iter().filter_map(move |(field, written)| {
            while rest.next_if(|(other, _)| other < field).is_some() {}
            rest.next_if(|(other, _)| other == field).map(|(_, also)| *written || *also)
        })
    }
}

/// The children among some neighbours of a sequence that must stay before the last of them. `items` are those neighbours; the first
/// and the last one are to become neighbours of each other.
///
/// # Errors
/// One that must stay between the first and the last.
pub fn gap(tree: &Tree, items: &[Rc<Item>], around: &[NodeId]) -> Result<Vec<usize>, usize> {
    let Some(last) = items.len().checked_sub(1) else { return Ok(Vec::new()) };
    let mut before: Vec<usize> = Vec::new();
    for n in (1..last).rev() {
        let precedes = |m: &usize| !items[n].may_pass(&items[*m], tree, around);
        if precedes(&last) || before.iter().any(precedes) {
            before.push(n);
        }
    }
    match before.iter().find(|n| !items[0].may_pass(&items[**n], tree, around)) {
        Some(blocker) => Err(*blocker),
        None => Ok(before),
    }
}

/// Adds the scalars of an expression.
pub(crate) fn scalars_of(expr: &Expr, found: &mut Vec<ScalarId>) {
    for id in expr.scalars() {
        if !found.contains(&id) {
            found.push(id);
        }
    }
}
