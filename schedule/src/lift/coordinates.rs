//! Coordinates: translates bounds relative to a stencil's compute domain to bounds relative to the program's domain.

use tradewind_ir::{
    Access, Anchor, Axis, BinaryOp, Bound, DType, Edge, Expr, ExprKind, HorizontalBox, KIndex, Range, Side, Span, Value,
};

/// The part of the program's domain that one call computes. The stencil's `start` and `end` are its sides.
pub struct CallCoordinates {
    sides: [(Bound, Bound); 3],
}

impl CallCoordinates {
    /// The coordinates of a call on `domain`, whose ranges have one bound a side.
    pub fn new(domain: &[Range; 3]) -> CallCoordinates {
        let first = |bounds: &[Bound], default| bounds.first().copied().unwrap_or(default);
        let sides = std::array::from_fn(|n| (first(&domain[n].lo, Bound::START), first(&domain[n].hi, Bound::END)));
        CallCoordinates { sides }
    }

    /// A stencil's bound as the program's.
    pub fn bound(&self, axis: Axis, bound: Bound) -> Bound {
        let (lo, hi) = self.sides[axis.index()];
        if bound.anchor == Anchor::Start { lo.shift(bound.offset) } else { hi.shift(bound.offset) }
    }

    /// A stencil's range as the program's, without the bounds that never decide.
    pub fn range(&self, axis: Axis, range: &Range) -> Range {
        let side = |bounds: &[Bound]| bounds.iter().map(|b| self.bound(axis, *b)).collect();
        Range { lo: side(&range.lo), hi: side(&range.hi) }.tightened(1)
    }

    /// Rewrites the absolute level of an access (not the positions inside its index).
    pub fn rebase_level(&self, access: &mut Access) {
        if let KIndex::Absolute(level) = &mut access.k {
            let old = level.as_ref().clone();
            **level = self.with_low_side(BinaryOp::Add, old, Axis::K);
        }
    }

    /// Rewrites positions and boxes of one expression (not of its operands).
    pub fn rebase(&self, expr: &mut Expr) {
        let span = expr.span;
        match &mut expr.kind {
            ExprKind::Index(axis) => {
                let axis = *axis;
                *expr = self.with_low_side(BinaryOp::Sub, expr.clone(), axis);
            }
            ExprKind::Bound(axis, bound) => {
                let axis = *axis;
                let at = integer(ExprKind::Bound(axis, self.bound(axis, *bound)), span);
                *expr = self.with_low_side(BinaryOp::Sub, at, axis);
            }
            ExprKind::Inside(region) => *region = self.region(region),
            ExprKind::Field(access) => self.rebase_level(access),
            _ => {}
        }
    }

    /// A stencil's box as the program's.
    pub fn region(&self, region: &HorizontalBox) -> HorizontalBox {
        let edge = |axis, edge: Edge| match edge {
            Edge::Domain(bound) => Edge::Domain(self.bound(axis, bound)),
            // The tile is that of the program.
            Edge::Tile(..) => edge,
        };
        let side = |axis, (lo, hi): Side| (lo.map(|b| edge(axis, b)), hi.map(|b| edge(axis, b)));
        HorizontalBox { i: side(Axis::I, region.i), j: side(Axis::J, region.j) }
    }

    /// A position counted from the program's start, counted from the call's low side (`Sub`), or the other way (`Add`).
    fn with_low_side(&self, op: BinaryOp, position: Expr, axis: Axis) -> Expr {
        let (lo, _) = self.sides[axis.index()];
        if lo == Bound::START {
            return position;
        }
        let (span, dtype) = (position.span, position.dtype);
        let low = match lo.anchor {
            Anchor::Start => Expr::literal(Value::I32(lo.offset), span),
            Anchor::End => integer(ExprKind::Bound(axis, lo), span),
        };
        let low = if dtype == DType::I32 { low } else { Expr { kind: ExprKind::Cast(Box::new(low)), dtype, span } };
        Expr { kind: ExprKind::Binary(op, Box::new(position), Box::new(low)), dtype, span }
    }
}

fn integer(kind: ExprKind, span: Span) -> Expr {
    Expr { kind, dtype: DType::I32, span }
}
