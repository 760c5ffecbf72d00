//! What a tasklet does at one point, said with the language's own operations.

use std::collections::HashMap;
use tradewind_dataflow::{Inst, KOffset, Op, TaskletCode, ValueId};
use tradewind_ir::array::Array;
use tradewind_ir::{Axis, DType, Domain, FieldId, Tile, Value, eval};

/// Where code runs and what it sees.
pub struct Reference<'a> {
    pub code: &'a TaskletCode,
    pub domain: Domain,
    pub scalars: &'a [Value],
    pub arrays: &'a mut HashMap<FieldId, Array>,
}

impl Reference<'_> {
    /// Runs the code at a point.
    pub fn run(&mut self, point: [i64; 3]) {
        let mut values = HashMap::new();
        let code = self.code;
        self.insts(&code.body, &mut values, point);
    }

    fn insts(&mut self, insts: &[Inst], values: &mut HashMap<ValueId, Value>, point: [i64; 3]) {
        for inst in insts {
            match inst {
                Inst::Let(id, op) => {
                    let value = self.op(*op, self.code.values[*id], values, point);
                    values.insert(*id, value);
                }
                Inst::Store { field, k, component, value, predicate } => {
                    let level = self.level(*field, *k, values, point);
                    if predicate.is_none_or(|p| values[&p].is_true()) {
                        let array = self.arrays.get_mut(field).expect("a known field");
                        array.set([point[0], point[1], level], component.known().unwrap_or(0), values[value]);
                    }
                }
                Inst::Check { .. } => {}
                Inst::While { carried, head, condition, body } => {
                    let mut next: Vec<Value> = carried.iter().map(|c| values[&c.init]).collect();
                    loop {
                        for (c, value) in carried.iter().zip(&next) {
                            values.insert(c.param, *value);
                        }
                        self.insts(head, values, point);
                        if !values[condition].is_true() {
                            break;
                        }
                        self.insts(body, values, point);
                        next = carried.iter().map(|c| values[&c.next]).collect();
                    }
                }
            }
        }
    }

    fn level(&self, field: FieldId, k: KOffset, values: &HashMap<ValueId, Value>, point: [i64; 3]) -> i64 {
        let (low, high) = self.arrays[&field].range(Axis::K);
        match k {
            KOffset::Constant(k) => point[2] + i64::from(k),
            KOffset::Relative(v) => point[2].saturating_add(values[&v].as_i64()).clamp(low, high - 1),
            KOffset::Absolute(v) => values[&v].as_i64().clamp(low, high - 1),
        }
    }

    fn op(&self, op: Op, dtype: DType, values: &HashMap<ValueId, Value>, point: [i64; 3]) -> Value {
        let position = |n: i64| Value::I32(n as i32);
        match op {
            Op::Const(value) => value,
            Op::Scalar(id) => self.scalars[id.0 as usize],
            Op::Index(axis) => position(point[axis.index()]),
            Op::Bound(axis, bound) => position(bound.at(self.domain[axis.index()])),
            Op::Inside(region) => Value::Bool(region.has(point, self.domain, Tile::of_domain(self.domain))),
            Op::Load { field, offset, k, component } => {
                let level = self.level(field, k, values, point);
                let [i, j] = [0, 1].map(|n| point[n] + i64::from(offset[n]));
                self.arrays[&field].get([i, j, level], component.known().unwrap_or(0)).expect("an element that exists")
            }
            Op::Unary(op, a) => eval::unary(op, values[&a]),
            Op::Binary(op, a, b) => eval::binary(op, values[&a], values[&b]),
            Op::Select(c, a, b) => values[if values[&c].is_true() { &a } else { &b }],
            Op::Cast(a) => values[&a].cast(dtype),
            Op::Call1(native, a) => eval::call(native, &[values[&a]]),
            Op::Call2(native, a, b) => eval::call(native, &[values[&a], values[&b]]),
            Op::Call3(native, a, b, c) => eval::call(native, &[values[&a], values[&b], values[&c]]),
        }
    }
}
