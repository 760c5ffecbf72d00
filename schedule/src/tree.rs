//! The tree's data.

use tradewind_ir::ids::Id;
use tradewind_ir::{
    Axis, Blocking, Container, FieldId, HostStep, IdVec, Param, Range, ScalarId, ScalarSlot, Span, Stmt, typed_id,
};

typed_id!(
    /// A node of a tree. Ids stay as they are when the tree is edited; an edit makes new nodes for what it changes.
    NodeId, "t"
);

/// What can be named, moved and kept apart: a node, or one statement of a leaf.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unit {
    Node(NodeId),
    /// The leaf, and the statement's number in it.
    Stmt(NodeId, usize),
}

/// A whole program with its loops.
#[derive(Clone, Debug)]
pub struct Tree {
    pub name: String,
    pub fields: IdVec<FieldId, Container>,
    pub scalars: IdVec<ScalarId, ScalarSlot>,
    /// The program's arguments in the order of the call.
    pub params: Vec<Param>,
    /// All nodes ever made; those not reachable from the root are leftovers of edits.
    pub nodes: IdVec<NodeId, Node>,
    pub root: NodeId,
    /// The node around each node; of leftovers, any.
    parents: IdVec<NodeId, Option<NodeId>>,
}

/// The tables of a tree: what its nodes refer to.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    pub name: String,
    pub fields: IdVec<FieldId, Container>,
    pub scalars: IdVec<ScalarId, ScalarSlot>,
    /// The program's arguments in the order of the call.
    pub params: Vec<Param>,
}

/// A node.
#[derive(Clone, PartialEq, Debug)]
pub enum Node {
    /// Children one after another.
    Seq(Vec<NodeId>),
    /// A loop over one axis.
    Loop(Loop),
    /// Statements at the current point.
    Leaf(Leaf),
    /// Makes a temporary for the rest of the enclosing sequence.
    Alloc(FieldId),
    /// A step of the host program. What is inside stands in sequences; one of a branch may be empty.
    Host(HostStep<NodeId>),
}

/// A loop over one axis.
#[derive(Clone, PartialEq, Debug)]
pub struct Loop {
    pub axis: Axis,
    pub range: Range,
    /// Which positions of the range it runs at: blocks, or shifted points, where it stands inside another loop over its axis.
    pub blocking: Blocking,
    pub kind: LoopKind,
    pub body: NodeId,
}

/// The order and manner of a loop's iterations.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LoopKind {
    /// Independent iterations, run one after another.
    Any,
    /// Ascending.
    Forward,
    /// Descending.
    Backward,
    /// Independent iterations, shared among threads.
    Parallel,
    /// Independent iterations, several points at a time.
    Vector,
}

/// A leaf: statements that run at the current point, one after another. Unlike in a stencil, a `mask` here is a plain branch
/// per point, for the loops around it already are the plane.
#[derive(Clone, PartialEq, Debug)]
pub struct Leaf {
    /// Where the statements come from: the name of the stencil called, numbered (`advect`, `advect.2`) and, after fusion, of all
    /// of them joined by `+`.
    pub label: String,
    pub stmts: Vec<Stmt>,
    pub span: Span,
}

