//! Random tasklets against their meaning: all kinds of values mixed, data-dependent levels, predicates, loops at a point.

use super::reference::Reference;
use crate::cpu::testing::{Draft, run};
use std::collections::HashMap;
use tradewind_dataflow::{Carried, ComponentIndex, Inst, KOffset, MapKind, Node, Op, Region, TaskletCode, ValueId};
use tradewind_ir::array::Array;
use tradewind_ir::{
    Axes, Axis, BinaryOp, Bound, DType, Edge, Extent, FieldId, HorizontalBox, Native, Range, ScalarId, ScalarSlot, TileEdge,
    UnaryOp, Value, program::ScalarKind,
};

/// A small generator of numbers, the same everywhere.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % sides
    }
    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }
    fn value(&mut self, dtype: DType) -> Value {
        let float = [0.0, -0.0, 1.0, -1.5, 2.0, 7.25, -3.0, 1e9, f64::NAN, f64::INFINITY, 0.1, -0.7];
        Value::F64(self.pick(&float)).cast(dtype)
    }
}

/// Writes a tasklet.
struct Author {
    dice: Dice,
    code: TaskletCode,
    dtypes: Vec<DType>,
    inputs: Vec<(FieldId, DType, Axes)>,
    scalars: Vec<(ScalarId, DType)>,
    /// Values that may be used, with their types.
    known: Vec<(ValueId, DType)>,
}

