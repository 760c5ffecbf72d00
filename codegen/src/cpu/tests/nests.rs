//! Loops and memory: ranges, tails, offsets, temporaries in scratch, host sweeps.

use crate::cpu::testing::{Draft, load, over_k, push, run, store};
use tradewind_dataflow::{ComponentIndex, Inst, KOffset, MapKind, Node, Op, Region, TaskletCode};
use tradewind_ir::array::Array;
use tradewind_ir::{Axes, Axis, BinaryOp, Bound, DType, Domain, Extent, Range, Value};

const HALO: Extent = Extent([(-1, 1), (-1, 1), (0, 0)]);

/// An array in which every element is another number.
pub(super) fn numbered(dtype: DType, axes: Axes, domain: Domain, halo: Extent) -> Array {
    let mut array = Array::zeros(dtype, axes, 1, domain, halo);
    let [i, j, k] = array.points();
    for (n, point) in points([i, j, k]).enumerate() {
        array.set(point, 0, Value::F64(((n * 7919) % 1009) as f64 * 0.37 - 100.0));
    }
    array
}

fn points(range: [(i64, i64); 3]) -> impl Iterator<Item = [i64; 3]> {
    let [i, j, k] = range;
    (k.0..k.1).flat_map(move |z| (j.0..j.1).flat_map(move |y| (i.0..i.1).map(move |x| [x, y, z])))
}

fn interior(domain: Domain) -> impl Iterator<Item = [i64; 3]> {
    points(domain.map(|n| (0, n)))
}

fn at(array: &Array, [i, j, k]: [i64; 3], [di, dj, dk]: [i64; 3]) -> f64 {
    array.get([i + di, j + dj, k + dk], 0).map_or(f64::NAN, Value::as_f64)
}

#[test]
fn a_laplacian_is_exact_for_all_lengths_of_rows_and_strides() {
    for dtype in [DType::F64, DType::F32] {
        let mut draft = Draft::new();
        let input = draft.field("in", dtype, Axes::IJK, HALO);
        let output = draft.field("out", dtype, Axes::IJK, Extent::ZERO);
        let mut code = TaskletCode::default();
        let here = load(&mut code, dtype, input, [0, 0, 0]);
        let four = push(&mut code, dtype, Op::Const(Value::F64(-4.0).cast(dtype)));
        let mut sum = push(&mut code, dtype, Op::Binary(BinaryOp::Mul, four, here));
        for offset in [[-1, 0, 0], [1, 0, 0], [0, -1, 0], [0, 1, 0]] {
            let side = load(&mut code, dtype, input, offset);
            sum = push(&mut code, dtype, Op::Binary(BinaryOp::Add, sum, side));
        }
        store(&mut code, output, sum);
        let kernel = draft.kernel(Region { allocs: vec![], graph: draft.nodes(vec![draft.pointwise(code)]) });
        for domain in (0..19).map(|n| [n, 3, 2]) {
            let a = numbered(dtype, Axes::IJK, domain, HALO);
            let out = Array::zeros(dtype, Axes::IJK, 1, domain, Extent::ZERO);
            for gap in if domain[0] > 0 { vec![false, true] } else { vec![false] } {
                let results = run(&kernel, domain, &[], vec![(input, a.clone()), (output, out.clone())], gap);
                for p in interior(domain) {
                    let round = |x: f64| if dtype == DType::F32 { f64::from(x as f32) } else { x };
                    let sides = [[-1, 0, 0], [1, 0, 0], [0, -1, 0], [0, 1, 0]].map(|o| at(&a, p, o));
                    let want = sides.into_iter().fold(round(-4.0 * at(&a, p, [0, 0, 0])), |sum, side| round(sum + side));
                    assert_eq!(at(&results[1], p, [0, 0, 0]), want, "{dtype} {domain:?} {p:?} gap {gap}");
                }
            }
        }
    }
}

