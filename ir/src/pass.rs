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

/// Runs passes in order, verifying after each; `after` sees the IR after each pass (to print it, say).
///
/// # Errors
/// What a pass reported, or what the verifier found after it.
pub fn run_passes<T: Verify>(
    ir: Verified<T>,
    passes: &[&dyn Pass<T>],
    after: &mut dyn FnMut(&PassReport, &T),
) -> Result<(Verified<T>, Vec<PassReport>), Vec<Diagnostic>> {
    let (mut ir, mut reports) = (ir, Vec::new());
    for pass in passes {
        let (start, mut inner) = (Instant::now(), ir.into_inner());
        let changes = pass.run(&mut inner)?;
        let report = PassReport { name: pass.name(), changes, time: start.elapsed() };
        after(&report, &inner);
        reports.push(report);
        let broken = |d: Diagnostic| d.note(format!("found after pass `{}`", pass.name()));
        ir = inner.verify().map_err(|found| found.into_iter().map(broken).collect::<Vec<_>>())?;
    }
    Ok((ir, reports))
}
