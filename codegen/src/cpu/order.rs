//! The order in which a state's nodes run.

use petgraph::Direction::{Incoming, Outgoing};
use petgraph::graph::NodeIndex;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use tradewind_dataflow::State;

/// The nodes in topological order, those that are free of each other by index. Nodes on a cycle, which a verified graph does
/// not have, are left out.
pub(super) fn execution_order(state: &State) -> Vec<NodeIndex> {
    let graph = &state.graph;
    let mut waits: HashMap<NodeIndex, usize> =
        graph.node_indices().map(|n| (n, graph.edges_directed(n, Incoming).count())).collect();
    let mut ready: BinaryHeap<_> = waits.iter().filter(|(_, count)| **count == 0).map(|(n, _)| Reverse(*n)).collect();
    let mut order = Vec::with_capacity(waits.len());
    while let Some(Reverse(node)) = ready.pop() {
        order.push(node);
        for next in graph.neighbors_directed(node, Outgoing) {
            if let Some(count) = waits.get_mut(&next) {
                *count -= 1;
                if *count == 0 {
                    ready.push(Reverse(next));
                }
            }
        }
    }
    order
}
