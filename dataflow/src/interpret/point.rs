//! One tasklet at one point.

use super::Machine;
use crate::code::{Code, Inst, KOffset, Op, ValueId};
use tradewind_ir::{Axis, DType, Diagnostic, FieldId, IdVec, Value, eval};

/// The values of a tasklet while it runs.
pub(super) struct Registers(IdVec<ValueId, Value>);

impl Registers {
    pub fn of(code: &Code) -> Registers {
        Registers(code.values.values().map(|dtype| Value::zero(*dtype)).collect())
    }
}

impl Machine<'_, '_> {
    /// Runs the tasklet with this number at the current point.
    pub(super) fn tasklet(&mut self, n: usize) -> Result<(), Diagnostic> {
        let code = self.plan.codes[n];
        let mut values = std::mem::replace(&mut self.registers[n], Registers(IdVec::new()));
        let result = self.insts(&code.body, code, &mut values);
        self.registers[n] = values;
        result
    }

    fn insts(&mut self, insts: &[Inst], code: &Code, values: &mut Registers) -> Result<(), Diagnostic> {
        for inst in insts {
            match inst {
                Inst::Let(v, op) => values.0[*v] = self.op(op, code.values[*v], values)?,
                Inst::Store { field, k, value, predicate } => {
                    if predicate.is_none_or(|p| values.0[p].is_true()) {
                        let at = self.element(*field, [0, 0], *k, values);
                        if !self.arrays[*field].set(at, values.0[*value]) {
                            return Err(self.outside(*field, at));
                        }
                    }
                }
                Inst::While { carried, head, condition, body } => {
                    carried.iter().for_each(|c| values.0[c.param] = values.0[c.init]);
                    let mut rounds = 0;
                    loop {
                        self.insts(head, code, values)?;
                        if !values.0[*condition].is_true() {
                            break;
                        }
                        self.count(&mut rounds)?;
                        self.insts(body, code, values)?;
                        let next: Vec<Value> = carried.iter().map(|c| values.0[c.next]).collect();
                        carried.iter().zip(next).for_each(|(c, v)| values.0[c.param] = v);
                    }
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
            Op::Scalar(id) => self.scalars[*id],
            Op::Index(axis) => position(self.point[axis.index()]),
            Op::Bound(axis, bound) => position(bound.at(self.domain[axis.index()])),
            Op::Inside(region) => Value::Bool([Axis::I, Axis::J].into_iter().all(|axis| {
                let (at, size) = (self.point[axis.index()], self.domain[axis.index()]);
                let (lo, hi) = region.side(axis);
                lo.is_none_or(|b| b.at(size) <= at) && hi.is_none_or(|b| at < b.at(size))
            })),
            Op::Load { field, offset, k } => {
                let at = self.element(*field, *offset, *k, values);
                self.arrays[*field].get(at).ok_or_else(|| self.outside(*field, at))?
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

    fn outside(&self, field: FieldId, [i, j, k]: [i64; 3]) -> Diagnostic {
        let c = &self.graph.fields[field];
        let has = self.arrays[field].points().map(|(first, end)| format!("[{first}, {end})"));
        let message = format!("`{}` is accessed at ({i}, {j}, {k}), outside of its storage {}", c.name, has.join(" x "));
        Diagnostic::error(message, c.span, "this field")
    }
}