impl LoopKind {
    /// All kinds with their word in the text form.
    pub const WORDS: [(LoopKind, &'static str); 5] = [
        (LoopKind::Any, "any"),
        (LoopKind::Forward, "forward"),
        (LoopKind::Backward, "backward"),
        (LoopKind::Parallel, "parallel"),
        (LoopKind::Vector, "vector"),
    ];
    /// From one position to the next in time: 1 where they ascend, -1 where they descend.
    pub fn sign(self) -> i64 {
        if self == LoopKind::Backward { -1 } else { 1 }
    }
    /// Whether iterations are independent of each other.
    pub fn is_free(self) -> bool {
        !matches!(self, LoopKind::Forward | LoopKind::Backward)
    }
}

impl Tree {
    /// A tree with these tables that does nothing.
    pub fn new(tables: Tables) -> Tree {
        let Tables { name, fields, scalars, params } = tables;
        let (nodes, parents) = Default::default();
        let mut tree = Tree { name, fields, scalars, params, nodes, root: Id::from_index(0), parents };
        tree.root = tree.add(Node::Seq(Vec::new()));
        tree
    }
    /// A tree of these nodes.
    pub(crate) fn of(tables: Tables, nodes: IdVec<NodeId, Node>, root: NodeId) -> Tree {
        let Tables { name, fields, scalars, params } = tables;
        let parents = nodes.ids().map(|_| None).collect();
        let mut tree = Tree { name, fields, scalars, params, nodes, root, parents };
        (0..tree.nodes.len()).for_each(|n| tree.adopt(Id::from_index(n)));
        tree
    }
    /// Adds a node above its children, and returns its id.
    pub fn add(&mut self, node: Node) -> NodeId {
        let id = self.nodes.push(node);
        self.parents.push(None);
        self.adopt(id);
        id
    }
    /// Lets a node say something else; returns what it said.
    pub fn set(&mut self, id: NodeId, node: Node) -> Node {
        let old = std::mem::replace(&mut self.nodes[id], node);
        self.adopt(id);
        old
    }
    /// Puts other children in the place of some of a sequence; returns those that stood there.
    pub(crate) fn splice(&mut self, seq: NodeId, range: std::ops::Range<usize>, children: Vec<NodeId>) -> Vec<NodeId> {
        children.iter().for_each(|child| self.parents[*child] = Some(seq));
        match &mut self.nodes[seq] {
            Node::Seq(all) => all.splice(range, children).collect(),
            _ => Vec::new(),
        }
    }
    /// Puts a node back below another one.
    pub(crate) fn set_parent(&mut self, child: NodeId, parent: Option<NodeId>) {
        self.parents[child] = parent;
    }
    /// Forgets the last nodes and containers, which nothing refers to.
    pub(crate) fn truncate(&mut self, nodes: usize, fields: usize) {
        self.nodes.truncate(nodes);
        self.parents.truncate(nodes);
        self.fields.truncate(fields);
    }
    fn adopt(&mut self, id: NodeId) {
        for child in self.nodes[id].children() {
            if child.index() < self.parents.len() {
                self.parents[child] = Some(id);
            }
        }
    }
    /// The loop with this id.
    pub fn as_loop(&self, id: NodeId) -> Option<&Loop> {
        if let Some(Node::Loop(l)) = self.nodes.get(id) { Some(l) } else { None }
    }
    /// How the loop with this id runs; other nodes run their children in order.
    pub fn loop_kind(&self, id: NodeId) -> LoopKind {
        self.as_loop(id).map_or(LoopKind::Forward, |l| l.kind)
    }
    /// The leaf with this id.
    pub fn as_leaf(&self, id: NodeId) -> Option<&Leaf> {
        if let Some(Node::Leaf(leaf)) = self.nodes.get(id) { Some(leaf) } else { None }
    }
    /// The children of a sequence; the node itself, alone, for any other.
    pub fn items<'a>(&'a self, id: &'a NodeId) -> &'a [NodeId] {
        if let Some(Node::Seq(children)) = self.nodes.get(*id) { children } else { std::slice::from_ref(id) }
    }
    /// The node around a node of the tree; nothing for the root.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.parents.get(id).copied().flatten()
    }
    /// The nodes around a node, innermost first.
    pub fn around(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(id), |up| self.parent(*up))
    }
    /// The loops around a node, outermost first.
    pub fn loops_around(&self, id: NodeId) -> Vec<NodeId> {
        let mut loops: Vec<NodeId> = self.around(id).filter(|up| self.as_loop(*up).is_some()).collect();
        loops.reverse();
        loops
    }
    /// The children of a sequence that run: no allocations, and leaves statement by statement.
    pub fn units(&self, seq: NodeId) -> Vec<Unit> {
        let units = |id: &NodeId| match &self.nodes[*id] {
            Node::Alloc(_) => Vec::new(),
            Node::Leaf(leaf) => (0..leaf.stmts.len()).map(|n| Unit::Stmt(*id, n)).collect(),
            _ => vec![Unit::Node(*id)],
        };
        self.items(&seq).iter().flat_map(units).collect()
    }
    /// Calls `visit` on every node in the tree below and including `from`, parents before children, in order.
    pub fn walk(&self, from: NodeId, visit: &mut impl FnMut(NodeId, &Node)) {
        visit(from, &self.nodes[from]);
        self.nodes[from].children().for_each(|child| self.walk(child, visit));
    }
}

impl Unit {
    /// The node, or the leaf that holds the statement.
    pub fn node(self) -> NodeId {
        match self {
            Unit::Node(id) | Unit::Stmt(id, _) => id,
        }
    }
}

impl Node {
    /// The nodes directly below, in order.
    pub fn children(&self) -> impl DoubleEndedIterator<Item = NodeId> + '_ {
        let (list, body, host): (&[NodeId], _, _) = match self {
            Node::Seq(children) => (children, None, None),
            Node::Loop(l) => (&[], Some(l.body), None),
            Node::Host(step) => (&[], None, Some(step)),
            Node::Leaf(_) | Node::Alloc(_) => (&[], None, None),
        };
        list.iter().copied().chain(body).chain(host.into_iter().flat_map(|step| step.bodies().copied()))
    }
}
