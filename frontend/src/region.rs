//! `with horizontal(region[i0:i1, j0:j1], …)`: statements on boxes of the plane, one box after another.

use crate::constant::Constant;
use crate::emitted::Emitted;
use crate::interval::counted;
use crate::lower::Lower;
use crate::syntax::{Expr, ExprKind, Stmt};
use crate::words::Word;
use tradewind_ir as ir;
use tradewind_ir::footprint::Clip;
use tradewind_ir::verify::MAX_OFFSET;
use tradewind_ir::{Anchor, Axis, Bound, Code, Diagnostic, Edge, HorizontalBox, Range, Span, StmtKind};

/// Where a side of a region begins and ends; `None` is open.
type Sides = (Option<Bound>, Option<Bound>);

impl Lower<'_> {
    /// A `with` inside an interval: regions only.
    pub fn with(&mut self, items: &[Expr], body: &[Stmt]) {
        let mut boxes = Some(Vec::new());
        for item in items {
            match &item.kind {
                ExprKind::Call(f, args, _) if self.word(f) == Some(Word::Horizontal) => {
                    for arg in args {
                        let one = self.region(arg);
                        boxes = boxes.zip(one).map(|(mut list, one): (Vec<(HorizontalBox, Span)>, _)| {
                            list.extend(one.map(|region| (region, arg.span)));
                            list
                        });
                    }
                    if args.is_empty() {
                        self.report(no_region(item.span));
                    }
                }
                ExprKind::Call(f, ..) if matches!(self.word(f), Some(Word::Computation | Word::Interval)) => {
                    let found = Diagnostic::error(
                        Code::BLOCK_PLACE,
                        "computations and intervals cannot be inside an interval",
                        item.span,
                        "nested here",
                    );
                    return self.report(found.help("end the block above first, and write this block after it"));
                }
                _ => {
                    let found = Diagnostic::error(
                        Code::UNKNOWN_WITH,
                        "this `with` has no meaning in a stencil",
                        item.span,
                        "not a region",
                    );
                    return self.report(found.help("inside an interval, the only `with` is `with horizontal(region[…])`"));
                }
            }
        }
        let inner = self.capture(|this| {
            if let Some(returned) = this.blocked("inside a region", |this| this.body(body)) {
                this.report(Diagnostic::error(
                    Code::RETURN_PLACE,
                    "a `return` is inside a region",
                    returned.span,
                    "returned here",
                ));
            }
        });
        let boxes = boxes.unwrap_or_default();
        if boxes.is_empty() {
            self.leave_out(body);
            self.written_left_out.extend(inner.iter().flat_map(Emitted::written));
        }
        self.warn_overlap(&boxes, &inner);
        for (region, _) in boxes {
            for emitted in &inner {
                self.push(emitted.clone().within(|body| StmtKind::Restrict { region, body }));
            }
        }
    }

    /// Warns where a point lies in two boxes and the second run of the body there changes what the first left.
    fn warn_overlap(&mut self, boxes: &[(HorizontalBox, Span)], body: &[Emitted]) {
        let Some(read) = changes_again(body) else { return };
        for (n, (later, here)) in boxes.iter().enumerate() {
            if let Some((_, there)) = boxes[..n].iter().find(|(earlier, _)| overlap(earlier, later)) {
                let message = "two regions overlap, and the statements run twice where they do";
                let found = Diagnostic::warning(Code::REGION_OVERLAP, message, *here, "this region")
                    .label(*there, "overlaps with this one");
                let found = found.label(read, "this reads what the first run has written");
                self.report(found.help("end one region where the other starts, or write a block for each"));
                return;
            }
        }
    }

    /// `region[i0:i1, j0:j1]`; an empty one is none.
    fn region(&mut self, e: &Expr) -> Option<Option<HorizontalBox>> {
        let ExprKind::Subscript(base, sides) = &e.kind else { return self.fail(no_region(e.span)) };
        if self.word(base) != Some(Word::Region) {
            return self.fail(no_region(e.span));
        }
        let [i, j] = sides.as_slice() else {
            let found = Diagnostic::error(Code::REGION_FORM, "a region must have two sides, along I and J", e.span, "here");
            return self.fail(found.help("write `:` for a side that is not limited: `region[I[0], :]`"));
        };
        let (i, j) = (self.side(Axis::I, i), self.side(Axis::J, j));
        let edges = |(lo, hi): Sides| (lo.map(Edge::Domain), hi.map(Edge::Domain));
        Some(i?.zip(j?).map(|(i, j)| HorizontalBox { i: edges(i), j: edges(j) }))
    }

    /// `lo:hi`, or one position; nothing for a side without points.
    fn side(&mut self, axis: Axis, e: &Expr) -> Option<Option<Sides>> {
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
        let meets = lo.is_none_or(|lo| hi.is_none_or(|hi| Clip::of_range(&Range::new(lo, hi)).meets((i32::MIN, i32::MAX))));
        if !meets {
            let message = "this side of the region is empty";
            let label = "it ends at its start or before it, so the statements never run";
            let found = Diagnostic::warning(Code::REGION_EMPTY, message, e.span, label);
            self.report(found.help("the end is not included: `I[0]:I[0] + 1` is one point, the same as `I[0]`"));
            return Some(None);
        }
        // No grid has points as far outside as that: the side is open.
        let lo = lo.filter(|lo| lo.anchor == Anchor::End || lo.offset > -MAX_OFFSET);
        let hi = hi.filter(|hi| hi.anchor == Anchor::Start || hi.offset < MAX_OFFSET);
        if let Some(far) = [lo, hi].into_iter().flatten().find(|b| b.offset.abs() > MAX_OFFSET) {
            let is_outside = (far.anchor == Anchor::Start) == (far.offset < 0);
            if is_outside {
                return Some(None);
            }
            let label = format!("`{far}` is more than {MAX_OFFSET} points from the edge");
            return self.fail(Diagnostic::error(
                Code::REGION_BOUND,
                "the bound of a region is outside of any grid",
                e.span,
                label,
            ));
        }
        Some(Some((lo, hi)))
    }

    /// `I[0] + 1`, an external that stands for such a position, or `None` for an open side.
    fn region_bound(&mut self, axis: Axis, e: &Expr) -> Option<Option<Bound>> {
        let name = axis.to_string().to_uppercase();
        let help =
            format!("write `{name}[0]`, `{name}[-1]`, one of these plus or minus an integer, or an external with such a value");
        match self.constant(e) {
            Ok(Constant::Index(found, bound)) if found == axis => Some(Some(bound)),
            Ok(Constant::Int(n)) => Some(Some(counted(n))),
            Ok(Constant::None) => Some(None),
            Ok(Constant::Index(..)) => {
                let found = Diagnostic::error(
                    Code::REGION_BOUND,
                    format!("this side of the region is along {name}"),
                    e.span,
                    "a position on another axis",
                );
                self.fail(found.help(help))
            }
            Ok(other) => {
                let label = format!("this is {}", other.describe());
                self.fail(
                    Diagnostic::error(Code::REGION_BOUND, "the bound of a region must be a position on an axis", e.span, label)
                        .help(help),
                )
            }
            Err(_) if self.blame(e) => None,
            Err(not) => {
                let found = Diagnostic::error(
                    Code::REGION_BOUND,
                    "the bound of a region must be known at compile time",
                    not.span,
                    not.why,
                );
                self.fail(found.help(help))
            }
        }
    }
}

