//! Which variables of a program Python has set before anything reads them.

use tradewind_ir::{Expr, ExprKind, HostStep, Program, ProgramStmt, ScalarId};

/// Whether the first of the program's own steps that names a variable sets it, so that it needs no value at the start.
pub fn is_set_first(program: &Program, id: ScalarId) -> bool {
    sets_first(&program.body, id)
}

/// Whether the first of the steps that names a variable sets it; of one with steps inside, which may not run, that is asked
/// where no other step names the variable.
fn sets_first(body: &[ProgramStmt], id: ScalarId) -> bool {
    let mut named = body.iter().filter(|step| mentions(step, id));
    let (first, others) = (named.next(), named.next().is_some());
    match first {
        None => true,
        Some(ProgramStmt::Host(HostStep::Let { scalar, value }, _)) => *scalar == id && !reads(value, id),
        Some(_) if others => false,
        Some(ProgramStmt::Host(HostStep::For { counter, body }, _)) => {
            !counter.bounds().into_iter().any(|e| reads(e, id)) && (counter.var == id || sets_first(body, id))
        }
        Some(ProgramStmt::Host(HostStep::While { condition, body }, _)) => !reads(condition, id) && sets_first(body, id),
        Some(ProgramStmt::Host(HostStep::Branch { condition, then, otherwise }, _)) => {
            !reads(condition, id) && sets_first(then, id) && sets_first(otherwise, id)
        }
        Some(_) => false,
    }
}

fn reads(expr: &Expr, id: ScalarId) -> bool {
    let mut found = false;
    expr.walk(&mut |e| found |= e.kind == ExprKind::Scalar(id));
    found
}

/// Whether a step, or one inside of it, names a scalar.
fn mentions(step: &ProgramStmt, id: ScalarId) -> bool {
    let sets = step.sets() == Some(id);
    sets || step.exprs().into_iter().any(|e| reads(e, id)) || step.inner().any(|inner| mentions(inner, id))
}
