//! `computation(…)` and `interval(…)`: the order and the levels of a block.

use crate::constant::{Constant, LEVEL_LIMIT};
use crate::lower::{Lower, Place};
use crate::syntax::{Expr, ExprKind};
use crate::words::Word;
use tradewind_ir::{Anchor, Axis, Bound, Code, Diagnostic, Order, Range, Span};

impl Lower<'_> {
    /// `computation(PARALLEL)`
    pub fn order(&mut self, e: &Expr, args: &[Expr]) -> Option<Order> {
        let help = "write `computation(PARALLEL)`, `computation(FORWARD)` or `computation(BACKWARD)`";
        let [arg] = args else {
            return self.fail(Diagnostic::error(Code::UNKNOWN_ORDER, "a computation has one order", e.span, "here").help(help));
        };
        match self.word(arg) {
            Some(Word::Order(order)) => Some(order),
            _ => {
                let found = Diagnostic::error(Code::UNKNOWN_ORDER, "unknown order of a computation", arg.span, "not an order");
                let found = match arg.name() {
                    Some(name) => crate::suggest::hint(found, name, ["PARALLEL", "FORWARD", "BACKWARD"]),
                    None => found,
                };
                self.fail(found.help(help))
            }
        }
    }

    /// `interval(...)`, `interval(a, b)`
    pub fn interval(&mut self, e: &Expr, args: &[Expr]) -> Option<Range> {
        let (lo, hi) = match args {
            [all] if matches!(all.kind, ExprKind::Ellipsis) => return Some(Range::full()),
            [lo, hi] => (self.level(lo, Bound::START), self.level(hi, Bound::END)),
            _ => {
                let found = Diagnostic::error(Code::INTERVAL_BOUND, "an interval has a start and an end", e.span, "here");
                return self.fail(found.help("write `interval(...)` for all levels, or for example `interval(1, -1)`, `interval(0, 1)`, `interval(1, None)`"));
            }
        };
        let (lo, hi) = (lo?, hi?);
        let is_empty = match (lo.anchor, hi.anchor) {
            (Anchor::End, Anchor::Start) => true,
            (a, b) => a == b && lo.offset >= hi.offset,
        };
        if is_empty {
            let found = Diagnostic::error(
                Code::INTERVAL_EMPTY,
                "this interval is empty",
                e.span,
                format!("the levels from {lo} up to, not including, {hi}"),
            );
            return self.fail(found.help(
                "the end is not included, and negative numbers count from the end: `interval(-1, None)` is the last level",
            ));
        }
        Some(Range::new(lo, hi))
    }

    /// One end of an interval: a number, `None`, `K[-1] + 1`, an external.
    fn level(&mut self, e: &Expr, open: Bound) -> Option<Bound> {
        match self.constant(e) {
            Ok(Constant::None) => Some(open),
            Ok(Constant::Int(n)) if n.abs() < i64::from(LEVEL_LIMIT) => {
                Some(if n < 0 { Bound::end(n as i32) } else { Bound::start(n as i32) })
            }
            Ok(Constant::Index(Axis::K, bound)) => Some(bound),
            Ok(Constant::Index(axis, _)) => {
                let label = format!("a position along {}", axis.to_string().to_uppercase());
                self.fail(
                    Diagnostic::error(Code::INTERVAL_BOUND, "the bound of an interval is a level", e.span, label)
                        .help("write `K[0]`, `K[-1] + 1`, …"),
                )
            }
            Ok(other) => {
                let found = Diagnostic::error(
                    Code::INTERVAL_BOUND,
                    "the bound of an interval is an integer",
                    e.span,
                    format!("this is {}", other.describe()),
                );
                self.fail(found.help("write a number, `None`, or a level such as `K[-1]`"))
            }
            Err(not) => {
                let found = Diagnostic::error(
                    Code::NOT_SUPPORTED,
                    "interval bounds known only at run time are not supported",
                    not.span,
                    not.why,
                );
                self.fail(found.help("give the level as an external, or take the whole interval and compare: `if K < level:`"))
            }
        }
    }

    /// Reports intervals of one computation that overlap or do not stand in the order in which they run.
    pub fn check_intervals(&mut self, order: Order, places: &[Place]) {
        for (n, later) in places.iter().enumerate() {
            for earlier in &places[..n] {
                let (below, above) = if order == Order::Backward { (later, earlier) } else { (earlier, later) };
                if ends_before(&below.interval, &above.interval) {
                    continue;
                }
                let found = if ends_before(&above.interval, &below.interval) {
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
        Order::Parallel => ("in no order, but is written upward", "write the intervals from the lowest level up"),
    };
    Diagnostic::error(
        Code::INTERVAL_ORDER,
        "intervals do not stand in the order in which they run",
        later,
        "this one belongs first",
    )
    .label(earlier, "this one comes after it")
    .note(format!("the computation runs {runs}"))
    .help(fix)
}
