//! Builds a [`Definition`] from code that reads like the algorithm.
//!
//! [`Builder`] hands out arguments and constants; [`F`] (doubles), [`I`] (integers, bits) and [`M`] (masks) carry the operators.
//! Each operator appends an operation, unless the same one is there already.

use super::op::{Definition, Id, Op, Rare};
use std::cell::RefCell;
use std::ops::{Add, BitAnd, BitOr, BitXor, Div, Mul, Neg, Not, Range, Shl, Shr, Sub};

/// A definition in the making.
#[derive(Default)]
pub struct Builder {
    ops: RefCell<Vec<Op>>,
    tables: RefCell<Vec<Vec<f64>>>,
    rare: RefCell<Vec<(Id, Range<usize>)>>,
}

/// A double.
#[derive(Clone, Copy)]
pub struct F<'b>(&'b Builder, Id);

/// A 64-bit integer, or bits.
#[derive(Clone, Copy)]
pub struct I<'b>(&'b Builder, Id);

/// A mask: true or false in each lane.
#[derive(Clone, Copy)]
pub struct M<'b>(&'b Builder, Id);

/// A table of doubles.
#[derive(Clone, Copy)]
pub struct Table(usize);

/// Builds the function `name` of `params` doubles.
pub fn define(name: &'static str, params: usize, body: impl for<'b> FnOnce(&'b Builder, &[F<'b>]) -> F<'b>) -> Definition {
    let builder = Builder::default();
    let args: Vec<F> = (0..params).map(|n| F(&builder, builder.push(Op::Param(n)))).collect();
    let result = body(&builder, &args).1;
    let (ops, tables, rare) = (builder.ops.into_inner(), builder.tables.into_inner(), builder.rare.into_inner());
    let results = |inside: &Range<usize>| {
        let later = ops[inside.end..].iter().flat_map(Op::operands).chain([result]);
        let mut used: Vec<Id> = later.filter(|id| inside.contains(&id.index())).collect();
        used.sort();
        used.dedup();
        used
    };
    let rare = rare.into_iter().map(|(mask, ops)| Rare { mask, results: results(&ops), ops }).collect();
    Definition { name, params, ops, result, tables, rare }
}

impl Builder {
    /// A constant.
    pub fn f64(&self, x: f64) -> F<'_> {
        F(self, self.push(Op::F64(x)))
    }

    /// A constant.
    pub fn i64(&self, n: i64) -> I<'_> {
        I(self, self.push(Op::I64(n)))
    }

    /// A table to look up in; its length is a power of two.
    pub fn table(&self, elements: Vec<f64>) -> Table {
        let mut tables = self.tables.borrow_mut();
        tables.push(elements);
        Table(tables.len() - 1)
    }

    /// The operations that `body` appends are needed only where `mask` holds ([`Rare`]).
    pub fn rare<'b, T>(&'b self, mask: M<'b>, body: impl FnOnce() -> T) -> T {
        let start = self.ops.borrow().len();
        let results = body();
        let end = self.ops.borrow().len();
        self.rare.borrow_mut().push((mask.1, start..end));
        results
    }

    /// The place of an operation: an equal one that is evaluated anyway, or a new one.
    fn push(&self, op: Op) -> Id {
        let (mut ops, rare) = (self.ops.borrow_mut(), self.rare.borrow());
        let skipped = |n: usize| rare.iter().any(|(_, ops)| ops.contains(&n));
        let known = (0..ops.len()).find(|n| same(&ops[*n], &op) && !skipped(*n));
        Id(known.unwrap_or_else(|| {
            ops.push(op);
            ops.len() - 1
        }) as u16)
    }
}

/// Equal, with zeros of different sign kept apart.
fn same(a: &Op, b: &Op) -> bool {
    match (a, b) {
        (Op::F64(x), Op::F64(y)) => x.to_bits() == y.to_bits(),
        _ => a == b,
    }
}

/// What stands on the right of an operator: a value or a constant.
pub trait Operand<'b> {
    fn id(self, b: &'b Builder) -> Id;
}

impl<'b> Operand<'b> for f64 {
    fn id(self, b: &'b Builder) -> Id {
        b.push(Op::F64(self))
    }
}

impl<'b> Operand<'b> for i64 {
    fn id(self, b: &'b Builder) -> Id {
        b.push(Op::I64(self))
    }
}

macro_rules! handle {
    ($type:ident) => {
        impl<'b> Operand<'b> for $type<'b> {
            fn id(self, _: &'b Builder) -> Id {
                self.1
            }
        }
    };
}

handle!(F);
handle!(I);
handle!(M);

macro_rules! operator {
    ($type:ident, $trait:ident, $method:ident, $op:ident, $($right:ty),+) => {$(
        impl<'b> $trait<$right> for $type<'b> {
            type Output = $type<'b>;
            fn $method(self, right: $right) -> $type<'b> {
                $type(self.0, self.0.push(Op::$op(self.1, right.id(self.0))))
            }
        }
    )+};
}

