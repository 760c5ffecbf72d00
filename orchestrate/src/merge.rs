//! The program for calls in which one array is several arguments.

use crate::call_error::{CallError, wrong_value};
use tradewind_ir::identify::{self, Twins};
use tradewind_ir::{Code, Diagnostic, Program, Verified, Verify};

/// A program with some of its arguments as one field.
///
/// # Errors
/// That it cannot run on one field, and why.
pub(crate) fn program(program: &Program, twins: &Twins) -> Result<Verified<Program>, CallError> {
    let merged = identify::program(program, twins).and_then(Verify::verify);
    merged.map_err(|found| refusal(program, twins, &found))
}

/// Why arguments cannot be one array.
pub(crate) fn refusal(program: &Program, twins: &Twins, found: &[Diagnostic]) -> CallError {
    let name = |id| program.fields[id].name.as_str();
    let others: Vec<_> =
        twins.pairs().iter().map(|(later, first)| format!("`{}` is `{}`", name(*later), name(*first))).collect();
    let why = found.first().map_or("", |d| d.message.as_str());
    let message =
        format!("one array is passed twice ({}), and `{}` cannot run so: {why}; pass a copy", others.join(", "), program.name);
    wrong_value(Code::SHARED_MEMORY, twins.pairs().first().map(|(later, _)| name(*later)), message)
}
