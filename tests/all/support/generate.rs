//! Random stencils and programs, made from a list of choices: shorter lists and smaller numbers give simpler programs, so
//! that proptest shrinks failures well. Not everything made is legal; the verifier decides.

use tradewind::ir::stencil::StmtKind;
use tradewind::ir::{
    Access, Axes, Axis, BinaryOp, Bound, Component, Counter, DType, Edge, Expr, ExprKind, Extent, FieldId, FieldKind,
    FieldType, HorizontalBox, HorizontalExecution, HostStep, IdVec, KIndex, Lifetime, Limits, Native, Order, Param, Phase,
    Program, ProgramField, ProgramScalar, ProgramStmt, Range, ScalarId, ScalarKind, ScalarParam, Section, Span, Stencil, Stmt,
    Stretch, TileEdge, UnaryOp, Value, VerticalLoop, Window, extent,
};

/// A list of choices, read from the front; when it is used up every choice is 0.
pub struct Choices<'a> {
    list: std::slice::Iter<'a, u16>,
}

impl<'a> Choices<'a> {
    pub fn new(list: &'a [u16]) -> Choices<'a> {
        Choices { list: list.iter() }
    }
    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.list.next().map_or(0, |c| *c as usize % n.max(1))
    }
    fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == one_in - 1
    }
    fn pick<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        (!items.is_empty()).then(|| items[self.below(items.len())])
    }
}

const NONE: Span = Span::NONE;

/// A stencil, if the choices lead to one whose extents exist.
pub fn stencil(choices: &mut Choices, name: &str) -> Option<Stencil> {
    let data = parameter_data(choices);
    stencil_over(choices, name, &data)
}

/// The data dimensions of all three-dimensional parameters: mostly none.
fn parameter_data(choices: &mut Choices) -> Vec<u32> {
    if choices.chance(3) { vec![2] } else { vec![] }
}

fn stencil_over(choices: &mut Choices, name: &str, data: &[u32]) -> Option<Stencil> {
    let mut made = Maker::new(choices, name, data).stencil();
    extent::compute(&mut made).is_empty().then_some(made)
}

/// A program of several calls with halo updates, loops, branches, copies and swaps.
pub fn program(choices: &mut Choices) -> Option<Program> {
    let mut program = Program {
        name: "program".into(),
        fields: IdVec::new(),
        scalars: IdVec::new(),
        params: Vec::new(),
        stencils: IdVec::new(),
        body: Vec::new(),
        span: NONE,
    };
    let data = parameter_data(choices);
    for n in 0..1 + choices.below(3) {
        let made = stencil_over(choices, &format!("stencil{n}"), &data)?;
        program.stencils.push(made);
    }
    // All that a copy or swap may join lives at the same place.
    let interfaces = choices.pick(&[Axes::NONE, Axes::NONE, Axes::I, Axes::J, Axes::K, Axes::IJ, Axes::IJK])?;
    for n in 0..8 {
        let axes = [Axes::IJ, Axes::K].get(n).copied().unwrap_or(Axes::IJK);
        let lifetime = if n >= 6 { Lifetime::Transient } else { Lifetime::Argument };
        let id = program.fields.push(ProgramField {
            name: format!("p{n}"),
            dtype: DType::F64,
            axes,
            interfaces: if axes == Axes::IJK { interfaces } else { Axes::NONE },
            data: if axes == Axes::IJK { data.clone() } else { vec![] },
            lifetime,
            halo: Extent::ZERO,
            span: NONE,
        });
        if lifetime == Lifetime::Argument {
            program.params.push(Param::Field(id));
        }
    }
    let kind = ScalarKind::Argument;
    let weight = program.scalars.push(ProgramScalar { name: "weight".into(), dtype: DType::F64, kind, span: NONE });
    // For schedules only: the size of blocks.
    let rows = program.scalars.push(ProgramScalar { name: "rows".into(), dtype: DType::I32, kind, span: NONE });
    program.params.extend([weight, rows].map(Param::Scalar));
    let kind = ScalarKind::Variable;
    let step = program.scalars.push(ProgramScalar { name: "step".into(), dtype: DType::I64, kind, span: NONE });
    let mut body = Vec::new();
    for _ in 0..1 + choices.below(4) {
        body.push(call(choices, &program, weight)?);
        between(choices, &mut body);
    }
    if choices.chance(2) {
        body = vec![ProgramStmt::Host(HostStep::For { counter: Box::new(counter(choices, step)), body }, NONE)];
    }
    program.body = body;
    Some(program)
}

