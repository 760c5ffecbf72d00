//! The containers that a loop nest accesses, and the memory of the temporaries inside it.
//!
//! A *private* temporary is allocated inside a launched nest, so that each thread (and each iteration around it) has its own:
//! rows, slabs, columns. It is in the scratch memory of the call, with I contiguous, then J, then K, over the kept axes. Rows
//! are padded to 64 bytes. Along the axis of a window it has so many elements as the window has slots. Allocated inside a vector map that runs along an axis it does not keep, an element is a whole vector
//! of 16 bytes. Temporaries that keep no axis are registers and take no memory.

use std::collections::{BTreeSet, HashSet};
use tradewind_dataflow::memory;
use tradewind_dataflow::{CheckId, Control, Graph, Inst, MapKind, Node, Op, Region, SequentialLoop, State, TaskletCode};
use tradewind_ir::{Axis, Container, Diagnostic, Domain, FieldId, Native, Range, ScalarId, Scope, Span, diagnostic};

use super::frame::View;
use super::host_plan::Nest;
use super::shape;

/// Storage and rows start at multiples of this many bytes.
const ALIGNMENT: usize = 64;
/// Bytes of a vector.
const VECTOR: usize = 16;

/// A temporary in scratch memory.
#[derive(Clone, PartialEq, Debug)]
pub struct Private {
    pub field: FieldId,
    /// Bytes of one element.
    pub element: usize,
}

/// What was found in a nest.
#[derive(Default)]
pub(super) struct Survey {
    /// Labels of the tasklets in order, each once.
    pub labels: Vec<String>,
    /// Containers accessed that are not allocated inside, in the order of their first use.
    pub fields: Vec<FieldId>,
    /// Scalars, in the order of their first use.
    pub scalars: Vec<ScalarId>,
    pub private: Vec<Private>,
    /// Checks in the order of the code.
    pub checks: Vec<CheckId>,
    pub natives: BTreeSet<Native>,
    /// Ranges of vector maps whose last vector overlaps, and their lanes.
    pub rows: Vec<(Range, u8)>,
    /// Instructions, functions counted as [`FUNCTION`].
    pub operations: u64,
}

/// What a function of the language counts, in plain instructions.
const FUNCTION: u64 = 16;

/// Walks a nest.
///
/// # Errors
/// A node of the host program stands inside the nest.
pub(super) fn survey<'g>(graph: &'g Graph, nest: Nest<'g>) -> Result<Survey, Vec<Diagnostic>> {
    let mut walk = Walk { graph, found: Survey::default(), seen: Seen::default(), inside: BTreeSet::new(), vector: None };
    match nest {
        Nest::Tasklet(state, index) => walk.node(&state.graph[index])?,
        Nest::Map(map) => walk.map(map)?,
        Nest::Loop(l) => walk.sequential(l)?,
    }
    walk.found.fields.retain(|id| !walk.inside.contains(id));
    Ok(walk.found)
}

struct Walk<'g> {
    graph: &'g Graph,
    found: Survey,
    seen: Seen<'g>,
    inside: BTreeSet<FieldId>,
    /// The axis of the vector map around.
    vector: Option<Axis>,
}

/// What is in the lists of a survey already.
#[derive(Default)]
struct Seen<'g> {
    labels: HashSet<&'g str>,
    fields: HashSet<FieldId>,
    scalars: HashSet<ScalarId>,
}

type Done = Result<(), Vec<Diagnostic>>;

impl<'g> Walk<'g> {
    fn region(&mut self, region: &'g Region) -> Done {
        for id in &region.allocs {
            let container = &self.graph.fields[*id];
            self.inside.insert(*id);
            if !container.place.is_register() {
                let whole = self.vector.is_some_and(|axis| !container.stored_axes().has(axis));
                let element = if whole { VECTOR } else { container.dtype.size() };
                self.found.private.push(Private { field: *id, element });
            }
        }
        region.items.iter().try_for_each(|control| match control {
            Control::State(state) => self.state(state),
            Control::Sequential(l) => self.sequential(l),
            _ => Err(misplaced()),
        })
    }

    fn sequential(&mut self, l: &'g SequentialLoop) -> Done {
        l.blocking.scalars().for_each(|size| self.scalar(size));
        self.region(&l.body)
    }

    fn state(&mut self, state: &'g State) -> Done {
        state.order().into_iter().try_for_each(|index| self.node(&state.graph[index]))
    }

    fn node(&mut self, node: &'g Node) -> Done {
        match node {
            Node::Access(_) => {}
            Node::Tasklet { label, code } => {
                if self.seen.labels.insert(label) {
                    self.found.labels.push(label.clone());
                }
                each_inst(&code.body, &mut |inst| self.inst(inst));
            }
            Node::Map(map) => self.map(map)?,
            Node::Exchange { .. } | Node::Copy { .. } | Node::Swap { .. } | Node::Callback { .. } => {
                return Err(misplaced());
            }
        }
        Ok(())
    }

