//! Element types, and the conversion of operands of different types.

use std::fmt;

/// The type of a field's elements, of a scalar, of an expression.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DType {
    Bool,
    I8,
    I16,
    I32,
    I64,
    F32,
    F64,
}

impl DType {
    /// All types, narrowest first within a kind.
    pub const ALL: [DType; 7] = [DType::Bool, DType::I8, DType::I16, DType::I32, DType::I64, DType::F32, DType::F64];

    /// Bytes that one element takes in memory (a boolean takes one).
    pub fn size(self) -> usize {
        match self {
            DType::Bool | DType::I8 => 1,
            DType::I16 => 2,
            DType::I32 | DType::F32 => 4,
            DType::I64 | DType::F64 => 8,
        }
    }
    /// `f32` or `f64`.
    pub fn is_float(self) -> bool {
        matches!(self, DType::F32 | DType::F64)
    }
    /// A signed integer of any width; booleans are not integers.
    pub fn is_int(self) -> bool {
        matches!(self, DType::I8 | DType::I16 | DType::I32 | DType::I64)
    }
    /// Whether a parameter of this type takes values of another: an integer may become a float, a boolean remains one.
    pub fn takes(self, given: DType) -> bool {
        (given == DType::Bool) == (self == DType::Bool) && (!given.is_float() || self.is_float())
    }
    /// The name in the text form: `f64`, `i32`, `bool`.
    pub fn name(self) -> &'static str {
        match self {
            DType::Bool => "bool",
            DType::I8 => "i8",
            DType::I16 => "i16",
            DType::I32 => "i32",
            DType::I64 => "i64",
            DType::F32 => "f32",
            DType::F64 => "f64",
        }
    }
    /// The type named `name` in the text form.
    pub fn from_name(name: &str) -> Option<DType> {
        DType::ALL.into_iter().find(|d| d.name() == name)
    }
    /// The common type of two arithmetic operands, as NumPy has it: the wider of one kind; an integer beside a float
    /// gives that float when it fits (`i8`, `i16` beside `f32`), `f64` otherwise; a boolean gives the other type.
    pub fn promote(self, other: DType) -> DType {
        let (low, high) = if self <= other { (self, other) } else { (other, self) };
        match (low, high) {
            (DType::I32 | DType::I64, DType::F32) => DType::F64,
            _ => high,
        }
    }
}

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