#[test]
fn a_recurrence_over_levels_runs_in_every_nesting() {
    let domain = [7, 3, 5];
    let f64 = DType::F64;
    for backward in [false, true] {
        // From outside in; `J` is parallel, so that `k` outside it is the host's.
        for nesting in ["kji", "Jki", "jik", "kJi"] {
            let mut draft = Draft::new();
            let input = draft.field("in", f64, Axes::IJK, Extent::ZERO);
            let output = draft.field("out", f64, Axes::IJK, Extent([(0, 0), (0, 0), (-1, 1)]));
            let mut code = TaskletCode::default();
            let before = load(&mut code, f64, output, [0, 0, if backward { 1 } else { -1 }]);
            let here = load(&mut code, f64, input, [0, 0, 0]);
            let half = push(&mut code, f64, Op::Const(Value::F64(0.5)));
            let half = push(&mut code, f64, Op::Binary(BinaryOp::Mul, before, half));
            let sum = push(&mut code, f64, Op::Binary(BinaryOp::Add, half, here));
            store(&mut code, output, sum);
            let mut graph = draft.nodes(vec![Node::Tasklet { label: "sum".into(), code }]);
            for axis in nesting.chars().rev() {
                let (axis, kind) = match axis {
                    'k' => {
                        graph = draft.nodes(vec![over_k(backward, Region { allocs: vec![], graph })]);
                        continue;
                    }
                    'i' => (Axis::I, MapKind::Vector),
                    'J' => (Axis::J, MapKind::Parallel),
                    _ => (Axis::J, MapKind::Any),
                };
                graph = draft.nodes(vec![draft.map(axis, Range::full(), kind, &[], graph)]);
            }
            let kernel = draft.kernel(Region { allocs: vec![], graph });
            let a = numbered(f64, Axes::IJK, domain, Extent::ZERO);
            let out = numbered(f64, Axes::IJK, domain, Extent([(0, 0), (0, 0), (-1, 1)]));
            for gap in [false, true] {
                let results = run(&kernel, domain, &[], vec![(input, a.clone()), (output, out.clone())], gap);
                let mut want = out.clone();
                let mut levels: Vec<i64> = (0..domain[2]).collect();
                if backward {
                    levels.reverse();
                }
                for k in levels {
                    for p in points([(0, domain[0]), (0, domain[1]), (k, k + 1)]) {
                        let before = at(&want, p, [0, 0, if backward { 1 } else { -1 }]);
                        want.set(p, 0, Value::F64(before * 0.5 + at(&a, p, [0, 0, 0])));
                    }
                }
                assert!(results[1] == want, "{nesting} backward {backward} gap {gap}");
            }
        }
    }
}

