//! `cargo xtask tidy`: what the compiler and clippy do not check.

mod edges;
mod headers;
mod leftovers;
mod size;
mod unsafety;

use crate::links;
use crate::repo::Repo;
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

/// A check of one Rust file.
type RustCheck = fn(&RustFile, &mut Vec<Finding>);
/// A check of one text file of any kind.
type TextCheck = fn(&str, &str, &mut Vec<Finding>);

const RUST_CHECKS: &[RustCheck] = &[headers::check, size::check, unsafety::check];
const TEXT_CHECKS: &[TextCheck] = &[leftovers::check];

/// Runs all checks and prints what they find.
///
/// # Errors
/// If anything is found, or the repository cannot be read.
pub fn report(repo: &Repo) -> Result<(), String> {
    let mut found = edges::check(repo)?;
    found.extend(links::check(repo));
    for path in &repo.files {
        let Some(text) = repo.text(path) else { continue };
        TEXT_CHECKS.iter().for_each(|check| check(path, &text, &mut found));
        if path.ends_with(".rs") {
            check_rust(path, &text, &mut found);
        }
    }
    found.sort();
    found.iter().for_each(|f| println!("{f}"));
    match found.len() {
        0 => {
            println!("tidy: {} files in order", repo.files.len());
            Ok(())
        }
        n => Err(format!("tidy: {n} findings")),
    }
}

fn check_rust(path: &str, text: &str, found: &mut Vec<Finding>) {
    match syn::parse_file(text) {
        Ok(syntax) => {
            let file = RustFile { path, text, syntax };
            RUST_CHECKS.iter().for_each(|check| check(&file, found));
        }
        Err(e) => found.push(Finding::new(path, e.span().start().line, format!("does not parse: {e}"))),
    }
}

/// Parses `text` as the file `path` and runs one check on it.
#[cfg(test)]
fn findings(path: &str, text: &str, check: RustCheck) -> Vec<String> {
    let syntax = syn::parse_file(text).expect("the test's source parses");
    let mut found = Vec::new();
    check(&RustFile { path, text, syntax }, &mut found);
    found.iter().map(Finding::to_string).collect()
}