/// A few rounds, up or down, which a condition may end early.
fn counter(choices: &mut Choices, var: ScalarId) -> Counter {
    let number = |n| Expr::literal(Value::I64(n), NONE);
    let most = choices.below(4) as i64;
    let (from, to, step) = choices.pick(&[(0, most, 1), (0, most + 1, 2), (most, -1, -1)]).unwrap_or((0, most, 1));
    let end = binary(BinaryOp::Eq, scalar(var, DType::I64), number(most / 2), DType::Bool);
    Counter { var, from: number(from), to: number(to), step: number(step), until: choices.chance(3).then_some(end) }
}

/// Perhaps a halo update, a copy, a swap or a branch after a call.
fn between(choices: &mut Choices, body: &mut Vec<ProgramStmt>) {
    let ids: Vec<FieldId> = (2..8).map(FieldId).collect();
    let mut two = || {
        let a = choices.below(6);
        (ids[a], ids[(a + 1 + choices.below(5)) % 6], choices.below(8))
    };
    let (a, b, kind) = two();
    match kind {
        1 => body.push(ProgramStmt::Host(
            HostStep::Exchange { fields: vec![a, b], reach: None, phase: Phase::Whole, pairs: vec![] },
            NONE,
        )),
        2 => body.push(ProgramStmt::Host(HostStep::Copy { to: a, from: b }, NONE)),
        3 => body.push(ProgramStmt::Host(HostStep::Swap { a, b }, NONE)),
        4 => {
            let condition = binary(BinaryOp::Gt, scalar(ScalarId(0), DType::F64), float(1.0), DType::Bool);
            let then = body.pop().into_iter().collect();
            body.push(ProgramStmt::Host(HostStep::Branch { condition, then, otherwise: Vec::new() }, NONE));
        }
        6 => started(a, body),
        5 => body.push(ProgramStmt::Host(
            HostStep::Exchange { fields: vec![a], reach: Some(Extent::around(1)), phase: Phase::Whole, pairs: vec![] },
            NONE,
        )),
        _ => {}
    }
}

/// A halo update in two steps around the last one, if that does not use the field.
fn started(field: FieldId, body: &mut Vec<ProgramStmt>) {
    let mut is_used = false;
    let around = body.len().saturating_sub(1);
    body[around..].iter().for_each(|step| step.walk(&mut |s| is_used |= s.fields().contains(&field)));
    if !is_used {
        let update =
            |phase| ProgramStmt::Host(HostStep::Exchange { fields: vec![field], reach: None, phase, pairs: vec![] }, NONE);
        body.insert(around, update(Phase::Start(0)));
        body.push(update(Phase::Wait(0)));
    }
}

/// A call of one of the program's stencils: outputs are bound to fields that no other parameter is.
fn call(choices: &mut Choices, program: &Program, weight: ScalarId) -> Option<ProgramStmt> {
    let ids: Vec<_> = program.stencils.ids().collect();
    let id = choices.pick(&ids)?;
    let mut free: Vec<FieldId> = (2..8).map(FieldId).collect();
    let mut fields = Vec::new();
    for param in &program.stencils[id].params {
        if let Param::Field(field) = param {
            fields.push(match program.stencils[id].fields[*field].axes {
                Axes::IJ => FieldId(0),
                Axes::K => FieldId(1),
                _ => free.remove(choices.below(free.len())),
            });
        }
    }
    let inner = choices.chance(4);
    let side = |inner: bool| if inner { Range::new(Bound::start(1), Bound::end(-1)) } else { Range::full() };
    let domain = [side(inner), side(inner && choices.chance(2)), Range::full()];
    let scalars = vec![binary(BinaryOp::Mul, scalar(weight, DType::F64), float(0.5), DType::F64)];
    let call = ProgramStmt::Call { stencil: id, fields, scalars, domain, span: NONE };
    let parts: [&[Axis]; 5] = [&[], &[], &[Axis::I], &[Axis::J], &[Axis::I, Axis::J, Axis::K]];
    let axes = choices.pick(&parts)?;
    Some(if inner || axes.is_empty() { call } else { within(choices, axes, call) })
}

