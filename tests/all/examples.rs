//! Every stencil and program of the examples: equal to the bit on every executor, and every IR of it prints and parses back.

use crate::embed;
use crate::support::schedules;
use std::path::{Path, PathBuf};
use tradewind::ir::{HostStep, Program, ProgramStmt, Verified};
use tradewind::{Module, Settings, Toolchain, differential};

/// One tiny and odd, below one vector; one odd; one with several vectors and a remainder.
const DOMAINS: [[i64; 3]; 3] = [[3, 1, 5], [7, 5, 9], [18, 11, 12]];

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).expect("the examples are there");
        entries.filter_map(|e| Some(e.ok()?.path())).collect()
    };
    let folders = listed(&root.join("examples")).into_iter().filter(|path| path.is_dir());
    let mut files: Vec<PathBuf> = folders.flat_map(|folder| listed(&folder)).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "py"));
    files.push(root.join("benches/kernels/kernels.py"));
    files.sort();
    files
}

/// Every file of examples and benchmarks, compiled with a preset.
pub fn each_module(schedule: &str, mut test: impl FnMut(&Module)) {
    let settings = Settings::default().schedule(schedule).expect("a preset");
    let toolchain = Toolchain::new(settings);
    for file in files() {
        test(&toolchain.open(&file).expect("the file can be read"));
    }
}

/// Every stencil and program of them that calls no host function.
pub fn example_programs() -> Vec<Verified<Program>> {
    let mut found = Vec::new();
    each_module("naive", |module| {
        let stencils = module.stencils().into_iter().map(|name| module.stencil_program(&name));
        let programs = module.programs().into_iter().map(|name| module.program_ir(&name));
        found.extend(stencils.chain(programs).map(|program| program.unwrap_or_else(|e| panic!("{e}"))));
    });
    found.retain(|program| !calls_host(&program.body));
    found
}

fn calls_host(body: &[ProgramStmt]) -> bool {
    let calls = |stmt: &ProgramStmt| {
        matches!(stmt, ProgramStmt::Host(HostStep::Callback { .. }, _))
            || stmt.inner().any(|s| calls_host(std::slice::from_ref(s)))
    };
    body.iter().any(calls)
}

fn all_stencils_agree(schedule: &str) -> usize {
    let mut count = 0;
    each_module(schedule, |module| {
        for name in module.stencils() {
            let compiled = module.stencil(&name).unwrap_or_else(|e| panic!("{name}: {e}"));
            for mut domain in DOMAINS {
                domain = std::array::from_fn(|n| domain[n].max(compiled.signature().min_size[n]));
                let (arrays, scalars) = differential::random_input(compiled.signature(), domain, 11);
                let found =
                    differential::compare(&compiled, domain, &arrays, &scalars).unwrap_or_else(|e| panic!("{name}: {e}"));
                assert!(found.is_none(), "{name} on {domain:?} with schedule {schedule}: {}", found.expect("just seen"));
            }
            count += 1;
        }
    });
    count
}

#[test]
fn every_example_stencil_agrees_with_schedule_cpu() {
    assert!(all_stencils_agree("cpu") >= 25 + 6);
}

#[test]
fn every_example_stencil_agrees_with_schedule_naive() {
    all_stencils_agree("naive");
}

#[test]
fn every_ir_of_every_example_prints_and_parses_back() {
    for schedule in ["cpu", "naive"] {
        each_module(schedule, |module| {
            let stencils = module.stencils().into_iter().map(|name| module.stencil(&name));
            for compiled in stencils.chain(module.programs().into_iter().map(|name| module.program(&name))) {
                let compiled = compiled.unwrap_or_else(|e| panic!("{e}"));
                schedules::check_round_trips(compiled.stages())
                    .unwrap_or_else(|e| panic!("{}: {e}", compiled.signature().name));
            }
        });
    }
}

#[test]
fn the_embedding_example_runs() {
    embed::main().expect("the example ends well");
}
