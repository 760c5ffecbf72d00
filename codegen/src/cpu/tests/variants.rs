//! Which variant of the code a launch gets: strided code is for the launches that need it, and short rows do not.

use crate::cpu::Kernel;
use crate::cpu::testing::{Draft, Guarded, load, push, run, store};
use tradewind_dataflow::plan::LaunchId;
use tradewind_dataflow::{MapKind, Node, Op, Region, TaskletCode};
use tradewind_ir::array::{Array, each};
use tradewind_ir::{Axes, Axis, BinaryOp, Bound, DType, Domain, Extent, FieldId, Range, Value};

/// An array in which every element is another number.
fn numbered(dtype: DType, domain: Domain) -> Array {
    let mut array = Array::zeros(dtype, Axes::IJK, 1, domain, Extent::ZERO);
    for (n, point) in each(array.points()).enumerate() {
        array.set(point, 0, Value::F64(n as f64 - 20.0));
    }
    array
}

/// Maps over K (parallel) and J around maps along I on these ranges, each of which adds another power of two.
fn sums(draft: &Draft, dtype: DType, input: FieldId, output: FieldId, ranges: &[Range]) -> Node {
    let mut rows = Vec::new();
    for (n, range) in ranges.iter().enumerate() {
        let mut code = TaskletCode::default();
        let here = load(&mut code, dtype, input, [0, 0, 0]);
        let more = push(&mut code, dtype, Op::Const(Value::F64(f64::from(1 << n) / 8.0).cast(dtype)));
        let sum = push(&mut code, dtype, Op::Binary(BinaryOp::Add, here, more));
        store(&mut code, output, sum);
        let point = draft.nodes(vec![Node::Tasklet { label: "sum".into(), code }]);
        rows.push(draft.map(Axis::I, range.clone(), MapKind::Vector, &[], point));
    }
    let inner = draft.nodes(rows);
    let inner = draft.nodes(vec![draft.map(Axis::J, Range::full(), MapKind::Any, &[], inner)]);
    draft.map(Axis::K, Range::full(), MapKind::Parallel, &[], inner)
}

/// The launches whose strided code has been compiled.
fn strided(kernel: &Kernel) -> Vec<bool> {
    (0..kernel.launches().len()).map(|n| kernel.has_strided(LaunchId(n as u32))).collect()
}

#[test]
fn short_rows_have_their_own_loops_in_contiguous_code() {
    let (lo, hi) = (Bound::start, Bound::end);
    let short = [Range::new(lo(0), lo(1)), Range::new(hi(-1), hi(0)), Range::new(lo(1), lo(4)), Range::new(hi(-4), hi(-1))];
    let some = Range { lo: vec![lo(2), hi(-3)], hi: vec![hi(0), lo(5)] };
    let ranges = [&[Range::full()], &short[..], &[some]].concat();
    for dtype in [DType::F64, DType::F32] {
        let mut draft = Draft::new();
        let input = draft.field("in", dtype, Axes::IJK, Extent::ZERO);
        let output = draft.field("out", dtype, Axes::IJK, Extent::ZERO);
        let root = Region { allocs: vec![], graph: draft.nodes(vec![sums(&draft, dtype, input, output, &ranges)]) };
        let kernel = draft.kernel(root);
        for columns in (4..19).rev() {
            let domain = [columns, 3, 2];
            let a = numbered(dtype, domain);
            let out = Array::zeros(dtype, Axes::IJK, 1, domain, Extent::ZERO);
            let results = run(&kernel, domain, &[], vec![(input, a.clone()), (output, out)], false);
            for point in each(a.points()) {
                let inside = |range: &Range| (range.at(columns).0..range.at(columns).1).contains(&point[0]);
                let last = ranges.iter().rposition(inside).expect("the first is the whole row");
                let want = a.get(point, 0).expect("a point").as_f64() + f64::from(1 << last) / 8.0;
                assert_eq!(results[1].get(point, 0).map(Value::as_f64), Some(want), "{dtype} {columns} {point:?}");
            }
            // The last range has up to three points. Of doubles these are more than a vector, except on seven columns, where it has one.
            assert_eq!(strided(&kernel), [dtype == DType::F64 && columns <= 7], "{dtype} {columns}");
        }
    }
}

#[test]
fn strided_code_is_compiled_for_the_launches_that_need_it() {
    let dtype = DType::F64;
    let mut draft = Draft::new();
    let fields = ["a", "b", "c", "d"].map(|name| draft.field(name, dtype, Axes::IJK, Extent::ZERO));
    let [a, b, c, d] = fields;
    let column = Range::new(Bound::start(0), Bound::start(1));
    let nests = vec![
        sums(&draft, dtype, a, b, &[Range::full()]),
        sums(&draft, dtype, b, c, &[Range::full()]),
        sums(&draft, dtype, c, d, &[column]),
    ];
    let kernel = draft.kernel(Region { allocs: vec![], graph: draft.nodes(nests) });
    let prepare = |domain: Domain, with_gap: Option<FieldId>| {
        let mut frame = kernel.frame(domain);
        let mut guarded = fields.map(|id| (id, Guarded::new(numbered(dtype, domain), Some(id) == with_gap)));
        guarded.iter_mut().for_each(|(id, memory)| frame.set_field(*id, memory.view()));
        assert_eq!(kernel.prepare(&frame), Ok(()));
    };
    prepare([9, 2, 2], None);
    assert_eq!(strided(&kernel), [false, false, false]);
    prepare([9, 2, 2], Some(a));
    assert_eq!(strided(&kernel), [true, false, false]);
    // One point is less than a vector, and a column is as long as ever.
    prepare([1, 2, 2], None);
    assert_eq!(strided(&kernel), [true, true, false]);
    prepare([9, 2, 2], Some(d));
    assert_eq!(strided(&kernel), [true, true, true]);
}
