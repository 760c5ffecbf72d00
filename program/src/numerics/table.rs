//! The expressions of a stencil as terms, equal ones once.

use crate::expressions::term::Term;
use egg::Id;
use std::collections::HashMap;
use tradewind_ir::{BinaryOp, Expr, ExprKind, FieldId, Native};

/// Numbers for expressions: equal ones have the same. Operands are terms' children, in the numbers of this table.
#[derive(Default)]
pub(super) struct Table<'s> {
    ids: HashMap<Term, Id>,
    terms: Vec<(Term, &'s Expr)>,
    /// What is not looked into, by the field that it is an element of, if it is one.
    leaves: HashMap<Option<FieldId>, Vec<Id>>,
}

impl<'s> Table<'s> {
    /// The number of an expression; expressions that no rule is for are leaves.
    pub(super) fn id(&mut self, expr: &'s Expr) -> Id {
        match self.term(expr) {
            Some(term) => match self.ids.get(&term) {
                Some(id) => *id,
                None => {
                    let id = self.add(term.clone(), expr);
                    self.ids.insert(term, id);
                    id
                }
            },
            None => self.leaf(expr),
        }
    }

    /// The term with a number, its children being numbers, and an expression that it is.
    pub(super) fn get(&self, id: Id) -> (&Term, &'s Expr) {
        let (term, expr) = &self.terms[usize::from(id)];
        (term, expr)
    }

    fn add(&mut self, term: Term, expr: &'s Expr) -> Id {
        self.terms.push((term, expr));
        Id::from(self.terms.len() - 1)
    }

    fn leaf(&mut self, expr: &'s Expr) -> Id {
        let field = if let ExprKind::Field(access) = &expr.kind { Some(access.field) } else { None };
        let known = self.leaves.get(&field).into_iter().flatten().find(|id| *self.terms[usize::from(**id)].1 == *expr);
        known.copied().unwrap_or_else(|| {
            let id = self.add(Term::Leaf(self.terms.len() as u32), expr);
            self.leaves.entry(field).or_default().push(id);
            id
        })
    }

    fn term(&mut self, expr: &'s Expr) -> Option<Term> {
        if !expr.dtype.is_float() {
            return None;
        }
        Some(match &expr.kind {
            ExprKind::Literal(value) => Term::constant(*value),
            ExprKind::Unary(op, a) => Term::Unary(*op, [self.id(a)]),
            ExprKind::Binary(op, a, b) if !is_remainder(*op) => Term::Binary(*op, [self.id(a), self.id(b)]),
            ExprKind::Ternary(c, a, b) => Term::Select([self.id(c), self.id(a), self.id(b)]),
            ExprKind::Cast(a) if a.dtype.is_float() => Term::Cast(expr.dtype, [self.id(a)]),
            ExprKind::Call(native, args) if !is_rounding(*native) => match &args[..] {
                [a] => Term::Call1(*native, [self.id(a)]),
                [a, b] => Term::Call2(*native, [self.id(a), self.id(b)]),
                [a, b, c] => Term::Call3(*native, [self.id(a), self.id(b), self.id(c)]),
                _ => return None,
            },
            _ => return None,
        })
    }
}

/// Whether the operation is `//` or `%`.
pub(super) fn is_remainder(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::FloorDiv | BinaryOp::Mod)
}

/// Whether the function jumps where its operand passes a whole number, or tells kinds of numbers apart.
pub(super) fn is_rounding(native: Native) -> bool {
    let whole = matches!(native, Native::Floor | Native::Ceil | Native::Trunc | Native::Round | Native::RoundAway);
    whole || native.is_predicate()
}
