//! From planes to points. A statement of a stencil finishes on its whole plane before the next one starts. A leaf runs all its
//! statements at one point before it continues with the next point. Both give the same result as long as no statement accesses
//! at one point what another one accesses at a different point. This file splits the statements of an execution into pieces for
//! which this holds. It adds temporaries where a single statement violates it. A statement in a box does not violate it if the box
//! is narrower than the distance between the points that the statement reads and writes, as at the corner of a cube.

use crate::access::{Touch, accesses_of};
use tradewind_ir::{
    Access, Axis, Bound, Component, DType, Expr, ExprKind, FieldId, HorizontalBox, KIndex, Range, Span, Stmt, StmtKind,
};

/// Statements that one loop nest may run point by point.
pub struct Piece {
    /// The boxes that all of them are restricted to.
    pub boxes: Vec<HorizontalBox>,
    /// No `restrict` among them.
    pub stmts: Vec<Stmt>,
}

/// How many levels of a section a plane has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum LevelsAtOnce {
    /// One: they are visited one at a time, or there is only one.
    One,
    /// All levels of the interval.
    All,
}

impl LevelsAtOnce {
    /// The levels of a section of an order-free loop.
    pub fn of_parallel(interval: &Range) -> LevelsAtOnce {
        match (interval.lo.as_slice(), interval.hi.as_slice()) {
            ([lo], [hi]) if lo.anchor == hi.anchor && hi.offset == lo.offset + 1 => LevelsAtOnce::One,
            _ => LevelsAtOnce::All,
        }
    }
}

/// Cuts statements into pieces. `fresh` makes a new temporary for a value that must be held from one piece to the next.
pub fn split(body: &[Stmt], levels: LevelsAtOnce, fresh: &mut dyn FnMut(&str, DType, Span) -> FieldId) -> Vec<Piece> {
    let mut splitter = Splitter { levels, fresh, pieces: Vec::new() };
    for stmt in body {
        splitter.place(stmt, &[], &[]);
    }
    splitter.pieces
}

struct Splitter<'a> {
    levels: LevelsAtOnce,
    fresh: &'a mut dyn FnMut(&str, DType, Span) -> FieldId,
    pieces: Vec<Piece>,
}

impl Splitter<'_> {
    /// Adds a statement that stands inside `boxes` and under the conditions `guards`.
    fn place(&mut self, stmt: &Stmt, boxes: &[HorizontalBox], guards: &[Expr]) {
        match &stmt.kind {
            StmtKind::Restrict { region, body } => {
                let boxes = [boxes, &[*region]].concat();
                body.iter().for_each(|s| self.place(s, &boxes, guards));
            }
            StmtKind::Mask { condition, body } if has_restrict(body) || conflicts(stmt, stmt, boxes, self.levels) => {
                let condition = self.hold(condition, body, boxes);
                let guards = [guards, &[condition]].concat();
                body.iter().for_each(|s| self.place(s, boxes, &guards));
            }
            StmtKind::Assign(assign) if conflicts(stmt, stmt, boxes, self.levels) => {
                let value = self.stored("held", &assign.value, boxes, guards);
                self.emit(boxes, guards, Stmt::assign(assign.target.clone(), value, stmt.span));
            }
            _ => self.emit(boxes, guards, box_masks(stmt.clone())),
        }
    }

    /// A condition that may be asked again after any part of the body: held in a temporary where the body changes it.
    fn hold(&mut self, condition: &Expr, body: &[Stmt], boxes: &[HorizontalBox]) -> Expr {
        let asked = condition.accesses();
        let changes = |t: &Touch| t.write && asked.iter().any(|a| a.field == t.access.field);
        if body.iter().any(|s| accesses_of(s).iter().any(changes)) {
            self.stored("mask", condition, boxes, &[])
        } else {
            condition.clone()
        }
    }

    /// Stores a value in a fresh temporary and returns the reading of it.
    fn stored(&mut self, name: &str, value: &Expr, boxes: &[HorizontalBox], guards: &[Expr]) -> Expr {
        let target = Access::here((self.fresh)(name, value.dtype, value.span));
        self.emit(boxes, guards, Stmt::assign(target.clone(), value.clone(), value.span));
        Expr { kind: ExprKind::Field(target), dtype: value.dtype, span: value.span }
    }

    fn emit(&mut self, boxes: &[HorizontalBox], guards: &[Expr], stmt: Stmt) {
        let span = stmt.span;
        let under = |stmt, guard: &Expr| Stmt { kind: StmtKind::Mask { condition: guard.clone(), body: vec![stmt] }, span };
        let stmt = guards.iter().rev().fold(stmt, under);
        match self.pieces.last_mut() {
            Some(last) if last.boxes == boxes && !last.stmts.iter().any(|s| conflicts(s, &stmt, boxes, self.levels)) => {
                last.stmts.push(stmt);
            }
            _ => self.pieces.push(Piece { boxes: boxes.to_vec(), stmts: vec![stmt] }),
        }
    }
}

fn has_restrict(body: &[Stmt]) -> bool {
    body.iter().any(|s| matches!(s.kind, StmtKind::Restrict { .. }) || has_restrict(s.body()))
}

/// The statement with every `restrict` inside it turned into a mask, for where it cannot become a loop's range.
fn box_masks(mut stmt: Stmt) -> Stmt {
    stmt.walk_mut(&mut |s| {
        if let StmtKind::Restrict { region, body } = &mut s.kind {
            let condition = Expr { kind: ExprKind::Inside(*region), dtype: DType::Bool, span: s.span };
            s.kind = StmtKind::Mask { condition, body: std::mem::take(body) };
        }
    });
    stmt
}

/// Whether two statements (or one and itself) touch an element, one of them writing, from different points of the boxes.
fn conflicts(a: &Stmt, b: &Stmt, boxes: &[HorizontalBox], levels: LevelsAtOnce) -> bool {
    let others = accesses_of(b);
    let apart = |x: &Access, y: &Access| {
        let by = [0, 1].map(|n| x.offset[n] - y.offset[n]);
        (by != [0, 0] && !boxes.iter().any(|region| is_narrower(region, by)))
            || by == [0, 0] && levels == LevelsAtOnce::All && !same_level(x, y)
    };
    let differ = |x: &Access, y: &Access| Component::differ(x.component.known(), y.component.known());
    let meet = |x: &Access, y: &Access| x.field == y.field && !differ(x, y);
    let clash = |x: &Touch, y: &Touch| (x.write || y.write) && meet(x.access, y.access) && apart(x.access, y.access);
    accesses_of(a).iter().any(|x| others.iter().any(|y| clash(x, y)))
}

/// Whether a box has no two points that lie so far apart along I and J.
fn is_narrower(region: &HorizontalBox, by: [i32; 2]) -> bool {
    let is_within = |(lo, hi): (Option<Bound>, Option<Bound>), by: i32| match (lo, hi) {
        (Some(lo), Some(hi)) => lo.anchor == hi.anchor && hi.offset.saturating_sub(lo.offset) <= by.saturating_abs(),
        _ => false,
    };
    is_within(region.bounds(Axis::I), by[0]) || is_within(region.bounds(Axis::J), by[1])
}

fn same_level(x: &Access, y: &Access) -> bool {
    matches!((&x.k, &y.k), (KIndex::Offset(a), KIndex::Offset(b)) if a == b)
}
