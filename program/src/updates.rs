//! Halo updates of several fields as one step, and as one for each field.

use tradewind_ir::ProgramStmt;

/// Makes a step for each field of each halo update.
pub fn split(steps: &mut Vec<ProgramStmt>) {
    inside(steps, split);
    for step in std::mem::take(steps) {
        match step {
            ProgramStmt::HaloUpdate { fields, reach, span } => {
                steps.extend(fields.into_iter().map(|field| ProgramStmt::HaloUpdate { fields: vec![field], reach, span }));
            }
            step => steps.push(step),
        }
    }
}

/// Makes one step of halo updates that follow each other and reach as far.
pub fn merge(steps: &mut Vec<ProgramStmt>) {
    inside(steps, merge);
    for step in std::mem::take(steps) {
        if let ProgramStmt::HaloUpdate { fields: next, reach: to, .. } = &step
            && let Some(ProgramStmt::HaloUpdate { fields, reach, .. }) = steps.last_mut()
            && reach == to
        {
            let new: Vec<_> = next.iter().filter(|field| !fields.contains(field)).copied().collect();
            fields.extend(new);
        } else {
            steps.push(step);
        }
    }
}

fn inside(steps: &mut [ProgramStmt], change: fn(&mut Vec<ProgramStmt>)) {
    for step in steps {
        match step {
            ProgramStmt::For { body, .. } | ProgramStmt::While { body, .. } => change(body),
            ProgramStmt::If { then, otherwise, .. } => {
                change(then);
                change(otherwise);
            }
            _ => {}
        }
    }
}
