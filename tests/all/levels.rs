//! Schedules with several loops over one axis and with windows, as graphs in files: the same result on every executor.

use std::path::Path;
use tradewind::dataflow::text::parse;
use tradewind::ir::{Code, SourceId, Sources, Verified, Verify};
use tradewind::schedule::Tree;
use tradewind::{Error, Settings, Toolchain, ToolchainSteps, differential};

/// Whether the graph in a file computes what a program in another file says.
fn check(name: &str, program: &str) {
    let read = |name: String| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("dataflow/tests/cpu").join(name);
        std::fs::read_to_string(path).expect("a fixture")
    };
    let (graph, oir) = (read(format!("{name}.graph")), read(format!("{program}.oir")));
    let graph = parse(&graph, SourceId(0)).and_then(Verify::verify).expect("a valid graph");
    let dataflow = move |_: &Verified<Tree>, _: &Settings, _: &mut Sources| Ok(graph.clone());
    let steps = ToolchainSteps { dataflow: Box::new(dataflow), ..ToolchainSteps::default() };
    let toolchain = Toolchain::with_steps(Settings::default(), steps);
    let compiled = toolchain.compile_oir(program, &oir).unwrap_or_else(|e| panic!("{name}: {e}"));
    for domain in [[32, 19, 12], [9, 4, 5], [2, 1, 1], [13, 7, 3]] {
        let (arrays, scalars) = differential::random_input(compiled.signature(), domain, 7);
        match differential::compare(&compiled, domain, &arrays, &scalars) {
            Ok(None) => {}
            Ok(Some(disagreement)) => panic!("{name} on {domain:?}: {disagreement}"),
            Err(e) => panic!("{name} on {domain:?}: {e}"),
        }
    }
}

#[test]
fn blocks_shifts_and_windows_mean_the_same_everywhere() {
    check("hdiff.rows", "hdiff");
    check("hdiff.tiles", "hdiff");
    check("thomas.tiles", "thomas");
    check("sink.sweeps", "sink");
    check("sink.slabs", "sink");
    check("sink.blocks", "sink");
}

/// What a toolchain finds that gives a stencil the graph of another one, both with `%out = %a` on an interval.
fn with_graph_of(interval: &str, other: &str) -> Vec<(Code, String)> {
    let text = |interval: &str| {
        format!(
            "stencil x(%a: field<f64, IJK>, %out: field<f64, IJK>) {{
             parallel {{ interval {interval} {{ execute {{ %out = %a }} }} }} }}"
        )
    };
    let compiled = Toolchain::new(Settings::default()).compile_oir("other", &text(other)).expect("compiles");
    let graph = compiled.stages().graph.clone();
    let dataflow = move |_: &Verified<Tree>, _: &Settings, _: &mut Sources| Ok((*graph).clone());
    let steps = ToolchainSteps { dataflow: Box::new(dataflow), ..ToolchainSteps::default() };
    match Toolchain::with_steps(Settings::default(), steps).compile_oir("x", &text(interval)) {
        Ok(_) => Vec::new(),
        Err(Error::Source { diagnostics, .. }) => diagnostics.into_iter().map(|d| (d.code, d.message)).collect(),
        Err(e) => panic!("{e}"),
    }
}

#[test]
fn a_graph_that_leaves_the_arrays_is_refused() {
    let refused = ["a", "out"]
        .map(|name| (Code::INVALID_GRAPH, format!("the schedule accesses `{name}` at points that an array need not have")));
    assert_eq!(with_graph_of("[start, end-1)", "[start, end)"), refused);
    assert_eq!(with_graph_of("[start+1, end)", "[start, end)"), refused);
    assert_eq!(with_graph_of("[start+1, end)", "[start+2, end-3)"), []);
}

/// A loop at a point whose body stands in a box: it reads `%a` where the box is, although the leaf runs one point further.
#[test]
fn what_stands_in_a_box_inside_a_loop_counts_in_the_box() {
    let text = "stencil x(%a: field<f64, IJK>, %out: field<f64, IJK>) {
        temp %t: field<f64, IJK>
        temp %n: field<i32, IJK>
        parallel { interval [start, end) {
            execute i(0,1) j(0,0) {
                %n = 0i32
                while (%n < 2i32) {
                    restrict [:end-1, :] { %t = (%a + f64(%n)) }
                    %n = (%n + 1i32)
                }
            }
            execute { %out = (%t + %t[1,0,0]) }
        } } }";
    let toolchain = Toolchain::new(Settings::default());
    let compiled = toolchain.compile_oir("x", text).unwrap_or_else(|e| panic!("{e}"));
    for domain in [[1, 1, 1], [2, 3, 1], [9, 2, 3]] {
        let (arrays, scalars) = differential::random_input(compiled.signature(), domain, 7);
        assert_eq!(arrays[0].range(tradewind::ir::Axis::I), (0, domain[0]));
        let found = differential::compare(&compiled, domain, &arrays, &scalars).unwrap_or_else(|e| panic!("{domain:?}: {e}"));
        assert!(found.is_none(), "{domain:?}");
    }
}
