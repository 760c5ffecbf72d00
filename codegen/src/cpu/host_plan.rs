//! The host's part of a program: the graph's steps in the order in which they run, with every loop nest behind one compiled function.
//!
//! What runs on the host: steps of the host program, zeroing, and loops over an axis that have a parallel map inside
//! ([`Work::Sweep`]). Any other step is a [`Launch`]. A step waits for the steps that the graph's edges name, and for no others. The threads
//! fill a halo at the start of its update, so that the wait for it is no step of the plan: what comes after the wait waits for the start.

use petgraph::Direction;
use petgraph::stable_graph::NodeIndex;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use tradewind_dataflow::{CheckId, Graph, Map, MapKind, Node, Region, SequentialLoop};
use tradewind_ir::ids::{BitSet, Id};
use tradewind_ir::{Axes, Diagnostic, Domain, FieldId, HostStep, Native, Phase, ScalarId, Steps, typed_id};

use super::positions::Positions;
use super::survey::{Private, Survey, survey};

typed_id!(
    /// A compiled loop nest. Prints as `nest3`.
    LaunchId, "nest"
);

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
    /// Calls a compiled loop nest.
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

/// A loop nest that one compiled function runs.
#[derive(Clone, PartialEq, Debug)]
pub struct Launch {
    /// Unique within the program: the number and the labels of the computations inside.
    pub name: String,
    /// The outermost loop; `None` where there is no loop, and the nest is run once with the range `[0, 1)`.
    pub outer: Option<Positions>,
    /// How the range may be divided among calls.
    pub division: Division,
    /// The axes of the containers that the nest uses.
    pub axes: Axes,
    /// Instructions in the nest, functions counted as several.
    pub operations: u64,
    /// Axes of the sweeps around: the host sets the position on these.
    pub swept: Axes,
    /// Containers that the nest reads or writes, private ones left out, in the order of their first use.
    pub fields: Vec<FieldId>,
    /// Scalars that it reads, in the order of their first use.
    pub scalars: Vec<ScalarId>,
    /// Temporaries that live inside the nest, in scratch memory.
    pub private: Vec<Private>,
    /// Whether it runs on a part of the domain that is found at run time.
    pub(super) is_in_part: bool,
    /// By how many points that part may be larger than the program's domain.
    pub(super) surplus: Domain,
    /// Ranges along I in which contiguous code needs no point, or as many as given: a domain where one has fewer takes strided code.
    pub(super) rows: Vec<(tradewind_ir::Range, u8)>,
    /// Checks of data-dependent indexes, in the order of the code.
    pub checks: Vec<CheckId>,
    /// Functions that it calls.
    pub natives: BTreeSet<Native>,
}

/// How the range of a launch may be divided among calls, each with scratch memory of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Division {
    /// Into parts that run in any order, and at the same time.
    Parallel,
    /// Into parts that run one after another, from the first position on.
    Ascending,
    /// Into parts that run one after another, from the last position on.
    Descending,
    /// Not at all.
    Whole,
}

impl Launch {
    /// The largest domain on which the nest runs, where the program's is `domain`.
    pub(super) fn largest(&self, domain: Domain) -> Domain {
        std::array::from_fn(|n| domain[n].saturating_add(self.surplus[n]))
    }
    /// The positions of the outermost loop on a domain, as [`Positions::steps`] gives them.
    pub fn steps(&self, domain: Domain, around: [i64; 3], value: impl Fn(ScalarId) -> i64) -> Steps {
        let once = Steps { lo: 0, hi: 1, step: 1 };
        self.outer.as_ref().map_or(once, |outer| outer.steps(domain, around, value))
    }
    /// All containers that the nest uses: shared ones, then private ones.
    pub fn containers(&self) -> impl Iterator<Item = FieldId> {
        self.fields.iter().copied().chain(self.private.iter().map(|p| p.field))
    }
}

/// Steps and launches of a whole program.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct HostPlan {
    pub body: Body,
    pub launches: Vec<Launch>,
}

/// Divides a graph into host steps and loop nests; the nests are in the order of the plan's launches.
///
/// # Errors
/// A step of the host program stands inside a loop over an axis.
pub(super) fn divide(graph: &Graph) -> Result<(HostPlan, Vec<&Node>), Vec<Diagnostic>> {
    let (launches, nests) = Default::default();
    let (surplus, is_in_part) = (Domain::default(), false);
    let mut divider = Divider { graph, launches, nests, steps: 0, swept: Axes::NONE, surplus, is_in_part };
    let body = divider.body(&graph.root)?;
    Ok((HostPlan { body, launches: divider.launches }, divider.nests))
}

