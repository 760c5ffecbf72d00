//! The edges of dataflow graphs: steps that access one element have a path between them, and no edge of the transitive reduction can
//! go. The executor behind it knows of every element which steps wrote and read it last.

use crate::examples::each_module;
use crate::support::edges;
use tradewind::dataflow::interpret::Conflicts;
use tradewind::ir::Value;
use tradewind::{Compiled, differential};

/// Steps are run on this domain; or on one that is as large as a program needs.
const DOMAIN: [i64; 3] = [5, 4, 8];

/// How many edges of a compiled program are needed, and those that are not.
fn needed(compiled: &Compiled) -> (usize, Vec<String>) {
    let (graph, mut conflicts) = (&compiled.stages().graph, Conflicts::default());
    let domain = std::array::from_fn(|n| DOMAIN[n].max(compiled.signature().min_size[n]));
    let (arrays, mut scalars) = differential::random_input(compiled.signature(), domain, 1);
    // Loops take some rounds.
    scalars.iter_mut().filter(|value| value.dtype().is_int()).for_each(|value| *value = Value::I64(2).cast(value.dtype()));
    edges::trace(graph, domain, &arrays, &scalars, &mut conflicts);
    if let Some(found) = edges::unordered(graph, &conflicts) {
        panic!("{found}");
    }
    edges::needed(graph, &conflicts)
}

/// Bounds of ranges are compared for domains of any size: `[start, start+1)` and `[end-1, end)` meet in a domain of one level, which programs
/// with wider stencils do not take. Few edges are there for no other reason.
#[test]
fn the_edges_of_the_examples_are_needed_and_enough() {
    let (mut count, mut idle) = (0, Vec::new());
    for schedule in ["naive", "cpu"] {
        each_module(schedule, |module| {
            for name in module.programs() {
                let (needed, more) = needed(&module.program(&name).unwrap_or_else(|e| panic!("{name}: {e}")));
                count += needed;
                idle.extend(more);
            }
        });
    }
    assert!(count > 500 && 10 * idle.len() < count, "{count} edges are needed, {} are not:\n{}", idle.len(), idle.join("\n"));
}
