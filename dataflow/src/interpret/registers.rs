//! The values of a tasklet while it runs.

use crate::code::{TaskletCode, ValueId};
use tradewind_ir::{IdVec, Value};

/// The values of a tasklet while it runs.
pub(super) struct Registers(pub IdVec<ValueId, Value>);

impl Registers {
    pub fn of(code: &TaskletCode) -> Registers {
        Registers(code.values.values().map(|dtype| Value::zero(*dtype)).collect())
    }
}
