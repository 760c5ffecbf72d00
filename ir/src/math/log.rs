//! Logarithms.
//!
//! `x = 2^k m` with `m` between sqrt(1/2) and sqrt(2). With `f = m - 1` and `s = f / (2 + f)`, `ln m = 2 atanh s`, an odd
//! series in `s`; written as `f - f^2/2 + s (f^2/2 + R(s^2))`, its rounding errors stay small beside the leading `f`
//! (K. C. Ng's arrangement in fdlibm, 1993).

use super::build::{Builder, F, I, M, define};
use super::exp::LN2;
use super::op::Definition;
use std::sync::LazyLock;

/// `ln x`; 0.80 ulp.
pub static LOG: LazyLock<Definition> = LazyLock::new(|| define("log", 1, |b, args| log(b, args[0])));

/// `log10 x`; 0.63 ulp.
pub static LOG10: LazyLock<Definition> = LazyLock::new(|| define("log10", 1, |b, args| log10(b, args[0])));

/// The double next to sqrt(1/2), where significands begin.
pub(super) const SQRT_HALF: i64 = 0x3fe6_a09e_667f_3bcd;

/// The bits of 1.
const ONE: i64 = 0x3ff0_0000_0000_0000;

/// 2^52; numbers below it may stand in its low bits.
const TWO_52: f64 = 4503599627370496.0;

/// `(2 atanh s - 2 s) / s^3` in `s^2`, for `|s| <= 0.1716`; minimax for the relative error of `2 atanh s`, 2^-59.
const SERIES: [f64; 7] = [
    0.6666666666666734,
    0.3999999999941467,
    0.28571428742390265,
    0.22222198572879184,
    0.18183564343695677,
    0.1531405006142352,
    0.1479595499369671,
];

/// log10 e, and log10 2 with few enough bits for exact products with exponents; each with what is left of it.
const LOG10_E: (f64, f64) = (std::f64::consts::LOG10_E, 1.098319650216765e-17);
const LOG10_2: (f64, f64) = (0.30102999566383914, 1.42050232272661e-13);

fn log<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let Split { k, m, .. } = split(b, x, SQRT_HALF);
    let f = m - 1.0;
    let half = f * 0.5 * f;
    let rest = half - k.fma(LN2.1, correction(f, half));
    special_values(b, x, k.fma(LN2.0, f - rest))
}

fn log10<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let Split { k, m, .. } = split(b, x, SQRT_HALF);
    let f = m - 1.0;
    // ln m as a sum of two: the square's rounding error is kept.
    let half = f * 0.5 * f;
    let half_rest = (f * 0.5).fma(f, -half);
    let high = f - half;
    let low = f - high - half - half_rest + correction(f, half);
    // Times log10 e, then plus k log10 2, which is zero or the larger.
    let product = high * LOG10_E.0;
    let product_rest = high.fma(LOG10_E.0, -product) + high.fma(LOG10_E.1, low * LOG10_E.0);
    let whole = k * LOG10_2.0;
    let sum = whole + product;
    let sum_rest = whole - sum + product + k.fma(LOG10_2.1, product_rest);
    special_values(b, x, sum + sum_rest)
}

/// A positive finite number as `2^k m`.
pub(super) struct Split<'b> {
    pub k: F<'b>,
    pub m: F<'b>,
    /// How far `m` is above `lowest`, in the low 52 bits.
    pub place: I<'b>,
}

/// `x` as `2^k m` with `m` from the double with the bits `lowest`, between 1/2 and 1, up to twice that.
pub(super) fn split<'b>(b: &'b Builder, x: F<'b>, lowest: i64) -> Split<'b> {
    let subnormal = x.lt(f64::MIN_POSITIVE);
    let normal = subnormal.select(x * (TWO_52 * 4.0), x);
    let shifted = normal.bits() + (ONE - lowest);
    let m = ((shifted & 0x000f_ffff_ffff_ffff) + lowest).float();
    // The biased exponent is put into the low bits of 2^52.
    let bias = subnormal.select(b.f64(TWO_52 + 1023.0 + 54.0), b.f64(TWO_52 + 1023.0));
    let k = ((shifted >> 52) | TWO_52.to_bits() as i64).float() - bias;
    Split { k, m, place: shifted }
}

/// `ln(1 + f) - (f - half)`, where `half` is `f^2/2`.
fn correction<'b>(f: F<'b>, half: F<'b>) -> F<'b> {
    let s = f / (f + 2.0);
    let z = s * s;
    s * z.horner(&SERIES).fma(z, half)
}

/// `value` for positive finite `x`; minus infinity for zero, infinity for itself, NaN for the rest.
fn special_values<'b>(b: &'b Builder, x: F<'b>, value: F<'b>) -> F<'b> {
    let special = x.lt(0.0).select(b.f64(f64::NAN), x);
    let special = x.equals(0.0).select(b.f64(f64::NEG_INFINITY), special);
    is_ordinary(b, x).select(value, special)
}

/// Whether `x` is positive and finite: its bits are from 1 up to, not including, those of infinity, which takes a single
/// comparison once 1 is moved to the least integer.
pub(super) fn is_ordinary<'b>(b: &'b Builder, x: F<'b>) -> M<'b> {
    let infinity = f64::INFINITY.to_bits() as i64;
    b.i64(i64::MIN + (infinity - 1)).gt(x.bits() - (i64::MIN + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_values() {
        for log in [&*LOG, &*LOG10] {
            for (x, y) in [(0.0, f64::NEG_INFINITY), (-0.0, f64::NEG_INFINITY), (f64::INFINITY, f64::INFINITY)] {
                assert_eq!(log.evaluate(&[x]), y, "{} {x}", log.name);
            }
            for x in [-1.0, -5e-324, f64::NEG_INFINITY, f64::NAN, -f64::NAN] {
                assert!(log.evaluate(&[x]).is_nan(), "{} {x}", log.name);
            }
            assert_eq!(log.evaluate(&[1.0]).to_bits(), 0);
        }
    }

    #[test]
    fn powers_of_ten_are_exact() {
        for n in 0..23 {
            assert_eq!(LOG10.evaluate(&[10f64.powi(n)]), n as f64);
        }
    }
}
