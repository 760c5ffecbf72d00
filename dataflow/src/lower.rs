//! From statements at one point to the straight-line code of a tasklet.
//!
//! Elements that the statements touch at constant offsets, and registers, are *cells*: their present value is known and
//! handed on, and what was assigned is stored once, at the end. Data-dependent levels may alias any element of their
//! container, so cells are stored before them.
//!
//! Masks become predicates. Evaluating a value where its mask does not hold is harmless; touching an element may not be:
//! where the mask depends on the position, it may lie beyond the storage. A body under such a mask whose accesses are not
//! known to stay inside becomes a loop of at most one round. So every load, and the element of every predicated store, may be touched at each point that reaches it.

use crate::code::{Carried, Code, Inst, KOffset, Op, ValueId};
use crate::numbering::Numbering;
use std::collections::{BTreeSet, HashMap, HashSet};
use tradewind_ir::{
    Access, Anchor, Axis, BinaryOp, Container, DType, Expr, ExprKind, FieldId, IdVec, KIndex, Range, Stmt, StmtKind, UnaryOp,
    Value,
};

/// What is known about the point at which code runs.
pub(crate) struct Scope<'a> {
    pub fields: &'a IdVec<FieldId, Container>,
    /// The ranges of the loops and maps around the code; `None` where there is none over the axis.
    pub ranges: [Option<Range>; 3],
    /// The temporaries that live in this code alone.
    pub registers: HashSet<FieldId>,
}

/// The code that runs `stmts` one after another.
pub(crate) fn lower<'a>(stmts: impl IntoIterator<Item = &'a Stmt>, scope: &Scope<'_>) -> Code {
    let mut lowering = Lowering {
        scope,
        out: Numbering::new(),
        cells: Cells::default(),
        versions: HashMap::new(),
        predicate: None,
        placed: false,
        conjunctions: HashMap::new(),
    };
    stmts.into_iter().for_each(|s| lowering.stmt(s));
    lowering.flush_all();
    lowering.out.code
}

/// An element of a container relative to the current point; a register's one value has no offset.
type Element = (FieldId, [i32; 3]);

/// What is known about an element.
#[derive(Clone, Copy)]
struct Cell {
    /// Its value; `None` when it is only in memory (a register: not yet written).
    value: Option<ValueId>,
    /// Whether the value counts only where the element was written, the rest being in memory.
    partial: bool,
    /// Where it was assigned since it was last stored.
    written: Written,
}

#[derive(Clone, Copy, PartialEq)]
enum Written {
    Nowhere,
    Where(ValueId),
    Everywhere,
}

/// Cells in the order in which they were first touched.
#[derive(Clone, Default)]
struct Cells {
    index: HashMap<Element, usize>,
    list: Vec<(Element, Cell)>,
}

const UNKNOWN: Cell = Cell { value: None, partial: false, written: Written::Nowhere };

impl Cells {
    fn get(&self, element: Element) -> Cell {
        self.index.get(&element).map_or(UNKNOWN, |n| self.list[*n].1)
    }
    fn set(&mut self, element: Element, cell: Cell) {
        let n = *self.index.entry(element).or_insert(self.list.len());
        match self.list.get_mut(n) {
            Some(slot) => slot.1 = cell,
            None => self.list.push((element, cell)),
        }
    }
}

struct Lowering<'a> {
    scope: &'a Scope<'a>,
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

