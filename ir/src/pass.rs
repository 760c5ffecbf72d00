//! The contract of all rewrites of an IR: a pass has a name and a description, takes a valid IR and leaves a valid IR.

use crate::diagnostic::Diagnostic;
use crate::verified::{Verified, Verify};
use std::time::{Duration, Instant};

/// A rewrite of one IR.
pub trait Pass<T>: Send + Sync {
    /// The name on the command line and in logs: `dead-dataflow`.
    fn name(&self) -> &'static str;
    /// One line that says what it does.
    fn doc(&self) -> &'static str;
    /// The options it takes: name, default, meaning.
    fn options(&self) -> &'static [(&'static str, &'static str, &'static str)] {
        &[]
    }
    /// Rewrites the IR in place and says how many changes it made.
    ///
    /// # Errors
    /// What keeps the pass from running, with the places involved; the IR must then be unchanged.
    fn run(&self, ir: &mut T) -> Result<usize, Vec<Diagnostic>>;
}

/// What one pass did.
#[derive(Clone, Debug)]
pub struct PassReport {
    pub name: &'static str,
    pub changes: usize,
    pub time: Duration,
}

/// Runs passes in order and verifies what they leave; with debug assertions, also what each of them gets. `after` sees the IR after
/// each pass (to print it, say).
///
/// # Errors
/// What a pass reported, or what the verifier found.
pub fn run_passes<T: Verify>(
    mut ir: T,
    passes: &[&dyn Pass<T>],
    after: &mut dyn FnMut(&PassReport, &T),
) -> Result<(Verified<T>, Vec<PassReport>), Vec<Diagnostic>> {
    let mut reports = Vec::new();
    for pass in passes {
        if cfg!(debug_assertions) {
            valid_for(*pass, &ir)?;
        }
        let start = Instant::now();
        let changes = pass.run(&mut ir)?;
        let report = PassReport { name: pass.name(), changes, time: start.elapsed() };
        after(&report, &ir);
        reports.push(report);
    }
    Ok((ir.verify()?, reports))
}

fn valid_for<T: Verify>(pass: &dyn Pass<T>, ir: &T) -> Result<(), Vec<Diagnostic>> {
    let found = ir.check().into_iter().map(|d| d.note(format!("found before pass `{}`", pass.name())));
    let found: Vec<Diagnostic> = found.collect();
    if found.is_empty() { Ok(()) } else { Err(found) }
}
