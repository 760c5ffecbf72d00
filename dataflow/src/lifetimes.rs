//! When temporaries are alive.
//!
//! A temporary is alive from the first to the last step that accesses it, among the steps of the region that allocates it, in the
//! order in which they run. A step with steps inside counts as a whole. Temporaries allocated inside a loop nest are left out. The host
//! runs a map that contains a parallel map one iteration after another, like a loop.

use crate::code::{Inst, Op};
use crate::graph::{Graph, Node, Region};
use std::collections::{BTreeSet, HashMap};
use tradewind_ir::{Domain, FieldId, HostStep};

/// The lives of the temporaries that the host allocates.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Lifetimes {
    pub spans: Vec<Span>,
    /// By how many points the part of the domain on which a temporary lives may be larger than the domain.
    pub surplus: HashMap<FieldId, Domain>,
}

/// The time in which a temporary is alive: steps are counted in the order in which they run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub field: FieldId,
    pub birth: usize,
    /// The last step that accesses it.
    pub death: usize,
}

impl Lifetimes {
    /// Those of a graph, in order of birth.
    pub fn of(graph: &Graph) -> Lifetimes {
        let mut walk = Walk { clock: 0, found: Lifetimes::default() };
        walk.region(&graph.root);
        walk.found.spans.sort_by_key(|span| (span.birth, span.field));
        walk.found
    }
    /// The largest sum of sizes that are alive at one time.
    pub fn most_alive(&self, size: impl Fn(FieldId) -> f64) -> f64 {
        let mut changes: Vec<(usize, bool, f64)> = Vec::new();
        for Span { field, birth, death } in &self.spans {
            let size = size(*field);
            changes.extend([(*birth, true, size), (*death + 1, false, size)]);
        }
        // What dies makes room before what is born then.
        changes.sort_by_key(|(time, born, _)| (*time, *born));
        let (mut alive, mut most) = (0.0, 0.0f64);
        for (_, born, size) in changes {
            alive += if born { size } else { -size };
            most = most.max(alive);
        }
        most
    }
}

struct Walk {
    clock: usize,
    found: Lifetimes,
}

impl Walk {
    fn region(&mut self, region: &Region) {
        let mut lives: HashMap<FieldId, (usize, usize)> = HashMap::new();
        for node in region.nodes() {
            let from = self.clock;
            if node.is_host() {
                self.inside(node);
            }
            for field in touched(node) {
                lives.entry(field).or_insert((from, from)).1 = self.clock;
            }
            self.clock += 1;
        }
        let alive = region.allocs.iter().filter_map(|field| lives.get(field).map(|life| (*field, *life)));
        self.found.spans.extend(alive.map(|(field, (birth, death))| Span { field, birth, death }));
    }

    fn inside(&mut self, node: &Node) {
        let first = self.found.spans.len();
        node.regions().for_each(|inside| self.region(inside));
        if let Node::Host(HostStep::Within { window, .. }) = node {
            let surplus = window.surplus();
            self.found.surplus.extend(self.found.spans[first..].iter().map(|span| (span.field, surplus)));
        }
    }
}

/// The containers that a step accesses, of those that outlive it.
pub fn touched(node: &Node) -> BTreeSet<FieldId> {
    let mut fields = BTreeSet::new();
    touch(node, &mut fields);
    fields
}

fn touch(node: &Node, to: &mut BTreeSet<FieldId>) {
    match node {
        Node::Tasklet { code, .. } => code.walk(&mut |inst| match inst {
            Inst::Let(_, Op::Load { field, .. }) | Inst::Store { field, .. } => to.extend([*field]),
            _ => {}
        }),
        Node::Zero(field) => to.extend([*field]),
        Node::Host(step) => to.extend(step.fields()),
        Node::Map(_) | Node::Loop(_) => {}
    }
    for region in node.regions() {
        region.graph.node_weights().for_each(|inside| touch(inside, to));
        region.allocs.iter().for_each(|field| {
            to.remove(field);
        });
    }
}
