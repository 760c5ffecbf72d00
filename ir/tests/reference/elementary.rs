//! Elementary functions in fixed point, and what others are made of.

use super::fixed::{Fixed, parts};
use std::sync::LazyLock;
use tradewind_ir::Native;

/// `value * 2^exponent`.
#[derive(Clone, Copy, Debug)]
pub struct Exact {
    pub value: Fixed,
    pub exponent: i32,
}

impl Exact {
    /// The distance of `got` from the exact value, in units in the last place of a double at the exact value (of its
    /// binade; of the subnormals below them). Infinity counts as 2^1024; beyond that, only infinity is right.
    pub fn ulps(&self, got: f64) -> f64 {
        let Some(lead) = self.value.lead().map(|lead| lead + self.exponent) else {
            return if got == 0.0 { 0.0 } else { f64::INFINITY };
        };
        let sign_differs = got.is_sign_negative() != self.value.negative;
        if got.is_nan() || sign_differs || lead >= 1024 {
            return if got.is_infinite() && !sign_differs { 0.0 } else { f64::INFINITY };
        }
        let place = (lead - 52).max(-1074);
        let finite = if got.is_infinite() { 2f64.powi(1000).copysign(got) } else { got };
        let beyond = if got.is_infinite() { 24 } else { 0 };
        match Fixed::scaled(finite, beyond - self.exponent) {
            Some(got) => (got - self.value).shr(place - self.exponent).to_f64().abs(),
            None => f64::INFINITY,
        }
    }
}

pub const LN2: Fixed = Fixed::constant([0x40f343267298b62e, 0xc9e3b39803f2f6af, 0xb17217f7d1cf79ab, 0]);
pub const LOG10_E: Fixed = Fixed::constant([0x1f71a30122e4d101, 0x9aadd557d699ee19, 0x6f2dec549b9438ca, 0]);
pub const HALF_PI: Fixed = Fixed::constant([0x52049c1114cf98e8, 0x898cc51701b839a2, 0x921fb54442d18469, 1]);

/// The bits of 2/pi behind the point, first the most significant.
pub const TWO_OVER_PI: [u64; 20] = [
    0xa2f9836e4e441529,
    0xfc2757d1f534ddc0,
    0xdb6295993c439041,
    0xfe5163abdebbc561,
    0xb7246e3a424dd2e0,
    0x06492eea09d1921c,
    0xfe1deb1cb129a73e,
    0xe88235f52ebb4484,
    0xe99c7026b45f7e41,
    0x3991d639835339f4,
    0x9c845f8bbdf9283b,
    0x1ff897ffde05980f,
    0xef2f118b5a0a6d1f,
    0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b,
    0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08,
    0x56033046fc7b6bab,
    0xf0cfbc209af4361d,
];

/// `1/n!`.
pub static FACTORIALS: LazyLock<Vec<Fixed>> = LazyLock::new(|| {
    let next = |term: &mut Fixed, n: u32| {
        *term = *term * Fixed::from(n.max(1) as f64).reciprocal();
        Some(*term)
    };
    (0..40).scan(Fixed::ONE, next).collect()
});

impl Exact {
    /// The value itself, with what fits of it.
    pub fn plain(self) -> Fixed {
        self.value.shr(-self.exponent)
    }
}

/// Horner's rule in `x` with the coefficients `1/n!` for the given `n`, highest first, and alternating signs if asked.
pub fn series(x: Fixed, orders: impl Iterator<Item = usize>, sign: Fixed) -> Fixed {
    orders.fold(Fixed::ZERO, |sum, n| sum * x * sign + FACTORIALS[n])
}

/// Argument halved eight times, Taylor series, result squared eight times.
pub fn exp(x: Fixed) -> Exact {
    let k = (x.to_f64() * std::f64::consts::LOG2_E).round_ties_even();
    let r = x - Fixed::from(k) * LN2;
    let start = series(r.shr(8), (0..14).rev(), Fixed::ONE);
    Exact { value: (0..8).fold(start, |power, _| power * power), exponent: k as i32 }
}