impl Author {
    fn any(&mut self, dtype: DType, to: &mut Vec<Inst>) -> ValueId {
        let fitting: Vec<ValueId> = self.known.iter().filter(|(_, d)| *d == dtype).map(|(v, _)| *v).collect();
        match fitting.is_empty() {
            false => self.dice.pick(&fitting),
            true => {
                let value = self.dice.value(dtype);
                self.define(dtype, Op::Const(value), to)
            }
        }
    }
    fn define(&mut self, dtype: DType, op: Op, to: &mut Vec<Inst>) -> ValueId {
        let id = self.code.values.push(dtype);
        to.push(Inst::Let(id, op));
        self.known.push((id, dtype));
        id
    }
    fn level(&mut self, to: &mut Vec<Inst>) -> KOffset {
        let index = self.any(DType::I32, to);
        match self.dice.roll(6) {
            0 => KOffset::Relative(index),
            1 => KOffset::Absolute(index),
            _ => KOffset::Constant(self.dice.roll(3) as i32 - 1),
        }
    }
    fn step(&mut self, to: &mut Vec<Inst>) {
        let dtype = {
            let all = self.dtypes.clone();
            self.dice.pick(&all)
        };
        let (dtype, op) = match self.dice.roll(12) {
            0..3 => {
                let inputs = self.inputs.clone();
                let (field, dtype, axes) = self.dice.pick(&inputs);
                let mut along = |axis| if axes.has(axis) { self.dice.roll(3) as i32 - 1 } else { 0 };
                let offset = [along(Axis::I), along(Axis::J)];
                let k = if axes.has(Axis::K) { self.level(to) } else { KOffset::Constant(0) };
                (dtype, Op::Load { field, offset, k, component: ComponentIndex::Constant(0) })
            }
            3 => {
                let scalars = self.scalars.clone();
                let (scalar, dtype) = self.dice.pick(&scalars);
                (dtype, Op::Scalar(scalar))
            }
            4 => match self.dice.roll(3) {
                0 => (DType::I32, Op::Index(self.dice.pick(&Axis::ALL))),
                1 => (DType::I32, Op::Bound(self.dice.pick(&Axis::ALL), Bound::end(-2))),
                _ => {
                    let edges = [Bound::start(1).into(), Bound::end(-1).into(), Edge::Tile(TileEdge::End, -2)];
                    let side = |d: &mut Dice| d.pick(&[None, Some(edges[0]), Some(edges[1]), Some(edges[2])]);
                    let (i, j) = ((side(&mut self.dice), side(&mut self.dice)), (side(&mut self.dice), None));
                    (DType::Bool, Op::Inside(HorizontalBox { i, j }))
                }
            },
            5 => {
                let a = self.any(dtype, to);
                let all = self.dtypes.clone();
                (self.dice.pick(&all), Op::Cast(a))
            }
            6 => (dtype, Op::Select(self.any(DType::Bool, to), self.any(dtype, to), self.any(dtype, to))),
            7 if dtype == DType::Bool => (dtype, Op::Unary(UnaryOp::Not, self.any(dtype, to))),
            7 => (dtype, Op::Unary(UnaryOp::Neg, self.any(dtype, to))),
            8 if dtype.is_float() => {
                let native = self.dice.pick(&[Native::Exp, Native::Sqrt, Native::Floor, Native::Sin, Native::RoundAway]);
                (dtype, Op::Call1(native, self.any(dtype, to)))
            }
            9 if dtype.is_float() && self.dice.roll(2) == 0 => {
                (dtype, Op::Call3(Native::Fma, self.any(dtype, to), self.any(dtype, to), self.any(dtype, to)))
            }
            8 | 9 if dtype != DType::Bool => {
                let native = self.dice.pick(&[Native::Min, Native::Max]);
                (dtype, Op::Call2(native, self.any(dtype, to), self.any(dtype, to)))
            }
            n => {
                let compare = [BinaryOp::Lt, BinaryOp::Ge, BinaryOp::Eq, BinaryOp::Ne];
                let compute = [BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul, BinaryOp::Div, BinaryOp::Mod, BinaryOp::FloorDiv];
                let (a, b) = (self.any(dtype, to), self.any(dtype, to));
                match dtype {
                    DType::Bool => (dtype, Op::Binary(self.dice.pick(&[BinaryOp::And, BinaryOp::Or]), a, b)),
                    _ if n == 10 => (DType::Bool, Op::Binary(self.dice.pick(&compare), a, b)),
                    _ => (dtype, Op::Binary(self.dice.pick(&compute), a, b)),
                }
            }
        };
        self.define(dtype, op, to);
    }
    fn store(&mut self, (field, dtype): (FieldId, DType), to: &mut Vec<Inst>) {
        let value = self.any(dtype, to);
        let predicate = if self.dice.roll(2) == 0 { Some(self.any(DType::Bool, to)) } else { None };
        to.push(Inst::Store { field, k: KOffset::Constant(0), component: ComponentIndex::Constant(0), value, predicate });
    }
    /// A loop of a few rounds that carries a number beside its counter.
    fn repeat(&mut self, output: (FieldId, DType), to: &mut Vec<Inst>) {
        let dtype = output.1;
        let start = self.define(DType::I32, Op::Const(Value::I32(0)), to);
        let init = self.any(dtype, to);
        let before = self.known.len();
        let (counter, number) = (self.code.values.push(DType::I32), self.code.values.push(dtype));
        self.known.extend([(counter, DType::I32), (number, dtype)]);
        let (mut head, mut body) = (Vec::new(), Vec::new());
        let rounds = self.define(DType::I32, Op::Const(Value::I32(3)), &mut head);
        let index = self.define(DType::I32, Op::Index(Axis::I), &mut head);
        let rounds = self.define(DType::I32, Op::Binary(BinaryOp::Mod, index, rounds), &mut head);
        let condition = self.define(DType::Bool, Op::Binary(BinaryOp::Lt, counter, rounds), &mut head);
        (0..4).for_each(|_| self.step(&mut body));
        self.store(output, &mut body);
        let one = self.define(DType::I32, Op::Const(Value::I32(1)), &mut body);
        let next = self.define(DType::I32, Op::Binary(BinaryOp::Add, counter, one), &mut body);
        let other = self.any(dtype, &mut body);
        let carried = vec![Carried { param: counter, init: start, next }, Carried { param: number, init, next: other }];
        to.push(Inst::While { carried, head, condition, body });
        // What the loop defines, except what it carries, is not known after it.
        self.known.truncate(before + 2);
    }
}

