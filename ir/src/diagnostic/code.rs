//! Codes: every diagnostic has one, such as `TW0101`. It stays the same when the words change, and it has an explanation.

use std::fmt;

/// What a diagnostic is about, by number. The constants stand in the tables of `codes`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub(super) u16);

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    Warning,
    Error,
}

/// A row of the tables.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub code: Code,
    /// Whether it is an error or a warning.
    pub level: Level,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// Why it is wrong and what to do.
    pub text: &'static str,
    /// What shows it; nothing where no input of a user can.
    pub example: Option<Example>,
}

/// An input that gives the code, and the same input mended.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    pub form: Form,
    pub(super) bad: &'static str,
    pub(super) good: &'static str,
}

/// What an example is written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// GTScript; the words of the language need no import. A first line `# tradewind …` is the command that shows the code,
    /// where it is not `check`.
    GtScript,
    /// Python, after [`Form::given`].
    Python,
    /// The text form of OIR.
    Oir,
    /// The text form of a schedule tree.
    Tree,
    /// The text form of a dataflow graph.
    Graph,
    /// A schedule file, for [`Form::given`].
    Schedule,
    /// A machine file.
    Machine,
    /// A run file, next to [`Form::given`] as `model.py`.
    Run,
}

/// The codes about one part of the language.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    pub title: &'static str,
    pub entries: &'static [Entry],
}

impl Example {
    /// What is wrong.
    pub fn bad(&self) -> String {
        dedent(self.bad)
    }
    /// The same, mended.
    pub fn good(&self) -> String {
        dedent(self.good)
    }
}

impl Form {
    /// What stands before every example of this form.
    pub fn given(self) -> &'static str {
        match self {
            Form::Python => {
                "import numpy as np\nimport tradewind\nfrom tradewind.gtscript import *\n\n\
                 @tradewind.stencil\n\
                 def double(a: Field[float], out: Field[float]):\n    \
                     with computation(PARALLEL), interval(...):\n        \
                         out = 2.0 * a\n"
            }
            Form::Schedule => {
                "def total(a: Field[float], sum: Field[IJ, float]):\n    \
                     with computation(FORWARD), interval(...):\n        \
                         sum = sum + a\n"
            }
            Form::Run => {
                "def grow(q: Field[float]):\n    \
                     with computation(PARALLEL), interval(...):\n        \
                         q = 1.1 * q\n\n\n\
                 @program\n\
                 def growth(q: Field[float], nt: int):\n    \
                     for n in range(nt):\n        \
                         grow(q)\n"
            }
            Form::GtScript | Form::Oir | Form::Tree | Form::Graph | Form::Machine => "",
        }
    }
    /// Its name for syntax highlighting.
    pub fn language(self) -> &'static str {
        match self {
            Form::GtScript | Form::Python => "python",
            Form::Schedule | Form::Machine | Form::Run => "toml",
            Form::Oir | Form::Tree | Form::Graph => "text",
        }
    }
}

/// The lines without the indentation that they stand at in the table.
fn dedent(text: &str) -> String {
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let indent = lines().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let body = text.trim_matches('\n').trim_end();
    body.lines().map(|line| format!("{}\n", line.get(indent..).unwrap_or(""))).collect()
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

#[cfg(test)]
mod tests {
    use super::dedent;

    #[test]
    fn examples_lose_the_indentation_of_the_table() {
        assert_eq!(dedent("\n        a:\n\n            b\n        c\n    "), "a:\n\n    b\nc\n");
    }
}
