//! Boxes that are known to hold, or not to hold, wherever statements run.

use tradewind_ir::{Axis, Bound, Expr, ExprKind, HorizontalBox, Range, Value};

use crate::bounds::{apart, contains};

/// What is known of boxes at points that lie in a range along an axis.
pub(super) fn in_range(expr: &Expr, axis: Axis, points: &Range) -> Option<ExprKind> {
    if let ExprKind::Inside(region) = &expr.kind { inside(region, axis, points) } else { None }
}

/// What is left to ask of a point of the range: which sides of the box it may lie beyond.
fn inside(region: &HorizontalBox, axis: Axis, points: &Range) -> Option<ExprKind> {
    if axis == Axis::K {
        return None;
    }
    let ((lo, hi), (low, high)) = (region.side(axis), region.bounds(axis));
    let beyond = |bound: Option<Bound>| bound.map_or(Vec::new(), |bound| vec![bound]);
    let holds = |side: &Range| contains(side, 0, points, 0);
    if apart(points, 0, &Range { lo: beyond(low), hi: beyond(high) }) {
        return Some(ExprKind::Literal(Value::Bool(false)));
    }
    // What counts from the tile is left.
    let lo = lo.filter(|_| !low.is_some_and(|lo| holds(&Range { lo: vec![lo], hi: Vec::new() })));
    let hi = hi.filter(|_| !high.is_some_and(|hi| holds(&Range { lo: Vec::new(), hi: vec![hi] })));
    let left = match axis {
        Axis::I => HorizontalBox { i: (lo, hi), ..*region },
        _ => HorizontalBox { j: (lo, hi), ..*region },
    };
    let open = (None, None);
    Some(if left.i == open && left.j == open { ExprKind::Literal(Value::Bool(true)) } else { ExprKind::Inside(left) })
}
