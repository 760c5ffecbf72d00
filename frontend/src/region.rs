//! `with horizontal(region[i0:i1, j0:j1], …)`: statements on boxes of the plane, one box after another.

use crate::constant::Constant;
use crate::lower::{Emitted, Lower};
use crate::syntax::{Expr, ExprKind, Stmt};
use crate::words::Word;
use tradewind_ir as ir;
use tradewind_ir::{Axis, Bound, Diagnostic, HorizontalBox, Span, StmtKind};

type Side = (Option<Bound>, Option<Bound>);

impl Lower<'_> {
    /// A `with` inside an interval: regions only.
    pub fn with(&mut self, items: &[Expr], body: &[Stmt]) {
        let mut boxes = Some(Vec::new());
        for item in items {
            match &item.kind {
                ExprKind::Call(f, args, _) if self.word(f) == Some(Word::Horizontal) => {
                    for arg in args {
                        let one = self.region(arg);
                        boxes = boxes.zip(one).map(|(mut list, one): (Vec<HorizontalBox>, _)| {
                            list.push(one);
                            list
                        });
                    }
                    if args.is_empty() {
                        self.report(no_region(item.span));
                    }
                }
                ExprKind::Call(f, ..) if matches!(self.word(f), Some(Word::Computation | Word::Interval)) => {
                    let found = Diagnostic::error(
                        "computations and intervals do not stand inside an interval",
                        item.span,
                        "nested here",
                    );
                    return self.report(found.help("end the block above first: they stand one after another"));
                }
                _ => {
                    let found = Diagnostic::error("this `with` has no meaning in a stencil", item.span, "not a region");
                    return self.report(found.help("inside an interval only `with horizontal(region[…])` is known"));
                }
            }
        }
        let inner = self.capture(|this| {
            if let Some(returned) = this.body(body) {
                this.report(Diagnostic::error("a `return` stands in a region", returned.span, "returned here"));
            }
        });
        for region in boxes.unwrap_or_default() {
            for Emitted { stmt, is_mask } in &inner {
                let kind = StmtKind::Restrict { region, body: vec![stmt.clone()] };
                self.push(Emitted { stmt: ir::Stmt { kind, span: stmt.span }, is_mask: *is_mask });
            }
        }
    }

    /// `region[i0:i1, j0:j1]`
    fn region(&mut self, e: &Expr) -> Option<HorizontalBox> {
        let ExprKind::Subscript(base, sides) = &e.kind else { return self.fail(no_region(e.span)) };
        if self.word(base) != Some(Word::Region) {
            return self.fail(no_region(e.span));
        }
        let [i, j] = sides.as_slice() else {
            let found = Diagnostic::error("a region has two sides, along I and J", e.span, "here");
            return self.fail(found.help("write `:` for a side that is not limited: `region[I[0], :]`"));
        };
        let (i, j) = (self.side(Axis::I, i), self.side(Axis::J, j));
        Some(HorizontalBox { i: i?, j: j? })
    }

    /// `lo:hi`, or one position.
    fn side(&mut self, axis: Axis, e: &Expr) -> Option<Side> {
        let (lo, hi) = match &e.kind {
            ExprKind::Slice(lo, hi) => {
                let mut bound = |e: &Option<Box<Expr>>| match e {
                    Some(e) => self.region_bound(axis, e),
                    None => Some(None),
                };
                let (lo, hi) = (bound(lo), bound(hi));
                (lo?, hi?)
            }
            _ => {
                let at = self.region_bound(axis, e)?;
                (at, at.map(|b| b.shift(1)))
            }
        };
        if let (Some(lo), Some(hi)) = (lo, hi)
            && lo.anchor == hi.anchor
            && lo.offset >= hi.offset
        {
            let found = Diagnostic::error("this side of the region is empty", e.span, "it ends where it starts, or before");
            return self.fail(found.help("the end is not included: `I[0]:I[0] + 1` is one point, the same as `I[0]`"));
        }
        Some((lo, hi))
    }

    /// `I[0] + 1`, an external that stands for such a position, or `None` for an open side.
    fn region_bound(&mut self, axis: Axis, e: &Expr) -> Option<Option<Bound>> {
        let name = axis.to_string().to_uppercase();
        let help =
            format!("write `{name}[0]`, `{name}[-1]`, these plus or minus an integer, or an external that stands for one");
        match self.constant(e) {
            Ok(Constant::Index(found, bound)) if found == axis => Some(Some(bound)),
            Ok(Constant::None) => Some(None),
            Ok(Constant::Index(..)) => {
                let found =
                    Diagnostic::error(format!("this side of the region is along {name}"), e.span, "a position on another axis");
                self.fail(found.help(help))
            }
            Ok(other) => {
                let label = format!("this is {}", other.describe());
                self.fail(Diagnostic::error("the bound of a region is a position on an axis", e.span, label).help(help))
            }
            Err(not) => {
                let found = Diagnostic::error("the bound of a region must be known at compile time", not.span, not.why);
                self.fail(found.help(help))
            }
        }
    }
}

fn no_region(span: Span) -> Diagnostic {
    let found = Diagnostic::error("`horizontal` takes one or more regions", span, "not a region");
    found.help("write `with horizontal(region[I[0], :]):`, for example")
}
