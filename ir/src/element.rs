//! The Rust types of the [`DType`]s, and the result of every operation on them. [`crate::eval`] does the same for [`Value`]s.
//!
//! All operations are total. This table defines them, to the bit, for every executor:
//!
//! | operation | integers | floats |
//! | --- | --- | --- |
//! | `+ - *`, negation, `abs` | wrap | IEEE; negation flips the sign bit, `abs` clears it |
//! | `/` | quotient cut toward zero; 0 when b = 0; `MIN / -1` wraps | IEEE |
//! | `//` | quotient rounded down; 0 when b = 0; `MIN // -1` wraps | [`floor_div`](Element::binary), below |
//! | `%%` | `r + b` if r ≠ 0 and the signs of r and b differ, else r, where r = a rem b; 0 when b = 0 | below |
//!
//! Floats, following CPython's `float_rem` and `float_floor_div` (for b = 0, NumPy's):
//!
//! ```text
//! mod(a, b):       r = fmod(a, b)
//!                  if r != 0:  if (r < 0) != (b < 0): r + b  else r        (a NaN r takes this line and stays NaN)
//!                  else:       copysign(0, b)
//! floor_div(a, b): if b == 0: a / b
//!                  r = fmod(a, b);  d = (a - r) / b
//!                  if r != 0 and (r < 0) != (b < 0): d = d - 1
//!                  if d != 0:  f = floor(d);  if d - f > 0.5: f + 1  else f
//!                  else:       copysign(0, a / b)
//! ```
//!
//! `fmod` is C's, which is exact. Booleans behave as `i8` converted back where an operation is not a boolean's own.

use crate::expr::{BinaryOp, Native};
use crate::math;
use crate::types::DType;
use crate::value::Value;

/// A Rust type that holds the elements of one [`DType`].
pub trait Element: Copy + Default + PartialOrd + Send + Sync + std::fmt::Debug + 'static {
    /// The type it stands for.
    const DTYPE: DType;
    /// The element as a value.
    fn value(self) -> Value;
    /// The value as an element, converted by [`Value::cast`].
    fn of(value: Value) -> Self;
    /// The element stored at the start of `bytes` in the machine's byte order; zero if they are too few.
    fn load(bytes: &[u8]) -> Self;
    /// Stores the element at the start of `bytes`, which it must fit.
    fn store(self, bytes: &mut [u8]);
    /// `-x`.
    fn neg(self) -> Self;
    /// `a op b` of an arithmetic operation; zero for comparisons and logic, which give booleans.
    fn binary(op: BinaryOp, a: Self, b: Self) -> Self;
    /// A native function that gives its arguments' type; those beyond the ones that it takes are ignored.
    fn native(native: Native, args: [Self; 3]) -> Self;
    /// A native predicate.
    fn predicate(native: Native, a: Self) -> bool;
    /// `a op b` of a comparison or of logic (zero is false); false for arithmetic operations.
    fn compare(op: BinaryOp, a: Self, b: Self) -> bool {
        let truth = |v: Self| v != Self::default();
        match op {
            BinaryOp::Eq => a == b,
            BinaryOp::Ne => a != b,
            BinaryOp::Lt => a < b,
            BinaryOp::Le => a <= b,
            BinaryOp::Gt => a > b,
            BinaryOp::Ge => a >= b,
            BinaryOp::And => truth(a) & truth(b),
            BinaryOp::Or => truth(a) | truth(b),
            _ => false,
        }
    }
}

/// Runs an expression with `$T` standing for the element type of a [`DType`].
#[macro_export]
macro_rules! with_element {
    ($dtype:expr, $T:ident => $body:expr) => {
        match $dtype {
            $crate::DType::Bool => {
                type $T = bool;
                $body
            }
            $crate::DType::I8 => {
                type $T = i8;
                $body
            }
            $crate::DType::I16 => {
                type $T = i16;
                $body
            }
            $crate::DType::I32 => {
                type $T = i32;
                $body
            }
            $crate::DType::I64 => {
                type $T = i64;
                $body
            }
            $crate::DType::F32 => {
                type $T = f32;
                $body
            }
            $crate::DType::F64 => {
                type $T = f64;
                $body
            }
        }
    };
}

/// Conversions between an element, values and bytes, the same for all number types.
macro_rules! conversions {
    ($t:ty, $variant:ident) => {
        const DTYPE: DType = DType::$variant;
        fn value(self) -> Value {
            Value::$variant(self)
        }
        fn of(value: Value) -> Self {
            match value.cast(DType::$variant) {
                Value::$variant(v) => v,
                _ => unreachable!("a cast gives the type asked for"),
            }
        }
        fn load(bytes: &[u8]) -> Self {
            bytes.first_chunk().map_or(Self::default(), |chunk| <$t>::from_ne_bytes(*chunk))
        }
        fn store(self, bytes: &mut [u8]) {
            bytes[..size_of::<Self>()].copy_from_slice(&self.to_ne_bytes());
        }
    };
}