pub fn log(x: f64) -> Fixed {
    let Exact { value, exponent } = times(x, Fixed::ONE);
    log_fixed(value) + Fixed::from(exponent as f64) * LN2
}

/// A double's logarithm as first guess, mended by `ln x = y + ln(x exp(-y))`.
pub fn log_fixed(x: Fixed) -> Fixed {
    let k = x.lead().map_or(0, |lead| lead + (x.shr(lead).to_f64() > 1.5) as i32);
    let m = x.shr(k);
    let guess = Fixed::from(m.to_f64().ln());
    let z = m * exp(-guess).plain() - Fixed::ONE;
    let third = Fixed::from(3.0).reciprocal();
    Fixed::from(k as f64) * LN2 + guess + z - (z * z).shr(1) + z * z * z * third
}

/// A double's cube root as first guess, mended by Newton's method.
pub fn cbrt(x: f64) -> Exact {
    let Exact { value, exponent } = times(x, Fixed::ONE);
    let rest = exponent.rem_euclid(3);
    let m = value.shr(-rest);
    let guess = Fixed::from(m.to_f64().cbrt());
    let slope = (Fixed::from(3.0) * guess * guess).reciprocal();
    let root = (0..3).fold(guess, |root, _| root + (m - root * root * root) * slope);
    Exact { value: root, exponent: (exponent - rest) / 3 }
}

pub fn pow(x: f64, y: f64) -> Exact {
    let (significand, exponent) = parts(y);
    let product = log(x.abs()) * Fixed::from(significand as f64 * 2f64.powi(-52));
    let product = product.shr(-(exponent + 52));
    let odd = y.abs() < 2f64.powi(53) && y % 2.0 != 0.0;
    let mut power = exp(if y < 0.0 { -product } else { product });
    power.value.negative = x < 0.0 && odd;
    power
}

/// Below 1/2 the series of `sin x / x`; otherwise reduced by the product with as many bits of 2/pi as matter.
pub fn sin_cos(x: f64) -> (Exact, Fixed) {
    let minus = -Fixed::ONE;
    let odd = |square| series(square, (0..17).rev().map(|n| 2 * n + 1), minus);
    let even = |square| series(square, (0..17).rev().map(|n| 2 * n), minus);
    if x.abs() < 0.5 {
        let square = Fixed::from(x) * Fixed::from(x);
        return (times(x, odd(square)), even(square));
    }
    let (quadrant, r) = reduce(x);
    let (sin, cos) = (odd(r * r) * r, even(r * r));
    let (sin, cos) = if quadrant % 2 == 0 { (sin, cos) } else { (cos, -sin) };
    let (sin, cos) = if quadrant / 2 == 0 { (sin, cos) } else { (-sin, -cos) };
    (Exact { value: if x < 0.0 { -sin } else { sin }, exponent: 0 }, cos)
}

/// `x * ratio` for any double.
pub fn times(x: f64, ratio: Fixed) -> Exact {
    let (significand, exponent) = parts(x);
    let width = 64 - significand.leading_zeros() as i32;
    let m = Fixed::from((significand as f64).copysign(x)).shr(width);
    Exact { value: m * ratio, exponent: exponent + width }
}

