//! From statements at one point to the straight-line code of a tasklet.
//!
//! Registers, and elements that the statements access at constant offsets, are *cells*. Their current value is known and passed
//! on. An assigned value is stored once, at the end. Data-dependent levels and components may alias any element of their
//! container, so cells are stored before such an access.
//!
//! Masks become predicates. It is harmless to evaluate a value where its mask does not hold. It may be harmful to access an
//! element there: if the mask depends on the position, the element may be outside the storage. If the accesses under such a
//! mask are not known to stay inside, the body becomes a loop of at most one iteration. Every load, and the element of every
//! predicated store, is therefore safe at each point that reaches it.

mod cell;
mod cells;
mod repeat;

use crate::code::{CheckId, ComponentIndex, Inst, KOffset, Op, TaskletCode, ValueId};
use crate::graph::Check;
use crate::numbering::Numbering;
use cell::{Cells, Element};
use std::collections::{HashMap, HashSet};
use tradewind_ir::{
    Access, Anchor, Axis, Component, Container, DType, Expr, ExprKind, FieldId, IdVec, KIndex, Range, Span, Stmt, StmtKind,
    Value,
};

/// What is known about the point at which code runs.
pub(crate) struct Scope<'a> {
    pub fields: &'a IdVec<FieldId, Container>,
    /// The ranges of the loops and maps around the code; `None` where there is none over the axis.
    pub ranges: &'a [Option<Range>; 3],
    /// The temporaries that live in this code alone.
    pub registers: &'a HashSet<FieldId>,
}

/// The code that runs statements, each with its label, one after another. The checks among them are entered into `checks`.
pub(crate) fn lower<'a>(
    stmts: impl IntoIterator<Item = (&'a str, &'a Stmt)>,
    scope: &Scope<'_>,
    checks: &mut IdVec<CheckId, Check>,
) -> TaskletCode {
    let mut lowering = Lowering {
        scope,
        checks,
        label: "",
        out: Numbering::new(),
        cells: Cells::default(),
        versions: HashMap::new(),
        predicate: None,
        placed: false,
        conjunctions: HashMap::new(),
    };
    for (label, stmt) in stmts {
        lowering.label = label;
        lowering.stmt(stmt);
    }
    lowering.flush_all();
    lowering.out.code
}

/// What keeps a loop going.
enum LoopCondition<'a> {
    /// A condition evaluated before each round.
    While(&'a Expr),
    /// One round where the value is true.
    Once(ValueId),
}

struct Lowering<'a> {
    scope: &'a Scope<'a>,
    checks: &'a mut IdVec<CheckId, Check>,
    /// That of the statement being lowered.
    label: &'a str,
    out: Numbering,
    cells: Cells,
    /// How often a container was stored to.
    versions: HashMap<FieldId, u32>,
    /// Where the statements run; everywhere without one.
    predicate: Option<ValueId>,
    /// Whether a mask that depends on the position is around or, for a loop, inside.
    placed: bool,
    /// The operands of predicates that are conjunctions.
    conjunctions: HashMap<ValueId, (ValueId, ValueId)>,
}

