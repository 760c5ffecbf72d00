//! Inverse hyperbolic functions ("area" functions).
//!
//! Up to 1/2 the sine and the tangent by their series, minimax polynomials; the cosine up to 3/2 by
//! `acosh x = 2 asinh sqrt((x - 1) / 2)`. Above, by logarithms: `asinh x = ln(x + sqrt(x^2 + 1))`,
//! `acosh x = ln(x + sqrt(x^2 - 1))`, `atanh x = 1/2 ln((1 + x) / (1 - x))`, with their arguments as sums of two doubles.

use super::build::{Builder, F, define};
use super::exp::LN2;
use super::op::Definition;
use super::pair::{Pair, product, quick_sum, two_sum};
use super::pow::log;
use std::sync::LazyLock;

/// `asinh x`; 0.57 ulp.
pub static ASINH: LazyLock<Definition> = LazyLock::new(|| define("asinh", 1, |b, args| asinh(b, args[0])));

/// `acosh x`; 0.59 ulp.
pub static ACOSH: LazyLock<Definition> = LazyLock::new(|| define("acosh", 1, |b, args| acosh(b, args[0])));

/// `atanh x`; 0.62 ulp.
pub static ATANH: LazyLock<Definition> = LazyLock::new(|| define("atanh", 1, |b, args| atanh(b, args[0])));

/// `(asinh s - s) / s^3` in `s^2`, for `|s| <= 1/2`; minimax for the relative error of `asinh s`, 2^-64.
const ASINH_TAIL: [f64; 13] = [
    -0.16666666666666663,
    0.07499999999998856,
    -0.04464285714160268,
    0.030381944374574622,
    -0.022372156781521275,
    0.01735271509550634,
    -0.01396412752433587,
    0.01154451699067423,
    -0.009708922427052402,
    0.008118322348832183,
    -0.00631763527266499,
    0.00391502081510503,
    -0.0013586196590478945,
];

/// `(atanh s - s) / s^3` in `s^2`, for `|s| <= 1/2`; minimax for the relative error of `atanh s`, 2^-61.
const ATANH_TAIL: [f64; 14] = [
    0.3333333333333328,
    0.200000000000182,
    0.14285714283450904,
    0.11111111253877841,
    0.09090903749029978,
    0.07692436887152385,
    0.06664541263104107,
    0.05906859615577385,
    0.050621922354218,
    0.059351414481182516,
    -0.004589802581062949,
    0.17324765049293336,
    -0.19386519419395712,
    0.23979300454906557,
];

/// From here on `x^2 + 1` and `x^2 - 1` are as good as `x^2`: both functions are `ln 2x`.
const LARGE: f64 = 1073741824.0;

fn asinh<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let size = x.abs();
    let z = size * size;
    let small = (z.horner(&ASINH_TAIL) * z).fma(size, size);
    let value = size.le(0.5).select(small, log_of_sum(b, size, 1.0));
    size.lt(f64::INFINITY).select(value, size).with_sign(x.sign())
}

fn acosh<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    // Exact up to 2; not a number once the root is taken for x below 1.
    let z = (x - 1.0) * 0.5;
    let root = z.sqrt();
    // What the root lacks; the small number avoids zero by zero.
    let root_low = (-root).fma(root, z) / (root + root + f64::MIN_POSITIVE);
    let half = root + (z.horner(&ASINH_TAIL) * z).fma(root, root_low);
    let value = x.le(1.5).select(half + half, log_of_sum(b, x, -1.0));
    x.lt(f64::INFINITY).select(value, x)
}

fn atanh<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let size = x.abs();
    let z = size * size;
    let small = (z.horner(&ATANH_TAIL) * z).fma(size, size);
    let one = b.f64(1.0);
    // The difference is exact from 1/2 on.
    let ratio = two_sum(one, size).over(Pair { high: one - size, low: b.f64(0.0) });
    let value = size.le(0.5).select(small, log_of(b, ratio).rounded() * 0.5);
    let beyond = size.equals(1.0).select(b.f64(f64::INFINITY), b.f64(f64::NAN));
    size.lt(1.0).select(value, beyond).with_sign(x.sign())
}

/// `ln(x + sqrt(x^2 + one))` for positive finite `x`, where that is 1/4 or more; `one` is 1 or -1.
fn log_of_sum<'b>(b: &'b Builder, x: F<'b>, one: f64) -> F<'b> {
    let zero = b.f64(0.0);
    let held = x.at_most(LARGE);
    let square = product(held, held).plus(b.f64(one));
    let root = square.high.sqrt();
    let root_low = ((-root).fma(root, square.high) + square.low) / (root + root);
    let sum = Pair { high: root, low: root_low }.plus(held);
    let large = x.gt(LARGE);
    let log = log_of(b, Pair::select(large, Pair { high: x, low: zero }, sum));
    let doubled = quick_sum(log.high, large.select(b.f64(LN2.0), zero));
    doubled.high + (doubled.low + (log.low + large.select(b.f64(LN2.1), zero)))
}

/// The logarithm of a positive finite number.
fn log_of<'b>(b: &'b Builder, x: Pair<'b>) -> Pair<'b> {
    let Pair { high, low } = log(b, x.high);
    Pair { high, low: low + x.low / x.high }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;

    /// C99, F.9.2.
    #[test]
    fn special_values() {
        for x in [0.0, -0.0, 5e-324, -5e-324, 1e-300] {
            assert_eq!(ASINH.evaluate(&[x]).to_bits(), x.to_bits(), "asinh {x}");
            assert_eq!(ATANH.evaluate(&[x]).to_bits(), x.to_bits(), "atanh {x}");
        }
        for sign in [1.0, -1.0] {
            assert_eq!(ASINH.evaluate(&[sign * INF]), sign * INF);
            assert_eq!(ATANH.evaluate(&[sign]), sign * INF);
        }
        assert_eq!(ACOSH.evaluate(&[1.0]).to_bits(), 0);
        assert_eq!(ACOSH.evaluate(&[INF]), INF);
        for x in [1.0 - f64::EPSILON, 0.0, -0.0, -1.0, -INF, f64::NAN] {
            assert!(ACOSH.evaluate(&[x]).is_nan(), "acosh {x}");
        }
        for x in [1.0 + f64::EPSILON, -2.0, 1e300, INF, -INF, f64::NAN] {
            assert!(ATANH.evaluate(&[x]).is_nan(), "atanh {x}");
        }
        assert!(ASINH.evaluate(&[f64::NAN]).is_nan());
    }

    #[test]
    fn the_largest_numbers_have_finite_values() {
        for function in [&*ASINH, &*ACOSH] {
            assert_eq!(function.evaluate(&[f64::MAX]), 710.475860073944, "{}", function.name);
        }
    }
}
