//! The functions to about 120 bits, in 256-bit fixed point, by other methods than the definitions use. Checked itself
//! against values from mpmath, an arbitrary-precision library (`values.txt`).

mod area;
mod elementary;
mod erf;
pub mod fixed;
mod gamma;

pub use elementary::Exact;

use elementary::*;
use fixed::Fixed;
use tradewind_ir::Native;

/// The function's value; for finite arguments in its domain where the value is finite and not zero.
pub fn exact(native: Native, args: &[f64]) -> Exact {
    let x = args[0];
    let plain = |value| Exact { value, exponent: 0 };
    match native {
        Native::Exp => exp(Fixed::from(x)),
        Native::Log => plain(log(x)),
        Native::Log10 => plain(log(x) * LOG10_E),
        Native::Pow => pow(x, args[1]),
        Native::Sin => sin_cos(x).0,
        Native::Cos => plain(sin_cos(x).1),
        Native::Tan => {
            let (sin, cos) = sin_cos(x);
            Exact { value: sin.value * cos.reciprocal(), ..sin }
        }
        Native::Sinh | Native::Cosh | Native::Tanh => hyperbolic(native, x),
        Native::Asin => asin(x),
        Native::Acos => plain(HALF_PI - asin(x).plain()),
        Native::Atan => atan(x),
        Native::Asinh | Native::Acosh | Native::Atanh => area::area(native, x),
        Native::Cbrt => cbrt(x),
        Native::Gamma => gamma::gamma(x),
        Native::Erf => erf::erf(x),
        Native::Erfc => erf::erfc(x),
        _ => panic!("no reference for {}", native.name()),
    }
}
