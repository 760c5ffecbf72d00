//! Sections cut where conditions on the level decide, so that a read or write at another level under such a condition is made
//! on the levels where it holds and on no other.
//!
//! ```text
//! interval [start, end) {                                    interval [start, end-1) {
//!   execute { mask ((K < K[end-1])) { %out = %q[0,0,1] } }     execute { %out = %q[0,0,1] }
//! }                                                          }
//! ```
//! In each part such a condition is the same everywhere: it is resolved, and what is never reached is left out. Extents, the
//! levels that arrays need and every executor then see intervals only; machine code never reads under a mask what lies
//! outside of an array.
//!
//! A section is cut only at bounds that matter: those that count from the end for accesses above the current level, from the
//! start for accesses below it. In a `parallel` loop the parts run one after another, which gives the same, for such a loop
//! reads at another level nothing that it writes ([`crate::races`]); a loop that does is left alone.

use crate::domain::{Anchor, Axes, Axis, Bound, Range};
use crate::expr::{Access, BinaryOp, Expr, ExprKind, KIndex, UnaryOp};
use crate::footprint::uses;
use crate::ids::FieldId;
use crate::races;
use crate::stencil::{HorizontalExecution, Order, Section, Stencil, Stmt, StmtKind};
use crate::types::DType;
use crate::value::Value;
use crate::verify::MAX_OFFSET;
use std::collections::{BTreeSet, HashMap, HashSet};

/// At more places a section is not cut: each part holds all of its statements.
const MOST_CUTS: usize = 6;

/// Cuts the sections of a stencil; says whether there was anything to cut.
pub fn narrow(stencil: &mut Stencil) -> bool {
    let masks = masks(stencil);
    let mut changed = false;
    for n in 0..stencil.loops.len() {
        if stencil.loops[n].order == Order::Parallel && races::has_level_race(stencil, &stencil.loops[n]) {
            continue;
        }
        let order = stencil.loops[n].order;
        let mut sections = Vec::new();
        for section in std::mem::take(&mut stencil.loops[n].sections) {
            let cuts = cuts(&section, &masks);
            if cuts.is_empty() || cuts.len() > MOST_CUTS {
                sections.push(section);
                continue;
            }
            changed = true;
            let least = least_levels(&cuts);
            let ranges = parts(&section.interval, &cuts).map(|range| range.tightened(least));
            let mut parts: Vec<Section> = ranges.map(|range| part(&section, range, least, &masks)).collect();
            if order == Order::Backward {
                parts.reverse();
            }
            sections.extend(parts);
        }
        stencil.loops[n].sections = sections;
    }
    if changed {
        drop_unread(stencil, &masks);
        stencil.loops.iter_mut().for_each(|vertical| vertical.sections.retain(|section| !section.executions.is_empty()));
    }
    changed
}

/// The conditions that are held in temporaries: what is assigned once to a boolean, at the current level.
type Masks = HashMap<FieldId, Expr>;

fn masks(stencil: &Stencil) -> Masks {
    let mut found: HashMap<FieldId, Option<Expr>> = HashMap::new();
    for stmt in stencil.executions().flat_map(|(_, _, execution)| &execution.body) {
        stmt.walk(&mut |stmt| {
            if let StmtKind::Assign(assign) = &stmt.kind {
                let is_here = assign.target == Access::here(assign.target.field);
                let value = is_here.then(|| assign.value.clone());
                found.entry(assign.target.field).and_modify(|known| *known = None).or_insert(value);
            }
        });
    }
    let is_mask = |id: &FieldId| {
        let field = &stencil.fields[*id];
        field.is_temporary() && field.dtype == DType::Bool && field.axes == Axes::IJK && field.data.is_empty()
    };
    found.into_iter().filter(|(id, _)| is_mask(id)).filter_map(|(id, value)| Some((id, value?))).collect()
}

/// Where a section is to be cut.
fn cuts(section: &Section, masks: &Masks) -> BTreeSet<Bound> {
    let mut search = Search { masks, guards: Vec::new(), found: BTreeSet::new() };
    section.executions.iter().flat_map(|execution| &execution.body).for_each(|stmt| search.stmt(stmt));
    let Range { lo, hi } = &section.interval;
    let is_inside = |cut: &Bound| !lo.iter().any(|lo| cut.at_most(*lo, 1)) && !hi.iter().any(|hi| hi.at_most(*cut, 1));
    search.found.into_iter().filter(is_inside).collect()
}