/// A call on a part of the domain that is found at run time: up to two points from the start, and up to the end or less far.
fn within(choices: &mut Choices, axes: &[Axis], call: ProgramStmt) -> ProgramStmt {
    let number = |n: i32| Expr::literal(Value::I32(n), NONE);
    let stretch = |axis: &Axis| {
        let (first, short) = (choices.below(3) as i32, choices.below(4) as i32);
        let end = Expr { kind: ExprKind::Bound(*axis, Bound::end(-first - short)), dtype: DType::I32, span: NONE };
        let size = Expr { kind: ExprKind::Call(Native::Max, vec![end, number(0)]), dtype: DType::I32, span: NONE };
        Stretch { axis: *axis, first: number(first), size, limits: Limits::NONE }
    };
    let window = Window::written(axes.iter().map(stretch).collect(), NONE);
    ProgramStmt::Host(HostStep::Within { window, body: vec![call] }, NONE)
}

/// Makes one stencil: inputs `a`, `b`, a column `col`, outputs `x`, `y`, a plane `sum`, temporaries.
struct Maker<'c, 'l> {
    choices: &'c mut Choices<'l>,
    stencil: Stencil,
    inputs: Vec<FieldId>,
    outputs: Vec<FieldId>,
    /// Double-precision temporaries that have been written.
    written: Vec<FieldId>,
    /// Those written by the loop in the making.
    recent: Vec<FieldId>,
    /// The conditions of masks.
    conditions: Vec<Expr>,
    /// Whether outputs may be read: not into temporaries that others read at an offset.
    reads_outputs: bool,
}

impl<'c, 'l> Maker<'c, 'l> {
    fn new(choices: &'c mut Choices<'l>, name: &str, data: &[u32]) -> Self {
        let mut stencil = Stencil {
            name: name.into(),
            fields: IdVec::new(),
            scalars: IdVec::new(),
            params: Vec::new(),
            loops: Vec::new(),
            span: NONE,
        };
        let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
        for (name, axes, output) in [
            ("a", Axes::IJK, false),
            ("b", Axes::IJK, false),
            ("col", Axes::K, false),
            ("x", Axes::IJK, true),
            ("y", Axes::IJK, true),
            ("sum", Axes::IJ, true),
        ] {
            let data = if axes == Axes::IJK { data.to_vec() } else { vec![] };
            let ty = FieldType { data, ..FieldType::centred(DType::F64, axes) };
            let id = stencil.fields.push(ty.field(name.into(), FieldKind::Param, NONE));
            stencil.params.push(Param::Field(id));
            if output { &mut outputs } else { &mut inputs }.push(id);
        }
        let id = stencil.scalars.push(ScalarParam { name: "w".into(), dtype: DType::F64, span: NONE });
        stencil.params.push(Param::Scalar(id));
        Maker {
            choices,
            stencil,
            inputs,
            outputs,
            written: Vec::new(),
            recent: Vec::new(),
            conditions: Vec::new(),
            reads_outputs: false,
        }
    }

    fn stencil(mut self) -> Stencil {
        for _ in 0..1 + self.choices.below(3) {
            let order = [Order::Parallel, Order::Forward, Order::Backward][self.choices.below(3)];
            self.recent.clear();
            let mut intervals = self.intervals();
            if order == Order::Backward {
                intervals.reverse();
            }
            let sections = intervals.into_iter().map(|interval| {
                let executions = (0..1 + self.choices.below(3)).flat_map(|_| self.execution(order)).collect();
                Section { interval, executions }
            });
            let sections = sections.collect();
            self.stencil.loops.push(VerticalLoop { order, sections });
        }
        self.stencil
    }

