//! How well the cost model ranks schedules: of random legal ones of each kernel and program, predicted and measured.
//!
//!     cargo bench --bench model             all; or some: cargo bench --bench model -- hdiff chain
//!     cargo bench --bench model -- --each   with a line for each schedule, the fastest first
//!     cargo bench --bench model -- --bars   with the bars beside the figures; exit code 1 if one is missed
//!
//! The schedules of a program run by turns, on the same arrays, on one thread. Those whose predicted time is more than twice that of preset
//! `cpu` are left out, for nobody would consider them. The rank correlation is Spearman's. `choice` is the schedule of least predicted
//! time and `preset` that of preset `cpu`: their times over that of the fastest schedule, with an interval of 95 %.

mod draw;
mod table;

#[path = "../measure/bar.rs"]
mod bar;
#[path = "../measure/estimate.rs"]
mod estimate;
#[path = "../measure/kernels.rs"]
mod kernels;
#[path = "../measure/paired.rs"]
mod paired;
#[path = "../measure/programs.rs"]
mod programs;
#[path = "../measure/source.rs"]
mod source;
#[path = "../measure/subject.rs"]
mod subject;
#[path = "../measure/words.rs"]
mod words;

use draw::Drawn;
use paired::Rounds;
use std::sync::Arc;
use std::time::{Duration, Instant};
use subject::Subject;
use table::{Row, median};
use tradewind::ir::{Array, Diagnostic, Domain, Program, Sources, Value, Verified, Verify};
use tradewind::{CallOptions, Compiled, Error, MachineChoice, Placement, Settings, Toolchain, ToolchainSteps};

const DOMAINS: [Domain; 2] = [[128, 128, 80], [256, 256, 80]];
/// For each program and domain, about.
const TIME: Duration = Duration::from_secs(6);
/// Steps of a call of a program.
const STEPS: i64 = 2;
/// What the median of all rank correlations may be at least.
const CORRELATION: f64 = 0.7;

fn main() {
    bar::end(measure())
}

/// Whether a bar was missed.
fn measure() -> Result<bool, Error> {
    let subjects = subjects()?;
    let names: Vec<&str> = subjects.iter().map(|subject| subject.name.as_str()).collect();
    let (words, _) = words::read(include_str!("main.rs"), &["--bars", "--each"], &names, false);
    let bars = words.option("--bars").is_some();
    println!("{}", table::head());
    let (mut missed, mut correlations) = (false, Vec::new());
    for subject in subjects.iter().filter(|subject| words.wants(&subject.name)) {
        for domain in DOMAINS {
            let row = row(subject, domain)?;
            println!("{}", row.line(bars));
            if words.option("--each").is_some() {
                print!("{}", row.each());
            }
            missed |= row.is_missed();
            correlations.extend(row.correlation());
        }
    }
    if let Some(median) = median(&correlations) {
        let low = median < CORRELATION;
        let verdict = if low { "MISSED" } else { "holds" };
        let bar = if bars { format!(" (at least {CORRELATION}: {verdict})") } else { String::new() };
        println!("median of the rank correlations: {median:.2}{bar}");
        missed |= low;
    }
    Ok(missed && bars)
}

/// All that can be asked for.
fn subjects() -> Result<Vec<Subject>, Error> {
    let mut all = kernels::kernels()?;
    all.extend(programs::programs()?.map(|program| Subject { steps: STEPS, ..program }));
    Ok(all)
}

/// Draws schedules of a program for a domain, and measures them.
fn row(subject: &Subject, domain: Domain) -> Result<Row, Error> {
    let machine = MachineChoice::Here.resolve(&mut Sources::default()).map_err(|found| failed(&subject.compiled, found))?;
    let target = tradewind::schedule::Target { machine, domain, threads: 1 };
    let program = &subject.compiled.stages().program;
    let drawn = draw::schedules(program, &target);
    let ways = drawn.iter().map(|one| compile(&subject.compiled, one)).collect::<Result<Vec<_>, _>>()?;
    let (input, scalars) = subject.input(domain);
    let mut sides = Sides { ways, fields: input.clone(), input, scalars, placement: Placement::default() };
    let signature = subject.compiled.signature();
    sides.placement = CallOptions { domain: Some(domain), threads: Some(1), ..CallOptions::default() }.place(signature)?;
    let rounds = Rounds::measure(sides.ways.len(), TIME, |way| sides.run(way))?;
    Ok(Row { name: subject.name.clone(), domain, steps: subject.steps, drawn, rounds })
}

/// A program with a tree of its own.
fn compile(whole: &Compiled, drawn: &Drawn) -> Result<Compiled, Error> {
    let tree = drawn.tree.clone();
    let chosen = move |_: &Verified<Program>, _: &Settings, _: &mut Sources| tree.clone().verify();
    let steps = ToolchainSteps { schedule: Box::new(chosen), ..ToolchainSteps::default() };
    let toolchain = Toolchain::with_steps(Settings::default(), steps);
    let (program, mut sources) = (whole.stages().program.clone(), Sources::clone(&whole.sources()));
    let mut stages = toolchain.stages(program, Duration::ZERO, &mut sources).map_err(|found| failed(whole, found))?;
    stages.signature = whole.signature().clone();
    Ok(Compiled::new(toolchain, stages, Arc::new(sources), Vec::new()))
}

fn failed(whole: &Compiled, diagnostics: Vec<Diagnostic>) -> Error {
    Error::Source { sources: whole.sources(), diagnostics }
}

/// All schedules of a program and their memory.
struct Sides {
    ways: Vec<Compiled>,
    fields: Vec<Array>,
    input: Vec<Array>,
    scalars: Vec<Value>,
    placement: Placement,
}

impl Sides {
    /// The seconds of a run of a schedule.
    fn run(&mut self, way: usize) -> Result<f64, Error> {
        let compiled = &self.ways[way];
        for ((info, field), input) in compiled.signature().fields.iter().zip(&mut self.fields).zip(&self.input) {
            if info.access.writes() {
                field.bytes_mut().copy_from_slice(input.bytes());
            }
        }
        let arguments = compiled.signature().arguments(&mut self.fields, &self.scalars).map_err(Error::File)?;
        let start = Instant::now();
        compiled.call_at(&arguments, &self.placement, &mut || false)?;
        Ok(start.elapsed().as_secs_f64())
    }
}
