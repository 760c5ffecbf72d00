//! The passes on the data of a program: random programs hold the same bits in all arguments, halo included, and host functions see the same,
//! before and after each pass.

use crate::properties::{legal, run_cases};
use crate::support::generate::{self, Choices};
use crate::support::steps;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestCaseResult};
use tradewind::ir::interpret::{self, Options};
use tradewind::ir::pass::run_passes;
use tradewind::ir::{Array, Program, SourceId, Value, Verified, Verify, text};
use tradewind::program::{Analyzed, passes};
use tradewind::{Settings, Signature, Toolchain, differential};

fn made(choices: &[u16], callbacks: bool) -> Result<Verified<Program>, TestCaseError> {
    let text = steps::program(&mut Choices::new(choices), callbacks);
    let parsed = text::parse(&text, SourceId(0)).map_err(|d| TestCaseError::fail(format!("{d:?}\n{text}")))?;
    legal(Some(parsed.into_program()))
}

/// What a run leaves: the arguments, and what host functions saw.
type Left = (Vec<Array>, Vec<u64>);

/// Runs a program with the interpreter. A host function sees all bits of its fields; what it writes depends on them, and its name says where.
fn run(program: &Verified<Program>, arrays: &[Array], rounds: i64, domain: [i64; 3]) -> Result<Left, String> {
    let (mut arrays, mut seen) = (arrays.to_vec(), Vec::new());
    let host = &mut |name: &str, fields: &mut [Array], _: &[Value]| {
        let bits = fields.iter().flat_map(|array| {
            let points = tradewind::ir::array::each(array.points());
            points.filter_map(|point| array.get(point, 0)).map(Value::bits).collect::<Vec<u64>>()
        });
        let tag = bits.fold(seen.len() as u64, |tag, bits| (tag ^ bits).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29));
        seen.push(tag);
        for array in fields {
            for point in tradewind::ir::array::each(array.points()) {
                let inside = point.iter().zip(domain).all(|(at, size)| (0..size).contains(at));
                let some = name == "some" && (point[0] + point[1]) % 2 == 0;
                if some || name == "all" || name == "domain" && inside || name == "halo" && !inside {
                    array.set(point, 0, Value::F64((tag % 1000) as f64 / 1000.0 + point[0] as f64));
                }
            }
        }
        Ok(())
    };
    let options = Options { callbacks: Some(host), ..Options::default() };
    interpret::run_program(program, domain, &mut arrays, &[Value::I64(rounds)], options).map_err(|d| d.message)?;
    Ok((arrays, seen))
}

fn domain_of(program: &Verified<Program>, input: u64) -> [i64; 3] {
    let least = program.summary().min_size;
    [1 + (input % 6) as i64, 1 + (input >> 8) as i64 % 5, 1 + (input >> 16) as i64 % 3]
        .map(i64::abs)
        .iter()
        .zip(least)
        .map(|(n, least)| least.max(*n))
        .collect::<Vec<_>>()
        .try_into()
        .expect("three sizes")
}

/// Each pass by itself, and all of them.
fn compare(program: &Verified<Program>, input: u64) -> TestCaseResult {
    let fail = |what: String| TestCaseError::fail(format!("{what}\n{}", **program));
    let (domain, rounds) = (domain_of(program, input), (input >> 24) as i64 % 4);
    let (arrays, _) = differential::random_input(&Signature::of(program), domain, input);
    let expected = run(program, &arrays, rounds.abs(), domain).map_err(&fail)?;
    let alone = passes::ALL.iter().map(|pass| vec![*pass]);
    for chosen in alone.chain([passes::ALL.to_vec()]) {
        let names = || chosen.iter().map(|pass| pass.name()).collect::<Vec<_>>().join(", ");
        let made = run_passes(Analyzed::of(program, [128, 128, 80]), &chosen, &mut |_, _| ());
        let made = made.map_err(|d| fail(format!("{}: {d:?}", names())))?.0.into_inner().program;
        let text = made.to_string();
        let parsed = text::parse(&text, SourceId(0)).map_err(|d| fail(format!("{d:?}")))?.into_program();
        prop_assert!(parsed == made, "the text form changes the program: {}", text);
        let made = made.verify().map_err(|d| fail(format!("{}: {d:?}", names())))?;
        let found = run(&made, &arrays, rounds.abs(), domain).map_err(&fail)?;
        if found != expected {
            let who = if found.1 == expected.1 { "an argument" } else { "a host function" };
            return Err(fail(format!("{} on {domain:?}, {rounds} rounds: {who} differs\n{}", names(), *made)));
        }
    }
    Ok(())
}

#[test]
fn passes_on_data_keep_what_arguments_hold_and_host_functions_see() {
    let failed = run_cases(3000, |(choices, _, input)| compare(&made(choices, true)?, *input));
    failed.unwrap_or_else(|(why, _)| panic!("{why}"));
}

#[test]
fn passes_on_data_agree_on_every_executor() {
    let failed = run_cases(60, |(choices, _, input)| {
        let program = made(choices, false)?;
        let toolchain = Toolchain::new(Settings::default());
        let compiled = toolchain.compile_oir("steps", &program.to_string()).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let domain = domain_of(&program, *input);
        let (arrays, scalars) = differential::random_input(compiled.signature(), domain, *input);
        let found =
            differential::compare(&compiled, domain, &arrays, &scalars).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert!(found.is_none(), "on {:?}: {}\n{}", domain, found.map(|d| d.to_string()).unwrap_or_default(), *program);
        Ok(())
    });
    failed.unwrap_or_else(|(why, _)| panic!("{why}"));
}

#[test]
fn values_at_several_points_keep_their_bits() {
    let failed = run_cases(300, |(choices, _, input)| {
        let program = legal(generate::program(&mut Choices::new(choices)))?;
        let made = run_passes(Analyzed::of(&program, [128, 128, 80]), &[&passes::ShareValues], &mut |_, _| ());
        let (made, reports) = made.map_err(|d| TestCaseError::fail(format!("{d:?}\n{}", *program)))?;
        if reports[0].changes == 0 {
            return Err(TestCaseError::reject("no value at several points"));
        }
        let made = made.into_inner().program.verify().map_err(|d| TestCaseError::fail(format!("{d:?}")))?;
        let domain = domain_of(&program, *input);
        let (arrays, scalars) = differential::random_input(&Signature::of(&program), domain, *input);
        let run = |program: &Verified<Program>| {
            let mut arrays = arrays.clone();
            let left = interpret::run_program(program, domain, &mut arrays, &scalars, Options::default());
            left.map(|()| arrays).map_err(|d| d.message)
        };
        prop_assert!(run(&program) == run(&made), "on {:?}\n{}\n{}", domain, *program, *made);
        Ok(())
    });
    failed.unwrap_or_else(|(why, _)| panic!("{why}"));
}
