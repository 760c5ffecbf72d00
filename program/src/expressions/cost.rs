//! What operations cost on a target.

use super::term::Term;
use std::ops::Add;
use tradewind_ir::{BinaryOp, Native};

/// A cost. The order is that of throughput; latency decides between equals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Cost {
    /// Quarters of a cycle in which a vector unit does nothing else.
    pub throughput: u32,
    /// Cycles until the result is there.
    pub latency: u32,
}

/// The costs of a family of processors.
#[derive(Debug)]
pub struct Target {
    /// A load; an element may have to come from afar.
    pub load: Cost,
    constant: Cost,
    /// Negation, `abs`, logic: operations on bits.
    bits: Cost,
    /// Sums, differences and products.
    sum: Cost,
    fma: Cost,
    division: Cost,
    square_root: Cost,
    /// `//` and `%`.
    remainder: Cost,
    comparison: Cost,
    extreme: Cost,
    select: Cost,
    cast: Cost,
    predicate: Cost,
    /// To a whole number.
    round: Cost,
    round_away: Cost,
    function: Cost,
    power: Cost,
    gamma: Cost,
}

const fn cost(throughput: u32, latency: u32) -> Cost {
    Cost { throughput, latency }
}

/// x86-64 with AVX2 and FMA: the middle of what Agner Fog's instruction tables say of Haswell to Zen 4.
pub static X86_64: Target = Target {
    load: cost(8, 5),
    constant: cost(1, 0),
    bits: cost(2, 1),
    sum: cost(4, 4),
    fma: cost(4, 4),
    division: cost(24, 13),
    square_root: cost(30, 18),
    remainder: cost(80, 40),
    comparison: cost(4, 4),
    extreme: cost(4, 4),
    select: cost(5, 2),
    cast: cost(6, 6),
    predicate: cost(6, 5),
    round: cost(8, 8),
    round_away: cost(16, 13),
    function: cost(100, 60),
    power: cost(200, 120),
    gamma: cost(400, 200),
};

/// AArch64: the middle of what Arm's optimization guides say of Neoverse N1 to V2.
pub static AARCH64: Target = Target {
    load: cost(8, 6),
    constant: cost(1, 0),
    bits: cost(2, 2),
    sum: cost(4, 3),
    fma: cost(4, 4),
    division: cost(40, 15),
    square_root: cost(44, 16),
    remainder: cost(80, 40),
    comparison: cost(4, 2),
    extreme: cost(4, 2),
    select: cost(4, 2),
    cast: cost(8, 4),
    predicate: cost(6, 4),
    round: cost(8, 4),
    round_away: cost(8, 4),
    function: cost(100, 60),
    power: cost(200, 120),
    gamma: cost(400, 200),
};

/// The target that this compiler makes code for.
pub fn here() -> &'static Target {
    if cfg!(target_arch = "aarch64") { &AARCH64 } else { &X86_64 }
}

impl Add for Cost {
    type Output = Cost;

    /// The cost of one after the other.
    fn add(self, other: Cost) -> Cost {
        let sum = |a: u32, b: u32| a.saturating_add(b);
        cost(sum(self.throughput, other.throughput), sum(self.latency, other.latency))
    }
}

impl Target {
    /// The cost of one term. Leaves that are loads cost what a load does, others nothing.
    pub fn term(&self, term: &Term, is_load: &impl Fn(u32) -> bool) -> Cost {
        match term {
            Term::Const(..) => self.constant,
            Term::Leaf(n) if is_load(*n) => self.load,
            Term::Leaf(_) => Cost::default(),
            Term::Unary(..) => self.bits,
            Term::Binary(op, _) => self.binary(*op),
            Term::Select(_) => self.select,
            Term::Cast(..) => self.cast,
            Term::Call1(f, _) | Term::Call2(f, _) | Term::Call3(f, _) => self.native(*f),
        }
    }

    fn binary(&self, op: BinaryOp) -> Cost {
        match op {
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul => self.sum,
            BinaryOp::Div => self.division,
            BinaryOp::FloorDiv | BinaryOp::Mod => self.remainder,
            BinaryOp::And | BinaryOp::Or => self.bits,
            _ => self.comparison,
        }
    }

    fn native(&self, f: Native) -> Cost {
        match f {
            Native::Abs => self.bits,
            Native::Min | Native::Max => self.extreme,
            Native::Fma => self.fma,
            Native::IsFinite | Native::IsInf | Native::IsNan => self.predicate,
            Native::Floor | Native::Ceil | Native::Trunc | Native::Round => self.round,
            Native::RoundAway => self.round_away,
            Native::Sqrt => self.square_root,
            Native::Pow => self.power,
            Native::Gamma => self.gamma,
            _ => self.function,
        }
    }
}
