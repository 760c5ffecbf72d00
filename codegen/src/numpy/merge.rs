//! Branches become choices: `x = a` under a mask and `x = b` under its negation are one statement, `x = a where the mask holds,
//! else b`.
//!
//! The first statement moves down to the second, or the second up to the first, if no statement between them depends on it; see
//! [`join`] for the conditions.

use crate::python::branches::is_negation;
use std::collections::HashSet;
use tradewind_ir::footprint::uses;
use tradewind_ir::{Assign, Expr, ExprKind, Extent, FieldId, Stmt, StmtKind};

/// How many statements apart two branches may be.
const REACH: usize = 24;

/// One assignment under any number of masks, outermost first.
pub struct Single<'a> {
    pub guards: Vec<&'a Expr>,
    pub assign: &'a Assign,
}

/// The statement as one assignment, if it is one.
pub fn single(stmt: &Stmt) -> Option<Single<'_>> {
    match &stmt.kind {
        StmtKind::Assign(assign) => Some(Single { guards: vec![], assign }),
        StmtKind::Mask { condition, body } => match body.as_slice() {
            [inner] => {
                let mut single = single(inner)?;
                single.guards.insert(0, condition);
                Some(single)
            }
            _ => None,
        },
        _ => None,
    }
}

/// Joins the branches among the statements of a section, each with the extent on which it runs.
pub fn merge(statements: &mut Vec<(Extent, Stmt)>) {
    let mut n = 0;
    while n < statements.len() {
        let last = (n + 1 + REACH).min(statements.len());
        let found = (n + 1..last).find_map(|m| Some((m, join(&statements[n..=m])?)));
        match found {
            Some((m, Joined::Early(stmt))) => {
                statements[n].1 = stmt;
                statements.remove(m);
                // The joint statement may be a branch itself, of something before it.
                n = n.saturating_sub(REACH);
            }
            Some((m, Joined::Late(stmt))) => {
                statements[m].1 = stmt;
                statements.remove(n);
                n = n.saturating_sub(REACH);
            }
            None => n += 1,
        }
    }
}

/// The joint statement, and whether it stands where the first one stood or where the last one did.
enum Joined {
    Early(Stmt),
    Late(Stmt),
}

/// Joins the first and the last of some statements. Whatever stands between must not touch what they write, nor write what the
/// one that is moved reads; and the last must not read what the first writes.
fn join(statements: &[(Extent, Stmt)]) -> Option<Joined> {
    let [(extent, first), between @ .., (last_extent, last)] = statements else { return None };
    let (a, b) = (single(first)?, single(last)?);
    let (condition, outer) = a.guards.split_last()?;
    let (other, other_outer) = b.guards.split_last()?;
    let same = extent == last_extent && a.assign.target == b.assign.target && outer == other_outer;
    let negated = is_negation(other, condition);
    if !same || condition.is_uniform() || !(negated || is_negation(condition, other)) {
        return None;
    }
    let target = a.assign.target.field;
    if reads(&b).contains(&target) || uses_any(between, |field, _| field == target) {
        return None;
    }
    let (condition, then, otherwise) = match negated {
        true => (*condition, &a.assign.value, &b.assign.value),
        false => (*other, &b.assign.value, &a.assign.value),
    };
    let parts = [condition, then, otherwise].map(|e| Box::new(e.clone()));
    let [c, x, y] = parts;
    let value = Expr { kind: ExprKind::Ternary(c, x, y), dtype: then.dtype, span: then.span };
    let build = |like: &Stmt| {
        let stmt = Stmt::assign(a.assign.target.clone(), value.clone(), like.span);
        outer.iter().rev().fold(stmt, |inner, guard| Stmt {
            kind: StmtKind::Mask { condition: (*guard).clone(), body: vec![inner] },
            span: like.span,
        })
    };
    let spoils = |read: HashSet<FieldId>| uses_any(between, |field, write| write && read.contains(&field));
    match () {
        _ if !spoils(reads(&b)) => Some(Joined::Early(build(first))),
        _ if !spoils(reads(&a)) => Some(Joined::Late(build(last))),
        _ => None,
    }
}

fn reads(single: &Single) -> HashSet<FieldId> {
    let all = single.guards.iter().copied().chain([&single.assign.value]).chain(single.assign.target.indexes());
    all.flat_map(Expr::accesses).map(|a| a.field).collect()
}

fn uses_any(statements: &[(Extent, Stmt)], test: impl Fn(FieldId, bool) -> bool) -> bool {
    statements.iter().any(|(_, stmt)| uses(std::slice::from_ref(stmt)).iter().any(|u| test(u.access.field, u.write)))
}
