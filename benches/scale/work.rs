//! What the processes of this bench do: compile a program stage by stage, or run it against its calls one by one. They print a
//! line as soon as they know something.

use crate::child;
use crate::generate::{self, Kind};
use crate::paired::Rounds;
use crate::sides::Sides;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tradewind::dataflow::memory::MemoryPlan;
use tradewind::dataflow::traffic::traffic;
use tradewind::differential::random_input;
use tradewind::ir::{Domain, Value};
use tradewind::{Compiled, Error, Settings, Signature, Stages, Timings, Toolchain};

/// The stages in order, as the lines of [`compile`] name them.
pub const STAGES: [&str; 6] = ["frontend", "program", "schedule", "dataflow", "codegen", "ready"];

const DOMAIN: Domain = [64, 64, 80];
const TIME: Duration = Duration::from_secs(10);

/// Compiles a generated program. Prints the seconds of each stage after it, the sum, the processor time, the peak of memory in bytes,
/// and the bytes of its own fields and temporaries over those that are alive at once. The stage `ready` is what it takes to make the kernel
/// callable.
///
/// # Errors
/// What compiling reports.
pub fn compile(kind: &Kind, calls: usize) -> Result<(), Error> {
    let text = generate::source(kind, calls);
    let mut last = Instant::now();
    let begin = last;
    let mut stage = |n: usize| {
        println!("{} {:.6}", STAGES[n], last.elapsed().as_secs_f64());
        last = Instant::now();
    };
    let toolchain = Toolchain::new(Settings::default());
    let module = toolchain.load("big.py", &text);
    let program = Arc::new(module.program_ir(generate::NAME)?);
    stage(0);
    let mut sources = module.sources().clone();
    let wrong = |diagnostics| Error::Source { sources: Arc::new(module.sources().clone()), diagnostics };
    let rewritten = Arc::new(toolchain.program(&program, &mut sources).map_err(wrong)?);
    stage(1);
    let tree = Arc::new(toolchain.tree(&rewritten, &mut sources).map_err(wrong)?);
    stage(2);
    let graph = Arc::new(toolchain.graph(&tree, &mut sources).map_err(wrong)?);
    stage(3);
    let kernel = Arc::new(toolchain.kernel(&graph, &mut sources).map_err(wrong)?);
    stage(4);
    let signature = Signature::of(&program);
    let stages = Stages {
        rounded: program.clone(),
        numerics: Default::default(),
        program,
        rewritten,
        tree,
        graph,
        kernel,
        signature,
        timings: Timings::default(),
    };
    let compiled = Compiled::new(toolchain, stages, Arc::new(sources), Vec::new());
    stage(5);
    println!("total {:.6}", begin.elapsed().as_secs_f64());
    let stages = compiled.stages();
    let (plan, fields) = (MemoryPlan::of(&stages.graph), &stages.graph.fields);
    let [own, alive] = [plan.bytes(fields, DOMAIN), plan.alive_bytes(fields, DOMAIN)];
    println!("arena {:.4}", own / alive.max(1.0));
    child::processor("self").iter().for_each(|seconds| println!("processor {seconds}"));
    child::peak("self").iter().for_each(|bytes| println!("memory {bytes}"));
    drop(compiled);
    Ok(())
}

/// Runs a generated program and its calls one by one by turns, after both gave the same bits. Prints the milliseconds of both,
/// the bytes that their loop nests move, and the ratio of the times with its interval.
///
/// # Errors
/// What compiling and running report.
pub fn run(kind: &Kind, calls: usize, threads: usize) -> Result<(), Error> {
    let module = Toolchain::new(Settings::default()).load("big.py", &generate::source(kind, calls));
    let compiled = module.program(generate::NAME)?;
    let (arrays, _) = random_input(compiled.signature(), DOMAIN, 1);
    let mut sides = Sides::new(compiled, DOMAIN, threads, arrays, vec![Value::F64(0.5), Value::I64(1)])?;
    sides.check()?;
    let rounds = Rounds::measure(2, TIME, |way| if way == 0 { sides.program() } else { sides.one_by_one() })?;
    let ratio = rounds.ratio(0, 1);
    println!("times {:.3} {:.3}", rounds.milliseconds(0), rounds.milliseconds(1));
    let moved = traffic(&sides.whole.stages().graph, DOMAIN).moved();
    println!("moved {moved} {}", sides.apart.bytes);
    println!("ratio {:.4} {:.4} {:.4}", ratio.median, ratio.low, ratio.high);
    Ok(())
}
