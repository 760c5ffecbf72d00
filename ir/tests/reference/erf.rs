//! The error function by the series of `erf x exp(x^2)`, all of whose terms are positive; its complement from 5 on by the
//! continued fraction.

use super::elementary::{Exact, HALF_PI, exp, times};
use crate::reference::fixed::Fixed;
use std::sync::LazyLock;

/// Where the continued fraction begins.
const FRACTION_FROM: f64 = 5.0;

/// `1 / (2 n + 1)`.
static ODD: LazyLock<Vec<Fixed>> = LazyLock::new(|| (0..400).map(|n| Fixed::from(2.0 * n as f64 + 1.0).reciprocal()).collect());

/// `2 / sqrt(pi)`.
static SLOPE: LazyLock<Fixed> = LazyLock::new(|| HALF_PI.reciprocal().shr(-1).sqrt());

pub fn erf(x: f64) -> Exact {
    if x.abs() > FRACTION_FROM {
        let size = Fixed::ONE - erfc(x.abs()).plain();
        return Exact { value: if x < 0.0 { -size } else { size }, exponent: 0 };
    }
    let square = Fixed::from(x) * Fixed::from(x);
    let next = |term: &mut Fixed, odd: &Fixed| {
        *term = *term * square.shr(-1) * *odd;
        (*term != Fixed::ZERO).then_some(*term)
    };
    let sum = ODD[1..].iter().scan(Fixed::ONE, next).fold(Fixed::ONE, |sum, term| sum + term);
    times(x, *SLOPE * (sum * exp(-square).plain()))
}

pub fn erfc(x: f64) -> Exact {
    if x < FRACTION_FROM {
        return Exact { value: Fixed::ONE - erf(x).plain(), exponent: 0 };
    }
    let x = Fixed::from(x);
    let fraction = (1..80).rev().fold(x, |below, n| x + Fixed::from(0.5 * n as f64) * below.reciprocal());
    let power = exp(-(x * x));
    Exact { value: (power.value * *SLOPE * fraction.reciprocal()).shr(1), exponent: power.exponent }
}
