//! `tradewind emit`: a stencil or program at one stage of the compiler.

use crate::cli::{Failure, Outcome, SourceOptions, parse_domain};
use std::path::PathBuf;
use tradewind::{Module, Stage, Toolchain};

#[derive(clap::Args)]
pub struct Arguments {
    /// A GTScript file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The stencil to print (default: the only one; for oir, all)
    #[arg(long, value_name = "NAME", conflicts_with = "program")]
    stencil: Option<String>,
    /// The program to print
    #[arg(long, value_name = "NAME")]
    program: Option<String>,
    /// The stage: the program (oir), Python code (debug, numpy), loops (tree), data movement (graph, dot), machine code (clif, asm)
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

/// Runs the command.
pub fn main(arguments: &Arguments) -> Outcome {
    let toolchain = arguments.source.toolchain_for(arguments.domain, None)?;
    let module = toolchain.open(&arguments.file)?;
    if let Some(name) = &arguments.program {
        return show(&toolchain, &module, name, true, arguments.stage);
    }
    if let Some(name) = &arguments.stencil {
        return show(&toolchain, &module, name, false, arguments.stage);
    }
    match (module.stencils().as_slice(), module.programs().as_slice()) {
        ([one], []) => show(&toolchain, &module, one, false, arguments.stage),
        ([], [one]) => show(&toolchain, &module, one, true, arguments.stage),
        ([], []) => Err(Failure::Input(format!("error: {} contains no stencil and no program", arguments.file.display()))),
        (stencils, programs) => {
            let choices =
                stencils.iter().map(|s| format!("--stencil {s}")).chain(programs.iter().map(|p| format!("--program {p}")));
            let choices: Vec<_> = choices.collect();
            Err(Failure::Call(format!(
                "{} contains several: name one of them\n  {}",
                arguments.file.display(),
                choices.join("\n  ")
            )))
        }
    }
}

/// Runs only the stages that are needed, so that an early one can be seen where a later one fails.
fn show(toolchain: &Toolchain, module: &Module, name: &str, is_program: bool, stage: Stage) -> Outcome {
    let program = if is_program { module.program_ir(name)? } else { module.stencil_program(name)? };
    say!("{}", toolchain.text(&program, stage, module.sources())?.trim_end());
    Ok(())
}
