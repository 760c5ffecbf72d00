//! `tradewind run`: runs a whole program as described in a run file, with progress, a report and pictures.

use crate::cli::convergence::{Convergence, Resolved};
use crate::cli::pictures::{self, Gallery};
use crate::cli::report::Findings;
use crate::cli::runfile::{Moment, RunFile};
use crate::cli::savings::Savings;
use crate::cli::watch::Watcher;
use crate::cli::{Failure, NumericsOption, Outcome, WarningOptions, colour, decisions, sensible};
use signal_hook::consts::SIGINT;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tradewind::differential::check_memory;
use tradewind::ir::diagnostic::render;
use tradewind::ir::{Array, Value};
use tradewind::{CallError, CallErrorKind, CallOptions, Compiled, Error, Settings, Toolchain};

#[derive(clap::Args)]
pub struct Arguments {
    /// The run file, see examples/transport/run.toml and docs/run-files.md
    #[arg(value_name = "RUN.toml")]
    file: PathBuf,
    /// Print the report as JSON, without a progress bar
    #[arg(long)]
    json: bool,
    /// The machine that a schedule is chosen for: this computer (here), the reference, or the path of a machine file
    #[arg(long, value_name = "here|reference|FILE", default_value = "here")]
    machine: String,
    #[command(flatten)]
    numerics: NumericsOption,
    #[command(flatten)]
    warnings: WarningOptions,
}

/// How a run went.
struct Done {
    elapsed: Duration,
    steps: i64,
    /// If the user has stopped it.
    interrupted: Option<Failure>,
    findings: Findings,
}

/// Runs the command.
pub fn main(arguments: &Arguments) -> Outcome {
    let run = RunFile::read(&arguments.file)?;
    let others = run.others();
    let all = || std::iter::once(&run).chain(&others);
    all().try_for_each(RunFile::check_alone)?;
    let compiled = compile(&run, arguments)?;
    if !compiled.warnings().is_empty() {
        eprintln!("{}\n", render(&compiled.sources(), compiled.warnings(), colour()));
    }
    all().try_for_each(|run| run.check(compiled.signature()))?;
    let scalars = scalars(&run, &compiled);
    let mut watcher = Watcher::new(&run, !arguments.json);
    let mut done = execute(&run, &compiled, &scalars, &mut watcher)?;
    let mut gallery = pictures::save(&run, &watcher, done.interrupted.is_none())?;
    let convergence = refine(&run, &others, &mut done, arguments)?;
    if let Some(convergence) = &convergence {
        gallery.add_convergence(&run, convergence)?;
    }
    let savings = Savings::of(&compiled, &run, &scalars);
    if arguments.json {
        print_json(&run, &compiled, &done, &savings, convergence.as_ref(), &gallery);
    } else {
        print_summary(&run, &compiled, &done);
        savings.print();
        done.findings.print();
        convergence.iter().for_each(Convergence::print);
        gallery.print();
    }
    match (done.interrupted, done.findings.failed.as_slice()) {
        (Some(interrupted), _) => Err(interrupted),
        (None, []) => Ok(()),
        (None, failed) => Err(Failure::Input(format!("error: {}", failed.join("\nerror: ")))),
    }
}

fn compile(run: &RunFile, arguments: &Arguments) -> Result<Compiled, Failure> {
    Ok(toolchain(run, arguments)?.open(&run.source)?.program(run.program.get_ref())?)
}

/// Runs on the other resolutions, unless the user stops it. What happens there that is forbidden is noted with the run of the file.
fn refine(run: &RunFile, others: &[RunFile], done: &mut Done, arguments: &Arguments) -> Result<Option<Convergence>, Failure> {
    let Some(axis) = run.refined_axis() else { return Ok(None) };
    let resolved = |run: &RunFile, done: &Done| Resolved {
        sizes: run.sizes(),
        steps: done.steps,
        elapsed: done.elapsed,
        error: done.findings.error.clone(),
    };
    let mut runs = vec![resolved(run, done)];
    for other in others {
        if done.interrupted.is_some() {
            break;
        }
        let compiled = compile(other, arguments)?;
        let found = execute(other, &compiled, &scalars(other, &compiled), &mut Watcher::new(other, !arguments.json))?;
        let size = other.sizes().map(|n| n.to_string()).join(" x ");
        done.findings.failed.extend(found.findings.failed.iter().map(|failed| format!("on {size} points: {failed}")));
        if found.interrupted.is_none() {
            runs.push(resolved(other, &found));
        }
        done.interrupted = found.interrupted;
    }
    Ok(Some(Convergence::new(runs, axis)))
}

fn toolchain(run: &RunFile, arguments: &Arguments) -> Result<Toolchain, Failure> {
    let mut settings = Settings { warnings: arguments.warnings.policy(), ..Settings::default() };
    for (name, text) in run.externals() {
        settings = settings.external(&name, &text).map_err(|e| Failure::Input(format!("error: external `{name}`: {e}")))?;
    }
    settings = run.choose_numerics(settings)?;
    settings = arguments.numerics.chosen(settings)?;
    settings = settings.schedule(&run.schedule)?.machine(&arguments.machine)?;
    settings = settings.domain(run.domain()).map_err(Failure::Input)?;
    settings.threads = (run.threads > 0).then(|| sensible(run.threads));
    Ok(Toolchain::new(settings))
}

