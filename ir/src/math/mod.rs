//! # Transcendental functions, defined once
//!
//! What `exp x` is, to the last bit, is part of the language. A [`Definition`] says it as a straight line of primitive
//! operations on 64-bit lanes: IEEE arithmetic with fused multiply-add, integer and bit operations, comparisons that
//! give masks, selects, table look-ups at indices that are in range by construction. There are no branches, so a code
//! generator can emit the line for one lane, for a vector, or for a GPU thread, and [`Definition::evaluate`] walks it
//! for the interpreter: all get the same bits, because every operation is exactly specified. (Only the bits of a NaN
//! are not; the language takes all NaNs for one value.)
//!
//! Definitions are at most 1 ulp from the true value, `pow` 2 ulp, with the special values of C99's Annex F. A function
//! of `f32` is the same definition on widened arguments, its result rounded to `f32`.
//!
//! The text form of a definition, here that of [`Native::Exp`] (`k` is in the low bits of `v9`, see [`exp`]):
//!
//! ```text
//! define exp(1) {
//!   v0 = param 0
//!   v1 = f64 710.0
//!   v2 = lt v1, v0
//!   v3 = select v2, v1, v0
//!   ...
//!   v39 = shr v11, 1
//!   v40 = shl v39, 52
//!   v41 = i64 0x3ff0000000000000
//!   v42 = iadd v40, v41
//!   v43 = from_bits v42
//!   v44 = mul v38, v43
//!   ...
//!   return v49
//! }
//! ```
//!
//! Parts that matter to few arguments, such as the reduction of huge angles, are marked [`Rare`]: an executor may
//! branch around them.
//!
//! [`build`] has the operators that definitions are written with; then there is a file for each family.

mod angle;
pub mod build;
pub mod evaluate;
pub mod exp;
pub mod log;
pub mod op;
pub mod pow;
pub mod trig;

use crate::expr::Native;
pub use op::{Definition, Id, Lane, Op, Rare};

/// The function's definition, if it has one.
pub fn definition(native: Native) -> Option<&'static Definition> {
    Some(match native {
        Native::Exp => &exp::EXP,
        Native::Sin => &trig::SIN,
        Native::Cos => &trig::COS,
        Native::Tan => &trig::TAN,
        Native::Pow => &pow::POW,
        Native::Log => &log::LOG,
        Native::Log10 => &log::LOG10,
        _ => return None,
    })
}

/// The function of one argument that every executor calls where there is no definition.
pub fn fallback(native: Native) -> Option<extern "C" fn(f64) -> f64> {
    macro_rules! libm {
        ($name:ident) => {{
            extern "C" fn $name(x: f64) -> f64 {
                libm::$name(x)
            }
            $name
        }};
    }
    Some(match native {
        Native::Asin => libm!(asin),
        Native::Acos => libm!(acos),
        Native::Atan => libm!(atan),
        Native::Sinh => libm!(sinh),
        Native::Cosh => libm!(cosh),
        Native::Tanh => libm!(tanh),
        _ => return None,
    })
}

/// The value of a transcendental function; nothing for other functions. Arguments beyond those that the function takes are
/// ignored.
pub fn evaluate(native: Native, args: &[f64]) -> Option<f64> {
    match definition(native) {
        Some(definition) => Some(definition.evaluate(args)),
        None => Some(fallback(native)?(*args.first()?)),
    }
}