operator!(F, Add, add, Add, F<'b>, f64);
operator!(F, Sub, sub, Sub, F<'b>, f64);
operator!(F, Mul, mul, Mul, F<'b>, f64);
operator!(F, Div, div, Div, F<'b>, f64);
operator!(I, Add, add, IAdd, I<'b>, i64);
operator!(I, Sub, sub, ISub, I<'b>, i64);
operator!(I, BitAnd, bitand, And, I<'b>, i64);
operator!(I, BitOr, bitor, Or, I<'b>, i64);
operator!(I, BitXor, bitxor, Xor, I<'b>, i64);
operator!(M, BitAnd, bitand, And, M<'b>);
operator!(M, BitOr, bitor, Or, M<'b>);
operator!(M, BitXor, bitxor, Xor, M<'b>);

impl<'b> Shl<u8> for I<'b> {
    type Output = I<'b>;
    fn shl(self, by: u8) -> I<'b> {
        I(self.0, self.0.push(Op::Shl(self.1, by)))
    }
}

impl<'b> Shr<u8> for I<'b> {
    type Output = I<'b>;
    fn shr(self, by: u8) -> I<'b> {
        I(self.0, self.0.push(Op::Shr(self.1, by)))
    }
}

impl<'b> Not for M<'b> {
    type Output = M<'b>;
    fn not(self) -> M<'b> {
        M(self.0, self.0.push(Op::Xor(self.1, (-1).id(self.0))))
    }
}

impl<'b> Neg for F<'b> {
    type Output = F<'b>;
    fn neg(self) -> F<'b> {
        (self.bits() ^ i64::MIN).float()
    }
}

impl<'b> F<'b> {
    /// `self * factor + term`, rounded once.
    pub fn fma(self, factor: impl Operand<'b>, term: impl Operand<'b>) -> F<'b> {
        let (factor, term) = (factor.id(self.0), term.id(self.0));
        F(self.0, self.0.push(Op::Fma(self.1, factor, term)))
    }
    pub fn sqrt(self) -> F<'b> {
        F(self.0, self.0.push(Op::Sqrt(self.1)))
    }
    /// The nearest whole number, halves to even.
    pub fn nearest(self) -> F<'b> {
        F(self.0, self.0.push(Op::Nearest(self.1)))
    }
    pub fn abs(self) -> F<'b> {
        (self.bits() & i64::MAX).float()
    }
    /// The sign bit alone.
    pub fn sign(self) -> I<'b> {
        self.bits() & i64::MIN
    }
    /// The magnitude of `self`, which is not negative, under the sign bit `sign`.
    pub fn with_sign(self, sign: I<'b>) -> F<'b> {
        (self.bits() ^ sign).float()
    }
    pub fn bits(self) -> I<'b> {
        I(self.0, self.0.push(Op::ToBits(self.1)))
    }
    pub fn lt(self, right: impl Operand<'b>) -> M<'b> {
        let right = right.id(self.0);
        M(self.0, self.0.push(Op::Lt(self.1, right)))
    }
    pub fn le(self, right: impl Operand<'b>) -> M<'b> {
        let right = right.id(self.0);
        M(self.0, self.0.push(Op::Le(self.1, right)))
    }
    pub fn gt(self, right: impl Operand<'b>) -> M<'b> {
        let right = right.id(self.0);
        M(self.0, self.0.push(Op::Lt(right, self.1)))
    }
    pub fn equals(self, right: impl Operand<'b>) -> M<'b> {
        let right = right.id(self.0);
        M(self.0, self.0.push(Op::Eq(self.1, right)))
    }
    pub fn is_nan(self) -> M<'b> {
        M(self.0, self.0.push(Op::Unordered(self.1, self.1)))
    }
    /// The lesser of the value and a constant; NaN stays NaN.
    pub fn at_most(self, high: f64) -> F<'b> {
        self.gt(high).select(self.0.f64(high), self)
    }
    /// The greater of the value and a constant; NaN stays NaN.
    pub fn at_least(self, low: f64) -> F<'b> {
        self.lt(low).select(self.0.f64(low), self)
    }
    /// The polynomial with these coefficients, constant term first, by Horner's rule.
    pub fn horner(self, coefficients: &[f64]) -> F<'b> {
        let (last, rest) = coefficients.split_last().expect("a polynomial has a coefficient");
        rest.iter().rev().fold(self.0.f64(*last), |sum, c| sum.fma(self, *c))
    }
}

impl<'b> I<'b> {
    /// The float with these bits.
    pub fn float(self) -> F<'b> {
        F(self.0, self.0.push(Op::FromBits(self.1)))
    }
    pub fn equals(self, right: impl Operand<'b>) -> M<'b> {
        let right = right.id(self.0);
        M(self.0, self.0.push(Op::IEq(self.1, right)))
    }
    /// `self > right`, signed.
    pub fn gt(self, right: impl Operand<'b>) -> M<'b> {
        let right = right.id(self.0);
        M(self.0, self.0.push(Op::IGt(self.1, right)))
    }
    /// The element at this index, which the caller has masked into range.
    pub fn lookup(self, table: Table) -> F<'b> {
        F(self.0, self.0.push(Op::Table(table.0, self.1)))
    }
}

impl<'b> M<'b> {
    /// `then` where the mask holds, `otherwise` elsewhere.
    pub fn select(self, then: F<'b>, otherwise: F<'b>) -> F<'b> {
        F(self.0, self.0.push(Op::Select(self.1, then.1, otherwise.1)))
    }
    /// `bits` where the mask holds, zero elsewhere.
    pub fn keep(self, bits: I<'b>) -> I<'b> {
        I(self.0, self.0.push(Op::And(self.1, bits.1)))
    }
    /// All ones or zero.
    pub fn bits(self) -> I<'b> {
        I(self.0, self.1)
    }
}
