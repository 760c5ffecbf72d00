//! Edges: from nodes in program order to states.
//!
//! Access nodes and edges only repeat what the nodes already state. This file alone derives them. A state has no races: a path
//! connects two nodes of which one writes what the other accesses. Where program order requires an order that dataflow does not
//! imply (a write after a read), a new state begins.

use crate::graph::{Control, Memlet, Node, Region, State};
use crate::memlet::{Effects, node_effects, region_effects};
use petgraph::stable_graph::NodeIndex;
use std::collections::{BTreeSet, HashMap};
use tradewind_ir::ids::BitSet;
use tradewind_ir::{Container, FieldId, IdVec};

/// The states that run `nodes` (none of them access nodes) with the effect of running them in the order given.
pub fn connect(nodes: impl IntoIterator<Item = Node>, fields: &IdVec<FieldId, Container>) -> Vec<State> {
    connect_known(nodes.into_iter().map(|node| {
        let effects = node_effects(&node, fields);
        (node, effects)
    }))
}

/// [`connect`] for nodes whose effects are known already.
pub(crate) fn connect_known(nodes: impl IntoIterator<Item = (Node, Effects)>) -> Vec<State> {
    let mut done = Vec::new();
    let mut open = Builder::default();
    for (node, effects) in nodes {
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

/// What an edit did to a node, or to what stands inside it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Edit {
    Nothing,
    /// It reads and writes what it did.
    Inside,
    /// It reads or writes something else.
    Effects,
    /// There is nothing left of it.
    Gone,
}

/// Edits every node of a region and of those inside it that is neither an access node nor a map, inner regions first. Maps,
/// loops and allocations without anything left to do go, and states are derived anew where that is needed.
pub fn edit(region: &mut Region, fields: &IdVec<FieldId, Container>, change: &mut dyn FnMut(&mut Node) -> Edit) -> Edit {
    let mut done = Edit::Nothing;
    let items = std::mem::take(&mut region.items);
    for mut item in items {
        let edited = match &mut item {
            Control::State(state) => edit_state(state, fields, change),
            Control::Sequential(l) => {
                let edited = edit(&mut l.body, fields, change);
                if l.body.items.is_empty() { Edit::Gone } else { edited }
            }
            // A part of the domain with nothing left to do there may still not fit.
            Control::For { body, .. } | Control::While { body, .. } | Control::Within { body, .. } => {
                edit(body, fields, change)
            }
            Control::Branch { then, otherwise, .. } => edit(then, fields, change).max(edit(otherwise, fields, change)),
            Control::Let { .. } => Edit::Nothing,
        };
        done = done.max(edited.min(Edit::Effects));
        match item {
            _ if edited == Edit::Gone => {}
            Control::State(state) if edited == Edit::Effects => {
                let states = connect(disconnect(state), fields);
                region.items.extend(states.into_iter().map(Control::State));
            }
            item => region.items.push(item),
        }
    }
    if done == Edit::Effects {
        // Without its allocations, the region's effects name them too.
        let allocs = std::mem::take(&mut region.allocs);
        let effects = region_effects(region, fields);
        region.allocs = allocs.into_iter().filter(|f| effects.touches(*f)).collect();
    }
    done
}

fn edit_state(state: &mut State, fields: &IdVec<FieldId, Container>, change: &mut dyn FnMut(&mut Node) -> Edit) -> Edit {
    let mut done = Edit::Nothing;
    let mut left = 0;
    for n in state.graph.node_indices().collect::<Vec<_>>() {
        let node = &mut state.graph[n];
        let edited = match node {
            Node::Access(_) => continue,
            Node::Map(map) => {
                let edited = edit(&mut map.body, fields, change);
                if map.body.items.is_empty() { Edit::Gone } else { edited }
            }
            other => change(other),
        };
        if edited == Edit::Gone {
            state.graph.remove_node(n);
        } else {
            left += 1;
        }
        done = done.max(edited.min(Edit::Effects));
    }
    if left == 0 { Edit::Gone } else { done }
}

/// A state being filled. Its nodes, access nodes left out, are counted in their order.
#[derive(Default)]
struct Builder {
    state: State,
    /// The access node that stands for a container's present contents.
    latest: HashMap<FieldId, NodeIndex>,
    /// The last node that wrote a container.
    writer: HashMap<FieldId, usize>,
    /// The nodes that touched a container since it was last written, and the one that wrote it: whatever comes after all of them
    /// comes after all earlier ones.
    users: HashMap<FieldId, Vec<usize>>,
    /// For each node those that it comes after, itself included.
    before: Vec<BitSet>,
    /// Set by a callback, which shares its state with nothing: what it does is unknown.
    closed: bool,
}

impl Builder {
    /// Whether the node may join the state: every earlier user of what it writes comes before it by dataflow.
    fn takes(&self, node: &Node, effects: &Effects) -> bool {
        let empty = self.before.is_empty();
        if empty || self.closed || matches!(node, Node::Callback { .. }) {
            return empty;
        }
        let before = self.ancestors(effects);
        effects.writes.fields().filter_map(|f| self.users.get(&f)).flatten().all(|user| before.contains(*user))
    }
    fn ancestors(&self, effects: &Effects) -> BitSet {
        let mut before = BitSet::default();
        let writers = effects.reads.fields().filter_map(|f| self.writer.get(&f));
        writers.for_each(|writer| before.extend(&self.before[*writer]));
        before
    }
    fn push(&mut self, node: Node, effects: &Effects) {
        let (mut before, place) = (self.ancestors(effects), self.before.len());
        self.closed = matches!(node, Node::Callback { .. });
        for field in effects.reads.fields() {
            self.latest.entry(field).or_insert_with(|| self.state.graph.add_node(Node::Access(field)));
            self.users.entry(field).or_default().push(place);
        }
        let n = self.state.graph.add_node(node);
        for Memlet { field, subset } in effects.reads.memlets() {
            self.state.graph.add_edge(self.latest[&field], n, Memlet { field, subset });
        }
        for field in effects.writes.fields() {
            let access = self.state.graph.add_node(Node::Access(field));
            for subset in effects.writes.of(field) {
                self.state.graph.add_edge(n, access, Memlet { field, subset: subset.clone() });
            }
            self.latest.insert(field, access);
            self.writer.insert(field, place);
            self.users.insert(field, vec![place]);
        }
        before.insert(place);
        self.before.push(before);
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
