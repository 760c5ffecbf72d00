//! The gamma function between 1 and 2 by the series of the incomplete gamma function, `N^x exp(-N)` times the sum of
//! `N^k / (x (x + 1) ... (x + k))`; what is missing beyond `N` is below 2^-130. Elsewhere by the functional equation.

use super::elementary::{Exact, exp, log, times};
use crate::reference::fixed::Fixed;

const N: f64 = 96.0;

/// Terms are kept smaller by this power of two.
const SHIFT: i32 = 76;

pub fn gamma(x: f64) -> Exact {
    let steps = x.floor() - 1.0;
    let start = between_one_and_two(Fixed::from(x) - Fixed::from(steps));
    let at = |n: f64| match n {
        0.0 => times(x, Fixed::ONE),
        _ => Exact { value: Fixed::from(x) + Fixed::from(n), exponent: 0 },
    };
    let whole = |n: i32| n as f64;
    match steps as i32 {
        up @ 0.. => (1..=up).map(whole).fold(start, |product, n| normal(product, at(-n))),
        down => (0..-down).map(whole).fold(start, |product, n| {
            let Exact { value, exponent } = at(n);
            normal(product, Exact { value: value.reciprocal(), exponent: -exponent })
        }),
    }
}

fn between_one_and_two(x: Fixed) -> Exact {
    let n = Fixed::from(N);
    let mut term = x.reciprocal().shr(SHIFT);
    let (mut sum, mut below) = (term, x);
    while term != Fixed::ZERO {
        below = below + Fixed::ONE;
        term = term * n * below.reciprocal();
        sum = sum + term;
    }
    let power = exp(x * log(N) - n);
    normal(Exact { value: sum, exponent: SHIFT }, power)
}

/// The product, its significand between 1/2 and 1.
fn normal(a: Exact, b: Exact) -> Exact {
    let product = a.value * b.value;
    let width = product.lead().map_or(0, |lead| lead + 1);
    Exact { value: product.shr(width), exponent: a.exponent + b.exponent + width }
}
