//! How long programs of many calls take to compile, by stage, and how much memory; and what the larger ones gain when they run.
//!
//!     cargo bench --bench scale                          all kinds and sizes; or some: cargo bench --bench scale -- core 50 100
//!     cargo bench --bench scale -- --bars                with the bars beside the figures; exit code 1 if one is missed
//!     cargo bench --bench scale -- --limit=60            gives a program up after so many seconds, and larger ones with it
//!     cargo bench --bench scale -- --write=FOLDER        keeps the sources
//!
//! Each program compiles in a process of its own. The growth is the exponent p of the processor time ~ calls^p since the
//! line before; processor time is that of all threads.

mod child;
mod generate;
mod work;

#[path = "../measure/apart.rs"]
mod apart;
#[path = "../measure/bar.rs"]
mod bar;
#[path = "../measure/estimate.rs"]
mod estimate;
#[path = "../measure/examples.rs"]
mod examples;
#[path = "../measure/paired.rs"]
mod paired;
#[path = "../measure/sides.rs"]
mod sides;
#[path = "../measure/source.rs"]
mod source;
#[path = "../measure/words.rs"]
mod words;

use bar::Verdict;
use child::{Outcome, Report};
use estimate::Estimate;
use generate::{KINDS, Kind};
use std::time::Duration;
use tradewind::{Error, Settings, Toolchain};
use words::Words;
use work::STAGES;

const SIZES: [usize; 6] = [50, 100, 200, 400, 800, 2500];

/// Calls, the seconds that they may take to compile, and the bytes.
const BARS: [(usize, f64, f64); 2] = [(400, 1.5, 500e6), (2500, 10.0, 2e9)];
/// The bytes of a program's own fields and temporaries, over those that are alive at once.
const ARENA_BAR: f64 = 1.15;
/// Seconds for each program of the examples.
const EXAMPLE_BAR: f64 = 0.1;
/// The program of so many calls, over its calls one by one.
const RUN_BAR: (usize, f64) = (100, 1.0);

/// A program that takes less than this is compiled several times, for the best time.
const SHORT: f64 = 2.0;
const RUNS: usize = 3;
/// An example is compiled so many times.
const RUNS_OF_EXAMPLES: usize = 7;
/// Runs may take so many times the limit of compiling.
const RUN_LIMIT: u32 = 4;

struct Options {
    bars: bool,
    limit: Duration,
    write: Option<String>,
    words: Words,
    sizes: Vec<usize>,
}

fn main() {
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).chain(["examples"]).collect();
    let options = ["--bars", "--limit=", "--write=", "--child="];
    let (words, sizes) = words::read(include_str!("main.rs"), &options, &names, true);
    let limit = words.option("--limit=").and_then(|seconds| seconds.parse().ok()).unwrap_or(60);
    let (bars, write) = (words.option("--bars").is_some(), words.option("--write=").map(str::to_string));
    let work = words.option("--child=").map(str::to_string);
    let asked = Options { bars, limit: Duration::from_secs(limit), write, words, sizes };
    let ended = match work {
        Some(work) => child_work(&work, &asked).map(|()| false),
        None => measure(&asked),
    };
    bar::end(ended)
}

/// The work of a process that [`child::run`] started.
fn child_work(work: &str, asked: &Options) -> Result<(), Error> {
    let number = |n: usize| asked.sizes.get(n).copied().unwrap_or(1);
    let kind = KINDS.iter().find(|kind| asked.words.wants(kind.name)).unwrap_or(&KINDS[0]);
    match work {
        "run" => work::run(kind, number(0), number(1)),
        _ => work::compile(kind, number(0)),
    }
}

/// Whether a bar was missed.
fn measure(options: &Options) -> Result<bool, Error> {
    let sizes = if options.sizes.is_empty() { SIZES.to_vec() } else { options.sizes.clone() };
    let kinds = KINDS.iter().filter(|kind| options.words.wants(kind.name));
    let mut missed = false;
    println!("{}", cells(["kind", "calls"].into_iter().chain(STAGES).chain(["total ms", "CPU ms", "MB", "growth", "arena"])));
    for kind in kinds.clone() {
        missed |= compiling(kind, &sizes, options)?;
    }
    println!("\na run of {} calls on 64x64x80: ms, ms of its calls one by one, ratio, MB moved by both", RUN_BAR.0);
    for kind in kinds {
        for threads in [1, 2] {
            missed |= running(kind, threads, options)?;
        }
    }
    if options.words.wants("examples") {
        missed |= compiling_examples(options)?;
    }
    Ok(missed)
}

/// Compiles programs of a kind, from small to large, until one takes too long.
fn compiling(kind: &Kind, sizes: &[usize], options: &Options) -> Result<bool, Error> {
    let (mut missed, mut before) = (false, None);
    for calls in sizes.iter().copied() {
        if let Some(folder) = &options.write {
            let path = std::path::Path::new(folder).join(format!("{}_{calls}.py", kind.name));
            let written = std::fs::write(&path, generate::source(kind, calls));
            written.map_err(|e| Error::File(format!("cannot write {}: {e}", path.display())))?;
        }
        let report = best(kind, calls, options.limit)?;
        let number = |word: &str| report.numbers(word).map(|numbers| numbers[0]);
        let (total, processor) = (number("total"), number("processor").or(number("total")));
        let growth = before.zip(processor).map(|((calls_before, time_before), time)| {
            f64::ln(time / time_before) / f64::ln(calls as f64 / calls_before as f64)
        });
        let figure = |seconds: Option<f64>| seconds.map_or("-".to_string(), |s| format!("{:.1}", 1e3 * s));
        let stages = STAGES.iter().map(|stage| figure(number(stage)));
        let head = [kind.name.to_string(), calls.to_string()].into_iter().chain(stages);
        let tail = [
            figure(total),
            figure(number("processor")),
            megabytes(report.memory),
            growth.map_or("-".to_string(), |p| format!("{p:.2}")),
            number("arena").map_or("-".to_string(), |ratio| format!("{ratio:.3}")),
        ];
        let (verdict, is_missed) = verdict_on(calls, total, &report, options.bars);
        println!("{}{}{verdict}", cells(head.chain(tail)), remark(&report, options.limit));
        missed |= is_missed;
        before = processor.map(|time| (calls, time));
        if report.outcome == Outcome::TooLong {
            println!("{} larger ones are not tried", cells([kind.name]));
            return Ok(missed || options.bars);
        }
    }
    Ok(missed)
}

