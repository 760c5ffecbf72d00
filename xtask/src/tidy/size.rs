//! Checks that files are about one noun or verb, and that functions fit on a screen.

use super::{Finding, RustFile};
use std::ops::RangeInclusive;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

/// Lines of code in a file, tests aside.
const FILE_LINES: usize = 400;
/// Lines of code in a function.
const FUNCTION_LINES: usize = 80;
/// A longer function is one long `match` if this many lines are left outside of it …
const AROUND_MATCH: usize = 20;
/// … and no arm of it is longer than this.
const ARM_LINES: usize = 40;

/// Finds oversized files and functions; files of tests are left alone.
pub fn check(file: &RustFile, found: &mut Vec<Finding>) {
    if file.path.starts_with("tests/") || file.path.contains("/tests/") || file.path.ends_with("/tests.rs") {
        return;
    }
    let lines = Lines::of(file);
    let total = lines.code(1..=lines.is_code.len());
    if total > FILE_LINES {
        let message = format!("{total} lines of code outside tests (at most {FILE_LINES}): split it by what it is about");
        found.push(Finding::new(file.path, 1, message));
    }
    Functions { path: file.path, lines: &lines, found }.visit_file(&file.syntax);
}

/// Which lines hold code that counts.
struct Lines {
    is_code: Vec<bool>,
}

impl Lines {
    fn of(file: &RustFile) -> Lines {
        let counts = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
        let mut lines = Lines { is_code: file.text.lines().map(counts).collect() };
        for item in file.syntax.items.iter().filter(|i| is_test(i)) {
            let (first, last) = extent(item);
            lines.is_code[first - 1..last].fill(false);
        }
        lines
    }

    /// How many of these lines (counted from 1) count.
    fn code(&self, range: RangeInclusive<usize>) -> usize {
        self.is_code[range.start() - 1..*range.end()].iter().filter(|c| **c).count()
    }

    fn code_of(&self, node: &impl Spanned) -> usize {
        let (first, last) = extent(node);
        self.code(first..=last)
    }
}

fn extent(node: &impl Spanned) -> (usize, usize) {
    let span = node.span();
    (span.start().line, span.end().line)
}

fn is_test(item: &syn::Item) -> bool {
    let syn::Item::Mod(module) = item else { return false };
    module.attrs.iter().any(|a| a.path().is_ident("cfg") && a.meta.require_list().is_ok_and(|l| l.tokens.to_string() == "test"))
}

struct Functions<'a> {
    path: &'a str,
    lines: &'a Lines,
    found: &'a mut Vec<Finding>,
}

impl Functions<'_> {
    fn check(&mut self, signature: &syn::Signature, body: &syn::Block) {
        let total = self.lines.code_of(body);
        if total <= FUNCTION_LINES || self.is_one_match(body, total) {
            return;
        }
        let message = format!("`{}` has {total} lines of code (at most {FUNCTION_LINES})", signature.ident);
        self.found.push(Finding::new(self.path, signature.span().start().line, message));
    }

    /// Whether nearly all of the body is one `match` with short arms.
    fn is_one_match(&self, body: &syn::Block, total: usize) -> bool {
        let mut longest = LongestMatch { lines: self.lines, best: None };
        longest.visit_block(body);
        let Some((length, node)) = longest.best else { return false };
        total - length <= AROUND_MATCH && node.arms.iter().all(|arm| self.lines.code_of(arm) <= ARM_LINES)
    }
}

impl<'a> Visit<'a> for Functions<'_> {
    fn visit_item_fn(&mut self, node: &'a syn::ItemFn) {
        self.check(&node.sig, &node.block);
        visit::visit_item_fn(self, node);
    }
    fn visit_impl_item_fn(&mut self, node: &'a syn::ImplItemFn) {
        self.check(&node.sig, &node.block);
        visit::visit_impl_item_fn(self, node);
    }
    fn visit_trait_item_fn(&mut self, node: &'a syn::TraitItemFn) {
        if let Some(body) = &node.default {
            self.check(&node.sig, body);
        }
        visit::visit_trait_item_fn(self, node);
    }
}

/// The longest `match` and its lines of code.
struct LongestMatch<'a, 'b> {
    lines: &'b Lines,
    best: Option<(usize, &'a syn::ExprMatch)>,
}

impl<'a> Visit<'a> for LongestMatch<'a, '_> {
    fn visit_expr_match(&mut self, node: &'a syn::ExprMatch) {
        let length = self.lines.code_of(node);
        if self.best.is_none_or(|(best, _)| length > best) {
            self.best = Some((length, node));
        }
        visit::visit_expr_match(self, node);
    }
}

#[cfg(test)]
mod tests {
    use super::super::findings;
    use super::check;

    fn function(body: &str) -> String {
        format!("//! x\nfn f(x: u32) {{\n{body}\n}}\n")
    }

    #[test]
    fn long_functions_are_found_unless_they_are_one_match() {
        let long = function(&"    g();\n".repeat(90));
        assert_eq!(findings("a.rs", &long, check), ["a.rs:2: `f` has 92 lines of code (at most 80)"]);
        let arms: String = (0..90).map(|n| format!("        {n} => g(),\n")).collect();
        assert!(findings("a.rs", &function(&format!("    match x {{\n{arms}    }}")), check).is_empty());
        let heavy = format!(
            "    match x {{\n        1 => {{\n{}        }}\n        _ => {{}}\n    }}",
            "            g();\n".repeat(90)
        );
        assert_eq!(findings("a.rs", &function(&heavy), check).len(), 1);
    }

    #[test]
    fn tests_and_comments_do_not_count() {
        let tests =
            format!("//! x\n{}#[cfg(test)]\nmod tests {{\n{}}}\n", "// why\n".repeat(300), "    use a::b;\n".repeat(500));
        assert!(findings("a.rs", &tests, check).is_empty());
        assert_eq!(findings("a.rs", &"const A: u8 = 1;\n".repeat(401), check).len(), 1);
    }
}
