//! Expressions in Python: the same code serves single points and whole planes, because NumPy's operators take both.
//!
//! Arithmetic without any array needs care. Python's numbers are doubles and unbounded integers, and NumPy 1 computes
//! `np.float32(x) * 0.1` in double. If no operand is an array, constants of the narrower types are therefore written as NumPy
//! scalars. Divisions have at least one NumPy scalar, so that division by zero follows IEEE 754.

use super::bounds::position;
use super::native::spelling;
use super::text::{Kind, Level, Text, joint, numpy_name};
use tradewind_ir::{
    Access, Anchor, Axis, BinaryOp, Bound, DType, Expr, ExprKind, HorizontalBox, Native, ScalarId, UnaryOp, Value, eval, math,
};

/// What the expression's place says about the things that depend on it.
pub trait Points {
    /// A scalar parameter or variable.
    fn scalar(&self, id: ScalarId) -> Text;
    /// The element or elements that an access reads.
    fn field(&self, access: &Access) -> Text;
    /// The position on an axis, an integer of type `dtype`.
    fn index(&self, axis: Axis, dtype: DType) -> Text;
    /// A position such as `end-1`, a Python number.
    fn bound(&self, axis: Axis, bound: Bound) -> Text {
        match bound.anchor {
            Anchor::Start => Text::constant(Value::I32(bound.offset)),
            Anchor::End => Text { level: Level::Sum, ..Text::atom(position(axis, bound, 0), Kind::Number) },
        }
    }
    /// Whether the point lies in a box.
    fn inside(&self, region: &HorizontalBox) -> Text;
}

/// The expression in Python; it gives its type's values to the bit, except functions that are not exact.
pub fn expression(expr: &Expr, at: &dyn Points) -> Text {
    let go = |e: &Expr| expression(e, at);
    match &expr.kind {
        ExprKind::Literal(value) => Text::constant(*value),
        ExprKind::Scalar(id) => at.scalar(*id),
        ExprKind::Field(access) => at.field(access),
        ExprKind::Index(axis) => at.index(*axis, DType::I32),
        ExprKind::Bound(axis, bound) => at.bound(*axis, *bound),
        ExprKind::Inside(region) => at.inside(region),
        ExprKind::Unary(op, a) => unary(*op, go(a)),
        ExprKind::Binary(op, a, b) => binary(*op, a.dtype, go(a), go(b)),
        ExprKind::Ternary(c, a, b) => ternary(expr.dtype, go(c), go(a), go(b)),
        ExprKind::Cast(a) => match &a.kind {
            ExprKind::Index(axis) if matches!(expr.dtype, DType::I64 | DType::F64) => at.index(*axis, expr.dtype),
            _ => cast(go(a), a.dtype, expr.dtype),
        },
        ExprKind::Call(native, args) => {
            call(*native, args.first().map_or(expr.dtype, |a| a.dtype), args.iter().map(go).collect())
        }
    }
}

fn unary(op: UnaryOp, a: Text) -> Text {
    if let Some(value) = a.constant {
        return Text::constant(eval::unary(op, value));
    }
    let (code, level) = match op {
        UnaryOp::Neg => (format!("-{}", a.within(Level::Atom)), Level::Sign),
        UnaryOp::Not if a.is_array() => (format!("~{}", a.within(Level::Atom)), Level::Sign),
        UnaryOp::Not => (format!("not {}", a.within(Level::Not)), Level::Not),
    };
    let kind = if op == UnaryOp::Not && !a.is_array() { Kind::Number } else { a.kind };
    Text { code, level, kind, axes: a.axes, constant: None }
}

fn binary(op: BinaryOp, dtype: DType, a: Text, b: Text) -> Text {
    if let (Some(x), Some(y)) = (a.constant, b.constant) {
        return Text::constant(eval::binary(op, x, y));
    }
    let (a, b) = meeting(op, dtype, a, b);
    let arrays = a.is_array() || b.is_array();
    let (sign, level, left, right) = match op {
        BinaryOp::Add => ("+", Level::Sum, Level::Sum, Level::Product),
        BinaryOp::Sub => ("-", Level::Sum, Level::Sum, Level::Product),
        BinaryOp::Mul => ("*", Level::Product, Level::Product, Level::Sign),
        BinaryOp::Div if dtype.is_int() => return helper("cut_quotient", &[a.typed(dtype), b.typed(dtype)]),
        BinaryOp::Div => ("/", Level::Product, Level::Product, Level::Sign),
        BinaryOp::FloorDiv => ("//", Level::Product, Level::Product, Level::Sign),
        BinaryOp::Mod => ("%", Level::Product, Level::Product, Level::Sign),
        BinaryOp::And if arrays => ("&", Level::BitAnd, Level::BitAnd, Level::Sum),
        BinaryOp::Or if arrays => ("|", Level::BitOr, Level::BitOr, Level::BitAnd),
        BinaryOp::And => ("and", Level::And, Level::And, Level::Not),
        BinaryOp::Or => ("or", Level::Or, Level::Or, Level::And),
        _ => (op.symbol(), Level::Compare, Level::BitOr, Level::BitOr),
    };
    let code = format!("{} {sign} {}", a.within(left), b.within(right));
    let kind = if matches!(op, BinaryOp::And | BinaryOp::Or) && !arrays { Kind::Number } else { a.kind.max(b.kind) };
    Text { code, level, kind, axes: joint(&[&a, &b]), constant: None }
}