/// The report of the quickest of some runs.
fn best(kind: &Kind, calls: usize, limit: Duration) -> Result<Report, Error> {
    let arguments = ["--child=compile".to_string(), kind.name.to_string(), calls.to_string()];
    let once = || child::run(&arguments, limit).map_err(|e| Error::File(format!("cannot start a process: {e}")));
    let total = |report: &Report| report.numbers("total").map_or(f64::INFINITY, |numbers| numbers[0]);
    let mut best = once()?;
    for _ in 1..RUNS {
        if total(&best) < SHORT {
            let other = once()?;
            best = if total(&other) < total(&best) { other } else { best };
        }
    }
    Ok(best)
}

/// What the bars have to say about a program of so many calls, and whether one is missed.
fn verdict_on(calls: usize, total: Option<f64>, report: &Report, bars: bool) -> (String, bool) {
    let Some((_, seconds, bytes)) = BARS.iter().find(|(of, ..)| *of == calls && bars) else {
        return (String::new(), false);
    };
    let time = verdict(total.unwrap_or(f64::INFINITY), *seconds);
    let memory = verdict(report.memory.unwrap_or(0.0), *bytes);
    let arena = verdict(report.numbers("arena").map_or(f64::INFINITY, |numbers| numbers[0]), ARENA_BAR);
    let said = format!("  bars {seconds} s {time}, {:.0} MB {memory}, arena {ARENA_BAR} {arena}", bytes / 1e6);
    (said, [time, memory, arena].contains(&Verdict::Missed))
}

/// Runs a program and its calls one by one.
fn running(kind: &Kind, threads: usize, options: &Options) -> Result<bool, Error> {
    let (calls, bar) = RUN_BAR;
    let arguments = ["--child=run".to_string(), kind.name.to_string(), calls.to_string(), threads.to_string()];
    let report = child::run(&arguments, options.limit * RUN_LIMIT);
    let report = report.map_err(|e| Error::File(format!("cannot start a process: {e}")))?;
    let head = format!("{:<9} {threads} threads", kind.name);
    let numbers = |word: &str| report.numbers(word);
    let (Some([program, one_by_one]), Some([moved, moved_one_by_one]), Some([median, low, high])) =
        (numbers("times"), numbers("moved"), numbers("ratio"))
    else {
        println!("{head}{}", remark(&report, options.limit * RUN_LIMIT));
        return Ok(options.bars);
    };
    let ratio = Estimate { median: *median, low: *low, high: *high };
    let verdict = Verdict::on(ratio, bar);
    let said = if options.bars { format!("  bar {bar:.2} {verdict}") } else { String::new() };
    let bytes = [*moved, *moved_one_by_one].map(|bytes| megabytes(Some(bytes)));
    println!("{head} {program:>10.1} {one_by_one:>10.1}   {ratio} {:>8} {:>8}{said}", bytes[0], bytes[1]);
    Ok(options.bars && verdict == Verdict::Missed)
}

/// Compiles the programs of the examples and of `benches/program`.
fn compiling_examples(options: &Options) -> Result<bool, Error> {
    println!("\nthe programs of the examples and of benches/program: milliseconds");
    let mut missed = false;
    for (name, text) in examples::sources()?.into_iter().chain([source::source("benches/program/programs.py")?]) {
        let load = || Toolchain::new(Settings::default()).load(&name, &text);
        for program in load().programs() {
            let mut least = f64::INFINITY;
            for _ in 0..RUNS_OF_EXAMPLES {
                least = least.min(load().program(&program)?.timings().total().as_secs_f64());
            }
            let verdict = verdict(least, EXAMPLE_BAR);
            let said = if options.bars { format!("  bar {:.0} {verdict}", 1e3 * EXAMPLE_BAR) } else { String::new() };
            println!("{program:<10} {:>10.1}{said}", 1e3 * least);
            missed |= options.bars && verdict == Verdict::Missed;
        }
    }
    Ok(missed)
}

/// The verdict on a figure that was measured once.
fn verdict(figure: f64, bar: f64) -> Verdict {
    Verdict::on(Estimate::of(std::iter::once(figure)), bar)
}

fn remark(report: &Report, limit: Duration) -> String {
    match report.outcome {
        Outcome::Done => String::new(),
        Outcome::TooLong => format!("  over {} s", limit.as_secs()),
        Outcome::Failed => "  failed".to_string(),
    }
}

fn megabytes(bytes: Option<f64>) -> String {
    bytes.map_or("-".to_string(), |bytes| format!("{:.0}", bytes / 1e6))
}

fn cells<T: std::fmt::Display>(cells: impl IntoIterator<Item = T>) -> String {
    let cell = |(n, cell)| if n == 0 { format!("{cell:<9}") } else { format!("{cell:>9}") };
    cells.into_iter().enumerate().map(cell).collect::<Vec<_>>().join(" ")
}
