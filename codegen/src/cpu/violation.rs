//! Code that checks data-dependent indexes and reports those that do not exist.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, StackSlot, StackSlotData, StackSlotKind, Value, types};
use cranelift_frontend::FunctionBuilder;
use std::mem::offset_of;
use tradewind_dataflow::CheckId;
use tradewind_ir::{Axis, DType, FieldId, Scope};

use super::address::Point;
use super::emit::Emitter;
use super::host::{Host, HostFunction};
use super::memory::{ComponentOperand, Index, LevelOperand};
use super::mode::{Mode, Shape};
use super::sink::Report;

/// Emits [`HostFunction::Report`].
pub(super) fn emit_report(mut b: FunctionBuilder<'_>, host: &Host) {
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    b.seal_block(entry);
    let arguments = b.block_params(entry).to_vec();
    let function = host.import(HostFunction::TakeNote, b.func);
    b.ins().call(function, &arguments);
    b.ins().return_(&[]);
    b.finalize(host.config());
}

/// A data-dependent index to be checked: its value, for each lane, and which exist.
struct Checked {
    is_level: bool,
    dtype: DType,
    value: Value,
    /// What is to be added to the value.
    base: Value,
    exists: (Value, Value),
}

impl Emitter<'_, '_> {
    /// Reports a level and a component that do not exist, where the predicate holds. The code beside the way is out of line.
    pub(super) fn check(&mut self, at: &Point, (check, field): (CheckId, FieldId), index: Index, predicate: Option<Value>) {
        let number = self.checks.iter().position(|id| *id == check).unwrap_or(0) as i64;
        let mut found = Vec::new();
        for index in self.checked(at, field, index) {
            let outside = match at.mode {
                Mode::Scalar => self.outside(&index),
                Mode::Vector(shape) => self.lanes_outside(shape, &index),
            };
            let outside = predicate.map_or(outside, |p| self.b.ins().band(p, outside));
            found.push((index, outside));
        }
        let any = found.iter().map(|(_, outside)| *outside).reduce(|a, b| self.b.ins().bor(a, b));
        let Some(any) = any else { return };
        let any = if let Mode::Vector(_) = at.mode { self.b.ins().vany_true(any) } else { any };
        self.rarely(any, |e| {
            for (index, outside) in found {
                e.report(at, number, &index, outside);
            }
            if let Some(stopped) = e.stopped {
                let yes = e.b.ins().iconst(types::I8, 1);
                e.b.def_var(stopped, yes);
            }
        });
    }

    /// The data-dependent indexes of an access.
    fn checked(&mut self, at: &Point, field: FieldId, (level, component): Index) -> Vec<Checked> {
        let mut found = Vec::new();
        if let LevelOperand::Computed { dtype, value, relative } = level {
            let base = if relative { at.index[Axis::K.index()] } else { self.int(0) };
            found.push(Checked { is_level: true, dtype, value, base, exists: self.levels(field) });
        }
        if let ComponentOperand::Computed { dtype, value } = component {
            let (base, exists) = (self.int(0), self.components(field));
            found.push(Checked { is_level: false, dtype, value, base, exists });
        }
        found
    }

    /// Whether an index does not exist.
    fn outside(&mut self, index: &Checked) -> Value {
        let value = self.cast(index.dtype, DType::I64, index.value);
        let [least, greatest] = [index.exists.0, index.exists.1].map(|bound| self.b.ins().isub(bound, index.base));
        let below = self.b.ins().icmp(IntCC::SignedLessThan, value, least);
        let above = self.b.ins().icmp(IntCC::SignedGreaterThan, value, greatest);
        self.b.ins().bor(below, above)
    }

    /// A mask of the lanes whose index does not exist. Positions fit in 32 bits.
    fn lanes_outside(&mut self, shape: Shape, index: &Checked) -> Value {
        let ty = shape.vector_type(index.dtype);
        let mut all = |bound: Value| {
            let bound = self.b.ins().isub(bound, index.base);
            let bound = if ty.lane_type() == types::I64 { bound } else { self.b.ins().ireduce(types::I32, bound) };
            self.b.ins().splat(ty, bound)
        };
        let (least, greatest) = (all(index.exists.0), all(index.exists.1));
        let below = self.b.ins().icmp(IntCC::SignedLessThan, index.value, least);
        let above = self.b.ins().icmp(IntCC::SignedGreaterThan, index.value, greatest);
        let outside = self.b.ins().bor(below, above);
        let outside = if ty == shape.mask_type() { outside } else { self.b.ins().swiden_low(outside) };
        if shape.single { self.first_lane(shape, outside) } else { outside }
    }

    /// The mask without all lanes but the first.
    fn first_lane(&mut self, shape: Shape, mask: Value) -> Value {
        let none = self.vector_const(shape.mask_type(), 0);
        let first = self.b.ins().extractlane(mask, 0);
        self.b.ins().insertlane(none, first, 0)
    }

    /// The first and the last component of a container.
    fn components(&mut self, field: FieldId) -> (Value, Value) {
        let last = i64::from(self.graph.fields[field].components()) - 1;
        (self.int(0), self.int(last))
    }

    /// The lowest and the highest level of a container. Those of a temporary follow from the domain, wherever it lives.
    fn levels(&mut self, field: FieldId) -> (Value, Value) {
        let container = &self.graph.fields[field];
        if container.scope != Scope::Temporary {
            return self.place(field).levels;
        }
        let (low, high) = container.extent.0[Axis::K.index()];
        let lowest = self.int(low.into());
        (lowest, self.b.ins().iadd_imm_s(self.domain[Axis::K.index()], i64::from(high) - 1))
    }

    /// Tells the host of an index that may not exist in some lanes.
    fn report(&mut self, at: &Point, check: i64, index: &Checked, outside: Value) {
        let (lanes, size, value, outside) = match at.mode {
            Mode::Vector(shape) => {
                let size = shape.vector_type(index.dtype).lane_type().bytes();
                (shape.lanes, size, index.value, outside)
            }
            Mode::Scalar => (1, 8, self.cast(index.dtype, DType::I64, index.value), outside),
        };
        let constants = [
            (offset_of!(Report, check), check),
            (offset_of!(Report, is_level), index.is_level.into()),
            (offset_of!(Report, lanes), lanes.into()),
            (offset_of!(Report, size), size.into()),
        ];
        let constants = constants.map(|(offset, n)| (offset, self.int(n)));
        let point = offset_of!(Report, point);
        let exists = offset_of!(Report, exists);
        let values = [
            (offset_of!(Report, sink), self.sink),
            (point, self.position_on(at, Axis::I)),
            (point + 8, at.index[1]),
            (point + 16, at.index[2]),
            (offset_of!(Report, base), index.base),
            (exists, index.exists.0),
            (exists + 8, index.exists.1),
            (offset_of!(Report, indexes), value),
            (offset_of!(Report, outside), outside),
        ];
        let slot = self.report_slot();
        let report = self.b.ins().stack_addr(types::I64, slot, 0);
        for (offset, value) in constants.into_iter().chain(values) {
            self.b.ins().store(MemFlagsData::trusted(), value, report, offset as i32);
        }
        let function = self.host.import(HostFunction::Report, self.b.func);
        self.b.ins().call(function, &[report]);
    }

    /// Where reports lie in the function's frame.
    fn report_slot(&mut self) -> StackSlot {
        let data = StackSlotData::new(StackSlotKind::ExplicitSlot, size_of::<Report>() as u32, 4);
        *self.report.get_or_insert_with(|| self.b.create_sized_stack_slot(data))
    }
}