/// Collects the bounds of the conditions around accesses at other levels.
struct Search<'a> {
    masks: &'a Masks,
    /// What holds, or does not hold, where the statement or operand is reached.
    guards: Vec<&'a Expr>,
    found: BTreeSet<Bound>,
}

impl<'a> Search<'a> {
    fn stmt(&mut self, stmt: &'a Stmt) {
        stmt.exprs().for_each(|e| self.expr(e));
        if let Some(target) = stmt.target() {
            self.access(target);
        }
        let around = self.guards.len();
        if let StmtKind::Mask { condition, .. } | StmtKind::While { condition, .. } = &stmt.kind {
            self.guards.push(condition);
        }
        stmt.body().iter().for_each(|inner| self.stmt(inner));
        self.guards.truncate(around);
    }

    fn expr(&mut self, e: &'a Expr) {
        let (guard, guarded): (&Expr, &[&Expr]) = match &e.kind {
            ExprKind::Ternary(condition, then, otherwise) => (condition, &[then, otherwise]),
            ExprKind::Binary(BinaryOp::And | BinaryOp::Or, a, b) => (a, &[b]),
            ExprKind::Field(access) => {
                self.access(access);
                return access.indexes().for_each(|index| self.expr(index));
            }
            _ => return e.children().into_iter().for_each(|child| self.expr(child)),
        };
        self.expr(guard);
        self.guards.push(guard);
        guarded.iter().for_each(|e| self.expr(e));
        self.guards.pop();
    }

    fn access(&mut self, access: &Access) {
        let anchor = match access.k {
            KIndex::Offset(k) if k > 0 => Anchor::End,
            KIndex::Offset(k) if k < 0 => Anchor::Start,
            _ => return,
        };
        for guard in self.guards.clone() {
            self.bounds(guard, anchor, 0);
        }
    }

    /// The levels at which a condition changes, those that count from `anchor`.
    fn bounds(&mut self, condition: &'a Expr, anchor: Anchor, depth: usize) {
        if depth > self.masks.len() {
            return;
        }
        condition.walk(&mut |e| {
            if let Some(mask) = mask_of(e).and_then(|id| self.masks.get(&id)) {
                self.bounds(mask, anchor, depth + 1);
            } else if let Some((op, bound)) = comparison(e).filter(|(_, bound)| bound.anchor == anchor) {
                let changes = match op {
                    BinaryOp::Lt | BinaryOp::Ge => [bound, bound],
                    BinaryOp::Le | BinaryOp::Gt => [bound.shift(1), bound.shift(1)],
                    _ => [bound, bound.shift(1)],
                };
                self.found.extend(changes);
            }
        });
    }
}

/// The temporary that an expression reads at its own point.
fn mask_of(e: &Expr) -> Option<FieldId> {
    match &e.kind {
        ExprKind::Field(access) if *access == Access::here(access.field) => Some(access.field),
        _ => None,
    }
}

/// A comparison of the current level with a position: `K < K[end-1]`, `2 <= K + 1`.
fn comparison(e: &Expr) -> Option<(BinaryOp, Bound)> {
    let ExprKind::Binary(op, a, b) = &e.kind else { return None };
    let (op, a, b) = (op.is_comparison().then_some(*op)?, Level::of(a)?, Level::of(b)?);
    let difference = a.plus(b, -1)?;
    let (op, Level { k: 1, end, fixed }) = (match difference.k {
        -1 => (mirrored(op), difference.times(-1)?),
        _ => (op, difference),
    }) else {
        return None;
    };
    let offset = i32::try_from(-fixed).ok().filter(|offset| offset.abs() < MAX_OFFSET)?;
    match end {
        0 => Some((op, Bound::start(offset))),
        -1 => Some((op, Bound::end(offset))),
        _ => None,
    }
}

fn mirrored(op: BinaryOp) -> BinaryOp {
    match op {
        BinaryOp::Lt => BinaryOp::Gt,
        BinaryOp::Le => BinaryOp::Ge,
        BinaryOp::Gt => BinaryOp::Lt,
        BinaryOp::Ge => BinaryOp::Le,
        other => other,
    }
}

/// A number of the form `k * K + end * size + fixed`.
#[derive(Clone, Copy)]
struct Level {
    k: i64,
    end: i64,
    fixed: i64,
}

