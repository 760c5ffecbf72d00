//! The tables of all codes. A new code is a new row.

use super::code::Entry;

/// Makes a constant of [`Code`] and an entry of the table of each row `Level NAME = number, "title";`.
macro_rules! codes {
    ($($level:ident $name:ident = $number:literal, $title:literal;)*) => {
        impl $crate::diagnostic::Code {
            $(#[doc = $title]
            pub const $name: $crate::diagnostic::Code = $crate::diagnostic::Code($number);)*
        }

        /// The rows.
        pub const TABLE: &[$crate::diagnostic::Entry] = &[$($crate::diagnostic::Entry {
            code: $crate::diagnostic::Code::$name,
            level: $crate::diagnostic::Level::$level,
            title: $title,
        }),*];
    };
}

mod accesses;
mod blocks;
mod calls;
mod flow;
mod forms;
mod names;
mod programs;
mod schedules;
mod source;
mod types;

/// The tables in the order of their numbers.
pub const TABLES: [&[Entry]; 10] = [
    source::TABLE,
    names::TABLE,
    types::TABLE,
    accesses::TABLE,
    blocks::TABLE,
    flow::TABLE,
    programs::TABLE,
    calls::TABLE,
    schedules::TABLE,
    forms::TABLE,
];
