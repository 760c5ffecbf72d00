//! Graphs of whole programs: as text, from the schedule trees beside them, and compared with what the programs say. `TRADEWIND_BLESS=1` writes
//! the expected texts anew.

use crate::interpret::{Options, run};
use crate::{Graph, from_tree, passes, text};
use std::path::{Path, PathBuf};
use tradewind_ir::array::each;
use tradewind_ir::interpret::run_program;
use tradewind_ir::pass::run_passes;
use tradewind_ir::{Array, Domain, Param, Program, Sources, Value, Verified, Verify};
use tradewind_schedule::{Target, lift, preset};

const NAMES: [&str; 5] = ["hdiff", "thomas", "masks", "march", "halos"];

/// Schedules with several loops over one axis and with windows, and the programs that they compute.
const LEVELS: [(&str, &str); 7] = [
    ("hdiff.rows", "hdiff"),
    ("hdiff.copies", "hdiff"),
    ("hdiff.tiles", "hdiff"),
    ("thomas.tiles", "thomas"),
    ("sink.sweeps", "sink"),
    ("sink.slabs", "sink"),
    ("sink.blocks", "sink"),
];
/// Those of them that stand beside their trees.
const LEVEL_TREES: [&str; 4] = ["hdiff.rows", "hdiff.copies", "sink.sweeps", "sink.slabs"];

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cpu").join(name)
}

fn program(name: &str) -> Verified<Program> {
    let text = std::fs::read_to_string(path(&format!("{name}.oir"))).unwrap();
    let source = Sources::default().add(name, text.as_str());
    tradewind_ir::text::parse(&text, source).unwrap().into_program().verify().unwrap()
}

/// The graph of a program with a preset, verified.
fn graph(name: &str, preset: &str) -> Verified<Graph> {
    let (tree, _) = preset::by_name(preset).unwrap().apply(lift(&program(name)), &Target::reference());
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
fn trees_become_graphs() {
    for name in NAMES.into_iter().chain(LEVEL_TREES) {
        let text = std::fs::read_to_string(path(&format!("{name}.tree"))).unwrap();
        let source = Sources::default().add(name, text.as_str());
        let tree = tradewind_schedule::text::parse(&text, source).unwrap();
        let graph = from_tree(&tree.verify().unwrap()).verify().unwrap();
        expect(&graph, &format!("{name}.graph"));
        if NAMES.contains(&name) {
            let (optimized, _) = run_passes(graph.into_inner(), &passes::ALL, &mut |_, _| {}).unwrap();
            expect(&optimized, &format!("{name}.optimized.graph"));
        }
    }
}

/// Arguments for a program, filled with numbers that look random.
fn arguments(program: &Verified<Program>, domain: Domain) -> (Vec<Array>, Vec<Value>) {
    let mut state = 1u64;
    let mut next = move || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        Value::F64((state >> 40) as f64 / (1 << 20) as f64 - 4.0)
    };
    let (summary, mut fields, mut scalars) = (program.summary(), Vec::new(), Vec::new());
    for param in &program.params {
        match param {
            Param::Field(id) => {
                let mut array = summary.storage(*id, domain).unwrap();
                each(array.points()).for_each(|point| assert!(array.set(point, 0, next())));
                fields.push(array);
            }
            Param::Scalar(id) => scalars.push(next().cast(program.scalars[*id].dtype)),
        }
    }
    (fields, scalars)
}

fn values(fields: &[Array]) -> Vec<Vec<Value>> {
    fields.iter().map(|a| each(a.points()).filter_map(|point| a.get(point, 0)).collect()).collect()
}

/// What a graph computes, its maps ascending or descending.
fn results(graph: &Verified<Graph>, program: &Verified<Program>, domain: Domain, descending: bool) -> Vec<Vec<Value>> {
    let (mut fields, scalars) = arguments(program, domain);
    run(graph, domain, &mut fields, &scalars, Options { descending, ..Options::default() }).unwrap();
    values(&fields)
}

#[test]
fn every_schedule_and_pass_computes_what_the_program_says() {
    for name in NAMES {
        let program = program(name);
        let (naive, cpu) = (graph(name, "naive"), graph(name, "cpu"));
        let (optimized, _) = run_passes(cpu.clone().into_inner(), &passes::ALL, &mut |_, _| {}).unwrap();
        for domain in [[7, 5, 6], [3, 1, 2], [4, 3, 3]] {
            let (mut fields, scalars) = arguments(&program, domain);
            run_program(&program, domain, &mut fields, &scalars, Default::default()).unwrap();
            for (graph, what) in [(&naive, "naive"), (&cpu, "cpu"), (&optimized, "optimized")] {
                for descending in [false, true] {
                    let found = results(graph, &program, domain, descending);
                    assert_eq!(found, values(&fields), "{what} {name} {domain:?}");
                }
            }
        }
    }
}

#[test]
fn loops_over_one_axis_and_windows_compute_what_the_program_says() {
    for (name, of) in LEVELS {
        let (text, program) = (std::fs::read_to_string(path(&format!("{name}.graph"))).unwrap(), program(of));
        let graph = text::parse(&text, Sources::default().add(name, text.as_str())).unwrap().verify().unwrap();
        expect(&graph, &format!("{name}.graph"));
        let (optimized, _) = run_passes(graph.clone().into_inner(), &passes::ALL, &mut |_, _| {}).unwrap();
        for domain in [[7, 5, 6], [13, 9, 5], [3, 1, 2], [4, 3, 3], [6, 4, 1]] {
            let (mut fields, scalars) = arguments(&program, domain);
            run_program(&program, domain, &mut fields, &scalars, Default::default()).unwrap();
            for (graph, what) in [(&graph, "as it is"), (&optimized, "optimized")] {
                for descending in [false, true] {
                    let found = results(graph, &program, domain, descending);
                    assert_eq!(found, values(&fields), "{name} {what} {domain:?} descending {descending}");
                }
            }
        }
    }
}
