//! The proof that a value is valid: the next stage takes [`Verified<T>`], and only a check without findings makes one.

use crate::diagnostic::Diagnostic;
use std::ops::Deref;

/// An IR that can be checked. Implementations list their checks in the docs.
pub trait Verify: Sized {
    /// Everything that is wrong, as errors; empty when the IR is valid.
    fn check(&self) -> Vec<Diagnostic>;

    /// The verified value, or what is wrong.
    fn verify(self) -> Result<Verified<Self>, Vec<Diagnostic>> {
        let found = self.check();
        if found.is_empty() { Ok(Verified(self)) } else { Err(found) }
    }
}

/// A checked, and from now on unchangeable, IR.
#[derive(Clone, PartialEq, Debug)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    /// Gives the IR up for editing; to go on, verify it again.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}