/// Calls the program.
fn execute(run: &RunFile, compiled: &Compiled, scalars: &[Value], watcher: &mut Watcher) -> Result<Done, Failure> {
    let mut arrays = allocate(run, compiled)?;
    let options = CallOptions {
        domain: Some(run.domain()),
        threads: compiled.toolchain().settings().threads,
        origins: compiled.signature().fields.iter().zip(&arrays).map(|(f, a)| (f.name.clone(), origin(a))).collect(),
        ..CallOptions::default()
    };
    let placement = options.place(compiled.signature()).map_err(Error::from)?;
    let call = compiled.signature().arguments(&mut arrays, scalars).map_err(Failure::Input)?;
    let asked_to_stop = on_interrupt()?;
    let start = Instant::now();
    let outcome = compiled.call_observed(&call, &placement, watcher, &mut || asked_to_stop.load(Ordering::Relaxed));
    let elapsed = start.elapsed().saturating_sub(watcher.spent);
    drop(call);
    let interrupted = match outcome {
        Err(error) if error.kind == CallErrorKind::Interrupted => {
            let message = format!("error[{}]: {error}, after {} of {} steps", error.code, watcher.done, watcher.total);
            Some(Failure::Interrupted(message))
        }
        other => other.map(|()| None).map_err(Error::from)?,
    };
    watcher.finish(compiled, &arrays);
    let findings = Findings::new(run, &watcher.at(Moment::Start), &watcher.at(Moment::End));
    Ok(Done { elapsed, steps: watcher.done.max(1), interrupted, findings })
}

/// Whether the user has interrupted the command, from now on. A second time ends it at once.
fn on_interrupt() -> Result<Arc<AtomicBool>, Failure> {
    let asked = Arc::new(AtomicBool::new(false));
    let failed = |e: std::io::Error| Failure::Input(format!("error: cannot listen to signals: {e}"));
    signal_hook::flag::register_conditional_default(SIGINT, asked.clone()).map_err(failed)?;
    signal_hook::flag::register(SIGINT, asked.clone()).map_err(failed)?;
    Ok(asked)
}

fn origin(array: &Array) -> Vec<i64> {
    array.axes().iter().map(|a| array.origin()[a.index()]).collect()
}

fn allocate(run: &RunFile, compiled: &Compiled) -> Result<Vec<Array>, Failure> {
    check_memory(compiled, run.domain())?;
    let mut arrays = Vec::new();
    for field in &compiled.signature().fields {
        let array = Array::try_zeros(field.dtype, field.axes, field.components(), run.domain(), field.halo);
        let mut array = array.map_err(|error| Error::from(CallError::from(error)))?;
        run.fill(field, &mut array)?;
        arrays.push(array);
    }
    Ok(arrays)
}

/// The values of the program's scalar arguments, which the run file has.
fn scalars(run: &RunFile, compiled: &Compiled) -> Vec<Value> {
    let value = |name: &str| match run.scalars.get(name)?.get_ref() {
        toml::Value::Integer(v) => Some(Value::I64(*v)),
        toml::Value::Float(v) => Some(Value::F64(*v)),
        toml::Value::Boolean(v) => Some(Value::Bool(*v)),
        _ => None,
    };
    compiled.signature().scalars.iter().filter_map(|scalar| value(&scalar.name)).collect()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn print_summary(run: &RunFile, compiled: &Compiled, done: &Done) {
    let [ni, nj, nk] = run.sizes();
    let Done { elapsed, steps, .. } = done;
    let t = compiled.timings();
    say!("{} on {ni} x {nj} x {nk} points, {steps} steps", run.program.get_ref());
    say!(
        "compiled in {:.1} ms: front end {:.1}, program {:.1}, schedule {:.1}, dataflow {:.1}, machine code {:.1}",
        milliseconds(t.total()),
        milliseconds(t.frontend),
        milliseconds(t.program),
        milliseconds(t.schedule),
        milliseconds(t.dataflow),
        milliseconds(t.codegen)
    );
    say!("numerics {}", compiled.stages().numerics);
    let step = milliseconds(*elapsed) / *steps as f64;
    let rate = (ni as f64 * nj as f64 * nk as f64) / (step * 1e3);
    say!("ran in {:.2} s: {step:.3} ms a step, {rate:.1} million points a second", elapsed.as_secs_f64());
}

fn print_json(
    run: &RunFile,
    compiled: &Compiled,
    done: &Done,
    savings: &Savings,
    convergence: Option<&Convergence>,
    gallery: &Gallery,
) {
    let Done { elapsed, steps, interrupted, findings } = done;
    let t = compiled.timings();
    let report = serde_json::json!({
        "program": run.program.get_ref(),
        "numerics": decisions::numerics(&compiled.stages().numerics),
        "domain": run.sizes(),
        "steps": steps,
        "interrupted": interrupted.is_some(),
        "seconds": elapsed.as_secs_f64(),
        "milliseconds_per_step": milliseconds(*elapsed) / *steps as f64,
        "compile_milliseconds": {
            "frontend": milliseconds(t.frontend),
            "program": milliseconds(t.program),
            "schedule": milliseconds(t.schedule),
            "dataflow": milliseconds(t.dataflow),
            "codegen": milliseconds(t.codegen),
            "total": milliseconds(t.total()),
        },
        "savings": savings,
        "fields": findings,
        "convergence": convergence.map(Convergence::json),
        "pictures": gallery.saved,
        "not_drawn": gallery.empty,
    });
    say!("{report:#}");
}
