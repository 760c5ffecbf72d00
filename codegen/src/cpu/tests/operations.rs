//! Every operation on every type, at the values where things go wrong: one point at a time, in vectors, and in vectors of two
//! lanes where four would fit.

use crate::cpu::Settings;
use crate::cpu::testing::{Draft, load, push, run, store};
use tradewind_dataflow::{MapKind, Node, Op, Region, TaskletCode, ValueId};
use tradewind_ir::array::Array;
use tradewind_ir::{Axes, Axis, BinaryOp, DType, Extent, FieldId, Native, Range, UnaryOp, Value, eval};

/// An operation as the language defines it.
type Meaning = Box<dyn Fn([Value; 3]) -> Value>;

/// A case: what prints on failure, type of the result, the operation on values `a`, `b` and `c`, its meaning.
struct Case {
    name: String,
    result: DType,
    op: Box<dyn Fn([ValueId; 3]) -> Op>,
    meaning: Meaning,
}

fn cases(dtype: DType) -> Vec<Case> {
    let mut cases = Vec::new();
    for (op, symbol) in BinaryOp::SYMBOLS {
        let result = if op.is_comparison() || matches!(op, BinaryOp::And | BinaryOp::Or) { DType::Bool } else { dtype };
        let meaning: Meaning = Box::new(move |[a, b, _]| eval::binary(op, a, b));
        cases.push(Case { name: symbol.into(), result, op: Box::new(move |[a, b, _]| Op::Binary(op, a, b)), meaning });
    }
    for (op, name) in [(UnaryOp::Neg, "-"), (UnaryOp::Not, "not")] {
        let result = if op == UnaryOp::Not { DType::Bool } else { dtype };
        let meaning: Meaning = Box::new(move |[a, ..]| eval::unary(op, a));
        cases.push(Case { name: name.into(), result, op: Box::new(move |[a, ..]| Op::Unary(op, a)), meaning });
    }
    for to in DType::ALL {
        let meaning: Meaning = Box::new(move |[a, ..]| a.cast(to));
        cases.push(Case { name: format!("to {to}"), result: to, op: Box::new(|[a, ..]| Op::Cast(a)), meaning });
    }
    // Of integers and booleans, the language has these alone.
    let whole = [Native::Abs, Native::Min, Native::Max];
    for (native, name, arity) in Native::TABLE {
        if !dtype.is_float() && (!whole.contains(&native) || dtype == DType::Bool) {
            continue;
        }
        let result = if native.is_predicate() { DType::Bool } else { dtype };
        let meaning: Meaning = Box::new(move |args| eval::call(native, &args[..arity]));
        let op = move |[a, b, c]: [ValueId; 3]| match arity {
            1 => Op::Call1(native, a),
            2 => Op::Call2(native, a, b),
            _ => Op::Call3(native, a, b, c),
        };
        cases.push(Case { name: name.into(), result, op: Box::new(op), meaning });
    }
    cases
}

/// Numbers at which operations change their behaviour, in a type.
fn specials(dtype: DType) -> Vec<Value> {
    let floats = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        -0.5,
        1.5,
        -2.5,
        2.5,
        3.0,
        -7.25,
        0.49999999999999994,
        0.1,
        -0.3,
        1e-310,
        -1e300,
        1e300,
        4.5e15,
        26.75,
        171.5,
        -170.5,
        700.0,
        2147483648.5,
        -2147483649.5,
        9.3e18,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];
    let mut values: Vec<Value> = floats.iter().map(|x| Value::F64(*x).cast(dtype)).collect();
    let whole = [i64::MIN, i64::MAX, i64::from(i32::MIN), i64::from(i32::MAX), -128, 127, 2, -3];
    values.extend(whole.iter().map(|n| Value::I64(*n).cast(dtype)));
    values.sort_by_key(|v| v.bits());
    values.dedup();
    values
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Manner {
    Scalar,
    Vector,
    /// With a double in the same computation.
    Wide,
    /// In vectors, with no instruction that some processors lack.
    Portable,
}

fn check(dtype: DType, manner: Manner) {
    let mut draft = Draft::new();
    let field = |draft: &mut Draft, name: &str, dtype| draft.field(name, dtype, Axes::IJK, Extent::ZERO);
    let inputs = ["a", "b", "c"].map(|name| field(&mut draft, name, dtype));
    let (wide_in, wide_out) = (field(&mut draft, "wide_in", DType::F64), field(&mut draft, "wide_out", DType::F64));
    let mut nests = Vec::new();
    let cases: Vec<(Case, FieldId)> =
        cases(dtype).into_iter().map(|c| (field(&mut draft, &c.name, c.result), c)).map(|(f, c)| (c, f)).collect();
    for (case, out) in &cases {
        let mut code = TaskletCode::default();
        let operands = inputs.map(|input| load(&mut code, dtype, input, [0, 0, 0]));
        let result = push(&mut code, case.result, (case.op)(operands));
        store(&mut code, *out, result);
        if manner == Manner::Wide {
            let wide = load(&mut code, DType::F64, wide_in, [0, 0, 0]);
            store(&mut code, wide_out, wide);
        }
        let kind = if manner == Manner::Scalar { MapKind::Any } else { MapKind::Vector };
        let inner = draft.nodes(vec![Node::Tasklet { label: case.name.clone(), code }]);
        nests.push(draft.map(Axis::I, Range::full(), kind, &[], inner));
    }
    let settings = Settings { portable: manner == Manner::Portable, ..Settings::default() };
    let kernel = draft.kernel_for(Region { allocs: vec![], graph: draft.nodes(nests) }, settings);
    let values = specials(dtype);
    let pairs = values.iter().flat_map(|x| values.iter().map(move |y| (*x, *y))).enumerate();
    // All pairs, with a third operand that is another one each time.
    let third = |n: usize| values[(5 * n + n / values.len()) % values.len()];
    let triples: Vec<[Value; 3]> = pairs.map(|(n, (x, y))| [x, y, third(n)]).collect();
    let domain = [triples.len() as i64, 1, 1];
    let array = |dtype| Array::zeros(dtype, Axes::IJK, 1, domain, Extent::ZERO);
    let mut arrays = vec![(wide_in, array(DType::F64)), (wide_out, array(DType::F64))];
    for (at, input) in inputs.into_iter().enumerate() {
        let mut values = array(dtype);
        for (n, triple) in triples.iter().enumerate() {
            values.set([n as i64, 0, 0], 0, triple[at]);
        }
        arrays.push((input, values));
    }
    arrays.extend(cases.iter().map(|(case, out)| (*out, array(case.result))));
    let results = run(&kernel, domain, &[], arrays, false);
    for ((case, _), result) in cases.iter().zip(&results[5..]) {
        for (n, triple) in triples.iter().enumerate() {
            let (got, want) = (result.get([n as i64, 0, 0], 0), (case.meaning)(*triple));
            assert_eq!(got, Some(want), "{manner:?} {} of {triple:?}", case.name);
        }
    }
}

#[test]
fn one_point_at_a_time() {
    DType::ALL.into_iter().for_each(|dtype| check(dtype, Manner::Scalar));
}

#[test]
fn several_points_at_a_time() {
    for dtype in DType::ALL {
        check(dtype, Manner::Vector);
        check(dtype, Manner::Wide);
        check(dtype, Manner::Portable);
    }
}
