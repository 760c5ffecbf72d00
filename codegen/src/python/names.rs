//! Names in Python: those of the source if Python allows them, and new names that do not conflict with them.

use std::collections::HashSet;

/// Words that a source's names may not be: Python's own, and those that the emitted code uses.
const RESERVED: &[&str] = &[
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "abs",
    "dict",
    "float",
    "int",
    "len",
    "max",
    "min",
    "range",
    "reversed",
    "slice",
    "tuple",
    "zip",
    "math",
    "np",
    "ni",
    "nj",
    "nk",
    "callbacks",
    "domain",
    "i0",
    "i1",
    "j0",
    "j1",
    "k1",
    "k0",
    "origin",
    "start_point",
];

/// The names of one scope.
#[derive(Clone, Default, Debug)]
pub struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// A scope in which the words of Python and the helpers of the emitted code are taken.
    pub fn new() -> Names {
        let helpers = super::prelude::HELPERS.iter().map(|h| h.name);
        Names { taken: RESERVED.iter().copied().chain(helpers).map(str::to_string).collect() }
    }
    /// A name that is still free, as much like `wanted` as possible.
    pub fn take(&mut self, wanted: &str) -> String {
        let letter = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
        let mut name: String = wanted.chars().map(letter).collect();
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            name.insert(0, '_');
        }
        while !self.taken.insert(name.clone()) {
            name.push('_');
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_unless_they_clash() {
        let mut names = Names::new();
        assert_eq!(names.take("lambda"), "lambda_");
        assert_eq!(names.take("q"), "q");
        assert_eq!(names.take("q"), "q_");
        assert_eq!(names.take("a.b"), "a_b");
        assert_eq!(names.take("smaller"), "smaller_");
    }
}
