//! What an assignment loses: the fraction, digits or range that the type of its target does not have.

use tradewind_ir::{DType, Expr, ExprKind, Native, Value};

/// What is lost when `value` is converted to `to`, as the end of a message.
///
/// A literal is judged by its value, and the width of literals beside narrower operands does not count: `2.0 * a` of a field
/// `a` of f32 is as good as `a`, in whatever precision it is computed.
pub fn of(value: &Expr, to: DType) -> Option<&'static str> {
    if let ExprKind::Literal(literal) = value.kind {
        return of_literal(literal, to);
    }
    let from = value.dtype;
    match (from.is_float(), to.is_float()) {
        (true, false) if to.is_int() => (!is_whole(value)).then_some("the fraction of this value is lost"),
        (true, true) if is_wider(from, to) => origin(value).is_some_and(|d| is_wider(d, to)).then_some(DIGITS),
        (false, true) if from == DType::I64 && to == DType::F32 => Some(DIGITS),
        (false, false) if from.is_int() && to.is_int() && is_wider(from, to) => Some("a value beyond their range wraps around"),
        _ => None,
    }
}

const DIGITS: &str = "digits of this value are lost";

fn of_literal(literal: Value, to: DType) -> Option<&'static str> {
    let from = literal.dtype();
    let back = literal.cast(to).cast(from);
    match (from.is_float(), to.is_int()) {
        (true, true) if back != literal => Some("the fraction of this value is lost"),
        (false, true) if from.is_int() && back != literal => Some("this value is beyond their range"),
        _ => None,
    }
}

/// What the elements are, for a message.
pub fn kind(dtype: DType) -> String {
    if dtype.is_int() { format!("integers ({dtype})") } else { dtype.to_string() }
}

fn is_wider(a: DType, b: DType) -> bool {
    a.size() > b.size()
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

/// The widest float among the fields and scalars that the value is computed from.
fn origin(value: &Expr) -> Option<DType> {
    match &value.kind {
        _ if !value.dtype.is_float() => None,
        ExprKind::Literal(_) => None,
        ExprKind::Field(_) | ExprKind::Scalar(_) => Some(value.dtype),
        ExprKind::Cast(inner) if inner.dtype == DType::I64 => Some(value.dtype),
        _ => widest(value.children().into_iter().map(origin)),
    }
}

fn widest(types: impl IntoIterator<Item = Option<DType>>) -> Option<DType> {
    types.into_iter().flatten().max_by_key(|dtype| dtype.size())
}
