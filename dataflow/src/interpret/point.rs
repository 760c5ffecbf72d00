//! One tasklet at one point.

use super::Machine;
use super::registers::Registers;
use crate::code::{CheckId, ComponentIndex, Inst, KOffset, Op, TaskletCode, ValueId};
use tradewind_ir::{Axis, DType, Diagnostic, FieldId, IdVec, Scope, Value, Violation, diagnostic, eval};

impl Machine<'_, '_> {
    /// Runs the tasklet with this number at the current point.
    pub(super) fn tasklet(&mut self, n: usize) -> Result<(), Diagnostic> {
        let code = self.flat.codes[n];
        let mut values = std::mem::replace(&mut self.registers[n], Registers(IdVec::new()));
        let result = self.insts(&code.body, code, &mut values);
        self.registers[n] = values;
        result
    }

    fn insts(&mut self, insts: &[Inst], code: &TaskletCode, values: &mut Registers) -> Result<(), Diagnostic> {
        for inst in insts {
            match inst {
                Inst::Let(v, op) => values.0[*v] = self.op(op, code.values[*v], values)?,
                Inst::Store { field, k, component, value, predicate } => {
                    if predicate.is_none_or(|p| values.0[p].is_true()) {
                        let (at, component) =
                            (self.element(*field, [0, 0], *k, values), self.component(*field, *component, values));
                        let stored = self.stored(*field, at);
                        stored.iter().for_each(|stored| self.touch(*field, *stored, component, true));
                        if !stored.is_some_and(|stored| self.arrays[*field].set(stored, component, values.0[*value])) {
                            return Err(self.outside(*field, at));
                        }
                    }
                }
                Inst::Check { check, k, component, predicate, .. } => {
                    if predicate.is_none_or(|p| values.0[p].is_true()) {
                        self.check(*check, *k, *component, values);
                    }
                }
                Inst::While { carried, head, condition, body } => {
                    carried.iter().for_each(|c| values.0[c.param] = values.0[c.init]);
                    let mut rounds = 0;
                    let before = std::mem::take(&mut self.failed);
                    loop {
                        self.insts(head, code, values)?;
                        if !values.0[*condition].is_true() || self.failed {
                            break;
                        }
                        self.count(&mut rounds)?;
                        self.insts(body, code, values)?;
                        let next: Vec<Value> = carried.iter().map(|c| values.0[c.next]).collect();
                        carried.iter().zip(next).for_each(|(c, v)| values.0[c.param] = v);
                    }
                    self.failed |= before;
                }
            }
        }
        Ok(())
    }

    fn op(&self, op: &Op, dtype: DType, values: &Registers) -> Result<Value, Diagnostic> {
        let value = |v: &ValueId| values.0[*v];
        let position = |n: i64| Value::I64(n).cast(DType::I32);
        Ok(match op {
            Op::Const(v) => *v,
            Op::Scalar(id) => {
                self.note(|conflicts| conflicts.scalar(*id, false));
                self.scalars[*id]
            }
            Op::Index(axis) => position(self.point[axis.index()]),
            Op::Bound(axis, bound) => position(bound.at(self.domain[axis.index()])),
            Op::Inside(region) => Value::Bool(region.has(self.point, self.domain, self.tile.seen_from(self.corner))),
            Op::Load { field, offset, k, component } => {
                let (at, component) = (self.element(*field, *offset, *k, values), self.component(*field, *component, values));
                let stored = self.stored(*field, at);
                stored.iter().for_each(|stored| self.touch(*field, *stored, component, false));
                let value = stored.and_then(|stored| self.arrays[*field].get(stored, component));
                value.ok_or_else(|| self.outside(*field, at))?
            }
            Op::Unary(op, a) => eval::unary(*op, value(a)),
            Op::Binary(op, a, b) => eval::binary(*op, value(a), value(b)),
            Op::Select(c, a, b) => {
                if value(c).is_true() {
                    value(a)
                } else {
                    value(b)
                }
            }
            Op::Cast(a) => value(a).cast(dtype),
            Op::Call1(native, a) => eval::call(*native, &[value(a)]),
            Op::Call2(native, a, b) => eval::call(*native, &[value(a), value(b)]),
            Op::Call3(native, a, b, c) => eval::call(*native, &[value(a), value(b), value(c)]),
        })
    }