macro_rules! integer {
    ($t:ty, $variant:ident) => {
        impl Element for $t {
            conversions!($t, $variant);
            fn neg(self) -> Self {
                self.wrapping_neg()
            }
            fn binary(op: BinaryOp, a: Self, b: Self) -> Self {
                let rounds_down = |b: Self| a.wrapping_rem(b) != 0 && (a < 0) != (b < 0);
                match op {
                    BinaryOp::Add => a.wrapping_add(b),
                    BinaryOp::Sub => a.wrapping_sub(b),
                    BinaryOp::Mul => a.wrapping_mul(b),
                    BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Mod if b == 0 => 0,
                    BinaryOp::Div => a.wrapping_div(b),
                    BinaryOp::FloorDiv => a.wrapping_div(b) - rounds_down(b) as Self,
                    BinaryOp::Mod => a.wrapping_rem(b) + if rounds_down(b) { b } else { 0 },
                    _ => 0,
                }
            }
            fn native(native: Native, [a, b, c]: [Self; 3]) -> Self {
                match native {
                    Native::Abs => a.wrapping_abs(),
                    Native::Min => {
                        if b < a {
                            b
                        } else {
                            a
                        }
                    }
                    Native::Max => {
                        if b > a {
                            b
                        } else {
                            a
                        }
                    }
                    Native::Floor | Native::Ceil | Native::Trunc | Native::Round | Native::RoundAway => a,
                    _ => f64::native(native, [a as f64, b as f64, c as f64]) as Self,
                }
            }
            fn predicate(native: Native, _: Self) -> bool {
                native == Native::IsFinite
            }
        }
    };
}

macro_rules! float {
    ($t:ty, $variant:ident) => {
        impl Element for $t {
            conversions!($t, $variant);
            fn neg(self) -> Self {
                -self
            }
            fn binary(op: BinaryOp, a: Self, b: Self) -> Self {
                match op {
                    BinaryOp::Add => a + b,
                    BinaryOp::Sub => a - b,
                    BinaryOp::Mul => a * b,
                    BinaryOp::Div => a / b,
                    BinaryOp::Mod => {
                        let r = a % b;
                        match r != 0.0 {
                            true if (r < 0.0) != (b < 0.0) => r + b,
                            true => r,
                            false => (0.0 as $t).copysign(b),
                        }
                    }
                    BinaryOp::FloorDiv if b == 0.0 => a / b,
                    BinaryOp::FloorDiv => {
                        let r = a % b;
                        let d = (a - r) / b;
                        let d = if r != 0.0 && (r < 0.0) != (b < 0.0) { d - 1.0 } else { d };
                        let f = d.floor();
                        match d != 0.0 {
                            true if d - f > 0.5 => f + 1.0,
                            true => f,
                            false => (0.0 as $t).copysign(a / b),
                        }
                    }
                    _ => 0.0,
                }
            }
            fn native(native: Native, [a, b, c]: [Self; 3]) -> Self {
                match native {
                    Native::Abs => a.abs(),
                    Native::Min => {
                        if b < a {
                            b
                        } else {
                            a
                        }
                    }
                    Native::Max => {
                        if b > a {
                            b
                        } else {
                            a
                        }
                    }
                    Native::Sqrt => a.sqrt(),
                    Native::Floor => a.floor(),
                    Native::Ceil => a.ceil(),
                    Native::Trunc => a.trunc(),
                    Native::Round => a.round_ties_even(),
                    Native::RoundAway => a.round(),
                    Native::Fma => a.mul_add(b, c),
                    _ => transcendental(native, a as f64, b as f64) as Self,
                }
            }
            fn predicate(native: Native, a: Self) -> bool {
                match native {
                    Native::IsFinite => a.is_finite(),
                    Native::IsInf => a.is_infinite(),
                    Native::IsNan => a.is_nan(),
                    _ => false,
                }
            }
        }
    };
}

integer!(i8, I8);
integer!(i16, I16);
integer!(i32, I32);
integer!(i64, I64);
float!(f32, F32);
float!(f64, F64);

impl Element for bool {
    const DTYPE: DType = DType::Bool;
    fn value(self) -> Value {
        Value::Bool(self)
    }
    fn of(value: Value) -> Self {
        value.is_true()
    }
    fn load(bytes: &[u8]) -> Self {
        bytes.first().is_some_and(|b| *b != 0)
    }
    fn store(self, bytes: &mut [u8]) {
        bytes[0] = self as u8;
    }
    fn neg(self) -> Self {
        self
    }
    fn binary(op: BinaryOp, a: Self, b: Self) -> Self {
        i8::binary(op, a as i8, b as i8) != 0
    }
    fn native(native: Native, args: [Self; 3]) -> Self {
        i8::native(native, args.map(i8::from)) != 0
    }
    fn predicate(native: Native, _: Self) -> bool {
        native == Native::IsFinite
    }
}

/// The functions that the platform's mathematics library must not define: they differ from machine to machine. In single
/// precision they are the double result, rounded once.
fn transcendental(native: Native, a: f64, b: f64) -> f64 {
    math::evaluate(native, &[a, b]).unwrap_or(0.0)
}