impl Level {
    fn of(e: &Expr) -> Option<Level> {
        if !matches!(e.dtype, DType::I32 | DType::I64) {
            return None;
        }
        let fixed = |fixed| Level { k: 0, end: 0, fixed };
        match &e.kind {
            ExprKind::Literal(value) => Some(fixed(value.as_i64())),
            ExprKind::Index(Axis::K) => Some(Level { k: 1, ..fixed(0) }),
            ExprKind::Bound(Axis::K, bound) => {
                Some(Level { end: i64::from(bound.anchor == Anchor::End), ..fixed(i64::from(bound.offset)) })
            }
            ExprKind::Cast(a) => Level::of(a),
            ExprKind::Unary(UnaryOp::Neg, a) => Level::of(a)?.times(-1),
            ExprKind::Binary(BinaryOp::Add, a, b) => Level::of(a)?.plus(Level::of(b)?, 1),
            ExprKind::Binary(BinaryOp::Sub, a, b) => Level::of(a)?.plus(Level::of(b)?, -1),
            _ => None,
        }
    }
    fn times(self, factor: i64) -> Option<Level> {
        Some(Level { k: self.k * factor, end: self.end * factor, fixed: self.fixed.checked_mul(factor)? })
    }
    fn plus(self, other: Level, factor: i64) -> Option<Level> {
        let other = other.times(factor)?;
        let small = |n: i64| (n.abs() <= i64::from(MAX_OFFSET)).then_some(n);
        Some(Level {
            k: small(self.k + other.k)?,
            end: small(self.end + other.end)?,
            fixed: self.fixed.checked_add(other.fixed)?,
        })
    }
}

/// The number of levels from which on the cuts that count from the start lie below those that count from the end.
fn least_levels(cuts: &BTreeSet<Bound>) -> i64 {
    let (starts, ends): (Vec<&Bound>, Vec<&Bound>) = cuts.iter().partition(|cut| cut.anchor == Anchor::Start);
    let meet = |(start, end): (&&Bound, &&Bound)| i64::from(start.offset) - i64::from(end.offset);
    starts.last().zip(ends.first()).map_or(1, meet).max(1)
}

/// The parts of an interval between cuts, upward.
fn parts(interval: &Range, cuts: &BTreeSet<Bound>) -> impl Iterator<Item = Range> {
    let lower = std::iter::once(None).chain(cuts.iter().copied().map(Some));
    let upper = cuts.iter().copied().map(Some).chain([None]);
    lower.zip(upper).map(|(lo, hi)| {
        let side = |bounds: &[Bound], cut: Option<Bound>| bounds.iter().copied().chain(cut).collect();
        Range { lo: side(&interval.lo, lo), hi: side(&interval.hi, hi) }
    })
}

/// A section's statements on a part of its interval, conditions on the level resolved for domains of at least so many levels.
fn part(section: &Section, interval: Range, least: i64, masks: &Masks) -> Section {
    let mut resolve = Resolve { interval: &interval, least, masks, known: HashMap::new() };
    let execution = |execution: &HorizontalExecution| {
        let body = resolve.body(&execution.body, true);
        (!body.is_empty()).then_some(HorizontalExecution { body, ..execution.clone() })
    };
    let executions = section.executions.iter().filter_map(execution).collect();
    Section { interval, executions }
}

/// Takes out the assignments of masks that are constant on a part and not read there, where all their readers read what is
/// assigned in their own part.
fn drop_unread(stencil: &mut Stencil, masks: &Masks) {
    let sections = || stencil.loops.iter().flat_map(|vertical| &vertical.sections).enumerate();
    let of = |section: &Section| -> Vec<(FieldId, bool, bool)> {
        let all = section.executions.iter().flat_map(|execution| uses(&execution.body));
        all.map(|u| (u.access.field, u.write, *u.access == Access::here(u.access.field))).collect()
    };
    let (mut read, mut written, mut elsewhere) = (HashSet::new(), HashSet::new(), HashSet::new());
    for (n, section) in sections() {
        for (field, is_write, is_here) in of(section).into_iter().filter(|(field, ..)| masks.contains_key(field)) {
            (if is_write { &mut written } else { &mut read }).insert((field, n));
            elsewhere.extend((!is_here).then_some(field));
        }
    }
    elsewhere.extend(read.iter().filter(|place| !written.contains(place)).map(|(field, _)| *field));
    for (n, section) in stencil.loops.iter_mut().flat_map(|vertical| &mut vertical.sections).enumerate() {
        section.executions.retain(|execution| match &execution.body[..] {
            [Stmt { kind: StmtKind::Assign(assign), .. }] if literal(&assign.value).is_some() => {
                let field = assign.target.field;
                !masks.contains_key(&field) || elsewhere.contains(&field) || read.contains(&(field, n))
            }
            _ => true,
        });
    }
}

