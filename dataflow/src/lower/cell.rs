//! The known values of the elements that code accesses, and the values that are not yet stored.

use crate::code::ValueId;
use std::collections::HashMap;
use tradewind_ir::FieldId;

/// An element of a container relative to the current point, and its component; a register's one value has no offset.
pub(super) type Element = (FieldId, [i32; 3], u32);

/// What is known about an element.
#[derive(Clone, Copy)]
pub(super) struct Cell {
    /// Its value; `None` when it is only in memory (a register: not yet written).
    pub value: Option<ValueId>,
    /// Whether the value counts only where the element was written, the rest being in memory.
    pub partial: bool,
    /// Where it was assigned since it was last stored.
    pub written: Written,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Written {
    Nowhere,
    Where(ValueId),
    Everywhere,
}

/// Cells in the order in which they were first touched.
#[derive(Clone, Default)]
pub(super) struct Cells {
    index: HashMap<Element, usize>,
    pub list: Vec<(Element, Cell)>,
}

/// Nothing is known.
pub(super) const UNKNOWN: Cell = Cell { value: None, partial: false, written: Written::Nowhere };

impl Cell {
    /// An element whose value is known, with nothing to store.
    pub fn known(value: ValueId) -> Cell {
        Cell { value: Some(value), ..UNKNOWN }
    }
}

impl Cells {
    pub fn get(&self, element: Element) -> Cell {
        self.index.get(&element).map_or(UNKNOWN, |n| self.list[*n].1)
    }
    pub fn set(&mut self, element: Element, cell: Cell) {
        let n = *self.index.entry(element).or_insert(self.list.len());
        match self.list.get_mut(n) {
            Some(slot) => slot.1 = cell,
            None => self.list.push((element, cell)),
        }
    }
}
