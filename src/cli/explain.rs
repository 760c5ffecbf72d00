//! `tradewind explain`: the meaning of a code, with an example and its corrected form.

use crate::cli::{Failure, Outcome};
use tradewind::ir::Code;
use tradewind::ir::diagnostic::explain;

#[derive(clap::Args)]
pub struct Arguments {
    /// A code, as in `error[TW0101]`; without a code the command lists all codes
    #[arg(value_name = "CODE")]
    codes: Vec<String>,
}

/// Runs the command.
pub fn main(arguments: &Arguments) -> Outcome {
    if arguments.codes.is_empty() {
        say!("{}", explain::list().trim_end());
    }
    for (n, text) in arguments.codes.iter().enumerate() {
        let code: Code = text.parse().map_err(Failure::Call)?;
        let between = if n > 0 { "\n" } else { "" };
        say!("{between}{}", code.entry().map(|entry| entry.explain()).unwrap_or_default().trim_end());
    }
    Ok(())
}
