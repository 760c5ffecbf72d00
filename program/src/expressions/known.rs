//! What is known of the classes of an e-graph: types, intervals, and constants, which are folded.

use super::interval::{self, Interval};
use super::term::Term;
use egg::{Analysis, DidMerge, EGraph, Id, Language};
use tradewind_ir::{DType, Value, eval};

/// What is known of a class: its type, its value if that is constant, and of a float, between which numbers it lies.
#[derive(Clone, Debug)]
pub struct Known {
    pub dtype: DType,
    pub constant: Option<Value>,
    pub interval: Interval,
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
            Term::Const(dtype, bits) => {
                let value = Value::from_bits(*dtype, *bits);
                return Known { dtype: *dtype, constant: Some(value), interval: Interval::of(value) };
            }
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
        let interval = match folded {
            Some(value) => Interval::of(value),
            None if dtype.is_float() => interval::of(term, dtype, &|id| egraph[id].data.interval),
            None => Interval::ANY,
        };
        Known { dtype, constant: folded, interval }
    }

    fn merge(&mut self, a: &mut Known, b: Known) -> DidMerge {
        let both = a.interval.both(b.interval);
        let constant = match (a.constant, b.constant) {
            (None, Some(value)) => {
                a.constant = Some(value);
                DidMerge(true, false)
            }
            (Some(_), None) => DidMerge(false, true),
            _ => DidMerge(false, false),
        };
        let narrowed = DidMerge(both != a.interval, both != b.interval);
        a.interval = both;
        constant | narrowed
    }

    fn modify(egraph: &mut EGraph<Term, Self>, id: Id) {
        if let Some(value) = egraph[id].data.constant {
            let constant = egraph.add(Term::constant(value));
            egraph.union(id, constant);
            egraph[id].nodes.retain(|term| matches!(term, Term::Const(..)));
        }
    }
}
