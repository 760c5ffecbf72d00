//! What checks look at, and what they find.

use std::fmt;

/// Something that is not as it should be.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Finding {
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    pub message: String,
}

impl Finding {
    /// A finding at a line of a file.
    pub fn new(file: &str, line: usize, message: impl Into<String>) -> Finding {
        Finding { file: file.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// A Rust file that parses.
pub struct RustFile<'a> {
    pub path: &'a str,
    pub text: &'a str,
    pub syntax: syn::File,
}
