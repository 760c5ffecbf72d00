//! Branches: an `if` and its `else` are two masks, of which the second negates the first.

use std::collections::HashSet;
use tradewind_ir::footprint::uses;
use tradewind_ir::{Expr, ExprKind, FieldId, Stmt, StmtKind, UnaryOp};

/// Whether `a` is `not b`.
pub fn is_negation(a: &Expr, b: &Expr) -> bool {
    matches!(&a.kind, ExprKind::Unary(UnaryOp::Not, inner) if **inner == *b)
}

/// Whether a statement is the `else` of the one just before it: the first leaves the condition as it is.
pub fn is_otherwise(before: &Stmt, stmt: &Stmt) -> bool {
    match (&before.kind, &stmt.kind) {
        (StmtKind::Mask { condition, body }, StmtKind::Mask { condition: other, .. }) if is_negation(other, condition) => {
            let read: HashSet<FieldId> = condition.accesses().into_iter().map(|a| a.field).collect();
            !uses(body).iter().any(|u| u.write && read.contains(&u.access.field))
        }
        _ => false,
    }
}
