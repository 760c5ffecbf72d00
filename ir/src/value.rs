//! Values: one element of any type.

use crate::types::DType;

/// One element. Equality is to the bit, except that all NaNs of a type are equal; zeros of different sign differ.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    Bool(bool),
    I8(i8),
    I16(i16),
    I32(i32),
    I64(i64),
    F32(f32),
    F64(f64),
}

impl Value {
    /// The type of the value.
    pub fn dtype(self) -> DType {
        match self {
            Value::Bool(_) => DType::Bool,
            Value::I8(_) => DType::I8,
            Value::I16(_) => DType::I16,
            Value::I32(_) => DType::I32,
            Value::I64(_) => DType::I64,
            Value::F32(_) => DType::F32,
            Value::F64(_) => DType::F64,
        }
    }
    /// The zero of a type (`false` for booleans).
    pub fn zero(dtype: DType) -> Value {
        Value::I64(0).cast(dtype)
    }
    /// The value converted to `dtype`: integers wrap, floats saturate into integers with NaN giving zero, to boolean is
    /// "not zero".
    pub fn cast(self, dtype: DType) -> Value {
        macro_rules! from {
            ($v:expr) => {
                match dtype {
                    DType::Bool => Value::Bool($v as f64 != 0.0),
                    DType::I8 => Value::I8($v as i8),
                    DType::I16 => Value::I16($v as i16),
                    DType::I32 => Value::I32($v as i32),
                    DType::I64 => Value::I64($v as i64),
                    DType::F32 => Value::F32($v as f32),
                    DType::F64 => Value::F64($v as f64),
                }
            };
        }
        match self {
            Value::Bool(v) => {
                let v = v as u8;
                from!(v)
            }
            Value::I8(v) => from!(v),
            Value::I16(v) => from!(v),
            Value::I32(v) => from!(v),
            Value::I64(v) => from!(v),
            Value::F32(v) => from!(v),
            Value::F64(v) => from!(v),
        }
    }
    /// The element's bytes as an unsigned number, little end first, upper bits zero; every NaN is the quiet positive one.
    pub fn bits(self) -> u64 {
        match self {
            Value::Bool(v) => v as u64,
            Value::I8(v) => v as u8 as u64,
            Value::I16(v) => v as u16 as u64,
            Value::I32(v) => v as u32 as u64,
            Value::I64(v) => v as u64,
            Value::F32(v) if v.is_nan() => f32::NAN.to_bits() as u64,
            Value::F32(v) => v.to_bits() as u64,
            Value::F64(v) if v.is_nan() => f64::NAN.to_bits(),
            Value::F64(v) => v.to_bits(),
        }
    }
    /// The inverse of [`Value::bits`]: upper bits are ignored.
    pub fn from_bits(dtype: DType, bits: u64) -> Value {
        match dtype {
            DType::Bool => Value::Bool(bits & 1 != 0),
            DType::I8 => Value::I8(bits as i8),
            DType::I16 => Value::I16(bits as i16),
            DType::I32 => Value::I32(bits as i32),
            DType::I64 => Value::I64(bits as i64),
            DType::F32 => Value::F32(f32::from_bits(bits as u32)),
            DType::F64 => Value::F64(f64::from_bits(bits)),
        }
    }
    /// The value as an index or count; floats are truncated.
    pub fn as_i64(self) -> i64 {
        match self.cast(DType::I64) {
            Value::I64(v) => v,
            _ => unreachable!("a cast gives the type asked for"),
        }
    }
    /// The value as a double.
    pub fn as_f64(self) -> f64 {
        match self.cast(DType::F64) {
            Value::F64(v) => v,
            _ => unreachable!("a cast gives the type asked for"),
        }
    }
    /// Whether the value is not zero.
    pub fn is_true(self) -> bool {
        matches!(self.cast(DType::Bool), Value::Bool(true))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.dtype() == other.dtype() && self.bits() == other.bits()
    }
}

impl Eq for Value {}

impl std::hash::Hash for Value {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.dtype(), self.bits()).hash(state);
    }
}
