//! The `tradewind` command.

mod cli;
mod lsp;

use std::process::ExitCode;

/// Stack of the thread that works: deeply nested sources recurse deeply.
const STACK: usize = 256 << 20;

fn main() -> ExitCode {
    let work = std::thread::Builder::new().name("tradewind".into()).stack_size(STACK).spawn(cli::main);
    match work.map(|thread| thread.join()) {
        Ok(Ok(code)) => code,
        Ok(Err(_)) => ExitCode::from(101),
        Err(error) => {
            eprintln!("error: cannot start a thread: {error}");
            ExitCode::from(2)
        }
    }
}
