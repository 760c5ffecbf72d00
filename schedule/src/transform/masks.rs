//! Masks that are known to hold, or not to hold, wherever statements run.

use tradewind_ir::{Axis, BinaryOp, Bound, Expr, ExprKind, HorizontalBox, Range, Stmt, StmtKind, UnaryOp, Value};

use crate::bounds::{apart, contains};

/// What is known of an expression: what it is instead.
pub(super) type Known<'a> = &'a dyn Fn(&Expr) -> Option<ExprKind>;

/// The statements where something is known of conditions, without masks that always hold, and without what stands under masks that never do.
pub(super) fn settled(stmts: Vec<Stmt>, known: Known<'_>) -> Vec<Stmt> {
    stmts.into_iter().flat_map(|stmt| settled_stmt(stmt, known)).collect()
}

/// What is known of boxes at points that lie in a range along an axis.
pub(super) fn in_range(expr: &Expr, axis: Axis, points: &Range) -> Option<ExprKind> {
    if let ExprKind::Inside(region) = &expr.kind { inside(region, axis, points) } else { None }
}

fn settled_stmt(mut stmt: Stmt, known: Known<'_>) -> Vec<Stmt> {
    stmt.exprs_mut().for_each(|e| e.walk_mut(&mut |e| settle(e, known)));
    match &mut stmt.kind {
        StmtKind::Mask { condition, body } => match constant(condition) {
            Some(true) => return settled(std::mem::take(body), known),
            Some(false) => return Vec::new(),
            None => {
                *body = settled(std::mem::take(body), known);
                if body.is_empty() {
                    return Vec::new();
                }
            }
        },
        StmtKind::While { condition, body } => match constant(condition) {
            Some(false) => return Vec::new(),
            _ => *body = settled(std::mem::take(body), known),
        },
        StmtKind::Check { guard, .. } if constant(guard) == Some(false) => return Vec::new(),
        _ => {}
    }
    vec![stmt]
}

fn constant(expr: &Expr) -> Option<bool> {
    if let ExprKind::Literal(Value::Bool(value)) = expr.kind { Some(value) } else { None }
}

/// Rewrites an expression whose operands are rewritten already.
fn settle(expr: &mut Expr, known: Known<'_>) {
    let now = known(expr).or_else(|| folded(expr));
    if let Some(kind) = now {
        expr.kind = kind;
    }
}

/// What an expression is because its operands are constants.
fn folded(expr: &Expr) -> Option<ExprKind> {
    match &expr.kind {
        ExprKind::Unary(UnaryOp::Not, of) => constant(of).map(|value| ExprKind::Literal(Value::Bool(!value))),
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
        ExprKind::Ternary(condition, a, b) => {
            constant(condition).map(|first| if first { a.kind.clone() } else { b.kind.clone() })
        }
        _ => None,
    }
}

/// What is left to ask of a point of the range: which sides of the box it may lie beyond.
fn inside(region: &HorizontalBox, axis: Axis, points: &Range) -> Option<ExprKind> {
    if axis == Axis::K {
        return None;
    }
    let (lo, hi) = region.side(axis);
    let beyond = |bound: Option<Bound>| bound.map_or(Vec::new(), |bound| vec![bound]);
    let holds = |side: &Range| contains(side, 0, points, 0);
    if apart(points, 0, &Range { lo: beyond(lo), hi: beyond(hi) }) {
        return Some(ExprKind::Literal(Value::Bool(false)));
    }
    let lo = lo.filter(|lo| !holds(&Range { lo: vec![*lo], hi: Vec::new() }));
    let hi = hi.filter(|hi| !holds(&Range { lo: Vec::new(), hi: vec![*hi] }));
    let left = match axis {
        Axis::I => HorizontalBox { i: (lo, hi), ..*region },
        _ => HorizontalBox { j: (lo, hi), ..*region },
    };
    let open = (None, None);
    Some(if left.i == open && left.j == open { ExprKind::Literal(Value::Bool(true)) } else { ExprKind::Inside(left) })
}