    /// The point that an access goes to; data-dependent levels are clamped to those that the container has.
    fn element(&self, field: FieldId, [i, j]: [i32; 2], k: KOffset, values: &Registers) -> [i64; 3] {
        let [here_i, here_j, here_k] = self.point;
        let clamp = |level: i64| {
            let (low, end) = self.arrays[field].range(Axis::K);
            level.min(end - 1).max(low)
        };
        let level = match k {
            KOffset::Constant(k) => here_k + i64::from(k),
            KOffset::Relative(v) => clamp(here_k.saturating_add(values.0[v].as_i64())),
            KOffset::Absolute(v) => clamp(values.0[v].as_i64()),
        };
        [here_i + i64::from(i), here_j + i64::from(j), level]
    }

    /// Where the storage has the element of a point: the point itself, or its slot in a window; `None` for a point that a window
    /// never holds.
    fn stored(&self, field: FieldId, mut at: [i64; 3]) -> Option<[i64; 3]> {
        let Some(window) = self.graph.fields[field].place.window else { return Some(at) };
        let (n, (low, end)) = (window.axis.index(), self.covered(field, window.axis));
        let position = Some(at[n]).filter(|position| (low..end).contains(position))?;
        at[n] = window.slot(position);
        Some(at)
    }

    /// The points of a container along an axis: first, and one past the last.
    fn covered(&self, field: FieldId, axis: Axis) -> (i64, i64) {
        let container = &self.graph.fields[field];
        match container.place.slots(axis) {
            Some(_) => container.extent.range(axis).at(self.domain[axis.index()]),
            None => self.arrays[field].range(axis),
        }
    }

    /// The component that an access goes to, clamped to those that the container has.
    fn component(&self, field: FieldId, component: ComponentIndex, values: &Registers) -> u32 {
        match component {
            ComponentIndex::Constant(n) => n,
            ComponentIndex::Computed(v) => {
                values.0[v].as_i64().clamp(0, i64::from(self.graph.fields[field].components()) - 1) as u32
            }
        }
    }

    /// Notes a level or component that does not exist, if no earlier place is known.
    fn check(&mut self, check: CheckId, k: KOffset, component: ComponentIndex, values: &Registers) {
        let (point, field) = (self.point, self.graph.checks[check].field);
        let container = &self.graph.fields[field];
        let level = match k {
            KOffset::Constant(_) => None,
            KOffset::Relative(v) => Some(point[2].saturating_add(values.0[v].as_i64())),
            KOffset::Absolute(v) => Some(values.0[v].as_i64()),
        };
        let levels = match container.scope {
            Scope::Temporary => container.extent.range(Axis::K).at(self.domain[2]),
            _ => self.arrays[field].range(Axis::K),
        };
        let component = component.value().map(|v| values.0[v].as_i64());
        let level = level.map(|index| Violation { point, is_level: true, index, exists: (levels.0, levels.1 - 1) });
        let last = i64::from(container.components()) - 1;
        let component = component.map(|index| Violation { point, is_level: false, index, exists: (0, last) });
        for found in [level, component].into_iter().flatten().filter(|v| v.index < v.exists.0 || v.exists.1 < v.index) {
            self.first.note(self.graph.checks[check].span, found.moved(self.corner), check);
            self.failed = true;
        }
    }

    fn outside(&self, field: FieldId, [i, j, k]: [i64; 3]) -> Diagnostic {
        let c = &self.graph.fields[field];
        let has = Axis::ALL.map(|axis| self.covered(field, axis)).map(|(first, end)| format!("[{first}, {end})"));
        let message = format!("`{}` is accessed at ({i}, {j}, {k}), outside of its storage {}", c.name, has.join(" x "));
        Diagnostic::error(diagnostic::Code::ARRAY_TOO_SMALL, message, c.span, "this field")
    }
}
