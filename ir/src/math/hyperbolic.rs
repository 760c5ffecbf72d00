//! Hyperbolic functions.
//!
//! Of `|x|`: sine and cosine as half the difference and sum of `exp x` and `exp(-x)`, the sine up to 1 by its series; the
//! tangent as `u / (u + 2)` with `u = exp 2x - 1` (as in fdlibm, K. C. Ng, 1993). What is rounded off before the last
//! addition is kept.

use super::build::{Builder, F, define};
use super::exp::{LN2, LONG_TAIL, exp_reduced, multiple_of_ln2, power_of_two, scale};
use super::op::Definition;
use super::pair::{Pair, two_sum};
use std::sync::LazyLock;

/// `sinh x`; 0.82 ulp.
pub static SINH: LazyLock<Definition> = LazyLock::new(|| define("sinh", 1, |b, args| sinh(b, args[0])));

/// `cosh x`; 0.80 ulp.
pub static COSH: LazyLock<Definition> = LazyLock::new(|| define("cosh", 1, |b, args| cosh(b, args[0])));

/// `tanh x`; 0.81 ulp.
pub static TANH: LazyLock<Definition> = LazyLock::new(|| define("tanh", 1, |b, args| tanh(b, args[0])));

/// `(sinh x - x) / x^3` in `x^2`, for `|x| <= 1`; minimax for the relative error of `sinh x`, 2^-63.
const SINH_TAIL: [f64; 7] = [
    0.16666666666666669,
    0.008333333333333148,
    0.00019841269841431873,
    2.7557319157071903e-06,
    2.505212313671877e-08,
    1.605725976903215e-10,
    7.758748793161962e-13,
];

/// Beyond this sine and cosine are infinite.
const INFINITE: f64 = 711.0;

/// Beyond this the tangent is one.
const FLAT: f64 = 22.0;

fn sinh<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let size = x.abs();
    let square = size * size;
    let small = (square.horner(&SINH_TAIL) * square).fma(size, size);
    let (high, low, down) = half_powers(b, size);
    let difference = high - down;
    let large = difference + (low + finite(b, difference, high - difference - down));
    size.le(1.0).select(small, large).with_sign(x.sign())
}

fn cosh<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let (high, low, down) = half_powers(b, x.abs());
    let sum = high + down;
    sum + (low + finite(b, sum, high - sum + down))
}

/// `error` if `sum` is finite; that of infinity is NaN.
fn finite<'b>(b: &'b Builder, sum: F<'b>, error: F<'b>) -> F<'b> {
    sum.lt(f64::INFINITY).select(error, b.f64(0.0))
}

/// Half of `exp x` as a sum of two, and half of `exp(-x)`, for `x` not negative.
fn half_powers<'b>(b: &'b Builder, x: F<'b>) -> (F<'b>, F<'b>, F<'b>) {
    let x = x.at_most(INFINITE);
    let (bits, k) = multiple_of_ln2(x);
    let (near, rest) = exp_reduced(b, k.fma(-LN2.1, k.fma(-LN2.0, x)));
    let (high, low) = (scale(near, bits - 1), scale(rest, bits - 1));
    (high, low, b.f64(0.25) / (high + low))
}

fn tanh<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let size = x.abs();
    let twice = size.at_most(FLAT) * 2.0;
    let (bits, k) = multiple_of_ln2(twice);
    let whole = k.fma(-LN2.0, twice);
    let r = k.fma(-LN2.1, whole);
    let r_low = k.fma(-LN2.1, whole - r);
    // 2^k (1 + r + rest) - 1 as a sum of two; the first difference is exact or does not matter.
    let rest = r.horner(&LONG_TAIL).fma(r, 0.5).fma(r * r, r_low);
    let power = power_of_two(bits);
    let (base, step) = (power - 1.0, power * r);
    let sum = base + step;
    let sum_low = rest.fma(power, base - sum + step);
    let u = sum + sum_low;
    let u_low = sum - u + sum_low;
    // One division, and one step of correction by the remainder.
    let Pair { high: below, low: below_low } = two_sum(u, b.f64(2.0));
    let inverse = b.f64(1.0) / below;
    let ratio = u * inverse;
    let remainder = (-ratio).fma(below, u) + (u_low - ratio * (below_low + u_low));
    remainder.fma(inverse, ratio).with_sign(x.sign())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_values() {
        for x in [0.0, -0.0, 5e-324, -5e-324, 1e-300] {
            assert_eq!(SINH.evaluate(&[x]).to_bits(), x.to_bits(), "sinh {x}");
            assert_eq!(TANH.evaluate(&[x]).to_bits(), x.to_bits(), "tanh {x}");
            assert_eq!(COSH.evaluate(&[x]), 1.0);
        }
        for x in [711.0, 1e300, f64::INFINITY] {
            for sign in [1.0, -1.0] {
                assert_eq!(SINH.evaluate(&[x * sign]), sign * f64::INFINITY, "sinh {x}");
                assert_eq!(COSH.evaluate(&[x * sign]), f64::INFINITY, "cosh {x}");
                assert_eq!(TANH.evaluate(&[x * sign]), sign, "tanh {x}");
            }
        }
        for function in [&*SINH, &*COSH, &*TANH] {
            assert!(function.evaluate(&[f64::NAN]).is_nan());
        }
    }
}