impl Lowering<'_> {
    fn stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Assign(assign) => {
                let value = self.expr(&assign.value);
                self.assign(&assign.target, value);
            }
            StmtKind::Mask { condition, body } => {
                let value = self.expr(condition);
                self.masked(value, asks_position(condition), body);
            }
            StmtKind::Restrict { region, body } => {
                let inside = self.value(Op::Inside(*region), DType::Bool);
                self.masked(inside, true, body);
            }
            StmtKind::While { condition, body } => self.repeat(LoopCondition::While(condition), body),
            StmtKind::Check { access, guard } => self.check(access, guard, stmt.span),
        }
    }

    /// Runs the body where the condition holds, which may depend on the position (`placed`).
    fn masked(&mut self, condition: ValueId, placed: bool, body: &[Stmt]) {
        let (outer, outer_placed) = (self.predicate, self.placed);
        self.placed |= placed;
        let predicate = outer.map_or(condition, |p| self.and(p, condition));
        if self.stays_inside(body) {
            self.predicate = Some(predicate);
            body.iter().for_each(|s| self.stmt(s));
        } else {
            self.predicate = None;
            self.repeat(LoopCondition::Once(predicate), body);
        }
        (self.predicate, self.placed) = (outer, outer_placed);
    }

    fn assign(&mut self, target: &Access, value: ValueId) {
        match (self.level(target), self.component(target)) {
            (KOffset::Constant(k), ComponentIndex::Constant(component)) => {
                self.assign_element(self.element(target, k, component), value)
            }
            (k, component) => {
                self.flush(target.field);
                self.out.code.body.push(Inst::Store { field: target.field, k, component, value, predicate: self.predicate });
                self.forget(target.field);
            }
        }
    }

    fn check(&mut self, access: &Access, guard: &Expr, span: Span) {
        let always = matches!(guard.kind, ExprKind::Literal(Value::Bool(true)));
        let guard = if always { None } else { Some(self.expr(guard)) };
        let predicate = match (self.predicate, guard) {
            (Some(p), Some(guard)) => Some(self.and(p, guard)),
            (p, guard) => p.or(guard),
        };
        let (k, component) = (self.level_of(access), self.component(access));
        let check = self.checks.push(Check { field: access.field, label: self.label.to_string(), span });
        self.out.code.body.push(Inst::Check { check, field: access.field, k, component, predicate });
    }

    fn expr(&mut self, expr: &Expr) -> ValueId {
        let dtype = expr.dtype;
        match &expr.kind {
            ExprKind::Literal(value) => self.value(Op::Const(*value), dtype),
            ExprKind::Scalar(id) => self.value(Op::Scalar(*id), dtype),
            ExprKind::Index(axis) => self.value(Op::Index(*axis), dtype),
            ExprKind::Bound(axis, bound) => self.value(Op::Bound(*axis, *bound), dtype),
            ExprKind::Inside(region) => self.value(Op::Inside(*region), dtype),
            ExprKind::Field(access) => self.read(access),
            ExprKind::Unary(op, a) => {
                let a = self.expr(a);
                self.value(Op::Unary(*op, a), dtype)
            }
            ExprKind::Binary(op, a, b) => {
                let (a, b) = (self.expr(a), self.expr(b));
                self.value(Op::Binary(*op, a, b), dtype)
            }
            ExprKind::Ternary(c, a, b) => {
                let (c, a, b) = (self.expr(c), self.expr(a), self.expr(b));
                self.select(c, a, b)
            }
            ExprKind::Cast(a) => {
                let a = self.expr(a);
                if self.out.code.values[a] == dtype { a } else { self.value(Op::Cast(a), dtype) }
            }
            ExprKind::Call(native, args) => {
                let args: Vec<ValueId> = args.iter().map(|a| self.expr(a)).collect();
                match args[..] {
                    [a] => self.value(Op::Call1(*native, a), dtype),
                    [a, b] => self.value(Op::Call2(*native, a, b), dtype),
                    [a, b, c, ..] => self.value(Op::Call3(*native, a, b, c), dtype),
                    [] => unreachable!("a verified call has the arguments that its function takes"),
                }
            }
        }
    }

    fn read(&mut self, access: &Access) -> ValueId {
        match (self.level(access), self.component(access)) {
            (KOffset::Constant(k), ComponentIndex::Constant(component)) => {
                self.read_element(self.element(access, k, component))
            }
            (k, component) => {
                self.flush(access.field);
                self.load(access.field, access.offset, k, component)
            }
        }
    }

    /// The level of an access; the current one where the container has a single level.
    fn level(&mut self, access: &Access) -> KOffset {
        let level = self.level_of(access);
        if self.scope.fields[access.field].stored_axes().has(Axis::K) { level } else { KOffset::Constant(0) }
    }

    fn component(&mut self, access: &Access) -> ComponentIndex {
        match &access.component {
            Component::Static(n) => ComponentIndex::Constant(*n),
            Component::Computed(e) => ComponentIndex::Computed(self.expr(e)),
        }
    }

    /// The level that an access names.
    fn level_of(&mut self, access: &Access) -> KOffset {
        match &access.k {
            KIndex::Offset(k) => KOffset::Constant(*k),
            KIndex::Relative(e) => KOffset::Relative(self.expr(e)),
            KIndex::Absolute(e) => KOffset::Absolute(self.expr(e)),
        }
    }

    /// The element of an access; offsets on axes of one element do not count.
    fn element(&self, access: &Access, k: i32, component: u32) -> Element {
        let stored = self.scope.fields[access.field].stored_axes();
        let offset = |axis, by| if stored.has(axis) { by } else { 0 };
        let offset = [offset(Axis::I, access.offset[0]), offset(Axis::J, access.offset[1]), offset(Axis::K, k)];
        (access.field, offset, component)
    }

    fn is_register(&self, field: FieldId) -> bool {
        self.scope.registers.contains(&field)
    }

    /// Whether what the statements themselves touch (not those in masks and loops inside them, which look after their own)
    /// is in storage at all points of the scope.
    fn stays_inside(&self, body: &[Stmt]) -> bool {
        let fine = |access: &Access| self.is_safe(self.element(access, access.k.known().unwrap_or(0), 0));
        body.iter().all(|s| {
            let target = if let StmtKind::Assign(assign) = &s.kind { Some(&assign.target) } else { None };
            target.is_none_or(fine) && s.exprs().all(|e| e.accesses().into_iter().all(fine))
        })
    }

    fn is_safe(&self, element: Element) -> bool {
        !self.placed || self.is_register(element.0) || self.in_storage(element)
    }

    /// Whether an element is in the storage of its container at all points of the scope.
    fn in_storage(&self, (field, offset, _): Element) -> bool {
        let container = &self.scope.fields[field];
        container.stored_axes().iter().all(|axis| {
            let n = axis.index();
            let (low, high) = container.extent.0[n];
            let known = |bounds: &[tradewind_ir::Bound], anchor, fits: &dyn Fn(i32) -> bool| {
                bounds.iter().any(|b| b.anchor == anchor && fits(b.offset + offset[n]))
            };
            self.scope.ranges[n]
                .as_ref()
                .is_some_and(|r| known(&r.lo, Anchor::Start, &|at| at >= low) && known(&r.hi, Anchor::End, &|at| at <= high))
        })
    }

    fn value(&mut self, op: Op, dtype: DType) -> ValueId {
        self.out.value(op, dtype, 0)
    }

    fn select(&mut self, condition: ValueId, then: ValueId, otherwise: ValueId) -> ValueId {
        match then == otherwise {
            true => then,
            false => self.value(Op::Select(condition, then, otherwise), self.out.code.values[then]),
        }
    }
}

/// Whether a condition depends on where the point is.
fn asks_position(condition: &Expr) -> bool {
    let mut asks = false;
    condition.walk(&mut |e| asks |= matches!(e.kind, ExprKind::Index(_) | ExprKind::Inside(_)));
    asks
}
