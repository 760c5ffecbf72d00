//! Operations as terms of an e-graph. Floats are held by their bits.

use egg::{FromOp, Id, Language};
use tradewind_ir::{BinaryOp, DType, Native, UnaryOp, Value};

/// A pure operation, or something that the e-graph does not look into.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Term {
    Const(DType, u64),
    /// A value from elsewhere, by its number in [`super::known::Types::leaves`].
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
