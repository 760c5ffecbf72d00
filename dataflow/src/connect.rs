//! Edges: from nodes in program order to states.
//!
//! Access nodes and edges say nothing that the nodes do not say already; they are derived, here and nowhere else. A state is
//! free of races: two nodes of which one writes what the other touches are joined by a path. Where program order asks for an
//! order that dataflow does not imply (a write after a read), a new state begins.

use crate::graph::{Control, Map, Memlet, Node, Region, SequentialLoop, State};
use crate::memlet::{Effects, node_effects, region_effects};
use petgraph::stable_graph::NodeIndex;
use std::collections::{BTreeSet, HashMap};
use tradewind_ir::{Container, FieldId, IdVec};

/// The states that run `nodes` (none of them access nodes) with the effect of running them in the order given.
pub fn connect(nodes: impl IntoIterator<Item = Node>, fields: &IdVec<FieldId, Container>) -> Vec<State> {
    let mut done = Vec::new();
    let mut open = Builder::default();
    for node in nodes {
        let effects = node_effects(&node, fields);
        if !open.takes(&node, &effects) {
            done.push(std::mem::take(&mut open).state);
        }
        open.push(node, &effects);
    }
    if open.state.graph.node_count() > 0 {
        done.push(open.state);
    }
    done
}

/// The working nodes of a state, without access nodes, in the order in which they run.
pub fn disconnect(state: State) -> Vec<Node> {
    let order = state.order();
    let mut graph = state.graph;
    let nodes = order.into_iter().filter_map(|n| graph.remove_node(n));
    nodes.filter(|node| !matches!(node, Node::Access(_))).collect()
}

/// The region with every node that is neither an access node nor a map replaced by what `edit` makes of it; maps, loops and
/// allocations without anything left to do go. Inner regions are edited before the node that they stand in.
pub fn rebuild(region: Region, fields: &IdVec<FieldId, Container>, edit: &mut dyn FnMut(Node) -> Option<Node>) -> Region {
    let mut rebuilt = Region::default();
    let mut nodes = Vec::new();
    for item in region.items {
        match item {
            Control::State(state) => nodes.extend(disconnect(state).into_iter().filter_map(|node| match node {
                Node::Map(map) => {
                    let body = rebuild(map.body, fields, edit);
                    (!body.items.is_empty()).then_some(Node::Map(Map { body, ..map }))
                }
                other => edit(other),
            })),
            other => {
                rebuilt.items.extend(connect(nodes.drain(..), fields).into_iter().map(Control::State));
                rebuilt.items.extend(rebuild_control(other, fields, edit));
            }
        }
    }
    rebuilt.items.extend(connect(nodes, fields).into_iter().map(Control::State));
    let effects = region_effects(&rebuilt, fields);
    rebuilt.allocs = region.allocs.into_iter().filter(|f| effects.touches(*f)).collect();
    rebuilt
}

fn rebuild_control(
    control: Control,
    fields: &IdVec<FieldId, Container>,
    edit: &mut dyn FnMut(Node) -> Option<Node>,
) -> Option<Control> {
    let mut region = |body| rebuild(body, fields, edit);
    Some(match control {
        Control::Sequential(l) => {
            let body = region(l.body);
            if body.items.is_empty() {
                return None;
            }
            Control::Sequential(SequentialLoop { body, ..l })
        }
        Control::For { var, from, to, body } => Control::For { var, from, to, body: region(body) },
        Control::Branch { condition, then, otherwise } => {
            let (then, otherwise) = (region(then), region(otherwise));
            Control::Branch { condition, then, otherwise }
        }
        Control::While { condition, body } => Control::While { condition, body: region(body) },
        other @ (Control::State(_) | Control::Let { .. }) => other,
    })
}

/// A state being filled.
#[derive(Default)]
struct Builder {
    state: State,
    /// The access node that stands for a container's present contents.
    latest: HashMap<FieldId, NodeIndex>,
    /// The last node that wrote a container.
    writer: HashMap<FieldId, NodeIndex>,
    /// All nodes that touched a container.
    users: HashMap<FieldId, BTreeSet<NodeIndex>>,
    /// The nodes that a node comes after, itself included.
    before: HashMap<NodeIndex, BTreeSet<NodeIndex>>,
    /// Set by a callback, which shares its state with nothing: what it does is unknown.
    closed: bool,
}

impl Builder {
    /// Whether the node may join the state: every earlier user of what it writes comes before it by dataflow.
    fn takes(&self, node: &Node, effects: &Effects) -> bool {
        let empty = self.state.graph.node_count() == 0;
        if empty || self.closed || matches!(node, Node::Callback { .. }) {
            return empty;
        }
        let before = self.ancestors(effects);
        effects.writes.fields().all(|f| self.users.get(&f).is_none_or(|users| users.is_subset(&before)))
    }
    fn ancestors(&self, effects: &Effects) -> BTreeSet<NodeIndex> {
        let writers = effects.reads.fields().filter_map(|f| self.writer.get(&f));
        writers.flat_map(|w| &self.before[w]).copied().collect()
    }
    fn push(&mut self, node: Node, effects: &Effects) {
        let mut before = self.ancestors(effects);
        self.closed = matches!(node, Node::Callback { .. });
        for field in effects.reads.fields() {
            self.latest.entry(field).or_insert_with(|| self.state.graph.add_node(Node::Access(field)));
        }
        let n = self.state.graph.add_node(node);
        for Memlet { field, subset } in effects.reads.memlets() {
            self.state.graph.add_edge(self.latest[&field], n, Memlet { field, subset });
            self.users.entry(field).or_default().insert(n);
        }
        for field in effects.writes.fields() {
            let access = self.state.graph.add_node(Node::Access(field));
            for subset in effects.writes.of(field) {
                self.state.graph.add_edge(n, access, Memlet { field, subset: subset.clone() });
            }
            self.latest.insert(field, access);
            self.writer.insert(field, n);
            self.users.entry(field).or_default().insert(n);
        }
        before.insert(n);
        self.before.insert(n, before);
    }
}

impl State {
    /// The nodes in the order in which they run: topological, those that are free of each other by node index. Nodes on a
    /// cycle (which a valid state has not) are missing.
    pub fn order(&self) -> Vec<NodeIndex> {
        use petgraph::Direction::{Incoming, Outgoing};
        let mut waits: HashMap<NodeIndex, usize> =
            self.graph.node_indices().map(|n| (n, self.graph.edges_directed(n, Incoming).count())).collect();
        let mut ready: BTreeSet<NodeIndex> = waits.iter().filter(|(_, w)| **w == 0).map(|(n, _)| *n).collect();
        let mut order = Vec::with_capacity(waits.len());
        while let Some(n) = ready.pop_first() {
            order.push(n);
            for next in self.graph.neighbors_directed(n, Outgoing) {
                let left = waits.entry(next).or_insert(1);
                *left -= 1;
                if *left == 0 {
                    ready.insert(next);
                }
            }
        }
        order
    }
}
