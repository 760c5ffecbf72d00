//! Expressions that decide something, and therefore keep their strict values.

use super::table::{Table, is_remainder, is_rounding};
use egg::Id;
use std::collections::HashSet;
use tradewind_ir::{Expr, ExprKind, Stencil};

/// The float expressions below comparisons, conversions to integers and booleans, rounding functions and remainders, anywhere in the
/// stencil: conditions, guards and indexes included.
pub(super) fn kept<'s>(stencil: &'s Stencil, table: &mut Table<'s>) -> HashSet<Id> {
    let mut kept = HashSet::new();
    for (_, _, execution) in stencil.executions() {
        for stmt in &execution.body {
            stmt.walk(&mut |stmt| stmt.exprs().for_each(|expr| visit(expr, false, table, &mut kept)));
        }
    }
    kept
}

fn visit<'s>(expr: &'s Expr, decides: bool, table: &mut Table<'s>, kept: &mut HashSet<Id>) {
    if decides && expr.dtype.is_float() && !expr.children().is_empty() {
        kept.insert(table.id(expr));
    }
    let decides = decides || jumps(expr);
    expr.children().into_iter().for_each(|child| visit(child, decides, table, kept));
}

/// Whether the operation may give something quite different for an operand that is hardly different.
fn jumps(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Binary(op, ..) => op.is_comparison() || is_remainder(*op),
        ExprKind::Cast(a) => a.dtype.is_float() && !expr.dtype.is_float(),
        ExprKind::Call(native, _) => is_rounding(*native),
        _ => false,
    }
}
