//! Copies of what a loop does, for parts of its range, and of nests, for values of a condition.

use super::Plan;
use super::masks::in_range;
use super::rename::{fresh, rewritten};
use crate::bounds::{contains, is_empty};
use crate::tree::{Leaf, Loop, Node, NodeId, Tree};
use std::collections::{HashMap, HashSet};
use tradewind_ir::{Axis, Container, Expr, ExprKind, FieldId, Near, Range, Value, settle};

/// Makes copies. Each has temporaries of its own, and holds only what runs at some point of the part of the range, or with the value of
/// a condition, that it is for.
pub(super) struct Duplicates<'t> {
    tree: &'t Tree,
    /// The axis of the loop whose body is copied.
    axis: Option<Axis>,
    /// A condition, and whether it holds.
    condition: Option<(Expr, bool)>,
    names: HashSet<String>,
    numbers: HashMap<String, usize>,
    /// The temporaries that the copy being made has in the place of others.
    renamed: Vec<(FieldId, FieldId)>,
}

impl<'t> Duplicates<'t> {
    /// Copies of the body of a loop over an axis.
    pub(super) fn new(tree: &'t Tree, axis: Axis) -> Self {
        Duplicates { axis: Some(axis), ..Duplicates::of_nest(tree) }
    }

    /// Copies of a nest.
    pub(super) fn of_nest(tree: &'t Tree) -> Self {
        let names = tree.fields.values().map(|f| f.name.clone()).collect();
        Duplicates { tree, axis: None, condition: None, names, numbers: HashMap::new(), renamed: Vec::new() }
    }

    /// A copy of a nest where a condition holds, or does not; nothing if it then has no statements.
    pub(super) fn where_is(
        &mut self,
        nest: NodeId,
        condition: &Expr,
        holds: bool,
        first: bool,
        plan: &mut Plan,
    ) -> Option<NodeId> {
        self.renamed.clear();
        self.condition = Some((condition.clone(), holds));
        self.node(nest, &Range::full(), first, plan).pop()
    }

    /// The children of a copy of a loop's body, where the loop runs at no positions but those of `range`. One copy of all keeps the
    /// `first` names of the temporaries.
    pub(super) fn body(&mut self, body: NodeId, range: &Range, first: bool, plan: &mut Plan) -> Vec<NodeId> {
        self.renamed.clear();
        self.children(body, range, first, plan)
    }

    fn children(&mut self, body: NodeId, points: &Range, first: bool, plan: &mut Plan) -> Vec<NodeId> {
        let children = self.tree.items(&body).iter();
        let copies: Vec<NodeId> = children.flat_map(|child| self.node(*child, points, first, plan)).collect();
        let runs = |id: &NodeId| !matches!(plan.node(self.tree, *id), Node::Alloc(_));
        if copies.iter().any(runs) { copies } else { Vec::new() }
    }

    /// What a node becomes, where the innermost loop over the axis runs at no points but those given.
    fn node(&mut self, id: NodeId, points: &Range, first: bool, plan: &mut Plan) -> Vec<NodeId> {
        let node = match &self.tree.nodes[id] {
            Node::Loop(l) if Some(l.axis) == self.axis => return self.nested(l, points, first, plan),
            Node::Loop(l) => match self.children(l.body, points, first, plan) {
                children if children.is_empty() => return Vec::new(),
                children => Node::Loop(Loop { body: plan.add(Node::Seq(children)), ..l.clone() }),
            },
            Node::Alloc(field) if !first => Node::Alloc(self.own(*field, plan)),
            Node::Leaf(leaf) => {
                let leaf = rewritten(leaf, &self.renamed);
                let stmts = settle::statements(leaf.stmts, &|e| self.known(e, points));
                if stmts.is_empty() {
                    return Vec::new();
                }
                Node::Leaf(Leaf { stmts, ..leaf })
            }
            Node::Seq(_) => match self.children(id, points, first, plan) {
                children if children.is_empty() => return Vec::new(),
                children => Node::Seq(children),
            },
            other => other.clone(),
        };
        vec![plan.add(node)]
    }

    /// What is known of an expression at some points along the axis.
    fn known(&self, expr: &Expr, points: &Range) -> Option<ExprKind> {
        let holds = self.condition.as_ref().filter(|(condition, _)| condition == expr).map(|(_, holds)| *holds);
        let value = holds.map(|holds| ExprKind::Literal(Value::Bool(holds)));
        value.or_else(|| in_range(expr, self.axis?, points))
    }

    /// A loop over the same axis inside: left out if it never runs, only its body if it always does.
    fn nested(&mut self, l: &Loop, points: &Range, first: bool, plan: &mut Plan) -> Vec<NodeId> {
        let part = l.blocking.near.unwrap_or(Near::Points(0, 1)).part(&l.range, points);
        if is_empty(&part) {
            return Vec::new();
        }
        let children = self.children(l.body, &part, first, plan);
        if children.is_empty() || l.blocking.shift() == Some(0) && contains(&l.range, 0, points, 0) {
            return children;
        }
        let body = plan.add(Node::Seq(children));
        vec![plan.add(Node::Loop(Loop { body, ..l.clone() }))]
    }

    /// A temporary of the copy's own.
    fn own(&mut self, field: FieldId, plan: &mut Plan) -> FieldId {
        let container = &self.tree.fields[field];
        let name = fresh(&container.name, &mut self.names, &mut self.numbers);
        let new = plan.add_field(Container { name, ..container.clone() });
        self.renamed.push((field, new));
        new
    }
}
