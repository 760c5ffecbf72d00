//! What a tasklet computes: straight-line code over values, with explicit loads and stores.

use std::collections::HashMap;
use tradewind_ir::{Axis, BinaryOp, Bound, DType, FieldId, HorizontalBox, IdVec, Native, ScalarId, UnaryOp, Value, typed_id};

typed_id!(
    /// A value of one tasklet. Prints as `v7`.
    ValueId, "v"
);

typed_id!(
    /// A place in the source whose data-dependent indexes are checked. Prints as `c7`.
    CheckId, "c"
);

/// The code of a tasklet. Every value is defined before it is used; loads and stores keep their order.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TaskletCode {
    /// The type of each value.
    pub values: IdVec<ValueId, DType>,
    pub body: Vec<Inst>,
}

/// One instruction.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Inst {
    /// Defines a value.
    Let(ValueId, Op),
    /// Writes an element at the current point (plus `k` levels) where the predicate, if there is one, holds. `value` has the
    /// container's type.
    Store { field: FieldId, k: KOffset, component: ComponentIndex, value: ValueId, predicate: Option<ValueId> },
    /// Where the predicate, if there is one, holds: reports a level or component that the container does not have. Touches no
    /// memory.
    Check { check: CheckId, field: FieldId, k: KOffset, component: ComponentIndex, predicate: Option<ValueId> },
    /// Point by point, as long as the condition holds: each round evaluates `head`, then, if `condition` is true there,
    /// `body`. `carried` are the values that change from round to round.
    While { carried: Vec<Carried>, head: Vec<Inst>, condition: ValueId, body: Vec<Inst> },
}

/// A value that a while loop changes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Carried {
    /// The value within a round; also what is left after the loop.
    pub param: ValueId,
    /// Before the first round; defined outside.
    pub init: ValueId,
    /// At the end of the body.
    pub next: ValueId,
}

/// A level relative to the current one, or absolute; data-dependent levels are clamped to those the container has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum KOffset {
    Constant(i32),
    /// The current level plus an integer value.
    Relative(ValueId),
    /// A level counted from the start of the program's domain.
    Absolute(ValueId),
}

/// Which of a container's components is accessed; one that depends on data is clamped to those that the container has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ComponentIndex {
    Constant(u32),
    Computed(ValueId),
}

/// How a value is computed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Op {
    Const(Value),
    /// A scalar of the program.
    Scalar(ScalarId),
    /// The current position on an axis, counted from the start of the program's domain; an `i32`.
    Index(Axis),
    /// A position on an axis as a number; an `i32`.
    Bound(Axis, Bound),
    /// Whether the current point lies in a box.
    Inside(HorizontalBox),
    /// An element at an offset from the current point.
    Load {
        field: FieldId,
        offset: [i32; 2],
        k: KOffset,
        component: ComponentIndex,
    },
    Unary(UnaryOp, ValueId),
    Binary(BinaryOp, ValueId, ValueId),
    /// `condition ? then : otherwise`.
    Select(ValueId, ValueId, ValueId),
    /// The operand converted to the value's type.
    Cast(ValueId),
    /// A native function of one argument.
    Call1(Native, ValueId),
    /// A native function of two arguments.
    Call2(Native, ValueId, ValueId),
    /// A native function of three arguments.
    Call3(Native, ValueId, ValueId, ValueId),
}

impl TaskletCode {
    /// Calls `visit` on every instruction, those inside loops after the loop itself, else in order.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Inst)) {
        self.body.iter().for_each(|inst| inst.walk(visit));
    }
    /// The code with its values numbered in the order of their definitions, and no others in its table.
    pub fn compacted(&self) -> TaskletCode {
        let (mut order, mut values) = (HashMap::new(), IdVec::new());
        self.walk(&mut |inst| match inst {
            Inst::Let(v, _) => {
                order.insert(*v, values.push(self.values[*v]));
            }
            Inst::While { carried, .. } => carried.iter().for_each(|c| {
                order.insert(c.param, values.push(self.values[c.param]));
            }),
            Inst::Store { .. } | Inst::Check { .. } => {}
        });
        let to = |v: ValueId| order.get(&v).copied().unwrap_or(v);
        let body = self.body.iter().map(|inst| inst.map_values(&to)).collect();
        TaskletCode { values, body }
    }
    /// The code with its containers, scalars and checks replaced, each asked for in the order of the instructions.
    pub fn renamed(&self, names: &mut impl Rename) -> TaskletCode {
        TaskletCode { values: self.values.clone(), body: self.body.iter().map(|inst| inst.renamed(names)).collect() }
    }
}

/// New names for what code refers to outside of itself.
pub trait Rename {
    /// The container to put in the place of one.
    fn field(&mut self, field: FieldId) -> FieldId;
    /// The scalar to put in the place of one.
    fn scalar(&mut self, scalar: ScalarId) -> ScalarId;
    /// The check to put in the place of one.
    fn check(&mut self, check: CheckId) -> CheckId;
}

