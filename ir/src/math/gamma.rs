//! The gamma function.
//!
//! Stirling's series gives `ln gamma(w)` for `w` from 8 on; a smaller argument `y` is raised by 8 and the value divided by
//! `y (y + 1) ... (y + 7)`. To the left of zero, `gamma(-y) = -pi / (y sin(pi y) gamma(y))`. Logarithm, products, sine and
//! quotient are sums of two doubles, so that the last rounding is nearly the only one.

use super::build::{Builder, F, I, M, define};
use super::exp::{exp_pair, scale};
use super::op::Definition;
use super::pair::{Pair, product, quick_sum, two_sum};
use super::pow::log;
use std::sync::LazyLock;

/// `gamma x`; 0.79 ulp.
pub static GAMMA: LazyLock<Definition> = LazyLock::new(|| define("gamma", 1, |b, args| gamma(b, args[0])));

/// Where Stirling's series is used.
const SERIES_FROM: f64 = 8.0;

/// `(ln gamma(w) - (w - 1/2) ln w + w - ln(2 pi) / 2) w` in `1 / w^2`, for `w >= 8`; minimax for the error of `ln gamma(w)`,
/// 2^-64.
const SERIES: [f64; 7] = [
    0.08333333333333333,
    -0.002777777777766963,
    0.0007936507862014772,
    -0.0005952358115522725,
    0.0008413880970806702,
    -0.0018862026901437614,
    0.004983853059332387,
];

/// `ln(2 pi) / 2`, and what a double lacks of it.
const LN_ROOT_TWO_PI: (f64, f64) = (0.9189385332046728, -3.8782941580672414e-17);

/// pi, and what a double lacks of it.
const PI: (f64, f64) = (std::f64::consts::PI, 1.2246467991473532e-16);

/// `(sin(pi f) / f - pi) / f^2` in `f^2`, for `|f| <= 1/4`; minimax for the error of `sin(pi f) / f`, 2^-63.
const SINE: [f64; 7] = [
    -5.16771278004997,
    2.5501640398774,
    -0.5992645293254975,
    0.08214588680178973,
    -0.00737043479556306,
    0.0004663371977008666,
    -2.195660661020972e-05,
];

/// `(cos(pi f) - 1) / f^2` in `f^2`, for `|f| <= 1/4`; minimax for the error of `cos(pi f)`, 2^-61.
const COSINE: [f64; 7] = [
    -4.934802200544679,
    4.058712126416684,
    -1.3352627688462622,
    0.23533062994891885,
    -0.025806880283870078,
    0.001929406122904067,
    -0.00010330542587948625,
];

/// Beyond this size the value is infinite or zero, whatever divides it.
const BEYOND: f64 = 190.0;

/// Below this size `gamma x` is `1 / x`.
const TINY: f64 = 8.673617379884035e-19;

fn gamma<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let (size, left) = (x.abs(), x.lt(0.0));
    let y = size.at_most(BEYOND);
    let raised = y.lt(SERIES_FROM);
    let one = Pair { high: b.f64(1.0), low: b.f64(0.0) };

    let exponent = ln_gamma(b, two_sum(y, raised.select(b.f64(SERIES_FROM), b.f64(0.0))));
    let sign = left.keep(b.i64(i64::MIN));
    let (power, k) = exp_pair(b, Pair { high: exponent.high.with_sign(sign), low: exponent.low.with_sign(sign) });

    // The factors that the exponential lacks, except y.
    let steps = Pair::select(raised, steps(b, y), one);
    let (sine, odd) = sine(b, size);
    let above = Pair::select(left, steps.times(Pair::constant(b, PI)), one);
    let below = Pair::select(left, sine, steps);
    let below = below.scaled((left ^ raised).select(y, one.high));
    let value = scale(power.times(above.over(below)).rounded(), k).with_sign(left.keep(odd));

    let pole = left & size.equals(size.nearest());
    let value = pole.select(b.f64(f64::NAN), value);
    size.lt(TINY).select(one.high / x, value)
}

/// `ln gamma(w)` for `w` from [`SERIES_FROM`] to [`BEYOND`].
fn ln_gamma<'b>(b: &'b Builder, w: Pair<'b>) -> Pair<'b> {
    let log = log(b, w.high);
    let inverse = b.f64(1.0) / w.high;
    let series = (inverse * inverse).horner(&SERIES) * inverse;
    // The second part of w times the derivative.
    let slope = log.high - inverse * 0.5;
    let sum = log.scaled(w.high - 0.5).plus(-w.high).plus(b.f64(LN_ROOT_TWO_PI.0));
    let low = w.low.fma(slope, series + (sum.low + LN_ROOT_TWO_PI.1));
    Pair { high: sum.high, low }.settled()
}

/// `(y + 1) (y + 2) ... (y + 7)`, as `(y + 7) (q + 6) (q + 10) (q + 12)` with `q = y (y + 7)`.
fn steps<'b>(b: &'b Builder, y: F<'b>) -> Pair<'b> {
    let last = two_sum(y, b.f64(7.0));
    let q = last.scaled(y);
    let factor = |n: f64| q.plus(b.f64(n));
    last.times(factor(6.0)).times(factor(10.0).times(factor(12.0)))
}

/// The size of `sin(pi y)` for `y` not negative, and the sign of `-sin(pi y)`.
fn sine<'b>(b: &'b Builder, y: F<'b>) -> (Pair<'b>, I<'b>) {
    let whole = y.nearest();
    let rest = y - whole;
    let half = whole * 0.5;
    let even: M<'b> = half.nearest().equals(half);
    let size = rest.abs();
    let steep = size.le(0.25);
    let f = steep.select(size, b.f64(0.5) - size);
    let z = product(f, f);
    let cosine = z.high.horner(&COSINE);
    let cosine = z.scaled(cosine).plus(b.f64(1.0));
    let inner = quick_sum(b.f64(PI.0), z.high.horner(&SINE) * z.high);
    let sine = Pair { high: inner.high, low: inner.low + PI.1 }.scaled(f);
    (Pair::select(steep, sine, cosine), rest.sign() ^ even.keep(b.i64(i64::MIN)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INF: f64 = f64::INFINITY;

    /// C99, F.9.5.4.
    #[test]
    fn special_values() {
        assert_eq!(GAMMA.evaluate(&[0.0]), INF);
        assert_eq!(GAMMA.evaluate(&[-0.0]), -INF);
        for x in [171.7, 1e15, 1e300, INF] {
            assert_eq!(GAMMA.evaluate(&[x]), INF, "{x}");
        }
        for x in [-1.0, -2.0, -171.0, -1e15, -1e300, -INF, f64::NAN] {
            assert!(GAMMA.evaluate(&[x]).is_nan(), "{x}");
        }
        for (x, y) in [(-184.5, -0.0), (-185.5, 0.0), (-1000000.5, -0.0), (-1000001.5, 0.0)] {
            assert_eq!(GAMMA.evaluate(&[x]).to_bits(), f64::to_bits(y), "{x}");
        }
        for (x, y) in [(5e-324, INF), (-5e-324, -INF), (1e-300, 1.0 / 1e-300), (-1e-300, -1.0 / 1e-300)] {
            assert_eq!(GAMMA.evaluate(&[x]), y, "{x}");
        }
    }

    #[test]
    fn factorials_are_exact() {
        let mut factorial = 1.0;
        for n in 1..=22 {
            assert_eq!(GAMMA.evaluate(&[n as f64]), factorial, "{n}");
            factorial *= n as f64;
        }
    }
}
