//! Random programs × random schedules: the interpreter, the graph interpreter and machine code agree to the bit, every IR
//! prints and parses back, and arrays end flush against inaccessible pages.
//!
//! `TRADEWIND_CASES=5000 TRADEWIND_SEED=7 cargo nextest run --test all properties` runs more, or the same again.

use crate::support::generate::{self, Choices};
use crate::support::{provenance, schedules, sweeps};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestCaseResult, TestRng, TestRunner};
use std::sync::Arc;
use std::time::Duration;
use tradewind::ir::identify::{self, Twins};
use tradewind::ir::{Array, Axes, FieldId, Lifetime, Program, ProgramField, SourceId, Sources, Stencil, Verified, Verify};
use tradewind::schedule::lift;
use tradewind::{Compiled, Settings, Signature, Toolchain, ToolchainSteps, differential, ir};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs cases until the wanted number has been legal; illegal ones do not count.
fn run_cases(usual: u64, test: impl Fn(&[u16], &[u16], u64) -> TestCaseResult) {
    let cases = number("TRADEWIND_CASES").unwrap_or(usual) as u32;
    let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |t| t.as_nanos() as u64);
    let seed = number("TRADEWIND_SEED").unwrap_or(time);
    println!("TRADEWIND_CASES={cases} TRADEWIND_SEED={seed}");
    let config = Config { cases, max_global_rejects: cases * 50, failure_persistence: None, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let strategy = (vec(any::<u16>(), 0..160), vec(any::<u16>(), 0..60), any::<u64>());
    if let Err(error) = runner.run(&strategy, |(program, schedule, input)| test(&program, &schedule, input)) {
        panic!("seed {seed}: {error}");
    }
}

fn legal(program: Option<Program>) -> Result<Verified<Program>, TestCaseError> {
    let program = program.ok_or(TestCaseError::reject("no finite extent"))?;
    program.verify().map_err(|found| TestCaseError::reject(found[0].message.clone()))
}

fn compare(program: Verified<Program>, schedule: &[u16], input: u64) -> TestCaseResult {
    let text = program.to_string();
    let fail = |what: &str, detail: String| TestCaseError::fail(format!("{what}\n{detail}\n{text}"));
    let parsed =
        ir::text::parse(&text, SourceId(0)).map_err(|d| fail("the text does not parse", format!("{d:?}")))?.into_program();
    prop_assert_eq!(&parsed, &*program, "the text form changed the program");

    let steps = ToolchainSteps { schedule: schedules::random(schedule.to_vec()), ..ToolchainSteps::default() };
    let toolchain = Toolchain::with_steps(Settings::default(), steps);
    let mut sources = Sources::default();
    let stages = toolchain.stages(Arc::new(program), Duration::ZERO, &mut sources);
    let stages = stages.map_err(|d| fail("does not compile", format!("{d:?}")))?;
    schedules::check_round_trips(&stages).map_err(|detail| fail("round trip", detail))?;
    let tree = stages.tree.to_string();
    let least = stages.program.summary().min_size;
    let size = |n: u64, most: u64| 1 + (input >> (8 * n)) as i64 % most as i64;
    let domain = [size(0, 9).max(least[0]), size(1, 5).max(least[1]), size(2, 6).max(least[2])];
    let naive = lift(&stages.program);
    let versions = provenance::Input::new(&naive, domain, input);
    if let Some(expected) = provenance::reference(&naive, &versions) {
        provenance::confirm(&expected, &stages.tree, &versions)
            .map_err(|detail| fail(&format!("versions {detail}"), tree.clone()))?;
    }
    let signature = Signature::of(&stages.program);
    let compiled = Compiled::new(toolchain, stages, signature, Arc::new(sources), Vec::new());
    let (arrays, scalars) = differential::random_input(compiled.signature(), domain, input);
    match differential::compare(&compiled, domain, &arrays, &scalars) {
        Ok(None) => Ok(()),
        Ok(Some(found)) => Err(fail(&format!("{found} on {domain:?}"), tree)),
        Err(error) => Err(fail(&format!("error on {domain:?}: {error}"), tree)),
    }
}

#[test]
fn random_stencils_agree_on_every_executor() {
    run_cases(200, |choices, schedule, input| {
        let stencil = generate::stencil(&mut Choices::new(choices), "random");
        compare(legal(stencil.map(Program::of_stencil))?, schedule, input)
    });
}

#[test]
fn random_programs_agree_on_every_executor() {
    run_cases(200, |choices, schedule, input| compare(legal(generate::program(&mut Choices::new(choices)))?, schedule, input));
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

#[test]
fn random_stencils_on_one_array_agree_on_every_executor() {
    run_cases(200, |choices, schedule, input| {
        let choices = &mut Choices::new(choices);
        let one = [choices.below(4), choices.below(4), choices.below(4)].map(|n| n as u16);
        let stencil = generate::stencil(choices, "random");
        compare(legal(merged(stencil.map(Program::of_stencil), &mut Choices::new(&one)))?, schedule, input)
    });
}

#[test]
fn random_programs_on_one_array_agree_on_every_executor() {
    run_cases(200, |choices, schedule, input| {
        let choices = &mut Choices::new(choices);
        let one = [choices.below(4), choices.below(4), choices.below(4)].map(|n| n as u16);
        compare(legal(merged(generate::program(choices), &mut Choices::new(&one)))?, schedule, input)
    });
}

#[test]
fn random_sweeps_agree_on_every_executor() {
    run_cases(200, |choices, schedule, input| {
        let text = sweeps::text(&sweeps::loops(&mut Choices::new(choices)));
        let mut stencil = ir::text::parse_stencil(&text, SourceId(0)).map_err(|d| TestCaseError::fail(format!("{d:?}")))?;
        prop_assume!(stencil.find_extents().is_empty());
        compare(legal(Some(Program::of_stencil(stencil)))?, schedule, input)
    });
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
    run_cases(5000, |choices, _, input| {
        let loops = sweeps::loops(&mut Choices::new(choices));
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
}
