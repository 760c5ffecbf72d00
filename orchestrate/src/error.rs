//! The errors between source text and a finished call.

use crate::call_error::CallError;
use std::fmt;
use std::sync::Arc;
use tradewind_ir::diagnostic::render;
use tradewind_ir::{Code, Diagnostic, Sources};

/// An error of the toolchain, ready to be shown.
#[derive(Clone, Debug)]
pub enum Error {
    /// The source is wrong: diagnostics and the texts they point into.
    Source { sources: Arc<Sources>, diagnostics: Vec<Diagnostic> },
    /// A file cannot be read or written; says which and why.
    File(String),
    /// No stencil or program of this name; says which there are.
    Name(String),
    /// The call is wrong, or failed.
    Call(CallError),
}

impl Error {
    /// The message with source excerpts where there are any; in colour if asked.
    pub fn render(&self, colour: bool) -> String {
        match self {
            Error::Source { sources, diagnostics } => render(sources, diagnostics, colour),
            Error::File(text) => format!("error: {text}"),
            Error::Name(text) => format!("error[{}]: {text}", Code::NO_SUCH_NAME),
            Error::Call(error) => format!("error[{}]: {error}", error.code),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Error {}

impl From<CallError> for Error {
    fn from(error: CallError) -> Error {
        Error::Call(error)
    }
}
