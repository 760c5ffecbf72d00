//! The primitive operations that definitions are made of.

use std::fmt;
use std::ops::Range;

/// A value of a definition: the result of the operation at this place in [`Definition::ops`]. Prints as `v7`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub(super) u16);

impl Id {
    /// The place in [`Definition::ops`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a value's 64 bits mean.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    F64,
    /// An integer, bits, or a mask: all ones is true, all zeros is false.
    I64,
}

/// One operation on 64-bit lanes. Operands are earlier values; their lane type is fixed by the operation. Floating point is
/// IEEE 754 binary64, rounded to nearest, subnormals kept; which NaN comes out of an operation on NaNs is not defined.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Op {
    /// An argument, counted from zero.
    Param(usize),
    F64(f64),
    I64(i64),
    Add(Id, Id),
    Sub(Id, Id),
    Mul(Id, Id),
    Div(Id, Id),
    /// `a * b + c`, rounded once.
    Fma(Id, Id, Id),
    Sqrt(Id),
    /// The nearest whole number, halves to even, of any size.
    Nearest(Id),
    /// `a < b`, false for NaN; as the other comparisons, gives a mask.
    Lt(Id, Id),
    /// `a <= b`, false for NaN.
    Le(Id, Id),
    /// `a == b`, false for NaN.
    Eq(Id, Id),
    /// Whether `a` or `b` is NaN.
    Unordered(Id, Id),
    /// Integer sum; wraps.
    IAdd(Id, Id),
    /// Integer difference; wraps.
    ISub(Id, Id),
    And(Id, Id),
    Or(Id, Id),
    Xor(Id, Id),
    /// Bits moved up by a constant below 64; zeros come in.
    Shl(Id, u8),
    /// Bits moved down by a constant below 64; zeros come in.
    Shr(Id, u8),
    /// `a == b` of integers.
    IEq(Id, Id),
    /// `a > b` of signed integers.
    IGt(Id, Id),
    /// `mask ? a : b`; the two have one lane type, which is that of the result.
    Select(Id, Id, Id),
    /// A float's bits.
    ToBits(Id),
    /// The float with these bits.
    FromBits(Id),
    /// The element of [`Definition::tables`] at an integer index; the index is in range by construction.
    Table(usize, Id),
}

/// Operations that matter only where `mask` holds: everything that later operations make of their results is thrown away by
/// a select elsewhere. An executor may skip them where `mask` is false in all its lanes, and put anything in place of
/// `results`; or ignore the hint.
#[derive(Clone, PartialEq, Debug)]
pub struct Rare {
    pub mask: Id,
    /// Places in [`Definition::ops`].
    pub ops: Range<usize>,
    /// The values in `ops` that are used after them.
    pub results: Vec<Id>,
}

/// A function of doubles: a straight line of operations without branches.
#[derive(Clone, PartialEq, Debug)]
pub struct Definition {
    pub name: &'static str,
    /// How many arguments there are.
    pub params: usize,
    pub ops: Vec<Op>,
    pub result: Id,
    pub tables: Vec<Vec<f64>>,
    /// In order, disjoint.
    pub rare: Vec<Rare>,
}

impl Op {
    /// The values that the operation reads, in order.
    pub fn operands(&self) -> Vec<Id> {
        match *self {
            Op::Param(_) | Op::F64(_) | Op::I64(_) => vec![],
            Op::Sqrt(a) | Op::Nearest(a) | Op::Shl(a, _) | Op::Shr(a, _) => vec![a],
            Op::ToBits(a) | Op::FromBits(a) | Op::Table(_, a) => vec![a],
            Op::Add(a, b) | Op::Sub(a, b) | Op::Mul(a, b) | Op::Div(a, b) => vec![a, b],
            Op::Lt(a, b) | Op::Le(a, b) | Op::Eq(a, b) | Op::Unordered(a, b) => vec![a, b],
            Op::IAdd(a, b) | Op::ISub(a, b) | Op::And(a, b) | Op::Or(a, b) | Op::Xor(a, b) => vec![a, b],
            Op::IEq(a, b) | Op::IGt(a, b) => vec![a, b],
            Op::Fma(a, b, c) | Op::Select(a, b, c) => vec![a, b, c],
        }
    }

