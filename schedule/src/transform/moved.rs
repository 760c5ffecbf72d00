//! Expressions at another point.

use crate::tree::Tree;
use tradewind_ir::{Axis, BinaryOp, Expr, ExprKind, HorizontalBox, KIndex, Side, Value};

/// Whether an expression reads a level that is so far, which depends on data, from the point's own.
pub(super) fn has_relative(value: &Expr) -> bool {
    value.accesses().iter().any(|access| matches!(access.k, KIndex::Relative(_)))
}

/// An expression at another point, so far from the one where it is evaluated.
pub(super) fn moved(tree: &Tree, expr: &Expr, by: [i32; 3]) -> Expr {
    let mut expr = expr.clone();
    let side = |(lo, hi): Side, by: i32| (lo.map(|b| b.shift(-by)), hi.map(|b| b.shift(-by)));
    expr.walk_mut(&mut |e| match &mut e.kind {
        ExprKind::Field(access) => {
            let axes = tree.fields[access.field].axes;
            for axis in [Axis::I, Axis::J].into_iter().filter(|axis| axes.has(*axis)) {
                access.offset[axis.index()] += by[axis.index()];
            }
            if let KIndex::Offset(k) = &mut access.k
                && axes.has(Axis::K)
            {
                *k += by[2];
            }
        }
        ExprKind::Inside(region) => *region = HorizontalBox { i: side(region.i, by[0]), j: side(region.j, by[1]) },
        ExprKind::Index(axis) if by[axis.index()] != 0 => {
            let by = Box::new(Expr::literal(Value::I32(by[axis.index()]), e.span));
            e.kind = ExprKind::Binary(BinaryOp::Add, Box::new(e.clone()), by);
        }
        _ => {}
    });
    expr
}

/// How many operations and operands an expression has.
pub(super) fn operations(expr: &Expr) -> usize {
    let mut count = 0;
    expr.walk(&mut |_| count += 1);
    count
}
