//! `tradewind check`: diagnostics only.

use crate::cli::{Failure, Outcome, SourceOptions, colour};
use std::path::PathBuf;
use tradewind::ir::diagnostic::render;
use tradewind::ir::{Diagnostic, Sources};

#[derive(clap::Args)]
pub struct Arguments {
    /// GTScript files
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Print one JSON object per diagnostic
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    source: SourceOptions,
}

/// Runs the command.
pub fn main(arguments: &Arguments) -> Outcome {
    let toolchain = arguments.source.toolchain()?;
    let (mut errors, mut warnings, mut unreadable) = (0, 0, Vec::new());
    for file in &arguments.files {
        let module = match toolchain.open(file) {
            Ok(module) => module,
            Err(error) => {
                unreadable.push(error.render(colour()));
                continue;
            }
        };
        let found = module.check();
        errors += found.iter().filter(|d| d.is_error()).count();
        warnings += found.iter().filter(|d| !d.is_error()).count();
        if arguments.json {
            found.iter().for_each(|d| say!("{}", json(module.sources(), d)));
        } else if !found.is_empty() {
            eprintln!("{}\n", render(module.sources(), &found, colour()));
        }
    }
    if !arguments.json {
        let plural = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        let (files, errors, warnings) =
            (plural(arguments.files.len() - unreadable.len(), "file"), plural(errors, "error"), plural(warnings, "warning"));
        say!("{files} checked: {errors}, {warnings}");
    }
    match (unreadable.is_empty(), errors) {
        (true, 0) => Ok(()),
        _ => Err(Failure::Input(unreadable.join("\n"))),
    }
}

fn json(sources: &Sources, d: &Diagnostic) -> serde_json::Value {
    let labels = d.labels.iter().map(|l| {
        let (line, column) = sources.line_column(l.span).unwrap_or((0, 0));
        let file = sources.get(l.span.source).map(|s| s.name.as_str());
        serde_json::json!({"file": file, "line": line, "column": column, "text": l.text})
    });
    serde_json::json!({
        "code": d.code.to_string(),
        "level": if d.is_error() { "error" } else { "warning" },
        "message": d.message,
        "labels": labels.collect::<Vec<_>>(),
        "notes": d.notes,
        "help": d.help,
    })
}
