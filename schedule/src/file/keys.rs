//! The keys of a step, besides `do`: one line for each argument that a transformation may have.

use crate::transform::Args;
use crate::tree::{NodeId, Unit};
use tradewind_ir::{BlockSize, FieldId};

/// A key.
#[derive(Debug)]
pub struct Key {
    pub name: &'static str,
    /// What it sets.
    pub slot: fn(&mut Args) -> Slot<'_>,
}

/// The field of an argument, by its type.
pub enum Slot<'a> {
    Loop(&'a mut Option<NodeId>),
    Loops(&'a mut Vec<NodeId>),
    /// A loop, a statement or a step of the program.
    Unit(&'a mut Option<Unit>),
    Temporary(&'a mut Option<FieldId>),
    /// Of blocks; no points where none is given.
    Size(&'a mut BlockSize),
    Flag(&'a mut bool),
}

/// All keys, in the order in which they are written.
pub static KEYS: [Key; 10] = [
    Key { name: "loops", slot: |args| Slot::Loops(&mut args.loops) },
    Key { name: "temp", slot: |args| Slot::Temporary(&mut args.temp) },
    Key { name: "at", slot: |args| Slot::Loop(&mut args.at) },
    Key { name: "unit", slot: |args| Slot::Unit(&mut args.unit) },
    Key { name: "before", slot: |args| Slot::Unit(&mut args.before) },
    Key { name: "after", slot: |args| Slot::Unit(&mut args.after) },
    Key { name: "size", slot: |args| Slot::Size(&mut args.size) },
    Key { name: "sequential", slot: |args| Slot::Flag(&mut args.sequential) },
    Key { name: "shift", slot: |args| Slot::Flag(&mut args.shift) },
    Key { name: "last", slot: |args| Slot::Flag(&mut args.last) },
];

impl Slot<'_> {
    /// What a file has to give.
    pub fn wanted(&self) -> &'static str {
        match self {
            Slot::Loop(_) => "the selector of a loop, such as \"smooth/k\"",
            Slot::Loops(_) => "a list of selectors of loops, such as [\"smooth/k\", \"smooth/k.1\"]",
            Slot::Unit(_) => "a selector, such as \"smooth/%out\"",
            Slot::Temporary(_) => "the name of a temporary, such as \"flux\"",
            Slot::Size(_) => "a whole number from 0 to 4294967295, or the name of an argument, such as \"$rows\"",
            Slot::Flag(_) => "`true` or `false`",
        }
    }
}
