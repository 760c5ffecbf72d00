//! The cube root.
//!
//! `x = 2^3q M` with `M` between 0.35 and 2.83; a polynomial gives `u` near `M^(-1/3)`, and a step of third order mends it; the
//! root is `M u^2` with one step of Newton's method, whose remainder `M - root^3` is computed exactly. There is no division.

use super::build::{Builder, F, define};
use super::exp::{TO_WHOLE, power_of_two};
use super::log::{SQRT_HALF, Split, is_ordinary, split};
use super::op::Definition;
use super::pair::{Pair, product};
use std::sync::LazyLock;

/// The cube root of `x`; 0.501 ulp.
pub static CBRT: LazyLock<Definition> = LazyLock::new(|| define("cbrt", 1, |b, args| cbrt(b, args[0])));

/// `m^(-1/3)` between sqrt(1/2) and sqrt(2), to 2^-19.8.
const INVERSE_ROOT: [f64; 7] = [
    2.106445644055421,
    -3.130448833606154,
    4.3861736045698985,
    -3.9752466321735342,
    2.2052801543409326,
    -0.6825991903503612,
    0.09039607708119622,
];

/// The cube root of 2, and its reciprocal.
const CBRT_2: (f64, f64) = (1.2599210498948732, 0.7937005259840998);

fn cbrt<'b>(b: &'b Builder, x: F<'b>) -> F<'b> {
    let size = x.abs();
    let Split { k, m, .. } = split(b, size, SQRT_HALF);
    // k = 3 q + r, with r one of -1, 0 and 1.
    let shifted = k.fma(1.0 / 3.0, TO_WHOLE);
    let r = (shifted - TO_WHOLE).fma(-3.0, k);
    let by_rest = |up: f64, down: f64| r.gt(0.0).select(b.f64(up), r.lt(0.0).select(b.f64(down), b.f64(1.0)));
    let m_scaled = m * by_rest(2.0, 0.5);
    let guess = m.horner(&INVERSE_ROOT) * by_rest(CBRT_2.1, CBRT_2.0);
    let error = (-(m_scaled * guess)).fma(guess * guess, 1.0);
    let inverse = (error.fma(2.0 / 9.0, 1.0 / 3.0) * error).fma(guess, guess);
    let inverse_square = inverse * inverse;
    let root = m_scaled * inverse_square;
    let square = product(root, root);
    let Pair { high: cube, low: cube_low } = square.scaled(root);
    let root = (m_scaled - cube - cube_low).fma(inverse_square * (1.0 / 3.0), root);
    let power = power_of_two(shifted.bits());
    is_ordinary(b, size).select(root * power, size).with_sign(x.sign())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_values() {
        for x in [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(CBRT.evaluate(&[x]).to_bits(), x.to_bits(), "{x}");
        }
        assert!(CBRT.evaluate(&[f64::NAN]).is_nan());
    }

    #[test]
    fn cubes_have_exact_roots() {
        for n in 1..2000 {
            let x = n as f64;
            assert_eq!(CBRT.evaluate(&[x * x * x]), x);
            assert_eq!(CBRT.evaluate(&[-x * x * x / 1073741824.0]), -x / 1024.0);
        }
        // 2^-1074, the least subnormal.
        assert_eq!(CBRT.evaluate(&[f64::from_bits(1)]), 2f64.powi(-358));
    }
}
