//! Intervals whose bounds are known only at run time: a scalar, or a two-dimensional field of integers.
//!
//! Such an interval runs over all levels up to its known bound, under a mask on the current level. A read at another level in
//! the direction of the unknown bound becomes a read at a computed level. It is checked and clamped, so arrays need no levels
//! beyond the domain for levels that never run.

use crate::convert;
use crate::options::Options;
use tradewind_ir as ir;
use tradewind_ir::{Axis, BinaryOp, DType, Range, Span};

/// An interval of levels, of which a bound may be known only at run time.
#[derive(Clone, Debug)]
pub struct VerticalInterval {
    /// Those that are known; all up to the side that is not.
    pub range: Range,
    /// The first level, where it is known only at run time, counted from the first of the domain.
    pub first: Option<ir::Expr>,
    /// One past the last level, where it is known only at run time.
    pub end: Option<ir::Expr>,
}

impl VerticalInterval {
    /// Levels that are known.
    pub fn known(range: Range) -> VerticalInterval {
        VerticalInterval { range, first: None, end: None }
    }
    /// Whether a bound is known only at run time.
    pub fn is_open(&self) -> bool {
        self.first.is_some() || self.end.is_some()
    }
    /// Whether the current level is among them; `None` where that is known.
    pub fn condition(&self, options: &Options, span: Span) -> Option<ir::Expr> {
        let level = ir::Expr { kind: ir::ExprKind::Index(Axis::K), dtype: DType::I32, span };
        let compare = |op, bound: &ir::Expr| ir::Expr { span, ..convert::binary(op, level.clone(), bound.clone(), options) };
        let first = self.first.as_ref().map(|bound| compare(BinaryOp::Ge, bound));
        let end = self.end.as_ref().map(|bound| compare(BinaryOp::Lt, bound));
        match (first, end) {
            (Some(first), Some(end)) => Some(convert::logic(BinaryOp::And, first, end)),
            (first, end) => first.or(end),
        }
    }
}
