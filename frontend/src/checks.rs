//! Checks of data-dependent indexes: before each statement, one check for every such access that the statement evaluates.
//!
//! An index may be out of range where its value is not used. The check of an access in one side of a ternary, or in the right
//! operand of `and` or `or`, therefore has a guard: the condition under which the value is used.

use crate::convert;
use crate::lower::Lower;
use tradewind_ir::{Access, BinaryOp, Expr, ExprKind, Span, Stmt, StmtKind, Value};

impl Lower<'_> {
    /// The checks of what an assignment evaluates.
    pub fn checks_of(&self, stmt: &Stmt) -> Vec<Stmt> {
        let mut found = Vec::new();
        if self.options.check_indexes {
            stmt.exprs().for_each(|e| collect(e, None, &mut found));
            if let Some(target) = stmt.target().filter(|t| t.is_data_dependent()) {
                found.push(check(target, None, stmt.span));
            }
        }
        found
    }

    /// The checks of a condition.
    pub fn checks_of_condition(&self, condition: &Expr) -> Vec<Stmt> {
        let mut found = Vec::new();
        if self.options.check_indexes {
            collect(condition, None, &mut found);
        }
        found
    }
}

fn check(access: &Access, guard: Option<&Expr>, span: Span) -> Stmt {
    let always = || Expr::literal(Value::Bool(true), span);
    Stmt { kind: StmtKind::Check { access: access.clone(), guard: guard.cloned().unwrap_or_else(always) }, span }
}

/// Adds the checks of what `e` evaluates where the guard holds.
fn collect(e: &Expr, guard: Option<&Expr>, found: &mut Vec<Stmt>) {
    let both = |condition: Expr| match guard {
        Some(guard) => convert::logic(BinaryOp::And, guard.clone(), condition),
        None => condition,
    };
    match &e.kind {
        ExprKind::Ternary(condition, then, otherwise) => {
            collect(condition, guard, found);
            if has_index(then) {
                collect(then, Some(&both((**condition).clone())), found);
            }
            if has_index(otherwise) {
                collect(otherwise, Some(&both(convert::not((**condition).clone(), condition.span))), found);
            }
        }
        ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), a, b) => {
            collect(a, guard, found);
            if has_index(b) {
                let decides = if *op == BinaryOp::And { (**a).clone() } else { convert::not((**a).clone(), a.span) };
                collect(b, Some(&both(decides)), found);
            }
        }
        _ => {
            e.children().into_iter().for_each(|child| collect(child, guard, found));
            if let ExprKind::Field(access) = &e.kind
                && access.is_data_dependent()
            {
                let new = check(access, guard, e.span);
                if !found.contains(&new) {
                    found.push(new);
                }
            }
        }
    }
}

/// Whether an access below depends on data.
fn has_index(e: &Expr) -> bool {
    e.accesses().into_iter().any(Access::is_data_dependent)
}
