//! What a command prints, and how it ends.

use std::io::{IsTerminal, Write};
use tradewind::Error;

/// Why a command ended without success.
pub(crate) enum Failure {
    /// The input is wrong; the message is for the standard error stream.
    Input(String),
    /// The call is wrong.
    Call(String),
    /// The user has interrupted the command.
    Interrupted(String),
}

pub(crate) type Outcome = Result<(), Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Input(error.render(colour()))
    }
}

/// Whether messages go to a person at a terminal that shows colours.
pub(crate) fn colour() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// See `say!`.
pub(crate) fn print_line(line: std::fmt::Arguments) {
    if writeln!(std::io::stdout(), "{line}").is_err() {
        std::process::exit(0);
    }
}
