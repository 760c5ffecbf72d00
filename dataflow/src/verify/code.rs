//! Checks of a tasklet:
//! - every value is defined once, before it is used, in the same loop or around it;
//! - operands have the types that their operations take, and values the types that these give;
//! - stores have their container's type; predicates and conditions are boolean, levels and components integers; known components
//!   exist, and checks are among those of the graph's head;
//! - what a loop carries keeps its type;
//! - positions, regions, loads and stores are inside loops over the axes that they need;
//! - all elements of a window that are accessed in one iteration of the loops around its allocation have slots of their own; or else an
//!   access to it is inside a loop over its axis since its allocation, and in none whose iterations run at the same time;
//! - no two elements that a tasklet accesses share a slot of a window, and no level in one along K depends on data.

use super::{Around, Checker};
use crate::code::{ComponentIndex, Inst, KOffset, Op, TaskletCode, ValueId};
use std::collections::{BTreeMap, BTreeSet};
use tradewind_ir::ids::{BitSet, Id};
use tradewind_ir::{Axis, BinaryOp, DType, FieldId, Native, RollingWindow, Span, UnaryOp};

impl Checker<'_> {
    pub(super) fn code(&mut self, code: &TaskletCode, around: &Around) {
        let mut check = CodeChecker { checker: self, code, around, visible: BitSet::default(), defined: BitSet::default() };
        check.body(&code.body);
        check.windows();
    }
}

struct CodeChecker<'c, 'a> {
    checker: &'c mut Checker<'a>,
    code: &'c TaskletCode,
    around: &'c Around,
    /// Values that may be used here.
    visible: BitSet,
    /// Values defined anywhere so far.
    defined: BitSet,
}

impl CodeChecker<'_, '_> {
    fn body(&mut self, insts: &[Inst]) {
        for inst in insts {
            match inst {
                Inst::Let(value, op) => {
                    self.op(*value, op);
                    self.define(*value);
                }
                Inst::Store { field, k, component, value, predicate } => {
                    self.level(*k);
                    self.component(*field, *component);
                    self.at(*field);
                    let dtype = self.checker.container(*field).dtype;
                    self.used(*value, |d| d == dtype, dtype.name());
                    predicate.iter().for_each(|p| self.boolean(*p));
                }
                Inst::Check { check, field, k, component, predicate } => {
                    self.level(*k);
                    self.component(*field, *component);
                    predicate.iter().for_each(|p| self.boolean(*p));
                    if self.checker.graph.checks.get(*check).is_none_or(|c| c.field != *field) {
                        self.checker.error(format!("`{check}` is not a check of this container"));
                    }
                }
                Inst::While { carried, head, condition, body } => {
                    for c in carried {
                        let dtype = self.type_of(c.param);
                        self.used(c.init, |d| Some(d) == dtype, "the carried value");
                    }
                    let outer = self.visible.clone();
                    carried.iter().for_each(|c| self.define(c.param));
                    self.body(head);
                    self.boolean(*condition);
                    self.body(body);
                    for c in carried {
                        let dtype = self.type_of(c.param);
                        self.used(c.next, |d| Some(d) == dtype, "the carried value");
                    }
                    self.visible = outer;
                    let typed = carried.iter().filter(|c| self.code.values.get(c.param).is_some());
                    typed.for_each(|c| self.visible.insert(c.param.index()));
                }
            }
        }
    }

    fn type_of(&self, value: ValueId) -> Option<DType> {
        self.code.values.get(value).copied()
    }

    fn define(&mut self, value: ValueId) {
        if self.type_of(value).is_none() {
            return self.checker.error(format!("`{value}` has no type"));
        }
        if self.defined.contains(value.index()) {
            self.checker.error(format!("`{value}` is defined twice"));
        }
        self.defined.insert(value.index());
        self.visible.insert(value.index());
    }

    /// A use of a value as something that only some types can be.
    fn used(&mut self, value: ValueId, fits: impl Fn(DType) -> bool, what: &str) {
        if !self.visible.contains(value.index()) {
            return self.checker.error(format!("`{value}` is used where it is not defined"));
        }
        if let Some(dtype) = self.type_of(value).filter(|d| !fits(*d)) {
            self.checker.error(format!("`{value}` has type `{dtype}`, which does not fit {what}"));
        }
    }

    fn boolean(&mut self, value: ValueId) {
        self.used(value, |d| d == DType::Bool, "a condition");
    }

    fn level(&mut self, k: KOffset) {
        if let KOffset::Relative(v) | KOffset::Absolute(v) = k {
            self.used(v, DType::is_int, "a level");
        }
    }

    fn component(&mut self, field: FieldId, component: ComponentIndex) {
        match component {
            ComponentIndex::Computed(v) => self.used(v, DType::is_int, "a component"),
            ComponentIndex::Constant(n) if n >= self.checker.container(field).components() => {
                self.checker.error(format!("`{}` has no component {n}", self.checker.field(field)));
            }
            ComponentIndex::Constant(_) => {}
        }
    }

    /// An access to a container at the current point.
    fn at(&mut self, field: FieldId) {
        let stored = self.checker.container(field).stored_axes();
        stored.iter().for_each(|axis| self.loop_over(axis, "an access"));
        let Some(RollingWindow { axis, slots }) = self.checker.container(field).place.window else { return };
        let born = self.checker.windows.get(&field).map_or(0, |window| window.born);
        let (loops, concurrent) = (self.around.loops[axis.index()], self.around.concurrent[axis.index()]);
        let name = self.checker.field(field);
        let message = if loops <= born {
            format!("`{name}` stores {slots} elements along {axis}, and no loop inside its allocation goes along it")
        } else if concurrent > born {
            format!("iterations over {axis} that run at the same time share the {slots} elements of `{name}`")
        } else {
            return;
        };
        let fault = self.checker.fault(message, Span::NONE);
        if let Some(window) = self.checker.windows.get_mut(&field) {
            window.fault.get_or_insert(fault);
        }
    }

