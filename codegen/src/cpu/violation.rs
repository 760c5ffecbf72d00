//! Where compiled code reports data-dependent indexes that do not exist.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value};
use std::sync::{Mutex, PoisonError};
use tradewind_dataflow::{CheckId, Graph};
use tradewind_ir::{Axis, DType, FieldId, Scope, Span, Violation};

use super::address::Point;
use super::emit::{Emitter, Mode};
use super::host::HostFunction;
use super::memory::{Level, Part};
use super::plan::Launch;

/// Keeps the first violation that the code of one launch reports: that of the check which stands first in the source, then of the
/// lowest point. Threads may report to it at the same time.
#[derive(Debug)]
pub struct Sink {
    /// The launch's checks in its order, and where they stand.
    checks: Vec<(CheckId, Span)>,
    found: Mutex<Option<(CheckId, Span, Violation)>>,
}

impl Sink {
    /// An empty sink for a launch of a graph.
    pub fn new(graph: &Graph, launch: &Launch) -> Sink {
        let checks = launch.checks.iter().map(|id| (*id, graph.checks[*id].span)).collect();
        Sink { checks, found: Mutex::new(None) }
    }
    /// Takes note of a violation of the launch's check number `check`.
    pub(super) fn report(&self, check: usize, violation: Violation) {
        let Some((id, span)) = self.checks.get(check).copied() else { return };
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.as_ref().is_none_or(|(_, at, known)| (span, violation.order()) < (*at, known.order())) {
            *found = Some((id, span, violation));
        }
    }
    /// The first violation, and the check that found it.
    pub fn into_found(self) -> Option<(CheckId, Violation)> {
        self.found.into_inner().unwrap_or_else(PoisonError::into_inner).map(|(id, _, violation)| (id, violation))
    }
}

/// An index to be checked, of one lane: its value, and the least and the greatest that exists.
struct Index {
    is_level: bool,
    value: Value,
    exists: (Value, Value),
}

impl Emitter<'_, '_> {
    /// Reports a level and a component that do not exist, where the predicate holds. The code beside the way is out of line.
    pub(super) fn check(
        &mut self,
        at: &Point,
        (check, field): (CheckId, FieldId),
        level: Level,
        part: Part,
        predicate: Option<Value>,
    ) {
        let number = self.checks.iter().position(|id| *id == check).unwrap_or(0) as i64;
        let lanes = if let Mode::Vector(shape) = at.mode { shape.points() } else { 1 };
        let (mut bad, mut reports) = (None, Vec::new());
        for lane in 0..lanes {
            let predicate = predicate.map(|p| self.one(at.mode, DType::Bool, p, lane));
            for index in self.indexes(at, field, level, part, lane) {
                let below = self.b.ins().icmp(IntCC::SignedLessThan, index.value, index.exists.0);
                let above = self.b.ins().icmp(IntCC::SignedGreaterThan, index.value, index.exists.1);
                let outside = self.b.ins().bor(below, above);
                let outside = predicate.map_or(outside, |p| self.b.ins().band(p, outside));
                bad = Some(bad.map_or(outside, |bad| self.b.ins().bor(bad, outside)));
                reports.push((lane, index, outside));
            }
        }
        let Some(bad) = bad else { return };
        self.rarely(bad, |e| {
            for (lane, index, outside) in reports {
                e.rarely(outside, |e| e.report(at, number, lane, &index));
            }
        });
    }

    /// The data-dependent indexes of an access, of one lane.
    fn indexes(&mut self, at: &Point, field: FieldId, level: Level, part: Part, lane: u8) -> Vec<Index> {
        let mut found = Vec::new();
        if let Level::Given { dtype, value, relative } = level {
            let value = self.one(at.mode, dtype, value, lane);
            let value = self.cast(dtype, DType::I64, value);
            let value = if relative { self.b.ins().iadd(value, at.index[Axis::K.index()]) } else { value };
            let exists = self.levels(field);
            found.push(Index { is_level: true, value, exists });
        }
        if let Part::Given { dtype, value } = part {
            let value = self.one(at.mode, dtype, value, lane);
            let value = self.cast(dtype, DType::I64, value);
            let last = i64::from(self.graph.fields[field].components()) - 1;
            let exists = (self.int(0), self.int(last));
            found.push(Index { is_level: false, value, exists });
        }
        found
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

    /// One lane of a value, or the value itself in scalar code.
    fn one(&mut self, mode: Mode, dtype: DType, value: Value, lane: u8) -> Value {
        match mode {
            Mode::Scalar => value,
            Mode::Vector(shape) => self.lane(shape, dtype, value, lane),
        }
    }

    fn report(&mut self, at: &Point, check: i64, lane: u8, index: &Index) {
        let i = self.position_on(at, Axis::I);
        let i = self.b.ins().iadd_imm_s(i, i64::from(lane));
        let (check, is_level) = (self.int(check), self.int(index.is_level.into()));
        let arguments = [self.sink, check, i, at.index[1], at.index[2], is_level, index.value, index.exists.0, index.exists.1];
        let function = self.host.import(HostFunction::Report, self.b.func);
        self.b.ins().call(function, &arguments);
    }
}
