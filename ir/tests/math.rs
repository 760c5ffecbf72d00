//! Definitions against the true values: every function over its whole domain, binade by binade, and where it is used.
//!
//! Run with `--nocapture` to see the largest error of each function and where it is.

mod reference;

use reference::fixed::Fixed;
use reference::{Exact, exact};
use tradewind_ir::{Native, math};

/// xorshift64*, so that the points are the same everywhere.
struct Points(u64);

const SEED: u64 = 0x7472_6164_6577_696e;

impl Points {
    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }
    fn below(&mut self, n: u64) -> u64 {
        (self.bits() >> 11) % n
    }
    /// Evenly between two bounds.
    fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * ((self.bits() >> 11) as f64 / (1u64 << 53) as f64)
    }
    /// Any bit pattern below that of `limit`, hence all binades alike, subnormals as one.
    fn any(&mut self, limit: f64, signed: bool) -> f64 {
        let sign = if signed { self.bits() >> 63 << 63 } else { 0 };
        f64::from_bits(self.below(limit.to_bits()) | sign)
    }
    /// Around `centre`, at all relative distances from the last place up to 1/2.
    fn near(&mut self, centre: f64) -> f64 {
        let distance = 2f64.powi(-(1 + self.below(52) as i32)) * self.uniform(-1.0, 1.0);
        centre + centre * distance
    }
    /// Around a whole number up to `limit`.
    fn near_whole(&mut self, limit: u64) -> f64 {
        let whole = self.below(limit) as f64 + 1.0;
        self.near(whole)
    }
    /// Near a multiple of pi/2: its nearest double and some neighbours.
    fn angle(&mut self) -> f64 {
        let scale = self.below(50);
        let multiple = self.below(1 << (scale + 1)) as f64 * std::f64::consts::FRAC_PI_2;
        f64::from_bits(multiple.to_bits() + self.below(5))
    }
}

/// The function compared at `count` points; points that are not ordinary are left to the tests of special values.
fn measure(native: Native, bound: f64, count: usize, point: impl Fn(&mut Points, usize) -> Vec<f64>) {
    let mut points = Points(SEED ^ native as u64);
    let (mut worst, mut at, mut wrong_half) = (0.0, vec![], 0);
    for n in 0..count {
        let args = point(&mut points, n);
        let got = math::evaluate(native, &args).expect("a transcendental function");
        let error = exact(native, &args).ulps(got);
        wrong_half += (error > 0.5) as usize;
        if error > worst || error.is_nan() {
            (worst, at) = (error, args);
        }
    }
    let share = 100.0 * wrong_half as f64 / count as f64;
    println!(
        "{:6} {} operations, {count} points, seed {SEED:#x}: at most {worst:.3} ulp, at {at:?}; {share:.2} % not the nearest",
        native.name(),
        math::definition(native).map_or(0, |d| d.cost())
    );
    assert!(worst <= bound, "{} at {at:?}: {worst} ulp", native.name());
}

const POINTS: usize = 1_000_000;

#[test]
fn reference_agrees_with_mpmath() {
    let mut lines = 0;
    for line in include_str!("reference/values.txt").lines().filter(|l| !l.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        let (native, ..) = Native::TABLE.into_iter().find(|(_, name, _)| *name == words[0]).expect("a function");
        let bits = |word: &&str| f64::from_bits(u64::from_str_radix(word, 16).expect("bits"));
        let args: Vec<f64> = words[1..=native.arity()].iter().map(bits).collect();
        let Exact { value, exponent } = exact(native, &args);
        let [significand, place] = words[native.arity() + 1..] else { panic!("two words in {line}") };
        let wide = i128::from_str_radix(significand, 16).expect("an integer");
        let limbs = [0, (wide.unsigned_abs() << 64 >> 64) as u64, (wide.unsigned_abs() >> 64) as u64, 0];
        let theirs = Fixed { negative: wide < 0, limbs };
        // Theirs is m * 2^place with m 64 bits up in the limbs: the integer m is `theirs` * 2^128.
        let shift = place.parse::<i32>().expect("an exponent") + 128 - exponent;
        let difference = (value - theirs.shr(-shift)).to_f64() / value.to_f64();
        assert!(difference.abs() < 2f64.powi(-105), "{line}: off by {difference:e}");
        lines += 1;
    }
    assert!(lines > 200);
}

#[test]
fn exp() {
    measure(Native::Exp, 1.0, POINTS, |p, n| {
        vec![match n % 4 {
            0 => p.uniform(-745.13, 709.78),
            1 => p.uniform(-1.0, 1.0),
            2 => p.uniform(-745.13, -700.0),
            _ => p.any(700.0, true),
        }]
    });
}

fn positive(p: &mut Points, n: usize) -> Vec<f64> {
    vec![match n % 4 {
        0 => p.uniform(0.5, 2.0),
        1 => p.near(1.0),
        2 => p.any(f64::MIN_POSITIVE, false).max(5e-324),
        _ => p.any(f64::INFINITY, false).max(5e-324),
    }]
}

#[test]
fn log() {
    measure(Native::Log, 1.0, POINTS, positive);
}

#[test]
fn log10() {
    measure(Native::Log10, 1.0, POINTS / 4, positive);
}

fn angles(p: &mut Points, n: usize) -> Vec<f64> {
    vec![match n % 4 {
        0 => p.uniform(-10.0, 10.0),
        1 => p.angle(),
        2 => p.uniform(-1e5, 1e5),
        _ => p.any(f64::INFINITY, true),
    }]
}

#[test]
fn sin() {
    measure(Native::Sin, 1.0, POINTS, angles);
}

