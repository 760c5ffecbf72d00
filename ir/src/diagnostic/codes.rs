//! The tables of all codes. A new code is a new row; `TRADEWIND_BLESS=1 cargo nextest run codes` then writes `docs/errors.md`
//! anew. A row is
//!
//! ```text
//! Level NAME = number, "title",
//!     "explanation",
//!     Form r"bad example" => r"mended example";
//! ```

use super::code::{Code, Entry, Theme};
use std::str::FromStr;

/// Makes a constant of `Code` and an entry of each row.
macro_rules! codes {
    ($($level:ident $name:ident = $number:literal, $title:literal, $text:literal
        $(, $form:ident $bad:literal => $good:literal)?;)*) => {
        impl $crate::diagnostic::Code {
            $(#[doc = $title]
            pub const $name: $crate::diagnostic::Code = $crate::diagnostic::Code($number);)*
        }

        /// The rows.
        pub const TABLE: &[$crate::diagnostic::Entry] = &[$($crate::diagnostic::Entry {
            code: $crate::diagnostic::Code::$name,
            level: $crate::diagnostic::Level::$level,
            title: $title,
            text: $text,
            example: codes!(@example $($form $bad => $good)?),
        }),*];
    };
    (@example $form:ident $bad:literal => $good:literal) => {
        Some($crate::diagnostic::Example { form: $crate::diagnostic::Form::$form, bad: $bad, good: $good })
    };
    (@example) => {
        None
    };
}

mod accesses;
mod blocks;
mod calls;
mod flow;
mod forms;
mod machines;
mod names;
mod programs;
mod runs;
mod schedules;
mod source;
mod types;

/// The tables in the order of their numbers.
const THEMES: [Theme; 12] = [
    Theme { title: "Files: syntax, imports, definitions, limits", entries: source::TABLE },
    Theme { title: "Names, calls of functions, returned values", entries: names::TABLE },
    Theme { title: "Types and assignments", entries: types::TABLE },
    Theme { title: "Accesses of fields", entries: accesses::TABLE },
    Theme { title: "Computations, intervals, regions, loops", entries: blocks::TABLE },
    Theme { title: "What flows between statements, points and levels", entries: flow::TABLE },
    Theme { title: "Programs", entries: programs::TABLE },
    Theme { title: "Calls of compiled programs", entries: calls::TABLE },
    Theme { title: "Schedules", entries: schedules::TABLE },
    Theme { title: "Machine files", entries: machines::TABLE },
    Theme { title: "Run files", entries: runs::TABLE },
    Theme { title: "Text forms of the IRs", entries: forms::TABLE },
];

/// All codes in the order of their numbers.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    themes().iter().flat_map(|theme| theme.entries)
}

/// All codes by what they are about.
pub fn themes() -> &'static [Theme] {
    &THEMES
}

impl Code {
    /// The row of the tables; every code has one.
    pub fn entry(self) -> Option<&'static Entry> {
        all().find(|entry| entry.code == self)
    }
}

impl FromStr for Code {
    type Err = String;

    /// `TW0101`, in letters of either case.
    fn from_str(text: &str) -> Result<Code, String> {
        let known = all().map(|entry| entry.code).find(|code| code.to_string().eq_ignore_ascii_case(text));
        known.ok_or_else(|| format!("there is no code `{text}`; `tradewind explain` lists all codes"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, all};

    #[test]
    fn numbers_ascend_and_codes_parse_back() {
        let codes: Vec<Code> = all().map(|entry| entry.code).collect();
        assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
        for code in codes {
            assert_eq!(code.to_string().to_lowercase().parse(), Ok(code));
        }
        assert!("TW9999".parse::<Code>().is_err());
    }
}
