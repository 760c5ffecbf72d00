//! The error function and its complement.
//!
//! Up to 1/2 the series of `erf x`. Above, `erfc x = exp(-x^2) h / (1 + 2 x)`, where `h` varies between 1.1 and 1.3 only and is
//! a polynomial in `(x - 3) / (x + 3)` (M. M. Shepherd and J. G. Laframboise, "Chebyshev approximation of (1 + 2x) exp(x^2)
//! erfc x in 0 <= x < infinity", Mathematics of Computation 36, 1981); square, exponential and quotient are sums of two
//! doubles. Both functions follow from either.

use super::build::{Builder, F, I, define};
use super::exp::{exp_pair, power_of_two, scale};
use super::op::Definition;
use super::pair::{Pair, product, quick_sum, two_sum};
use std::sync::LazyLock;

/// `erf x`; 0.82 ulp.
pub static ERF: LazyLock<Definition> = LazyLock::new(|| define("erf", 1, |b, args| erf(b, args[0])));

/// `erfc x`; 0.78 ulp.
pub static ERFC: LazyLock<Definition> = LazyLock::new(|| define("erfc", 1, |b, args| erfc(b, args[0])));

/// `2 / sqrt(pi)`.
const SLOPE: (f64, f64) = (std::f64::consts::FRAC_2_SQRT_PI, 1.533545961316588e-17);

/// `(erf x / x - 2 / sqrt(pi)) / x^2` in `x^2`, for `|x| <= 1/2`; minimax for the error of `erf x / x`, 2^-63.
const SERIES: [f64; 9] = [
    -0.37612638903183754,
    0.11283791670955182,
    -0.026866170645114235,
    0.005223977624161958,
    -0.000854832674042653,
    0.00012055300848076093,
    -1.4923553292647524e-05,
    1.6382458922525792e-06,
    -1.4716977921134486e-07,
];

/// `(1 + 2 x) exp(x^2) erfc x` at 3.
const MIDDLE: (f64, f64) = (1.2530080582697296, 4.294661022376934e-17);

/// `((1 + 2 x) exp(x^2) erfc x - MIDDLE) / q` in `q = (x - 3) / (x + 3)`, for `x` from 1/2 to 27.5; 2^-57.
const RATIO: [f64; 21] = [
    -0.13562110612458134,
    -0.04756229435345016,
    0.12964515870278198,
    -0.11927366341535066,
    0.0683080273431391,
    -0.023770514917387155,
    0.0025293918313486225,
    0.0018886903384999656,
    -0.0007798324259355262,
    -0.0001051595942461937,
    0.00012510028509221593,
    4.948201133331113e-06,
    -2.0104104954926612e-05,
    -7.263808786312607e-07,
    3.4808043239517223e-06,
    3.4372018032738615e-07,
    -6.285408544941328e-07,
    -1.206967997458253e-07,
    1.1057653674365282e-07,
    2.2542530228596565e-08,
    -1.4960205876281828e-08,
];

/// From here on `erf x` is one.
const FLAT: f64 = 6.5;

/// From here on `erfc x` is zero.
const NOTHING: f64 = 27.5;

fn erf<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let size = x.abs();
    let (value, k) = complement(b, size.at_most(FLAT));
    // No exponent here is too small for a single scale.
    let power = power_of_two(k);
    let rest = Pair { high: value.high * power, low: value.low * power };
    size.le(0.5).select(near_zero(b, size).rounded(), rest.below(b.f64(1.0))).with_sign(x.sign())
}

fn erfc<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let size = x.abs();
    let near = near_zero(b, size);
    let near = Pair { high: near.high.with_sign(x.sign()), low: near.low.with_sign(x.sign()) };
    let (value, k) = complement(b, size.at_most(NOTHING));
    let right = scale(value.rounded(), k);
    let far = x.lt(0.0).select(b.f64(2.0) - right, right);
    size.le(0.5).select(near.below(b.f64(1.0)), far)
}

/// `erf x` for `x` between 0 and 1/2.
fn near_zero<'b>(b: &'b Builder, x: F<'b>) -> Pair<'b> {
    let z = x * x;
    let Pair { high, low } = product(x, b.f64(SLOPE.0));
    let tail = z.horner(&SERIES).fma(z, SLOPE.1);
    Pair { high, low: tail.fma(x, low) }
}

/// `erfc x` for `x` between 1/2 and [`NOTHING`], as a number of size below 2 and the power of two to [`scale`] it by.
fn complement<'b>(b: &'b Builder, x: F<'b>) -> (Pair<'b>, I<'b>) {
    let square = product(x, x);
    let (power, k) = exp_pair(b, Pair { high: -square.high, low: -square.low });
    let Pair { high: q, low: q_low } = two_sum(x, b.f64(-3.0)).over(two_sum(x, b.f64(3.0)));
    // Near enough to the derivative, for what q lacks.
    let slope = q.horner(&[RATIO[0], 2.0 * RATIO[1], 3.0 * RATIO[2], 4.0 * RATIO[3]]);
    let sum = quick_sum(b.f64(MIDDLE.0), q * q.horner(&RATIO));
    let h = Pair { high: sum.high, low: q_low.fma(slope, sum.low + MIDDLE.1) };
    let ratio = h.over(quick_sum(x + x, b.f64(1.0)));
    (power.times(ratio), k)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;

    /// C99, F.9.5.
    #[test]
    fn special_values() {
        for x in [0.0, -0.0, 5e-324, -5e-324] {
            assert_eq!(ERF.evaluate(&[x]).to_bits(), x.to_bits(), "erf {x}");
            assert_eq!(ERFC.evaluate(&[x]), 1.0, "erfc {x}");
        }
        for x in [6.0, 1e300, INF] {
            assert_eq!(ERF.evaluate(&[x]), 1.0, "erf {x}");
            assert_eq!(ERF.evaluate(&[-x]), -1.0, "erf {x}");
            assert_eq!(ERFC.evaluate(&[-x]), 2.0, "erfc {x}");
        }
        for x in [27.3, 28.0, 1e300, INF] {
            assert_eq!(ERFC.evaluate(&[x]).to_bits(), 0, "erfc {x}");
        }
        assert!(ERF.evaluate(&[f64::NAN]).is_nan() && ERFC.evaluate(&[f64::NAN]).is_nan());
    }
}