    fn intervals(&mut self) -> Vec<Range> {
        let (start, end) = (Bound::START, Bound::END);
        match self.choices.below(5) {
            0 | 1 => vec![Range::full()],
            2 => vec![Range::new(start, Bound::start(1)), Range::new(Bound::start(1), end)],
            3 => vec![Range::new(start, Bound::end(-1)), Range::new(Bound::end(-1), end)],
            _ => vec![Range::new(Bound::start(1), Bound::end(-1))],
        }
    }

    fn temporary(&mut self, name: &str, dtype: DType) -> FieldId {
        let name = format!("{name}{}", self.stencil.fields.len());
        self.stencil.fields.push(FieldType::centred(dtype, Axes::IJK).field(name, FieldKind::Temporary, NONE))
    }

    /// One statement as an execution of its own, with those that it needs before it.
    fn execution(&mut self, order: Order) -> Vec<HorizontalExecution> {
        let wrap = |body: Stmt| HorizontalExecution { extent: Extent::ZERO, body: vec![body] };
        let kind = self.choices.below(8);
        let (mut assign, target) = self.assignment(order);
        let mut before = Vec::new();
        match kind {
            4 => {
                let [mask, masked] = self.masked(order, assign);
                before.push(wrap(mask));
                assign = masked;
            }
            5 => {
                let region = self.region();
                assign = Stmt { kind: StmtKind::Restrict { region, body: vec![assign] }, span: NONE };
            }
            6 => {
                let condition = binary(BinaryOp::Gt, scalar(ScalarId(0), DType::F64), float(0.75), DType::Bool);
                assign = Stmt { kind: StmtKind::Mask { condition, body: vec![assign] }, span: NONE };
            }
            7 => {
                let count = self.temporary("count", DType::I32);
                before.push(wrap(Stmt::assign(Access::here(count), int(0), NONE)));
                let more = binary(BinaryOp::Add, read(count, DType::I32), int(1), DType::I32);
                let limit = binary(BinaryOp::Lt, read(count, DType::I32), int(3), DType::Bool);
                let condition = binary(BinaryOp::And, limit, self.condition(order), DType::Bool);
                let inner = if self.choices.chance(2) { self.masked(order, assign).to_vec() } else { vec![assign] };
                let body = [Stmt::assign(Access::here(count), more, NONE)].into_iter().chain(inner).collect();
                assign = Stmt { kind: StmtKind::While { condition, body }, span: NONE };
            }
            _ => {}
        }
        if let Some(target) = target {
            self.written.push(target);
            self.recent.push(target);
        }
        before.push(wrap(assign));
        before
    }

    /// A mask, and a statement under it; now and then it is the condition of an earlier one, which may have another value by now.
    fn masked(&mut self, order: Order, stmt: Stmt) -> [Stmt; 2] {
        let earlier = self.choices.below(2 * self.conditions.len() + 1);
        let condition = self.conditions.get(earlier).cloned().unwrap_or_else(|| self.condition(order));
        self.conditions.push(condition.clone());
        let mask = self.temporary("mask", DType::Bool);
        let kind = StmtKind::Mask { condition: read(mask, DType::Bool), body: vec![stmt] };
        [Stmt::assign(Access::here(mask), condition, NONE), Stmt { kind, span: NONE }]
    }

    /// An assignment, and the temporary that it writes first, if it does.
    fn assignment(&mut self, order: Order) -> (Stmt, Option<FieldId>) {
        let (target, new) = match self.choices.below(5) {
            0 | 1 => (self.outputs[self.choices.below(2)], None),
            2 if order != Order::Parallel => (self.outputs[2], None),
            3 if !self.written.is_empty() => (self.written[self.choices.below(self.written.len())], None),
            _ => {
                let id = self.temporary("t", DType::F64);
                self.stencil.fields[id].data = [vec![], vec![], vec![2], vec![2, 2]][self.choices.below(4)].clone();
                (id, Some(id))
            }
        };
        self.reads_outputs = self.outputs.contains(&target);
        let value = self.value(order, 3);
        if new.is_none() && !self.outputs.contains(&target) {
            self.recent.push(target);
        }
        let (k, component) = (self.written_level(order, target), self.component(target));
        (Stmt::assign(Access { k, component, ..Access::here(target) }, value, NONE), new)
    }

