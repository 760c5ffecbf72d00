//! Reading, assigning and storing the elements that code accesses.

use super::Lowering;
use super::cell::{Cell, Element, UNKNOWN, Written};
use crate::code::{ComponentIndex, Inst, KOffset, Op, ValueId};
use tradewind_ir::{BinaryOp, DType, FieldId, UnaryOp, Value};

impl Lowering<'_> {
    pub(super) fn assign_element(&mut self, element: Element, value: ValueId) {
        let cell = self.cells.get(element);
        let Some(p) = self.predicate else {
            return self.cells.set(element, Cell { value: Some(value), partial: false, written: Written::Everywhere });
        };
        let written = match cell.written {
            Written::Everywhere => Written::Everywhere,
            Written::Nowhere => Written::Where(p),
            Written::Where(q) => self.or(q, p).map_or(Written::Everywhere, Written::Where),
        };
        let old = cell.value.or_else(|| self.register_zero(element));
        let merged = old.map_or(value, |old| self.select(p, value, old));
        let partial = (old.is_none() || cell.partial) && written != Written::Everywhere;
        self.cells.set(element, Cell { value: Some(merged), partial, written });
    }

    /// The value that a register holds before it is written, where some read may see it.
    pub(super) fn register_zero(&mut self, (field, ..): Element) -> Option<ValueId> {
        let zero = self.scope.registers.contains(&field) && self.scope.fields[field].zero;
        zero.then(|| self.zero(field))
    }

    pub(super) fn zero(&mut self, field: FieldId) -> ValueId {
        let dtype = self.scope.fields[field].dtype;
        self.value(Op::Const(Value::zero(dtype)), dtype)
    }

    pub(super) fn read_element(&mut self, element: Element) -> ValueId {
        let (field, [i, j, k], component) = element;
        let cell = self.cells.get(element);
        let register = self.scope.registers.contains(&field);
        if let Some(value) = cell.value
            && (register || !cell.partial)
        {
            return value;
        }
        let memory = match register {
            true => self.zero(field),
            false => self.load(field, [i, j], KOffset::Constant(k), ComponentIndex::Constant(component)),
        };
        let value = match (cell.value, cell.written) {
            (Some(value), Written::Where(p)) => self.select(p, value, memory),
            (Some(value), _) => value,
            (None, _) => memory,
        };
        self.cells.set(element, Cell { value: Some(value), partial: false, written: cell.written });
        value
    }

    pub(super) fn load(&mut self, field: FieldId, offset: [i32; 2], k: KOffset, component: ComponentIndex) -> ValueId {
        let version = self.versions.get(&field).copied().unwrap_or(0);
        self.out.value(Op::Load { field, offset, k, component }, self.scope.fields[field].dtype, version)
    }

    /// Stores what was assigned to the container's elements and is not in memory yet.
    pub(super) fn flush(&mut self, field: FieldId) {
        let mut stored = false;
        for n in 0..self.cells.list.len() {
            let (element, cell) = self.cells.list[n];
            if element.0 == field && cell.written != Written::Nowhere {
                self.store(element, cell);
                stored = true;
            }
        }
        if stored {
            *self.versions.entry(field).or_default() += 1;
        }
    }

    pub(super) fn flush_all(&mut self) {
        for n in 0..self.cells.list.len() {
            let (element, cell) = self.cells.list[n];
            if cell.written != Written::Nowhere && !self.scope.registers.contains(&element.0) {
                self.store(element, cell);
            }
        }
    }

    pub(super) fn store(&mut self, element: Element, cell: Cell) {
        let predicate = match cell.written {
            Written::Where(p) => Some(p),
            _ => None,
        };
        let (field, [_, _, k], component) = element;
        if let Some(value) = cell.value {
            let (k, component) = (KOffset::Constant(k), ComponentIndex::Constant(component));
            self.out.code.body.push(Inst::Store { field, k, component, value, predicate });
        }
        let value = if cell.partial { None } else { cell.value };
        self.cells.set(element, Cell { value, partial: false, written: Written::Nowhere });
    }

    /// Forgets all that is known about a container's elements.
    pub(super) fn forget(&mut self, field: FieldId) {
        self.cells.list.iter_mut().filter(|(e, _)| e.0 == field).for_each(|(_, cell)| *cell = UNKNOWN);
        *self.versions.entry(field).or_default() += 1;
    }

    /// Notes a value that is right at every point, but was assigned only where the predicate holds.
    pub(super) fn assign_right_everywhere(&mut self, element: Element, value: ValueId) {
        self.assign_element(element, value);
        let written = self.cells.get(element).written;
        self.cells.set(element, Cell { value: Some(value), partial: false, written });
    }

    pub(super) fn and(&mut self, a: ValueId, b: ValueId) -> ValueId {
        let both = self.value(Op::Binary(BinaryOp::And, a, b), DType::Bool);
        self.conjunctions.insert(both, (a, b));
        both
    }

    /// `a or b`; `None` where that is always true. What a branch and its `else` cover together is recognized.
    pub(super) fn or(&mut self, a: ValueId, b: ValueId) -> Option<ValueId> {
        if self.are_opposite(a, b) {
            return None;
        }
        match (self.conjunctions.get(&a), self.conjunctions.get(&b)) {
            (Some(&(p, x)), Some(&(q, y))) if p == q && self.are_opposite(x, y) => Some(p),
            _ if a == b => Some(a),
            _ => Some(self.value(Op::Binary(BinaryOp::Or, a, b), DType::Bool)),
        }
    }

    pub(super) fn are_opposite(&self, a: ValueId, b: ValueId) -> bool {
        let not = |v| self.out.find(&Op::Unary(UnaryOp::Not, v), DType::Bool, 0);
        not(a) == Some(b) || not(b) == Some(a)
    }
}
