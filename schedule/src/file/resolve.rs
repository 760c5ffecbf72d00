//! The names of a step as what they name in a tree.

use super::content::{Entry, Given, Word};
use super::keys::Slot;
use crate::select::{NotFound, Selectors};
use crate::transform::Args;
use crate::tree::Tree;
use tradewind_ir::suggest::hint;
use tradewind_ir::{BlockSize, Code, Diagnostic, FieldId, ScalarId, ScalarSlot, Scope};

impl Entry {
    /// The arguments, with the tree's ids.
    ///
    /// # Errors
    /// The first name that the tree does not have.
    pub(super) fn resolve(&self, tree: &Tree) -> Result<Args, Diagnostic> {
        let selectors = Selectors::of(tree);
        let find_loop = |word: &Word| selectors.find_loop(&word.text).map_err(|why| missing("no loop", word, why));
        let find = |word: &Word| selectors.find(&word.text).map_err(|why| missing("nothing", word, why));
        let mut args = Args::default();
        for (key, given) in &self.arguments {
            match ((key.slot)(&mut args), given) {
                (Slot::Loop(slot), Given::Name(word)) => *slot = Some(find_loop(word)?),
                (Slot::Loops(slot), Given::Names(words)) => *slot = words.iter().map(find_loop).collect::<Result<_, _>>()?,
                (Slot::Unit(slot), Given::Name(word)) => *slot = Some(find(word)?),
                (Slot::Temporary(slot), Given::Name(word)) => *slot = Some(temporary(tree, word)?),
                (Slot::Size(slot), Given::Count(n)) => *slot = BlockSize::Points(*n),
                (Slot::Size(slot), Given::Name(word)) => *slot = BlockSize::Scalar(scalar(tree, word)?),
                (Slot::Flag(slot), Given::Flag(flag)) => *slot = *flag,
                // The file was read with the same keys.
                _ => {}
            }
        }
        Ok(args)
    }
}

fn missing(what: &str, word: &Word, NotFound { why, meant }: NotFound) -> Diagnostic {
    let error = Diagnostic::error(Code::SCHEDULE_PLACE, format!("{what} is named `{}`", word.text), word.span, why);
    match meant {
        Some(meant) => error.help(format!("did you mean `{meant}`?")),
        None => error,
    }
}

fn temporary(tree: &Tree, word: &Word) -> Result<FieldId, Diagnostic> {
    let name = word.text.trim_start_matches('%');
    let known = tree.fields.iter().find(|(_, f)| f.name == name);
    known.map(|(id, _)| id).ok_or_else(|| {
        let message = format!("there is no temporary `{}`", word.text);
        let error = Diagnostic::error(Code::SCHEDULE_PLACE, message, word.span, "not declared in the tree");
        let own = tree.fields.values().filter(|f| f.scope != Scope::Argument);
        hint(error, name, own.map(|f| f.name.as_str()))
    })
}

fn scalar(tree: &Tree, word: &Word) -> Result<ScalarId, Diagnostic> {
    let name = word.text.trim_start_matches('$');
    let known = tree.scalars.iter().find(|(_, s)| s.name == name);
    known.map(|(id, _)| id).ok_or_else(|| {
        let message = format!("there is no argument `{}`", word.text);
        let error = Diagnostic::error(Code::SCHEDULE_PLACE, message, word.span, "not a scalar of the program");
        let sizes = tree.scalars.values().filter(|s| ScalarSlot::is_size(s));
        hint(error, name, sizes.map(|s| s.name.as_str()))
    })
}
