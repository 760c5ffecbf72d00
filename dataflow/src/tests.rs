//! Graphs of whole stencils, as text. `TRADEWIND_BLESS=1` writes the expected texts anew.

use crate::interpret::{Options, run};
use crate::{Graph, from_tree, passes, text};
use std::path::{Path, PathBuf};
use tradewind_ir::array::each;
use tradewind_ir::pass::run_passes;
use tradewind_ir::{Array, Domain, Param, Sources, Value, Verified, Verify};
use tradewind_schedule::{lift, preset};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cpu").join(name)
}

/// The graph of a stencil with a preset, verified.
fn graph(name: &str, preset: &str) -> Verified<Graph> {
    let text = std::fs::read_to_string(path(&format!("{name}.oir"))).unwrap();
    let source = Sources::default().add(name, text.as_str());
    let program = tradewind_ir::text::parse(&text, source).unwrap().into_program().verify().unwrap();
    let (tree, _) = preset::by_name(preset).unwrap().apply(lift(&program));
    from_tree(&tree.verify().unwrap()).verify().unwrap()
}

fn expect(graph: &Graph, name: &str) {
    let (found, path) = (graph.to_string(), path(name));
    let again = text::parse(&found, Sources::default().add(name, found.as_str())).unwrap();
    assert_eq!(again.to_string(), found);
    assert_eq!(again.check(), []);
    if std::env::var_os("TRADEWIND_BLESS").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(&path).unwrap_or_default(), "{name}");
}

#[test]
fn conversion() {
    for name in ["hdiff", "thomas", "masks"] {
        for preset in ["naive", "cpu"] {
            expect(&graph(name, preset), &format!("{name}.{preset}.graph"));
        }
    }
}

/// Arrays for a graph's fields, filled with numbers that look random.
pub(crate) fn arguments(graph: &Graph, domain: Domain) -> (Vec<Array>, Vec<Value>) {
    let mut state = 1u64;
    let mut next = move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        Value::F64((state >> 40) as f64 / (1 << 20) as f64 - 4.0)
    };
    let (mut fields, mut scalars) = (Vec::new(), Vec::new());
    for param in &graph.params {
        match param {
            Param::Field(id) => {
                let c = &graph.fields[*id];
                let mut array = Array::zeros(c.dtype, c.axes, domain, c.extent);
                each(array.points()).for_each(|point| assert!(array.set(point, next())));
                fields.push(array);
            }
            Param::Scalar(_) => scalars.push(next()),
        }
    }
    (fields, scalars)
}

/// What a graph computes, twice: with its maps ascending and descending.
pub(crate) fn results(graph: &Verified<Graph>, domain: Domain) -> Vec<Vec<Value>> {
    let [up, down] = [false, true].map(|descending| {
        let (mut fields, scalars) = arguments(graph, domain);
        run(graph, domain, &mut fields, &scalars, Options { descending, ..Options::default() }).unwrap();
        fields.iter().map(|a| each(a.points()).filter_map(|point| a.get(point)).collect()).collect::<Vec<_>>()
    });
    assert_eq!(up, down);
    up
}

#[test]
fn every_schedule_and_pass_computes_the_same() {
    for name in ["hdiff", "thomas", "masks"] {
        let (naive, cpu) = (graph(name, "naive"), graph(name, "cpu"));
        let (optimized, _) = run_passes(cpu.clone(), &passes::ALL, &mut |_, _| {}).unwrap();
        expect(&optimized, &format!("{name}.optimized.graph"));
        for domain in [[7, 5, 6], [3, 1, 2], [4, 3, 3]] {
            let expected = results(&naive, domain);
            assert_eq!(results(&cpu, domain), expected, "{name} {domain:?}");
            assert_eq!(results(&optimized, domain), expected, "optimized {name} {domain:?}");
        }
    }
}
