//! Operations as terms of an e-graph. Floats are held by their bits.

use crate::code::{Op, ValueId};
use egg::{Analysis, DidMerge, EGraph, FromOp, Id, Language};
use std::collections::HashMap;
use tradewind_ir::{BinaryOp, DType, Native, UnaryOp, Value, eval};

/// A pure operation, or something that the e-graph does not look into.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Term {
    Const(DType, u64),
    /// A value from elsewhere, by its number in [`Types::leaves`].
    Leaf(u32),
    Unary(UnaryOp, [Id; 1]),
    Binary(BinaryOp, [Id; 2]),
    Select([Id; 3]),
    Cast(DType, [Id; 1]),
    Call1(Native, [Id; 1]),
    Call2(Native, [Id; 2]),
    Call3(Native, [Id; 3]),
}

impl Term {
    /// An operation whose operands have classes; `None` if the e-graph does not look into it.
    pub fn of(op: &Op, dtype: DType, classes: &HashMap<ValueId, Id>) -> Option<Term> {
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
    pub fn op(&self, operands: &[ValueId]) -> Option<Op> {
        Some(match (self, operands) {
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
    /// A constant.
    pub fn constant(value: Value) -> Term {
        Term::Const(value.dtype(), value.bits())
    }
}

impl Language for Term {
    type Discriminant = Term;

    fn discriminant(&self) -> Term {
        self.clone().map_children(|_| Id::from(0))
    }
    fn matches(&self, other: &Self) -> bool {
        match (self, other) {
            (Term::Const(t, a), Term::Const(u, b)) => (t, a) == (u, b),
            (Term::Leaf(a), Term::Leaf(b)) => a == b,
            (Term::Unary(a, _), Term::Unary(b, _)) => a == b,
            (Term::Binary(a, _), Term::Binary(b, _)) => a == b,
            (Term::Select(_), Term::Select(_)) => true,
            (Term::Cast(a, _), Term::Cast(b, _)) => a == b,
            (Term::Call1(a, _), Term::Call1(b, _)) | (Term::Call2(a, _), Term::Call2(b, _)) => a == b,
            (Term::Call3(a, _), Term::Call3(b, _)) => a == b,
            _ => false,
        }
    }
    fn children(&self) -> &[Id] {
        match self {
            Term::Const(..) | Term::Leaf(_) => &[],
            Term::Unary(_, c) | Term::Cast(_, c) | Term::Call1(_, c) => c,
            Term::Binary(_, c) | Term::Call2(_, c) => c,
            Term::Select(c) | Term::Call3(_, c) => c,
        }
    }
    fn children_mut(&mut self) -> &mut [Id] {
        match self {
            Term::Const(..) | Term::Leaf(_) => &mut [],
            Term::Unary(_, c) | Term::Cast(_, c) | Term::Call1(_, c) => c,
            Term::Binary(_, c) | Term::Call2(_, c) => c,
            Term::Select(c) | Term::Call3(_, c) => c,
        }
    }
}

impl FromOp for Term {
    type Error = String;

    /// `neg`, `not`, `+` …, `select`, `f64` (a conversion), `sqrt` …; without operands `leaf3`, `2.5f64`, `true`.
    fn from_op(op: &str, children: Vec<Id>) -> Result<Term, String> {
        let symbol = |a, b| BinaryOp::SYMBOLS.iter().find(|(_, s)| *s == op).map(|(op, _)| Term::Binary(*op, [a, b]));
        let native = |n| Native::TABLE.iter().find(|(_, name, arity)| *name == op && *arity == n).map(|(f, ..)| *f);
        let term = match (op, &children[..]) {
            ("neg", [a]) => Some(Term::Unary(UnaryOp::Neg, [*a])),
            ("not", [a]) => Some(Term::Unary(UnaryOp::Not, [*a])),
            ("select", [c, a, b]) => Some(Term::Select([*c, *a, *b])),
            (_, [a]) => {
                let cast = DType::from_name(op).map(|dtype| Term::Cast(dtype, [*a]));
                cast.or_else(|| native(1).map(|f| Term::Call1(f, [*a])))
            }
            (_, [a, b]) => symbol(*a, *b).or_else(|| native(2).map(|f| Term::Call2(f, [*a, *b]))),
            (_, [a, b, c]) => native(3).map(|f| Term::Call3(f, [*a, *b, *c])),
            (_, []) => leaf(op),
            _ => None,
        };
        term.ok_or_else(|| format!("no operation `{op}` of {} operands", children.len()))
    }
}

fn leaf(op: &str) -> Option<Term> {
    if let Some(number) = op.strip_prefix("leaf") {
        return number.parse().ok().map(Term::Leaf);
    }
    let value = match op {
        "true" | "false" => Value::Bool(op == "true"),
        _ => {
            let typed = |dtype: DType| op.strip_suffix(dtype.name()).and_then(|n| n.parse::<f64>().ok()).map(|n| (n, dtype));
            let (number, dtype) = DType::ALL.into_iter().find_map(typed)?;
            Value::F64(number).cast(dtype)
        }
    };
    Some(Term::constant(value))
}

/// What is known of a class: its type, and its value if that is constant.
#[derive(Clone, Debug)]
pub struct Known {
    pub dtype: DType,
    pub constant: Option<Value>,
}

/// The analysis that gives every class its type and folds constants.
#[derive(Clone, Default)]
pub struct Types {
    /// The types of leaves.
    pub leaves: Vec<DType>,
}

impl Analysis<Term> for Types {
    type Data = Known;

    fn make(egraph: &mut EGraph<Term, Self>, term: &Term, _: Id) -> Known {
        let known = |id: &Id| &egraph[*id].data;
        let dtype = match term {
            Term::Const(dtype, bits) => return Known { dtype: *dtype, constant: Some(Value::from_bits(*dtype, *bits)) },
            Term::Leaf(n) => egraph.analysis.leaves.get(*n as usize).copied().unwrap_or(DType::F64),
            Term::Unary(_, [a]) | Term::Select([_, a, _]) => known(a).dtype,
            Term::Binary(op, [a, _]) if !op.is_comparison() => known(a).dtype,
            Term::Binary(..) => DType::Bool,
            Term::Cast(dtype, _) => *dtype,
            Term::Call1(f, _) | Term::Call2(f, _) if f.is_predicate() => DType::Bool,
            Term::Call1(_, [a]) | Term::Call2(_, [a, _]) | Term::Call3(_, [a, ..]) => known(a).dtype,
        };
        let constant = |id: &Id| known(id).constant;
        let operands: Option<Vec<Value>> = term.children().iter().map(constant).collect();
        let folded = operands.and_then(|values| match (term, &values[..]) {
            (Term::Unary(op, _), [a]) => Some(eval::unary(*op, *a)),
            (Term::Binary(op, _), [a, b]) => Some(eval::binary(*op, *a, *b)),
            (Term::Select(_), [c, a, b]) => Some(if c.is_true() { *a } else { *b }),
            (Term::Cast(dtype, _), [a]) => Some(a.cast(*dtype)),
            (Term::Call1(f, _) | Term::Call2(f, _) | Term::Call3(f, _), args) => Some(eval::call(*f, args)),
            _ => None,
        });
        Known { dtype, constant: folded }
    }

    fn merge(&mut self, a: &mut Known, b: Known) -> DidMerge {
        match (a.constant, b.constant) {
            (None, Some(value)) => {
                a.constant = Some(value);
                DidMerge(true, false)
            }
            (Some(_), None) => DidMerge(false, true),
            _ => DidMerge(false, false),
        }
    }

    fn modify(egraph: &mut EGraph<Term, Self>, id: Id) {
        if let Some(value) = egraph[id].data.constant {
            let constant = egraph.add(Term::constant(value));
            egraph.union(id, constant);
            egraph[id].nodes.retain(|term| matches!(term, Term::Const(..)));
        }
    }
}