/// What keeps a loop going.
enum Going<'a> {
    /// A condition evaluated before each round.
    While(&'a Expr),
    /// One round where the value is true.
    Once(ValueId),
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
            StmtKind::While { condition, body } => self.repeat(Going::While(condition), body),
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
            self.repeat(Going::Once(predicate), body);
        }
        (self.predicate, self.placed) = (outer, outer_placed);
    }

    fn assign(&mut self, target: &Access, value: ValueId) {
        match self.level(target) {
            KOffset::Constant(k) => self.assign_element(self.element(target, k), value),
            k => {
                self.flush(target.field);
                self.out.code.body.push(Inst::Store { field: target.field, k, value, predicate: self.predicate });
                self.forget(target.field);
            }
        }
    }

    fn assign_element(&mut self, element: Element, value: ValueId) {
        let cell = self.cells.get(element);
        let Some(p) = self.predicate else {
            return self.cells.set(element, Cell { value: Some(value), partial: false, written: Written::Everywhere });
        };
        let written = match cell.written {
            Written::Everywhere => Written::Everywhere,
            Written::Nowhere => Written::Where(p),
            Written::Where(q) => self.or(q, p).map_or(Written::Everywhere, Written::Where),
        };
        let old = cell.value.or_else(|| self.register_zero(element));
        let merged = old.map_or(value, |old| self.select(p, value, old));
        let partial = (old.is_none() || cell.partial) && written != Written::Everywhere;
        self.cells.set(element, Cell { value: Some(merged), partial, written });
    }

    /// The value that a register holds before it is written, where some read may see it.
    fn register_zero(&mut self, (field, _): Element) -> Option<ValueId> {
        let zero = self.scope.registers.contains(&field) && self.scope.fields[field].zero;
        zero.then(|| self.zero(field))
    }

    fn zero(&mut self, field: FieldId) -> ValueId {
        let dtype = self.scope.fields[field].dtype;
        self.value(Op::Const(Value::zero(dtype)), dtype)
    }

    fn read_element(&mut self, element: Element) -> ValueId {
        let (field, [i, j, k]) = element;
        let cell = self.cells.get(element);
        let register = self.scope.registers.contains(&field);
        if let Some(value) = cell.value
            && (register || !cell.partial)
        {
            return value;
        }
        let memory = match register {
            true => self.zero(field),
            false => self.load(field, [i, j], KOffset::Constant(k)),
        };
        let value = match (cell.value, cell.written) {
            (Some(value), Written::Where(p)) => self.select(p, value, memory),
            (Some(value), _) => value,
            (None, _) => memory,
        };
        self.cells.set(element, Cell { value: Some(value), partial: false, written: cell.written });
        value
    }

    fn load(&mut self, field: FieldId, offset: [i32; 2], k: KOffset) -> ValueId {
        let version = self.versions.get(&field).copied().unwrap_or(0);
        self.out.value(Op::Load { field, offset, k }, self.scope.fields[field].dtype, version)
    }

    /// Stores what was assigned to the container's elements and is not in memory yet.
    fn flush(&mut self, field: FieldId) {
        let mut stored = false;
        for n in 0..self.cells.list.len() {
            let (element, cell) = self.cells.list[n];
            if element.0 == field && cell.written != Written::Nowhere {
                self.store(element, cell);
                stored = true;
            }
        }
        if stored {
            *self.versions.entry(field).or_default() += 1;
        }
    }

    fn flush_all(&mut self) {
        for n in 0..self.cells.list.len() {
            let (element, cell) = self.cells.list[n];
            if cell.written != Written::Nowhere && !self.scope.registers.contains(&element.0) {
                self.store(element, cell);
            }
        }
    }

    fn store(&mut self, element: Element, cell: Cell) {
        let predicate = match cell.written {
            Written::Where(p) => Some(p),
            _ => None,
        };
        let (field, [_, _, k]) = element;
        if let Some(value) = cell.value {
            self.out.code.body.push(Inst::Store { field, k: KOffset::Constant(k), value, predicate });
        }
        let value = if cell.partial { None } else { cell.value };
        self.cells.set(element, Cell { value, partial: false, written: Written::Nowhere });
    }

    /// Forgets all that is known about a container's elements.
    fn forget(&mut self, field: FieldId) {
        self.cells.list.iter_mut().filter(|(e, _)| e.0 == field).for_each(|(_, cell)| *cell = UNKNOWN);
        *self.versions.entry(field).or_default() += 1;
    }

    /// A loop. Cells that the body assigns are carried from round to round, if nothing else in the loop may alias them and
    /// they may be loaded; those that are not are in memory before and after each round.
    fn repeat(&mut self, going: Going<'_>, body: &[Stmt]) {
        let (outer, outer_placed) = (self.predicate.take(), self.placed);
        self.placed |= body.iter().any(holds_placed);
        let touched = Touched::of(&going, body, self);
        let at = match going {
            Going::Once(p) => Some(p),
            Going::While(_) => outer,
        };
        let (carried, left): (Vec<Element>, Vec<Element>) =
            touched.assigned.iter().copied().partition(|e| !touched.anywhere.contains(&e.0) && self.is_safe(*e));
        let in_memory: BTreeSet<FieldId> = touched.anywhere.into_iter().chain(left.into_iter().map(|e| e.0)).collect();
        let carried: Vec<Element> = carried.into_iter().filter(|e| !in_memory.contains(&e.0)).collect();
        in_memory.iter().for_each(|f| self.flush(*f));
        let inits: Vec<ValueId> = carried.iter().map(|e| self.read_element(*e)).collect();
        let stored: Vec<FieldId> = in_memory.into_iter().filter(|f| touched.stored.contains(f)).collect();
        stored.iter().for_each(|f| self.forget(*f));

        let saved = self.cells.clone();
        let before = self.out.enter();
        let types: Vec<DType> = inits.iter().map(|v| self.out.code.values[*v]).collect();
        let params: Vec<ValueId> = types.into_iter().map(|dtype| self.out.code.values.push(dtype)).collect();
        for (e, param) in carried.iter().zip(&params) {
            self.cells.set(*e, Cell { value: Some(*param), ..UNKNOWN });
        }
        let mut rounds: Vec<Carried> = Vec::new();
        let condition = match going {
            Going::While(condition) => {
                let condition = self.expr(condition);
                outer.map_or(condition, |p| self.and(p, condition))
            }
            Going::Once(p) => {
                let param = self.out.code.values.push(DType::Bool);
                rounds.push(Carried { param, init: p, next: p });
                param
            }
        };
        let head = self.out.take();
        body.iter().for_each(|s| self.stmt(s));
        stored.iter().for_each(|f| self.flush(*f));
        for round in &mut rounds {
            round.next = self.value(Op::Const(Value::Bool(false)), DType::Bool);
        }
        for ((e, init), param) in carried.iter().zip(inits).zip(&params) {
            rounds.push(Carried { param: *param, init, next: self.read_element(*e) });
        }
        let body = self.out.leave(before);
        self.out.code.body.push(Inst::While { carried: rounds, head, condition, body });

        self.cells = saved;
        self.predicate = at;
        for (e, param) in carried.iter().zip(&params) {
            // The loop's result is right at every point, those where no round ran included.
            self.assign_everywhere_right(*e, *param);
        }
        (self.predicate, self.placed) = (outer, outer_placed);
        stored.iter().for_each(|f| self.forget(*f));
    }

    /// Notes a value that is right at every point, but was assigned only where the predicate holds.
    fn assign_everywhere_right(&mut self, element: Element, value: ValueId) {
        self.assign_element(element, value);
        let written = self.cells.get(element).written;
        self.cells.set(element, Cell { value: Some(value), partial: false, written });
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
                    [a, b] => self.value(Op::Call2(*native, a, b), dtype),
                    [a, ..] => self.value(Op::Call1(*native, a), dtype),
                    [] => unreachable!("a verified call has the arguments that its function takes"),
                }
            }
        }
    }

    fn read(&mut self, access: &Access) -> ValueId {
        match self.level(access) {
            KOffset::Constant(k) => self.read_element(self.element(access, k)),
            k => {
                self.flush(access.field);
                self.load(access.field, access.offset, k)
            }
        }
    }

    /// The level of an access; the current one where the container has a single level.
    fn level(&mut self, access: &Access) -> KOffset {
        match &access.k {
            _ if !self.scope.fields[access.field].stored_axes().has(Axis::K) => KOffset::Constant(0),
            KIndex::Offset(k) => KOffset::Constant(*k),
            KIndex::Relative(e) => KOffset::Relative(self.expr(e)),
            KIndex::Absolute(e) => KOffset::Absolute(self.expr(e)),
        }
    }

    /// The element of an access; offsets on axes of one element do not count.
    fn element(&self, access: &Access, k: i32) -> Element {
        let stored = self.scope.fields[access.field].stored_axes();
        let offset = |axis, by| if stored.has(axis) { by } else { 0 };
        (access.field, [offset(Axis::I, access.offset[0]), offset(Axis::J, access.offset[1]), offset(Axis::K, k)])
    }

    fn is_register(&self, field: FieldId) -> bool {
        self.scope.registers.contains(&field)
    }

    /// Whether what the statements themselves touch (not those in masks and loops inside them, which look after their own)
    /// is in storage at all points of the scope.
    fn stays_inside(&self, body: &[Stmt]) -> bool {
        let fine = |access: &Access| {
            let k = if let KIndex::Offset(k) = access.k { k } else { 0 };
            self.is_safe(self.element(access, k))
        };
        body.iter().all(|s| {
            let target = if let StmtKind::Assign(assign) = &s.kind { Some(&assign.target) } else { None };
            target.is_none_or(fine) && s.expr().is_none_or(|e| e.accesses().into_iter().all(fine))
        })
    }

    fn is_safe(&self, element: Element) -> bool {
        !self.placed || self.is_register(element.0) || self.in_storage(element)
    }

    /// Whether an element is in the storage of its container at all points of the scope.
    fn in_storage(&self, (field, offset): Element) -> bool {
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

    fn and(&mut self, a: ValueId, b: ValueId) -> ValueId {
        let both = self.value(Op::Binary(BinaryOp::And, a, b), DType::Bool);
        self.conjunctions.insert(both, (a, b));
        both
    }

    /// `a or b`; `None` where that is always true. What a branch and its `else` cover together is recognized.
    fn or(&mut self, a: ValueId, b: ValueId) -> Option<ValueId> {
        if self.are_opposite(a, b) {
            return None;
        }
        match (self.conjunctions.get(&a), self.conjunctions.get(&b)) {
            (Some(&(p, x)), Some(&(q, y))) if p == q && self.are_opposite(x, y) => Some(p),
            _ if a == b => Some(a),
            _ => Some(self.value(Op::Binary(BinaryOp::Or, a, b), DType::Bool)),
        }
    }

    fn are_opposite(&self, a: ValueId, b: ValueId) -> bool {
        let not = |v| self.out.find(&Op::Unary(UnaryOp::Not, v), DType::Bool, 0);
        not(a) == Some(b) || not(b) == Some(a)
    }
}

