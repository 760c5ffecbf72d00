//! `cargo xtask tidy`: what the compiler and clippy do not check.

mod circles;
mod edges;
mod finding;
mod headers;
mod leftovers;
mod size;
mod unsafety;

pub use finding::Finding;

use crate::links;
use crate::repo::Repo;
use finding::RustFile;

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
    found.extend(circles::check(repo)?);
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
