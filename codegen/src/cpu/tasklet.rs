//! The code of a tasklet at one point, or at several side by side.

use cranelift_codegen::ir::{InstBuilder, Value, types};
use tradewind_dataflow::{Inst, Op, TaskletCode};
use tradewind_ir::{Axis, DType, HorizontalBox};

use super::address::Point;
use super::emit::Emitter;
use super::mode::{Mode, scalar_type};
use super::repeat::Repeat;
use super::values::Values;

impl Emitter<'_, '_> {
    /// Emits a tasklet.
    pub(super) fn tasklet(&mut self, code: &TaskletCode, at: &Point) {
        let mut values = Values::none(code);
        self.insts(&code.body, &mut values, at);
    }

    /// Emits instructions in order.
    fn insts(&mut self, insts: &[Inst], values: &mut Values<'_>, at: &Point) {
        for inst in insts {
            match inst {
                Inst::Let(id, op) => {
                    let value = self.op(*op, values.dtype(*id), values, at);
                    values.set(*id, value);
                }
                Inst::Store { field, k, component, value, predicate } => {
                    let index = (self.level(*k, values), self.component(*component, values));
                    let (value, predicate) = (values.get(*value), predicate.map(|p| values.get(p)));
                    self.store(at, *field, index, value, predicate);
                }
                Inst::Check { check, field, k, component, predicate } => {
                    let index = (self.level(*k, values), self.component(*component, values));
                    let predicate = predicate.map(|p| values.get(p));
                    self.check(at, (*check, *field), index, predicate);
                }
                Inst::While { carried, head, condition, body } => {
                    let repeat = Repeat { carried, head, condition: *condition, body, emit: Self::insts };
                    match at.mode {
                        Mode::Scalar => self.repeat(repeat, values, at),
                        Mode::Vector(shape) => self.repeat_by_lane(repeat, shape, values, at),
                    }
                }
            }
        }
    }

    fn op(&mut self, op: Op, dtype: DType, values: &Values<'_>, at: &Point) -> Value {
        let shape = match at.mode {
            Mode::Vector(shape) => Some(shape),
            Mode::Scalar => None,
        };
        match op {
            Op::Const(value) => self.constant(value, at.mode),
            Op::Scalar(scalar) => {
                let value = self.scalar(scalar);
                self.spread(value, dtype, at.mode)
            }
            Op::Index(axis) => self.index(axis, at),
            Op::Bound(axis, bound) => {
                let position = self.bound(axis, bound);
                let position = self.b.ins().ireduce(types::I32, position);
                self.spread(position, dtype, at.mode)
            }
            Op::Inside(region) => self.inside(region, at),
            Op::Load { field, offset, k, component } => {
                let index = (self.level(k, values), self.component(component, values));
                self.load(at, field, offset, index)
            }
            Op::Unary(op, a) => {
                let (operand, a) = (values.dtype(a), values.get(a));
                match shape {
                    Some(shape) => self.vector_unary(shape, op, operand, a),
                    None => self.unary(op, operand, a),
                }
            }
            Op::Binary(op, a, b) => {
                let (operand, a, b) = (values.dtype(a), values.get(a), values.get(b));
                match shape {
                    Some(shape) => self.vector_binary(shape, op, operand, a, b),
                    None => self.binary(op, operand, a, b),
                }
            }
            Op::Select(c, a, b) => {
                let (c, a, b) = (values.get(c), values.get(a), values.get(b));
                match shape {
                    Some(shape) => self.vector_select(shape, dtype, c, a, b),
                    None => self.b.ins().select(c, a, b),
                }
            }
            Op::Cast(a) => {
                let (from, a) = (values.dtype(a), values.get(a));
                match shape {
                    Some(shape) => self.vector_cast(shape, from, dtype, a),
                    None => self.cast(from, dtype, a),
                }
            }
            Op::Call1(native, a) => self.call(native, values.dtype(a), &[values.get(a)], shape),
            Op::Call2(native, a, b) => self.call(native, values.dtype(a), &[values.get(a), values.get(b)], shape),
            Op::Call3(native, a, b, c) => {
                self.call(native, values.dtype(a), &[values.get(a), values.get(b), values.get(c)], shape)
            }
        }
    }

    /// The position on an axis, an `i32`.
    fn index(&mut self, axis: Axis, at: &Point) -> Value {
        let first = self.position_i32(at, axis);
        let all = self.spread(first, DType::I32, at.mode);
        match at.mode {
            Mode::Vector(_) if axis == Axis::I => {
                let steps: Vec<u8> = (0..4i32).flat_map(i32::to_le_bytes).collect();
                let constant = self.b.func.dfg.constants.insert(steps.into());
                let steps = self.b.ins().vconst(types::I32X4, constant);
                self.b.ins().iadd(all, steps)
            }
            _ => all,
        }
    }

    /// Whether the point is in a box.
    fn inside(&mut self, region: HorizontalBox, at: &Point) -> Value {
        use tradewind_ir::BinaryOp::{And, Ge, Lt};
        let mut all: Option<Value> = None;
        for axis in [Axis::I, Axis::J] {
            let (lo, hi) = region.side(axis);
            for (edge, order) in [(lo, Ge), (hi, Lt)] {
                let Some(edge) = edge else { continue };
                let position = self.index(axis, at);
                let edge = self.edge(axis, edge);
                let edge = self.b.ins().ireduce(types::I32, edge);
                let edge = self.spread(edge, DType::I32, at.mode);
                let holds = self.binary_in(at.mode, order, DType::I32, position, edge);
                all = Some(all.map_or(holds, |all| self.binary_in(at.mode, And, DType::Bool, all, holds)));
            }
        }
        all.unwrap_or_else(|| self.constant(tradewind_ir::Value::Bool(true), at.mode))
    }

    fn binary_in(&mut self, mode: Mode, op: tradewind_ir::BinaryOp, dtype: DType, a: Value, b: Value) -> Value {
        match mode {
            Mode::Vector(shape) => self.vector_binary(shape, op, dtype, a, b),
            Mode::Scalar => self.binary(op, dtype, a, b),
        }
    }

    /// A constant.
    fn constant(&mut self, value: tradewind_ir::Value, mode: Mode) -> Value {
        use tradewind_ir::Value as V;
        match (mode, value) {
            (Mode::Vector(shape), V::Bool(b)) => self.vector_const(shape.mask_type(), if b { u64::MAX } else { 0 }),
            (Mode::Vector(shape), _) => self.vector_const(shape.vector_type(value.dtype()), exact_bits(value)),
            (Mode::Scalar, V::F32(x)) => self.b.ins().f32const(x),
            (Mode::Scalar, V::F64(x)) => self.b.ins().f64const(x),
            (Mode::Scalar, _) => self.b.ins().iconst(scalar_type(value.dtype()), value.bits() as i64),
        }
    }
}

/// The value's bits; of a NaN, its own.
fn exact_bits(value: tradewind_ir::Value) -> u64 {
    match value {
        tradewind_ir::Value::F64(x) => x.to_bits(),
        tradewind_ir::Value::F32(x) => x.to_bits().into(),
        other => other.bits(),
    }
}
