//! The graph's data.

use crate::code::{CheckId, TaskletCode};
use petgraph::stable_graph::StableDiGraph;
use tradewind_ir::{
    Axis, Blocking, Container, Counter, Diagnostic, Expr, Extent, FieldId, Fills, First, IdVec, Param, Range, ScalarId,
    ScalarSlot, Span, Window,
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

/// A sequence of control with the temporaries that live in it.
#[derive(Clone, Debug, Default)]
pub struct Region {
    /// Temporaries that come alive at the region's start, each time anew, and die at its end.
    pub allocs: Vec<FieldId>,
    pub items: Vec<Control>,
}

impl Region {
    /// Whether a parallel map stands in the region, at whatever depth.
    pub fn has_parallel(&self) -> bool {
        self.items.iter().any(|control| match control {
            Control::State(state) => state.graph.node_weights().any(|node| match node {
                Node::Map(map) => map.kind == MapKind::Parallel || map.body.has_parallel(),
                _ => false,
            }),
            Control::Sequential(l) => l.body.has_parallel(),
            _ => false,
        })
    }
}

/// One step of a region.
#[derive(Clone, Debug)]
pub enum Control {
    State(State),
    /// A sequential loop over an axis.
    Sequential(SequentialLoop),
    /// Host loop over the values that the counter gives its variable.
    For {
        counter: Box<Counter>,
        body: Region,
    },
    /// What runs on a part of the domain that is found at run time: positions and ranges inside count from that part along its
    /// axes.
    Within {
        window: Box<Window>,
        body: Region,
    },
    /// Host branch.
    Branch {
        condition: Expr,
        then: Region,
        otherwise: Region,
    },
    /// Host loop on a condition.
    While {
        condition: Expr,
        body: Region,
    },
    /// Sets a host scalar.
    Let {
        scalar: ScalarId,
        value: Expr,
    },
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

/// An acyclic multigraph of dataflow. The nodes run in topological order, those that are free of each other by node index.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub graph: StableDiGraph<Node, Memlet>,
}

/// A node of a state.
#[derive(Clone, Debug)]
pub enum Node {
    /// The contents of a container at one moment.
    Access(FieldId),
    /// A computation at the current point.
    Tasklet { label: String, code: TaskletCode },
    /// A scope run at every point of a range, in any order.
    Map(Map),
    /// Fills halos, doubly periodic; as far as `reach` goes, or the whole halo.
    Exchange { fields: Vec<FieldId>, reach: Option<Extent> },
    /// Copies all elements, halo included.
    Copy { to: FieldId, from: FieldId },
    /// Exchanges the contents of two fields.
    Swap { a: FieldId, b: FieldId },
    /// Calls a host function.
    Callback { name: String, fields: Vec<FieldId>, scalars: Vec<Expr>, fills: Fills },
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
