//! Estimates how much a program computes, to find calls that are too short for other threads.

use tradewind_ir::{Domain, Expr, ExprKind, Program, Stmt};

/// Operations of a call below which one thread is faster than several: at about a nanosecond each, some times what it takes to
/// hand work to another thread.
const ONE_THREAD: u64 = 1 << 16;

/// What a function of the language counts, in plain operations.
const FUNCTION: u64 = 16;

/// Operations at a point of the domain, each stencil of the program counted once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Effort(u64);

impl Effort {
    /// The effort of a program.
    pub fn of(program: &Program) -> Effort {
        let mut count = 0;
        for stencil in program.stencils.values() {
            for (_, _, execution) in stencil.executions() {
                let mut add = |stmt: &Stmt| stmt.exprs().for_each(|e| e.walk(&mut |e| count += operations(e)));
                execution.body.iter().for_each(|stmt| stmt.walk(&mut add));
            }
        }
        Effort(count)
    }
    /// Whether a call on the domain is best left to the thread that makes it.
    pub fn is_small(self, domain: Domain) -> bool {
        let points = domain.iter().fold(1_u64, |points, n| points.saturating_mul(n.unsigned_abs()));
        self.0.saturating_mul(points) < ONE_THREAD
    }
}

fn operations(expr: &Expr) -> u64 {
    match expr.kind {
        ExprKind::Literal(_) | ExprKind::Scalar(_) | ExprKind::Bound(..) => 0,
        ExprKind::Call(..) => FUNCTION,
        _ => 1,
    }
}
