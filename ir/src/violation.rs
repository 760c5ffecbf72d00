//! Data-dependent indexes that are outside of their field.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::stencil::MAX_DATA_DIMENSIONS;

/// Below all indexes that [`no_component`] tells apart.
const FAR: i64 = 1 << 40;

/// What stands for a component where the index `n` along a data dimension, one of several, does not exist: `base - steps * n`.
/// No field has such a component, and [`missing_index`] finds dimension and index again, if they are less than 2^40 from zero.
pub fn no_component(dimension: usize) -> (i64, i64) {
    let steps = MAX_DATA_DIMENSIONS as i64;
    (-1 - dimension as i64 - steps * FAR, steps)
}

/// The dimension and the index that a component of [`no_component`] stands for.
fn missing_index(component: i64) -> (usize, i64) {
    let (code, steps) = ((-1i64).wrapping_sub(component), MAX_DATA_DIMENSIONS as i64);
    (code.rem_euclid(steps) as usize, code.div_euclid(steps).wrapping_sub(FAR))
}

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
    /// The same for a domain whose start is at `corner`.
    pub fn moved(self, corner: [i64; 3]) -> First<C> {
        First(self.0.map(|(span, violation, check)| (span, violation.moved(corner), check)))
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
    /// The error: `stencil` is the label of the call, `field` the field's name and the sizes of its data dimensions, `span` the
    /// statement. Sizes are in points.
    pub fn diagnostic(&self, stencil: &str, (field, data): (&str, &[u32]), span: Span) -> Diagnostic {
        let (what, [i, j, k], (first, last)) = (if self.is_level { "level" } else { "component" }, self.point, self.exists);
        let (message, stands) = if !self.is_level && data.len() > 1 && self.index < 0 {
            let (dimension, index) = missing_index(self.index);
            let (nth, last) = (dimension + 1, data.get(dimension).map_or(0, |size| size - 1));
            (
                format!("index {index} of `{field}` does not exist"),
                format!("has the indexes 0 to {last} along data dimension {nth}"),
            )
        } else {
            let stands = if first <= last { format!("has the {what}s {first} to {last}") } else { format!("has no {what}s") };
            (format!("{what} {} of `{field}` does not exist", self.index), stands)
        };
        let found = Diagnostic::error(Code::INDEX_OUTSIDE, message, span, format!("at the point ({i}, {j}, {k})"));
        found
            .note(format!("`{field}` {stands}; found in `{stencil}`"))
            .help("limit the index with `min` and `max`, or read only where it is in range")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_indexes_are_found_again() {
        for dimension in 0..MAX_DATA_DIMENSIONS {
            for n in [-FAR + 1, -7, -1, 0, 1, 2, 3, 4, 1000, FAR - 1] {
                let (base, steps) = no_component(dimension);
                let component = base - steps * n;
                assert!(component < 0);
                assert_eq!(missing_index(component), (dimension, n));
            }
        }
    }
}
