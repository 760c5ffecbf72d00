//! Checks that `unsafe` occurs only in few files, each with a reason. (That each block states its own is clippy's
//! `undocumented_unsafe_blocks`.)

use super::{Finding, RustFile};
use proc_macro2::{TokenStream, TokenTree};

/// The files, or folders ending in `/`, that need `unsafe`, and why.
const ALLOWED: &[(&str, &str)] = &[
    ("benches/program/by_hand.rs", "loads C++ that is written by hand and calls it"),
    ("codegen/src/cpu/", "installs machine code and calls it"),
    ("codegen/src/threads.rs", "is told of forks"),
    ("orchestrate/src/differential.rs", "views arrays that stand flush against inaccessible pages"),
    ("orchestrate/src/guard.rs", "maps memory between inaccessible pages"),
    ("orchestrate/src/memory.rs", "reads and writes elements of arrays that the caller owns"),
    ("orchestrate/src/runner.rs", "calls compiled code on memory that was checked to fit"),
    ("orchestrate/src/view.rs", "views arrays that the caller owns"),
    ("python/src/array.rs", "views arrays that Python owns"),
];

/// Finds the word `unsafe` in files that are not listed.
pub fn check(file: &RustFile, found: &mut Vec<Finding>) {
    let covers = |entry: &str| if entry.ends_with('/') { file.path.starts_with(entry) } else { file.path == entry };
    if ALLOWED.iter().any(|(entry, _)| covers(entry)) {
        return;
    }
    let mut lines = Vec::new();
    if let Ok(tokens) = file.text.parse() {
        find(tokens, &mut lines);
    }
    let message = "`unsafe` outside the files that need it (the list is in xtask/src/tidy/unsafety.rs)";
    found.extend(lines.into_iter().map(|line| Finding::new(file.path, line, message)));
}

fn find(tokens: TokenStream, lines: &mut Vec<usize>) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) if word == "unsafe" => lines.push(word.span().start().line),
            TokenTree::Group(group) => find(group.stream(), lines),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::findings;
    use super::check;

    const SOURCE: &str = "//! x\n// unsafe in words\nfn f(p: *const u8) -> u8 {\n    m!(unsafe { *p })\n}\n";

    #[test]
    fn unsafe_is_found_in_macros_and_not_in_comments() {
        let found = findings("ir/src/expr.rs", SOURCE, check);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("ir/src/expr.rs:4: "), "{found:?}");
        assert!(findings("codegen/src/cpu/call.rs", SOURCE, check).is_empty());
    }
}
