//! `tradewind run`: runs a whole program as described in a run file, with progress, a report and pictures.

use crate::cli::picture::Picture;
use crate::cli::report::{Findings, Snapshot};
use crate::cli::runfile::{Moment, RunFile};
use crate::cli::{Failure, NumericsOption, Outcome, WarningOptions, colour, decisions, sensible};
use indicatif::{ProgressBar, ProgressStyle};
use signal_hook::consts::SIGINT;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tradewind::differential::check_memory;
use tradewind::ir::diagnostic::render;
use tradewind::ir::{Array, Value};
use tradewind::{CallError, CallErrorKind, CallOptions, Compiled, Error, FieldReader, Observer, Settings, Toolchain};

#[derive(clap::Args)]
pub struct Arguments {
    /// The run file, see examples/transport/run.toml
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

/// Runs the command.
pub fn main(arguments: &Arguments) -> Outcome {
    let run = RunFile::read(&arguments.file)?;
    let mut settings = Settings { warnings: arguments.warnings.policy(), ..Settings::default() };
    for (name, text) in run.externals() {
        settings = settings.external(&name, &text).map_err(|e| Failure::Input(format!("error: external `{name}`: {e}")))?;
    }
    if let Some(mode) = &run.numerics {
        settings = settings.numerics(mode).map_err(|e| Failure::Input(format!("error: {}: {e}", arguments.file.display())))?;
    }
    settings = arguments.numerics.chosen(settings)?;
    settings = settings.schedule(&run.schedule)?.machine(&arguments.machine)?;
    settings = settings.domain(run.domain()).map_err(Failure::Input)?;
    settings.threads = (run.threads > 0).then(|| sensible(run.threads));
    let threads = settings.threads;
    let toolchain = Toolchain::new(settings);
    let compiled = toolchain.open(&run.source)?.program(&run.program)?;
    if !compiled.warnings().is_empty() {
        eprintln!("{}\n", render(&compiled.sources(), compiled.warnings(), colour()));
    }
    let mut arrays = allocate(&run, &compiled)?;
    let scalars = scalars(&run, &compiled)?;
    check_names(&run, &compiled)?;

    let options = CallOptions {
        domain: Some(run.domain()),
        threads,
        origins: compiled.signature().fields.iter().zip(&arrays).map(|(f, a)| (f.name.clone(), origin(a))).collect(),
        ..CallOptions::default()
    };
    let mut watcher = Watcher::new(&run, !arguments.json);
    let placement = options.place(compiled.signature()).map_err(Error::from)?;
    let call = compiled.signature().arguments(&mut arrays, &scalars).map_err(Failure::Input)?;
    let asked_to_stop = on_interrupt()?;
    let start = Instant::now();
    let outcome = compiled.call_observed(&call, &placement, &mut watcher, &mut || asked_to_stop.load(Ordering::Relaxed));
    let elapsed = start.elapsed();
    drop(call);
    let interrupted = match outcome {
        Err(error) if error.kind == CallErrorKind::Interrupted => Some(error),
        other => other.map(|()| None).map_err(Error::from)?,
    };
    watcher.finish(&compiled, &arrays);

    let pictures = save_pictures(&run, &watcher.seen, interrupted.is_none())?;
    let none = BTreeMap::new();
    let at = |moment: Moment| watcher.seen.get(&moment).unwrap_or(&none);
    let findings = Findings::new(&run, at(Moment::Start), at(Moment::End));
    let (steps, total) = (watcher.done.max(1), watcher.total);
    if arguments.json {
        print_json(&run, &findings, &compiled, elapsed, (steps, interrupted.is_some()), &pictures);
    } else {
        print_summary(&run, &compiled, elapsed, steps);
        findings.print();
        if !pictures.is_empty() {
            say!("\npictures {}", pictures.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(" "));
        }
    }
    if let Some(error) = interrupted {
        let message = format!("error[{}]: {error}, after {} of {total} steps", error.code, watcher.done);
        return Err(Failure::Interrupted(message));
    }
    match findings.failed.as_slice() {
        [] => Ok(()),
        failed => Err(Failure::Input(format!("error: {}", failed.join("\nerror: ")))),
    }
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
    let fields = &compiled.signature().fields;
    if let Some(name) = run.fields.keys().find(|name| !fields.iter().any(|f| f.name == **name)) {
        return Err(unknown("[fields]", name, fields.iter().map(|f| f.name.as_str())));
    }
    check_memory(compiled, run.domain())?;
    let mut arrays = Vec::new();
    for field in fields {
        let array = Array::try_zeros(field.dtype, field.axes, field.components(), run.domain(), field.halo);
        let mut array = array.map_err(|error| Error::from(CallError::from(error)))?;
        if let Some(start) = run.fields.get(&field.name) {
            let filled = start.fill(&mut array, field.interfaces, run.domain());
            filled.map_err(|e| Failure::Input(format!("error: [fields] {}: {e}", field.name)))?;
        }
        arrays.push(array);
    }
    Ok(arrays)
}

fn scalars(run: &RunFile, compiled: &Compiled) -> Result<Vec<Value>, Failure> {
    let wanted = &compiled.signature().scalars;
    if let Some(name) = run.scalars.keys().find(|name| !wanted.iter().any(|s| s.name == **name)) {
        return Err(unknown("[scalars]", name, wanted.iter().map(|s| s.name.as_str())));
    }
    let value = |name: &str| match run.scalars.get(name) {
        Some(toml::Value::Integer(v)) => Ok(Value::I64(*v)),
        Some(toml::Value::Float(v)) => Ok(Value::F64(*v)),
        Some(toml::Value::Boolean(v)) => Ok(Value::Bool(*v)),
        Some(other) => Err(Failure::Input(format!("error: [scalars] {name} = {other}: write a number, true or false"))),
        None => Err(Failure::Input(format!("error: [scalars] has no value for the program's argument `{name}`"))),
    };
    wanted.iter().map(|s| value(&s.name)).collect()
}

fn check_names(run: &RunFile, compiled: &Compiled) -> Outcome {
    let fields = &compiled.signature().fields;
    let report = &run.report;
    let named = report.mass.iter().chain(&report.range).chain(report.exact.keys()).map(|name| ("[report]", name));
    for (place, name) in named.chain(run.pictures.iter().map(|p| ("[[pictures]]", &p.field))) {
        if !fields.iter().any(|f| f.name == *name) {
            return Err(unknown(place, name, fields.iter().map(|f| f.name.as_str())));
        }
    }
    for pictures in &run.pictures {
        pictures.section(run.domain).map_err(|e| Failure::Input(format!("error: [[pictures]] of {}: {e}", pictures.field)))?;
    }
    Ok(())
}

fn unknown<'a>(place: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Failure {
    let known: Vec<_> = known.collect();
    Failure::Input(format!("error: {place} names `{name}`, which is not in the program; the program has {}", known.join(", ")))
}

