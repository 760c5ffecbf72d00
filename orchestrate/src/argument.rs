//! Arguments of calls.

use crate::view::ArrayView;
use tradewind_ir::Value;

/// One argument of a call.
#[derive(Clone, Debug)]
pub enum Argument<'a> {
    Field(ArrayView<'a>),
    /// Converted to the parameter's type, if it can hold the value's kind (an integer may become a float, not vice versa).
    Scalar(Value),
    /// Nothing, for a parameter that the program does not touch.
    Absent,
}
