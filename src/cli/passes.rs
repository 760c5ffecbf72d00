//! `tradewind passes`: all rewrites of an IR and their effects.

use crate::cli::{Failure, Outcome};
use tradewind::ir::suggest::nearest;
use tradewind::schedule::transform;
use tradewind::{dataflow, program, schedule};

#[derive(clap::Args)]
pub struct Arguments {
    /// A transformation, whose page is printed: the tree before and after, and when it is legal
    #[arg(value_name = "NAME", conflicts_with = "json")]
    name: Option<String>,
    /// Print one JSON array
    #[arg(long)]
    json: bool,
}

/// A rewrite as it is listed: its options are names with meanings.
struct Entry {
    name: &'static str,
    stage: &'static str,
    doc: &'static str,
    options: Vec<(&'static str, String)>,
}

fn entry(
    stage: &'static str,
    name: &'static str,
    doc: &'static str,
    options: &[(&'static str, &'static str, &'static str)],
) -> Entry {
    let options = options.iter().map(|(name, default, meaning)| (*name, format!("{meaning} (default {default})"))).collect();
    Entry { name, stage, doc, options }
}

fn entries() -> Vec<Entry> {
    let transformations = schedule::transform::ALL.iter().map(|t| {
        let options = t.options().iter().map(|(name, meaning)| (*name, meaning.to_string())).collect();
        Entry { name: t.name(), stage: "schedule", doc: t.doc(), options }
    });
    let data = program::passes::ALL.iter().map(|p| entry("program", p.name(), p.doc(), p.options()));
    let passes = dataflow::passes::ALL.iter().map(|p| entry("dataflow", p.name(), p.doc(), p.options()));
    data.chain(transformations).chain(passes).collect()
}

/// Prints the page of a transformation.
fn page(name: &str) -> Outcome {
    let Some(transformation) = transform::by_name(name) else {
        let meant = nearest(name, transform::ALL.iter().map(|t| t.name()));
        let meant = meant.map(|meant| format!("did you mean `{meant}`? ")).unwrap_or_default();
        let message = format!("there is no transformation `{name}`: {meant}`tradewind passes` lists them");
        return Err(Failure::Call(message));
    };
    say!("{}: {}", transformation.name(), transformation.doc());
    transformation.options().iter().for_each(|(name, meaning)| say!("  {name:<14} {meaning}"));
    say!("");
    say!("{}", transformation.page().replace("```text\n", "").replace("```\n", "\n").trim_end());
    Ok(())
}

/// Runs the command.
pub fn main(arguments: &Arguments) -> Outcome {
    if let Some(name) = &arguments.name {
        return page(name);
    }
    let entries = entries();
    if arguments.json {
        let json = entries.iter().map(|e| {
            let options = e.options.iter().map(|(name, meaning)| serde_json::json!({"name": name, "meaning": meaning}));
            let options: Vec<_> = options.collect();
            serde_json::json!({"name": e.name, "stage": e.stage, "doc": e.doc, "options": options})
        });
        say!("{:#}", json.collect::<serde_json::Value>());
        return Ok(());
    }
    let stages = [
        ("program", "Passes on the data of a program"),
        ("schedule", "Transformations of the schedule tree"),
        ("dataflow", "Passes on the dataflow graph"),
    ];
    for (stage, title) in stages {
        say!("{title}");
        for e in entries.iter().filter(|e| e.stage == stage) {
            say!("  {:<16} {}", e.name, e.doc);
            e.options.iter().for_each(|(name, meaning)| say!("  {:<16}   {name}: {meaning}", ""));
        }
        say!("");
    }
    say!("Presets of transformations");
    schedule::preset::ALL.iter().for_each(|p| say!("  {:<16} {}", p.name, p.doc));
    Ok(())
}
