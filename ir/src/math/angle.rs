//! Angles reduced by multiples of pi/2.
//!
//! Up to 2^31, `x - q pi/2` with pi/2 in three parts and exact products (W. J. Cody and W. Waite, "Software Manual for the
//! Elementary Functions", 1980). Beyond, `x * 2/pi` modulo 4 with just those bits of 2/pi that matter at the size of `x`
//! (M. Payne and R. Hanek, "Radian reduction for trigonometric functions", 1983). No double comes nearer to a multiple of
//! pi/2 than 2^-62, relative to its distance from the next one; the error of either way is below 2^-118.

use super::build::{Builder, F, I};
use super::exp::TO_WHOLE;
use super::pair::{Pair, product, two_sum};

/// `quadrant * pi/2 + r + low`, modulo the full circle.
pub(super) struct Angle<'b> {
    /// The quadrant, in the two lowest bits.
    pub quadrant: I<'b>,
    /// At most pi/4 in size, and a little.
    pub r: F<'b>,
    /// What `r` lacks.
    pub low: F<'b>,
}

/// pi/2 in three parts, each the nearest double to what is left.
const HALF_PI: (f64, f64, f64) = (std::f64::consts::FRAC_PI_2, 6.123233995736766e-17, -1.4973849048591698e-33);

/// Above this, products with the parts of pi/2 lack bits.
const LARGE: f64 = 2147483648.0;

/// Reduces `x`, which is not negative. Infinity gives NaN.
pub(super) fn reduce<'b>(b: &'b Builder, x: F<'b>) -> Angle<'b> {
    let shifted = x.fma(std::f64::consts::FRAC_2_PI, TO_WHOLE);
    let q = shifted - TO_WHOLE;
    // The first difference is exact; the second one is kept with its error, the product with its own.
    let first = q.fma(-HALF_PI.0, x);
    let product = q * -HALF_PI.1;
    let r = first + product;
    let low = q.fma(-HALF_PI.2, first - r + product - q.fma(HALF_PI.1, product));

    let large = x.gt(LARGE);
    let (large_shifted, large_r, large_low) = b.rare(large, || reduce_large(b, x));
    Angle {
        quadrant: large.select(large_shifted, shifted).bits(),
        r: large.select(large_r, r),
        low: large.select(large_low, low),
    }
}

/// Quadrant plus [`TO_WHOLE`], `r`, `low` for `x` above [`LARGE`].
///
/// The lowest five bits of the exponent stay with the significand, the upper bits choose the bits of 2/pi: those below
/// multiples of 4 for the lowest bit of any such significand, in four parts.
fn reduce_large<'b>(b: &'b Builder, x: F<'b>) -> (F<'b>, F<'b>, F<'b>) {
    let index = (x.bits() >> 57) & (ROWS as i64 - 1);
    let m = ((x.bits() & 0x01ff_ffff_ffff_ffff) | 0x3e00_0000_0000_0000).float();
    let parts: [F; 4] = std::array::from_fn(|n| index.lookup(b.table(two_over_pi(n))));

    let Pair { high: p0, low: e0 } = product(m, parts[0]);
    let Pair { high: p1, low: e1 } = product(m, parts[1]);
    let Pair { high: p2, low: e2 } = product(m, parts[2]);
    let Pair { high: sum, low: s } = two_sum(modulo_4(p0) + modulo_4(e0), modulo_4(p1));
    let quadrant = sum.nearest();
    let Pair { high: h, low: h_low } = two_sum(e1, p2);
    let Pair { high: h, low: s_low } = two_sum(h, s);
    let Pair { high: turn, low: turn_low } = two_sum(sum - quadrant, h);
    let turn_low = turn_low + (h_low + s_low + parts[3].fma(m, e2));
    // NaN for infinity.
    let whole = turn + turn_low + x * 0.0;
    let rest = turn - whole + turn_low;

    let Pair { high: r, low: r_low } = product(whole, b.f64(HALF_PI.0));
    (quadrant + TO_WHOLE, r, rest.fma(HALF_PI.0, whole.fma(HALF_PI.1, r_low)))
}

/// `x` without the nearest multiple of 4.
fn modulo_4(x: F) -> F {
    x - (x * 0.25).nearest() * 4.0
}

/// Upper parts of exponents beyond [`LARGE`].
const ROWS: usize = 32;

/// The bits of 2/pi behind the point, first the most significant.
const TWO_OVER_PI: [u64; 19] = [
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
];

/// Part `part` of 2/pi, 53 bits, for each row of exponents.
///
/// In row `n` the argument is `m * 2^(32 (n + 1))` with `m` a multiple of 2^-83 below 2. A bit of 2/pi that weighs 2^85 or
/// more there gives multiples of 4; the first part begins at the next one.
fn two_over_pi(part: usize) -> Vec<f64> {
    let bit = |n: i64| match usize::try_from(n) {
        Ok(n) => TWO_OVER_PI[n / 64] >> (63 - n % 64) & 1,
        Err(_) => 0,
    };
    let first = |row: usize| 32 * (row as i64 + 1) - 1 - 84 + 53 * part as i64;
    let bits = |row: usize| (0..53).fold(0, |word, n| word << 1 | bit(first(row) + n));
    let weight = 2f64.powi(32 - 53 * part as i32);
    (0..ROWS).map(|row| bits(row) as f64 * weight).collect()
}
