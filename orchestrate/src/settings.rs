//! What the caller decides before compiling.

use crate::error::Error;
use std::path::Path;
use tradewind_frontend::{ExternalValue, Options};
use tradewind_ir::DType;
use tradewind_ir::diagnostic::Policy;

/// How sources are read and scheduled. The default: double precision, no externals, preset `cpu`.
#[derive(Clone, Debug)]
pub struct Settings {
    pub source: Options,
    pub schedule: ScheduleChoice,
    /// Which warnings are errors, and which are left out.
    pub warnings: Policy,
}

/// Which schedule a program gets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ScheduleChoice {
    /// A preset by name: `naive`, `cpu`.
    Preset(String),
    /// A schedule file: its name, for messages, and its text (TOML).
    File { name: String, text: String },
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            source: Options::default(),
            schedule: ScheduleChoice::Preset("cpu".to_string()),
            warnings: Policy::default(),
        }
    }
}

impl Settings {
    /// Sets an external from text: a number, `true`, `false`, `None`, an axis, an axis index, or the name of a function.
    /// `table.name` is the entry of a table.
    ///
    /// # Errors
    /// When the text is none of these.
    pub fn external(mut self, name: &str, value: &str) -> Result<Settings, String> {
        let parsed = ExternalValue::parse(value);
        let parsed = parsed
            .ok_or_else(|| format!("`{value}` is not a number, true, false, None, an axis, or a position such as I[0]"))?;
        self.source.externals.push((name.to_string(), parsed));
        Ok(self)
    }
    /// Sets the width in bits of bare `float` and `int` and of literals.
    ///
    /// # Errors
    /// When a width is neither 32 nor 64.
    pub fn precision(mut self, float: u32, int: u32) -> Result<Settings, String> {
        let pick = |what: &str, width: u32, narrow: DType, wide: DType| match width {
            32 => Ok(narrow),
            64 => Ok(wide),
            _ => Err(format!("the precision of {what} is 32 or 64, not {width}")),
        };
        self.source.float = pick("float", float, DType::F32, DType::F64)?;
        self.source.int = pick("int", int, DType::I32, DType::I64)?;
        (self.source.literal_float, self.source.literal_int) = (self.source.float, self.source.int);
        Ok(self)
    }
    /// Chooses what becomes of a level or data index that is computed and does not exist: `checked` (the call fails, the default) or
    /// `trusted` (it is clamped, and nothing is said).
    ///
    /// # Errors
    /// When the choice is neither.
    pub fn bounds(mut self, choice: &str) -> Result<Settings, String> {
        self.source.check_indexes = match choice {
            "checked" => true,
            "trusted" => false,
            _ => return Err(format!("bounds are `checked` or `trusted`, not `{choice}`")),
        };
        Ok(self)
    }
    /// Chooses the schedule: the name of a preset, or the path of a schedule file (with a dot or a separator in it).
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn schedule(mut self, choice: &str) -> Result<Settings, Error> {
        self.schedule = if choice.contains(['.', '/', '\\']) {
            let text = std::fs::read_to_string(Path::new(choice));
            let text = text.map_err(|e| Error::File(format!("cannot read the schedule file {choice}: {e}")))?;
            ScheduleChoice::File { name: choice.to_string(), text }
        } else {
            ScheduleChoice::Preset(choice.to_string())
        };
        Ok(self)
    }
}
