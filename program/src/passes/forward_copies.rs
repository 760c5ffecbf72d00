//! Lets calls read the source of a copy in place of the copy, as long as nothing writes either of them.
//!
//! ```text
//! copy %old = %q                        copy %old = %q
//! call @slope(%old, %s)          =>     call @slope(%q, %s)
//! call @advect(%old, %s, %q)            call @advect(%old, %s, %q)
//! ```
//!
//! A copy that nothing reads any more is then left out (`dead-steps`). A call whose stencil reports errors about computed indexes keeps its fields,
//! because the errors name them.

use crate::analyzed::Analyzed;
use crate::passes::dead_steps::reports;
use crate::touched::Touched;
use std::collections::BTreeMap;
use tradewind_ir::pass::Pass;
use tradewind_ir::{Diagnostic, FieldId, HostStep, ProgramStmt};

/// The pass `forward-copies`.
pub struct ForwardCopies;

impl Pass<Analyzed> for ForwardCopies {
    fn name(&self) -> &'static str {
        "forward-copies"
    }
    fn doc(&self) -> &'static str {
        "let calls read the source of a copy in place of the copy"
    }
    fn run(&self, of: &mut Analyzed) -> Result<usize, Vec<Diagnostic>> {
        let mut steps = std::mem::take(&mut of.program.body);
        let mut walk = Walk { of, sources: BTreeMap::new(), changes: 0 };
        walk.steps(&mut steps);
        let changes = walk.changes;
        of.program.body = steps;
        Ok(changes)
    }
}

struct Walk<'a> {
    of: &'a Analyzed,
    /// Of fields that are copies, the field that holds the same.
    sources: BTreeMap<FieldId, FieldId>,
    changes: usize,
}

impl Walk<'_> {
    fn steps(&mut self, steps: &mut [ProgramStmt]) {
        steps.iter_mut().for_each(|step| self.step(step));
    }

    fn step(&mut self, step: &mut ProgramStmt) {
        let is_copy = matches!(step, ProgramStmt::Host(HostStep::Copy { .. }, _));
        if self.sources.is_empty() && !is_copy && step.inner().next().is_none() {
            return;
        }
        let written: Vec<FieldId> = Touched::of(self.of, step).writes.iter().map(|w| w.field).collect();
        match step {
            ProgramStmt::Call { stencil, fields, .. } => {
                // Errors name the field that the program names.
                let named = self.of.program.stencils.get(*stencil).is_some_and(reports);
                for field in fields.iter_mut().filter(|_| !named) {
                    let source = self.sources.get(field).filter(|source| !written.contains(field) && !written.contains(source));
                    if let Some(source) = source {
                        *field = *source;
                        self.changes += 1;
                    }
                }
                self.forget(&written);
            }
            ProgramStmt::Host(HostStep::Copy { to, from }, _) => {
                let source = self.sources.get(from).copied().unwrap_or(*from);
                self.forget(&[*to]);
                if source != *to {
                    self.sources.insert(*to, source);
                }
            }
            ProgramStmt::Host(HostStep::For { body, .. } | HostStep::While { body, .. } | HostStep::Within { body, .. }, _) => {
                // What a round writes is not known at the start of the next one, nor behind the loop.
                self.forget(&written);
                self.inside(body);
            }
            ProgramStmt::Host(HostStep::Branch { then, otherwise, .. }, _) => {
                self.inside(then);
                self.inside(otherwise);
                self.forget(&written);
            }
            ProgramStmt::Host(..) => self.forget(&written),
        }
    }

    /// Steps after which only that holds which nothing inside of them changes.
    fn inside(&mut self, steps: &mut [ProgramStmt]) {
        let before = self.sources.clone();
        self.steps(steps);
        self.sources = before;
    }

    fn forget(&mut self, written: &[FieldId]) {
        self.sources.retain(|to, from| !written.contains(to) && !written.contains(from));
    }
}
