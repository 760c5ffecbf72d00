//! Operations on one point. The table of what each gives, to the bit, is in [`tradewind_ir::element`].

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, Value, types};
use tradewind_ir::{BinaryOp, DType, Native, UnaryOp};

use super::emit::Emitter;
use super::host::HostFunction;
use super::mode::scalar_type;

/// The comparison of floats; false for NaN, except "not equal".
pub(super) fn float_order(op: BinaryOp) -> FloatCC {
    match op {
        BinaryOp::Ne => FloatCC::NotEqual,
        BinaryOp::Lt => FloatCC::LessThan,
        BinaryOp::Le => FloatCC::LessThanOrEqual,
        BinaryOp::Gt => FloatCC::GreaterThan,
        BinaryOp::Ge => FloatCC::GreaterThanOrEqual,
        _ => FloatCC::Equal,
    }
}

/// The comparison of signed integers.
pub(super) fn int_order(op: BinaryOp) -> IntCC {
    match op {
        BinaryOp::Ne => IntCC::NotEqual,
        BinaryOp::Lt => IntCC::SignedLessThan,
        BinaryOp::Le => IntCC::SignedLessThanOrEqual,
        BinaryOp::Gt => IntCC::SignedGreaterThan,
        BinaryOp::Ge => IntCC::SignedGreaterThanOrEqual,
        _ => IntCC::Equal,
    }
}

impl Emitter<'_, '_> {
    /// `op a`.
    pub(super) fn unary(&mut self, op: UnaryOp, dtype: DType, a: Value) -> Value {
        match op {
            UnaryOp::Not => {
                let truth = self.cast(dtype, DType::Bool, a);
                self.b.ins().bxor_imm_u(truth, 1)
            }
            UnaryOp::Neg if dtype.is_float() => self.b.ins().fneg(a),
            UnaryOp::Neg if dtype == DType::Bool => a,
            UnaryOp::Neg => self.b.ins().ineg(a),
        }
    }

    /// `a op b` of operands of one type.
    pub(super) fn binary(&mut self, op: BinaryOp, dtype: DType, a: Value, b: Value) -> Value {
        match op {
            BinaryOp::And | BinaryOp::Or => {
                let (a, b) = (self.cast(dtype, DType::Bool, a), self.cast(dtype, DType::Bool, b));
                if op == BinaryOp::And { self.b.ins().band(a, b) } else { self.b.ins().bor(a, b) }
            }
            _ if op.is_comparison() && dtype.is_float() => self.b.ins().fcmp(float_order(op), a, b),
            _ if op.is_comparison() => self.b.ins().icmp(int_order(op), a, b),
            _ if dtype.is_float() => self.float_binary(op, dtype, a, b),
            _ if dtype == DType::Bool => {
                let value = self.int_binary(op, DType::I8, a, b);
                self.cast(DType::I8, DType::Bool, value)
            }
            _ => self.int_binary(op, dtype, a, b),
        }
    }

    fn float_binary(&mut self, op: BinaryOp, dtype: DType, a: Value, b: Value) -> Value {
        match op {
            BinaryOp::Add => self.b.ins().fadd(a, b),
            BinaryOp::Sub => self.b.ins().fsub(a, b),
            BinaryOp::Mul => self.b.ins().fmul(a, b),
            BinaryOp::Div => self.b.ins().fdiv(a, b),
            BinaryOp::FloorDiv => self.host_call(HostFunction::FloorDiv(dtype), &[a, b]),
            _ => self.host_call(HostFunction::Mod(dtype), &[a, b]),
        }
    }

    fn int_binary(&mut self, op: BinaryOp, dtype: DType, a: Value, b: Value) -> Value {
        match op {
            BinaryOp::Add => self.b.ins().iadd(a, b),
            BinaryOp::Sub => self.b.ins().isub(a, b),
            BinaryOp::Mul => self.b.ins().imul(a, b),
            _ => self.int_division(op, dtype, a, b),
        }
    }

    /// Quotients and remainders, in 64 bits. Dividing by 0 is done by 1 instead, and by -1 by negation, so that nothing traps:
    /// the results of both are replaced.
    fn int_division(&mut self, op: BinaryOp, dtype: DType, a: Value, b: Value) -> Value {
        let (a, b) = (self.cast(dtype, DType::I64, a), self.cast(dtype, DType::I64, b));
        let zero = self.int(0);
        let one = self.int(1);
        let no_divisor = self.b.ins().icmp(IntCC::Equal, b, zero);
        let minus_one = self.b.ins().icmp_imm_s(IntCC::Equal, b, -1);
        let special = self.b.ins().bor(no_divisor, minus_one);
        let divisor = self.b.ins().select(special, one, b);
        let quotient = self.b.ins().sdiv(a, divisor);
        let negated = self.b.ins().ineg(a);
        let quotient = self.b.ins().select(minus_one, negated, quotient);
        let product = self.b.ins().imul(quotient, b);
        let rest = self.b.ins().isub(a, product);
        // The signs of rest and divisor differ where the quotient was cut upward.
        let signs = self.b.ins().bxor(rest, b);
        let differ = self.b.ins().icmp(IntCC::SignedLessThan, signs, zero);
        let some = self.b.ins().icmp(IntCC::NotEqual, rest, zero);
        let cut = self.b.ins().band(differ, some);
        let result = match op {
            BinaryOp::Div => quotient,
            BinaryOp::FloorDiv => {
                let lower = self.b.ins().isub(quotient, one);
                self.b.ins().select(cut, lower, quotient)
            }
            _ => {
                let higher = self.b.ins().iadd(rest, b);
                self.b.ins().select(cut, higher, rest)
            }
        };
        let result = self.b.ins().select(no_divisor, zero, result);
        self.cast(DType::I64, dtype, result)
    }