/// The operands as they may meet: with NumPy scalars for Python numbers where those would be computed with differently.
fn meeting(op: BinaryOp, dtype: DType, a: Text, b: Text) -> (Text, Text) {
    let logic = matches!(op, BinaryOp::And | BinaryOp::Or) || dtype == DType::Bool;
    if logic || a.is_array() || b.is_array() {
        return (a, b);
    }
    let numbers = a.kind == Kind::Number && b.kind == Kind::Number;
    let divides = matches!(op, BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Mod);
    match dtype {
        DType::F64 if numbers && divides => (a.typed(dtype), b),
        DType::F64 => (a, b),
        DType::F32 => (a.typed(dtype), b.typed(dtype)),
        _ if op.is_comparison() => (a, b),
        DType::I64 if numbers => (a.typed(dtype), b),
        DType::I64 => (a, b),
        _ => (a.typed(dtype), b.typed(dtype)),
    }
}

fn ternary(dtype: DType, c: Text, a: Text, b: Text) -> Text {
    if let Some(held) = c.constant {
        return if held.is_true() { a } else { b };
    }
    if [&c, &a, &b].into_iter().any(Text::is_array) {
        return choose(&c, a, b, dtype);
    }
    let axes = joint(&[&c, &a, &b]);
    let (a, b) = (chosen(a, dtype), chosen(b, dtype));
    let code = format!("{} if {} else {}", a.within(Level::Or), c.within(Level::Or), b.within(Level::Ternary));
    let kind = a.kind.min(b.kind);
    Text { code, level: Level::Ternary, kind, axes, constant: None }
}

/// `np.where(mask, a, b)`
pub fn choose(mask: &Text, a: Text, b: Text, dtype: DType) -> Text {
    let axes = joint(&[mask, &a, &b]);
    let (a, b) = (chosen(a, dtype), chosen(b, dtype));
    Text::array(format!("np.where({}, {}, {})", mask.code, a.code, b.code), axes)
}

/// An operand that may be the result as it is: of the right type, not only of the right value.
fn chosen(operand: Text, dtype: DType) -> Text {
    match dtype {
        DType::F64 | DType::I64 | DType::Bool => operand,
        _ => operand.typed(dtype),
    }
}

fn cast(a: Text, from: DType, to: DType) -> Text {
    if let Some(value) = a.constant {
        return Text::constant(value.cast(to));
    }
    if from == to {
        return a;
    }
    let axes = a.axes;
    let kind = a.kind.max(Kind::Scalar);
    let method = |a: Text| format!("{}.astype({})", a.typed(from).within(Level::Atom), numpy_name(to));
    let code = match (from, to) {
        (_, DType::Bool) => {
            let a = if a.kind == Kind::Array { a } else { a.typed(from) };
            return Text {
                code: format!("{} != 0", a.within(Level::BitOr)),
                level: Level::Compare,
                kind,
                axes,
                constant: None,
            };
        }
        (from, to) if from.is_float() && to.is_int() => format!("to_integer({}, {})", a.typed(from).code, numpy_name(to)),
        (_, DType::F32 | DType::F64) => format!("{}({})", numpy_name(to), a.code),
        _ => method(a),
    };
    Text { axes, ..Text::atom(code, kind) }
}

fn call(native: Native, dtype: DType, args: Vec<Text>) -> Text {
    let plain = native == Native::Pow && args.get(1).and_then(|b| b.constant).is_some_and(|b| b.as_f64() != 0.5);
    let spelling = if plain { "np.power" } else { spelling(native) };
    let arrays = args.iter().any(Text::is_array);
    let args: Vec<Text> = args.into_iter().map(|a| chosen(a, dtype)).collect();
    if matches!(native, Native::Min | Native::Max) && !arrays {
        // Python's own do exactly this: the first operand, unless the second is strictly beyond it.
        let kind = args.iter().map(|a| a.kind).min().unwrap_or(Kind::Number);
        let name = if native == Native::Min { "min" } else { "max" };
        return Text { kind, ..helper(name, &args) };
    }
    if native == Native::Abs {
        let kind = args.first().map_or(Kind::Number, |a| a.kind);
        return Text { kind, ..helper(spelling, &args) };
    }
    // What has no definition every correct implementation does alike; the others are computed in double, as the interpreter does.
    if math::definition(native).is_none() || dtype == DType::F64 {
        return helper(spelling, &args);
    }
    let wide: Vec<Text> = args.iter().map(|a| Text { code: format!("np.float64({})", a.code), ..a.clone() }).collect();
    let inner = helper(spelling, &wide);
    Text { code: format!("{}({})", numpy_name(dtype), inner.code), ..inner }
}

/// A call with the operands as arguments.
pub fn helper(name: &str, args: &[Text]) -> Text {
    let kind = args.iter().map(|a| a.kind).max().unwrap_or(Kind::Scalar).max(Kind::Scalar);
    let codes: Vec<&str> = args.iter().map(|a| a.code.as_str()).collect();
    let axes = joint(&args.iter().collect::<Vec<_>>());
    Text { axes, ..Text::atom(format!("{name}({})", codes.join(", ")), kind) }
}
