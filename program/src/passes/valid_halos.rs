//! Leaves out halo updates of fields whose halo is still valid: nothing has written the field since an update that went as far.
//!
//! ```text
//! halo_update %q width 2                halo_update %q width 2
//! call @diffuse(%q, %r)                 call @diffuse(%q, %r)
//! halo_update %q, %r width 2     =>     halo_update %r width 2
//! call @advect(%q, %r)                  call @advect(%q, %r)
//! ```
//!
//! A field of the program's own holds zeros at the start, its halo too. A copy and a swap take the halo along. A loop starts with what is
//! valid before it and at the end of each of its rounds, so that an update at the end of a time step serves the next one.

use crate::analyzed::Analyzed;
use crate::halo::{Valid, Walk, reach_of};
use tradewind_ir::pass::Pass;
use tradewind_ir::{Diagnostic, Extent, FieldId, HostStep, Lifetime, Phase, ProgramStmt};

/// The pass `valid-halos`.
pub struct ValidHalos;

impl Pass<Analyzed> for ValidHalos {
    fn name(&self) -> &'static str {
        "valid-halos"
    }
    fn doc(&self) -> &'static str {
        "leave out halo updates of fields that nothing has written since the last one"
    }
    fn run(&self, of: &mut Analyzed) -> Result<usize, Vec<Diagnostic>> {
        let (mut body, mut changes) = (std::mem::take(&mut of.program.body), 0);
        let visit = &mut |step: &mut ProgramStmt, valid: &Valid| {
            let ProgramStmt::Host(HostStep::Exchange { fields, reach, phase: Phase::Whole, .. }, _) = step else { return true };
            let before = fields.len();
            fields.retain(|field| !valid.of(*field).covers(reach_of(reach.or(own_halo(of, *field)))));
            changes += before - fields.len();
            !fields.is_empty()
        };
        Walk::new(of).steps(&mut body, Some(visit));
        of.program.body = body;
        Ok(changes)
    }
}

/// The whole halo of a field of the program's own; an array of the caller may have more.
fn own_halo(of: &Analyzed, field: FieldId) -> Option<Extent> {
    let is_own = of.program.fields.get(field).is_some_and(|f| f.lifetime == Lifetime::Transient);
    is_own.then(|| of.halos[field])
}
