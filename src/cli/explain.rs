//! `tradewind explain`: the meaning of a code, or what a schedule does and why.

use crate::cli::{Choice, Failure, Outcome, SourceOptions, decisions, parse_domain};
use std::path::Path;
use tradewind::ir::Code;
use tradewind::ir::diagnostic::explain;

#[derive(clap::Args)]
pub struct Arguments {
    /// Codes, as in `error[TW0101]`; or one GTScript file, of which the schedule is explained. Without either the command lists all
    /// codes
    #[arg(value_name = "CODE|FILE")]
    subjects: Vec<String>,
    #[command(flatten)]
    choice: Choice,
    /// Sizes of the domain that the schedule is chosen for (default: 128,128,80)
    #[arg(long, value_name = "I,J,K", value_parser = parse_domain)]
    domain: Option<[i64; 3]>,
    /// Number of threads that the schedule is chosen for (default: all of the machine)
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    source: SourceOptions,
}

/// Runs the command.
pub fn main(arguments: &Arguments) -> Outcome {
    match arguments.subjects.as_slice() {
        [file] if is_path(file) => schedule(arguments, Path::new(file)),
        _ if arguments.json || arguments.choice.is_made() => {
            Err(Failure::Call("a schedule is explained for one file: tradewind explain FILE --program NAME".to_string()))
        }
        codes => meanings(codes),
    }
}

/// Whether a subject is a file and not a code.
fn is_path(subject: &str) -> bool {
    subject.contains(['.', '/', '\\'])
}

fn meanings(codes: &[String]) -> Outcome {
    if codes.is_empty() {
        say!("{}", explain::list().trim_end());
    }
    for (n, text) in codes.iter().enumerate() {
        let code: Code = text.parse().map_err(Failure::Call)?;
        let between = if n > 0 { "\n" } else { "" };
        say!("{between}{}", code.entry().map(|entry| entry.explain()).unwrap_or_default().trim_end());
    }
    Ok(())
}

fn schedule(arguments: &Arguments, file: &Path) -> Outcome {
    let toolchain = arguments.source.toolchain_for(arguments.domain, arguments.threads)?;
    let module = toolchain.open(file)?;
    let program = arguments.choice.program(&module, file)?;
    let explained = toolchain.explain(&program, module.sources())?;
    match arguments.json {
        true => say!("{:#}", decisions::json(&explained)),
        false => say!("{}", decisions::text(&explained).trim_end()),
    }
    Ok(())
}
