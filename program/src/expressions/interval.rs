//! Between which numbers the values of a float expression lie: intervals, signs, infinities, NaN.

use super::term::Term;
use egg::{Id, Language};
use tradewind_ir::{BinaryOp, DType, Native, UnaryOp, Value, eval};

/// What the values of a float expression may be. Rounding keeps order, so ends computed with the type's own operations are ends.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Interval {
    /// The least and the greatest value, NaN aside; zeros of both signs are equal.
    pub lo: f64,
    pub hi: f64,
    /// Whether it may be NaN.
    pub nan: bool,
    /// Whether it may be zero with a minus sign.
    pub minus_zero: bool,
}

impl Interval {
    /// Nothing is known.
    pub const ANY: Interval = Interval { lo: f64::NEG_INFINITY, hi: f64::INFINITY, nan: true, minus_zero: true };

    /// One value.
    pub fn of(value: Value) -> Interval {
        let x = value.as_f64();
        let nan = x.is_nan() || !value.dtype().is_float();
        if nan { Interval::ANY } else { Interval { lo: x, hi: x, nan, minus_zero: x == 0.0 && x.is_sign_negative() } }
    }
    /// What the values of both may be, of two expressions that are equal.
    pub fn both(self, other: Interval) -> Interval {
        let (lo, hi) = (self.lo.max(other.lo), self.hi.min(other.hi));
        Interval { lo, hi, nan: self.nan && other.nan, minus_zero: self.minus_zero && other.minus_zero }
    }
    /// Whether no sign bit is set, NaN aside: all NaNs are one value.
    pub fn is_positive(self) -> bool {
        self.lo >= 0.0 && !self.minus_zero
    }
    /// Whether it is neither infinite nor NaN.
    pub fn is_finite(self) -> bool {
        !self.nan && self.lo > f64::NEG_INFINITY && self.hi < f64::INFINITY
    }
    fn has_zero(self) -> bool {
        self.lo <= 0.0 && self.hi >= 0.0
    }
    fn has_infinity(self) -> bool {
        self.lo == f64::NEG_INFINITY || self.hi == f64::INFINITY
    }
    fn negated(self) -> Interval {
        Interval { lo: -self.hi, hi: -self.lo, nan: self.nan, minus_zero: self.has_zero() }
    }
    fn either(self, other: Interval) -> Interval {
        let (lo, hi) = (self.lo.min(other.lo), self.hi.max(other.hi));
        Interval { lo, hi, nan: self.nan || other.nan, minus_zero: self.minus_zero || other.minus_zero }
    }
}

/// The interval of a term whose result is of a float type, given those of its operands.
pub fn of(term: &Term, dtype: DType, known: &impl Fn(Id) -> Interval) -> Interval {
    match (term, term.children()) {
        (Term::Const(dtype, bits), _) => Interval::of(Value::from_bits(*dtype, *bits)),
        (Term::Unary(UnaryOp::Neg, _), [a]) => known(*a).negated(),
        (Term::Binary(BinaryOp::Add, _), [a, b]) => sum(dtype, known(*a), known(*b)),
        (Term::Binary(BinaryOp::Sub, _), [a, b]) => sum(dtype, known(*a), known(*b).negated()),
        (Term::Binary(BinaryOp::Mul, _), [a, b]) if a == b => square(dtype, known(*a)),
        (Term::Binary(op @ (BinaryOp::Mul | BinaryOp::Div), _), [a, b]) => product(*op, dtype, known(*a), known(*b)),
        (Term::Select(_), [_, a, b]) => known(*a).either(known(*b)),
        (Term::Call1(native, _), [a]) => function(*native, dtype, known(*a)),
        (Term::Call2(native @ (Native::Min | Native::Max), _), [a, b]) => extreme(*native, known(*a), known(*b)),
        _ => Interval::ANY,
    }
}

fn compute(op: BinaryOp, dtype: DType, a: f64, b: f64) -> f64 {
    eval::binary(op, Value::F64(a).cast(dtype), Value::F64(b).cast(dtype)).as_f64()
}

fn sum(dtype: DType, a: Interval, b: Interval) -> Interval {
    let opposite = |a: Interval, b: Interval| a.lo == f64::NEG_INFINITY && b.hi == f64::INFINITY;
    if opposite(a, b) || opposite(b, a) {
        return Interval::ANY;
    }
    let (lo, hi) = (compute(BinaryOp::Add, dtype, a.lo, b.lo), compute(BinaryOp::Add, dtype, a.hi, b.hi));
    Interval { lo, hi, nan: a.nan || b.nan, minus_zero: a.minus_zero && b.minus_zero }
}

fn square(dtype: DType, a: Interval) -> Interval {
    let ends = [a.lo, a.hi].map(|x| compute(BinaryOp::Mul, dtype, x, x));
    let lo = if a.has_zero() { 0.0 } else { ends[0].min(ends[1]) };
    Interval { lo, hi: ends[0].max(ends[1]), nan: a.nan, minus_zero: false }
}

/// A product or a quotient.
fn product(op: BinaryOp, dtype: DType, a: Interval, b: Interval) -> Interval {
    let open = a.has_infinity() || b.has_infinity();
    if open || (op == BinaryOp::Div && b.has_zero()) {
        let positive = a.is_positive() && b.is_positive();
        return Interval { lo: if positive { 0.0 } else { f64::NEG_INFINITY }, minus_zero: !positive, ..Interval::ANY };
    }
    let corners = [(a.lo, b.lo), (a.lo, b.hi), (a.hi, b.lo), (a.hi, b.hi)].map(|(a, b)| compute(op, dtype, a, b));
    let (lo, hi) = corners.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), x| (lo.min(*x), hi.max(*x)));
    Interval { lo, hi, nan: a.nan || b.nan, minus_zero: !(a.is_positive() && b.is_positive()) }
}

fn function(native: Native, dtype: DType, a: Interval) -> Interval {
    let apply = |x: f64| eval::call(native, &[Value::F64(x).cast(dtype)]).as_f64();
    match native {
        Native::Abs => {
            let lo = if a.has_zero() { 0.0 } else { a.lo.abs().min(a.hi.abs()) };
            Interval { lo, hi: a.lo.abs().max(a.hi.abs()), nan: a.nan, minus_zero: false }
        }
        Native::Sqrt => {
            let (lo, hi) = (apply(a.lo.max(0.0)), apply(a.hi.max(0.0)));
            Interval { lo, hi, nan: a.nan || a.lo < 0.0, minus_zero: a.minus_zero }
        }
        Native::Exp => Interval { lo: 0.0, hi: f64::INFINITY, nan: a.nan, minus_zero: false },
        _ => Interval::ANY,
    }
}

/// `b` where it is beyond `a`, else `a`: a NaN in `b` gives `a`.
fn extreme(native: Native, a: Interval, b: Interval) -> Interval {
    // `b` may be a zero that is beyond `a` only if `a` has values on its other side.
    let (lo, hi, zero) = match native {
        Native::Min => (a.lo.min(b.lo), if b.nan { a.hi } else { a.hi.min(b.hi) }, a.hi > 0.0),
        _ => (if b.nan { a.lo } else { a.lo.max(b.lo) }, a.hi.max(b.hi), a.lo < 0.0),
    };
    Interval { lo, hi, nan: a.nan, minus_zero: a.minus_zero || (b.minus_zero && zero) }
}
