//! The tables of all codes. A new code is a new row; `TRADEWIND_BLESS=1 cargo nextest run codes` then writes `docs/errors.md`
//! anew. A row is
//!
//! ```text
//! Level NAME = number, "title",
//!     "explanation",
//!     Form r"bad example" => r"mended example";
//! ```

use super::code::Theme;

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
mod schedules;
mod source;
mod types;

/// The tables in the order of their numbers.
pub const THEMES: [Theme; 11] = [
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
    Theme { title: "Text forms of the IRs", entries: forms::TABLE },
];
