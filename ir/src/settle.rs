//! Expressions and statements of which something is known: constants are computed, and what a decided condition leaves out goes.

use crate::eval;
use crate::expr::{BinaryOp, Expr, ExprKind};
use crate::stencil::{Stmt, StmtKind};
use crate::value::Value;

/// What is known of an expression whose operands are settled: what it is instead, of the same type.
pub type Known<'a> = &'a dyn Fn(&Expr) -> Option<ExprKind>;

/// Puts what is known, and what follows from it, in the place of parts of an expression. The number of these parts.
pub fn expr(expr: &mut Expr, known: Known<'_>) -> usize {
    let mut changes = 0;
    expr.walk_mut(&mut |e| {
        if let Some(kind) = known(e).or_else(|| folded(e)) {
            e.kind = kind;
            changes += 1;
        }
    });
    changes
}

/// The statements where something is known of expressions, without masks that always hold, and without what stands under masks that never do.
pub fn statements(stmts: Vec<Stmt>, known: Known<'_>) -> Vec<Stmt> {
    stmts.into_iter().flat_map(|stmt| statement(stmt, known)).collect()
}

fn statement(mut stmt: Stmt, known: Known<'_>) -> Vec<Stmt> {
    for e in stmt.exprs_mut() {
        expr(e, known);
    }
    match &mut stmt.kind {
        StmtKind::Check { guard: never, .. }
        | StmtKind::Mask { condition: never, .. }
        | StmtKind::While { condition: never, .. }
            if constant(never) == Some(false) =>
        {
            return Vec::new();
        }
        StmtKind::Assign(_) | StmtKind::Check { .. } => {}
        StmtKind::Mask { condition, body } if constant(condition) == Some(true) => {
            return statements(std::mem::take(body), known);
        }
        StmtKind::Mask { body, .. } | StmtKind::Restrict { body, .. } => {
            *body = statements(std::mem::take(body), known);
            if body.is_empty() {
                return Vec::new();
            }
        }
        // Without statements it still ends at once, or never.
        StmtKind::While { body, .. } => *body = statements(std::mem::take(body), known),
    }
    vec![stmt]
}

fn constant(expr: &Expr) -> Option<bool> {
    if let ExprKind::Literal(Value::Bool(value)) = expr.kind { Some(value) } else { None }
}

/// What an expression is because operands are constants.
fn folded(expr: &Expr) -> Option<ExprKind> {
    match &expr.kind {
        ExprKind::Literal(_)
        | ExprKind::Scalar(_)
        | ExprKind::Field(_)
        | ExprKind::Index(_)
        | ExprKind::Bound(..)
        | ExprKind::Inside(_) => None,
        ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), a, b) => {
            // The operand that leaves the other one as it is.
            let neutral = Some(*op == BinaryOp::And);
            match (constant(a), constant(b)) {
                (known, _) if known == neutral => Some(b.kind.clone()),
                (_, known) if known == neutral => Some(a.kind.clone()),
                (Some(_), _) => Some(a.kind.clone()),
                (_, Some(_)) => Some(b.kind.clone()),
                (None, None) => None,
            }
        }
        ExprKind::Ternary(condition, a, b) => constant(condition).map(|first| if first { a } else { b }.kind.clone()),
        _ if expr.children().iter().all(|operand| operand.known().is_some()) => {
            eval::uniform(expr, &|_| Value::zero(expr.dtype), [0; 3]).map(ExprKind::Literal)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Axis;
    use crate::expr::{Access, UnaryOp};
    use crate::ids::{FieldId, ScalarId};
    use crate::source::Span;
    use crate::types::DType;

    fn made(kind: ExprKind, dtype: DType) -> Expr {
        Expr { kind, dtype, span: Span::NONE }
    }

    fn number(value: f64) -> Expr {
        Expr::literal(Value::F64(value), Span::NONE)
    }

    fn binary(op: BinaryOp, a: Expr, b: Expr) -> Expr {
        let dtype = if op.is_comparison() { DType::Bool } else { a.dtype };
        made(ExprKind::Binary(op, Box::new(a), Box::new(b)), dtype)
    }

    fn scalar() -> Expr {
        made(ExprKind::Scalar(ScalarId(0)), DType::F64)
    }

    /// The scalar is minus zero.
    fn known(e: &Expr) -> Option<ExprKind> {
        matches!(e.kind, ExprKind::Scalar(_)).then_some(ExprKind::Literal(Value::F64(-0.0)))
    }

    fn assign(value: Expr) -> Stmt {
        Stmt::assign(Access::here(FieldId(0)), value, Span::NONE)
    }

    #[test]
    fn constants_are_computed_as_the_interpreter_does() {
        let mut e = binary(BinaryOp::Mul, number(3.0), made(ExprKind::Unary(UnaryOp::Neg, Box::new(scalar())), DType::F64));
        assert_eq!(expr(&mut e, &known), 3);
        assert_eq!(e, number(0.0));
        let mut nan = binary(BinaryOp::Div, scalar(), number(0.0));
        expr(&mut nan, &known);
        assert_eq!(nan, number(f64::NAN));
        let mut narrow = made(ExprKind::Cast(Box::new(number(-1e30))), DType::I8);
        expr(&mut narrow, &known);
        assert_eq!(narrow, Expr::literal(Value::I8(i8::MIN), Span::NONE));
        let position =
            binary(BinaryOp::Add, made(ExprKind::Index(Axis::K), DType::I32), Expr::literal(Value::I32(1), Span::NONE));
        let mut same = position.clone();
        assert_eq!(expr(&mut same, &known), 0);
        assert_eq!(same, position);
    }

    #[test]
    fn statements_under_conditions_that_are_known_stay_or_go() {
        let never = || binary(BinaryOp::Gt, scalar(), number(0.0));
        let negated = made(ExprKind::Unary(UnaryOp::Not, Box::new(never())), DType::Bool);
        let both = binary(BinaryOp::And, negated, made(ExprKind::Scalar(ScalarId(1)), DType::Bool));
        let under = |kind| Stmt { kind, span: Span::NONE };
        let known = |e: &Expr| if let ExprKind::Scalar(ScalarId(0)) = e.kind { known(e) } else { None };
        let stmts = vec![
            under(StmtKind::Mask { condition: never(), body: vec![assign(number(1.0))] }),
            under(StmtKind::While { condition: never(), body: vec![assign(number(2.0))] }),
            under(StmtKind::Mask {
                condition: both,
                body: vec![assign(number(3.0)), under(StmtKind::Mask { condition: never(), body: vec![assign(number(4.0))] })],
            }),
        ];
        let condition = made(ExprKind::Scalar(ScalarId(1)), DType::Bool);
        let left = vec![under(StmtKind::Mask { condition, body: vec![assign(number(3.0))] })];
        assert_eq!(statements(stmts, &known), left);
    }
}