/// The quadrant of `|x|` and its distance from the middle of it, in radians.
pub fn reduce(x: f64) -> (u64, Fixed) {
    let (significand, e) = parts(x);
    let skip = (e - 2).max(0);
    let limb_of = |n: usize| TWO_OVER_PI.get(n).copied().unwrap_or(0);
    let word = |n: usize| match (skip as usize / 64 + n, skip % 64) {
        (n, 0) => limb_of(n),
        (n, bits) => limb_of(n) << bits | limb_of(n + 1) >> (64 - bits),
    };
    // Least significant limb first: the product of the significand and 320 bits of 2/pi.
    let mut wide = [0u64; 6];
    let mut carry = 0u128;
    for (n, limb) in wide[..5].iter_mut().enumerate() {
        let sum = significand as u128 * word(4 - n) as u128 + carry;
        *limb = sum as u64;
        carry = sum >> 64;
    }
    wide[5] = carry as u64;
    let shift = (128 - (e - skip)) as usize;
    let limb = |n: usize| wide.get(n).copied().unwrap_or(0);
    let at = |n: usize| match (n + shift / 64, shift % 64) {
        (n, 0) => limb(n),
        (n, bits) => limb(n) >> bits | limb(n + 1) << (64 - bits),
    };
    let turns = Fixed::constant([at(0), at(1), at(2), at(3) & 3]);
    let nearest = turns.to_f64().round_ties_even();
    (nearest as u64 % 4, (turns - Fixed::from(nearest)) * HALF_PI)
}

pub fn hyperbolic(native: Native, x: f64) -> Exact {
    let small = x.abs() < 0.5;
    let square = if small { Fixed::from(x) * Fixed::from(x) } else { Fixed::ZERO };
    let up = exp(Fixed::from(x.abs()));
    let down = up.value.reciprocal().shr(2 * up.exponent);
    let half = |value: Fixed| Exact { value, exponent: up.exponent - 1 };
    let cosh = half(up.value + down);
    let sinh = match small {
        true => times(x, series(square, (0..17).rev().map(|n| 2 * n + 1), Fixed::ONE)),
        false => half(if x < 0.0 { down - up.value } else { up.value - down }),
    };
    match native {
        Native::Sinh => sinh,
        Native::Cosh => cosh,
        _ => Exact { value: sinh.value * cosh.value.reciprocal(), exponent: sinh.exponent - cosh.exponent },
    }
}

/// The four first terms of a series in odd powers, for tiny arguments.
pub fn tiny(x: f64, numerators: [f64; 4], denominators: [f64; 4]) -> Exact {
    let square = Fixed::from(x) * Fixed::from(x);
    let coefficient = |n: usize| Fixed::from(numerators[n]) * Fixed::from(denominators[n]).reciprocal();
    times(x, (0..4).rev().fold(Fixed::ZERO, |sum, n| sum * square + coefficient(n)))
}

/// A double's arc tangent as first guess, mended by the addition theorem.
pub fn atan(x: f64) -> Exact {
    if x.abs() < 1e-6 {
        return tiny(x, [1.0, -1.0, 1.0, -1.0], [1.0, 3.0, 5.0, 7.0]);
    }
    let guess = x.atan();
    let (sin, cos) = sin_cos(guess);
    // The tangent of the difference; a large x divided out of numerator and denominator.
    let (m, unit) = if x.abs() > 1.0 { (Fixed::from(x.signum()), reciprocal(x.abs())) } else { (Fixed::from(x), Fixed::ONE) };
    let z = (m * cos - unit * sin.plain()) * (unit * cos + m * sin.plain()).reciprocal();
    Exact { value: Fixed::from(guess) + z, exponent: 0 }
}

/// `1/x` for a double of any size above 1.
pub fn reciprocal(x: f64) -> Fixed {
    let one = times(x, Fixed::ONE);
    one.value.reciprocal().shr(one.exponent)
}

/// A double's arc sine as first guess, mended by the addition theorem.
pub fn asin(x: f64) -> Exact {
    if x.abs() < 1e-6 {
        return tiny(x, [1.0, 1.0, 3.0, 15.0], [1.0, 6.0, 40.0, 336.0]);
    }
    let guess = x.asin();
    let (sin, cos) = sin_cos(guess);
    let rest = Fixed::ONE - Fixed::from(x) * Fixed::from(x);
    let root = if rest == Fixed::ZERO { rest } else { rest.sqrt() };
    let z = Fixed::from(x) * cos - root * sin.plain();
    Exact { value: Fixed::from(guess) + z, exponent: 0 }
}
