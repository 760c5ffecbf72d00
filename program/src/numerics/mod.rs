//! # Numerics: other roundings, decided once
//!
//! In the modes `contract` and `relaxed` the values of assignments are rewritten, each statement of each stencil on its own, with the rules
//! of the mode ([`crate::expressions::rules`]). This happens once, on the program as it is written, before anything else looks at it. All
//! later stages keep every bit, so the copies of a statement that a schedule makes (tiles, threads, duplicated work) share one rounding, and
//! every executor gives what the interpreter gives for the rewritten program.
//!
//! ```text
//! strict      %out = (%a - (%c * (%b - %a)))
//! contract    %out = fma(-%c, (%b - %a), %a)
//! ```
//!
//! ## What stays
//! - Whatever is not of a float type; expressions of the program around its stencils.
//! - What *decides*: the operands of comparisons, of conversions to integers and booleans, of rounding functions and remainders, and all below
//!   them. An expression that decides somewhere in a stencil keeps its strict value wherever the stencil computes it, so that a value is never
//!   on the other side of a threshold than its test found it to be ([`kept`]).
//! - The order of statements, levels and loops. A sum over levels keeps its order.
//! - A statement whose cheapest form costs as much as the one that is written, or reads less.
//!
//! Costs are those of one target for all machines ([`crate::expressions::cost::X86_64`]): the same program is rounded alike everywhere.

mod kept;
mod report;
mod rewrite;
mod table;

pub use report::Report;

use rewrite::Rewriter;
use tradewind_ir::{Diagnostic, Expr, Numerics, Program, Stencil, Stmt, StmtKind, Verified, Verify};

/// The program in a mode, and what was done to it.
///
/// # Errors
/// What the verifier finds in the result.
pub fn apply(program: &Verified<Program>, mode: Numerics) -> Result<(Verified<Program>, Report), Vec<Diagnostic>> {
    let mut report = Report { mode, ..Report::default() };
    if mode == Numerics::Strict {
        return Ok((program.clone(), report));
    }
    let mut program = program.clone().into_inner();
    for (_, stencil) in program.stencils.iter_mut() {
        rewrite_stencil(stencil, mode, &mut report);
    }
    Ok((program.verify()?, report))
}

fn rewrite_stencil(stencil: &mut Stencil, mode: Numerics, report: &mut Report) {
    let mut new = Vec::new();
    let mut rewriter = Rewriter::new(stencil, mode);
    each_value(stencil, &mut |value| new.push(rewriter.value(value, report)));
    let mut new = new.into_iter();
    for stmt in stencil.loops.iter_mut().flat_map(|l| &mut l.sections).flat_map(|s| &mut s.executions).flat_map(|e| &mut e.body)
    {
        stmt.walk_mut(&mut |stmt| {
            if let StmtKind::Assign(assign) = &mut stmt.kind
                && let Some(Some(value)) = new.next()
            {
                assign.value = value;
            }
        });
    }
}

/// Calls `visit` with the value of every assignment, in order.
fn each_value<'s>(stencil: &'s Stencil, visit: &mut impl FnMut(&'s Expr)) {
    let mut each = |stmt: &'s Stmt| {
        if let StmtKind::Assign(assign) = &stmt.kind {
            visit(&assign.value);
        }
    };
    stencil.executions().flat_map(|(_, _, execution)| &execution.body).for_each(|stmt| stmt.walk(&mut each));
}

#[cfg(test)]
mod tests;
