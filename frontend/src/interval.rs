//! `computation(…)` and `interval(…)`: the order and the levels of a block.

use crate::constant::{Constant, LEVEL_LIMIT};
use crate::convert;
use crate::lower::{IntervalBlock, Lower};
use crate::syntax::{Expr, ExprKind, Name};
use crate::vertical_interval::VerticalInterval;
use crate::words::Word;
use tradewind_ir as ir;
use tradewind_ir::verify::MAX_OFFSET;
use tradewind_ir::{Anchor, Axis, Bound, Code, DType, Diagnostic, Order, Range, Span};

/// One end of an interval.
enum Bounded {
    Known(Bound),
    AtRunTime(ir::Expr),
}

impl Bounded {
    fn known(&self) -> Option<Bound> {
        if let Bounded::Known(bound) = self { Some(*bound) } else { None }
    }
    fn at_run_time(self) -> Option<ir::Expr> {
        if let Bounded::AtRunTime(level) = self { Some(level) } else { None }
    }
}

impl Lower<'_> {
    /// `computation(PARALLEL)`
    pub fn order(&mut self, e: &Expr, args: &[Expr], named: &[(Name, Expr)]) -> Option<Order> {
        let help = "write `computation(PARALLEL)`, `computation(FORWARD)` or `computation(BACKWARD)`";
        let Some([arg]) = in_order(args, named, ["order"]) else {
            return self.fail(Diagnostic::error(Code::UNKNOWN_ORDER, "a computation has one order", e.span, "here").help(help));
        };
        match self.word(arg) {
            Some(Word::Order(order)) => Some(order),
            _ => {
                let found = Diagnostic::error(Code::UNKNOWN_ORDER, "unknown order of a computation", arg.span, "not an order");
                let found = match arg.name() {
                    Some(name) => tradewind_ir::suggest::hint(found, name, ["PARALLEL", "FORWARD", "BACKWARD"]),
                    None => found,
                };
                self.fail(found.help(help))
            }
        }
    }

    /// `interval(...)`, `interval(a, b)`, `interval(start=a, end=b)`
    pub fn interval(&mut self, e: &Expr, args: &[Expr], named: &[(Name, Expr)]) -> Option<VerticalInterval> {
        if let ([Expr { kind: ExprKind::Ellipsis, .. }], []) = (args, named) {
            return Some(VerticalInterval::known(Range::full()));
        }
        let (lo, hi) = match in_order(args, named, ["start", "end"]) {
            Some([lo, hi]) => (self.level(lo, Bound::START), self.level(hi, Bound::END)),
            None => {
                let found = Diagnostic::error(Code::INTERVAL_BOUND, "an interval has a start and an end", e.span, "here");
                return self.fail(found.help(
                    "write `interval(...)` for all levels, or for example `interval(1, -1)`, \
                                             `interval(0, 1)`, `interval(1, None)`",
                ));
            }
        };
        let (lo, hi) = match (lo?, hi?) {
            (Bounded::Known(lo), Bounded::Known(hi)) => (lo, hi),
            (lo, hi) => {
                let range = Range::new(lo.known().unwrap_or(Bound::START), hi.known().unwrap_or(Bound::END));
                return Some(VerticalInterval { range, first: lo.at_run_time(), end: hi.at_run_time() });
            }
        };
        let is_empty = match (lo.anchor, hi.anchor) {
            (Anchor::End, Anchor::Start) => true,
            (a, b) => a == b && lo.offset >= hi.offset,
        };
        if is_empty {
            let found = Diagnostic::error(
                Code::INTERVAL_EMPTY,
                "this interval is empty",
                e.span,
                format!("the levels from {lo} up to {hi}, which is not included"),
            );
            return self.fail(found.help(
                "the end is not included, and negative numbers count from the end: `interval(-1, None)` is the last level",
            ));
        }
        Some(VerticalInterval::known(Range::new(lo, hi)))
    }

    /// One end of an interval: a number, `None`, `K[-1] + 1`, an external.
    fn level(&mut self, e: &Expr, open: Bound) -> Option<Bounded> {
        match self.constant(e) {
            Ok(Constant::None) => Some(Bounded::Known(open)),
            Ok(Constant::Int(n)) => self.near(e, counted(n)),
            Ok(Constant::Float(n)) if !n.is_nan() => {
                if n.fract() != 0.0 {
                    self.warn_of_fraction(e.span, format!("a level is a whole number, and {n} is not"));
                }
                self.near(e, counted(n as i64))
            }
            Ok(Constant::Index(Axis::K, bound)) => self.near(e, bound),
            Ok(Constant::Index(axis, _)) => {
                let label = format!("a position along {}", axis.to_string().to_uppercase());
                self.fail(
                    Diagnostic::error(Code::INTERVAL_BOUND, "the bound of an interval must be a level", e.span, label)
                        .help("write `K[0]`, `K[-1] + 1`, …"),
                )
            }
            Ok(other) => {
                let found = Diagnostic::error(
                    Code::INTERVAL_BOUND,
                    "the bound of an interval must be an integer",
                    e.span,
                    format!("this is {}", other.describe()),
                );
                self.fail(found.help("write a number, `None`, or a level such as `K[-1]`"))
            }
            Err(_) => self.level_at_run_time(e).map(Bounded::AtRunTime),
        }
    }

    /// A bound that some grid has.
    fn near(&mut self, e: &Expr, bound: Bound) -> Option<Bounded> {
        if bound.offset.abs() <= MAX_OFFSET {
            return Some(Bounded::Known(bound));
        }
        let label = format!("more than {MAX_OFFSET} levels from the first or last");
        self.fail(Diagnostic::error(Code::INTERVAL_BOUND, "the bound of an interval is outside of any grid", e.span, label))
    }

    /// A bound that is a scalar or a two-dimensional field, or is computed from these.
    fn level_at_run_time(&mut self, e: &Expr) -> Option<ir::Expr> {
        let mut lowered = None;
        let emitted = self.capture(|this| lowered = this.expr(e));
        let value = lowered?;
        let varies = value.accesses().iter().any(|a| self.stencil.fields[a.field].axes.has(Axis::K));
        let reads_position = {
            let mut found = false;
            value.walk(&mut |e| found |= matches!(e.kind, ir::ExprKind::Index(_)));
            found
        };
        let is_number = value.dtype != DType::Bool;
        if is_number && emitted.is_empty() && !varies && !reads_position {
            if value.dtype.is_int() {
                return Some(value);
            }
            self.warn_of_fraction(e.span, format!("this is of type {}", value.dtype));
            return Some(convert::cast(value, DType::I32));
        }
        let label = if is_number { "this differs from level to level" } else { "this is a boolean" };
        let found = Diagnostic::error(
            Code::INTERVAL_BOUND,
            "the bound of an interval must be an integer for each column",
            e.span,
            label,
        );
        self.fail(found.help("use an integer parameter or a `Field[IJ, int]`"))
    }

    fn warn_of_fraction(&mut self, span: Span, label: String) {
        let message = "the bound of an interval loses its fraction";
        let found = Diagnostic::warning(Code::PRECISION_LOST, message, span, label);
        self.report(found.help("write the conversion: `int32(…)`"));
    }

    /// Reports intervals of one computation that overlap or do not stand in the order in which they run.
    pub fn check_intervals(&mut self, order: Order, blocks: &[&IntervalBlock]) {
        for (n, later) in blocks.iter().enumerate() {
            for earlier in &blocks[..n] {
                let (below, above) = if order == Order::Backward { (later, earlier) } else { (earlier, later) };
                if ends_before(&below.interval.range, &above.interval.range) {
                    continue;
                }
                let found = if ends_before(&above.interval.range, &below.interval.range) {
                    out_of_order(order, later.span, earlier.span)
                } else {
                    Diagnostic::error(Code::INTERVAL_OVERLAP, "two intervals of a computation overlap", later.span, "this one")
                        .label(earlier.span, "and this one")
                        .help("the end of an interval is not included: the next one may start with the same number")
                };
                self.report(found);
                return;
            }
        }
    }
}

