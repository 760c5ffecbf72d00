//! Edits, decided but not yet made.

use crate::tree::{Node, NodeId, Tree};
use std::collections::BTreeMap;
use std::ops::Range;
use tradewind_ir::ids::Id;
use tradewind_ir::{Container, FieldId, Place, Scope};

/// What to edit. Made by a check for one tree, and of use for that tree only.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Plan {
    first_new: usize,
    first_field: usize,
    /// New nodes, numbered on from the tree's.
    added: Vec<Node>,
    /// New temporaries, numbered on from the tree's.
    fields: Vec<Container>,
    /// Nodes that stay but say something else from now on: sequences with other children.
    changed: Vec<(NodeId, Node)>,
    /// Sequences, and the children that come in the place of some of theirs.
    splices: Vec<(NodeId, Range<usize>, Vec<NodeId>)>,
    /// Containers of the tree that have another scope or place from now on, or another need to be set to zero.
    containers: Vec<(FieldId, (Scope, Place, bool))>,
    replaced: Vec<(NodeId, NodeId)>,
}

impl Plan {
    /// The node that will do the work of `old`; `old` itself if it is not replaced.
    pub fn now(&self, old: NodeId) -> NodeId {
        self.replaced.iter().rev().find(|(was, _)| *was == old).map_or(old, |(_, is)| *is)
    }
    /// A plan for `tree` that does nothing yet.
    pub(super) fn new(tree: &Tree) -> Plan {
        Plan { first_new: tree.nodes.len(), first_field: tree.fields.len(), ..Plan::default() }
    }
    /// Makes a node.
    pub(super) fn add(&mut self, node: Node) -> NodeId {
        self.added.push(node);
        NodeId::from_index(self.first_new + self.added.len() - 1)
    }
    /// A node that the plan or the tree has.
    pub(crate) fn node<'n>(&'n self, tree: &'n Tree, id: NodeId) -> &'n Node {
        let new = id.index().checked_sub(self.first_new).and_then(|n| self.added.get(n));
        new.unwrap_or_else(|| &tree.nodes[id])
    }
    /// Makes a temporary.
    pub(super) fn add_field(&mut self, field: Container) -> FieldId {
        self.fields.push(field);
        FieldId::from_index(self.first_field + self.fields.len() - 1)
    }
    /// Lets a node of the tree say something else.
    pub(super) fn change(&mut self, id: NodeId, node: Node) {
        self.changed.push((id, node));
    }
    /// Puts other children in the place of some of a sequence.
    pub(super) fn splice(&mut self, seq: NodeId, range: Range<usize>, children: Vec<NodeId>) {
        self.splices.push((seq, range, children));
    }
    /// Puts nodes in the place of a child of a sequence.
    pub(super) fn put(&mut self, tree: &Tree, child: NodeId, nodes: Vec<NodeId>) {
        let Some(seq) = tree.parent(child) else { return };
        if let Some(place) = tree.items(&seq).iter().position(|id| *id == child) {
            self.splice(seq, place..place + 1, nodes);
        }
    }
    /// Takes nodes below a sequence out, and what then holds no statements any more.
    pub(super) fn remove(&mut self, tree: &Tree, seq: NodeId, mut gone: Vec<NodeId>) {
        let mut left: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        while let Some(id) = gone.pop() {
            let Some(parent) = tree.parent(id) else { continue };
            let Node::Seq(children) = &tree.nodes[parent] else {
                gone.push(parent);
                continue;
            };
            let left = left.entry(parent).or_insert_with(|| children.clone());
            left.retain(|child| *child != id);
            if parent != seq && left.iter().all(|child| matches!(tree.nodes[*child], Node::Alloc(_))) {
                gone.push(parent);
            }
        }
        left.into_iter().for_each(|(seq, children)| self.change(seq, Node::Seq(children)));
    }
    /// Makes a container a temporary in this place, which begins as zero or not.
    pub(super) fn temporary(&mut self, field: FieldId, place: Place, zero: bool) {
        self.containers.push((field, (Scope::Temporary, place, zero)));
    }
    /// Records that `new` does the work of `old` from now on.
    pub(super) fn replaced(&mut self, old: NodeId, new: NodeId) {
        self.replaced.push((old, new));
    }

    /// Carries the plan out; returns what takes it back.
    pub fn apply(self, tree: &mut Tree) -> Undo {
        let (first_node, first_field) = (tree.nodes.len(), tree.fields.len());
        let edited = self.added.iter().chain(self.changed.iter().map(|(_, node)| node));
        let spliced = self.splices.iter().flat_map(|(_, _, children)| children.iter().copied());
        let children = edited.flat_map(|node| node.children()).chain(spliced).filter(|child| child.index() < first_node);
        let parents = children.map(|child| (child, tree.parent(child))).collect();
        for node in self.added {
            tree.add(node);
        }
        for field in self.fields {
            tree.fields.push(field);
        }
        let nodes = self.changed.into_iter().map(|(id, node)| (id, tree.set(id, node))).collect();
        let splices = self.splices.into_iter().map(|(seq, range, children)| {
            let now = range.start..range.start + children.len();
            (seq, now, tree.splice(seq, range, children))
        });
        let splices = splices.collect();
        let mut fields = Vec::new();
        for (field, change) in self.containers {
            let container = &mut tree.fields[field];
            fields.push((field, (container.scope, container.place, container.zero)));
            (container.scope, container.place, container.zero) = change;
        }
        Undo { first_node, first_field, parents, nodes, splices, fields }
    }
}

/// What a plan has changed, as it was before.
pub struct Undo {
    /// The first ones that the plan has made.
    first_node: usize,
    first_field: usize,
    /// Of nodes that came to stand in others.
    parents: Vec<(NodeId, Option<NodeId>)>,
    nodes: Vec<(NodeId, Node)>,
    splices: Vec<(NodeId, Range<usize>, Vec<NodeId>)>,
    fields: Vec<(FieldId, (Scope, Place, bool))>,
}

impl Undo {
    /// Takes the plan back.
    pub fn undo(self, tree: &mut Tree) {
        for (seq, range, children) in self.splices.into_iter().rev() {
            tree.splice(seq, range, children);
        }
        for (id, node) in self.nodes.into_iter().rev() {
            tree.set(id, node);
        }
        self.parents.into_iter().rev().for_each(|(child, parent)| tree.set_parent(child, parent));
        for (field, (scope, place, zero)) in self.fields.into_iter().rev() {
            let container = &mut tree.fields[field];
            (container.scope, container.place, container.zero) = (scope, place, zero);
        }
        tree.truncate(self.first_node, self.first_field);
    }
}
