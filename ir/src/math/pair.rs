//! Numbers as sums of two doubles, for intermediate results that need more than 53 bits.

use super::build::{Builder, F, M};

/// A number as a sum of two doubles, the second one of the size of the first one's rounding error.
#[derive(Clone, Copy)]
pub(super) struct Pair<'b> {
    pub high: F<'b>,
    pub low: F<'b>,
}

/// The sum and its rounding error (D. Knuth, "The Art of Computer Programming", volume 2, 1969).
pub(super) fn two_sum<'b>(x: F<'b>, y: F<'b>) -> Pair<'b> {
    let high = x + y;
    let back = high - x;
    Pair { high, low: (x - (high - back)) + (y - back) }
}

/// The sum and its rounding error, where `large` is zero or at least as large as `small` (T. J. Dekker, 1971).
pub(super) fn quick_sum<'b>(large: F<'b>, small: F<'b>) -> Pair<'b> {
    let high = large + small;
    Pair { high, low: large - high + small }
}

/// The product and its rounding error.
pub(super) fn product<'b>(x: F<'b>, y: F<'b>) -> Pair<'b> {
    let high = x * y;
    Pair { high, low: x.fma(y, -high) }
}

impl<'b> Pair<'b> {
    /// A constant, and what a double lacks of it.
    pub(super) fn constant(b: &'b Builder, (high, low): (f64, f64)) -> Pair<'b> {
        Pair { high: b.f64(high), low: b.f64(low) }
    }
    /// The double next to it.
    pub(super) fn rounded(self) -> F<'b> {
        self.high + self.low
    }
    /// The product; to about 2^-102.
    pub(super) fn times(self, other: Pair<'b>) -> Pair<'b> {
        let Pair { high, low } = product(self.high, other.high);
        Pair { high, low: self.high.fma(other.low, self.low.fma(other.high, low)) }
    }
    /// The product with a double; to about 2^-104.
    pub(super) fn scaled(self, factor: F<'b>) -> Pair<'b> {
        let Pair { high, low } = product(self.high, factor);
        Pair { high, low: self.low.fma(factor, low) }
    }
    /// The quotient; to about 2^-102.
    pub(super) fn over(self, other: Pair<'b>) -> Pair<'b> {
        let high = self.high / other.high;
        let rest = (-high).fma(other.high, self.high) + (-high).fma(other.low, self.low);
        Pair { high, low: rest / other.high }
    }
    /// The sum with a double.
    pub(super) fn plus(self, term: F<'b>) -> Pair<'b> {
        let Pair { high, low } = two_sum(self.high, term);
        Pair { high, low: low + self.low }
    }
    /// The same number, its second part no larger than half a unit in the last place of the first.
    pub(super) fn settled(self) -> Pair<'b> {
        quick_sum(self.high, self.low)
    }
    /// The double next to `number - self`, where the number is zero or the larger.
    pub(super) fn below(self, number: F<'b>) -> F<'b> {
        let Pair { high, low } = quick_sum(number, -self.high);
        high + (low - self.low)
    }
    /// `then` where the mask holds, `otherwise` elsewhere.
    pub(super) fn select(mask: M<'b>, then: Pair<'b>, otherwise: Pair<'b>) -> Pair<'b> {
        Pair { high: mask.select(then.high, otherwise.high), low: mask.select(then.low, otherwise.low) }
    }
}