    fn inst(&mut self, inst: &Inst) {
        let is_function = matches!(inst, Inst::Let(_, Op::Call1(..) | Op::Call2(..) | Op::Call3(..)));
        self.found.operations += if is_function { FUNCTION } else { 1 };
        match inst {
            Inst::Let(_, Op::Load { field, .. }) | Inst::Store { field, .. } => self.field(*field),
            Inst::Check { check, field, .. } => {
                self.found.checks.push(*check);
                if self.graph.fields[*field].scope != Scope::Temporary {
                    self.field(*field);
                }
            }
            Inst::Let(_, Op::Scalar(scalar)) => self.scalar(*scalar),
            Inst::Let(_, Op::Call1(native, _) | Op::Call2(native, ..) | Op::Call3(native, ..)) => {
                self.found.natives.insert(*native);
            }
            _ => {}
        }
    }

    fn scalar(&mut self, scalar: ScalarId) {
        if self.seen.scalars.insert(scalar) {
            self.found.scalars.push(scalar);
        }
    }

    fn field(&mut self, field: FieldId) {
        if self.seen.fields.insert(field) {
            self.found.fields.push(field);
        }
    }

    fn map(&mut self, map: &'g tradewind_dataflow::Map) -> Done {
        let around = self.vector;
        map.blocking.scalars().for_each(|size| self.scalar(size));
        self.found.rows.extend(shape::overlapping(self.graph, map).map(|lanes| (map.range.clone(), lanes)));
        if map.kind == MapKind::Vector {
            self.vector = Some(map.axis);
        }
        self.region(&map.body)?;
        self.vector = around;
        Ok(())
    }
}

fn misplaced() -> Vec<Diagnostic> {
    vec![Diagnostic::error(
        diagnostic::Code::CANNOT_COMPILE,
        "a step of the host program is inside a loop over an axis",
        Span::NONE,
        "",
    )]
}

/// The containers that a tasklet loads and stores.
pub(super) fn accessed(code: &TaskletCode) -> BTreeSet<FieldId> {
    let mut found = BTreeSet::new();
    each_inst(&code.body, &mut |inst| match inst {
        Inst::Let(_, Op::Load { field, .. }) | Inst::Store { field, .. } => {
            found.insert(*field);
        }
        _ => {}
    });
    found
}

/// Calls `visit` on every instruction, those inside loops included.
pub(super) fn each_inst<'c>(body: &'c [Inst], visit: &mut impl FnMut(&'c Inst)) {
    for inst in body {
        visit(inst);
        if let Inst::While { head, body, .. } = inst {
            each_inst(head, visit);
            each_inst(body, visit);
        }
    }
}

/// Places private temporaries one after another: for each its view, with addresses counted from the start of scratch, and its
/// storage; then the bytes of all.
pub(super) fn place(
    graph: &Graph,
    private: &[Private],
    domain: Domain,
) -> (Vec<(FieldId, View, std::ops::Range<usize>)>, usize) {
    let mut end = 0;
    let placed = private.iter().map(|p| {
        let (mut view, bytes) = layout(&graph.fields[p.field], p.element, domain);
        let start = end;
        view.address += start as u64;
        end += bytes;
        (p.field, view, start..end)
    });
    let placed = placed.collect();
    (placed, end)
}

/// The levels that a temporary has.
pub(super) fn levels(container: &Container, domain: Domain) -> (i64, i64) {
    let (low, high) = container.extent.0[Axis::K.index()];
    (i64::from(low), domain[Axis::K.index()] - 1 + i64::from(high))
}

/// Strides and bytes of a temporary whose storage starts at address zero. The point i = 0 of each row starts a cache line; along the axis
/// of a window, slots count from zero on.
fn layout(container: &Container, element: usize, domain: Domain) -> (View, usize) {
    let (mut strides, mut bytes, mut origin) = ([0; 3], element, 0);
    let (size, extent) = container.stored_size(domain);
    for axis in container.stored_axes().iter() {
        let (low, high) = extent.0[axis.index()];
        let before = low.unsigned_abs() as usize;
        let after = usize::try_from(size[axis.index()] + i64::from(high)).unwrap_or(0);
        strides[axis.index()] = bytes as i64;
        if axis == Axis::I {
            origin = (before * bytes).next_multiple_of(ALIGNMENT);
            bytes = (origin + after * bytes).next_multiple_of(ALIGNMENT);
        } else {
            origin += before * bytes;
            bytes = bytes.saturating_mul(before + after);
        }
    }
    let bytes = bytes.next_multiple_of(ALIGNMENT);
    let data = memory::data_strides(&container.data, bytes).map(|stride| stride as i64);
    let all = bytes.saturating_mul(container.components() as usize);
    (View { address: origin as u64, strides, levels: levels(container, domain), data }, all)
}
