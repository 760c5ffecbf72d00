//! The tables of codes as text for a terminal and as `docs/errors.md`.

use super::{Entry, Form, Level, themes};

impl Entry {
    /// The explanation for a terminal.
    pub fn explain(&self) -> String {
        let mut text = format!("{}: {} ({})\n\n{}", self.code, self.title, level(self), fold(self.text, 100));
        if let Some(example) = self.example {
            if !example.form.given().is_empty() {
                let words = if example.form == Form::Run {
                    "Next to the example is model.py"
                } else {
                    "The example begins with this code"
                };
                text += &format!("\n{words}\n\n{}", indent(example.form.given()));
            }
            text += &format!("\n{}\n\n{}", first(self), indent(&example.bad()));
            text += &format!("\nCorrected\n\n{}", indent(&example.good()));
        }
        text
    }
}

/// All codes, a line each.
pub fn list() -> String {
    let mut text = String::new();
    for theme in themes() {
        text += &format!("{}\n", theme.title);
        for entry in theme.entries {
            text += &format!("  {}  {:<7}  {}\n", entry.code, level(entry), entry.title);
        }
        text += "\n";
    }
    text + "`tradewind explain CODE` explains a code, with an example. Use --allow CODE or --deny CODE to allow or deny a \
            warning.\n"
}

/// All explanations as one page of Markdown.
pub fn page() -> String {
    let mut text = String::from(
        "# Errors and warnings\n\nEvery diagnostic has a code. `tradewind explain TW0101` prints the explanation of a code. \
         `tradewind check --deny TW0501` makes\na warning an error, `--allow TW0501` hides it, and `--deny warnings` makes \
         all warnings errors. This page is generated from\nthe tables in `ir/src/diagnostic/codes/`. The tests run every \
         example.\n",
    );
    for theme in themes() {
        text += &format!("\n## {}\n", theme.title);
        let mut given = None;
        for entry in theme.entries {
            text += &format!("\n### {}: {}\n\n{}", entry.code, entry.title, fold(entry.text, 128));
            let Some(example) = entry.example else { continue };
            let before = example.form.given();
            if !before.is_empty() && given != Some(example.form) {
                let words = if example.form == Form::Run {
                    "Next to this example, and the others of this form, is `model.py`"
                } else {
                    "This example, and the others of this form, begin with this code"
                };
                text += &format!("\n{words}:\n\n{}", block(Form::GtScript, before));
            }
            given = Some(example.form);
            text += &format!("\n{}:\n\n{}", first(entry), block(example.form, &example.bad()));
            text += &format!("\nCorrected:\n\n{}", block(example.form, &example.good()));
        }
    }
    text
}

fn level(entry: &Entry) -> &'static str {
    match entry.level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

fn first(entry: &Entry) -> &'static str {
    match entry.level {
        Level::Error => "Wrong",
        Level::Warning => "Gives the warning",
    }
}

fn block(form: Form, text: &str) -> String {
    format!("```{}\n{text}```\n", form.language())
}

fn indent(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_string() } else { format!("    {line}\n") }).collect()
}

/// The words in lines of at most `width` characters.
fn fold(text: &str, width: usize) -> String {
    let (mut folded, mut column) = (String::new(), 0);
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            folded.push('\n');
            column = 0;
        } else if column > 0 {
            folded.push(' ');
            column += 1;
        }
        folded += word;
        column += length;
    }
    folded + "\n"
}
