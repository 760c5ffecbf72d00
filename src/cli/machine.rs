//! `tradewind machine`: the machine that schedules are chosen for.

use crate::cli::{Failure, Outcome};
use std::sync::Arc;
use tradewind::ir::Sources;
use tradewind::{Error, MachineChoice, machine};

#[derive(clap::Args)]
pub struct Arguments {
    /// The machine: this computer (here), the reference, or the path of a machine file
    #[arg(long, value_name = "here|reference|FILE", default_value = "here")]
    machine: String,
    /// Measure this computer again, and keep the figures in place of the earlier ones
    #[arg(long)]
    calibrate: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn main(arguments: &Arguments) -> Outcome {
    let choice = MachineChoice::named(&arguments.machine)?;
    if arguments.calibrate && choice != MachineChoice::Here {
        return Err(Failure::Call(format!("--calibrate measures this computer, not --machine {}", arguments.machine)));
    }
    let machine = if arguments.calibrate {
        machine::calibrate()
    } else {
        let mut sources = Sources::default();
        let found = choice.resolve(&mut sources);
        found.map_err(|diagnostics| Error::Source { sources: Arc::new(sources), diagnostics })?
    };
    if arguments.json {
        say!("{}", serde_json::to_string_pretty(&machine).map_err(|e| Failure::Input(e.to_string()))?);
    } else {
        say!("{}", machine.to_toml().trim_end());
    }
    Ok(())
}
