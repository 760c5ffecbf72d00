//! Stencils that do the same at every point of the horizontal plane: on periodic input, what they compute is periodic.

use tradewind_ir::stencil::StmtKind;
use tradewind_ir::{Axis, Expr, ExprKind, Stencil};

/// Whether nothing in a stencil depends on where a point lies in the plane, and no error does.
pub fn is_invariant(stencil: &Stencil) -> bool {
    let mut invariant = true;
    for (_, _, execution) in stencil.executions() {
        for stmt in &execution.body {
            stmt.walk(&mut |s| {
                invariant &= !matches!(s.kind, StmtKind::Restrict { .. } | StmtKind::Check { .. });
                s.exprs().for_each(|e| invariant &= !asks_position(e));
            });
        }
    }
    invariant
}

fn asks_position(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |e| {
        found |= match e.kind {
            ExprKind::Index(axis) | ExprKind::Bound(axis, _) => axis != Axis::K,
            ExprKind::Inside(_) => true,
            _ => false,
        }
    });
    found
}
