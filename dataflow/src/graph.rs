//! The graph's data.

use crate::code::{CheckId, TaskletCode};
use petgraph::stable_graph::StableDiGraph;
use tradewind_ir::{
    Axis, Blocking, Container, Diagnostic, FieldId, First, HostStep, IdVec, Param, Range, ScalarId, ScalarSlot, Span, typed_id,
};

/// A whole program as dataflow.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub name: String,
    pub fields: IdVec<FieldId, Container>,
    pub scalars: IdVec<ScalarId, ScalarSlot>,
    /// The program's arguments in the order of the call.
    pub params: Vec<Param>,
    /// Where data-dependent indexes are checked.
    pub checks: IdVec<CheckId, Check>,
    /// Containers that use the same storage in turn, in the order in which they do; the others have storage of their own.
    pub slots: IdVec<SlotId, Vec<FieldId>>,
    pub root: Region,
}

impl Graph {
    /// The error of the first data-dependent index that does not exist.
    pub fn violated(&self, first: &First<CheckId>) -> Option<Diagnostic> {
        let (span, violation, check) = first.get()?;
        let check = self.checks.get(check)?;
        let field = self.fields.get(check.field)?;
        Some(violation.diagnostic(&check.label, (&field.name, &field.data), span))
    }
}

typed_id!(
    /// Storage that containers use in turn. Prints as `slot3`.
    SlotId, "slot"
);

/// A place in the source where a data-dependent index is checked. Equality ignores the place.
#[derive(Clone, Debug)]
pub struct Check {
    pub field: FieldId,
    /// The label of the computation.
    pub label: String,
    pub span: Span,
}

impl PartialEq for Check {
    fn eq(&self, o: &Self) -> bool {
        (self.field, &self.label) == (o.field, &o.label)
    }
}

/// Steps and what orders them, with the temporaries that live there.
#[derive(Clone, Debug, Default)]
pub struct Region {
    /// Temporaries that come alive at the region's start, each time anew, and die at its end.
    pub allocs: Vec<FieldId>,
    /// The steps. They may run in any order that the edges allow, and side by side where no edge orders them.
    pub graph: StableDiGraph<Node, Edge>,
}

/// A step of a region.
#[derive(Clone, Debug)]
pub enum Node {
    /// A computation at the current point.
    Tasklet { label: String, code: TaskletCode },
    /// A scope run at every point of a range, in any order.
    Map(Map),
    /// A loop over an axis, one iteration after another.
    Loop(SequentialLoop),
    /// Sets all elements that a temporary stores to zero.
    Zero(FieldId),
    /// A step of the host program.
    Host(HostStep<Region>),
}

/// Why a step runs after another one.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Edge {
    /// It reads what the other one writes, or what one wrote that the other one runs after: the subset that it reads.
    Flow(Memlet),
    /// It writes elements that the other one reads.
    Anti(FieldId),
    /// It writes elements that the other one writes too.
    Output(FieldId),
    /// One of them sets a host scalar that the other one uses or sets.
    Scalar(ScalarId),
    /// The host observes one of them: a host function sees, or an error leaves, what all earlier steps have done and no later one.
    Host,
    /// It uses storage that the other one has used for another container.
    Reuse { before: FieldId, after: FieldId },
}

/// A loop over an axis in which iterations depend on earlier ones. It may stand inside another loop or map over the axis, and then
/// runs near that one's position.
#[derive(Clone, Debug)]
pub struct SequentialLoop {
    pub axis: Axis,
    pub range: Range,
    /// Which positions of the range it runs at.
    pub blocking: Blocking,
    /// Descending instead of ascending.
    pub backward: bool,
    pub body: Region,
}

/// A scope over one axis whose iterations are independent. It may stand inside another loop or map over the axis, and then runs
/// near that one's position.
#[derive(Clone, Debug)]
pub struct Map {
    pub axis: Axis,
    pub range: Range,
    /// Which positions of the range it runs at.
    pub blocking: Blocking,
    pub kind: MapKind,
    pub body: Region,
}

/// How a map's iterations are run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MapKind {
    /// One after another.
    Any,
    /// Shared among threads.
    Parallel,
    /// Several points at a time.
    Vector,
}

/// What moves along an edge.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Memlet {
    pub field: FieldId,
    pub subset: Subset,
}

/// The part of a container that moves: one entry an axis, `None` where the container has no such axis; and which component.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Subset(pub [Option<SubsetDim>; 3], pub Components);

/// Which components of a container move.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Components {
    One(u32),
    All,
}

/// The part of a container along one axis.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum SubsetDim {
    /// From `lo` to `hi`, both included, relative to the current position of an enclosing loop or map over the axis.
    Here { lo: i32, hi: i32 },
    /// A range of the program's domain.
    Range(Range),
    /// All that the container has: a data-dependent index, a halo update.
    All,
}

impl Node {
    /// The regions directly inside.
    pub fn regions(&self) -> impl Iterator<Item = &Region> {
        let (own, host) = match self {
            Node::Map(map) => (Some(&map.body), None),
            Node::Loop(l) => (Some(&l.body), None),
            Node::Host(step) => (None, Some(step.bodies())),
            Node::Tasklet { .. } | Node::Zero(_) => (None, None),
        };
        own.into_iter().chain(host.into_iter().flatten())
    }
    /// The regions directly inside, to be changed.
    pub fn regions_mut(&mut self) -> impl Iterator<Item = &mut Region> {
        let (own, host) = match self {
            Node::Map(map) => (Some(&mut map.body), None),
            Node::Loop(l) => (Some(&mut l.body), None),
            Node::Host(step) => (None, Some(step.bodies_mut())),
            Node::Tasklet { .. } | Node::Zero(_) => (None, None),
        };
        own.into_iter().chain(host.into_iter().flatten())
    }
    /// Whether the host runs the step itself, and what stands directly inside it: steps of the host program, and loops with a parallel
    /// map inside. Any other step is one loop nest.
    pub fn is_host(&self) -> bool {
        match self {
            Node::Host(_) => true,
            Node::Map(map) => map.kind != MapKind::Parallel && map.body.has_parallel(),
            Node::Loop(l) => l.body.has_parallel(),
            Node::Tasklet { .. } | Node::Zero(_) => false,
        }
    }
}

impl Region {
    /// Whether a parallel map stands in the region, at whatever depth of loops and maps.
    pub fn has_parallel(&self) -> bool {
        self.graph.node_weights().any(|node| match node {
            Node::Map(map) => map.kind == MapKind::Parallel || map.body.has_parallel(),
            Node::Loop(l) => l.body.has_parallel(),
            _ => false,
        })
    }
    /// Calls `visit` with the region and all regions inside it, outer before inner, those of one region in the order of its steps.
    pub fn walk<'r>(&'r self, visit: &mut impl FnMut(&'r Region)) {
        visit(self);
        self.nodes().flat_map(Node::regions).for_each(|inside| inside.walk(visit));
    }
    /// Whether nothing stands in the region.
    pub fn is_empty(&self) -> bool {
        self.allocs.is_empty() && self.graph.node_count() == 0
    }
}