fn no_region(span: Span) -> Diagnostic {
    let found = Diagnostic::error(Code::REGION_FORM, "`horizontal` takes one or more regions", span, "not a region");
    found.help("write `with horizontal(region[I[0], :]):`, for example")
}

/// Where a body reads a field before it writes it: running it twice is then not the same as running it once.
fn changes_again(body: &[Emitted]) -> Option<Span> {
    let statements: Vec<&ir::Stmt> = body.iter().map(|e| &e.stmt).collect();
    let mut uses = Vec::new();
    for stmt in &statements {
        let is_certain = matches!(stmt.kind, StmtKind::Assign(_));
        stmt.walk(&mut |inner| {
            let reads = inner.exprs().flat_map(|e| e.accesses());
            uses.extend(reads.map(|access| (access.field, false, false, inner.span)));
            if let StmtKind::Assign(assign) = &inner.kind {
                uses.push((assign.target.field, true, is_certain, inner.span));
            }
        });
    }
    let is_written = |field| uses.iter().any(|(written, is_write, ..)| *is_write && *written == field);
    let renewed = |field, n: usize| uses[..n].iter().any(|(written, _, certain, _)| *certain && *written == field);
    let changing = |(n, (field, is_write, _, _)): &(usize, &(ir::FieldId, bool, bool, Span))| {
        !is_write && is_written(*field) && !renewed(*field, *n)
    };
    uses.iter().enumerate().find(changing).map(|(_, (.., span))| *span)
}

/// Whether two boxes have a point in common on a large domain.
fn overlap(a: &HorizontalBox, b: &HorizontalBox) -> bool {
    const SIZE: i64 = 1 << 30;
    let lo = |bound: Option<Bound>| bound.map_or(-SIZE, |b| b.at(SIZE));
    let hi = |bound: Option<Bound>| bound.map_or(2 * SIZE, |b| b.at(SIZE));
    [Axis::I, Axis::J].into_iter().all(|axis| {
        let (a, b) = (a.bounds(axis), b.bounds(axis));
        lo(a.0).max(lo(b.0)) < hi(a.1).min(hi(b.1))
    })
}
