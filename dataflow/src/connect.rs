//! Edges: what orders the steps of a region.
//!
//! This file alone makes edges, from steps in the order of the program: a later step has an edge from an earlier one if both access
//! elements in common, of which one writes, if both name a host scalar that one sets, or if the host observes one of them. Nothing else
//! orders steps. Where a path is there already, an edge may be left out.

use crate::graph::{Edge, Graph, Memlet, Node, Region, Subset};
use crate::memlet::{Effects, node_effects, region_effects};
use petgraph::Direction;
use petgraph::stable_graph::{NodeIndex, StableDiGraph};
use std::collections::{HashMap, HashSet};
use tradewind_ir::{Container, FieldId, IdVec, ScalarId};

/// The graph that runs `nodes` with the effect of running them in the order given.
pub fn connect(nodes: impl IntoIterator<Item = Node>, fields: &IdVec<FieldId, Container>) -> StableDiGraph<Node, Edge> {
    connect_known(
        nodes.into_iter().map(|node| {
            let effects = node_effects(&node, fields);
            (node, effects)
        }),
        fields,
    )
}

/// [`connect`] for nodes whose effects are known already.
pub(crate) fn connect_known(
    nodes: impl IntoIterator<Item = (Node, Effects)>,
    fields: &IdVec<FieldId, Container>,
) -> StableDiGraph<Node, Edge> {
    let mut builder = Builder {
        fields,
        graph: StableDiGraph::default(),
        incoming: HashMap::new(),
        held: HashMap::new(),
        scalars: HashMap::new(),
        observed: None,
    };
    nodes.into_iter().for_each(|(node, effects)| builder.push(node, &effects));
    builder.graph
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

/// Edits every tasklet, zeroing and step of the host program of a graph, inner regions first. Maps, loops and allocations without
/// anything left to do go, and edges are made anew where that is needed.
pub fn edit(graph: &mut Graph, change: &mut dyn FnMut(&mut Node, &IdVec<FieldId, Container>) -> Edit) {
    edit_region(&mut graph.root, &graph.fields, change);
}

fn edit_region(
    region: &mut Region,
    fields: &IdVec<FieldId, Container>,
    change: &mut dyn FnMut(&mut Node, &IdVec<FieldId, Container>) -> Edit,
) -> Edit {
    let mut done = Edit::Nothing;
    for n in region.graph.node_indices().collect::<Vec<_>>() {
        let node = &mut region.graph[n];
        let inside = node.regions_mut().map(|inside| edit_region(inside, fields, change)).max().unwrap_or(Edit::Nothing);
        let edited = match node {
            // A part of the domain with nothing left to do there may still not fit, and a loop of the host may not end.
            Node::Map(_) | Node::Loop(_) if node.regions().all(|inside| inside.graph.node_count() == 0) => Edit::Gone,
            Node::Map(_) | Node::Loop(_) => inside,
            _ => inside.max(change(node, fields)),
        };
        if edited == Edit::Gone {
            region.graph.remove_node(n);
        }
        done = done.max(edited.min(Edit::Effects));
    }
    if done == Edit::Effects {
        let order = region.order();
        let mut old = std::mem::take(&mut region.graph);
        old.clear_edges();
        region.graph = connect(order.into_iter().filter_map(|n| old.remove_node(n)), fields);
        // Without its allocations, the region's effects name them too.
        let allocs = std::mem::take(&mut region.allocs);
        let effects = region_effects(region, fields);
        region.allocs = allocs.into_iter().filter(|f| effects.touches(*f)).collect();
    }
    done
}

/// A graph being filled.
struct Builder<'f> {
    fields: &'f IdVec<FieldId, Container>,
    graph: StableDiGraph<Node, Edge>,
    /// The edges to the node that was pushed last, by their sources.
    incoming: HashMap<NodeIndex, HashSet<Edge>>,
    held: HashMap<FieldId, Held>,
    /// For each scalar the node that set it last, and those that have used it since.
    scalars: HashMap<ScalarId, (Option<NodeIndex>, Vec<NodeIndex>)>,
    /// The last node that the host observes: a path leads from all earlier nodes to it, and from it to all later ones.
    observed: Option<NodeIndex>,
}

/// The accesses to a container that later nodes may have to wait for; whatever comes after these comes after all earlier ones.
#[derive(Default)]
struct Held {
    writes: Vec<(NodeIndex, Subset)>,
    reads: Vec<Read>,
}

/// What a node reads of a container.
struct Read {
    reader: NodeIndex,
    subset: Subset,
    /// A node that writes some of it and has an edge from the reader.
    before: Option<NodeIndex>,
}

/// A container has so many writes at most that a later node may have to wait for: the next one waits for all of them.
const WRITES: usize = 16;

