//! Masks: where a statement has an effect, as an array of booleans.

use super::access::indexed;
use super::at::At;
use super::iteration::IterationDomain;
use crate::python::bounds;
use crate::python::expression::expression;
use crate::python::text::{Level, Text, joint};
use std::collections::HashSet;
use tradewind_ir::footprint::uses;
use tradewind_ir::{Axes, Axis, Expr, ExprKind, FieldId, Stmt, StmtKind, UnaryOp};

/// What decides whether a statement has an effect at a point.
#[derive(Clone)]
pub enum Guard<'a> {
    /// A condition that can be evaluated in the statement.
    Condition(&'a Expr),
    /// A mask in a variable, on the points of a domain and differing along some axes.
    Mask { name: String, domain: IterationDomain, axes: Axes },
}

impl At<'_> {
    /// Where all guards hold; nothing if there are none.
    pub fn guard(&self, guards: &[Guard]) -> Option<Text> {
        let texts = guards.iter().map(|guard| match guard {
            Guard::Condition(condition) => expression(condition, self),
            Guard::Mask { name, domain: from, axes } => Text::array(self.narrowed(name, *axes, from), *axes),
        });
        let texts: Vec<Text> = texts.collect();
        match texts.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            many => Some(conjunction(many)),
        }
    }

    /// A mask, which covers the domain `from`, on this domain inside of it.
    fn narrowed(&self, name: &str, axes: Axes, from: &IterationDomain) -> String {
        let mut entries = Vec::new();
        for axis in from.axes().iter() {
            let n = axis.index();
            if axis == Axis::K || !axes.has(axis) {
                entries.extend((!entries.is_empty() || axes.has(axis)).then(|| ":".to_string()));
            } else if from.plane[n] == self.domain.plane[n] {
                entries.push(":".to_string());
            } else {
                entries.push(bounds::slice(axis, &self.domain.plane[n], 0, &from.plane[n], self.head.min));
            }
        }
        indexed(name, entries)
    }
}

/// Whether a condition may be evaluated anew in each statement of a body: it is short, or there is one statement, and none of
/// them writes what it reads.
pub fn is_settled(condition: &Expr, body: &[Stmt]) -> bool {
    let short = |e: &Expr| matches!(e.kind, ExprKind::Field(_));
    let short = short(condition) || matches!(&condition.kind, ExprKind::Unary(UnaryOp::Not, a) if short(a));
    let single = is_one(body);
    let read: HashSet<FieldId> = condition.accesses().into_iter().map(|a| a.field).collect();
    single || short && !uses(body).iter().any(|u| u.write && read.contains(&u.access.field))
}

/// Whether a body is one assignment or one `while`, under whatever.
fn is_one(body: &[Stmt]) -> bool {
    match body {
        [one] => match &one.kind {
            StmtKind::Assign(_) | StmtKind::While { .. } => true,
            StmtKind::Mask { body, .. } | StmtKind::Restrict { body, .. } => is_one(body),
            StmtKind::Check { .. } => true,
        },
        _ => false,
    }
}

/// `mask & …`
pub fn conjunction(texts: &[Text]) -> Text {
    let codes: Vec<String> = texts.iter().map(|t| t.within(Level::BitAnd)).collect();
    let axes = joint(&texts.iter().collect::<Vec<_>>());
    Text { level: Level::BitAnd, ..Text::array(codes.join(" & "), axes) }
}
