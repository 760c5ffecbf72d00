//! Powers.
//!
//! `x^y = exp(y ln |x|)`, with the logarithm as a sum of two doubles, right to about 66 bits: `|x| = 2^k m`; a table gives
//! `c` near `1/m` and `-ln c` for 128 intervals of `m`; `r = c m - 1` is exact and below 2^-7, so that few terms of
//! `ln(1 + r)` do (P. T. P. Tang, "Table-driven implementation of the logarithm function", 1990).

use super::build::{Builder, F, define};
use super::exp::{LN2_SHORT, exp_sum};
use super::log::{Split, is_ordinary, split};
use super::op::Definition;
use super::pair::{Pair, quick_sum};
use std::sync::LazyLock;

/// `x^y`; 0.80 ulp.
pub static POW: LazyLock<Definition> = LazyLock::new(|| define("pow", 2, |b, args| pow(b, args[0], args[1])));

/// The bits of 0.70703125, where significands begin. One is the start of an interval.
const LOWEST: i64 = 0x3fe6_a000_0000_0000;

/// Intervals of significands: so many bits of their place are the row of the table.
const ROW_BITS: u8 = 7;

/// `(ln(1 + r) - r + r^2/2) / r^3` for `|r| <= 2^-7`; minimax for the relative error of `ln(1 + r)`, 2^-64.
const TAIL: [f64; 6] = [
    0.33333333333333864,
    -0.2500000000000048,
    0.19999999946789973,
    -0.16666666618777556,
    0.14287125521634028,
    -0.12501270114046126,
];

fn pow<'b>(b: &'b Builder, x: F<'b>, y: F<'b>) -> F<'b> {
    let size = x.abs();
    let ordinary = is_ordinary(b, size);
    let Pair { high: log, low: log_low } = log(b, size);
    let special = size.equals(0.0).select(b.f64(f64::NEG_INFINITY), size);
    let log = ordinary.select(log, special);
    // The least logarithm, 2^-53, times the bound is beyond the range of `exp`. One to the power of infinity is one.
    let exponent = y.at_most(BEYOND).at_least(-BEYOND);
    let product = exponent * log;
    let product_low = exponent.fma(log_low, exponent.fma(log, -product));
    let power = exp_sum(b, product, product_low);

    let whole = y.nearest().equals(y);
    let half = y * 0.5;
    let odd = whole & !half.nearest().equals(half);
    let power = power.with_sign(odd.keep(x.sign()));
    let undefined = x.lt(0.0) & ordinary & !whole;
    let power = undefined.select(b.f64(f64::NAN), power);
    (x.equals(1.0) | y.equals(0.0)).select(b.f64(1.0), power)
}

/// No exponent needs to be larger.
const BEYOND: f64 = 73786976294838206464.0;

/// `ln x`, right to about 66 bits; for positive finite `x`.
pub(super) fn log<'b>(b: &'b Builder, x: F<'b>) -> Pair<'b> {
    let Split { k, m, place } = split(b, x, LOWEST);
    let row = (place >> (52 - ROW_BITS)) & ((1 << ROW_BITS) - 1);
    let column = |n: usize| row.lookup(b.table(rows().map(|r| r[n]).collect()));
    let r = m.fma(column(0), -1.0);
    // Exact, then two sums of something larger and something smaller, with their errors.
    let table = k.fma(LN2_SHORT.0, column(1));
    let sum = table + r;
    let sum_low = table - sum + r;
    let half = r * -0.5;
    let square = half * r;
    let high = sum + square;
    let high_low = sum - high + square;
    let square_low = half.fma(r, -square);
    let low = k.fma(LN2_SHORT.1, column(2)) + sum_low + (high_low + square_low);
    // `square` is -r^2/2.
    let low = r.horner(&TAIL.map(|c| c * -2.0)).fma(square * r, low);
    quick_sum(high, low)
}

