//! Source texts and positions in them.

/// A source text of a [`Sources`] table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SourceId(pub u32);

/// Bytes `start..end` of a source text. [`Span::NONE`] is nowhere, for code that no source stands behind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    pub source: SourceId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// Nowhere.
    pub const NONE: Span = Span { source: SourceId(u32::MAX), start: 0, end: 0 };

    /// Bytes `start..end` of `source`.
    pub fn new(source: SourceId, start: usize, end: usize) -> Span {
        Span { source, start: start as u32, end: end as u32 }
    }
    /// Whether the span points nowhere.
    pub fn is_none(self) -> bool {
        self.source == Span::NONE.source
    }
    /// The smallest span that covers both; the other when one is nowhere or in another text.
    pub fn to(self, other: Span) -> Span {
        if self.is_none() {
            return other;
        }
        if other.source != self.source {
            return self;
        }
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// One source text with the name it is known by, usually its path.
#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    pub text: String,
}

/// All source texts of a compilation.
#[derive(Clone, Default, Debug)]
pub struct Sources {
    items: Vec<Source>,
}

impl Sources {
    /// Adds a text and returns its id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        self.items.push(Source { name: name.into(), text: text.into() });
        SourceId(self.items.len() as u32 - 1)
    }
    /// The text with this id.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.items.get(id.0 as usize)
    }
    /// The line (from 1) and column (from 1, in characters) of the start of a span.
    pub fn line_column(&self, span: Span) -> Option<(usize, usize)> {
        let text = &self.get(span.source)?.text;
        let before = text.get(..span.start as usize)?;
        let line_start = before.rfind('\n').map_or(0, |n| n + 1);
        Some((before.matches('\n').count() + 1, before[line_start..].chars().count() + 1))
    }
    /// `file.py:12`, for comments of origin and log lines; `-` for nowhere.
    pub fn place(&self, span: Span) -> String {
        match (self.get(span.source), self.line_column(span)) {
            (Some(source), Some((line, _))) => format!("{}:{line}", source.name),
            _ => "-".to_string(),
        }
    }
}
