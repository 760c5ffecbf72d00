//! Types of operands: promotion, casts, and the weak typing of literals.

use crate::options::Options;
use tradewind_ir::{BinaryOp, DType, Expr, ExprKind, Native, Span, UnaryOp, Value};

/// A float literal of the option's precision.
pub fn float(value: f64, options: &Options, span: Span) -> Expr {
    Expr::literal(Value::F64(value).cast(options.literal_float), span)
}

/// An integer literal of the option's precision, wider where it would not fit.
pub fn int(value: i64, options: &Options, span: Span) -> Expr {
    let narrow = options.literal_int == DType::I32 && i32::try_from(value).is_ok();
    let dtype = if narrow { DType::I32 } else { DType::I64 };
    Expr::literal(Value::I64(value).cast(dtype), span)
}

/// `e` converted to `dtype`: literals at once, others by a cast.
pub fn cast(e: Expr, dtype: DType) -> Expr {
    let span = e.span;
    match e.kind {
        _ if e.dtype == dtype => e,
        ExprKind::Literal(value) => Expr::literal(value.cast(dtype), span),
        _ => Expr { kind: ExprKind::Cast(Box::new(e)), dtype, span },
    }
}

/// The type in which two operands meet: NumPy's, where an integer literal takes the type of the number beside it if it fits.
pub fn common(a: &Expr, b: &Expr) -> DType {
    let takes = |literal: i64, dtype: DType| dtype.is_float() || Value::I64(literal).cast(dtype).as_i64() == literal;
    match (int_literal(a), int_literal(b)) {
        (Some(literal), None) if b.dtype != DType::Bool && takes(literal, b.dtype) => b.dtype,
        (None, Some(literal)) if a.dtype != DType::Bool && takes(literal, a.dtype) => a.dtype,
        _ => a.dtype.promote(b.dtype),
    }
}

/// The value of an integer literal.
pub fn int_literal(e: &Expr) -> Option<i64> {
    match e.kind {
        ExprKind::Literal(value) if e.dtype.is_int() => Some(value.as_i64()),
        _ => None,
    }
}

/// `a op b` for an arithmetic operation or a comparison.
pub fn binary(op: BinaryOp, a: Expr, b: Expr, options: &Options) -> Expr {
    let span = a.span.to(b.span);
    if let Some(folded) = fold(op, &a, &b, options, span) {
        return folded;
    }
    let dtype = match (op, common(&a, &b)) {
        (BinaryOp::Eq | BinaryOp::Ne, DType::Bool) => DType::Bool,
        (BinaryOp::Div, dtype) if !dtype.is_float() => float_type(&a, &b, options),
        (_, DType::Bool) => options.literal_int,
        (_, dtype) => dtype,
    };
    let result = if op.is_comparison() { DType::Bool } else { dtype };
    let kind = ExprKind::Binary(op, Box::new(cast(a, dtype)), Box::new(cast(b, dtype)));
    Expr { kind, dtype: result, span }
}

/// Where two integers become a float: literals alone follow the option, others are doubles as in NumPy.
fn float_type(a: &Expr, b: &Expr, options: &Options) -> DType {
    if int_literal(a).is_some() && int_literal(b).is_some() { options.literal_float } else { DType::F64 }
}

/// Arithmetic on integer literals, so that the result is a literal again and takes a float's type beside one.
fn fold(op: BinaryOp, a: &Expr, b: &Expr, options: &Options, span: Span) -> Option<Expr> {
    let (a, b) = (int_literal(a)?, int_literal(b)?);
    let value = match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Sub => a.checked_sub(b),
        BinaryOp::Mul => a.checked_mul(b),
        BinaryOp::FloorDiv => crate::constant::floor_div(a, b),
        BinaryOp::Mod => crate::constant::floor_div(a, b).map(|q| a.wrapping_sub(q.wrapping_mul(b))),
        _ => None,
    };
    value.map(|v| int(v, options, span))
}

/// `-a`; of a literal the literal.
pub fn negate(a: Expr, options: &Options, span: Span) -> Expr {
    match a.kind {
        ExprKind::Literal(Value::F64(v)) => Expr::literal(Value::F64(-v), span),
        ExprKind::Literal(Value::F32(v)) => Expr::literal(Value::F32(-v), span),
        ExprKind::Literal(v) if a.dtype.is_int() && v.as_i64() != i64::MIN => int(-v.as_i64(), options, span),
        _ => {
            let a = if a.dtype == DType::Bool { cast(a, options.literal_int) } else { a };
            let dtype = a.dtype;
            Expr { kind: ExprKind::Unary(UnaryOp::Neg, Box::new(a)), dtype, span }
        }
    }
}

/// `not a`, of a boolean.
pub fn not(a: Expr, span: Span) -> Expr {
    Expr { kind: ExprKind::Unary(UnaryOp::Not, Box::new(a)), dtype: DType::Bool, span }
}

/// `a and b`, `a or b`, of booleans.
pub fn logic(op: BinaryOp, a: Expr, b: Expr) -> Expr {
    let span = a.span.to(b.span);
    Expr { kind: ExprKind::Binary(op, Box::new(a), Box::new(b)), dtype: DType::Bool, span }
}

/// `then if condition else otherwise`, with both sides brought to one type.
pub fn ternary(condition: Expr, then: Expr, otherwise: Expr, span: Span) -> Expr {
    let dtype = common(&then, &otherwise);
    let sides = (Box::new(cast(then, dtype)), Box::new(cast(otherwise, dtype)));
    Expr { kind: ExprKind::Ternary(Box::new(condition), sides.0, sides.1), dtype, span }
}

/// A native function of as many arguments as it takes, brought to the type it works in. `pow` is
/// [`Lower::power`](crate::lower::Lower::power).
pub fn native(function: Native, args: Vec<Expr>, options: &Options, span: Span) -> Expr {
    match function {
        Native::Abs => {
            let arg = one(args, options, span);
            let dtype = if arg.dtype == DType::Bool { options.literal_int } else { arg.dtype };
            call(function, vec![cast(arg, dtype)], dtype, span)
        }
        Native::Min | Native::Max => {
            let mut args = args.into_iter();
            let mut next = || args.next().unwrap_or_else(|| int(0, options, span));
            let (a, b) = (next(), next());
            let dtype = match common(&a, &b) {
                DType::Bool => options.literal_int,
                dtype => dtype,
            };
            call(function, vec![cast(a, dtype), cast(b, dtype)], dtype, span)
        }
        _ => {
            let arg = one(args, options, span);
            let dtype = match int_literal(&arg) {
                _ if arg.dtype.is_float() => arg.dtype,
                Some(_) => options.literal_float,
                None => DType::F64,
            };
            let result = if function.is_predicate() { DType::Bool } else { dtype };
            call(function, vec![cast(arg, dtype)], result, span)
        }
    }
}

fn one(args: Vec<Expr>, options: &Options, span: Span) -> Expr {
    args.into_iter().next().unwrap_or_else(|| int(0, options, span))
}

fn call(function: Native, args: Vec<Expr>, dtype: DType, span: Span) -> Expr {
    Expr { kind: ExprKind::Call(function, args), dtype, span }
}
