//! Operations on several points side by side, in 128-bit vectors. What has no vector instruction is done lane by lane with the
//! scalar code, so results cannot differ.

use cranelift_codegen::ir::condcodes::FloatCC;
use cranelift_codegen::ir::{InstBuilder, Value};
use tradewind_ir::{BinaryOp, DType, Native, UnaryOp};

use super::emit::Emitter;
use super::mode::Shape;
use super::scalar::{float_order, int_order};

impl Emitter<'_, '_> {
    /// `op a`.
    pub(super) fn vector_unary(&mut self, shape: Shape, op: UnaryOp, dtype: DType, a: Value) -> Value {
        match op {
            UnaryOp::Not => {
                let truth = self.vector_cast(shape, dtype, DType::Bool, a);
                self.b.ins().bnot(truth)
            }
            UnaryOp::Neg if dtype.is_float() => {
                let sign = self.sign_bits(shape, dtype);
                self.b.ins().bxor(a, sign)
            }
            UnaryOp::Neg if dtype == DType::Bool => a,
            UnaryOp::Neg => self.b.ins().ineg(a),
        }
    }

    /// `a op b` of operands of one type.
    pub(super) fn vector_binary(&mut self, shape: Shape, op: BinaryOp, dtype: DType, a: Value, b: Value) -> Value {
        match op {
            BinaryOp::And | BinaryOp::Or => {
                let a = self.vector_cast(shape, dtype, DType::Bool, a);
                let b = self.vector_cast(shape, dtype, DType::Bool, b);
                if op == BinaryOp::And { self.b.ins().band(a, b) } else { self.b.ins().bor(a, b) }
            }
            BinaryOp::Gt if dtype.is_float() => self.vector_binary(shape, BinaryOp::Lt, dtype, b, a),
            BinaryOp::Ge if dtype.is_float() => self.vector_binary(shape, BinaryOp::Le, dtype, b, a),
            _ if op.is_comparison() && dtype.is_float() => {
                let mask = self.b.ins().fcmp(float_order(op), a, b);
                self.widen_mask(shape, dtype, mask)
            }
            _ if op.is_comparison() && dtype.is_int() => {
                let mask = self.b.ins().icmp(int_order(op), a, b);
                self.widen_mask(shape, dtype, mask)
            }
            BinaryOp::Add if dtype.is_float() => self.b.ins().fadd(a, b),
            BinaryOp::Sub if dtype.is_float() => self.b.ins().fsub(a, b),
            BinaryOp::Mul if dtype.is_float() => self.b.ins().fmul(a, b),
            BinaryOp::Div if dtype.is_float() => self.b.ins().fdiv(a, b),
            BinaryOp::Add if dtype.is_int() => self.b.ins().iadd(a, b),
            BinaryOp::Sub if dtype.is_int() => self.b.ins().isub(a, b),
            BinaryOp::Mul if dtype.is_int() => self.b.ins().imul(a, b),
            _ => {
                let result = if op.is_comparison() { DType::Bool } else { dtype };
                self.by_lane(shape, &[(dtype, a), (dtype, b)], result, |e, _, v| e.binary(op, dtype, v[0], v[1]))
            }
        }
    }

    /// `condition ? a : b` in each lane.
    pub(super) fn vector_select(&mut self, shape: Shape, dtype: DType, condition: Value, a: Value, b: Value) -> Value {
        let mask = self.narrow_mask(shape, dtype, condition);
        let mask = self.bitcast(shape.vector_type(dtype), mask);
        self.b.ins().bitselect(mask, a, b)
    }

    /// A native function other than the transcendental ones.
    pub(super) fn vector_native(&mut self, shape: Shape, native: Native, dtype: DType, a: Value, b: Value) -> Value {
        match native {
            Native::Min | Native::Max if dtype.is_float() => {
                let (x, y) = if native == Native::Min { (b, a) } else { (a, b) };
                let less = self.b.ins().fcmp(FloatCC::LessThan, x, y);
                let mask = self.bitcast(shape.vector_type(dtype), less);
                self.b.ins().bitselect(mask, b, a)
            }
            Native::Min if dtype.is_int() => self.vector_extreme(shape, BinaryOp::Lt, dtype, a, b),
            Native::Max if dtype.is_int() => self.vector_extreme(shape, BinaryOp::Gt, dtype, a, b),
            Native::Abs if dtype.is_int() => self.b.ins().iabs(a),
            Native::Abs if dtype.is_float() => self.vector_abs(shape, dtype, a),
            Native::Sqrt if dtype.is_float() => self.b.ins().sqrt(a),
            Native::Floor if dtype.is_float() => self.b.ins().floor(a),
            Native::Ceil if dtype.is_float() => self.b.ins().ceil(a),
            Native::Trunc if dtype.is_float() => self.b.ins().trunc(a),
            Native::Round if dtype.is_float() => self.b.ins().nearest(a),
            Native::RoundAway if dtype.is_float() => self.vector_round_away(shape, dtype, a),
            Native::IsNan if dtype.is_float() => {
                let mask = self.b.ins().fcmp(FloatCC::Unordered, a, a);
                self.widen_mask(shape, dtype, mask)
            }
            Native::IsInf | Native::IsFinite if dtype.is_float() => {
                let size = self.vector_abs(shape, dtype, a);
                let infinity = self.vector_float(shape, dtype, f64::INFINITY);
                let order = if native == Native::IsInf { FloatCC::Equal } else { FloatCC::LessThan };
                let mask = self.b.ins().fcmp(order, size, infinity);
                self.widen_mask(shape, dtype, mask)
            }
            _ => {
                let result = if native.is_predicate() { DType::Bool } else { dtype };
                let operands = [(dtype, a), (dtype, b)];
                self.by_lane(shape, &operands, result, |e, _, v| e.simple_native(native, dtype, v[0], v[1]))
            }
        }
    }

    fn vector_extreme(&mut self, shape: Shape, op: BinaryOp, dtype: DType, a: Value, b: Value) -> Value {
        let holds = self.b.ins().icmp(int_order(op), b, a);
        debug_assert_eq!(shape.vector_type(dtype), self.b.func.dfg.value_type(holds));
        self.b.ins().bitselect(holds, b, a)
    }

    fn vector_abs(&mut self, shape: Shape, dtype: DType, a: Value) -> Value {
        let mask = if dtype == DType::F32 { u64::from(u32::MAX >> 1) } else { u64::MAX >> 1 };
        let mask = self.vector_const(shape.vector_type(dtype), mask);
        self.b.ins().band(a, mask)
    }

    fn vector_round_away(&mut self, shape: Shape, dtype: DType, a: Value) -> Value {
        let epsilon = if dtype == DType::F32 { f32::EPSILON.into() } else { f64::EPSILON };
        let almost_half = self.vector_float(shape, dtype, 0.5 - epsilon / 4.0);
        let sign = self.sign_bits(shape, dtype);
        let sign = self.b.ins().band(a, sign);
        let moved = self.b.ins().bor(almost_half, sign);
        let moved = self.b.ins().fadd(a, moved);
        self.b.ins().trunc(moved)
    }

    fn sign_bits(&mut self, shape: Shape, dtype: DType) -> Value {
        self.vector_float(shape, dtype, -0.0)
    }

    /// A constant float in every lane.
    fn vector_float(&mut self, shape: Shape, dtype: DType, x: f64) -> Value {
        let bits = if dtype == DType::F32 { u64::from((x as f32).to_bits()) } else { x.to_bits() };
        self.vector_const(shape.vector_type(dtype), bits)
    }
}
