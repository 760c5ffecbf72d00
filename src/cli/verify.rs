//! `tradewind verify`: runs every stencil on random input with every executor and compares the results to the bit.

use crate::cli::{Failure, Outcome, SourceOptions, colour, parse_domain};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;
use tradewind::{Compiled, Toolchain, differential};

/// Domains tried when none is asked for: odd and tiny, below one vector; odd; several vectors and a remainder.
const DOMAINS: [[i64; 3]; 3] = [[3, 1, 5], [7, 5, 9], [19, 12, 16]];

#[derive(clap::Args)]
pub struct Arguments {
    /// GTScript files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Only this stencil or program
    #[arg(long, value_name = "NAME")]
    stencil: Option<String>,
    /// Sizes of the domain (default: three small domains, one of them odd and tiny)
    #[arg(long, value_name = "I,J,K", value_parser = parse_domain)]
    domain: Option<[i64; 3]>,
    /// Seed of the random input
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print one JSON object per comparison
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    source: SourceOptions,
}

/// Runs the command.
pub fn main(arguments: &Arguments) -> Outcome {
    let toolchain = arguments.source.toolchain_for(arguments.domain, None)?;
    let mut tally = Tally::default();
    for file in &arguments.files {
        let module = toolchain.open(file)?;
        let stencils = module.stencils().into_iter().map(|name| (name, false));
        let items: Vec<_> = stencils.chain(module.programs().into_iter().map(|name| (name, true))).collect();
        let chosen = |name: &str| match &arguments.stencil {
            Some(wanted) => wanted == name,
            None => true,
        };
        // A file of functions only is fine among several; a name that no file has is not.
        for (name, is_program) in
            items.into_iter().filter(|(name, program)| chosen(name) && (!program || arguments.stencil.is_some()))
        {
            let compiled = if is_program { module.program(&name) } else { module.stencil(&name) };
            match compiled {
                Ok(compiled) => tally.compare(arguments, &name, &compiled)?,
                Err(error) => tally.refuse(&name, &error.render(colour())),
            }
        }
    }
    tally.close(arguments, &toolchain)
}

#[derive(Default)]
struct Tally {
    stencils: usize,
    comparisons: usize,
    failures: Vec<String>,
}

impl Tally {
    fn compare(&mut self, arguments: &Arguments, name: &str, compiled: &Compiled) -> Outcome {
        let domains = arguments.domain.map_or(DOMAINS.to_vec(), |d| vec![d]);
        let bar = if arguments.json { ProgressBar::hidden() } else { ProgressBar::new(domains.len() as u64) };
        bar.set_style(ProgressStyle::with_template("{msg} {pos}/{len}").unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message(name.to_string());
        self.stencils += 1;
        let mut results = Vec::new();
        for mut domain in domains {
            domain = std::array::from_fn(|n| domain[n].max(compiled.signature().min_size[n]));
            differential::check_memory(compiled, domain)?;
            let (arrays, scalars) = differential::random_input(compiled.signature(), domain, arguments.seed);
            let found = differential::compare(compiled, domain, &arrays, &scalars)?;
            self.comparisons += 1;
            results.push((domain, found));
            bar.inc(1);
        }
        bar.finish_and_clear();
        let compile_ms = compiled.timings().total().as_secs_f64() * 1e3;
        for (domain, found) in &results {
            if arguments.json {
                let wrong = found.as_ref().map(ToString::to_string);
                say!(
                    "{}",
                    serde_json::json!({"stencil": name, "domain": domain, "equal": wrong.is_none(), "difference": wrong, "compile_ms": compile_ms})
                );
            }
            if let Some(found) = found {
                self.failures.push(format!("error: {name} on {domain:?}: {found}"));
            }
        }
        if !arguments.json {
            let sizes: Vec<_> = results.iter().map(|([i, j, k], _)| format!("{i}x{j}x{k}")).collect();
            let word = if results.iter().all(|(_, found)| found.is_none()) { "equal to the bit" } else { "DIFFERENT" };
            say!("{name:<32} {word} on {}; compiled in {compile_ms:.1} ms", sizes.join(", "));
        }
        Ok(())
    }

    fn refuse(&mut self, name: &str, message: &str) {
        self.stencils += 1;
        self.failures.push(format!("{message}\nerror: {name} does not compile"));
    }

    fn close(self, arguments: &Arguments, toolchain: &Toolchain) -> Outcome {
        if self.stencils == 0 {
            let message = match &arguments.stencil {
                Some(name) => format!("no file has a stencil or program named `{name}`; `tradewind list FILE` shows them"),
                None => "the files contain no stencils".to_string(),
            };
            return Err(Failure::Call(message));
        }
        if !arguments.json {
            let schedule = match &toolchain.settings().schedule {
                tradewind::ScheduleChoice::Preset(name) => name,
                tradewind::ScheduleChoice::File { name, .. } => name,
            };
            say!(
                "{} stencils, {} comparisons with schedule {schedule}: {} failed",
                self.stencils,
                self.comparisons,
                self.failures.len()
            );
        }
        if self.failures.is_empty() { Ok(()) } else { Err(Failure::Input(self.failures.join("\n"))) }
    }
}
