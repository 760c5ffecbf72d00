//! The order in which the steps of a region run.

use crate::graph::{Edge, Graph, Node, Region};
use petgraph::Direction::{Incoming, Outgoing};
use petgraph::stable_graph::{NodeIndex, StableDiGraph};
use petgraph::visit::NodeIndexable;
use std::collections::{BTreeSet, HashMap};

impl Region {
    /// The steps in the order in which executors run them: topological, those that are free of each other by node index. Steps on
    /// a cycle (which a valid region has not) are missing.
    pub fn order(&self) -> Vec<NodeIndex> {
        let ends = self.graph.edge_indices().filter_map(|e| self.graph.edge_endpoints(e));
        match ends.into_iter().all(|(from, to)| from < to) {
            true => self.graph.node_indices().collect(),
            false => order_by(&self.graph, &mut |_| 0),
        }
    }
    /// The steps in that order.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.order().into_iter().map(|n| &self.graph[n])
    }
}

/// A topological order. `choose` says which of the steps that may run next does: a place among them, in order of node index.
fn order_by(graph: &StableDiGraph<Node, Edge>, choose: &mut dyn FnMut(usize) -> usize) -> Vec<NodeIndex> {
    let mut waits = vec![0; graph.node_bound()];
    graph.node_indices().for_each(|n| waits[n.index()] = graph.edges_directed(n, Incoming).count());
    let mut ready: BTreeSet<NodeIndex> = graph.node_indices().filter(|n| waits[n.index()] == 0).collect();
    let mut order = Vec::with_capacity(graph.node_count());
    while !ready.is_empty() {
        let n = match choose(ready.len()) {
            0 => ready.pop_first(),
            place => ready.iter().nth(place).copied().and_then(|n| ready.take(&n)),
        };
        let Some(n) = n else { break };
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
    Graph { root: region(&graph.root, choose), ..graph.clone() }
}

fn region(old: &Region, choose: &mut dyn FnMut(usize) -> usize) -> Region {
    let mut new = Region { allocs: old.allocs.clone(), ..Region::default() };
    let places: HashMap<NodeIndex, NodeIndex> =
        order_by(&old.graph, choose).into_iter().map(|n| (n, new.graph.add_node(node(&old.graph[n], choose)))).collect();
    for edge in old.graph.edge_indices() {
        if let Some((from, to)) = old.graph.edge_endpoints(edge)
            && let (Some(from), Some(to)) = (places.get(&from), places.get(&to))
        {
            new.graph.add_edge(*from, *to, old.graph[edge].clone());
        }
    }
    new
}

fn node(old: &Node, choose: &mut dyn FnMut(usize) -> usize) -> Node {
    let mut new = old.clone();
    new.regions_mut().for_each(|inside| *inside = region(inside, choose));
    new
}
