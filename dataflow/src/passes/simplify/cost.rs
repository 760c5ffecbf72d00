//! What operations cost, about in quarters of a cycle of a vector machine's throughput.

use super::term::Term;
use tradewind_ir::{BinaryOp, Native};

/// The cost of a load; an element may have to come from afar.
pub const LOAD: u32 = 8;

/// The cost of one term. Leaves that are loads cost what a load does, others nothing.
pub fn term(term: &Term, is_load: impl Fn(u32) -> bool) -> u32 {
    match term {
        Term::Const(..) => 1,
        Term::Leaf(n) => {
            if is_load(*n) {
                LOAD
            } else {
                0
            }
        }
        Term::Unary(..) => 2,
        Term::Binary(op, _) => binary(*op),
        Term::Select(_) => 5,
        Term::Cast(..) => 6,
        Term::Call1(f, _) | Term::Call2(f, _) | Term::Call3(f, _) => native(*f),
    }
}

fn binary(op: BinaryOp) -> u32 {
    match op {
        BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul => 4,
        BinaryOp::Div => 24,
        BinaryOp::FloorDiv | BinaryOp::Mod => 80,
        BinaryOp::And | BinaryOp::Or => 2,
        _ => 4,
    }
}

fn native(f: Native) -> u32 {
    match f {
        Native::Abs => 2,
        Native::Min | Native::Max | Native::Fma => 4,
        Native::IsFinite | Native::IsInf | Native::IsNan => 6,
        Native::Floor | Native::Ceil | Native::Trunc | Native::Round => 8,
        Native::RoundAway => 16,
        Native::Sqrt => 30,
        Native::Pow => 200,
        Native::Gamma => 400,
        _ => 100,
    }
}
