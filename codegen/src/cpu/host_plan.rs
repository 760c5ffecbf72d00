//! The host's part of a program: steps that mirror the graph's control, with every loop nest behind one compiled function.
//!
//! What runs on the host: `for`, branches, `while`, `let`, exchanges, copies, swaps, callbacks, and loops over an axis that
//! have a parallel map inside ([`HostStep::Sweep`]). Everything else between two of these is a [`Launch`].

use petgraph::graph::NodeIndex;
use std::collections::{BTreeSet, HashMap};
use tradewind_dataflow::memlet::{Effects, control_effects, node_effects};
use tradewind_dataflow::{CheckId, Control, Graph, Map, MapKind, Node, Region, SequentialLoop, State};
use tradewind_ir::{
    Axes, Counter, Diagnostic, Domain, Expr, Extent, FieldId, Fills, Native, Range, ScalarId, Steps, Window, typed_id,
};

use super::positions::Positions;
use super::survey::{Nest, Private, Survey, survey};

typed_id!(
    /// A compiled loop nest. Prints as `nest3`.
    LaunchId, "nest"
);

/// One step of the host program.
#[derive(Clone, PartialEq, Debug)]
pub enum HostStep {
    /// Calls a compiled loop nest.
    Launch(LaunchId),
    /// Runs the body at each position of an axis, which compiled code reads from the frame.
    Sweep {
        over: Positions,
        /// Descending.
        backward: bool,
        body: Vec<HostStep>,
    },
    /// Sets a temporary's storage to zero before its first access.
    Zero(FieldId),
    /// Runs the body for each value that the counter gives its variable.
    For {
        counter: Box<Counter>,
        body: Vec<HostStep>,
    },
    /// Runs the body on a part of the domain that is found at run time.
    Within {
        window: Box<Window>,
        /// The launches in the body.
        launches: std::ops::Range<usize>,
        body: Vec<HostStep>,
    },
    Branch {
        condition: Expr,
        then: Vec<HostStep>,
        otherwise: Vec<HostStep>,
    },
    While {
        condition: Expr,
        body: Vec<HostStep>,
    },
    Let {
        scalar: ScalarId,
        value: Expr,
    },
    /// Fills halos, doubly periodic; as far as `reach` goes, or the whole halo.
    Exchange {
        fields: Vec<FieldId>,
        reach: Option<Extent>,
    },
    /// Copies all elements, halo included.
    Copy {
        to: FieldId,
        from: FieldId,
    },
    /// Exchanges the contents of two fields; their views may be exchanged instead.
    Swap {
        a: FieldId,
        b: FieldId,
    },
    Callback {
        name: String,
        fields: Vec<FieldId>,
        scalars: Vec<Expr>,
        fills: Fills,
    },
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
    /// By how many points the part of the domain on which the nest runs may be larger than the program's domain.
    pub(super) surplus: Domain,
    /// Ranges along I in which contiguous code needs no point, or as many as given: a domain where one has fewer takes strided code.
    pub(super) rows: Vec<(Range, u8)>,
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
    pub steps: Vec<HostStep>,
    pub launches: Vec<Launch>,
}

/// Divides a graph into host steps and loop nests; the nests are in the order of the plan's launches.
///
/// # Errors
/// A node of the host program stands inside a loop over an axis.
pub(super) fn divide(graph: &Graph) -> Result<(HostPlan, Vec<Nest<'_>>), Vec<Diagnostic>> {
    let mut divider =
        Divider { graph, plan: HostPlan::default(), nests: Vec::new(), swept: Axes::NONE, surplus: Domain::default() };
    let steps = divider.region(&graph.root)?;
    divider.plan.steps = steps;
    Ok((divider.plan, divider.nests))
}

struct Divider<'g> {
    graph: &'g Graph,
    plan: HostPlan,
    nests: Vec<Nest<'g>>,
    /// Axes of the sweeps around.
    swept: Axes,
    /// Of the part of the domain around, see [`Launch::surplus`].
    surplus: Domain,
}

type HostSteps = Result<Vec<HostStep>, Vec<Diagnostic>>;

impl<'g> Divider<'g> {
    fn region(&mut self, region: &'g Region) -> HostSteps {
        let zeroed = region.allocs.iter().copied().filter(|id| self.graph.fields[*id].zero);
        let mut pending: HashMap<FieldId, usize> = zeroed.enumerate().map(|(place, id)| (id, place)).collect();
        let mut steps = Vec::new();
        for control in &region.items {
            match control {
                Control::State(state) => {
                    for index in state.order() {
                        let node = &state.graph[index];
                        steps.extend(zeroing(&mut pending, &node_effects(node, &self.graph.fields)));
                        steps.extend(self.node(state, index)?);
                    }
                }
                control => {
                    steps.extend(zeroing(&mut pending, &control_effects(control, &self.graph.fields)));
                    steps.push(self.control(control)?);
                }
            }
        }
        Ok(steps)
    }

