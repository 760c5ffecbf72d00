//! Random programs, and the examples, × random schedules of up to 30 transformations × numerics modes: the interpreter, the graph interpreter and
//! machine code agree to the bit, every element is computed in the same way as in the naive schedule, every IR prints and parses
//! back, and arrays end flush against inaccessible pages. A schedule that fails is printed as a fixture, with the steps that it needs.
//!
//! `TRADEWIND_CASES=5000 TRADEWIND_SEED=7 cargo nextest run --test all properties` runs more, or the same again.

use crate::examples::example_programs;
use crate::support::generate::{self, Choices};
use crate::support::schedules::Draw;
use crate::support::{edges, minimal, provenance, schedules, sweeps};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestCaseResult, TestError, TestRng, TestRunner};
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;
use tradewind::dataflow::interpret::Conflicts;
use tradewind::ir::identify::{self, Twins};
use tradewind::ir::{
    Array, Axes, FieldId, Lifetime, Numerics, Program, ProgramField, SourceId, Sources, Stencil, Verified, Verify,
};
use tradewind::program::numerics;
use tradewind::schedule::{Tree, lift};
use tradewind::{Compiled, Settings, Signature, Toolchain, ToolchainSteps, differential, ir};

/// The number that an environment variable holds.
pub fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// What a case is made of: choices for the program, for each step of its schedule, and for sizes and values.
pub type Case = (Vec<u16>, Vec<Draw>, u64);

/// Runs cases until the wanted number has been legal; illegal ones do not count. The smallest case that fails, and why.
pub fn run_cases(usual: u64, test: impl Fn(&Case) -> TestCaseResult) -> Result<(), (String, Case)> {
    let cases = number("TRADEWIND_CASES").unwrap_or(usual) as u32;
    let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |t| t.as_nanos() as u64);
    let seed = number("TRADEWIND_SEED").unwrap_or(time);
    println!("TRADEWIND_CASES={cases} TRADEWIND_SEED={seed}");
    let config = Config { cases, max_global_rejects: cases * 50, failure_persistence: None, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let strategy = (vec(any::<u16>(), 0..160), vec(any::<Draw>(), 0..=30), any::<u64>());
    match runner.run(&strategy, |case| test(&case)) {
        Ok(()) => Ok(()),
        Err(TestError::Fail(why, case)) => Err((format!("seed {seed}: {why}"), case)),
        Err(TestError::Abort(why)) => panic!("seed {seed}: {why}"),
    }
}

pub fn legal(program: Option<Program>) -> Result<Verified<Program>, TestCaseError> {
    let program = program.ok_or(TestCaseError::reject("no finite extent"))?;
    program.verify().map_err(|found| TestCaseError::reject(found[0].message.clone()))
}

/// The program in a numerics mode: what all executors have to agree on from there on.
fn in_some_mode(program: Verified<Program>, input: u64) -> Result<Verified<Program>, TestCaseError> {
    let (mode, _) = Numerics::NAMES[(input >> 60) as usize % 3];
    Ok(numerics::apply(&program, mode).map_err(|found| TestCaseError::fail(format!("{found:?}")))?.0)
}

/// Random schedules of random programs: versions and bits are those of the naive schedule and of the interpreter. A schedule that
/// fails is printed as a fixture.
fn agree(usual: u64, program: impl Fn(&mut Choices) -> Result<Verified<Program>, TestCaseError>) {
    let made = Cell::new((0, 0));
    let failed = run_cases(usual, |(choices, draws, input)| {
        let program = in_some_mode(program(&mut Choices::new(choices))?, *input)?;
        let (tree, steps) = schedules::drawn(&lift(&program), draws);
        made.set((made.get().0 + 1, made.get().1 + steps.len()));
        compare(&program, tree, *input).map_err(TestCaseError::fail)
    });
    println!("{} schedules with {} steps", made.get().0, made.get().1);
    if let Err((why, (choices, draws, input))) = failed {
        let program = program(&mut Choices::new(&choices)).and_then(|program| in_some_mode(program, input));
        let program = program.unwrap_or_else(|_| panic!("{why}"));
        let naive = lift(&program);
        let fails = |tree: &Tree| compare(&program, tree.clone(), input).is_err();
        let fixture = minimal::fixture(&program, &naive, &schedules::drawn(&naive, &draws).1, &fails);
        panic!("{why}\n\nas a fixture:\n{fixture}");
    }
}

/// Whether a schedule gives what the program does.
fn compare(program: &Verified<Program>, tree: Tree, input: u64) -> Result<(), String> {
    let text = program.to_string();
    let parsed = ir::text::parse(&text, SourceId(0)).map_err(|d| format!("the text does not parse: {d:?}"))?.into_program();
    if parsed != **program {
        return Err("the text form changes the program".to_string());
    }
    let least = program.summary().min_size;
    let size = |n: u64, most: u64| 1 + (input >> (8 * n)) as i64 % most as i64;
    let domain = [size(0, 9).max(least[0]), size(1, 5).max(least[1]), size(2, 6).max(least[2])];
    let naive = lift(program);
    let versions = provenance::Input::new(&naive, domain, input);
    if let Some(expected) = provenance::reference(&naive, &versions) {
        provenance::confirm(&expected, &tree, &versions, provenance::Same::Results)
            .map_err(|why| format!("versions {why}\n{tree}"))?;
    }
    let steps = ToolchainSteps { schedule: schedules::given(tree), ..ToolchainSteps::default() };
    let toolchain = Toolchain::with_steps(Settings::default(), steps);
    let mut sources = Sources::default();
    let stages = toolchain.stages(Arc::new(program.clone()), Duration::ZERO, &mut sources);
    let stages = stages.map_err(|d| format!("does not compile: {d:?}"))?;
    schedules::check_round_trips(&stages)?;
    let tree = stages.tree.to_string();
    let compiled = Compiled::new(toolchain, stages, Arc::new(sources), Vec::new());
    let (arrays, scalars) = differential::random_input(compiled.signature(), domain, input);
    let mut conflicts = Conflicts::default();
    edges::trace(&compiled.stages().graph, domain, &arrays, &scalars, &mut conflicts);
    if let Some(found) = edges::unordered(&compiled.stages().graph, &conflicts) {
        return Err(format!("{found} on {domain:?}\n{tree}"));
    }
    match differential::compare(&compiled, domain, &arrays, &scalars) {
        Ok(None) => Ok(()),
        Ok(Some(found)) => Err(format!("{found} on {domain:?}\n{tree}")),
        Err(error) => Err(format!("error on {domain:?}: {error}\n{tree}")),
    }
}

