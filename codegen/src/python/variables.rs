//! Which variables of a program Python has set before anything reads them.

use tradewind_ir::{Expr, ExprKind, Program, ProgramStmt, ScalarId};

/// Whether a variable is set by the first of the program's own steps that names it, or is the variable of a loop that
/// nothing outside of it reads.
pub fn is_set_first(program: &Program, id: ScalarId) -> bool {
    let named = |step: &&ProgramStmt| mentions(step, id);
    match program.body.iter().find(named) {
        Some(ProgramStmt::Let { scalar, value, .. }) => *scalar == id && !reads(value, id),
        Some(ProgramStmt::For { var, from, to, .. }) => {
            *var == id && !reads(from, id) && !reads(to, id) && program.body.iter().filter(named).count() == 1
        }
        Some(_) => false,
        None => true,
    }
}

fn reads(expr: &Expr, id: ScalarId) -> bool {
    let mut found = false;
    expr.walk(&mut |e| found |= e.kind == ExprKind::Scalar(id));
    found
}

/// Whether a step, or one inside of it, names a scalar.
fn mentions(step: &ProgramStmt, id: ScalarId) -> bool {
    let sets = matches!(step, ProgramStmt::For { var: set, .. } | ProgramStmt::Let { scalar: set, .. } if *set == id);
    sets || step.exprs().into_iter().any(|e| reads(e, id)) || step.inner().any(|inner| mentions(inner, id))
}
