//! The values of a tasklet during emission.

use cranelift_codegen::ir::Value;
use tradewind_dataflow::{TaskletCode, ValueId};
use tradewind_ir::DType;
use tradewind_ir::ids::Id;

/// The values of a tasklet that are defined so far.
#[derive(Clone)]
pub(super) struct Values<'c> {
    code: &'c TaskletCode,
    known: Vec<Option<Value>>,
}

impl<'c> Values<'c> {
    /// None of the values of a tasklet.
    pub(super) fn none(code: &'c TaskletCode) -> Values<'c> {
        Values { code, known: vec![None; code.values.len()] }
    }
    /// A value defined before.
    pub(super) fn get(&self, id: ValueId) -> Value {
        self.known[id.index()].expect("a verified tasklet defines values before their use")
    }
    /// A value's type.
    pub(super) fn dtype(&self, id: ValueId) -> DType {
        self.code.values[id]
    }
    /// Defines a value.
    pub(super) fn set(&mut self, id: ValueId, value: Value) {
        self.known[id.index()] = Some(value);
    }
    /// Whether a value is defined.
    pub(super) fn has(&self, id: ValueId) -> bool {
        self.known[id.index()].is_some()
    }
}
