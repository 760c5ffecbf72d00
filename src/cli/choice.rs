//! Which stencil or program of a file a command is about.

use crate::cli::Failure;
use std::path::Path;
use tradewind::Module;
use tradewind::ir::{Program, Verified};

#[derive(clap::Args)]
pub struct Choice {
    /// The stencil (default: the only one)
    #[arg(long, value_name = "NAME", conflicts_with = "program")]
    stencil: Option<String>,
    /// The program
    #[arg(long, value_name = "NAME")]
    program: Option<String>,
}

impl Choice {
    /// The program, or the program that calls the stencil.
    ///
    /// # Errors
    /// The file has several and none is named, or none of this name, or what is wrong with the source.
    pub fn program(&self, module: &Module, file: &Path) -> Result<Verified<Program>, Failure> {
        let (stencils, programs) = (module.stencils(), module.programs());
        let (name, is_program) = match (&self.program, &self.stencil, stencils.as_slice(), programs.as_slice()) {
            (Some(name), ..) => (name, true),
            (None, Some(name), ..) => (name, false),
            (None, None, [one], []) => (one, false),
            (None, None, [], [one]) => (one, true),
            (None, None, [], []) => {
                return Err(Failure::Input(format!("error: {} contains no stencil and no program", file.display())));
            }
            (None, None, stencils, programs) => {
                let stencils = stencils.iter().map(|s| format!("--stencil {s}"));
                let choices: Vec<_> = stencils.chain(programs.iter().map(|p| format!("--program {p}"))).collect();
                let list = choices.join("\n  ");
                return Err(Failure::Call(format!("{} contains several: name one of them\n  {list}", file.display())));
            }
        };
        Ok(if is_program { module.program_ir(name)? } else { module.stencil_program(name)? })
    }
    /// Whether one is named.
    pub fn is_made(&self) -> bool {
        self.stencil.is_some() || self.program.is_some()
    }
}
