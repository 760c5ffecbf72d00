//! The result of every operation on [`Value`]s. The table of results is in [`crate::element`].
//!
//! In a verified expression each operation has operands of a type that it takes. The functions here are total in any case: they
//! convert a second operand of another type to the type of the first.

use crate::domain::Domain;
use crate::element::Element;
use crate::expr::{BinaryOp, Expr, ExprKind, Native, UnaryOp};
use crate::ids::ScalarId;
use crate::types::DType;
use crate::value::Value;
use crate::with_element;

/// `op a`; of the operand's type.
pub fn unary(op: UnaryOp, a: Value) -> Value {
    match op {
        UnaryOp::Neg => with_element!(a.dtype(), T => T::of(a).neg().value()),
        UnaryOp::Not => Value::Bool(!a.is_true()),
    }
}

/// `a op b`; boolean for comparisons and logic, else of the first operand's type.
pub fn binary(op: BinaryOp, a: Value, b: Value) -> Value {
    let boolean = op.is_comparison() || matches!(op, BinaryOp::And | BinaryOp::Or);
    with_element!(a.dtype(), T => {
        let (x, y) = (T::of(a), T::of(b));
        if boolean { T::compare(op, x, y).value() } else { T::binary(op, x, y).value() }
    })
}

/// `native(args)`; boolean for predicates, else of the first argument's type. Missing arguments count as zero.
pub fn call(native: Native, args: &[Value]) -> Value {
    let a = args.first().copied().unwrap_or(Value::F64(0.0));
    let at = |n: usize| args.get(n).copied().unwrap_or(Value::zero(a.dtype()));
    with_element!(a.dtype(), T => {
        if native.is_predicate() { T::predicate(native, T::of(a)).value() } else { T::native(native, [0, 1, 2].map(|n| T::of(at(n)))).value() }
    })
}

/// The value of an expression that is the same at every point; `None` if it is not (see [`Expr::is_uniform`]). `scalar` gives
/// the values of scalars, `domain` those of positions such as `end-1`.
pub fn uniform(expr: &Expr, scalar: &dyn Fn(ScalarId) -> Value, domain: Domain) -> Option<Value> {
    let go = |e: &Expr| uniform(e, scalar, domain);
    Some(match &expr.kind {
        ExprKind::Literal(value) => *value,
        ExprKind::Scalar(id) => scalar(*id),
        ExprKind::Bound(axis, bound) => Value::I64(bound.at(domain[axis.index()])).cast(DType::I32),
        ExprKind::Field(_) | ExprKind::Index(_) | ExprKind::Inside(_) => return None,
        ExprKind::Unary(op, a) => unary(*op, go(a)?),
        ExprKind::Binary(op, a, b) => binary(*op, go(a)?, go(b)?),
        ExprKind::Ternary(c, a, b) => {
            let (c, a, b) = (go(c)?, go(a)?, go(b)?);
            if c.is_true() { a } else { b }
        }
        ExprKind::Cast(a) => go(a)?.cast(expr.dtype),
        ExprKind::Call(native, args) => call(*native, &args.iter().map(go).collect::<Option<Vec<_>>>()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use BinaryOp::{Div, FloorDiv, Mod};

    #[test]
    fn integer_division_is_total_and_rounds_down() {
        let cases = [(Mod, -1, 3, 2), (Mod, 1, -3, -2), (Mod, 6, 3, 0), (Mod, 5, 0, 0), (FloorDiv, -1, 3, -1)];
        let more = [(FloorDiv, 7, -2, -4), (FloorDiv, 6, -2, -3), (FloorDiv, 5, 0, 0), (Div, -7, 2, -3)];
        for (op, a, b, want) in cases.into_iter().chain(more) {
            assert_eq!(binary(op, Value::I32(a), Value::I32(b)), Value::I32(want), "{a} {} {b}", op.symbol());
        }
        for op in [Div, FloorDiv] {
            assert_eq!(binary(op, Value::I64(i64::MIN), Value::I64(-1)), Value::I64(i64::MIN));
        }
        assert_eq!(binary(Mod, Value::I8(i8::MIN), Value::I8(-1)), Value::I8(0));
    }

    #[test]
    fn float_division_is_pythons() {
        let inf = f64::INFINITY;
        let cases = [
            (Mod, -1.0, 3.0, 2.0),
            (Mod, 1.0, -3.0, -2.0),
            (Mod, -6.0, 3.0, 0.0),
            (Mod, 6.0, -3.0, -0.0),
            (Mod, -1.0, inf, inf),
            (Mod, 1.0, 0.0, f64::NAN),
            (FloorDiv, -1.0, 3.0, -1.0),
            (FloorDiv, 1.0, 0.1, 9.0),
            (FloorDiv, -0.0, 3.0, -0.0),
            (FloorDiv, 1.0, 0.0, inf),
            (FloorDiv, 0.0, 0.0, f64::NAN),
            (FloorDiv, -1.0, inf, -1.0),
        ];
        for (op, a, b, want) in cases {
            assert_eq!(binary(op, Value::F64(a), Value::F64(b)), Value::F64(want), "{a} {} {b}", op.symbol());
        }
    }

    #[test]
    fn min_and_max_keep_the_first_operand_unless_the_second_is_strictly_beyond() {
        let nan = Value::F64(f64::NAN);
        for native in [Native::Min, Native::Max] {
            assert_eq!(call(native, &[nan, Value::F64(1.0)]), nan);
            assert_eq!(call(native, &[Value::F64(1.0), nan]), Value::F64(1.0));
            assert_eq!(call(native, &[Value::F64(-0.0), Value::F64(0.0)]), Value::F64(-0.0));
        }
    }

    #[test]
    fn fma_rounds_once() {
        let fma = |a: f64, b: f64, c: f64| call(Native::Fma, &[a, b, c].map(Value::F64));
        let step = f64::EPSILON;
        assert_eq!(fma(1.0 + step, 1.0 + step, -1.0 - 2.0 * step), Value::F64(step * step));
        assert_eq!(fma(1e300, 1e300, f64::NEG_INFINITY), Value::F64(f64::NEG_INFINITY));
        assert_eq!(fma(1e200, 1e200, -1e300), Value::F64(f64::INFINITY));
        assert_eq!(fma(-0.0, 1.0, 0.0), Value::F64(0.0));
        let step = f32::EPSILON;
        let narrow = [1.0 + step, 1.0 + step, -1.0 - 2.0 * step].map(Value::F32);
        assert_eq!(call(Native::Fma, &narrow), Value::F32(step * step));
    }

    #[test]
    fn rounding_and_wrapping() {
        assert_eq!(call(Native::Round, &[Value::F32(2.5)]), Value::F32(2.0));
        assert_eq!(call(Native::RoundAway, &[Value::F32(2.5)]), Value::F32(3.0));
        assert_eq!(call(Native::RoundAway, &[Value::F64(-2.5)]), Value::F64(-3.0));
        assert_eq!(call(Native::Abs, &[Value::I16(i16::MIN)]), Value::I16(i16::MIN));
        assert_eq!(unary(UnaryOp::Neg, Value::F64(0.0)), Value::F64(-0.0));
        assert_eq!(Value::F64(f64::NAN).cast(DType::I32), Value::I32(0));
        assert_eq!(Value::F64(1e30).cast(DType::I8), Value::I8(i8::MAX));
        assert_eq!(call(Native::Exp, &[Value::F32(1.0)]), Value::F32(std::f64::consts::E as f32));
    }
}
