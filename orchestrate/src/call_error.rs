//! Why a call was refused, or failed.

use std::fmt;
use tradewind_ir::Code;
use tradewind_ir::memory::OutOfMemory;

/// Why a call was refused, or failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallError {
    pub code: Code,
    pub kind: CallErrorKind,
    /// The argument it is about, if it is about one.
    pub argument: Option<String>,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// What a call error is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CallErrorKind {
    /// A wrong number of arguments, a field for a scalar, a wrong type or rank.
    Type,
    /// Arrays too small, a wrong origin or domain, overlapping or read-only outputs.
    Value,
    /// A failure while running: a callback's error.
    Run,
    /// A data-dependent index that does not exist; the outputs hold what was computed so far.
    Index,
    /// The program's own fields need more memory than there is.
    Memory,
    /// The host has ended the run; the outputs hold what was computed so far.
    Interrupted,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.argument {
            Some(name) => write!(f, "argument `{name}`: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for CallError {}

impl From<OutOfMemory> for CallError {
    fn from(error: OutOfMemory) -> CallError {
        CallError { code: Code::OUT_OF_MEMORY, kind: CallErrorKind::Memory, argument: None, message: error.to_string() }
    }
}

/// Of an argument that is not what its parameter takes, or is not there.
pub(crate) fn not_given(name: &str, message: &str) -> CallError {
    wrong_type(Code::CALL_ARGUMENTS, name, message)
}

/// Of an argument of a wrong type or rank.
pub(crate) fn wrong_type(code: Code, name: &str, message: impl Into<String>) -> CallError {
    CallError { code, kind: CallErrorKind::Type, argument: Some(name.to_string()), message: message.into() }
}

/// Of an argument, or of the call, with a wrong size, origin or choice.
pub(crate) fn wrong_value(code: Code, name: Option<&str>, message: impl Into<String>) -> CallError {
    CallError { code, kind: CallErrorKind::Value, argument: name.map(str::to_string), message: message.into() }
}

/// Of a run that cannot start, or that fails on its way.
pub(crate) fn failure(message: impl Into<String>) -> CallError {
    CallError { code: Code::RUN_FAILED, kind: CallErrorKind::Run, argument: None, message: message.into() }
}
