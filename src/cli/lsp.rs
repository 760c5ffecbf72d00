//! `tradewind lsp`: a language server on the standard streams.

use crate::cli::{Failure, Outcome, SourceOptions};
use crate::lsp;
use std::io::{stdin, stdout};

#[derive(clap::Args)]
pub struct Arguments {
    /// Accepted because editors pass it; the server always uses the standard streams
    #[arg(long, hide = true)]
    stdio: bool,
    #[command(flatten)]
    source: SourceOptions,
}

/// Runs the command.
pub fn main(arguments: &Arguments) -> Outcome {
    let toolchain = arguments.source.toolchain()?;
    match lsp::serve(toolchain, &mut stdin().lock(), &mut stdout().lock()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Failure::Input("error: the client disconnected without `shutdown`".to_string())),
        Err(error) => Err(Failure::Input(format!("error: the connection failed: {error}"))),
    }
}
