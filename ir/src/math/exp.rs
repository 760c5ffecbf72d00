//! The exponential.
//!
//! `x = k ln 2 + r` with `k` whole and `|r| <= ln(2)/2` (reduction with ln 2 in two parts: W. J. Cody and W. Waite, "Software
//! Manual for the Elementary Functions", 1980; fused multiply-add makes it nearly exact), `exp r` by a minimax polynomial,
//! and the scaling by `2^k` in two multiplications, so that only the second one rounds, overflows or underflows.

use super::build::{Builder, F, I, define};
use super::op::Definition;
use std::sync::LazyLock;

/// `exp x`; 0.82 ulp.
pub static EXP: LazyLock<Definition> = LazyLock::new(|| define("exp", 1, |b, args| exp(b, args[0])));

/// `1.5 * 2^52`: adding it to a double of magnitude below 2^51 leaves the nearest whole number in the low bits of the sum.
pub const TO_WHOLE: f64 = 6755399441055744.0;

/// ln 2 to double precision, and what is left of it.
pub const LN2: (f64, f64) = (std::f64::consts::LN_2, 2.3190468138462996e-17);

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

fn exp<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    // Beyond these bounds the result is infinite or zero, with the scale still in reach of `scale`.
    let x = x.clamp(-746.0, 710.0);
    let (k, r) = reduce(x);
    let near = r + 1.0;
    let rest = b.f64(1.0) - near + r;
    let sum = r.fma(tail(r), 0.5).fma(r * r, rest) + near;
    scale(sum, k)
}

/// `x` as `k ln 2 + r`: the sum that holds `k` in its low bits, and `r`.
pub(super) fn reduce<'b>(x: F<'b>) -> (I<'b>, F<'b>) {
    let shifted = x.fma(std::f64::consts::LOG2_E, TO_WHOLE);
    let k = shifted - TO_WHOLE;
    (shifted.bits(), k.fma(-LN2.1, k.fma(-LN2.0, x)))
}

/// `(exp r - 1 - r - r^2/2) / r^3`.
pub(super) fn tail<'b>(r: F<'b>) -> F<'b> {
    r.horner(&TAIL)
}

/// `value * 2^k`, for a value between 1/2 and 2 and `k` in the low 12 bits, between -1080 and 1030.
pub(super) fn scale<'b>(value: F<'b>, k: I<'b>) -> F<'b> {
    let half = k >> 1;
    let power = |n: I<'b>| ((n << 52) + 1f64.to_bits() as i64).float();
    value * power(half) * power(k - half)
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
