//! `tradewind explain`: what a code means, with an example and its mended form.

use crate::cli::{Failure, Outcome};
use tradewind::ir::Code;
use tradewind::ir::diagnostic::explain;

#[derive(clap::Args)]
pub struct Arguments {
    /// A code as in `error[TW0101]`; without one, all are listed
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