impl Builder<'_> {
    fn push(&mut self, node: Node, effects: &Effects) {
        let n = self.graph.add_node(node);
        self.incoming.clear();
        effects.reads.memlets().for_each(|memlet| self.follow_writes(n, &memlet));
        for field in effects.writes.fields() {
            self.follow_all(n, field, effects.writes.of(field));
        }
        for Memlet { field, subset } in effects.reads.memlets() {
            self.held.entry(field).or_default().reads.push(Read { reader: n, subset, before: None });
        }
        for field in effects.writes.fields() {
            self.take_over(n, field, effects.writes.of(field));
        }
        self.name_scalars(n, effects);
        self.observe(n, effects.is_observed);
    }

    /// An edge to the node that was pushed last, unless it is there.
    fn edge(&mut self, from: NodeIndex, to: NodeIndex, edge: Edge) {
        if self.incoming.entry(from).or_default().insert(edge.clone()) {
            self.graph.add_edge(from, to, edge);
        }
    }

    /// Edges from those that write what the node reads.
    fn follow_writes(&mut self, n: NodeIndex, memlet: &Memlet) {
        let Some(held) = self.held.get(&memlet.field) else { return };
        let container = &self.fields[memlet.field];
        let writers: Vec<NodeIndex> =
            held.writes.iter().filter(|(_, s)| memlet.subset.meets(s, container)).map(|(writer, _)| *writer).collect();
        writers.into_iter().for_each(|writer| self.edge(writer, n, Edge::Flow(memlet.clone())));
    }

    /// Edges from those that write or read what the node writes.
    fn follow_all(&mut self, n: NodeIndex, field: FieldId, subsets: &[Subset]) {
        let Some(mut held) = self.held.remove(&field) else { return };
        let container = &self.fields[field];
        let meets = |s: &Subset| subsets.iter().any(|written| written.meets(s, container));
        let is_many = held.writes.len() >= WRITES;
        for (writer, s) in &held.writes {
            if !self.incoming.contains_key(writer) && (is_many || meets(s)) {
                self.edge(*writer, n, Edge::Output(field));
            }
        }
        for Read { reader, subset, before } in &mut held.reads {
            // A path leads there already by way of a writer that came after the reader.
            let is_known = before.is_some_and(|writer| self.incoming.contains_key(&writer));
            if *reader != n && !is_known && meets(subset) {
                self.edge(*reader, n, Edge::Anti(field));
                *before = Some(n);
            }
        }
        self.held.insert(field, held);
    }

    /// The node's writes are held from now on, and no longer what lies inside them.
    fn take_over(&mut self, n: NodeIndex, field: FieldId, subsets: &[Subset]) {
        let held = self.held.entry(field).or_default();
        let covered = |s: &Subset| subsets.iter().any(|written| s.within(written));
        held.reads.retain(|read| read.reader == n || !covered(&read.subset));
        held.writes.retain(|(_, s)| !covered(s));
        // The node comes after all writers that it has an edge from, and so after the readers before them.
        for read in &mut held.reads {
            if read.before.is_some_and(|writer| self.incoming.contains_key(&writer)) {
                read.before = Some(n);
            }
        }
        if held.writes.len() >= WRITES {
            held.writes = vec![(n, Subset::all(&self.fields[field]))];
        } else {
            held.writes.extend(subsets.iter().map(|s| (n, s.clone())));
        }
    }

    fn name_scalars(&mut self, n: NodeIndex, effects: &Effects) {
        for scalar in &effects.uses {
            let (setter, users) = self.scalars.entry(*scalar).or_default();
            users.push(n);
            if let Some(setter) = *setter {
                self.edge(setter, n, Edge::Scalar(*scalar));
            }
        }
        for scalar in &effects.sets {
            let (setter, users) = self.scalars.entry(*scalar).or_default();
            let (setter, users) = (setter.replace(n), std::mem::take(users));
            let earlier = users.into_iter().filter(|user| *user != n).chain(setter).collect::<Vec<_>>();
            earlier.into_iter().for_each(|node| self.edge(node, n, Edge::Scalar(*scalar)));
        }
    }

    /// The order between a node that the host observes and all others.
    fn observe(&mut self, n: NodeIndex, is_observed: bool) {
        use Direction::{Incoming, Outgoing};
        let last = self.observed;
        if is_observed {
            let first = last.map_or(0, NodeIndex::index);
            let open: Vec<NodeIndex> = (first..n.index())
                .map(NodeIndex::new)
                .filter(|m| self.graph.neighbors_directed(*m, Outgoing).next().is_none())
                .collect();
            open.into_iter().for_each(|earlier| self.edge(earlier, n, Edge::Host));
            self.observed = Some(n);
        } else if let Some(last) = last
            && !self.graph.neighbors_directed(n, Incoming).any(|earlier| earlier >= last)
        {
            self.edge(last, n, Edge::Host);
        }
    }
}
