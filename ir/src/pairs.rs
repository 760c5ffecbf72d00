//! Pairs of fields that are the components of one vector, along I and J, in halo updates.
//!
//! Periodic halos are filled field by field. A host whose neighbours have other axes turns vectors, and needs both components at once. A
//! width counts from the last point of a field, so that components at different positions are filled by steps of their own. Steps in a
//! row that name the same pairs, each once, are one update:
//!
//! ```text
//! halo_update %u reach i(-3,4) j(-3,3) pairs (%u, %v)
//! halo_update %v reach i(-3,3) j(-3,4) pairs (%u, %v)
//! ```

use crate::host::HostStep;
use crate::ids::FieldId;
use crate::program::ProgramStmt;
use std::mem::discriminant;

/// How many steps at the front of a list make one halo update. A list that begins with another step has one such step.
pub fn together(steps: &[ProgramStmt]) -> usize {
    let Some(ProgramStmt::Host(HostStep::Exchange { pairs, phase, .. }, _)) = steps.first() else { return 1 };
    let mut known: Vec<FieldId> = Vec::new();
    let joins = |step: &&ProgramStmt| {
        let ProgramStmt::Host(HostStep::Exchange { fields, phase: next, pairs: other, .. }, _) = step else { return false };
        let components: Vec<FieldId> = fields.iter().filter(|field| pairs.as_flattened().contains(field)).copied().collect();
        let is_new = components.iter().all(|field| !known.contains(field));
        known.extend(components);
        is_new && other == pairs && discriminant(next) == discriminant(phase)
    };
    if pairs.is_empty() { 1 } else { steps.iter().take_while(joins).count() }
}
