//! The instructions of a tasklet, those inside loops included.

use std::collections::BTreeSet;
use tradewind_dataflow::{Inst, Op, TaskletCode};
use tradewind_ir::FieldId;

/// The containers that a tasklet loads and stores.
pub(super) fn accessed(code: &TaskletCode) -> BTreeSet<FieldId> {
    let mut found = BTreeSet::new();
    each_inst(&code.body, &mut |inst| match inst {
        Inst::Let(_, Op::Load { field, .. }) | Inst::Store { field, .. } => {
            found.insert(*field);
        }
        _ => {}
    });
    found
}

/// Calls `visit` on every instruction, those inside loops included.
pub(super) fn each_inst<'c>(body: &'c [Inst], visit: &mut impl FnMut(&'c Inst)) {
    for inst in body {
        visit(inst);
        if let Inst::While { head, body, .. } = inst {
            each_inst(head, visit);
            each_inst(body, visit);
        }
    }
}
