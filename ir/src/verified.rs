//! The proof that a value is valid: the next stage takes [`Verified<T>`], and only a check without findings makes one.

use crate::diagnostic::Diagnostic;
use std::ops::Deref;
use std::sync::OnceLock;

/// An IR that can be checked. Implementations list their checks in the docs.
pub trait Verify: Sized {
    /// What the stages ask of a valid IR; `()` if they ask nothing.
    type Summary;

    /// Everything that is wrong, as errors; empty when the IR is valid.
    fn check(&self) -> Vec<Diagnostic>;

    /// Finds the summary of an IR that passes the checks. Stages take it from [`Verified::summary`], which does so once.
    fn summarize(&self) -> Self::Summary;

    /// The verified value, or what is wrong.
    fn verify(self) -> Result<Verified<Self>, Vec<Diagnostic>> {
        let found = self.check();
        if found.is_empty() { Ok(Verified { ir: self, summary: OnceLock::new() }) } else { Err(found) }
    }
}

/// A checked, and from now on unchangeable, IR, with its summary once somebody has asked for it.
#[derive(Clone, Debug)]
pub struct Verified<T: Verify> {
    ir: T,
    summary: OnceLock<T::Summary>,
}

impl<T: Verify> Verified<T> {
    /// What the stages ask of the IR: found by the first of them, kept for the others.
    pub fn summary(&self) -> &T::Summary {
        self.summary.get_or_init(|| self.ir.summarize())
    }
    /// Gives the IR up for editing; to go on, verify it again.
    pub fn into_inner(self) -> T {
        self.ir
    }
}

impl<T: Verify> Deref for Verified<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.ir
    }
}

impl<T: Verify + PartialEq> PartialEq for Verified<T> {
    fn eq(&self, other: &Self) -> bool {
        self.ir == other.ir
    }
}
