//! Where compiled code reports data-dependent indexes that do not exist.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use std::sync::{Mutex, PoisonError};
use tradewind_dataflow::{CheckId, Graph};
use tradewind_ir::{Axis, DType, FieldId, First, Scope, Violation};

use super::address::Point;
use super::emit::{Emitter, Mode, Shape};
use super::host::HostFunction;
use super::memory::{Index, Level, Part};
use super::plan::Launch;

/// Keeps the first violation that the code of one launch reports. Threads may report to it at the same time.
#[derive(Debug)]
pub struct Sink<'a> {
    graph: &'a Graph,
    /// The launch's checks in its order.
    checks: &'a [CheckId],
    found: Mutex<First<CheckId>>,
}

impl<'a> Sink<'a> {
    /// An empty sink for a launch of a graph.
    pub fn new(graph: &'a Graph, launch: &'a Launch) -> Sink<'a> {
        Sink { graph, checks: &launch.checks, found: Mutex::default() }
    }
    /// Takes note of a violation of the launch's check number `check`.
    pub(super) fn report(&self, check: usize, violation: Violation) {
        let id = self.checks.get(check).copied();
        let Some((id, check)) = id.and_then(|id| Some((id, self.graph.checks.get(id)?))) else { return };
        self.found.lock().unwrap_or_else(PoisonError::into_inner).note(check.span, violation, id);
    }
    /// The first violation.
    pub fn into_found(self) -> First<CheckId> {
        self.found.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A data-dependent index to be checked, of one lane: its value, and the least and the greatest that exists.
struct Checked {
    is_level: bool,
    value: Value,
    exists: (Value, Value),
}

impl Emitter<'_, '_> {
    /// Reports a level and a component that do not exist, where the predicate holds. The code beside the way is out of line.
    pub(super) fn check(&mut self, at: &Point, (check, field): (CheckId, FieldId), index: Index, predicate: Option<Value>) {
        let number = self.checks.iter().position(|id| *id == check).unwrap_or(0) as i64;
        match at.mode {
            Mode::Scalar => self.report_lane(at, number, (field, index), 0, predicate),
            Mode::Vector(shape) => {
                let Some(outside) = self.outside(at, shape, (field, index), predicate) else { return };
                self.rarely(outside, |e| {
                    for lane in 0..shape.points() {
                        let index = e.index_of_lane(shape, index, lane);
                        let predicate = predicate.map(|p| e.lane(shape, DType::Bool, p, lane));
                        e.report_lane(at, number, (field, index), lane, predicate);
                    }
                });
            }
        }
    }

    /// Whether an index of some lane does not exist, where the predicate holds.
    fn outside(
        &mut self,
        at: &Point,
        shape: Shape,
        (field, (level, part)): (FieldId, Index),
        predicate: Option<Value>,
    ) -> Option<Value> {
        let mut outside: Option<Value> = None;
        if let Level::Given { dtype, value, relative } = level {
            let (mut least, mut greatest) = self.levels(field);
            if relative {
                let here = at.index[Axis::K.index()];
                (least, greatest) = (self.b.ins().isub(least, here), self.b.ins().isub(greatest, here));
            }
            outside = Some(self.lanes_outside(shape, dtype, value, (least, greatest)));
        }
        if let Part::Given { dtype, value } = part {
            let exists = self.components(field);
            let more = self.lanes_outside(shape, dtype, value, exists);
            outside = Some(outside.map_or(more, |outside| self.b.ins().bor(outside, more)));
        }
        let outside = predicate.zip(outside).map(|(p, outside)| self.b.ins().band(p, outside)).or(outside)?;
        let outside = if shape.single { self.first_lane(shape, outside) } else { outside };
        Some(self.b.ins().vany_true(outside))
    }

    /// A mask of the lanes whose index is below the least or above the greatest that exists. Positions fit in 32 bits.
    fn lanes_outside(&mut self, shape: Shape, dtype: DType, value: Value, (least, greatest): (Value, Value)) -> Value {
        let ty = shape.vector_type(dtype);
        let all = |e: &mut Self, bound: Value| {
            let bound = if ty.lane_type() == types::I64 { bound } else { e.b.ins().ireduce(types::I32, bound) };
            e.b.ins().splat(ty, bound)
        };
        let (least, greatest) = (all(self, least), all(self, greatest));
        let below = self.b.ins().icmp(IntCC::SignedLessThan, value, least);
        let above = self.b.ins().icmp(IntCC::SignedGreaterThan, value, greatest);
        let outside = self.b.ins().bor(below, above);
        if ty == shape.mask_type() { outside } else { self.b.ins().swiden_low(outside) }
    }

    /// The mask without all lanes but the first.
    fn first_lane(&mut self, shape: Shape, mask: Value) -> Value {
        let none = self.vector_const(shape.mask_type(), 0);
        let first = self.b.ins().extractlane(mask, 0);
        self.b.ins().insertlane(none, first, 0)
    }

    /// Reports the indexes of one lane (scalars, the predicate too) that do not exist, where the predicate holds.
    fn report_lane(&mut self, at: &Point, check: i64, access: (FieldId, Index), lane: u8, predicate: Option<Value>) {
        for index in self.checked(at, access) {
            let below = self.b.ins().icmp(IntCC::SignedLessThan, index.value, index.exists.0);
            let above = self.b.ins().icmp(IntCC::SignedGreaterThan, index.value, index.exists.1);
            let outside = self.b.ins().bor(below, above);
            let outside = predicate.map_or(outside, |p| self.b.ins().band(p, outside));
            self.rarely(outside, |e| e.report(at, check, lane, &index));
        }
    }

    /// The data-dependent indexes of an access, of one lane.
    fn checked(&mut self, at: &Point, (field, (level, part)): (FieldId, Index)) -> Vec<Checked> {
        let mut found = Vec::new();
        if let Level::Given { dtype, value, relative } = level {
            let value = self.cast(dtype, DType::I64, value);
            let value = if relative { self.b.ins().iadd(value, at.index[Axis::K.index()]) } else { value };
            found.push(Checked { is_level: true, value, exists: self.levels(field) });
        }
        if let Part::Given { dtype, value } = part {
            let value = self.cast(dtype, DType::I64, value);
            found.push(Checked { is_level: false, value, exists: self.components(field) });
        }
        found
    }

    /// The first and the last component of a container.
    fn components(&mut self, field: FieldId) -> (Value, Value) {
        let last = i64::from(self.graph.fields[field].components()) - 1;
        (self.int(0), self.int(last))
    }

    /// The lowest and the highest level of a container. Those of a temporary follow from the domain, wherever it lives.
    fn levels(&mut self, field: FieldId) -> (Value, Value) {
        let container = &self.graph.fields[field];
        if container.scope == Scope::Argument {
            return self.place(field).levels;
        }
        let (low, high) = container.extent.0[Axis::K.index()];
        let lowest = self.int(low.into());
        (lowest, self.b.ins().iadd_imm_s(self.domain[Axis::K.index()], i64::from(high) - 1))
    }

    fn report(&mut self, at: &Point, check: i64, lane: u8, index: &Checked) {
        let i = self.position_on(at, Axis::I);
        let i = self.b.ins().iadd_imm_s(i, i64::from(lane));
        let (check, is_level) = (self.int(check), self.int(index.is_level.into()));
        let arguments = [self.sink, check, i, at.index[1], at.index[2], is_level, index.value, index.exists.0, index.exists.1];
        let function = self.host.import(HostFunction::Report, self.b.func);
        self.b.ins().call(function, &arguments);
    }
}
