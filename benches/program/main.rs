//! Whole programs against their stencils one by one, and against C++ by hand: what compiling them together gains.
//!
//!     cargo bench --bench program             all; or some of `NAMES`: cargo bench --bench program -- chain acoustic
//!     cargo bench --bench program -- --bars   with the bars beside the figures; exit code 1 if one is missed
//!     cargo bench --bench program -- --against=BINARY     programs by this build and by an older one of this bench, by turns
//!
//! All ways to run a program use the same arrays and run by turns. Before anything is timed, the program and its stencils one by one
//! give the same bits, and the C++ the same numbers up to rounding. Times are medians, in milliseconds of one step (of one call for
//! the examples); ratios are medians of the rounds' ratios with an interval of 95 %. Bytes are those that loop nests read and
//! write, in a step; both sides of a branch count. Bytes between L1 and L2, L2 and L3, L3 and memory are those of the program, counted as
//! it runs through caches of this computer.
//!
//! What bounds a program stands beside it: the time in which its compulsory bytes pass between cores and memory at this computer's
//! bandwidth, and that of its steps one by one for as many points in cache, measured on a small domain in the same rounds.

mod by_hand;
mod cases;
mod table;

#[path = "../measure/against.rs"]
mod against;
#[path = "../measure/apart.rs"]
mod apart;
#[path = "../measure/bar.rs"]
mod bar;
#[path = "../measure/cores.rs"]
mod cores;
#[path = "../measure/estimate.rs"]
mod estimate;
#[path = "../measure/examples.rs"]
mod examples;
#[path = "../measure/paired.rs"]
mod paired;
#[path = "../measure/programs.rs"]
mod programs;
#[path = "../measure/sides.rs"]
mod sides;
#[path = "../measure/source.rs"]
mod source;
#[path = "../measure/subject.rs"]
mod subject;
#[path = "../measure/words.rs"]
mod words;

use by_hand::ByHand;
use cases::Case;
use paired::Rounds;
use sides::Sides;
use std::path::Path;
use std::time::{Duration, Instant};
use table::{BY_HAND, IN_CACHE, ONE_BY_ONE, Row};
use tradewind::Error;
use tradewind::ir::{Array, Domain, Value};

/// What can be asked for.
const NAMES: [&str; 6] = ["chain", "step", "transport", "fv_transport", "acoustic", "examples"];
const DOMAINS: [Domain; 2] = [[128, 128, 80], [256, 256, 80]];
const DOMAINS_OF_EXAMPLES: [Domain; 4] = [[32, 32, 40], [64, 64, 40], [128, 128, 40], [256, 256, 40]];
/// A domain whose fields the caches hold.
const SMALL: Domain = [48, 48, 16];
const TIME: Duration = Duration::from_secs(4);

fn main() {
    bar::end(measure())
}

/// Whether a bar was missed.
fn measure() -> Result<bool, Error> {
    let (words, _) = words::read(include_str!("main.rs"), &["--bars", "--against="], &NAMES, false);
    let (bars, wanted) = (words.option("--bars").is_some(), |name: &str| words.wants(name));
    if let Some(older) = words.option("--against=") {
        against::compare(Path::new(older), NAMES.into_iter().filter(|name| wanted(name)))?;
        return Ok(false);
    }
    println!("{}", table::head());
    let mut missed = false;
    for case in cases::named()?.iter().filter(|case| wanted(&case.subject.name)) {
        if let Some(Err(why)) = &case.by_hand {
            println!("{}: nothing by hand: {}", case.subject.name, why.trim_end());
        }
        missed |= measure_case(case, &DOMAINS, bars)?;
    }
    if wanted("examples") {
        for case in cases::examples()? {
            missed |= measure_case(&case, &DOMAINS_OF_EXAMPLES, bars)?;
        }
    }
    Ok(missed)
}

fn measure_case(case: &Case, domains: &[Domain], bars: bool) -> Result<bool, Error> {
    let mut missed = false;
    for domain in domains {
        for threads in [1, 2] {
            let (arrays, scalars) = case.subject.input(*domain);
            let mut sides = Sides::new(case.subject.compiled.clone(), *domain, threads, arrays, scalars)?;
            sides.check()?;
            let by_hand = case.by_hand.as_ref().and_then(|found| found.as_ref().ok());
            by_hand.map_or(Ok(()), |by_hand| check_by_hand(case, by_hand, &mut sides, (*domain, threads)))?;
            let (arrays, scalars) = case.subject.input(SMALL);
            let mut small = Sides::new(case.subject.compiled.clone(), SMALL, threads, arrays, scalars)?;
            let rounds = Rounds::measure(if by_hand.is_some() { 4 } else { 3 }, TIME, |way| match (way, by_hand) {
                (BY_HAND, Some(by_hand)) => time_by_hand(case, by_hand, &mut sides, (*domain, threads)),
                (ONE_BY_ONE, _) => sides.one_by_one(),
                (IN_CACHE, _) => small.one_by_one().map(|seconds| seconds * points(*domain) / points(SMALL)),
                _ => sides.program(),
            })?;
            let row = Row { case, sides: &sides, domain: *domain, threads, rounds, bars: bars.then_some(case.bars) };
            println!("{}", row.line());
            missed |= row.is_missed();
        }
    }
    Ok(missed)
}

fn points(domain: Domain) -> f64 {
    domain.iter().map(|n| *n as f64).product()
}

/// The seconds of a run of the C++.
fn time_by_hand(case: &Case, by_hand: &ByHand, sides: &mut Sides, place: (Domain, usize)) -> Result<f64, Error> {
    sides.restore();
    let scalars: Vec<f64> = sides.scalars.iter().map(|s| Value::as_f64(*s)).collect();
    let (domain, threads) = place;
    let start = Instant::now();
    by_hand.run(&mut sides.fields, &scalars, domain, threads, case.subject.steps).map_err(Error::File)?;
    Ok(start.elapsed().as_secs_f64())
}

/// Compares the results of the C++, which may contract operations, with those of the program.
fn check_by_hand(case: &Case, by_hand: &ByHand, sides: &mut Sides, place: (Domain, usize)) -> Result<(), Error> {
    let (domain, count) = (place.0, sides.whole.signature().fields.len());
    let inside = |arrays: &[Array]| -> Vec<f64> {
        arrays[..count].iter().flat_map(|array| array.read::<f64>(domain.map(|n| (0, n)), 0)).collect()
    };
    sides.program()?;
    let expected = inside(&sides.fields);
    time_by_hand(case, by_hand, sides, place)?;
    let found = inside(&sides.fields);
    let same = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * (1.0 + a.abs());
    match expected.iter().zip(&found).all(same) {
        true => Ok(()),
        false => Err(Error::File(format!("the C++ by hand of `{}` gives other results than the program", case.subject.name))),
    }
}
