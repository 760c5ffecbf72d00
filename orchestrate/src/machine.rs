//! The machine that schedules are chosen for: this computer, the reference, or a file.

mod calibrate;
mod kept;
mod system;

use crate::error::Error;
use crate::lock::unless_locked;
use std::path::Path;
use std::sync::Mutex;
use tradewind_ir::{Diagnostic, Sources};
use tradewind_schedule::Machine;

/// Which machine schedules are chosen for.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum MachineChoice {
    /// This computer: read from the system, and measured once.
    #[default]
    Here,
    /// [`Machine::reference`]: the same on every computer.
    Reference,
    /// A machine file: its name, for messages, and its text (TOML).
    File { name: String, text: String },
}

impl MachineChoice {
    /// The machine of `here`, `reference`, or a file's path.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn named(choice: &str) -> Result<MachineChoice, Error> {
        match choice {
            "here" => return Ok(MachineChoice::Here),
            "reference" => return Ok(MachineChoice::Reference),
            _ => {}
        }
        let text = std::fs::read_to_string(Path::new(choice)).map_err(|e| {
            let help = "the choices are `here`, `reference`, and the path of a file as `tradewind machine` prints it";
            Error::File(format!("cannot read the machine file {choice}: {e}\n{help}"))
        })?;
        Ok(MachineChoice::File { name: choice.to_string(), text })
    }
    /// The machine's figures. `sources` gains the text of a file.
    ///
    /// # Errors
    /// When the contents of the file are wrong.
    pub fn resolve(&self, sources: &mut Sources) -> Result<Machine, Vec<Diagnostic>> {
        match self {
            MachineChoice::Here => Ok(here()),
            MachineChoice::Reference => Ok(Machine::reference()),
            MachineChoice::File { name, text } => Machine::parse(text, sources.add(name, text)),
        }
    }
}

/// What this process knows of this computer.
static HERE: Mutex<Option<Machine>> = Mutex::new(None);

/// This computer. The first call on a computer measures it (a tenth of a second) and keeps the figures in the user's folder for
/// caches; where that cannot be written, the first call of each process measures.
pub fn here() -> Machine {
    if let Some(known) = unless_locked(&HERE, |known| known.clone()).flatten() {
        return known;
    }
    let system = system::read(Path::new("/"));
    let found = kept::read_or_make(kept::folder().as_deref(), &system, || calibrate::measure(&system.machine));
    unless_locked(&HERE, |known| *known = Some(found.clone()));
    found
}

/// Measures this computer again, and keeps the figures in place of the earlier ones.
pub fn calibrate() -> Machine {
    let system = system::read(Path::new("/"));
    let found = kept::make(kept::folder().as_deref(), &system, || calibrate::measure(&system.machine));
    unless_locked(&HERE, |known| *known = Some(found.clone()));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_known_by_a_word_or_a_file() {
        assert_eq!(MachineChoice::named("here").ok(), Some(MachineChoice::Here));
        assert_eq!(MachineChoice::named("reference").ok(), Some(MachineChoice::Reference));
        let missing = MachineChoice::named("./missing.toml").map_err(|e| e.render(false));
        assert!(missing.is_err_and(|e| e.contains("cannot read the machine file ./missing.toml") && e.contains("`here`")));
        let file = MachineChoice::File { name: "mine.toml".to_string(), text: "[threads]\ncount = 7\n".to_string() };
        assert_eq!(file.resolve(&mut Sources::default()).map(|machine| machine.threads.count), Ok(7));
    }
}