fn check(seed: u64) {
    let mut dice = Dice(seed);
    let narrow = dice.roll(4) == 0;
    let loops = dice.roll(3) == 0;
    let mut dtypes = vec![DType::Bool, DType::I32, dice.pick(&[DType::F32, DType::F64])];
    dtypes.extend([DType::F64, DType::F32, DType::I64].iter().filter(|_| dice.roll(3) == 0));
    if narrow {
        dtypes.push(dice.pick(&[DType::I8, DType::I16]));
    }
    let mut draft = Draft::new();
    let halo = Extent([(-1, 1); 3]);
    let axes = [Axes::IJK, Axes::IJK, Axes::IJ, Axes::K, Axes::I];
    let field = |draft: &mut Draft, name: String, dtype, axes| draft.field(&name, dtype, axes, halo);
    let inputs: Vec<_> = (0..5).map(|n| (dtypes[n % dtypes.len()], axes[dice.roll(axes.len())])).collect();
    let inputs: Vec<_> =
        inputs.iter().enumerate().map(|(n, (d, a))| (field(&mut draft, format!("in{n}"), *d, *a), *d, *a)).collect();
    let outputs: Vec<_> = (0..3).map(|n| dtypes[dice.roll(dtypes.len()).max(n % 2)]).enumerate().collect();
    let outputs: Vec<_> = outputs.iter().map(|(n, d)| (field(&mut draft, format!("out{n}"), *d, Axes::IJK), *d)).collect();
    let scalars: Vec<_> = dtypes
        .iter()
        .map(|d| {
            let kind = ScalarKind::Argument;
            (draft.scalars.push(ScalarSlot { name: format!("s{d}"), dtype: *d, kind }), *d)
        })
        .collect();
    let scalar_values: Vec<Value> = draft.scalars.values().map(|s| dice.value(s.dtype)).collect();
    let mut author = Author { dice, code: TaskletCode::default(), dtypes, inputs: inputs.clone(), scalars, known: vec![] };
    let mut body = Vec::new();
    for (n, output) in outputs.iter().enumerate() {
        (0..14).for_each(|_| author.step(&mut body));
        if loops && n == 1 {
            author.repeat(*output, &mut body);
        }
        author.store(*output, &mut body);
    }
    author.code.body = body;
    let Author { mut dice, code, .. } = author;
    let domain = [2 + dice.roll(9) as i64, 3, 3];
    let mut arrays: HashMap<FieldId, Array> = HashMap::new();
    for (id, container) in draft.fields.iter() {
        let mut array = Array::zeros(container.dtype, container.axes, 1, domain, halo);
        let [i, j, k] = array.points();
        for point in (k.0..k.1).flat_map(|z| (j.0..j.1).flat_map(move |y| (i.0..i.1).map(move |x| [x, y, z]))) {
            array.set(point, 0, dice.value(container.dtype));
        }
        arrays.insert(id, array);
    }
    let kind = if dice.roll(4) == 0 { MapKind::Any } else { MapKind::Vector };
    let order = if dice.roll(4) == 0 { [Axis::K, Axis::J, Axis::I] } else { [Axis::I, Axis::J, Axis::K] };
    let mut graph = draft.nodes(vec![Node::Tasklet { label: "random".into(), code: code.clone() }]);
    for axis in order {
        let kind = if axis == Axis::I { kind } else { MapKind::Any };
        graph = draft.nodes(vec![draft.map(axis, Range::full(), kind, &[], graph)]);
    }
    let kernel = draft.kernel(Region { allocs: vec![], graph });
    let given: Vec<(FieldId, Array)> = draft.fields.ids().map(|id| (id, arrays[&id].clone())).collect();
    let mut reference = Reference { code: &code, domain, scalars: &scalar_values, arrays: &mut arrays };
    for point in (0..3).flat_map(|z| (0..3).flat_map(move |y| (0..domain[0]).map(move |x| [x, y, z]))) {
        reference.run(point);
    }
    for gap in [false, true] {
        let results = run(&kernel, domain, &scalar_values, given.clone(), gap);
        for (id, got) in draft.fields.ids().zip(&results) {
            let [i, j, k] = got.points();
            for p in (k.0..k.1).flat_map(|z| (j.0..j.1).flat_map(move |y| (i.0..i.1).map(move |x| [x, y, z]))) {
                let name = &draft.fields[id].name;
                assert!(
                    got.get(p, 0) == arrays[&id].get(p, 0),
                    "seed {seed}: %{name}{p:?} gap {gap}: {:?}, not {:?}\n{code:#?}",
                    got.get(p, 0),
                    arrays[&id].get(p, 0)
                );
            }
        }
    }
}

#[test]
fn random_tasklets_mean_what_they_say() {
    (1..=120).for_each(check);
}
