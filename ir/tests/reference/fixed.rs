//! Signed fixed-point numbers of 256 bits: 64 before the point, 192 behind it.

use std::cmp::Ordering;
use std::ops::{Add, Mul, Neg, Sub};

/// Sign and magnitude; the least significant limb comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fixed {
    pub negative: bool,
    pub limbs: [u64; 4],
}

pub const POINT: i32 = 192;

impl Fixed {
    pub const ZERO: Fixed = Fixed::constant([0; 4]);
    pub const ONE: Fixed = Fixed::constant([0, 0, 0, 1]);

    pub const fn constant(limbs: [u64; 4]) -> Fixed {
        Fixed { negative: false, limbs }
    }

    /// `x * 2^exponent`, without what lies below the last bit; nothing when it does not fit.
    pub fn scaled(x: f64, exponent: i32) -> Option<Fixed> {
        let (significand, e) = parts(x);
        let shift = e + exponent + POINT;
        let mut limbs = [significand, 0, 0, 0];
        if shift > 256 - 53 {
            return (significand == 0).then_some(Fixed::ZERO);
        }
        if shift < 0 {
            limbs[0] = if shift > -64 { significand >> -shift } else { 0 };
            return Some(Fixed { negative: x < 0.0, limbs });
        }
        let (whole, bits) = (shift as usize / 64, shift as u32 % 64);
        limbs = [0; 4];
        limbs[whole] = significand << bits;
        if bits > 0 && whole < 3 {
            limbs[whole + 1] = significand >> (64 - bits);
        }
        Some(Fixed { negative: x < 0.0, limbs })
    }

    /// The double `x`, of magnitude below 2^60.
    pub fn from(x: f64) -> Fixed {
        Fixed::scaled(x, 0).expect("a number below 2^60")
    }

    /// The value divided by `2^by`; `by` may be negative if there is room.
    pub fn shr(self, by: i32) -> Fixed {
        let limb = |n: i32| if (0..4).contains(&n) { self.limbs[n as usize] } else { 0 };
        let (whole, bits) = (by.div_euclid(64), by.rem_euclid(64) as u32);
        let at = |n: i32| match bits {
            0 => limb(n + whole),
            _ => (limb(n + whole) >> bits) | (limb(n + whole + 1) << (64 - bits)),
        };
        Fixed { negative: self.negative, limbs: [at(0), at(1), at(2), at(3)] }
    }

    /// The place of the leading bit: `2^lead <= |self| < 2^(lead+1)`; nothing for zero.
    pub fn lead(self) -> Option<i32> {
        let n = (0..4).rev().find(|n| self.limbs[*n] != 0)?;
        Some(64 * n as i32 + 63 - self.limbs[n].leading_zeros() as i32 - POINT)
    }

    /// The value as a double, nearly rounded.
    pub fn to_f64(self) -> f64 {
        let Some(lead) = self.lead() else { return 0.0 };
        let top = self.shr(lead - 62).limbs[3] as f64;
        let value = top * 2f64.powi(lead - 62);
        if self.negative { -value } else { value }
    }

    /// The reciprocal, by Newton's method.
    pub fn reciprocal(self) -> Fixed {
        let mut r = Fixed::from(1.0 / self.to_f64());
        for _ in 0..2 {
            r = r * (Fixed::ONE + Fixed::ONE - self * r);
        }
        r
    }

    /// The square root of a positive number.
    pub fn sqrt(self) -> Fixed {
        let start = self.to_f64().sqrt();
        let slope = Fixed::from(0.5 / start);
        (0..4).fold(Fixed::from(start), |root, _| root + (self - root * root) * slope)
    }

    fn magnitude(&self, other: &Fixed) -> Ordering {
        self.limbs.iter().rev().cmp(other.limbs.iter().rev())
    }
}

/// `x` as `significand * 2^exponent` of its magnitude.
pub fn parts(x: f64) -> (u64, i32) {
    let (fraction, field) = (x.to_bits() & ((1 << 52) - 1), (x.to_bits() >> 52 & 0x7ff) as i32);
    if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) }
}

impl Neg for Fixed {
    type Output = Fixed;
    fn neg(self) -> Fixed {
        Fixed { negative: !self.negative, ..self }
    }
}

impl Add for Fixed {
    type Output = Fixed;
    fn add(self, other: Fixed) -> Fixed {
        let (large, small) = if self.magnitude(&other) == Ordering::Less { (other, self) } else { (self, other) };
        let subtract = large.negative != small.negative;
        let mut limbs = [0; 4];
        let mut carry = 0;
        for (n, limb) in limbs.iter_mut().enumerate() {
            let (a, b) = (large.limbs[n] as i128, small.limbs[n] as i128);
            let sum = if subtract { a - b } else { a + b } + carry;
            *limb = sum as u64;
            carry = sum >> 64;
        }
        Fixed { negative: large.negative, limbs }
    }
}

impl Sub for Fixed {
    type Output = Fixed;
    fn sub(self, other: Fixed) -> Fixed {
        self + -other
    }
}

impl Mul for Fixed {
    type Output = Fixed;
    fn mul(self, other: Fixed) -> Fixed {
        let mut wide = [0u64; 8];
        for (i, a) in self.limbs.iter().enumerate() {
            let mut carry = 0u128;
            for (j, b) in other.limbs.iter().enumerate() {
                let sum = *a as u128 * *b as u128 + wide[i + j] as u128 + carry;
                wide[i + j] = sum as u64;
                carry = sum >> 64;
            }
            wide[i + 4] = carry as u64;
        }
        Fixed { negative: self.negative != other.negative, limbs: [wide[3], wide[4], wide[5], wide[6]] }
    }
}
