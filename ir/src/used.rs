//! Which scalars a program uses. A call may leave out arguments that it does not.

use crate::{Expr, IdVec, Param, Program, ProgramStmt, ScalarId, Stencil, StencilId};
use std::collections::HashSet;

/// The scalars of a program whose value matters to a step of it.
pub fn scalars(program: &Program) -> HashSet<ScalarId> {
    let mut used = HashSet::new();
    let needed = program.stencils.values().map(of_stencil).collect();
    program.body.iter().for_each(|stmt| step(program, &needed, stmt, &mut used));
    used
}

/// What a step uses; `needed` are the scalars that each stencil does.
fn step(program: &Program, needed: &IdVec<StencilId, HashSet<ScalarId>>, stmt: &ProgramStmt, used: &mut HashSet<ScalarId>) {
    if let ProgramStmt::Call { stencil, scalars, .. } = stmt {
        let (stencil, needed) = (&program.stencils[*stencil], &needed[*stencil]);
        let params = stencil.params.iter().filter_map(|p| if let Param::Scalar(id) = p { Some(id) } else { None });
        params.zip(scalars).filter(|(id, _)| needed.contains(id)).for_each(|(_, value)| used.extend(value.scalars()));
    } else {
        used.extend(stmt.exprs().into_iter().flat_map(Expr::scalars));
    }
    stmt.inner().for_each(|inner| step(program, needed, inner, used));
}

fn of_stencil(stencil: &Stencil) -> HashSet<ScalarId> {
    let mut used = HashSet::new();
    for (_, _, execution) in stencil.executions() {
        for outer in &execution.body {
            outer.walk(&mut |stmt| {
                used.extend(stmt.exprs().flat_map(Expr::scalars));
            });
        }
    }
    used
}
