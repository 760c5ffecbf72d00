//! Operations of tasklets as terms, and back.

use crate::code::{Op, ValueId};
use egg::Id;
use std::collections::HashMap;
use tradewind_ir::{DType, Value};
use tradewind_program::expressions::term::Term;

/// An operation whose operands have classes; `None` if the e-graph does not look into it.
pub fn term(op: &Op, dtype: DType, classes: &HashMap<ValueId, Id>) -> Option<Term> {
    let class = |v: &ValueId| classes.get(v).copied();
    Some(match op {
        Op::Const(value) => Term::constant(*value),
        Op::Unary(op, a) => Term::Unary(*op, [class(a)?]),
        Op::Binary(op, a, b) => Term::Binary(*op, [class(a)?, class(b)?]),
        Op::Select(c, a, b) => Term::Select([class(c)?, class(a)?, class(b)?]),
        Op::Cast(a) => Term::Cast(dtype, [class(a)?]),
        Op::Call1(f, a) => Term::Call1(*f, [class(a)?]),
        Op::Call2(f, a, b) => Term::Call2(*f, [class(a)?, class(b)?]),
        Op::Call3(f, a, b, c) => Term::Call3(*f, [class(a)?, class(b)?, class(c)?]),
        Op::Scalar(_) | Op::Index(_) | Op::Bound(..) | Op::Inside(_) | Op::Load { .. } => return None,
    })
}

/// The operation on these operands; `None` for a leaf.
pub fn op(term: &Term, operands: &[ValueId]) -> Option<Op> {
    Some(match (term, operands) {
        (Term::Const(dtype, bits), _) => Op::Const(Value::from_bits(*dtype, *bits)),
        (Term::Unary(op, _), [a]) => Op::Unary(*op, *a),
        (Term::Binary(op, _), [a, b]) => Op::Binary(*op, *a, *b),
        (Term::Select(_), [c, a, b]) => Op::Select(*c, *a, *b),
        (Term::Cast(..), [a]) => Op::Cast(*a),
        (Term::Call1(f, _), [a]) => Op::Call1(*f, *a),
        (Term::Call2(f, _), [a, b]) => Op::Call2(*f, *a, *b),
        (Term::Call3(f, _), [a, b, c]) => Op::Call3(*f, *a, *b, *c),
        _ => return None,
    })
}