/// Whether a condition depends on where the point is.
fn asks_position(condition: &Expr) -> bool {
    let mut asks = false;
    condition.walk(&mut |e| asks |= matches!(e.kind, ExprKind::Index(_) | ExprKind::Inside(_)));
    asks
}

/// Whether a mask that depends on the position is among the statements.
fn holds_placed(stmt: &Stmt) -> bool {
    let mut holds = false;
    stmt.walk(&mut |s| {
        holds |= match &s.kind {
            StmtKind::Mask { condition, .. } => asks_position(condition),
            StmtKind::Restrict { .. } => true,
            _ => false,
        }
    });
    holds
}

/// What a loop touches.
#[derive(Default)]
struct Touched {
    /// Elements assigned (those at data-dependent levels stand for themselves through `anywhere`).
    assigned: BTreeSet<Element>,
    /// Containers with an access at a data-dependent level.
    anywhere: BTreeSet<FieldId>,
    /// Containers assigned to.
    stored: BTreeSet<FieldId>,
}

impl Touched {
    fn of(going: &Going<'_>, body: &[Stmt], lowering: &Lowering<'_>) -> Touched {
        let mut touched = Touched::default();
        if let Going::While(condition) = going {
            touched.expr(condition, lowering);
        }
        for stmt in body {
            stmt.walk(&mut |s| {
                s.expr().into_iter().for_each(|e| touched.expr(e, lowering));
                if let StmtKind::Assign(assign) = &s.kind {
                    touched.access(&assign.target, lowering);
                    touched.stored.insert(assign.target.field);
                    let k = if let KIndex::Offset(k) = assign.target.k { k } else { 0 };
                    touched.assigned.insert(lowering.element(&assign.target, k));
                }
            });
        }
        touched
    }
    fn expr(&mut self, expr: &Expr, lowering: &Lowering<'_>) {
        expr.accesses().into_iter().for_each(|access| self.access(access, lowering));
    }
    fn access(&mut self, access: &Access, lowering: &Lowering<'_>) {
        let has_k = lowering.scope.fields[access.field].stored_axes().has(Axis::K);
        if has_k && access.k.expr().is_some() {
            self.anywhere.insert(access.field);
        }
    }
}
