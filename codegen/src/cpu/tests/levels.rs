//! Several loops over one axis, and windows: compiled code against the interpreter.

use super::nests::numbered;
use crate::cpu::testing::{Draft, load, run, store};
use crate::cpu::{Kernel, Settings};
use std::collections::BTreeSet;
use std::path::Path;
use tradewind_dataflow::interpret::{self, Options};
use tradewind_dataflow::{Graph, Map, MapKind, Node, Region, SequentialLoop, TaskletCode, text};
use tradewind_ir::array::{Array, each};
use tradewind_ir::{
    Axes, Axis, Blocking, Bound, DType, Domain, Extent, FieldId, Param, Range, RollingWindow, Scope, SourceId, Value, Verified,
    Verify,
};

/// The arguments of a graph as they are after a run of the interpreter.
pub(super) fn interpreted(graph: &Verified<Graph>, domain: Domain, scalars: &[Value], descending: bool) -> Vec<Array> {
    let fields = graph.fields.values().filter(|c| c.scope == Scope::Argument);
    let mut arrays: Vec<Array> = fields.map(|c| numbered(c.dtype, c.axes, domain, c.extent)).collect();
    let done = interpret::run(graph, domain, &mut arrays, scalars, Options { descending, ..Options::default() });
    done.unwrap_or_else(|e| panic!("{e:?}\n{}", **graph));
    arrays
}

/// The same by compiled code; with `gap`, I is not contiguous.
fn compiled(graph: &Graph, kernel: &Kernel, domain: Domain, scalars: &[Value], gap: bool) -> Vec<Array> {
    let private: BTreeSet<FieldId> = kernel.launches().iter().flat_map(|l| &l.private).map(|p| p.field).collect();
    let placed = graph.fields.iter().filter(|(id, c)| !c.place.is_register() && !private.contains(id));
    let arrays = placed.map(|(id, c)| {
        let (size, extent) = c.stored_size(domain);
        (id, numbered(c.dtype, c.stored_axes(), size, extent))
    });
    let arrays: Vec<(FieldId, Array)> = arrays.collect();
    let is_argument: Vec<bool> = arrays.iter().map(|(id, _)| graph.fields[*id].scope == Scope::Argument).collect();
    let results = run(kernel, domain, scalars, arrays, gap).into_iter().zip(is_argument);
    results.filter_map(|(array, is_argument)| is_argument.then_some(array)).collect()
}

/// Runs a graph in every way; the arguments must end as expected.
pub(super) fn check(graph: &Verified<Graph>, domain: Domain, scalars: &[Value], expected: &[Array], what: &str) {
    let kernel = Kernel::compile(graph, Settings { verify: true, ..Settings::default() });
    let kernel = kernel.unwrap_or_else(|e| panic!("{what}: {e:?}\n{}", **graph));
    for descending in [false, true] {
        let found = interpreted(graph, domain, scalars, descending);
        assert!(found == expected, "{what} interpreted {domain:?} descending {descending}\n{}", **graph);
    }
    for gap in [false, true] {
        let found = compiled(graph, &kernel, domain, scalars, gap);
        assert!(found == expected, "{what} compiled {domain:?} gap {gap}\n{}", **graph);
    }
}

#[test]
fn schedules_with_blocks_shifts_and_windows_compile() {
    for name in ["hdiff.rows", "hdiff.copies", "hdiff.tiles", "thomas.tiles", "sink.sweeps", "sink.slabs", "sink.blocks"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../dataflow/tests/cpu/{name}.graph"));
        let text = std::fs::read_to_string(path).unwrap();
        let graph = text::parse(&text, SourceId(0)).unwrap().verify().unwrap();
        let scalars = vec![Value::F64(3.0); graph.scalars.len()];
        for domain in [[16, 9, 7], [7, 5, 6], [3, 1, 2], [13, 3, 4], [1, 1, 1]] {
            let expected = interpreted(&graph, domain, &scalars, false);
            check(&graph, domain, &scalars, &expected, name);
        }
    }
}

/// A verified graph whose arguments are the first two containers.
pub(super) fn finish(draft: &Draft, allocs: Vec<FieldId>, nodes: Vec<Node>) -> Verified<Graph> {
    let mut graph = draft.graph(Region { allocs, graph: draft.nodes(nodes) });
    graph.params = [0, 1].map(|n| Param::Field(FieldId(n))).into_iter().chain(draft.scalars.ids().map(Param::Scalar)).collect();
    let text = graph.to_string();
    graph.verify().unwrap_or_else(|e| panic!("{e:?}\n{text}"))
}

#[test]
fn a_row_that_overwrites_what_it_reads_is_not_run_twice() {
    let mut draft = Draft::new();
    let input = draft.field("in", DType::F64, Axes::IJK, Extent([(0, 0), (-1, 0), (0, 0)]));
    let output = draft.field("out", DType::F64, Axes::IJK, Extent::ZERO);
    let one = draft.temporary("one", DType::F64, Axes::IJ, Extent([(0, 0), (-1, 0), (0, 0)]));
    let container = &mut draft.fields[one];
    (container.zero, container.place.window) = (false, Some(RollingWindow { axis: Axis::J, slots: 1 }));
    let copy = |from, offset, to| {
        let mut code = TaskletCode::default();
        let value = load(&mut code, DType::F64, from, offset);
        store(&mut code, to, value);
        Node::Tasklet { label: "copy".into(), code }
    };
    let row = |draft: &Draft, nodes| draft.map(Axis::I, Range::full(), MapKind::Vector, &[], draft.nodes(nodes));
    let at = |draft: &Draft, (axis, range): (Axis, Range), node| {
        let body = Region { allocs: vec![], graph: draft.nodes(vec![node]) };
        Node::Map(Map { axis, range, blocking: Blocking::at(0), kind: MapKind::Any, body })
    };
    let (before, inside) = (Range::new(Bound::start(-1), Bound::START), Range::full());
    let first = row(&draft, vec![copy(input, [0, 0, 0], one)]);
    // The row of %one that is read is where the next one goes.
    let second = row(&draft, vec![copy(one, [0, -1, 0], output), copy(input, [0, 0, 0], one)]);
    let rows = draft.nodes(vec![at(&draft, (Axis::J, before), first), at(&draft, (Axis::J, inside), second)]);
    let (range, blocking) = (Range::new(Bound::start(-1), Bound::END), Blocking::POINTS);
    let body = Region { allocs: vec![], graph: rows };
    let rows = Node::Loop(SequentialLoop { axis: Axis::J, range, blocking, backward: false, body });
    let levels = draft.map(Axis::K, Range::full(), MapKind::Parallel, &[one], draft.nodes(vec![rows]));
    let graph = finish(&draft, vec![], vec![levels]);
    let domain = [7, 4, 2];
    let given = numbered(DType::F64, Axes::IJK, domain, Extent([(0, 0), (-1, 0), (0, 0)]));
    let mut expected = numbered(DType::F64, Axes::IJK, domain, Extent::ZERO);
    for [i, j, k] in each(domain.map(|n| (0, n))) {
        expected.set([i, j, k], 0, given.get([i, j - 1, k], 0).unwrap());
    }
    check(&graph, domain, &[], &[given, expected], "one row");
}
