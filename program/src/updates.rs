//! Halo updates of several fields as one step, and as one for each field. Those in two phases stay as they are.

use tradewind_ir::{HostStep, Phase, ProgramStmt};

/// Makes a step for each field of each halo update.
pub fn split(steps: &mut Vec<ProgramStmt>) {
    steps.iter_mut().flat_map(ProgramStmt::bodies_mut).for_each(split);
    for step in std::mem::take(steps) {
        match step {
            ProgramStmt::Host(HostStep::Exchange { fields, reach, phase: Phase::Whole, .. }, span) => {
                let one = |field| HostStep::Exchange { fields: vec![field], reach, phase: Phase::Whole, pairs: Vec::new() };
                steps.extend(fields.into_iter().map(|field| ProgramStmt::Host(one(field), span)));
            }
            step => steps.push(step),
        }
    }
}

/// Makes one step of halo updates that follow each other and reach as far.
pub fn merge(steps: &mut Vec<ProgramStmt>) {
    steps.iter_mut().flat_map(ProgramStmt::bodies_mut).for_each(merge);
    for step in std::mem::take(steps) {
        if let ProgramStmt::Host(HostStep::Exchange { fields: next, reach: to, phase: Phase::Whole, .. }, _) = &step
            && let Some(ProgramStmt::Host(HostStep::Exchange { fields, reach, phase: Phase::Whole, .. }, _)) = steps.last_mut()
            && reach == to
        {
            let new: Vec<_> = next.iter().filter(|field| !fields.contains(field)).copied().collect();
            fields.extend(new);
        } else {
            steps.push(step);
        }
    }
}
