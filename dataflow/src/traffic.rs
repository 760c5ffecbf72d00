//! The number of bytes that move: computed exactly from the memlets, and counted between caches.

mod caches;

pub use caches::{CacheBytes, between_caches};

use crate::graph::{Graph, Node, Region, Subset};
use crate::memlet::{Effects, Subsets, node_effects, region_effects};
use tradewind_ir::{Axis, Container, Domain, FieldId, HostStep, IdVec, Scope};

/// Bytes moved between memory and the loop nests of a program, for one domain and one pass over host loops. Nests on a part of
/// the domain that is found at run time count as if it were the whole.
#[derive(Clone, PartialEq, Debug)]
pub struct Traffic {
    /// The loop nests in the order in which they run.
    pub nests: Vec<NestTraffic>,
    /// What every schedule has to move: elements of arguments that are read before they are written, and those written.
    pub compulsory: u64,
}

/// Bytes that one loop nest reads and writes, each element of a container counted once a nest, temporaries inside the nest
/// not at all. Of a temporary with a window, the elements that it stores count.
#[derive(Clone, PartialEq, Debug)]
pub struct NestTraffic {
    /// The labels of the computations inside.
    pub label: String,
    pub read: u64,
    pub written: u64,
}

/// The traffic of a program on a domain.
pub fn traffic(graph: &Graph, domain: Domain) -> Traffic {
    let mut nests = Vec::new();
    visit(
        &graph.root,
        &mut |label, effects| {
            let bytes = |subsets: &Subsets| subsets.fields().map(|f| bytes(subsets.of(f), &graph.fields[f], domain)).sum();
            nests.push(NestTraffic { label, read: bytes(&effects.reads), written: bytes(&effects.writes) });
        },
        &graph.fields,
    );
    let effects = region_effects(&graph.root, &graph.fields);
    let (first, fields) = (first_touches(graph), &graph.fields);
    let arguments = fields.iter().filter(|(_, c)| c.scope == Scope::Argument);
    let compulsory = arguments.map(|(id, container)| {
        let read = if first[id.0 as usize] == Some(Touch::Read) { bytes(effects.reads.of(id), container, domain) } else { 0 };
        read + bytes(effects.writes.of(id), container, domain)
    });
    Traffic { compulsory: compulsory.sum(), nests }
}

impl Traffic {
    /// Bytes that all nests read and write.
    pub fn moved(&self) -> u64 {
        self.nests.iter().map(|n| n.read + n.written).sum()
    }
}

/// Bytes of a union of subsets.
fn bytes(subsets: &[Subset], container: &Container, domain: Domain) -> u64 {
    let stored = |axis: Axis, (first, end): (i64, i64)| match container.place.slots(axis) {
        Some(slots) => (0, i64::from(slots).min(end - first)),
        None => (first, end),
    };
    let with_components = |s: &Subset| {
        let [i, j, k] = s.points(container, domain, [0; 3]);
        [i, stored(Axis::J, j), stored(Axis::K, k), s.1.range(container)]
    };
    let boxes: Vec<_> = subsets.iter().map(with_components).collect();
    volume(&boxes, 0) * container.dtype.size() as u64
}

/// Elements of a union of boxes (of points and components): slabs between all the bounds on one axis, each the union of the boxes
/// that cross it.
fn volume(boxes: &[[(i64, i64); 4]], axis: usize) -> u64 {
    if axis == 4 {
        return !boxes.is_empty() as u64;
    }
    let mut cuts: Vec<i64> = boxes.iter().flat_map(|b| [b[axis].0, b[axis].1]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let slab = |pair: &[i64]| {
        let inside: Vec<_> = boxes.iter().filter(|b| b[axis].0 <= pair[0] && pair[1] <= b[axis].1).copied().collect();
        if inside.is_empty() { 0 } else { (pair[1] - pair[0]) as u64 * volume(&inside, axis + 1) }
    };
    cuts.windows(2).map(slab).sum()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Touch {
    Read,
    Written,
}

/// What is done first to each container; what one nest both reads and writes is read first.
fn first_touches(graph: &Graph) -> Vec<Option<Touch>> {
    let mut first = vec![None; graph.fields.len()];
    visit(
        &graph.root,
        &mut |_, effects| {
            for (subsets, touch) in [(&effects.reads, Touch::Read), (&effects.writes, Touch::Written)] {
                subsets.fields().for_each(|f: FieldId| {
                    first[f.0 as usize].get_or_insert(touch);
                });
            }
        },
        &graph.fields,
    );
    first
}

/// Calls `nest` with every loop nest (and every step of the host that moves data), in order: its label and its effects.
fn visit(region: &Region, nest: &mut impl FnMut(String, &Effects), fields: &IdVec<FieldId, Container>) {
    visit_nests(region, &mut |found| nest(label(found), &node_effects(found, fields)));
}

/// Calls `nest` with every loop nest (and every step of the host that moves data), in order. Zeroing does not count.
fn visit_nests<'g>(region: &'g Region, nest: &mut impl FnMut(&'g Node)) {
    for node in region.nodes() {
        match node {
            Node::Host(step) if step.moves_data() => nest(node),
            Node::Host(step) => step.bodies().for_each(|body| visit_nests(body, nest)),
            Node::Zero(_) => {}
            node => nest(node),
        }
    }
}

fn label(node: &Node) -> String {
    match node {
        Node::Tasklet { label, .. } => label.clone(),
        Node::Host(HostStep::Exchange { .. }) => "exchange".to_string(),
        Node::Host(HostStep::Copy { .. }) => "copy".to_string(),
        Node::Host(HostStep::Swap { .. }) => "swap".to_string(),
        Node::Host(HostStep::Callback { name, .. }) => format!("callback {name}"),
        Node::Map(_) | Node::Loop(_) | Node::Host(_) => labels(node).join("+"),
        Node::Zero(_) => "zero".to_string(),
    }
}

/// The labels of the tasklets inside a node, each once.
fn labels(node: &Node) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let working = node.regions().flat_map(Region::nodes).filter(|inside| !matches!(inside, Node::Zero(_)));
    working.map(label).for_each(|label| {
        if !found.contains(&label) {
            found.push(label);
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::parse;
    use tradewind_ir::SourceId;

    #[test]
    fn of_a_window_the_stored_elements_count() {
        let text = "graph g(%a: field<f64, K>) {
          temp %w: field<f64, K> column last 2 along k
          alloc %w
          n0: loop k in [start, end) forward { n0: tasklet \"t\" { v0 = %a[0,0,0] store %w[0] = v0 } }
        }";
        let found = traffic(&parse(text, SourceId(0)).unwrap(), [1, 1, 10]);
        assert_eq!(found.nests, [NestTraffic { label: "t".to_string(), read: 80, written: 16 }]);
    }

    #[test]
    fn boxes_that_overlap_count_once() {
        let a = [(0, 4), (0, 4), (0, 1), (0, 1)];
        assert_eq!(volume(&[a, [(2, 6), (0, 4), (0, 1), (0, 1)]], 0), 24);
        assert_eq!(volume(&[a, [(1, 2), (1, 2), (0, 1), (0, 1)]], 0), 16);
        assert_eq!(volume(&[a, [(3, 5), (3, 5), (0, 2), (0, 1)]], 0), 16 + 4 * 2 - 1);
        assert_eq!(volume(&[[(2, 2), (0, 1), (0, 1), (0, 1)]], 0), 0);
    }
}
