//! Checks that every Rust file starts with a line that says what it is about.

use super::{Finding, RustFile};

/// Finds files that do not open with a `//!` comment.
pub fn check(file: &RustFile, found: &mut Vec<Finding>) {
    let first = file.text.lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
    if !first.starts_with("//!") {
        found.push(Finding::new(file.path, 1, "the file does not open with a `//!` line that says what it is about"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::findings;
    use super::check;

    #[test]
    fn a_file_says_what_it_is() {
        assert!(findings("a.rs", "//! Rows.\nfn f() {}\n", check).is_empty());
        assert_eq!(findings("a.rs", "// Rows.\nfn f() {}\n", check).len(), 1);
    }
}
