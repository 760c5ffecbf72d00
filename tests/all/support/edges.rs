//! Edges of dataflow graphs, held against the elements that steps really access.

use std::collections::{BTreeSet, HashMap};
use tradewind::dataflow::interpret::{self, Conflict, Conflicts, Options};
use tradewind::dataflow::text::edge_text;
use tradewind::dataflow::{Edge, Graph, Region};
use tradewind::ir::{Array, Domain, Value, Verified};

/// The conflicts of a run in which maps ascend, and one in which they descend, added to those of earlier runs. Runs that end with an error
/// count as far as they came.
pub fn trace(graph: &Verified<Graph>, domain: Domain, arrays: &[Array], scalars: &[Value], conflicts: &mut Conflicts) {
    for descending in [false, true] {
        let options = Options { descending, conflicts: Some(conflicts), ..Options::default() };
        let _ = interpret::run(graph, domain, &mut arrays.to_vec(), scalars, options);
    }
}

/// The first two steps that access one element, of which one writes, and that no path connects.
pub fn unordered(graph: &Graph, conflicts: &Conflicts) -> Option<String> {
    let regions = regions(graph);
    let reached: Vec<HashMap<usize, BTreeSet<usize>>> = regions.iter().map(|region| reached(region)).collect();
    let missing = |c: &&Conflict| !reached[c.region][&c.first.index()].contains(&c.second.index());
    let Conflict { region, first, second } = *conflicts.found.iter().find(missing)?;
    Some(format!("no path leads from n{} to n{} in region {region} of\n{graph}", first.index(), second.index()))
}

/// The edges without which two steps would have no order, the host's left out: how many of them the runs have found to be needed, and
/// those that they have not.
pub fn needed(graph: &Graph, conflicts: &Conflicts) -> (usize, Vec<String>) {
    let (mut count, mut idle) = (0, Vec::new());
    for (number, region) in regions(graph).into_iter().enumerate() {
        let reached = reached(region);
        for edge in region.graph.edge_indices() {
            let (from, to) = region.graph.edge_endpoints(edge).expect("an edge has ends");
            let implied = |n: &usize| *n != to.index() && reached[n].contains(&to.index());
            let beside = region.graph.edges_connecting(from, to).any(|e| *e.weight() == Edge::Host);
            if beside || reached[&from.index()].iter().any(implied) {
                continue;
            }
            match conflicts.found.contains(&Conflict { region: number, first: from, second: to }) {
                true => count += 1,
                false => {
                    let (a, b, text) = (from.index(), to.index(), edge_text(&region.graph[edge], graph));
                    idle.push(format!("{}, region {number}: n{a} -> n{b}: {text}", graph.name));
                }
            }
        }
    }
    (count, idle)
}

fn regions(graph: &Graph) -> Vec<&Region> {
    let mut regions = Vec::new();
    graph.root.walk(&mut |region| regions.push(region));
    regions
}

/// For each step those to which a path leads.
fn reached(region: &Region) -> HashMap<usize, BTreeSet<usize>> {
    let mut reached: HashMap<usize, BTreeSet<usize>> = HashMap::new();
    for n in region.order().into_iter().rev() {
        let next: Vec<usize> = region.graph.neighbors(n).map(|n| n.index()).collect();
        let mut all: BTreeSet<usize> = next.iter().flat_map(|n| reached[n].iter().copied()).collect();
        all.extend(next);
        reached.insert(n.index(), all);
    }
    reached
}
