//! Leaves out calls, copies and swaps of whose results nothing is read.
//!
//! ```text
//! call @flux(%q, %f)                    call @flux(%q, %f)
//! copy %old <- %q                =>     call @update(%q, %f)
//! call @update(%q, %f)
//! ```
//!
//! What counts is points: a call that writes the domain is left out if another one writes all of it again before a read. A call whose
//! stencil reports errors about computed indexes stays.

use crate::analyzed::Analyzed;
use crate::effects::Effects;
use crate::live::{Live, Walk};
use tradewind_ir::pass::Pass;
use tradewind_ir::{Diagnostic, HostStep, ProgramStmt, Stencil};

/// The pass `dead-steps`.
pub struct DeadSteps;

impl Pass<Analyzed> for DeadSteps {
    fn name(&self) -> &'static str {
        "dead-steps"
    }
    fn doc(&self) -> &'static str {
        "leave out calls, copies and swaps of whose results nothing is read"
    }
    fn run(&self, of: &mut Analyzed) -> Result<usize, Vec<Diagnostic>> {
        let (mut body, mut changes) = (std::mem::take(&mut of.program.body), 0);
        let reports: Vec<bool> = of.program.stencils.values().map(reports).collect();
        let visit = &mut |step: &ProgramStmt, live: &Live| {
            let dead = match step {
                ProgramStmt::Call { stencil, fields, domain, .. } => {
                    let written = Effects::of_call(of, *stencil, fields, domain, true).writes;
                    !reports[stencil.0 as usize] && !written.iter().any(|w| live.meets(w.field, w.block))
                }
                ProgramStmt::Host(HostStep::Copy { to, .. }, _) => !live.has(*to),
                ProgramStmt::Host(HostStep::Swap { a, b }, _) => !live.has(*a) && !live.has(*b),
                ProgramStmt::Host(..) => false,
            };
            changes += usize::from(dead);
            dead.then(Vec::new)
        };
        Walk::new(of).steps(&mut body, Some(visit));
        of.program.body = body;
        Ok(changes)
    }
}

/// Whether a stencil reports errors.
pub(super) fn reports(stencil: &Stencil) -> bool {
    stencil.executions().any(|(_, _, execution)| execution.body.iter().any(|stmt| stmt.has_checks()))
}
