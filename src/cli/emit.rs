//! `tradewind emit`: a stencil or program at one stage of the compiler.

use crate::cli::{Choice, Outcome, SourceOptions, parse_domain};
use std::path::PathBuf;
use tradewind::Stage;

#[derive(clap::Args)]
pub struct Arguments {
    /// A GTScript file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    choice: Choice,
    /// The stage: the program (oir), Python code (debug, numpy), loops (tree) and the steps that made them (schedule), data movement
    /// (graph, dot), machine code (clif, asm)
    #[arg(long, value_parser = parse_stage)]
    stage: Stage,
    /// Sizes of the domain that a schedule is chosen for; the code runs on all domains (default: 128,128,80)
    #[arg(long, value_name = "I,J,K", value_parser = parse_domain)]
    domain: Option<[i64; 3]>,
    #[command(flatten)]
    source: SourceOptions,
}

fn parse_stage(text: &str) -> Result<Stage, String> {
    Stage::by_name(text).ok_or_else(|| format!("the stages are {}", Stage::NAMES.map(|(_, name)| name).join(", ")))
}

/// Runs the command: only the stages that are needed, so that an early one can be seen where a later one fails.
pub fn main(arguments: &Arguments) -> Outcome {
    let toolchain = arguments.source.toolchain_for(arguments.domain, None)?;
    let module = toolchain.open(&arguments.file)?;
    let program = arguments.choice.program(&module, &arguments.file)?;
    say!("{}", toolchain.text(&program, arguments.stage, module.sources())?.trim_end());
    Ok(())
}