#[test]
fn random_stencils_agree_on_every_executor() {
    agree(200, |choices| legal(generate::stencil(choices, "random").map(Program::of_stencil)));
}

#[test]
fn random_programs_agree_on_every_executor() {
    agree(200, |choices| legal(generate::program(choices)));
}

/// The program with two or three of its arguments, all of one type, as one field.
fn merged(program: Option<Program>, choices: &mut Choices) -> Option<Program> {
    let program = program?;
    let alike = |(_, f): &(FieldId, &ProgramField)| f.lifetime == Lifetime::Argument && f.axes == Axes::IJK;
    let alike: Vec<FieldId> = program.fields.iter().filter(alike).map(|(id, _)| id).collect();
    let mut twins = Twins::default();
    for _ in 0..1 + choices.below(2) {
        twins.add(alike[choices.below(alike.len())], alike[choices.below(alike.len())]);
    }
    if twins.is_empty() { None } else { identify::program(&program, &twins).ok() }
}

/// The first choices, for what is decided before a program is made but takes effect after.
fn first(choices: &mut Choices) -> [u16; 3] {
    [choices.below(4), choices.below(4), choices.below(4)].map(|n| n as u16)
}

#[test]
fn random_stencils_on_one_array_agree_on_every_executor() {
    agree(200, |choices| {
        let one = first(choices);
        let stencil = generate::stencil(choices, "random");
        legal(merged(stencil.map(Program::of_stencil), &mut Choices::new(&one)))
    });
}

#[test]
fn random_programs_on_one_array_agree_on_every_executor() {
    agree(200, |choices| {
        let one = first(choices);
        legal(merged(generate::program(choices), &mut Choices::new(&one)))
    });
}

#[test]
fn random_sweeps_agree_on_every_executor() {
    agree(200, |choices| {
        let text = sweeps::text(&sweeps::loops(choices));
        let mut stencil = ir::text::parse_stencil(&text, SourceId(0)).map_err(|d| TestCaseError::fail(format!("{d:?}")))?;
        if !stencil.find_extents().is_empty() {
            return Err(TestCaseError::reject("no finite extent"));
        }
        legal(Some(Program::of_stencil(stencil)))
    });
}

#[test]
fn random_schedules_of_examples_agree_on_every_executor() {
    let programs = example_programs();
    assert!(programs.len() > 30, "only {} programs were found", programs.len());
    agree(100, |choices| Ok(programs[choices.below(programs.len())].clone()));
}

/// What a stencil gives on random input.
fn result(stencil: Stencil, domain: [i64; 3], input: u64) -> Result<Vec<Array>, TestCaseError> {
    let program = legal(Some(Program::of_stencil(stencil)))?;
    let signature = Signature::of(&program);
    let fits = signature.min_size.iter().zip(domain).all(|(least, size)| *least <= size);
    prop_assume!(fits);
    let (mut arrays, scalars) = differential::random_input(&signature, domain, input);
    let ran = ir::interpret::run_program(&program, domain, &mut arrays, &scalars, ir::interpret::Options::default());
    ran.map_err(|d| TestCaseError::fail(d.message))?;
    Ok(arrays)
}

#[test]
fn random_temporaries_that_need_not_be_zero_are_written_before_they_are_read() {
    let failed = run_cases(5000, |(choices, _, input)| {
        let (loops, input) = (sweeps::loops(&mut Choices::new(choices)), *input);
        let parse = |text: &str| ir::text::parse_stencil(text, SourceId(0)).map_err(|d| TestCaseError::fail(format!("{d:?}")));
        let mut stencil = parse(&sweeps::text(&loops))?;
        prop_assume!(stencil.find_extents().is_empty());
        let zero = ir::defined::needs_zero(&stencil);
        let others = stencil.fields.iter().filter(|(id, f)| f.is_temporary() && !zero.contains(id));
        let others: Vec<&str> = others.map(|(_, f)| f.name.as_str()).collect();
        let mut filled = parse(&sweeps::text(&(sweeps::filled(&others) + &loops)))?;
        prop_assume!(filled.find_extents().is_empty());
        let domain = [1 + input as i64 % 4, 1 + (input >> 8) as i64 % 3, 1 + (input >> 16) as i64 % 5];
        let (plain, filled) = (result(stencil.clone(), domain, input)?, result(filled, domain, input)?);
        prop_assert!(plain == filled, "on {:?}, with {:?} filled before\n{}", domain, others, loops);
        Ok(())
    });
    failed.unwrap_or_else(|(why, _)| panic!("{why}"));
}
