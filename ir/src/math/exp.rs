//! The exponential.
//!
//! `x = k ln 2 + r` with `k` whole and `|r| <= ln(2)/2` (reduction with ln 2 in two parts: W. J. Cody and W. Waite, "Software
//! Manual for the Elementary Functions", 1980; fused multiply-add makes it nearly exact), `exp r` by a minimax polynomial,
//! and the scaling by `2^k` in two multiplications, so that only the second one rounds, overflows or underflows.

use super::build::{Builder, F, I, define};
use super::op::Definition;
use super::pair::{Pair, product, quick_sum, two_sum};
use std::sync::LazyLock;

/// `exp x`; 0.82 ulp.
pub static EXP: LazyLock<Definition> = LazyLock::new(|| define("exp", 1, |b, args| exp(b, args[0])));

/// `1.5 * 2^52`: adding it to a double of magnitude below 2^51 leaves the nearest whole number in the low bits of the sum.
pub const TO_WHOLE: f64 = 6755399441055744.0;

/// Beyond these the result is zero or infinite, and the scale still in reach of [`scale`].
const LOWEST: f64 = -746.0;
const HIGHEST: f64 = 710.0;

/// ln 2 to double precision, and what is left of it.
pub const LN2: (f64, f64) = (std::f64::consts::LN_2, 2.3190468138462996e-17);

/// ln 2 with few enough bits for exact products with exponents, and what is left of it.
pub(super) const LN2_SHORT: (f64, f64) = (0.6931471805598903, 5.497923018708371e-14);

/// `(exp r - 1 - r - r^2/2) / r^3` for `|r| <= ln(2)/2`; minimax for the relative error of `exp r`, 2^-57.
const TAIL: [f64; 9] = [
    0.16666666666666433,
    0.041666666666604006,
    0.00833333333350008,
    0.0013888888926774927,
    0.00019841269465995109,
    2.4801508710322614e-05,
    2.7557641159679286e-06,
    2.76251754025052e-07,
    2.4978262120852922e-08,
];

/// The same, minimax for the relative error of `exp r - 1`, 2^-60.
pub(super) const LONG_TAIL: [f64; 10] = [
    0.16666666666666674,
    0.04166666666666667,
    0.008333333333322215,
    0.0013888888888880949,
    0.00019841269886564062,
    2.480158733393385e-05,
    2.7557242367156263e-06,
    2.7557264336099065e-07,
    2.5110038407339643e-08,
    2.091812996559808e-09,
];

fn exp<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let x = x.at_most(HIGHEST).at_least(LOWEST);
    let (bits, k) = multiple_of_ln2(x);
    let r = k.fma(-LN2.1, k.fma(-LN2.0, x));
    let (near, rest) = exp_reduced(b, r);
    scale(near + rest, bits)
}

/// `exp(x + low)`, where `low` is so small beside `x` that it does not matter beyond [`LOWEST`] and [`HIGHEST`].
pub(super) fn exp_sum<'b>(b: &'b Builder, x: F<'b>, low: F<'b>) -> F<'b> {
    let clamped = x.at_most(HIGHEST).at_least(LOWEST);
    let low = clamped.equals(x).select(low, b.f64(0.0));
    let (bits, k) = multiple_of_ln2(clamped);
    let r = k.fma(-LN2.0, clamped) + k.fma(-LN2.1, low);
    let (near, rest) = exp_reduced(b, r);
    scale(near + rest, bits)
}

/// `exp x` to about 2^-58, as a number of size below 2 and the power of two to [`scale`] it by; `x` is below 2^10 in size.
pub(super) fn exp_pair<'b>(b: &'b Builder, x: Pair<'b>) -> (Pair<'b>, I<'b>) {
    let (bits, k) = multiple_of_ln2(x.high);
    // The product of the first line is exact, and so is the difference.
    let reduced = two_sum(k.fma(-LN2_SHORT.0, x.high), k * -LN2_SHORT.1);
    let Pair { high: r, low: r_low } = two_sum(reduced.high, reduced.low + x.low);
    // 1 + r + r^2/2, each sum with its error; then what is small.
    let linear = quick_sum(b.f64(1.0), r);
    let half_square = product(r, r * 0.5);
    let sum = quick_sum(linear.high, half_square.high);
    let tail = r.horner(&LONG_TAIL) * (r * (half_square.high * 2.0));
    let low = sum.low + half_square.low + linear.low + tail;
    (Pair { high: sum.high, low: sum.high.fma(r_low, low) }.settled(), bits)
}

/// The whole number nearest to `x / ln 2`: in the low bits, and as a double.
pub(super) fn multiple_of_ln2<'b>(x: F<'b>) -> (I<'b>, F<'b>) {
    let shifted = x.fma(std::f64::consts::LOG2_E, TO_WHOLE);
    (shifted.bits(), shifted - TO_WHOLE)
}

/// `exp r` for `|r| <= ln(2)/2`, as the sum of two.
pub(super) fn exp_reduced<'b>(b: &'b Builder, r: F<'b>) -> (F<'b>, F<'b>) {
    let near = r + 1.0;
    let rest = b.f64(1.0) - near + r;
    (near, r.horner(&TAIL).fma(r, 0.5).fma(r * r, rest))
}

/// `value * 2^k`, for a value of size below 2 and `k` in the low 12 bits, between -1080 and 1030.
pub(super) fn scale<'b>(value: F<'b>, k: I<'b>) -> F<'b> {
    let half = k >> 1;
    value * power_of_two(half) * power_of_two(k - half)
}

/// 2ᵏ, where that is an ordinary number.
pub(super) fn power_of_two<'b>(k: I<'b>) -> F<'b> {
    ((k << 52) + 1f64.to_bits() as i64).float()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_values() {
        for (x, y) in
            [(0.0, 1.0), (-0.0, 1.0), (f64::INFINITY, f64::INFINITY), (f64::NEG_INFINITY, 0.0), (1e300, f64::INFINITY)]
        {
            assert_eq!(EXP.evaluate(&[x]), y, "exp {x}");
        }
        assert!(EXP.evaluate(&[f64::NAN]).is_nan());
        assert_eq!(EXP.evaluate(&[-745.1]), f64::from_bits(1));
    }
}
