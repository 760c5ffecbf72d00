//! Codes: every diagnostic has one, `TW0101`, that stays when its words change.

use super::Level;
use super::codes::TABLES;
use std::fmt;
use std::str::FromStr;

/// What a diagnostic is about, by number. The constants stand in the tables of [`super::codes`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub(super) u16);

/// A row of the tables.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub code: Code,
    /// Whether it is an error or a warning.
    pub level: Level,
    /// What is wrong, in a few words.
    pub title: &'static str,
}

/// All codes in the order of their numbers.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    TABLES.iter().flat_map(|table| table.iter())
}

impl Code {
    /// The row of the tables, if the number is one of theirs.
    pub fn entry(self) -> Option<&'static Entry> {
        all().find(|entry| entry.code == self)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TW{:04}", self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
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