    /// The level at which a field is written: in loops with an order, now and then another one than the current.
    fn written_level(&mut self, order: Order, target: FieldId) -> KIndex {
        let can_move = order != Order::Parallel && self.stencil.fields[target].axes == Axes::IJK;
        match if can_move { self.choices.below(8) } else { 0 } {
            5 => KIndex::Offset(self.choices.below(3) as i32 - 1),
            6 => KIndex::Relative(Box::new(self.level())),
            7 => KIndex::Absolute(Box::new(self.level())),
            _ => KIndex::Offset(0),
        }
    }

    /// A level found at run time.
    fn level(&mut self) -> Expr {
        Expr { kind: ExprKind::Cast(Box::new(self.input([0, 0], 0))), dtype: DType::I32, span: NONE }
    }

    fn region(&mut self) -> HorizontalBox {
        let edge = |n: usize| match n {
            0 => None,
            1 | 2 => Some(Edge::Domain(Bound::start(n as i32 - 1))),
            3 | 4 => Some(Edge::Domain(Bound::end(n as i32 - 4))),
            5 => Some(Edge::Tile(TileEdge::Start, 1)),
            _ => Some(Edge::Tile(TileEdge::End, -1)),
        };
        let mut side = || (edge(self.choices.below(7)), edge(self.choices.below(7)));
        HorizontalBox { i: side(), j: side() }
    }

    fn condition(&mut self, order: Order) -> Expr {
        let op = [BinaryOp::Lt, BinaryOp::Ge, BinaryOp::Ne][self.choices.below(3)];
        binary(op, self.value(order, 1), self.value(order, 1), DType::Bool)
    }

    fn value(&mut self, order: Order, depth: usize) -> Expr {
        if depth == 0 {
            return self.leaf(order);
        }
        let operand = |maker: &mut Self| maker.value(order, depth - 1);
        match self.choices.below(13) {
            0..=3 => self.leaf(order),
            4 | 5 => {
                let op = [BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul, BinaryOp::Div][self.choices.below(4)];
                binary(op, operand(self), operand(self), DType::F64)
            }
            6 => {
                let function = [Native::Min, Native::Max, Native::Pow][self.choices.below(3)];
                native(function, vec![operand(self), operand(self)])
            }
            7 => {
                let functions = [
                    Native::Abs,
                    Native::Sqrt,
                    Native::Cbrt,
                    Native::Floor,
                    Native::Exp,
                    Native::Sin,
                    Native::Log,
                    Native::Erf,
                ];
                let function = functions[self.choices.below(functions.len())];
                native(function, vec![operand(self)])
            }
            8 => {
                let (condition, then, otherwise) =
                    (self.condition(order), self.value(order, depth - 1), self.value(order, depth - 1));
                let kind = ExprKind::Ternary(Box::new(condition), Box::new(then), Box::new(otherwise));
                Expr { kind, dtype: DType::F64, span: NONE }
            }
            9 => Expr { kind: ExprKind::Unary(UnaryOp::Neg, Box::new(operand(self))), dtype: DType::F64, span: NONE },
            10 => {
                let op = [BinaryOp::Mod, BinaryOp::FloorDiv][self.choices.below(2)];
                binary(op, operand(self), operand(self), DType::F64)
            }
            11 => {
                let here = native(Native::Sin, vec![operand(self)]);
                let there = self.moved(&here, order);
                binary(BinaryOp::Sub, here, there, DType::F64)
            }
            _ => {
                let narrow = [DType::F32, DType::I32, DType::I64][self.choices.below(3)];
                let inner = Expr { kind: ExprKind::Cast(Box::new(operand(self))), dtype: narrow, span: NONE };
                Expr { kind: ExprKind::Cast(Box::new(inner)), dtype: DType::F64, span: NONE }
            }
        }
    }