struct Resolve<'a> {
    interval: &'a Range,
    least: i64,
    masks: &'a Masks,
    /// The masks that are the same on the whole interval, so far.
    known: HashMap<FieldId, bool>,
}

impl Resolve<'_> {
    /// The statements that are reached; `always`, if no condition is left around them.
    fn body(&mut self, body: &[Stmt], always: bool) -> Vec<Stmt> {
        let mut reached = Vec::new();
        for stmt in body {
            let mut stmt = stmt.clone();
            stmt.exprs_mut().for_each(|e| self.expr(e));
            let always = always && !matches!(stmt.kind, StmtKind::While { .. } | StmtKind::Restrict { .. });
            match &mut stmt.kind {
                StmtKind::Assign(assign) => {
                    if let (Some(value), true) = (literal(&assign.value), self.masks.contains_key(&assign.target.field))
                        && (always || !value)
                    {
                        // Where a mask is not assigned it does not hold either.
                        self.known.insert(assign.target.field, value);
                    }
                }
                StmtKind::Check { guard, .. } if literal(guard) == Some(false) => continue,
                StmtKind::Check { .. } => {}
                StmtKind::Mask { condition, body } | StmtKind::While { condition, body }
                    if literal(condition) == Some(false) =>
                {
                    body.clear();
                    continue;
                }
                StmtKind::Mask { condition, body } if literal(condition) == Some(true) => {
                    reached.extend(self.body(body, always));
                    continue;
                }
                StmtKind::Mask { body, .. } => *body = self.body(body, false),
                StmtKind::While { body, .. } | StmtKind::Restrict { body, .. } => *body = self.body(body, always),
            }
            let is_empty = !matches!(stmt.kind, StmtKind::Assign(_) | StmtKind::Check { .. }) && stmt.body().is_empty();
            reached.extend((!is_empty).then_some(stmt));
        }
        reached
    }

    /// Puts constants in place of conditions on the level, and of what they decide.
    fn expr(&self, e: &mut Expr) {
        e.walk_mut(&mut |e| {
            let decided = match &e.kind {
                _ if e.dtype != DType::Bool && !matches!(e.kind, ExprKind::Ternary(..)) => return,
                ExprKind::Field(_) => mask_of(e).and_then(|id| self.known.get(&id).copied()),
                ExprKind::Unary(UnaryOp::Not, a) => literal(a).map(|value| !value),
                ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), a, b) => {
                    let deciding = *op == BinaryOp::Or;
                    match (literal(a), literal(b)) {
                        (Some(value), _) | (_, Some(value)) if value == deciding => Some(deciding),
                        (Some(_), _) => return *e = (**b).clone(),
                        (_, Some(_)) => return *e = (**a).clone(),
                        _ => None,
                    }
                }
                ExprKind::Ternary(condition, then, otherwise) => match literal(condition) {
                    Some(true) => return *e = (**then).clone(),
                    Some(false) => return *e = (**otherwise).clone(),
                    None => None,
                },
                _ => comparison(e).and_then(|(op, bound)| self.holds(op, bound)),
            };
            if let Some(value) = decided {
                *e = Expr::literal(Value::Bool(value), e.span);
            }
        });
    }

    /// Whether the current level compares like this with a bound, if that is the same on the whole interval.
    fn holds(&self, op: BinaryOp, bound: Bound) -> Option<bool> {
        let Range { lo, hi } = self.interval;
        let below = |bound: Bound| match () {
            _ if hi.iter().any(|hi| hi.at_most(bound, self.least)) => Some(true),
            _ if lo.iter().any(|lo| bound.at_most(*lo, self.least)) => Some(false),
            _ => None,
        };
        let equal = || match (below(bound), below(bound.shift(1))) {
            (Some(true), _) | (_, Some(false)) => Some(false),
            (Some(false), Some(true)) => Some(true),
            _ => None,
        };
        match op {
            BinaryOp::Lt => below(bound),
            BinaryOp::Le => below(bound.shift(1)),
            BinaryOp::Ge => below(bound).map(|below| !below),
            BinaryOp::Gt => below(bound.shift(1)).map(|below| !below),
            BinaryOp::Eq => equal(),
            BinaryOp::Ne => equal().map(|equal| !equal),
            _ => None,
        }
    }
}

fn literal(e: &Expr) -> Option<bool> {
    match e.kind {
        ExprKind::Literal(Value::Bool(value)) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
