//! How values are held: of one point, or of several in a vector.

use cranelift_codegen::ir::{Type, types};
use tradewind_ir::DType;

/// How many points a value stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    /// One, in Cranelift's scalar types; a boolean is an `i8` of 0 or 1.
    Scalar,
    /// Several, in 128-bit vectors.
    Vector(Shape),
}

/// How vectors are used. Elements of eight bytes come two to a vector, elements of four bytes four to a vector, of which only the
/// first `lanes` matter. A boolean is a mask of all ones or all zeros, in lanes of 16 / `lanes` bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Shape {
    /// 2 or 4.
    pub lanes: u8,
    /// Only the first lane stands for a point: memory is touched for that one alone.
    pub single: bool,
}

/// Cranelift's type of an element in a register.
pub(super) fn scalar_type(dtype: DType) -> Type {
    match dtype {
        DType::Bool | DType::I8 => types::I8,
        DType::I16 => types::I16,
        DType::I32 => types::I32,
        DType::I64 => types::I64,
        DType::F32 => types::F32,
        DType::F64 => types::F64,
    }
}

impl Shape {
    /// Cranelift's type of elements in a vector; narrow integers have none of their own.
    pub(super) fn vector_type(self, dtype: DType) -> Type {
        match dtype {
            DType::Bool => self.mask_type(),
            DType::I64 => types::I64X2,
            DType::F64 => types::F64X2,
            DType::F32 => types::F32X4,
            DType::I8 | DType::I16 | DType::I32 => types::I32X4,
        }
    }
    /// The type of masks.
    pub(super) fn mask_type(self) -> Type {
        if self.lanes == 2 { types::I64X2 } else { types::I32X4 }
    }
    /// How many lanes stand for points.
    pub(super) fn points(self) -> u8 {
        if self.single { 1 } else { self.lanes }
    }
}
