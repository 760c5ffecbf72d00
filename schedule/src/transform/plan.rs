//! Edits, decided but not yet made.

use crate::tree::{Node, NodeId, Tree};
use tradewind_ir::ids::Id;
use tradewind_ir::{Container, FieldId, Place};

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
    places: Vec<(FieldId, Place)>,
    zeros: Vec<(FieldId, bool)>,
    moved: NodeMap,
}

/// For each node that an edit replaced: the node that does its work now.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NodeMap {
    replaced: Vec<(NodeId, NodeId)>,
}

impl NodeMap {
    /// The node that does the work of `old` now; `old` itself if it was not replaced.
    pub fn now(&self, old: NodeId) -> NodeId {
        self.replaced.iter().rev().find(|(was, _)| *was == old).map_or(old, |(_, is)| *is)
    }
    /// All replacements.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        self.replaced.iter().copied()
    }
}

impl Plan {
    /// A plan for `tree` that does nothing yet.
    pub(super) fn new(tree: &Tree) -> Plan {
        Plan { first_new: tree.nodes.len(), first_field: tree.fields.len(), ..Plan::default() }
    }
    /// Makes a node.
    pub(super) fn add(&mut self, node: Node) -> NodeId {
        self.added.push(node);
        NodeId::from_index(self.first_new + self.added.len() - 1)
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
    /// Moves a temporary.
    pub(super) fn place(&mut self, field: FieldId, place: Place) {
        self.places.push((field, place));
    }
    /// Sets whether a temporary begins as zero.
    pub(super) fn zero(&mut self, field: FieldId, zero: bool) {
        self.zeros.push((field, zero));
    }
    /// Records that `new` does the work of `old` from now on.
    pub(super) fn replaced(&mut self, old: NodeId, new: NodeId) {
        self.moved.replaced.push((old, new));
    }

    /// Carries the plan out.
    pub(super) fn apply(self, mut tree: Tree) -> (Tree, NodeMap) {
        for node in self.added {
            tree.nodes.push(node);
        }
        for field in self.fields {
            tree.fields.push(field);
        }
        for (id, node) in self.changed {
            tree.nodes[id] = node;
        }
        for (field, place) in self.places {
            tree.fields[field].place = place;
        }
        for (field, zero) in self.zeros {
            tree.fields[field].zero = zero;
        }
        (tree, self.moved)
    }
}
