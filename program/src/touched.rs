//! What a step of a program touches, with all that is inside it.

use crate::analyzed::Analyzed;
use crate::effects::{Effects, Written, updated};
use std::collections::HashSet;
use tradewind_ir::written::Block;
use tradewind_ir::{Expr, FieldId, HostStep, ProgramStmt, ScalarId};

/// Fields and scalars that a step touches.
#[derive(Default, Debug)]
pub struct Touched {
    /// Values from before the step, or from an earlier one inside it.
    pub reads: Vec<(FieldId, Block)>,
    pub writes: Vec<Written>,
    pub reads_scalars: HashSet<ScalarId>,
    pub sets: HashSet<ScalarId>,
}

impl Touched {
    /// All that a step touches, whether or not it does so on each run.
    pub fn of(of: &Analyzed, step: &ProgramStmt) -> Touched {
        let mut touched = Touched::default();
        touched.add(of, step, true);
        touched
    }

    fn add(&mut self, of: &Analyzed, step: &ProgramStmt, placed: bool) {
        self.reads_scalars.extend(step.exprs().into_iter().flat_map(Expr::scalars));
        let written = |field: &FieldId, block| Written { field: *field, block, certain: false };
        match step {
            ProgramStmt::Call { stencil, fields, domain, .. } => {
                let effects = Effects::of_call(of, *stencil, fields, domain, placed);
                self.reads.extend(effects.reads);
                self.writes.extend(effects.writes);
            }
            ProgramStmt::Host(step, _) => match step {
                HostStep::Exchange { fields, .. } => {
                    for (field, declared) in fields.iter().filter_map(|field| Some((field, of.program.fields.get(*field)?))) {
                        // The halo counts as a whole, however far the update reaches.
                        let (domain, halo) = updated(declared, None, of.min_size);
                        self.reads.push((*field, domain));
                        self.writes.extend(halo.into_iter().map(|side| written(field, side)));
                    }
                }
                HostStep::Copy { to, from } => {
                    self.reads.push((*from, Block::ALL));
                    self.writes.push(written(to, Block::ALL));
                }
                HostStep::Swap { a, b } => {
                    self.reads.extend([a, b].map(|field| (*field, Block::ALL)));
                    self.writes.extend([a, b].map(|field| written(field, Block::ALL)));
                }
                HostStep::Callback { fields, fills, .. } => {
                    self.reads.extend(fields.iter().map(|field| (*field, Block::ALL)));
                    self.writes.extend(fields.iter().filter(|_| fills.writes()).map(|field| written(field, Block::ALL)));
                }
                HostStep::Let { .. }
                | HostStep::For { .. }
                | HostStep::Within { .. }
                | HostStep::While { .. }
                | HostStep::Branch { .. } => {}
            },
        }
        self.sets.extend(step.sets());
        let placed = placed && !matches!(step, ProgramStmt::Host(HostStep::Within { .. }, _));
        step.inner().for_each(|inner| self.add(of, inner, placed));
    }
}
