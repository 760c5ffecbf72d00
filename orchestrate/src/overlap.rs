//! Whether two strided arrays share memory.
//!
//! Element `x` of one array and element `y` of the other share a byte if the difference of the arrays' starts is a sum of whole
//! multiples of all strides, each multiple within its dimension, plus less than the size of an element. The search goes from
//! the largest stride to the smallest. At each stride, the distance that the smaller strides can cover leaves few multiples:
//! one or two for arrays whose dimensions are nested.

use std::ops::Range;

/// Where the elements of a strided array are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout<'v> {
    /// The first element's address.
    pub start: usize,
    /// Bytes of an element.
    pub element: usize,
    /// Elements per dimension, and bytes from one to the next.
    pub shape: &'v [usize],
    pub strides: &'v [isize],
}

impl Layout<'_> {
    /// The addresses from the first byte to one past the last byte of the array; empty for an array without elements.
    pub fn bytes(&self) -> Range<usize> {
        let start = self.start as isize;
        if self.shape.contains(&0) {
            return start as usize..start as usize;
        }
        let ends = self.shape.iter().zip(self.strides).map(|(n, s)| (*n as isize - 1) * s);
        let (low, high) = ends.fold((0, 0), |(low, high), end| (low + end.min(0), high + end.max(0)));
        (start + low) as usize..(start + high) as usize + self.element
    }
    /// Sizes and strides of the dimensions that have any.
    fn dimensions(&self) -> impl Iterator<Item = (i128, i128)> {
        let all = self.shape.iter().zip(self.strides).map(|(n, s)| (*n as i128, s.unsigned_abs() as i128));
        all.filter(|(n, stride)| *n > 1 && *stride > 0)
    }
}

/// After this many multiples the search gives up, and the arrays count as sharing memory.
const EFFORT: usize = 100_000;

/// A stride, and how often it may be added: from the first to the second.
type Term = (i128, i128, i128);

/// Whether some byte belongs to elements of both.
pub(crate) fn share_memory(a: Layout, b: Layout) -> bool {
    let (ours, theirs) = (a.bytes(), b.bytes());
    if ours.is_empty() || theirs.is_empty() || ours.start >= theirs.end || theirs.start >= ours.end {
        return false;
    }
    let mut terms: Vec<Term> = vec![(1, 1 - b.element as i128, a.element as i128 - 1)];
    // Counted from the lowest addresses, all strides are positive.
    terms.extend(a.dimensions().map(|(n, stride)| (stride, 0, n - 1)));
    terms.extend(b.dimensions().map(|(n, stride)| (stride, 1 - n, 0)));
    terms.sort_by_key(|term| std::cmp::Reverse(term.0));
    terms.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            (kept.1, kept.2) = (kept.1 + next.1, kept.2 + next.2);
        }
        same
    });
    reaches(&terms, theirs.start as i128 - ours.start as i128, &mut EFFORT.clone())
}

/// Whether a sum of the terms is `target`.
fn reaches(terms: &[Term], target: i128, effort: &mut usize) -> bool {
    let Some(((stride, first, last), rest)) = terms.split_first() else { return target == 0 };
    let (low, high) = rest.iter().fold((0, 0), |(low, high), (s, first, last)| (low + s * first, high + s * last));
    let from = (*first).max(-(high - target).div_euclid(*stride));
    let to = (*last).min((target - low).div_euclid(*stride));
    (from..=to).any(|n| {
        *effort = effort.saturating_sub(1);
        *effort == 0 || reaches(rest, target - n * stride, effort)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// The bytes of an array, one by one.
    fn every_byte(a: &Layout) -> HashSet<isize> {
        let mut found = HashSet::from([a.start as isize]);
        for (n, stride) in a.shape.iter().zip(a.strides) {
            found = found.iter().flat_map(|at| (0..*n as isize).map(move |k| at + k * stride)).collect();
        }
        found.into_iter().flat_map(|at| (0..a.element as isize).map(move |byte| at + byte)).collect()
    }

    #[test]
    fn is_what_counting_bytes_says() {
        let mut state = 7u64;
        let mut random = |n: u64| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((state >> 33) % n) as usize
        };
        let mut shared = 0;
        for _ in 0..4000 {
            let shapes = [0, 1].map(|_| (0..random(4)).map(|_| random(4)).collect::<Vec<_>>());
            let strides = shapes.clone().map(|shape| shape.iter().map(|_| random(41) as isize - 20).collect::<Vec<_>>());
            let [a, b] = [0, 1].map(|n| {
                let (start, element) = (10_000 + random(40), [8, 4, 1][random(3)]);
                Layout { start, element, shape: &shapes[n], strides: &strides[n] }
            });
            let expected = !every_byte(&a).is_disjoint(&every_byte(&b));
            assert_eq!(share_memory(a, b), expected, "{a:?} {b:?}");
            shared += usize::from(expected);
        }
        assert!((400..3600).contains(&shared), "{shared}");
    }

    #[test]
    fn components_and_blocks_of_one_array_are_apart() {
        let at = |start, shape, strides| Layout { start, element: 8, shape, strides };
        let components = [4096, 4104].map(|start| at(start, &[300, 200, 80], &[256_000, 1280, 16]));
        assert!(!share_memory(components[0], components[1]));
        let [low, high, shifted] = [4096, 4416, 4744].map(|start| at(start, &[300, 200, 40], &[128_000, 640, 8]));
        assert!(!share_memory(low, high));
        assert!(share_memory(low, shifted));
    }
}
