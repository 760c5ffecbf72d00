//! Types of parameters and declared temporaries.

use tradewind_ir::{DType, FieldType};

/// The type of a parameter or of a declared temporary.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Type {
    Scalar(DType),
    Field(FieldType),
}

impl Type {
    /// The type of a scalar; nothing for a field.
    pub fn scalar(&self) -> Option<DType> {
        if let Type::Scalar(dtype) = self { Some(*dtype) } else { None }
    }
}
