//! Errors and warnings: values with codes and spans, rendered once, where the program reports them.

mod code;
mod codes;
pub mod explain;
mod policy;

pub use code::{Code, Entry, Example, Form, Level, Theme};
pub use codes::{all, themes};
pub use policy::{Policy, Selection, Treatment};

use crate::source::{Sources, Span};
use annotate_snippets::{AnnotationKind, Group, Level as Severity, Renderer, Snippet};

/// Something wrong with the input: what, where, and how to mend it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    pub code: Code,
    pub level: Level,
    pub message: String,
    /// The first label is the primary one.
    pub labels: Vec<Label>,
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Vec<String>,
}

/// A place and what is to say about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

impl Diagnostic {
    /// An error with its primary place.
    pub fn error(code: Code, message: impl Into<String>, span: Span, label: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            level: Level::Error,
            message: message.into(),
            labels: vec![Label { span, text: label.into() }],
            notes: Vec::new(),
            help: Vec::new(),
        }
    }
    /// A warning with its primary place.
    pub fn warning(code: Code, message: impl Into<String>, span: Span, label: impl Into<String>) -> Diagnostic {
        Diagnostic { level: Level::Warning, ..Diagnostic::error(code, message, span, label) }
    }
    /// Adds a further place.
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }
    /// Adds a fact.
    pub fn note(mut self, text: impl Into<String>) -> Diagnostic {
        self.notes.push(text.into());
        self
    }
    /// Adds what to do.
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help.push(text.into());
        self
    }
    /// Whether this is an error.
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }
}

/// The diagnostics as text with source excerpts, in the manner of rustc; in colour if asked.
pub fn render(sources: &Sources, diagnostics: &[Diagnostic], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let blocks: Vec<String> = diagnostics.iter().map(|d| renderer.render(&report(sources, d))).collect();
    blocks.join("\n\n")
}

fn report<'a>(sources: &'a Sources, d: &'a Diagnostic) -> Vec<Group<'a>> {
    let level = if d.is_error() { Severity::ERROR } else { Severity::WARNING };
    let title = level.primary_title(d.message.as_str()).id(d.code.to_string());
    let mut group = title.elements(Vec::<annotate_snippets::Message<'a>>::new());
    let mut seen = Vec::new();
    for label in &d.labels {
        if seen.contains(&label.span.source) {
            continue;
        }
        seen.push(label.span.source);
        let Some(source) = sources.get(label.span.source) else {
            continue;
        };
        let here = d.labels.iter().enumerate().filter(|(_, l)| l.span.source == label.span.source);
        let annotations = here.filter(|(_, l)| source.text.get(l.span.start as usize..l.span.end as usize).is_some());
        let annotations = annotations.map(|(n, l)| {
            let kind = if n == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            kind.span(l.span.start as usize..l.span.end as usize).label(l.text.as_str())
        });
        group = group.element(Snippet::source(source.text.as_str()).path(source.name.as_str()).annotations(annotations));
    }
    for note in &d.notes {
        group = group.element(Severity::NOTE.message(note.as_str()));
    }
    for help in &d.help {
        group = group.element(Severity::HELP.message(help.as_str()));
    }
    vec![group]
}

#[cfg(test)]
mod tests {
    use super::{Code, Diagnostic, render};
    use crate::source::{Sources, Span};

    #[test]
    fn what_has_no_source_is_shown_without_excerpts() {
        let mut sources = Sources::default();
        let source = sources.add("model.py", "out = q");
        let nowhere = Diagnostic::error(Code::RACE, "`q` races", Span::NONE, "here").note("a fact").help("what to do");
        let text = render(&sources, std::slice::from_ref(&nowhere), false);
        assert!(text.starts_with("error[TW0505]: `q` races\n") && !text.contains("-->"), "{text}");
        assert!(text.contains("note: a fact") && text.contains("help: what to do"), "{text}");
        let beyond = Diagnostic::warning(Code::NEVER_READ, "lost", Span::new(source, 3, 900), "beyond the text");
        assert!(render(&sources, &[beyond, nowhere], false).starts_with("warning[TW0501]: lost\n"));
    }
}
