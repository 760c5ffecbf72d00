//! Inverse trigonometric functions.
//!
//! Arc sine: its series up to 1/2; above, `asin x = pi/2 - 2 asin sqrt((1 - x) / 2)`. Arc tangent: its series up to 7/16;
//! above, `atan x = pi/4 + atan (x - 1) / (x + 1)`, and `pi/2 - atan 1/x` from 39/16 (the bounds are fdlibm's, K. C. Ng,
//! 1993). The series are minimax polynomials; what a double lacks of added constants and of quotients is kept.

use super::build::{Builder, F, I, M, define};
use super::op::Definition;
use std::sync::LazyLock;

/// `asin x`; 0.65 ulp.
pub static ASIN: LazyLock<Definition> = LazyLock::new(|| define("asin", 1, |b, args| asin(b, args[0])));

/// `acos x`; 0.60 ulp.
pub static ACOS: LazyLock<Definition> = LazyLock::new(|| define("acos", 1, |b, args| acos(b, args[0])));

/// `atan x`; 0.70 ulp.
pub static ATAN: LazyLock<Definition> = LazyLock::new(|| define("atan", 1, |b, args| atan(b, args[0])));

/// pi/2 and what a double lacks of it. Twice this is pi.
const HALF_PI: (f64, f64) = (std::f64::consts::FRAC_PI_2, 6.123233995736766e-17);

/// `(asin s - s) / s^3` in `s^2`, for `|s| <= 1/2`; minimax for the relative error of `asin s`, 2^-59.
const ASIN_TAIL: [f64; 13] = [
    0.1666666666666676,
    0.07499999999970798,
    0.04464285717461365,
    0.030381942707711794,
    0.02237221498933064,
    0.01735161198860449,
    0.01398082079736968,
    0.011398910480974005,
    0.010780261439935603,
    0.0037063787660334946,
    0.021707515691671748,
    -0.020999155407441066,
    0.03262867999255417,
];

/// `(atan t - t) / t^3` in `t^2`, for `|t| <= 7/16`; minimax for the relative error of `atan t`, 2^-57.
const ATAN_TAIL: [f64; 11] = [
    -0.3333333333333292,
    0.19999999999873677,
    -0.14285714272261954,
    0.11111110395083927,
    -0.09090886876092016,
    0.07691872248953878,
    -0.06661034206268383,
    0.05833324528230591,
    -0.049759171966320376,
    0.036510352996591396,
    -0.01626559691779526,
];

/// An angle as a sum of two, the second part smaller.
struct Arc<'b> {
    high: F<'b>,
    low: F<'b>,
}

fn asin<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let (steep, arc) = arc_of(b, x.abs());
    let zero = b.f64(0.0);
    let base = steep.select(b.f64(HALF_PI.0), zero);
    let base_low = steep.select(b.f64(HALF_PI.1), zero);
    let sign = steep.keep(b.i64(i64::MIN));
    plus(base, base_low, arc, sign).with_sign(x.sign())
}

fn acos<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let (steep, arc) = arc_of(b, x.abs());
    let negative = x.lt(0.0);
    // From 0, pi/2 or pi, up or down.
    let whole = |part: f64| steep.select(negative.select(b.f64(2.0 * part), b.f64(0.0)), b.f64(part));
    let sign = x.sign() ^ (!steep).keep(b.i64(i64::MIN));
    plus(whole(HALF_PI.0), whole(HALF_PI.1), arc, sign)
}

fn atan<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    // Infinity would spoil the remainder of the division; no arc differs beyond this bound.
    let size = x.abs().at_most(1e20);
    let (zero, one) = (b.f64(0.0), b.f64(1.0));
    let (direct, steep) = (size.le(0.4375), size.gt(2.4375));
    // One in the middle range, zero elsewhere. The difference above is exact there.
    let shift = (direct | steep).select(zero, one);
    let above = steep.select(b.f64(-1.0), size - shift);
    let term = direct.select(one, size);
    let below = term + shift;
    let below_low = shift - below + term;
    let inverse = one / below;
    let t = above * inverse;
    let t_low = ((-t).fma(below, above) - t * below_low) * inverse;
    let z = t * t;
    let arc = Arc { high: t, low: (z.horner(&ATAN_TAIL) * z).fma(t, t_low) };
    let base = |half_pi: f64| steep.select(b.f64(half_pi), shift * (0.5 * half_pi));
    plus(base(HALF_PI.0), base(HALF_PI.1), arc, b.i64(0)).with_sign(x.sign())
}

/// Whether `x` is above 1/2, and then the arc `acos x`, else `asin x`; for `x` not negative. NaN above 1.
fn arc_of<'b>(b: &'b Builder, x: F<'b>) -> (M<'b>, Arc<'b>) {
    let steep = x.gt(0.5);
    let z = steep.select(b.f64(0.5) - x * 0.5, x * x);
    let root = z.sqrt();
    let s = steep.select(root, x);
    // What the root lacks; the small number avoids zero by zero.
    let root_low = (-root).fma(root, z) / (root + root + f64::MIN_POSITIVE);
    let s_low = steep.select(root_low, b.f64(0.0));
    let tail = (z.horner(&ASIN_TAIL) * z).fma(s, s_low);
    let factor = steep.select(b.f64(2.0), b.f64(1.0));
    (steep, Arc { high: s * factor, low: tail * factor })
}

/// `base + base_low + arc`, the arc with its sign changed by `sign`; the base is zero or larger than the arc.
fn plus<'b>(base: F<'b>, base_low: F<'b>, arc: Arc<'b>, sign: I<'b>) -> F<'b> {
    let (high, low) = (arc.high.with_sign(sign), arc.low.with_sign(sign));
    let sum = base + high;
    sum + (base - sum + high + (base_low + low))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_PI_2, PI};

    #[test]
    fn special_values() {
        for x in [1.0 + f64::EPSILON, -2.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            assert!(ASIN.evaluate(&[x]).is_nan() && ACOS.evaluate(&[x]).is_nan(), "{x}");
        }
        assert!(ATAN.evaluate(&[f64::NAN]).is_nan());
        for x in [0.0, -0.0, 5e-324, -5e-324, 1e-300] {
            for function in [&*ASIN, &*ATAN] {
                assert_eq!(function.evaluate(&[x]).to_bits(), x.to_bits(), "{} {x}", function.name);
            }
            assert_eq!(ACOS.evaluate(&[x]), FRAC_PI_2);
        }
        for (x, y) in [(f64::INFINITY, FRAC_PI_2), (f64::NEG_INFINITY, -FRAC_PI_2), (1e300, FRAC_PI_2)] {
            assert_eq!(ATAN.evaluate(&[x]), y, "{x}");
        }
        for (x, y) in [(1.0, 0.0), (-1.0, PI)] {
            assert_eq!(ACOS.evaluate(&[x]).to_bits(), f64::to_bits(y), "{x}");
            assert_eq!(ASIN.evaluate(&[x]), x * FRAC_PI_2);
        }
    }
}