/// Shows progress, and keeps the fields that the report and the pictures need.
struct Watcher<'a> {
    run: &'a RunFile,
    wanted: BTreeSet<&'a str>,
    bar: ProgressBar,
    /// Iterations that are done, and all.
    done: i64,
    total: i64,
    seen: BTreeMap<Moment, BTreeMap<String, Snapshot>>,
}

impl<'a> Watcher<'a> {
    fn new(run: &'a RunFile, show: bool) -> Watcher<'a> {
        let report = &run.report;
        let named = report.mass.iter().chain(&report.range).chain(report.exact.keys());
        let wanted = named.chain(run.pictures.iter().map(|p| &p.field)).map(String::as_str).collect();
        let bar = if show { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} steps, {elapsed} gone, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Watcher { run, wanted, bar, done: 0, total: 0, seen: BTreeMap::new() }
    }

    fn keep(&mut self, moment: Moment, value: impl Fn(&str, [i64; 3]) -> Option<Value>) {
        let [ni, nj, nk] = self.run.domain();
        let points = || (0..nk).flat_map(move |k| (0..nj).flat_map(move |j| (0..ni).map(move |i| [i, j, k])));
        let snapshot = |name: &str| points().filter_map(|p| value(name, p)).map(Value::as_f64).collect();
        let kept = self.wanted.iter().map(|name| (name.to_string(), snapshot(name))).collect();
        self.seen.insert(moment, kept);
    }

    fn finish(&mut self, compiled: &Compiled, arrays: &[Array]) {
        self.bar.finish_and_clear();
        let fields = &compiled.signature().fields;
        self.keep(Moment::End, |name, point| arrays[fields.iter().position(|f| f.name == name)?].get(point, 0));
    }
}

impl Observer for Watcher<'_> {
    fn iteration(&mut self, done: i64, total: i64, fields: &FieldReader) {
        (self.done, self.total) = (done, total);
        self.bar.set_length(total.max(0) as u64);
        self.bar.set_position(done.max(0) as u64);
        if done == 0 {
            self.keep(Moment::Start, |name, point| fields.get(name, point));
        }
        if done == (total + 1) / 2 {
            self.keep(Moment::Half, |name, point| fields.get(name, point));
        }
    }
}

