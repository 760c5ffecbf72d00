//! Code under construction, in which equal operations are created once.

use crate::code::{Inst, Op, TaskletCode, ValueId};
use std::collections::HashMap;
use tradewind_ir::DType;

/// Code that grows at its end. Operations are numbered: asking for one again gives the value that is there, if it is visible.
pub(crate) struct Numbering {
    /// Inside a loop, the body is that of the part being made.
    pub code: TaskletCode,
    /// Values by what computes them, those of the innermost loop last.
    scopes: Vec<HashMap<(Op, DType, u32), ValueId>>,
}

impl Numbering {
    pub fn new() -> Numbering {
        Numbering { code: TaskletCode::default(), scopes: vec![HashMap::new()] }
    }
    /// The value of an operation. `version` tells operations apart that give different values at different times: loads, by
    /// the number of stores before them.
    pub fn value(&mut self, op: Op, dtype: DType, version: u32) -> ValueId {
        if let Some(value) = self.find(&op, dtype, version) {
            return value;
        }
        let value = self.code.values.push(dtype);
        self.code.body.push(Inst::Let(value, op));
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert((op, dtype, version), value);
        }
        value
    }
    /// The value of an operation that was made before.
    pub fn find(&self, op: &Op, dtype: DType, version: u32) -> Option<ValueId> {
        let key = (*op, dtype, version);
        self.scopes.iter().rev().find_map(|scope| scope.get(&key)).copied()
    }
    /// Begins a loop: what is made from now on is visible until [`Numbering::leave`]. Returns the instructions so far.
    pub fn enter(&mut self) -> Vec<Inst> {
        self.scopes.push(HashMap::new());
        self.take()
    }
    /// The instructions since the last taking.
    pub fn take(&mut self) -> Vec<Inst> {
        std::mem::take(&mut self.code.body)
    }
    /// Ends a loop: goes on after `before`, and returns the instructions since the last taking.
    pub fn leave(&mut self, before: Vec<Inst>) -> Vec<Inst> {
        self.scopes.pop();
        std::mem::replace(&mut self.code.body, before)
    }
}
