//! Sine, cosine, tangent.
//!
//! `|x| = q pi/2 + r` with `q` whole and `|r| <= pi/4`; `r` is a sum of two doubles ([`super::angle`]). Minimax polynomials
//! give `sin r` and `cos r`, and the quadrant says which of them, and with what sign, the result is.

use super::angle::{Angle, reduce};
use super::build::{Builder, F, M, define};
use super::op::Definition;
use std::sync::LazyLock;

/// `sin x`; 0.77 ulp.
pub static SIN: LazyLock<Definition> = LazyLock::new(|| define("sin", 1, |b, args| sin(b, args[0])));

/// `cos x`; 0.77 ulp.
pub static COS: LazyLock<Definition> = LazyLock::new(|| define("cos", 1, |b, args| cos(b, args[0])));

/// `tan x`; 0.90 ulp.
pub static TAN: LazyLock<Definition> = LazyLock::new(|| define("tan", 1, |b, args| tan(b, args[0])));

/// `(sin r - r) / r^3` in `r^2`, for `|r| <= pi/4`; minimax for the relative error of `sin r`, 2^-57.
const SIN_TAIL: [f64; 6] = [
    -0.1666666666666663,
    0.008333333333322103,
    -0.0001984126982957464,
    2.755731361545673e-06,
    -2.505074672513253e-08,
    1.5896164333073337e-10,
];

/// `(cos r - 1 + r^2/2) / r^4` in `r^2`, for `|r| <= pi/4`; minimax for the relative error of `cos r`, 2^-63.
const COS_TAIL: [f64; 6] = [
    0.041666666666666595,
    -0.0013888888888873023,
    2.480158728882959e-05,
    -2.755731417246424e-07,
    2.087569986286032e-09,
    -1.135848360073802e-11,
];

/// A number as the sum of a double and a smaller one.
#[derive(Clone, Copy)]
struct Pair<'b>(F<'b>, F<'b>);

impl<'b> Pair<'b> {
    fn sum(self) -> F<'b> {
        self.0 + self.1
    }
    /// The same with the first part the nearest double to the sum; the second part is the smaller one now, too.
    fn normal(self) -> Pair<'b> {
        let sum = self.sum();
        Pair(sum, self.0 - sum + self.1)
    }
}

fn sin<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let angle = reduce(b, x.abs());
    let (sin, cos) = sin_cos(b, &angle);
    let sign = x.sign() ^ (angle.quadrant << 62 & i64::MIN);
    is_even(&angle).select(sin.sum(), cos.sum()).with_sign(sign)
}

fn cos<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let angle = reduce(b, x.abs());
    let (sin, cos) = sin_cos(b, &angle);
    let sign = (angle.quadrant + 1) << 62 & i64::MIN;
    is_even(&angle).select(cos.sum(), sin.sum()).with_sign(sign)
}

fn tan<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let angle = reduce(b, x.abs());
    let (sin, cos) = sin_cos(b, &angle);
    let (sin, cos, even) = (sin.normal(), cos.normal(), is_even(&angle));
    let above = Pair(even.select(sin.0, cos.0), even.select(sin.1, cos.1));
    let below = Pair(even.select(cos.0, sin.0), even.select(cos.1, sin.1));
    // One division, and one step of correction by the remainder.
    let inverse = b.f64(1.0) / below.0;
    let ratio = above.0 * inverse;
    let remainder = (-ratio).fma(below.0, above.0) + (above.1 - ratio * below.1);
    remainder.fma(inverse, ratio).with_sign(x.sign() ^ (angle.quadrant << 63))
}

fn is_even<'b>(angle: &Angle<'b>) -> M<'b> {
    (angle.quadrant & 1).equals(0)
}

/// Sine and cosine of the reduced angle; the pairs' second parts are what polynomials and rounding errors add.
fn sin_cos<'b>(b: &'b Builder, angle: &Angle<'b>) -> (Pair<'b>, Pair<'b>) {
    let (r, low) = (angle.r, angle.low);
    let z = r * r;
    let most = z.fma(-0.5, 1.0);
    let most_rest = z.fma(-0.5, b.f64(1.0) - most);
    let sin_rest = z.horner(&SIN_TAIL).fma(z * r, low * most);
    let cos_rest = z.horner(&COS_TAIL).fma(z * z, most_rest - r * low);
    (Pair(r, sin_rest), Pair(most, cos_rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_values() {
        for (function, at_zero) in [(&*SIN, 0.0), (&*COS, 1.0), (&*TAN, 0.0)] {
            assert_eq!(function.evaluate(&[0.0]).to_bits(), f64::to_bits(at_zero), "{}", function.name);
            for x in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN, -f64::NAN] {
                assert!(function.evaluate(&[x]).is_nan(), "{} {x}", function.name);
            }
        }
        for function in [&*SIN, &*TAN] {
            for x in [-0.0, 5e-324, -5e-324, 1e-300] {
                assert_eq!(function.evaluate(&[x]).to_bits(), x.to_bits(), "{} {x}", function.name);
            }
        }
    }
}
