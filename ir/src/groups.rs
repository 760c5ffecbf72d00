//! Groups of a program's fields that copies and swaps connect.

use crate::host::HostStep;
use crate::ids::{FieldId, Id};
use crate::program::{Program, ProgramStmt};

/// The fields of a program in groups: those of one group are copied to or swapped with each other, directly or through others.
pub struct Groups {
    /// Another field of the group; the leader of a group has itself.
    next: Vec<usize>,
}

impl Groups {
    /// The groups of a program's fields.
    pub fn of(program: &Program) -> Groups {
        let mut groups = Groups { next: (0..program.fields.len()).collect() };
        program.body.iter().for_each(|step| step.walk(&mut |step| groups.join(step)));
        groups
    }
    /// The one field by which the group of a field is known.
    pub fn leader(&mut self, field: FieldId) -> FieldId {
        let mut at = field.index();
        while self.next[at] != at {
            self.next[at] = self.next[self.next[at]];
            at = self.next[at];
        }
        FieldId::from_index(at)
    }
    fn join(&mut self, step: &ProgramStmt) {
        if let ProgramStmt::Host(HostStep::Copy { to: a, from: b } | HostStep::Swap { a, b }, _) = step
            && a.index().max(b.index()) < self.next.len()
        {
            let (a, b) = (self.leader(*a), self.leader(*b));
            self.next[a.index()] = b.index();
        }
    }
}
