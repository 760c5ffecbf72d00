//! What a loop nest uses.

use std::collections::{BTreeSet, HashSet};
use tradewind_dataflow::{CheckId, Graph, Inst, Map, MapKind, Node, Op, Region};
use tradewind_ir::{Axis, Diagnostic, FieldId, Native, Range, ScalarId, Scope, Span, diagnostic};

use super::instructions::each_inst;
use super::shape;

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
/// A step of the host program stands inside the nest.
pub(super) fn survey<'g>(graph: &'g Graph, nest: &'g Node) -> Result<Survey, Vec<Diagnostic>> {
    let mut walk = Walk { graph, found: Survey::default(), seen: Seen::default(), inside: BTreeSet::new(), vector: None };
    walk.node(nest)?;
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
        region.nodes().try_for_each(|node| self.node(node))
    }

    fn node(&mut self, node: &'g Node) -> Done {
        match node {
            Node::Tasklet { label, code } => {
                if self.seen.labels.insert(label) {
                    self.found.labels.push(label.clone());
                }
                each_inst(&code.body, &mut |inst| self.inst(inst));
                Ok(())
            }
            Node::Map(map) => self.map(map),
            Node::Loop(l) => {
                l.blocking.scalars().for_each(|size| self.scalar(size));
                self.region(&l.body)
            }
            Node::Zero(_) => Ok(()),
            Node::Host(_) => Err(misplaced()),
        }
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

    fn map(&mut self, map: &'g Map) -> Done {
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