    /// The accesses to windows.
    fn windows(&mut self) {
        let mut reaches: BTreeMap<FieldId, (i32, i32)> = BTreeMap::new();
        let mut on_data = BTreeSet::new();
        self.code.walk(&mut |inst| {
            let (field, j, k) = match inst {
                Inst::Let(_, Op::Load { field, offset, k, .. }) => (*field, offset[1], *k),
                Inst::Store { field, k, .. } => (*field, 0, *k),
                _ => return,
            };
            let by = match (self.checker.container(field).place.window.map(|window| window.axis), k) {
                (Some(Axis::K), KOffset::Constant(k)) => k,
                (Some(Axis::K), _) => {
                    on_data.insert(field);
                    return;
                }
                (Some(_), _) => j,
                (None, _) => return,
            };
            let (low, high) = reaches.entry(field).or_insert((by, by));
            (*low, *high) = (by.min(*low), by.max(*high));
        });
        for (field, (low, high)) in reaches {
            let Some(RollingWindow { axis, slots }) = self.checker.container(field).place.window else { continue };
            self.use_slots(field, axis, (low.into(), high.into()));
            if i64::from(high) - i64::from(low) >= slots.into() {
                let name = self.checker.field(field);
                self.checker.error(format!(
                    "`{name}` stores {slots} elements along {axis}, but those at {low} to {high} are accessed at once"
                ));
            }
        }
        for field in on_data {
            let name = self.checker.field(field);
            self.checker.error(format!("a level of `{name}`, which stores its last levels, depends on data"));
        }
    }

    /// Accesses elements of a window, from one to another, counted from the point.
    fn use_slots(&mut self, field: FieldId, axis: Axis, (low, high): (i64, i64)) {
        let Checker { blockings, windows, .. } = &mut *self.checker;
        let Some(window) = windows.get_mut(&field) else { return };
        let mut inside = blockings[axis.index()].iter().skip(window.born);
        let reach = inside.try_fold((low, high), |(low, high), blocking| {
            let (first, end) = blocking.near?.bounds();
            Some((low + i64::from(first), high + i64::from(end?) - 1))
        });
        let (first, last) = reach.unwrap_or((i64::MIN / 4, i64::MAX / 4));
        let (low, high) = window.used.unwrap_or((first, last));
        window.used = Some((low.min(first), high.max(last)));
    }

    fn loop_over(&mut self, axis: Axis, what: &str) {
        if !self.around.has(axis) {
            self.checker.error(format!("{what} needs a loop over {axis} around it"));
        }
    }

    fn op(&mut self, value: ValueId, op: &Op) {
        let own = self.type_of(value).unwrap_or(DType::Bool);
        let given = match *op {
            Op::Const(v) => v.dtype(),
            Op::Scalar(id) => self.checker.graph.scalars[id].dtype,
            Op::Index(axis) => {
                self.loop_over(axis, "a position");
                DType::I32
            }
            Op::Bound(..) => DType::I32,
            Op::Inside(region) => {
                for (axis, (lo, hi)) in [(Axis::I, region.i), (Axis::J, region.j)] {
                    if lo.is_some() || hi.is_some() {
                        self.loop_over(axis, "a region");
                    }
                }
                DType::Bool
            }
            Op::Load { field, k, component, .. } => {
                self.level(k);
                self.component(field, component);
                self.at(field);
                self.checker.container(field).dtype
            }
            Op::Unary(UnaryOp::Neg, a) => {
                self.used(a, |d| d == own && d != DType::Bool, "a negation");
                own
            }
            Op::Unary(UnaryOp::Not, a) => {
                self.boolean(a);
                DType::Bool
            }
            Op::Binary(op, a, b) => self.binary(op, a, b, own),
            Op::Select(c, a, b) => {
                self.boolean(c);
                [a, b].into_iter().for_each(|v| self.used(v, |d| d == own, "a selection of another type"));
                own
            }
            Op::Cast(a) => {
                self.used(a, |_| true, "a conversion");
                own
            }
            Op::Call1(native, a) => self.native(native, &[a], own),
            Op::Call2(native, a, b) => self.native(native, &[a, b], own),
            Op::Call3(native, a, b, c) => self.native(native, &[a, b, c], own),
        };
        if given != own {
            self.checker.error(format!("`{value}` has type `{own}`, but its operation gives `{given}`"));
        }
    }

    fn binary(&mut self, op: BinaryOp, a: ValueId, b: ValueId, own: DType) -> DType {
        if matches!(op, BinaryOp::And | BinaryOp::Or) {
            self.boolean(a);
            self.boolean(b);
            return DType::Bool;
        }
        let dtype = if op.is_comparison() { self.type_of(a) } else { Some(own) };
        [a, b].into_iter().for_each(|v| self.used(v, |d| Some(d) == dtype, "an operation on another type"));
        if op.is_comparison() { DType::Bool } else { own }
    }

    fn native(&mut self, native: Native, args: &[ValueId], own: DType) -> DType {
        if native.arity() != args.len() {
            self.checker.error(format!("`{}` takes {} arguments", native.name(), native.arity()));
        }
        let float = !matches!(native, Native::Abs | Native::Min | Native::Max);
        let any = native.is_predicate();
        args.iter().for_each(|v| self.used(*v, |d| (any || d == own) && (!float || d.is_float()), "a native function"));
        if any { DType::Bool } else { own }
    }
}
