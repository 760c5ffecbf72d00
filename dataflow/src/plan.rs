//! Plans: the steps of a graph in the order in which a run comes to them, with what each waits for. Targets compile the loop nests of a plan,
//! and a run launches them.
//!
//! What runs on the host: steps of the host program, zeroing, and loops over an axis that have a parallel map inside
//! ([`Work::Sweep`]). Any other step is the launch of a loop nest. A step waits for the steps that the graph's edges name, and for no
//! others. The threads fill a halo at the start of its update, so that the wait for it is no step of the plan: what comes after the wait waits
//! for the start.

use crate::code::Inst;
use crate::graph::{Graph, Node, Region};
use crate::positions::Positions;
use petgraph::Direction;
use petgraph::stable_graph::NodeIndex;
use std::collections::{BTreeSet, HashMap};
use std::convert::Infallible;
use std::ops::Range;
use tradewind_ir::ids::{BitSet, Id};
use tradewind_ir::{Axes, Domain, FieldId, HostStep, Phase, typed_id};

typed_id!(
    /// A loop nest that a target compiles and a run launches. Prints as `nest3`.
    LaunchId, "nest"
);

/// The steps of a whole program.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Plan {
    pub body: Body,
}

/// A loop nest of a plan, and what stands around it.
#[derive(Clone, Copy, Debug)]
pub struct Nest<'g> {
    pub node: &'g Node,
    /// Axes of the sweeps around: the host sets the position on these.
    pub swept: Axes,
    /// If it runs on a part of the domain that is found at run time: by how many points that may be larger than the program's domain.
    pub part: Option<Domain>,
}

/// One step of the plan.
#[derive(Clone, PartialEq, Debug)]
pub struct PlanStep {
    /// Its number, and those of the steps inside, which follow.
    pub ids: Range<usize>,
    /// Earlier steps without steps inside that must be done before it starts.
    pub after: Vec<usize>,
    /// Whether it checks data-dependent indexes.
    pub is_checked: bool,
    pub work: Work,
}

/// What a step does.
#[derive(Clone, PartialEq, Debug)]
pub enum Work {
    /// Runs a loop nest.
    Launch(LaunchId),
    /// Runs the body at each position of an axis, which compiled code reads from the frame.
    Sweep {
        over: Positions,
        /// Descending.
        backward: bool,
        body: Body,
    },
    /// Sets a temporary's storage to zero.
    Zero(FieldId),
    Host(HostStep<Body>),
}

/// Steps inside a step.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Body {
    pub steps: Vec<PlanStep>,
    /// The numbers of all steps in it.
    pub ids: Range<usize>,
    /// The launches in it.
    pub launches: Range<usize>,
}

impl Plan {
    /// The plan of a graph, and the loop nests in the order of their launches.
    pub fn of(graph: &Graph) -> (Plan, Vec<Nest<'_>>) {
        let mut divider = Divider { nests: Vec::new(), steps: 0, swept: Axes::NONE, part: None };
        let body = divider.body(&graph.root);
        (Plan { body }, divider.nests)
    }
}

struct Divider<'g> {
    nests: Vec<Nest<'g>>,
    /// How many steps have a number.
    steps: usize,
    /// Of the step that is looked at, as in [`Nest`].
    swept: Axes,
    part: Option<Domain>,
}

impl<'g> Divider<'g> {
    fn body(&mut self, region: &'g Region) -> Body {
        let (first, launches, order) = (self.steps, self.nests.len(), region.order());
        let waits = waits(region, &order);
        let mut steps: Vec<PlanStep> = Vec::with_capacity(order.len());
        let mut leaves: Vec<Vec<usize>> = Vec::with_capacity(order.len());
        for (n, waits) in order.into_iter().zip(waits) {
            let after = waits.into_iter().flat_map(|place| leaves[place].iter().copied()).collect();
            if let Node::Host(HostStep::Exchange { phase: Phase::Wait(_), .. }) = &region.graph[n] {
                leaves.push(after);
                continue;
            }
            let id = self.steps;
            self.steps += 1;
            let work = self.work(&region.graph[n]);
            let is_checked = match &work {
                Work::Launch(_) => checks(&region.graph[n]),
                work => work.bodies().flat_map(|body| &body.steps).any(|step| step.is_checked),
            };
            let step = PlanStep { ids: id..self.steps, after, is_checked, work };
            leaves.push(step.leaves());
            steps.push(step);
        }
        Body { steps, ids: first..self.steps, launches: launches..self.nests.len() }
    }

