//! The order in which the steps of a region run.

use crate::graph::{Edge, Graph, Node, Region};
use petgraph::Direction::{Incoming, Outgoing};
use petgraph::stable_graph::{EdgeIndex, NodeIndex, StableDiGraph};
use petgraph::visit::NodeIndexable;
use std::collections::{BTreeSet, HashMap};

impl Region {
    /// The steps in the order in which executors run them: topological, those that are free of each other by node index. Steps on
    /// a cycle (which a valid region has not) are missing.
    pub fn order(&self) -> Vec<NodeIndex> {
        let ends = self.graph.edge_indices().filter_map(|e| self.graph.edge_endpoints(e));
        match ends.into_iter().all(|(from, to)| from < to) {
            true => self.graph.node_indices().collect(),
            false => order_by(&self.graph, &mut |ready| ready.first().copied()),
        }
    }
    /// Numbers the steps in another topological order.
    pub(crate) fn reorder(&mut self, choose: Choose<'_>) {
        let order = order_by(&self.graph, choose);
        if order.is_sorted() && order.len() == self.graph.node_count() {
            return;
        }
        let mut old = std::mem::take(&mut self.graph);
        // A graph finds the newest edge of a node first.
        let newest: Vec<EdgeIndex> = old.edge_indices().collect::<Vec<_>>().into_iter().rev().collect();
        let taken = newest.into_iter().filter_map(|e| old.edge_endpoints(e).zip(old.remove_edge(e)));
        let edges: Vec<((NodeIndex, NodeIndex), Edge)> = taken.collect();
        let nodes = order.into_iter().filter_map(|n| Some((n, old.remove_node(n)?)));
        let places: HashMap<NodeIndex, NodeIndex> = nodes.map(|(n, node)| (n, self.graph.add_node(node))).collect();
        for ((from, to), edge) in edges.into_iter().rev() {
            if let (Some(from), Some(to)) = (places.get(&from), places.get(&to)) {
                self.graph.add_edge(*from, *to, edge);
            }
        }
    }
    /// The steps in that order.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.order().into_iter().map(|n| &self.graph[n])
    }
}

/// Says which of the steps of a region that may run next does.
type Choose<'c> = &'c mut dyn FnMut(&BTreeSet<NodeIndex>) -> Option<NodeIndex>;

/// A topological order.
fn order_by(graph: &StableDiGraph<Node, Edge>, choose: Choose<'_>) -> Vec<NodeIndex> {
    let mut waits = vec![0; graph.node_bound()];
    graph.node_indices().for_each(|n| waits[n.index()] = graph.edges_directed(n, Incoming).count());
    let mut ready: BTreeSet<NodeIndex> = graph.node_indices().filter(|n| waits[n.index()] == 0).collect();
    let mut order = Vec::with_capacity(graph.node_count());
    while !ready.is_empty() {
        let Some(n) = choose(&ready).and_then(|n| ready.take(&n)) else { break };
        order.push(n);
        for next in graph.neighbors_directed(n, Outgoing) {
            waits[next.index()] -= 1;
            if waits[next.index()] == 0 {
                ready.insert(next);
            }
        }
    }
    order
}

/// The graph with its steps numbered in another topological order, in every region: executors then run them in this one. `choose` is
/// given a number of steps that may run next, and says which of them does.
///
/// The results stay the same to the bit; tests try this with random orders.
pub fn reordered(graph: &Graph, choose: &mut dyn FnMut(usize) -> usize) -> Graph {
    let mut new = graph.clone();
    shuffle(&mut new.root, choose);
    new
}

fn shuffle(region: &mut Region, choose: &mut dyn FnMut(usize) -> usize) {
    region.reorder(&mut |ready| ready.iter().nth(choose(ready.len())).copied());
    region.graph.node_weights_mut().flat_map(Node::regions_mut).for_each(|inside| shuffle(inside, choose));
}
