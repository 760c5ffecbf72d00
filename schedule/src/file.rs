//! Schedule files: a preset, steps and a numerics mode, as TOML.
//!
//! ```toml
//! numerics = "strict"           # the mode, unless the caller names one
//! preset = "cpu"                # first, if given: see `preset`
//!
//! [[step]]                      # then these, in order
//! do = "fuse"                   # a transformation
//! loops = ["smooth/k", "smooth/k.1"]
//!
//! [[step]]
//! do = "parallelize"
//! at = "smooth/k"
//! ```
//! Selectors ([`crate::select`]) name loops, statements and steps of the program; temporaries have their names in the text form of the
//! tree. If a file no longer fits its program, the error is at the line that does not fit.

mod keys;
mod read;
mod resolve;
mod write;

pub use write::to_toml;

use crate::cost::Target;
use crate::preset::{self, Preset};
use crate::step::Step;
use crate::transform::Transformation;
use crate::tree::Tree;
use keys::Key;
use tradewind_ir::{Diagnostic, Numerics, SourceId, Span};

/// How to schedule a program: a preset, steps, or both; and its numerics mode.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    preset: Option<&'static Preset>,
    steps: Vec<Entry>,
    numerics: Option<Numerics>,
}

/// One `[[step]]`.
#[derive(Clone, Debug)]
struct Entry {
    transformation: &'static dyn Transformation,
    /// Where the transformation is named.
    name: Span,
    arguments: Vec<(&'static Key, Given)>,
}

/// The value of an argument.
#[derive(Clone, Debug)]
enum Given {
    Name(Word),
    Names(Vec<Word>),
    Count(u32),
    Flag(bool),
}

/// A name in the file.
#[derive(Clone, Debug)]
struct Word {
    text: String,
    span: Span,
}

impl Schedule {
    /// The schedule that is a preset and nothing else; nothing if there is no preset of this name.
    pub fn preset(name: &str) -> Option<Schedule> {
        preset::by_name(name).map(|preset| Schedule { preset: Some(preset), ..Schedule::default() })
    }

    /// Reads a schedule file. Spans point into `source`.
    ///
    /// # Errors
    /// What is not TOML; keys, presets and transformations that do not exist; arguments that a transformation does not take, or of
    /// another type.
    pub fn parse(text: &str, source: SourceId) -> Result<Schedule, Vec<Diagnostic>> {
        read::schedule(text, source)
    }

    /// The numerics mode that the file names.
    pub fn numerics(&self) -> Option<Numerics> {
        self.numerics
    }

    /// The tree after the preset, which chooses for `target`, and all steps; and every step that was made.
    ///
    /// # Errors
    /// The first step that names what is not there, or that is refused, with the statements that forbid it.
    pub fn apply(&self, tree: Tree, target: &Target) -> Result<(Tree, Vec<Step>), Vec<Diagnostic>> {
        let (mut tree, mut steps) = match self.preset {
            Some(preset) => preset.apply(tree, target),
            None => (tree, Vec::new()),
        };
        for entry in &self.steps {
            let step = Step { transformation: entry.transformation, args: entry.resolve(&tree).map_err(|error| vec![error])? };
            let plan = step
                .transformation
                .check(&tree, &step.args)
                .map_err(|refusal| vec![refusal.diagnostic(&tree).label(entry.name, "requested here")])?;
            plan.apply(&mut tree);
            steps.push(step);
        }
        Ok((tree, steps))
    }
}