    fn work(&mut self, node: &'g Node) -> Work {
        match node {
            Node::Map(map) if node.is_host() => self.sweep(Positions::of_map(map), false, &map.body),
            Node::Loop(l) if node.is_host() => self.sweep(Positions::of_loop(l), l.backward, &l.body),
            Node::Tasklet { .. } | Node::Map(_) | Node::Loop(_) => {
                let Divider { swept, part, .. } = *self;
                self.nests.push(Nest { node, swept, part });
                Work::Launch(LaunchId::from_index(self.nests.len() - 1))
            }
            Node::Zero(field) => Work::Zero(*field),
            Node::Host(step) => {
                let around = self.part;
                if let HostStep::Within { window, .. } = step {
                    self.part = Some(window.surplus());
                }
                let made: Result<_, Infallible> = step.with_bodies(|body| Ok(self.body(body)));
                let Ok(made) = made;
                self.part = around;
                Work::Host(made)
            }
        }
    }

    fn sweep(&mut self, over: Positions, backward: bool, body: &'g Region) -> Work {
        let around = self.swept;
        self.swept = around.with(over.axis);
        let body = self.body(body);
        self.swept = around;
        Work::Sweep { over, backward, body }
    }
}

/// Whether code in a step checks data-dependent indexes.
fn checks(node: &Node) -> bool {
    let mut found = false;
    if let Node::Tasklet { code, .. } = node {
        code.walk(&mut |inst| found |= matches!(inst, Inst::Check { .. }));
    }
    found || node.regions().flat_map(|inside| inside.graph.node_weights()).any(checks)
}

/// For each step of a region, in order, the places of those that it waits for: the sources of its edges, without those that one of the
/// others waits for. Edges of every kind count: the graph leaves an edge out where a path is there already, whatever the path is made of.
fn waits(region: &Region, order: &[NodeIndex]) -> Vec<Vec<usize>> {
    let places: HashMap<NodeIndex, usize> = order.iter().enumerate().map(|(place, n)| (*n, place)).collect();
    let mut before: Vec<BitSet> = Vec::with_capacity(order.len());
    let mut all = Vec::with_capacity(order.len());
    for n in order {
        let sources: BTreeSet<usize> =
            region.graph.neighbors_directed(*n, Direction::Incoming).map(|source| places[&source]).collect();
        let (mut known, mut needed) = (BitSet::default(), Vec::new());
        for place in sources.into_iter().rev() {
            if !known.contains(place) {
                known.extend(&before[place]);
                known.insert(place);
                needed.push(place);
            }
        }
        before.push(known);
        all.push(needed);
    }
    all
}

impl Work {
    /// The bodies directly inside.
    pub fn bodies(&self) -> impl Iterator<Item = &Body> {
        let (own, host) = match self {
            Work::Sweep { body, .. } => (Some(body), None),
            Work::Host(step) => (None, Some(step.bodies())),
            Work::Launch(_) | Work::Zero(_) => (None, None),
        };
        own.into_iter().chain(host.into_iter().flatten())
    }
}

impl PlanStep {
    /// The steps without steps inside: itself, or those in its bodies. A scalar is set at once.
    fn leaves(&self) -> Vec<usize> {
        match &self.work {
            Work::Launch(_) | Work::Zero(_) => vec![self.ids.start],
            Work::Host(step) if step.moves_data() => vec![self.ids.start],
            work => work.bodies().flat_map(|body| &body.steps).flat_map(PlanStep::leaves).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::parse;
    use tradewind_ir::{SourceId, Verify};

    #[test]
    fn steps_wait_along_paths_of_any_edges() {
        let text = "graph g(%a: field<f64, IJK>, %b: field<f64, IJK>, %c: field<f64, IJK>) {
          var $n: i64
          n0: callback \"see\"(%a; $n)
          n1: let $n = ($n + 1i64)
          n2: if ($n == 1i64) { n0: copy %c = %b }
          n0 -> n1: $n
          n1 -> n2: $n
        }";
        let graph = parse(text, SourceId(0)).unwrap().verify().unwrap();
        let (plan, _) = Plan::of(&graph);
        // Every thread sets the scalar itself, but not before the host has seen all: then the copy may not run either.
        let after: Vec<&[usize]> = plan.body.steps.iter().map(|step| &step.after[..]).collect();
        assert_eq!(after, [&[][..], &[0], &[]]);
    }

    #[test]
    fn what_needs_a_halo_waits_for_the_start_of_its_update() {
        let text = "graph g(%a: field<f64, IJK> i(-1,1) j(-1,1) k(0,0), %b: field<f64, IJK> i(-1,1) j(-1,1) k(0,0), %c: field<f64, IJK>) {
          n0: exchange start 0 %a
          n1: copy %c = %b
          n2: exchange wait 0 %a
          n3: copy %a = %b
          n0 -> n2: %a[*, *, *]
          n0 -> n3: anti %a
          n2 -> n3: output %a
        }";
        let graph = parse(text, SourceId(0)).unwrap().verify().unwrap();
        let (plan, _) = Plan::of(&graph);
        let after: Vec<&[usize]> = plan.body.steps.iter().map(|step| &step.after[..]).collect();
        assert_eq!(after, [&[][..], &[], &[0]]);
    }
}