    fn control(&mut self, control: &'g Control) -> Result<HostStep, Vec<Diagnostic>> {
        Ok(match control {
            Control::State(_) => unreachable!("a region steps through the nodes of states itself"),
            Control::Sequential(l) if l.body.has_parallel() => self.sweep(positions_of_loop(l), l.backward, &l.body)?,
            Control::Sequential(l) => self.launch(Nest::Loop(l))?,
            Control::For { counter, body } => HostStep::For { counter: counter.clone(), body: self.region(body)? },
            Control::Within { window, body } => {
                let first = self.nests.len();
                self.surplus = window.surplus();
                let body = self.region(body)?;
                self.surplus = Domain::default();
                HostStep::Within { window: window.clone(), launches: first..self.nests.len(), body }
            }
            Control::Branch { condition, then, otherwise } => {
                let (then, otherwise) = (self.region(then)?, self.region(otherwise)?);
                HostStep::Branch { condition: condition.clone(), then, otherwise }
            }
            Control::While { condition, body } => HostStep::While { condition: condition.clone(), body: self.region(body)? },
            Control::Let { scalar, value } => HostStep::Let { scalar: *scalar, value: value.clone() },
        })
    }

    fn node(&mut self, state: &'g State, index: NodeIndex) -> Result<Option<HostStep>, Vec<Diagnostic>> {
        Ok(Some(match &state.graph[index] {
            Node::Access(_) => return Ok(None),
            Node::Tasklet { .. } => self.launch(Nest::Tasklet(state, index))?,
            Node::Map(map) if map.kind != MapKind::Parallel && map.body.has_parallel() => {
                self.sweep(positions_of_map(map), false, &map.body)?
            }
            Node::Map(map) => self.launch(Nest::Map(map))?,
            Node::Exchange { fields, reach } => HostStep::Exchange { fields: fields.clone(), reach: *reach },
            Node::Copy { to, from } => HostStep::Copy { to: *to, from: *from },
            Node::Swap { a, b } => HostStep::Swap { a: *a, b: *b },
            Node::Callback { name, fields, scalars, fills } => {
                HostStep::Callback { name: name.clone(), fields: fields.clone(), scalars: scalars.clone(), fills: *fills }
            }
        }))
    }

    fn sweep(&mut self, over: Positions, backward: bool, body: &'g Region) -> Result<HostStep, Vec<Diagnostic>> {
        let around = self.swept;
        self.swept = around.with(over.axis);
        let body = self.region(body)?;
        self.swept = around;
        Ok(HostStep::Sweep { over, backward, body })
    }

    fn launch(&mut self, nest: Nest<'g>) -> Result<HostStep, Vec<Diagnostic>> {
        let id = LaunchId(self.nests.len() as u32);
        let found = survey(self.graph, nest)?;
        let (outer, division) = match nest {
            Nest::Tasklet(..) => (None, Division::Whole),
            Nest::Map(map) => {
                let division = match map.kind {
                    MapKind::Parallel => Division::Parallel,
                    MapKind::Any => Division::Ascending,
                    // Its vectors need rows of some length.
                    MapKind::Vector => Division::Whole,
                };
                (Some(positions_of_map(map)), division)
            }
            Nest::Loop(l) => (Some(positions_of_loop(l)), if l.backward { Division::Descending } else { Division::Ascending }),
        };
        let name = format!("{id}.{}", if found.labels.is_empty() { "empty".into() } else { found.labels.join("+") });
        let used = found.fields.iter().copied().chain(found.private.iter().map(|p| p.field));
        let axes = used.fold(Axes::NONE, |axes, field| axes.union(self.graph.fields[field].axes));
        let (swept, surplus) = (self.swept, self.surplus);
        let Survey { fields, scalars, private, checks, natives, rows, operations, .. } = found;
        self.plan.launches.push(Launch {
            name,
            outer,
            division,
            axes,
            operations,
            swept,
            fields,
            scalars,
            private,
            surplus,
            rows,
            checks,
            natives,
        });
        self.nests.push(nest);
        Ok(HostStep::Launch(id))
    }
}

fn positions_of_map(map: &Map) -> Positions {
    Positions { axis: map.axis, range: map.range.clone(), blocking: map.blocking }
}

fn positions_of_loop(l: &SequentialLoop) -> Positions {
    Positions { axis: l.axis, range: l.range.clone(), blocking: l.blocking }
}

/// The zeroing of temporaries that the next step is the first to access; until then others may use their memory. `pending` are those
/// that are not zeroed yet, with their places in the order of allocation.
fn zeroing(pending: &mut HashMap<FieldId, usize>, next: &Effects) -> Vec<HostStep> {
    let accessed = next.reads.fields().chain(next.writes.fields());
    let mut first: Vec<(usize, FieldId)> = accessed.filter_map(|id| pending.remove(&id).map(|place| (place, id))).collect();
    first.sort();
    first.into_iter().map(|(_, id)| HostStep::Zero(id)).collect()
}