    /// The same at another point, or at another level of what the stencil only reads.
    fn moved(&mut self, expr: &Expr, order: Order) -> Expr {
        let (by, k, mut moved) = (self.offset(), self.choices.below(3) as i32 - 1, expr.clone());
        let reads = |fields: &[FieldId]| expr.accesses().iter().any(|access| fields.contains(&access.field));
        if reads(&self.outputs) || order != Order::Parallel && reads(&self.recent) {
            return moved;
        }
        let k = if reads(&self.written) { 0 } else { k };
        moved.walk_mut(&mut |e| {
            if let ExprKind::Field(access) = &mut e.kind {
                let axes = self.stencil.fields[access.field].axes;
                let along = |axis: Axis, by: i32| if axes.has(axis) { by } else { 0 };
                access.offset = [access.offset[0] + along(Axis::I, by[0]), access.offset[1] + along(Axis::J, by[1])];
                if let KIndex::Offset(level) = &mut access.k {
                    *level += along(Axis::K, k);
                }
            }
        });
        moved
    }

    fn leaf(&mut self, order: Order) -> Expr {
        match self.choices.below(8) {
            0 => float([1.0, 0.5, -2.0, 0.0][self.choices.below(4)]),
            1 => scalar(ScalarId(0), DType::F64),
            2 | 3 if !self.written.is_empty() => {
                let id = self.written[self.choices.below(self.written.len())];
                let offset = if self.recent.contains(&id) && order != Order::Parallel { [0, 0] } else { self.offset() };
                let k = match order {
                    Order::Forward => [0, -1, 1][self.choices.below(3)],
                    Order::Backward => [0, 1, -1][self.choices.below(3)],
                    Order::Parallel => 0,
                };
                let component = self.component(id);
                element(Access { offset, k: KIndex::Offset(k), component, ..Access::here(id) })
            }
            4 if self.reads_outputs => {
                let id = self.outputs[self.choices.below(2)];
                let component = self.component(id);
                element(Access { component, ..Access::here(id) })
            }
            5 => access(self.inputs[2], [0, 0], KIndex::Offset(self.choices.below(3) as i32 - 1)),
            6 => {
                let (level, offset) = (self.level(), self.offset());
                access(self.inputs[1], offset, KIndex::Relative(Box::new(level)))
            }
            _ => {
                let (offset, k) = (self.offset(), self.choices.below(3) as i32 - 1);
                self.input(offset, k)
            }
        }
    }

    /// One of a field's components, known or computed.
    fn component(&mut self, id: FieldId) -> Component {
        match self.stencil.fields[id].components() {
            1 => Component::Static(0),
            n if self.choices.chance(5) => {
                let index = access(self.inputs[0], [0, 0], KIndex::Offset(0));
                let index = binary(BinaryOp::Mul, index, float(f64::from(n)), DType::F64);
                let index = Expr { kind: ExprKind::Cast(Box::new(index)), dtype: DType::I32, span: NONE };
                Component::Computed(Box::new(index))
            }
            n => Component::Static(self.choices.below(n as usize) as u32),
        }
    }

    fn input(&mut self, offset: [i32; 2], k: i32) -> Expr {
        let id = self.inputs[self.choices.below(2)];
        let component = self.component(id);
        element(Access { offset, k: KIndex::Offset(k), component, ..Access::here(id) })
    }

    fn offset(&mut self) -> [i32; 2] {
        [[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1], [2, 0], [-1, 1]][self.choices.below(7)]
    }
}

fn access(field: FieldId, offset: [i32; 2], k: KIndex) -> Expr {
    element(Access { offset, k, ..Access::here(field) })
}

fn element(access: Access) -> Expr {
    Expr { kind: ExprKind::Field(access), dtype: DType::F64, span: NONE }
}

fn read(field: FieldId, dtype: DType) -> Expr {
    Expr { kind: ExprKind::Field(Access::here(field)), dtype, span: NONE }
}

fn scalar(id: ScalarId, dtype: DType) -> Expr {
    Expr { kind: ExprKind::Scalar(id), dtype, span: NONE }
}

fn float(value: f64) -> Expr {
    Expr::literal(Value::F64(value), NONE)
}

fn int(value: i32) -> Expr {
    Expr::literal(Value::I32(value), NONE)
}

fn binary(op: BinaryOp, a: Expr, b: Expr, dtype: DType) -> Expr {
    Expr { kind: ExprKind::Binary(op, Box::new(a), Box::new(b)), dtype, span: NONE }
}

fn native(function: Native, arguments: Vec<Expr>) -> Expr {
    Expr { kind: ExprKind::Call(function, arguments), dtype: DType::F64, span: NONE }
}
