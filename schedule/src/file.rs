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

mod content;
mod keys;
mod read;
mod resolve;
mod write;

pub use content::Schedule;
pub use write::to_toml;

use crate::cost::Target;
use crate::preset;
use crate::step::Step;
use crate::tree::Tree;
use tradewind_ir::{Diagnostic, Numerics, SourceId};

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