/// Draws what was seen; of the end only if the run has come there.
fn save_pictures(
    run: &RunFile,
    seen: &BTreeMap<Moment, BTreeMap<String, Snapshot>>,
    ended: bool,
) -> Result<Vec<PathBuf>, Failure> {
    let mut saved = Vec::new();
    for wanted in &run.pictures {
        let section = wanted.section(run.domain).map_err(Failure::Input)?;
        let (width, height) = section.size(run.domain);
        let values = |moment: Moment| Some(section.values(seen.get(&moment)?.get(&wanted.field)?, run.domain));
        let first = wanted.at.first().and_then(|m| values(*m)).unwrap_or_default();
        let own = first.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(*v), high.max(*v)));
        let range = wanted.range.map_or(own, |[low, high]| (low, high));
        let failed =
            |e: std::io::Error| Failure::Input(format!("error: cannot write pictures to {}: {e}", wanted.directory.display()));
        std::fs::create_dir_all(&wanted.directory).map_err(failed)?;
        for moment in wanted.at.iter().filter(|moment| ended || **moment != Moment::End) {
            let Some(values) = values(*moment) else { continue };
            let title = format!("{} {section} {}", wanted.field, moment.name());
            let path = wanted.directory.join(format!("{}-{}.png", wanted.field, moment.name()));
            Picture { title: &title, values: &values, width, height, range }.save(&path).map_err(failed)?;
            saved.push(path);
        }
    }
    Ok(saved)
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn print_summary(run: &RunFile, compiled: &Compiled, elapsed: Duration, steps: i64) {
    let [ni, nj, nk] = run.domain;
    let t = compiled.timings();
    say!("{} on {ni} x {nj} x {nk} points, {steps} steps", run.program);
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
    let step = milliseconds(elapsed) / steps as f64;
    let rate = (ni as f64 * nj as f64 * nk as f64) / (step * 1e3);
    say!("ran in {:.2} s: {step:.3} ms a step, {rate:.1} million points a second", elapsed.as_secs_f64());
}

fn print_json(
    run: &RunFile,
    findings: &Findings,
    compiled: &Compiled,
    elapsed: Duration,
    (steps, interrupted): (i64, bool),
    pictures: &[PathBuf],
) {
    let t = compiled.timings();
    let report = serde_json::json!({
        "program": run.program,
        "numerics": decisions::numerics(&compiled.stages().numerics),
        "domain": run.domain,
        "steps": steps,
        "interrupted": interrupted,
        "seconds": elapsed.as_secs_f64(),
        "milliseconds_per_step": milliseconds(elapsed) / steps as f64,
        "compile_milliseconds": {
            "frontend": milliseconds(t.frontend),
            "program": milliseconds(t.program),
            "schedule": milliseconds(t.schedule),
            "dataflow": milliseconds(t.dataflow),
            "codegen": milliseconds(t.codegen),
            "total": milliseconds(t.total()),
        },
        "fields": findings,
        "pictures": pictures,
    });
    say!("{report:#}");
}
