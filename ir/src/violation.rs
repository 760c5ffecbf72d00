//! Data-dependent indexes that lie outside of their field.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// An index that a check has found outside of its field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Violation {
    /// Where the check was made, counted from the start of the domain.
    pub point: [i64; 3],
    /// Whether it is a level; otherwise a component.
    pub is_level: bool,
    pub index: i64,
    /// The least and the greatest index that exists.
    pub exists: (i64, i64),
}

/// The first of the violations that are found: that of the check which stands first in the source, then of the lowest point. `C`
/// says which check it was.
#[derive(Clone, Copy, Debug)]
pub struct First<C>(Option<(Span, Violation, C)>);

impl<C> Default for First<C> {
    fn default() -> Self {
        First(None)
    }
}

impl<C: Copy> First<C> {
    /// Takes note of a violation that a check at `span` has found.
    pub fn note(&mut self, span: Span, violation: Violation, check: C) {
        if self.0.is_none_or(|(at, known, _)| (span, violation.order()) < (at, known.order())) {
            self.0 = Some((span, violation, check));
        }
    }
    /// Takes note of what was found elsewhere.
    pub fn join(&mut self, other: First<C>) {
        if let Some((span, violation, check)) = other.0 {
            self.note(span, violation, check);
        }
    }
    /// Where the check stands, what it has found, and which it is.
    pub fn get(&self) -> Option<(Span, Violation, C)> {
        self.0
    }
}

impl Violation {
    /// Violations of one check are compared by level, then by J, then by I; at one point the level comes before the component.
    pub fn order(&self) -> ([i64; 3], bool) {
        let [i, j, k] = self.point;
        ([k, j, i], !self.is_level)
    }
    /// The same for a domain whose start is at `corner`.
    pub fn moved(mut self, corner: [i64; 3]) -> Violation {
        self.point.iter_mut().zip(corner).for_each(|(at, by)| *at += by);
        if self.is_level {
            self.index = self.index.saturating_add(corner[2]);
            self.exists = (self.exists.0 + corner[2], self.exists.1 + corner[2]);
        }
        self
    }
    /// The error: `stencil` is the label of the call, `field` the field's name, `span` the statement. Sizes are in points.
    pub fn diagnostic(&self, stencil: &str, field: &str, span: Span) -> Diagnostic {
        let (what, [i, j, k], (first, last)) = (if self.is_level { "level" } else { "component" }, self.point, self.exists);
        let message = format!("{what} {} of `{field}` does not exist", self.index);
        let found = Diagnostic::error(Code::INDEX_OUTSIDE, message, span, format!("at the point ({i}, {j}, {k})"));
        let stands = if first <= last { format!("has the {what}s {first} to {last}") } else { format!("has no {what}s") };
        found
            .note(format!("`{field}` {stands}; found in `{stencil}`"))
            .help("limit the index with `min` and `max`, or read only where it is in range")
    }
}