/// For each interval `c`, and `-ln c` in two parts, the first of which is a multiple of 2^-42.
///
/// `c` is the multiple of 2^-8 (above one 2^-7) nearest to the reciprocal of the interval's middle, and one on both sides
/// of one: so few bits that `c m - 1` is a double.
fn rows() -> impl Iterator<Item = [f64; 3]> {
    (0..1i64 << ROW_BITS).map(|row| {
        let start = LOWEST + (row << (52 - ROW_BITS));
        let middle = f64::from_bits((start + (1 << (51 - ROW_BITS))) as u64);
        let beside_one = (middle - 1.0).abs() < 0.5f64.powi(ROW_BITS as i32);
        let units = match middle {
            _ if beside_one => 256.0,
            below if below < 1.0 => (128.0 / below).round() * 2.0,
            above => (256.0 / above).round(),
        };
        let log = -log_fixed(units as i128);
        let high = (log + (1 << 57)) >> 58 << 58;
        let scale = 0.5f64.powi(100);
        [units / 256.0, high as f64 * scale, (log - high) as f64 * scale]
    })
}

/// `ln(n / 256) * 2^100`, for `n` between 128 and 512: the series of `2 atanh((n - 256) / (n + 256))`.
fn log_fixed(n: i128) -> i128 {
    let (above, below) = (n - 256, n + 256);
    let powers = std::iter::successors(Some((above << 101) / below), |p| Some(p * above / below * above / below));
    powers.take_while(|p| *p != 0).enumerate().map(|(n, p)| p / (2 * n as i128 + 1)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;

    fn check(x: f64, y: f64, expected: f64) {
        let got = POW.evaluate(&[x, y]);
        let same = got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan();
        assert!(same, "pow({x}, {y}) is {got}, not {expected}");
    }

    /// C99, F.9.4.4.
    #[test]
    fn special_values() {
        for y in [-1e300, -3.0, -2.5, -0.0, 0.0, 1e-300, 2.0, INF, -INF, NAN] {
            check(1.0, y, 1.0);
        }
        for x in [-INF, -3.0, -1.0, -0.0, 0.0, 5e-324, 1.0, 7.0, INF, NAN] {
            check(x, 0.0, 1.0);
            check(x, -0.0, 1.0);
        }
        check(-1.0, INF, 1.0);
        check(-1.0, -INF, 1.0);
        for (size, y) in [(0.0, 3.0), (0.0, 1e300), (0.0, 0.5), (0.0, INF), (INF, -3.0), (INF, -0.5), (INF, -INF)] {
            let sign = if y == 3.0 || y == -3.0 { -1.0 } else { 1.0 };
            check(size, y, 0.0);
            check(-size, y, 0.0 * sign);
            check(size, -y, INF);
            check(-size, -y, INF * sign);
        }
        for (x, y) in [(0.5, -INF), (-0.5, -INF), (2.0, INF), (-2.0, INF), (1.0 + f64::EPSILON, INF)] {
            check(x, y, INF);
            check(x, -y, 0.0);
        }
        for (x, y) in
            [(-2.0, 0.5), (-1e-300, -1.5), (-1.0, 1e-320), (NAN, 2.0), (2.0, NAN), (NAN, NAN), (-1.0, NAN), (0.0, NAN)]
        {
            check(x, y, NAN);
        }
    }

    #[test]
    fn whole_powers_are_exact() {
        for n in -1074..1024 {
            let power = if n < -1022 { f64::from_bits(1 << (n + 1074)) } else { 2f64.powi(n) };
            check(2.0, n as f64, power);
        }
        check(-3.0, 33.0, -5559060566555523.0);
        check(-10.0, 2.0, 100.0);
        check(1e200, 2.0, INF);
        check(-1e200, 3.0, -INF);
        check(-1e-200, 3.0, -0.0);
    }

    #[test]
    fn logarithms_of_the_table() {
        for [c, high, low] in rows() {
            assert!((high + low + c.ln()).abs() < 1e-16 && low.abs() < 2f64.powi(-42));
        }
    }
}
