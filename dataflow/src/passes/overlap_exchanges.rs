//! Work that needs no halo runs while halos are filled.

use crate::graph::{Edge, Graph, Node, Region};
use petgraph::stable_graph::{NodeIndex, StableDiGraph};
use petgraph::visit::NodeIndexable;
use tradewind_ir::pass::Pass;
use tradewind_ir::{Diagnostic, HostStep, Phase};

/// The pass `overlap-exchanges`. Halo updates start as soon as the steps allow from which their edges come; the other steps stay in their
/// order, and each wait comes before the first one that needs it.
///
/// ```text
/// before                       after
/// n0: … writes %a              n0: … writes %a
/// n1: … writes %b              n1: exchange start 0 %a
/// n2: exchange start 0 %a      n2: … writes %b
/// n3: exchange wait 0 %a       n3: … reads %b
/// n4: … reads %b               n4: exchange wait 0 %a
/// n5: … reads %a in the halo   n5: … reads %a in the halo
/// ```
pub struct OverlapExchanges;

impl Pass<Graph> for OverlapExchanges {
    fn name(&self) -> &'static str {
        "overlap-exchanges"
    }
    fn doc(&self) -> &'static str {
        "start halo updates as early, and wait for them as late, as what they exchange allows"
    }
    fn run(&self, graph: &mut Graph) -> Result<usize, Vec<Diagnostic>> {
        Ok(overlap(&mut graph.root))
    }
}

fn phase(node: &Node) -> Option<Phase> {
    if let Node::Host(HostStep::Exchange { phase, .. }) = node { Some(*phase) } else { None }
}

/// A number that says when a step should run: starts first, each wait just before the first step behind it, other steps in their order.
fn turn(graph: &StableDiGraph<Node, Edge>, n: NodeIndex) -> usize {
    match phase(&graph[n]) {
        Some(Phase::Start(_)) => 0,
        Some(Phase::Wait(_)) => {
            let behind = graph.neighbors(n).filter(|next| phase(&graph[*next]).is_none());
            behind.min().map_or(usize::MAX, |next| 2 * next.index() + 1)
        }
        _ => 2 * n.index() + 2,
    }
}

/// Orders the steps of a region and of those inside. Returns the number of starts and waits that have another place.
fn overlap(region: &mut Region) -> usize {
    let graph = &mut region.graph;
    let inside: usize = graph.node_weights_mut().flat_map(Node::regions_mut).map(overlap).sum();
    if graph.node_weights().all(|node| phase(node).is_none()) {
        return inside;
    }
    let mut turns = vec![0; graph.node_bound()];
    graph.node_indices().for_each(|n| turns[n.index()] = turn(graph, n));
    let places = |region: &Region| -> Vec<(usize, Option<Phase>)> {
        region.nodes().map(phase).enumerate().filter(|(_, phase)| phase.is_some()).collect()
    };
    let before = places(region);
    region.reorder(&mut |ready| ready.iter().min_by_key(|n| (turns[n.index()], **n)).copied());
    let after = places(region);
    inside + after.iter().filter(|place| !before.contains(place)).count()
}