impl Inst {
    /// The values that the instruction itself uses, in order; of a loop, its condition and those that are carried.
    pub fn operands(&self) -> Vec<ValueId> {
        match self {
            Inst::Let(_, op) => op.operands(),
            Inst::Store { k, component, value, predicate, .. } => {
                k.value().into_iter().chain(component.value()).chain([*value]).chain(*predicate).collect()
            }
            Inst::Check { k, component, predicate, .. } => {
                k.value().into_iter().chain(component.value()).chain(*predicate).collect()
            }
            Inst::While { carried, condition, .. } => {
                carried.iter().flat_map(|c| [c.init, c.next]).chain([*condition]).collect()
            }
        }
    }
    /// Calls `visit` on this instruction and all inside it, outer before inner.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Inst)) {
        visit(self);
        if let Inst::While { head, body, .. } = self {
            head.iter().chain(body).for_each(|inst| inst.walk(visit));
        }
    }
    fn renamed(&self, names: &mut impl Rename) -> Inst {
        let mut inst = self.clone();
        match &mut inst {
            Inst::Let(_, Op::Load { field, .. }) | Inst::Store { field, .. } => *field = names.field(*field),
            Inst::Let(_, Op::Scalar(scalar)) => *scalar = names.scalar(*scalar),
            Inst::Let(..) => {}
            Inst::Check { check, field, .. } => (*check, *field) = (names.check(*check), names.field(*field)),
            Inst::While { head, body, .. } => head.iter_mut().chain(body).for_each(|inst| *inst = inst.renamed(names)),
        }
        inst
    }
    /// The instruction with all values replaced, defined and used.
    pub(crate) fn map_values(&self, to: &impl Fn(ValueId) -> ValueId) -> Inst {
        match self {
            Inst::Let(v, op) => Inst::Let(to(*v), op.map_operands(to)),
            Inst::Store { field, k, component, value, predicate } => {
                let (k, component) = (k.map_value(to), component.map_value(to));
                Inst::Store { field: *field, k, component, value: to(*value), predicate: predicate.map(to) }
            }
            Inst::Check { check, field, k, component, predicate } => {
                let (k, component) = (k.map_value(to), component.map_value(to));
                Inst::Check { check: *check, field: *field, k, component, predicate: predicate.map(to) }
            }
            Inst::While { carried, head, condition, body } => Inst::While {
                carried: carried.iter().map(|c| Carried { param: to(c.param), init: to(c.init), next: to(c.next) }).collect(),
                head: head.iter().map(|inst| inst.map_values(to)).collect(),
                condition: to(*condition),
                body: body.iter().map(|inst| inst.map_values(to)).collect(),
            },
        }
    }
}

impl KOffset {
    /// The value that a data-dependent level comes from.
    pub fn value(self) -> Option<ValueId> {
        match self {
            KOffset::Constant(_) => None,
            KOffset::Relative(v) | KOffset::Absolute(v) => Some(v),
        }
    }
    /// The level with its value replaced.
    pub fn map_value(self, to: impl FnOnce(ValueId) -> ValueId) -> KOffset {
        match self {
            KOffset::Constant(_) => self,
            KOffset::Relative(v) => KOffset::Relative(to(v)),
            KOffset::Absolute(v) => KOffset::Absolute(to(v)),
        }
    }
}

impl ComponentIndex {
    /// The value that a data-dependent component comes from.
    pub fn value(self) -> Option<ValueId> {
        match self {
            ComponentIndex::Constant(_) => None,
            ComponentIndex::Computed(v) => Some(v),
        }
    }
    /// The component with its value replaced.
    pub fn map_value(self, to: impl FnOnce(ValueId) -> ValueId) -> ComponentIndex {
        match self {
            ComponentIndex::Constant(_) => self,
            ComponentIndex::Computed(v) => ComponentIndex::Computed(to(v)),
        }
    }
    /// The component where it is known.
    pub fn known(self) -> Option<u32> {
        match self {
            ComponentIndex::Constant(n) => Some(n),
            ComponentIndex::Computed(_) => None,
        }
    }
}

impl Op {
    /// The values that the operation uses, in order.
    pub fn operands(&self) -> Vec<ValueId> {
        match *self {
            Op::Const(_) | Op::Scalar(_) | Op::Index(_) | Op::Bound(..) | Op::Inside(_) => vec![],
            Op::Load { k, component, .. } => k.value().into_iter().chain(component.value()).collect(),
            Op::Unary(_, a) | Op::Cast(a) | Op::Call1(_, a) => vec![a],
            Op::Binary(_, a, b) | Op::Call2(_, a, b) => vec![a, b],
            Op::Select(a, b, c) | Op::Call3(_, a, b, c) => vec![a, b, c],
        }
    }
    /// The operation with its operands replaced, in the order of [`Op::operands`].
    pub fn map_operands(&self, mut to: impl FnMut(ValueId) -> ValueId) -> Op {
        match *self {
            Op::Load { field, offset, k, component } => {
                Op::Load { field, offset, k: k.map_value(&mut to), component: component.map_value(to) }
            }
            Op::Unary(op, a) => Op::Unary(op, to(a)),
            Op::Cast(a) => Op::Cast(to(a)),
            Op::Call1(f, a) => Op::Call1(f, to(a)),
            Op::Binary(op, a, b) => Op::Binary(op, to(a), to(b)),
            Op::Call2(f, a, b) => Op::Call2(f, to(a), to(b)),
            Op::Call3(f, a, b, c) => Op::Call3(f, to(a), to(b), to(c)),
            Op::Select(c, a, b) => Op::Select(to(c), to(a), to(b)),
            other => other,
        }
    }
}