#[test]
fn rows_in_scratch_and_registers_hold_what_one_iteration_makes() {
    let domain = [9, 4, 3];
    let f64 = DType::F64;
    let wide = Extent([(-1, 1), (0, 0), (0, 0)]);
    let mut draft = Draft::new();
    let input = draft.field("in", f64, Axes::IJK, Extent([(-2, 2), (0, 0), (0, 0)]));
    let output = draft.field("out", f64, Axes::IJK, Extent::ZERO);
    let row = draft.temporary("row", f64, Axes::I, wide);
    let register = draft.temporary("register", f64, Axes::NONE, Extent::ZERO);
    let second = |code: &mut TaskletCode, field, out| {
        let (a, b) = (load(code, f64, field, [-1, 0, 0]), load(code, f64, field, [1, 0, 0]));
        let sum = push(code, f64, Op::Binary(BinaryOp::Sub, a, b));
        store(code, out, sum);
    };
    let (mut first, mut then, mut last) = (TaskletCode::default(), TaskletCode::default(), TaskletCode::default());
    second(&mut first, input, row);
    second(&mut then, row, register);
    let value = load(&mut last, f64, register, [0, 0, 0]);
    store(&mut last, output, value);
    let tasklet = |label: &str, code| Node::Tasklet { label: label.into(), code };
    let make = draft.nodes(vec![tasklet("first", first)]);
    let make = draft.map(Axis::I, Range::new(Bound::start(-1), Bound::end(1)), MapKind::Vector, &[], make);
    let take = draft.nodes(vec![tasklet("then", then), tasklet("last", last)]);
    let take = draft.map(Axis::I, Range::full(), MapKind::Vector, &[register], take);
    let rows = draft.map(Axis::J, Range::full(), MapKind::Parallel, &[row], draft.nodes(vec![make, take]));
    let body = draft.nodes(vec![rows]);
    let levels = draft.nodes(vec![over_k(false, Region { allocs: vec![], graph: body })]);
    let kernel = draft.kernel(Region { allocs: vec![], graph: levels });
    let a = numbered(f64, Axes::IJK, domain, Extent([(-2, 2), (0, 0), (0, 0)]));
    let out = Array::zeros(f64, Axes::IJK, 1, domain, Extent::ZERO);
    for gap in [false, true] {
        let results = run(&kernel, domain, &[], vec![(input, a.clone()), (output, out.clone())], gap);
        for p in interior(domain) {
            let row = |d: i64| at(&a, p, [d - 1, 0, 0]) - at(&a, p, [d + 1, 0, 0]);
            assert_eq!(at(&results[1], p, [0, 0, 0]), row(-1) - row(1), "{p:?} gap {gap}");
        }
    }
}

#[test]
fn data_dependent_levels_are_clamped_and_predicates_keep_what_was_there() {
    let domain = [5, 2, 4];
    let (f64, i32) = (DType::F64, DType::I32);
    let mut draft = Draft::new();
    let input = draft.field("in", f64, Axes::IJK, Extent::ZERO);
    let index = draft.field("index", i32, Axes::IJ, Extent::ZERO);
    let output = draft.field("out", f64, Axes::IJK, Extent::ZERO);
    let mut code = TaskletCode::default();
    let by = load(&mut code, i32, index, [0, 0, 0]);
    let value = push(
        &mut code,
        f64,
        Op::Load { field: input, offset: [0, 0], k: KOffset::Relative(by), component: ComponentIndex::Constant(0) },
    );
    let limit = push(&mut code, f64, Op::Const(Value::F64(0.0)));
    let predicate = push(&mut code, DType::Bool, Op::Binary(BinaryOp::Gt, value, limit));
    code.body.push(Inst::Store {
        field: output,
        k: KOffset::Constant(0),
        component: ComponentIndex::Constant(0),
        value,
        predicate: Some(predicate),
    });
    let kernel = draft.kernel(Region { allocs: vec![], graph: draft.nodes(vec![draft.pointwise(code)]) });
    let a = numbered(f64, Axes::IJK, domain, Extent::ZERO);
    let out = numbered(f64, Axes::IJK, domain, Extent::ZERO);
    let mut levels = Array::zeros(i32, Axes::IJ, 1, domain, Extent::ZERO);
    for (n, p) in points([(0, 5), (0, 2), (0, 1)]).enumerate() {
        levels.set(p, 0, Value::I32([0, 1, -1, 2, 7, -9, i32::MAX, i32::MIN, 3, -2][n]));
    }
    for gap in [false, true] {
        let arrays = vec![(input, a.clone()), (index, levels.clone()), (output, out.clone())];
        let results = run(&kernel, domain, &[], arrays, gap);
        for p in interior(domain) {
            let k = (p[2] + at(&levels, p, [0, 0, 0]) as i64).clamp(0, domain[2] - 1);
            let value = at(&a, [p[0], p[1], k], [0, 0, 0]);
            let want = if value > 0.0 { value } else { at(&out, p, [0, 0, 0]) };
            assert_eq!(at(&results[2], p, [0, 0, 0]), want, "{p:?} gap {gap}");
        }
    }
}