/// A position as intervals and regions count it: from the first one, or if negative from the end; one out of any grid stays at the
/// limit.
pub fn counted(n: i64) -> Bound {
    let n = n.clamp(i64::from(-LEVEL_LIMIT), i64::from(LEVEL_LIMIT)) as i32;
    if n < 0 { Bound::end(n) } else { Bound::start(n) }
}

/// The arguments of a call in the order of its parameters, if there is one for each.
fn in_order<'e, const N: usize>(args: &'e [Expr], named: &'e [(Name, Expr)], parameters: [&str; N]) -> Option<[&'e Expr; N]> {
    let by_name = |parameter: &&str| named.iter().find(|(name, _)| name.text == *parameter).map(|(_, value)| value);
    let rest: Option<Vec<&Expr>> = parameters.get(args.len()..)?.iter().map(by_name).collect();
    let rest = rest.filter(|rest| rest.len() == named.len())?;
    args.iter().chain(rest).collect::<Vec<_>>().try_into().ok()
}

/// Whether `below` ends where `above` starts, or before, on every grid with enough levels.
fn ends_before(below: &Range, above: &Range) -> bool {
    let all = |test: &dyn Fn(Bound, Bound) -> bool| below.hi.iter().all(|hi| above.lo.iter().all(|lo| test(*hi, *lo)));
    all(&|hi, lo| match (hi.anchor, lo.anchor) {
        (Anchor::Start, Anchor::End) => true,
        (Anchor::End, Anchor::Start) => false,
        _ => hi.offset <= lo.offset,
    })
}

fn out_of_order(order: Order, later: Span, earlier: Span) -> Diagnostic {
    let (runs, fix) = match order {
        Order::Backward => ("downward: higher levels come first", "write the intervals from the top level down"),
        Order::Forward => ("upward: lower levels come first", "write the intervals from the lowest level up"),
        Order::Parallel => {
            ("in no order, and its intervals are written upward", "write the intervals from the lowest level up")
        }
    };
    Diagnostic::error(
        Code::INTERVAL_ORDER,
        "intervals are not in the order in which they run",
        later,
        "this interval must come first",
    )
    .label(earlier, "this interval comes after it")
    .note(format!("the computation runs {runs}"))
    .help(fix)
}