struct Divider<'g> {
    graph: &'g Graph,
    launches: Vec<Launch>,
    nests: Vec<&'g Node>,
    /// How many steps have a number.
    steps: usize,
    /// Axes of the sweeps around.
    swept: Axes,
    /// Of the part of the domain around, see [`Launch::surplus`].
    surplus: Domain,
    /// Whether there is one.
    is_in_part: bool,
}

impl<'g> Divider<'g> {
    fn body(&mut self, region: &'g Region) -> Result<Body, Vec<Diagnostic>> {
        let (first, launches, order) = (self.steps, self.launches.len(), region.order());
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
            let work = self.work(&region.graph[n])?;
            let is_checked = match &work {
                Work::Launch(launch) => !self.launches[launch.index()].checks.is_empty(),
                work => work.bodies().flat_map(|body| &body.steps).any(|step| step.is_checked),
            };
            let step = PlanStep { ids: id..self.steps, after, is_checked, work };
            leaves.push(step.leaves());
            steps.push(step);
        }
        Ok(Body { steps, ids: first..self.steps, launches: launches..self.launches.len() })
    }

    fn work(&mut self, node: &'g Node) -> Result<Work, Vec<Diagnostic>> {
        Ok(match node {
            Node::Map(map) if node.is_host() => self.sweep(positions_of_map(map), false, &map.body)?,
            Node::Loop(l) if node.is_host() => self.sweep(positions_of_loop(l), l.backward, &l.body)?,
            Node::Tasklet { .. } | Node::Map(_) | Node::Loop(_) => self.launch(node)?,
            Node::Zero(field) => Work::Zero(*field),
            Node::Host(step) => {
                if let HostStep::Within { window, .. } = step {
                    (self.surplus, self.is_in_part) = (window.surplus(), true);
                }
                let step = step.with_bodies(|body| self.body(body))?;
                if let HostStep::Within { .. } = step {
                    (self.surplus, self.is_in_part) = (Domain::default(), false);
                }
                Work::Host(step)
            }
        })
    }

    fn sweep(&mut self, over: Positions, backward: bool, body: &'g Region) -> Result<Work, Vec<Diagnostic>> {
        let around = self.swept;
        self.swept = around.with(over.axis);
        let body = self.body(body)?;
        self.swept = around;
        Ok(Work::Sweep { over, backward, body })
    }

    fn launch(&mut self, nest: &'g Node) -> Result<Work, Vec<Diagnostic>> {
        let id = LaunchId(self.nests.len() as u32);
        let found = survey(self.graph, nest)?;
        let (outer, division) = match nest {
            Node::Map(map) => {
                let division = match map.kind {
                    MapKind::Parallel => Division::Parallel,
                    MapKind::Any => Division::Ascending,
                    // Its vectors need rows of some length.
                    MapKind::Vector => Division::Whole,
                };
                (Some(positions_of_map(map)), division)
            }
            Node::Loop(l) => (Some(positions_of_loop(l)), if l.backward { Division::Descending } else { Division::Ascending }),
            _ => (None, Division::Whole),
        };
        let name = format!("{id}.{}", if found.labels.is_empty() { "empty".into() } else { found.labels.join("+") });
        let used = found.fields.iter().copied().chain(found.private.iter().map(|p| p.field));
        let axes = used.fold(Axes::NONE, |axes, field| axes.union(self.graph.fields[field].axes));
        let (swept, surplus, is_in_part) = (self.swept, self.surplus, self.is_in_part);
        let Survey { fields, scalars, private, checks, natives, rows, operations, .. } = found;
        self.launches.push(Launch {
            name,
            outer,
            division,
            axes,
            operations,
            swept,
            fields,
            scalars,
            private,
            is_in_part,
            surplus,
            rows,
            checks,
            natives,
        });
        self.nests.push(nest);
        Ok(Work::Launch(id))
    }
}

fn positions_of_map(map: &Map) -> Positions {
    Positions { axis: map.axis, range: map.range.clone(), blocking: map.blocking }
}

fn positions_of_loop(l: &SequentialLoop) -> Positions {
    Positions { axis: l.axis, range: l.range.clone(), blocking: l.blocking }
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
    use tradewind_dataflow::text::parse;
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
        let (plan, _) = divide(&graph).unwrap();
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
        let (plan, _) = divide(&graph).unwrap();
        let after: Vec<&[usize]> = plan.body.steps.iter().map(|step| &step.after[..]).collect();
        assert_eq!(after, [&[][..], &[], &[0]]);
    }
}