    /// A native function other than the transcendental ones, of floats, or of integers where they have it.
    pub(super) fn simple_native(&mut self, native: Native, dtype: DType, a: Value, b: Value) -> Value {
        match native {
            Native::Min | Native::Max => {
                let op = if native == Native::Min { BinaryOp::Lt } else { BinaryOp::Gt };
                self.second_if(op, dtype, a, b)
            }
            Native::Abs if dtype == DType::Bool => a,
            _ if native.is_predicate() => self.predicate(native, dtype, a),
            _ if !dtype.is_float() => self.int_native(native, dtype, a),
            Native::Abs => self.b.ins().fabs(a),
            Native::Sqrt => self.b.ins().sqrt(a),
            Native::Floor => self.b.ins().floor(a),
            Native::Ceil => self.b.ins().ceil(a),
            Native::Trunc => self.b.ins().trunc(a),
            Native::Round => self.b.ins().nearest(a),
            _ => {
                let almost_half = self.almost_half(dtype);
                let moved = self.b.ins().fcopysign(almost_half, a);
                let moved = self.b.ins().fadd(a, moved);
                self.b.ins().trunc(moved)
            }
        }
    }

    /// `b if b op a else a`, in the form that becomes one instruction.
    fn second_if(&mut self, op: BinaryOp, dtype: DType, a: Value, b: Value) -> Value {
        let holds = match op {
            _ if !dtype.is_float() => self.b.ins().icmp(int_order(op), b, a),
            BinaryOp::Lt => self.b.ins().fcmp(FloatCC::LessThan, b, a),
            _ => self.b.ins().fcmp(FloatCC::LessThan, a, b),
        };
        self.b.ins().select(holds, b, a)
    }

    fn int_native(&mut self, native: Native, dtype: DType, a: Value) -> Value {
        match native {
            Native::Abs => {
                let negated = self.b.ins().ineg(a);
                let negative = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, a, 0);
                self.b.ins().select(negative, negated, a)
            }
            Native::Sqrt => {
                let x = self.cast(dtype, DType::F64, a);
                let root = self.b.ins().sqrt(x);
                self.cast(DType::F64, dtype, root)
            }
            _ => a,
        }
    }

    fn predicate(&mut self, native: Native, dtype: DType, a: Value) -> Value {
        if !dtype.is_float() {
            return self.b.ins().iconst(types::I8, i64::from(native == Native::IsFinite));
        }
        if native == Native::IsNan {
            return self.b.ins().fcmp(FloatCC::Unordered, a, a);
        }
        let size = self.b.ins().fabs(a);
        let infinity = match dtype {
            DType::F32 => self.b.ins().f32const(f32::INFINITY),
            _ => self.b.ins().f64const(f64::INFINITY),
        };
        let order = if native == Native::IsInf { FloatCC::Equal } else { FloatCC::LessThan };
        self.b.ins().fcmp(order, size, infinity)
    }

    /// The largest float below one half: adding it and cutting rounds halves away from zero, and nothing else.
    fn almost_half(&mut self, dtype: DType) -> Value {
        match dtype {
            DType::F32 => self.b.ins().f32const(0.5 - f32::EPSILON / 4.0),
            _ => self.b.ins().f64const(0.5 - f64::EPSILON / 4.0),
        }
    }

    /// The value converted as [`tradewind_ir::Value::cast`] does.
    pub(super) fn cast(&mut self, from: DType, to: DType, a: Value) -> Value {
        let ty = scalar_type(to);
        match (from, to) {
            _ if from == to => a,
            (_, DType::Bool) if from.is_float() => {
                let zero = self.zero(scalar_type(from));
                self.b.ins().fcmp(FloatCC::NotEqual, a, zero)
            }
            (_, DType::Bool) => self.b.ins().icmp_imm_s(IntCC::NotEqual, a, 0),
            (DType::F32, DType::F64) => self.b.ins().fpromote(ty, a),
            (DType::F64, DType::F32) => self.b.ins().fdemote(ty, a),
            (_, DType::I8 | DType::I16) if from.is_float() => self.saturate(to, a),
            _ if from.is_float() => self.b.ins().fcvt_to_sint_sat(ty, a),
            _ if to.is_float() => {
                let wide = if from.size() < 4 { self.cast(from, DType::I32, a) } else { a };
                self.b.ins().fcvt_from_sint(ty, wide)
            }
            _ if from.size() > to.size() => self.b.ins().ireduce(ty, a),
            _ if from.size() == to.size() => a,
            (DType::Bool, _) => self.b.ins().uextend(ty, a),
            _ => self.b.ins().sextend(ty, a),
        }
    }

    /// A float as a narrow integer.
    fn saturate(&mut self, to: DType, a: Value) -> Value {
        let (low, high) = if to == DType::I8 { (i8::MIN.into(), i8::MAX.into()) } else { (i16::MIN, i16::MAX) };
        let wide = self.b.ins().fcvt_to_sint_sat(types::I32, a);
        let low = self.b.ins().iconst(types::I32, i64::from(low));
        let high = self.b.ins().iconst(types::I32, i64::from(high));
        let wide = self.b.ins().smax(wide, low);
        let wide = self.b.ins().smin(wide, high);
        self.b.ins().ireduce(scalar_type(to), wide)
    }
}
