//! What an assignment loses: the fraction, digits or range that the type of its target cannot hold.

use tradewind_ir::{DType, Expr, ExprKind, Native, Value};

const FRACTION: &str = "the fraction of this value is lost";
const DIGITS: &str = "digits of this value are lost";
const RANGE: &str = "this value is beyond their range";
const TRUTH: &str = "only whether this value is zero is kept";

/// What is lost when `value` is converted to `to`, as the end of a message.
///
/// A literal is judged by its value, and the width of literals beside narrower operands does not count: `2.0 * a` of a field
/// `a` of f32 is as good as `a`, in whatever precision it is computed. Nor does that of levels and other indexes, which are small.
pub fn of(value: &Expr, to: DType) -> Option<&'static str> {
    if let ExprKind::Literal(literal) = value.kind {
        return of_literal(literal, to);
    }
    let from = value.dtype;
    match (from.is_float(), to) {
        (_, DType::Bool) => (from != DType::Bool).then_some(TRUTH),
        (true, DType::F32 | DType::F64) => (digits(value) > precision(to)).then_some(DIGITS),
        (false, DType::F32) => (digits(value) > precision(to)).then_some("digits of values beyond 2**24 are lost"),
        // NumPy calls this one safe, and so does everyone who puts a counter into a float.
        (false, DType::F64) => None,
        (true, _) => (!is_whole(value)).then_some(FRACTION),
        (false, _) => (from.is_int() && from.size() > to.size()).then_some("a value beyond their range wraps around"),
    }
}

fn of_literal(literal: Value, to: DType) -> Option<&'static str> {
    let from = literal.dtype();
    let is_kept = |v: Value| match (from.is_float(), to.is_float()) {
        (true, _) => v.cast(to).as_f64() == v.as_f64(),
        (false, true) => v.cast(to).as_f64() as i128 == i128::from(v.as_i64()),
        (false, false) => v.cast(to).as_i64() == v.as_i64(),
    };
    match (from, to) {
        (DType::Bool, _) => None,
        (_, DType::Bool) => (!matches!(literal.as_f64(), 0.0 | 1.0)).then_some(TRUTH),
        (DType::F32 | DType::F64, DType::F32 | DType::F64) => {
            let (given, kept) = (literal.as_f64(), literal.cast(to).as_f64());
            (given.is_finite() && !kept.is_finite() || given != 0.0 && kept == 0.0).then_some("this value is beyond its range")
        }
        (DType::F32 | DType::F64, _) if !is_kept(Value::F64(literal.as_f64().trunc())) => Some(RANGE),
        (DType::F32 | DType::F64, _) => (!is_kept(literal)).then_some(FRACTION),
        (_, DType::F32 | DType::F64) => (!is_kept(literal)).then_some(DIGITS),
        _ => (!is_kept(literal)).then_some(RANGE),
    }
}

/// What the elements are, for a message.
pub fn kind(dtype: DType) -> String {
    if dtype.is_int() { format!("integers ({dtype})") } else { dtype.to_string() }
}

/// How many binary digits a value of a type has at most.
fn precision(dtype: DType) -> u32 {
    match dtype {
        DType::Bool => 1,
        DType::I8 => 8,
        DType::I16 => 16,
        DType::F32 => 24,
        DType::I32 => 32,
        DType::F64 => 53,
        DType::I64 => 64,
    }
}

/// How many binary digits a value has by the fields and scalars that it is computed from.
fn digits(value: &Expr) -> u32 {
    let below = || value.children().into_iter().map(digits).max().unwrap_or(0);
    match &value.kind {
        _ if value.dtype == DType::Bool => 0,
        ExprKind::Literal(_) | ExprKind::Index(_) | ExprKind::Bound(..) => 0,
        ExprKind::Field(_) | ExprKind::Scalar(_) => precision(value.dtype),
        ExprKind::Cast(_) => below().min(precision(value.dtype)),
        _ => below(),
    }
}

/// Whether a float has no fraction by the way it is made.
fn is_whole(value: &Expr) -> bool {
    use Native::{Ceil, Floor, Round, RoundAway, Trunc};
    match &value.kind {
        ExprKind::Call(Floor | Ceil | Trunc | Round | RoundAway, _) => true,
        ExprKind::Cast(inner) => inner.dtype.is_int() || is_whole(inner),
        _ => false,
    }
}
