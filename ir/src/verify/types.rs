//! Types, ids and depth of expressions: the same in stencils and programs.

use super::{MAX_DEPTH, check_bounds, is_near};
use crate::diagnostic::{Code, Diagnostic};
use crate::domain::{Axes, Axis};
use crate::expr::{Access, BinaryOp, Component, Expr, ExprKind, Native, UnaryOp};
use crate::ids::{FieldId, ScalarId};
use crate::source::Span;
use crate::types::DType;

/// The tables that expressions refer to.
pub(super) trait Tables {
    /// The field's name, type, axes and number of components.
    fn field(&self, id: FieldId) -> Option<(&str, DType, Axes, u32)>;
    /// The scalar's type.
    fn scalar(&self, id: ScalarId) -> Option<DType>;
}

/// What is wrong with an expression and all below it; whether it was whole enough to be looked at further.
pub(super) fn check_expr(expr: &Expr, tables: &dyn Tables, depth: usize, found: &mut Vec<Diagnostic>) {
    if depth > MAX_DEPTH {
        let message = format!("nested deeper than {MAX_DEPTH} levels");
        return found.push(Diagnostic::error(Code::LIMIT, message, expr.span, "assign parts of this to temporaries"));
    }
    if let ExprKind::Field(access) = &expr.kind {
        check_access(access, tables, expr.span, depth, found);
    } else {
        for child in expr.children() {
            check_expr(child, tables, depth + 1, found);
        }
    }
    if let Err(message) = check_type(expr, tables, found) {
        found.push(Diagnostic::error(Code::INVALID_OIR, message, expr.span, format!("of type `{}`", expr.dtype)));
    }
}

/// What is wrong with an access and its index.
pub(super) fn check_access(access: &Access, tables: &dyn Tables, span: Span, depth: usize, found: &mut Vec<Diagnostic>) {
    let Some((name, _, axes, components)) = tables.field(access.field) else {
        return found.push(Diagnostic::error(
            Code::INVALID_OIR,
            format!("there is no field {}", access.field),
            span,
            "used here",
        ));
    };
    let [i, j] = access.offset;
    let k = access.k.known().unwrap_or(0);
    for (axis, offset) in Axis::ALL.into_iter().zip([i, j, k]) {
        if offset != 0 && !axes.has(axis) {
            let message = format!("`{name}` has no axis {} to be offset along", axis.to_string().to_uppercase());
            found.push(Diagnostic::error(Code::INVALID_OIR, message, span, format!("the field's axes are {axes}")));
        }
        if !is_near(offset) {
            found.push(Diagnostic::error(
                Code::INVALID_OIR,
                format!("the offset {offset} is too far away"),
                span,
                "no domain is as large",
            ));
        }
    }
    if let Some(index) = access.k.expr() {
        if !axes.has(Axis::K) {
            let message = format!("`{name}` has no axis K to be indexed along");
            found.push(Diagnostic::error(Code::INVALID_OIR, message, span, format!("the field's axes are {axes}")));
        }
        check_index(index, "level", tables, depth, found);
    }
    match &access.component {
        Component::Static(n) if *n >= components => {
            let message = format!("`{name}` has {components} components, and none has the number {n}");
            found.push(Diagnostic::error(Code::INVALID_OIR, message, span, "used here"));
        }
        Component::Static(_) => {}
        Component::Computed(index) => check_index(index, "component", tables, depth, found),
    }
}

fn check_index(index: &Expr, what: &str, tables: &dyn Tables, depth: usize, found: &mut Vec<Diagnostic>) {
    if !index.dtype.is_int() {
        let message = format!("a {what} must be an integer, not `{}`", index.dtype);
        found.push(Diagnostic::error(Code::INVALID_OIR, message, index.span, "the index"));
    }
    check_expr(index, tables, depth + 1, found);
}

/// Whether the expression's type is what its kind gives, and its operands' types are what it takes.
fn check_type(expr: &Expr, tables: &dyn Tables, found: &mut Vec<Diagnostic>) -> Result<(), String> {
    let is_number = |d: DType| d != DType::Bool;
    let given = match &expr.kind {
        ExprKind::Literal(value) => value.dtype(),
        ExprKind::Scalar(id) => tables.scalar(*id).ok_or_else(|| format!("there is no scalar {id}"))?,
        // A missing field was reported with the access.
        ExprKind::Field(access) => tables.field(access.field).map_or(expr.dtype, |(_, dtype, ..)| dtype),
        ExprKind::Index(_) => DType::I32,
        ExprKind::Bound(_, bound) => {
            check_bounds([*bound], expr.span, found);
            DType::I32
        }
        ExprKind::Inside(region) => {
            check_bounds(region.edges(), expr.span, found);
            DType::Bool
        }
        ExprKind::Unary(op, a) => {
            takes(if *op == UnaryOp::Neg { "-" } else { "!" }, a.dtype, (*op == UnaryOp::Neg) == is_number(a.dtype))?;
            a.dtype
        }
        ExprKind::Binary(op, a, b) => {
            same(op.symbol(), a.dtype, b.dtype)?;
            let logic = matches!(op, BinaryOp::And | BinaryOp::Or);
            takes(op.symbol(), a.dtype, op.is_comparison() || logic != is_number(a.dtype))?;
            if op.is_comparison() { DType::Bool } else { a.dtype }
        }
        ExprKind::Ternary(c, a, b) => {
            takes("a condition", c.dtype, c.dtype == DType::Bool)?;
            same("? :", a.dtype, b.dtype)?;
            a.dtype
        }
        ExprKind::Cast(_) => expr.dtype,
        ExprKind::Call(native, args) => check_call(*native, args)?,
    };
    if given == expr.dtype { Ok(()) } else { Err(format!("an expression of type `{given}` is marked as `{}`", expr.dtype)) }
}

/// The type that a call gives.
fn check_call(native: Native, args: &[Expr]) -> Result<DType, String> {
    let name = native.name();
    let Some(first) = args.first().filter(|_| args.len() == native.arity()) else {
        return Err(format!("`{name}` takes {} arguments, found {}", native.arity(), args.len()));
    };
    for arg in args {
        same(name, first.dtype, arg.dtype)?;
    }
    let numbers = matches!(native, Native::Abs | Native::Min | Native::Max);
    takes(name, first.dtype, first.dtype.is_float() || (numbers && first.dtype.is_int()))?;
    Ok(if native.is_predicate() { DType::Bool } else { first.dtype })
}

fn takes(what: &str, dtype: DType, fits: bool) -> Result<(), String> {
    if fits { Ok(()) } else { Err(format!("`{what}` does not take `{dtype}`")) }
}

fn same(what: &str, a: DType, b: DType) -> Result<(), String> {
    if a == b { Ok(()) } else { Err(format!("the operands of `{what}` have different types, `{a}` and `{b}`")) }
}