#[test]
fn cos() {
    measure(Native::Cos, 1.0, POINTS, angles);
}

#[test]
fn tan() {
    measure(Native::Tan, 1.0, POINTS / 4, angles);
}

#[test]
fn pow() {
    measure(Native::Pow, 2.0, POINTS / 4, |p, n| {
        let x = match n % 3 {
            0 => p.uniform(0.0, 10.0),
            1 => p.near(1.0),
            _ => p.any(f64::INFINITY, false),
        };
        // Exponents with results in all binades; whole and small ones.
        let range = 745.1 / x.ln().abs().max(1e-300);
        let y = match n % 4 {
            0 => (p.uniform(-1.0, 1.0) * range.min(100.0)).round(),
            _ => p.uniform(-1.0, 0.952) * range,
        };
        let x = if y == y.round() { x.copysign(p.uniform(-1.0, 1.0)) } else { x };
        vec![x, y]
    });
}

fn up_to_one(p: &mut Points, n: usize) -> Vec<f64> {
    vec![match n % 3 {
        0 => p.uniform(-1.0, 1.0),
        1 => p.near(1.0).min(1.0 - 0.5 * f64::EPSILON).copysign(p.uniform(-1.0, 1.0)),
        _ => p.any(1.0, true),
    }]
}

#[test]
fn asin() {
    measure(Native::Asin, 1.0, POINTS / 4, up_to_one);
}

#[test]
fn acos() {
    measure(Native::Acos, 1.0, POINTS / 4, up_to_one);
}

#[test]
fn atan() {
    measure(Native::Atan, 1.0, POINTS / 4, |p, n| {
        vec![match n % 3 {
            0 => p.uniform(-3.0, 3.0),
            1 => p.near(1.0),
            _ => p.any(f64::INFINITY, true),
        }]
    });
}

fn hyperbolic(p: &mut Points, n: usize) -> Vec<f64> {
    vec![match n % 3 {
        0 => p.uniform(-2.0, 2.0),
        1 => p.uniform(-25.0, 25.0),
        _ => p.any(710.47, true),
    }]
}

#[test]
fn sinh() {
    measure(Native::Sinh, 1.0, POINTS / 4, hyperbolic);
}

#[test]
fn cosh() {
    measure(Native::Cosh, 1.0, POINTS / 4, hyperbolic);
}

#[test]
fn tanh() {
    measure(Native::Tanh, 1.0, POINTS / 4, hyperbolic);
}

#[test]
fn asinh() {
    measure(Native::Asinh, 1.0, POINTS / 4, |p, n| {
        vec![match n % 3 {
            0 => p.uniform(-3.0, 3.0),
            1 => p.near(0.5),
            _ => p.any(f64::INFINITY, true),
        }]
    });
}

#[test]
fn acosh() {
    measure(Native::Acosh, 1.0, POINTS / 4, |p, n| {
        vec![match n % 3 {
            0 => p.uniform(1.0, 3.0),
            1 => 2.0 - p.near(1.0).min(1.0 - f64::EPSILON),
            _ => p.any(f64::INFINITY, false).max(1.5),
        }]
    });
}

#[test]
fn atanh() {
    measure(Native::Atanh, 1.0, POINTS / 4, up_to_one);
}

#[test]
fn cbrt() {
    measure(Native::Cbrt, 1.0, POINTS, |p, _| vec![p.any(f64::INFINITY, true)]);
}

/// Each point of the reference takes some hundred terms.
const FEW_POINTS: usize = 30_000;

#[test]
fn erf() {
    measure(Native::Erf, 1.0, FEW_POINTS, |p, n| {
        vec![match n % 3 {
            0 => p.uniform(-6.0, 6.0),
            1 => p.near(0.5),
            _ => p.any(6.0, true),
        }]
    });
}

#[test]
fn erfc() {
    measure(Native::Erfc, 1.0, FEW_POINTS, |p, n| {
        vec![match n % 4 {
            0 => p.uniform(-6.0, 27.0),
            1 => p.near(0.5),
            2 => p.uniform(26.0, 27.2),
            _ => p.any(27.0, true),
        }]
    });
}

#[test]
fn gamma() {
    let fraction = |x: f64, otherwise: f64| if x == x.floor() { otherwise } else { x };
    measure(Native::Gamma, 1.0, FEW_POINTS, |p, n| {
        vec![match n % 5 {
            0 => p.uniform(-10.0, 20.0),
            1 => p.uniform(-184.0, 171.6),
            2 => fraction(-p.near_whole(180), -0.5),
            3 => p.near_whole(10),
            _ => fraction(p.any(171.0, true), 0.5).clamp(-170.5, 171.0),
        }]
    });
}

/// Doubles `m * 2^e` that come nearest to multiples of pi/2, by the continued fractions of `2^e * 2/pi` (W. Kahan, 1983).
const NEAREST_TO_MULTIPLES: [(u64, i32); 12] = [
    (6381956970095103, 797),
    (6381956970095103, 798),
    (5916243447979695, 79),
    (8444920710073313, 939),
    (5850965514341686, 525),
    (8160885118204141, 808),
    (8583082635084172, 145),
    (7636753411044619, 201),
    (6617649673795284, 15),
    (6311013172270677, 38),
    (5648695676206402, 887),
    (6221301883130153, 969),
];

#[test]
fn hardest_angles() {
    for native in [Native::Sin, Native::Cos, Native::Tan] {
        measure(native, 1.0, NEAREST_TO_MULTIPLES.len(), |_, n| {
            let (significand, exponent) = NEAREST_TO_MULTIPLES[n];
            vec![significand as f64 * 2f64.powi(exponent)]
        });
    }
}
