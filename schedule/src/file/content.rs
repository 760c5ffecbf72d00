//! What a schedule file holds.

use super::keys::Key;
use crate::preset::Preset;
use crate::transform::Transformation;
use tradewind_ir::{Numerics, Span};

/// How to schedule a program: a preset, steps, or both; and its numerics mode.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    pub(super) preset: Option<&'static Preset>,
    pub(super) steps: Vec<Entry>,
    pub(super) numerics: Option<Numerics>,
}

/// One `[[step]]`.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) transformation: &'static dyn Transformation,
    /// Where the transformation is named.
    pub(super) name: Span,
    pub(super) arguments: Vec<(&'static Key, Given)>,
}

/// The value of an argument.
#[derive(Clone, Debug)]
pub(super) enum Given {
    Name(Word),
    Names(Vec<Word>),
    Count(u32),
    Flag(bool),
}

/// A name in the file.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) span: Span,
}
