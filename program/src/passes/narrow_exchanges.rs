//! Lets halo updates reach as far as what is read of the halo before it is written again, on each side, and leaves out those of which
//! nothing is read.
//!
//! ```text
//! halo_update %q                        halo_update %q reach i(-1,0) j(0,0)
//! call @gradient(%q, %g)         =>     call @gradient(%q, %g)
//! halo_update %g                        call @scale(%g, %out)
//! call @scale(%g, %out)
//! ```
//!
//! The halo of an argument is read at the end of the program, by the caller; that of any field by a callback.

use crate::analyzed::Analyzed;
use crate::live::{Live, Walk};
use tradewind_ir::pass::Pass;
use tradewind_ir::{Diagnostic, Extent, FieldId, HostStep, Phase, ProgramStmt};

/// The pass `narrow-exchanges`.
pub struct NarrowExchanges;

impl Pass<Analyzed> for NarrowExchanges {
    fn name(&self) -> &'static str {
        "narrow-exchanges"
    }
    fn doc(&self) -> &'static str {
        "let halo updates reach as far as what is read of the halo, and leave out those of which nothing is"
    }
    fn run(&self, of: &mut Analyzed) -> Result<usize, Vec<Diagnostic>> {
        let (mut body, mut changes) = (std::mem::take(&mut of.program.body), 0);
        let declared = &of.program.fields;
        let visit = &mut |step: &ProgramStmt, live: &Live| {
            let ProgramStmt::Host(HostStep::Exchange { fields, reach, phase: Phase::Whole, .. }, span) = step else {
                return None;
            };
            // One update for the fields of each reach.
            let mut updates: Vec<(Option<Extent>, Vec<FieldId>)> = Vec::new();
            let before = changes;
            for field in fields {
                let needed = declared.get(*field).map_or(*reach, |declared| live.halo(declared, *field, *reach));
                changes += usize::from(needed != *reach);
                match updates.iter_mut().find(|(reach, _)| *reach == needed) {
                    _ if needed == Some(Extent::ZERO) => {}
                    Some((_, fields)) => fields.push(*field),
                    None => updates.push((needed, vec![*field])),
                }
            }
            let update = |(reach, fields)| HostStep::Exchange { fields, reach, phase: Phase::Whole, pairs: Vec::new() };
            let steps = updates.into_iter().map(|it| ProgramStmt::Host(update(it), *span));
            (changes > before).then(|| steps.collect())
        };
        Walk::new(of).steps(&mut body, Some(visit));
        of.program.body = body;
        Ok(changes)
    }
}