    /// The operation's word in the text form.
    pub fn name(&self) -> &'static str {
        match self {
            Op::Param(_) => "param",
            Op::F64(_) => "f64",
            Op::I64(_) => "i64",
            Op::Add(..) => "add",
            Op::Sub(..) => "sub",
            Op::Mul(..) => "mul",
            Op::Div(..) => "div",
            Op::Fma(..) => "fma",
            Op::Sqrt(_) => "sqrt",
            Op::Nearest(_) => "nearest",
            Op::Lt(..) => "lt",
            Op::Le(..) => "le",
            Op::Eq(..) => "eq",
            Op::Unordered(..) => "unordered",
            Op::IAdd(..) => "iadd",
            Op::ISub(..) => "isub",
            Op::And(..) => "and",
            Op::Or(..) => "or",
            Op::Xor(..) => "xor",
            Op::Shl(..) => "shl",
            Op::Shr(..) => "shr",
            Op::IEq(..) => "ieq",
            Op::IGt(..) => "igt",
            Op::Select(..) => "select",
            Op::ToBits(_) => "to_bits",
            Op::FromBits(_) => "from_bits",
            Op::Table(..) => "table",
        }
    }
}

impl Definition {
    /// The lane type of a value.
    pub fn lane(&self, id: Id) -> Lane {
        match self.ops[id.index()] {
            Op::Param(_) | Op::F64(_) | Op::Add(..) | Op::Sub(..) | Op::Mul(..) | Op::Div(..) | Op::Fma(..) => Lane::F64,
            Op::Sqrt(_) | Op::Nearest(_) | Op::FromBits(_) | Op::Table(..) => Lane::F64,
            Op::Select(_, a, _) => self.lane(a),
            Op::I64(_) | Op::IAdd(..) | Op::ISub(..) | Op::And(..) | Op::Or(..) | Op::Xor(..) => Lane::I64,
            Op::Lt(..) | Op::Le(..) | Op::Eq(..) | Op::Unordered(..) | Op::IEq(..) | Op::IGt(..) => Lane::I64,
            Op::Shl(..) | Op::Shr(..) | Op::ToBits(_) => Lane::I64,
        }
    }

    /// The values in the order of evaluation.
    pub fn values(&self) -> impl Iterator<Item = (Id, &Op)> {
        self.ops.iter().enumerate().map(|(n, op)| (Id(n as u16), op))
    }

    /// How many operations a machine executes for one lane: all but arguments, constants and changes of lane type.
    pub fn cost(&self) -> usize {
        let free = |op: &&Op| matches!(op, Op::Param(_) | Op::F64(_) | Op::I64(_) | Op::ToBits(_) | Op::FromBits(_));
        self.ops.iter().filter(|op| !free(op)).count()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Op {
    /// `fma v0, v3, v4`, `f64 0.5`, `i64 0x3ff0000000000000`, `shl v9, 52`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts: Vec<String> = self.operands().iter().map(Id::to_string).collect();
        match self {
            Op::Param(n) => parts.push(n.to_string()),
            Op::F64(x) => parts.push(format!("{x:?}")),
            Op::I64(n) => parts.push(format!("{n:#x}")),
            Op::Shl(_, n) | Op::Shr(_, n) => parts.push(n.to_string()),
            Op::Table(n, _) => parts.insert(0, format!("t{n}")),
            _ => {}
        }
        write!(f, "{} {}", self.name(), parts.join(", "))
    }
}

impl fmt::Display for Definition {
    /// One operation a line; rare ones are indented under `where` and their mask.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "define {}({}) {{", self.name, self.params)?;
        for (id, op) in self.values() {
            if let Some(rare) = self.rare.iter().find(|r| r.ops.start == id.index()) {
                writeln!(f, "  where {} {{", rare.mask)?;
            }
            let inside = self.rare.iter().any(|r| r.ops.contains(&id.index()));
            writeln!(f, "{}{id} = {op}", if inside { "    " } else { "  " })?;
            if self.rare.iter().any(|r| r.ops.end == id.index() + 1) {
                writeln!(f, "  }}")?;
            }
        }
        writeln!(f, "  return {}\n}}", self.result)
    }
}
