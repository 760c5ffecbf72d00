//! Positions on the axes in Python: `0`, `nk - 1`, `max(1, ni - 3)`; and the parts of arrays between two of them.

use tradewind_ir::{Anchor, Axis, Bound, Domain, Range};

/// The name of the domain's size on an axis.
pub fn size_name(axis: Axis) -> &'static str {
    ["ni", "nj", "nk"][axis.index()]
}

/// `name + by`, in the shortest form; an empty name stands for zero.
pub fn sum(name: &str, by: i64) -> String {
    match by {
        _ if name.is_empty() => by.to_string(),
        0 => name.to_string(),
        by if by < 0 => format!("{name} - {}", -by),
        by => format!("{name} + {by}"),
    }
}

/// `first + position`, in the shortest form.
pub fn joined(first: &str, position: &str) -> String {
    match position {
        "0" => first.to_string(),
        p if p.starts_with('-') => format!("{first} - {}", &p[1..]),
        p => format!("{first} + {p}"),
    }
}

/// A position, counted from the start of the domain, moved by `by` points.
pub fn position(axis: Axis, bound: Bound, by: i64) -> String {
    let name = if bound.anchor == Anchor::End { size_name(axis) } else { "" };
    sum(name, i64::from(bound.offset) + by)
}

/// The first position of a range and the one past its last, moved by `by`, each a Python expression of numbers.
pub fn ends(axis: Axis, range: &Range, by: i64, domain: Domain) -> (String, String) {
    let range = range.tightened(domain[axis.index()]);
    let side = |bounds: &[Bound], word: &str| match bounds {
        [one] => position(axis, *one, by),
        many => format!("{word}({})", many.iter().map(|b| position(axis, *b, by)).collect::<Vec<_>>().join(", ")),
    };
    (side(&range.lo, "max"), side(&range.hi, "min"))
}

/// `range(…)` and its like over the positions of a range: `0, nk` without a zero in front.
pub fn arguments(axis: Axis, range: &Range, by: i64, domain: Domain) -> String {
    match ends(axis, range, by, domain) {
        (lo, hi) if lo == "0" => hi,
        (lo, hi) => format!("{lo}, {hi}"),
    }
}

/// Points of a range as a number, never negative.
pub fn count(axis: Axis, range: &Range, domain: Domain) -> String {
    let min = domain[axis.index()];
    let range = range.tightened(min);
    if let Some(levels) = range.levels() {
        return levels.to_string();
    }
    match (range.lo.as_slice(), range.hi.as_slice()) {
        ([lo], [hi]) if lo.anchor == Anchor::Start => {
            let by = i64::from(hi.offset) - i64::from(lo.offset);
            let text = sum(size_name(axis), by);
            if min + by < 0 { format!("max({text}, 0)") } else { text }
        }
        _ => {
            let (lo, hi) = ends(axis, &range, 0, domain);
            match lo.as_str() {
                "0" if range.hi.iter().all(|b| b.at(min) >= 0) => hi,
                "0" => format!("max({hi}, 0)"),
                _ => format!("max({hi} - {lo}, 0)"),
            }
        }
    }
}

/// The points of `range`, moved by `offset`, as a slice of an axis of an array that has the points of `whole`. `min` is the
/// least size of the domain on each axis.
pub fn slice(axis: Axis, range: &Range, offset: i32, whole: &Range, min: Domain) -> String {
    let range = range.tightened(min[axis.index()]);
    match (whole.lo.as_slice(), whole.hi.as_slice()) {
        ([Bound { anchor: Anchor::Start, offset: low }], [Bound { anchor: Anchor::End, offset: high }]) => {
            slice_of_domain(axis, &range, offset, (*low, *high), min)
        }
        _ => slice_of_box(axis, &range.moved(offset, offset), &whole.tightened(min[axis.index()]), min),
    }
}

/// The same for an array that reaches from `low` below the start of the domain to `high` beyond its end.
fn slice_of_domain(axis: Axis, range: &Range, offset: i32, (low, high): (i32, i32), min: Domain) -> String {
    let n = axis.index();
    // Indexes count from the array's first element, or, where that reads better, from its end.
    let (by, from_end) = (i64::from(offset) - i64::from(low), i64::from(offset) - i64::from(high));
    let starts_array = |b: &Bound| b.anchor == Anchor::Start && i64::from(b.offset) + by == 0;
    let ends_array = |b: &Bound| b.anchor == Anchor::End && i64::from(b.offset) + from_end == 0;
    let start = match range.lo.as_slice() {
        // Python cuts slices to the array.
        [edge, Bound { anchor: Anchor::End, offset }] if starts_array(edge) && i64::from(*offset) + from_end < 0 => {
            Some((i64::from(*offset) + from_end).to_string())
        }
        [Bound { anchor: Anchor::Start, offset }] => {
            Some((i64::from(*offset) + by).max(0)).filter(|at| *at != 0).map(|at| at.to_string())
        }
        [Bound { offset, .. }] if i64::from(*offset) + from_end < 0 => Some((i64::from(*offset) + from_end).to_string()),
        _ => Some(ends(axis, range, by, min).0),
    };
    let stop = match range.hi.as_slice() {
        [Bound { anchor: Anchor::Start, offset }, edge] if ends_array(edge) => {
            Some((i64::from(*offset) + by).max(0).to_string())
        }
        [Bound { anchor: Anchor::Start, offset }] => Some((i64::from(*offset) + by).max(0).to_string()),
        [Bound { offset, .. }] => Some(i64::from(*offset) + from_end).filter(|at| *at != 0).map(|at| at.to_string()),
        bounds => {
            let text = ends(axis, range, by, min).1;
            let may_be_negative = bounds.iter().any(|b| b.at(min[n]) + by < 0);
            Some(if may_be_negative { format!("max({text}, 0)") } else { text })
        }
    };
    format!("{}:{}", start.unwrap_or_default(), stop.unwrap_or_default())
}

/// The same for any other array; both ranges are tightened.
fn slice_of_box(axis: Axis, range: &Range, whole: &Range, min: Domain) -> String {
    let index = |b: &Bound| index_in(axis, *b, whole, min);
    let never_negative = |text: String| if text.contains(' ') { format!("max({text}, 0)") } else { text };
    let start = match range.lo.as_slice() {
        lo if lo == whole.lo => String::new(),
        [one] => never_negative(index(one)),
        // One of them is a number, or the array begins no later than they say.
        many => format!("max({})", many.iter().map(index).collect::<Vec<_>>().join(", ")),
    };
    let stop = match range.hi.as_slice() {
        hi if hi == whole.hi => String::new(),
        [one] => never_negative(index(one)),
        many => format!("min({})", many.iter().map(|b| never_negative(index(b))).collect::<Vec<_>>().join(", ")),
    };
    format!("{}:{stop}", if start == "0" { "" } else { &start })
}

/// The index of a position in an array that has the points of `whole`; a number is never negative.
fn index_in(axis: Axis, bound: Bound, whole: &Range, min: Domain) -> String {
    let by = |first: i32| i64::from(bound.offset) - i64::from(first);
    match whole.lo.as_slice() {
        [first] if first.anchor == bound.anchor => by(first.offset).max(0).to_string(),
        [Bound { anchor: Anchor::Start, offset }] => sum(size_name(axis), by(*offset)),
        [Bound { offset, .. }] => format!("{} - {}", by(*offset), size_name(axis)),
        _ => format!("{} - {}", position(axis, bound, 0), ends(axis, whole, 0, min).0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_read_as_written_by_hand() {
        let of = |lo, hi, offset, (low, high)| {
            slice(Axis::I, &Range::new(lo, hi), offset, &Range::new(Bound::start(low), Bound::end(high)), [1; 3])
        };
        assert_eq!(of(Bound::START, Bound::END, 0, (-1, 1)), "1:-1");
        assert_eq!(of(Bound::START, Bound::END, 1, (-1, 1)), "2:");
        assert_eq!(of(Bound::START, Bound::END, -1, (-1, 1)), ":-2");
        assert_eq!(of(Bound::START, Bound::start(1), 0, (-1, 1)), "1:2");
        assert_eq!(of(Bound::end(-1), Bound::END, 0, (0, 0)), "-1:");
    }

    #[test]
    fn bounds_whose_order_depends_on_the_size_are_compared_when_it_runs() {
        let range = Range { lo: vec![Bound::START, Bound::end(-3)], hi: vec![Bound::END] };
        let whole = |low| Range::new(Bound::start(low), Bound::END);
        assert_eq!(slice(Axis::I, &range, 0, &whole(-1), [1; 3]), "max(1, ni - 2):");
        assert_eq!(slice(Axis::I, &range, 0, &whole(-1), [3; 3]), "-3:");
        assert_eq!(slice(Axis::I, &range, 0, &whole(0), [1; 3]), "-3:");
        let range = Range { lo: vec![Bound::START], hi: vec![Bound::start(2), Bound::END] };
        assert_eq!(arguments(Axis::J, &range, 0, [1; 3]), "min(2, nj)");
        assert_eq!(count(Axis::K, &Range::new(Bound::start(1), Bound::end(-1)), [1; 3]), "max(nk - 2, 0)");
    }

    #[test]
    fn arrays_of_a_box_count_from_its_first_point() {
        let end = Range::new(Bound::end(-3), Bound::END);
        let of = |range: &Range, offset, whole: &Range| slice(Axis::I, range, offset, whole, [1; 3]);
        assert_eq!(of(&end, 0, &end), ":");
        assert_eq!(of(&Range::new(Bound::end(-2), Bound::end(-1)), 0, &end), "1:2");
        assert_eq!(of(&Range::new(Bound::end(-3), Bound::end(-1)), 1, &end), "1:");
        let late = Range { lo: vec![Bound::START, Bound::end(-2)], hi: vec![Bound::END] };
        assert_eq!(of(&late, 0, &end), "max(3 - ni, 1):");
        let start = Range::new(Bound::START, Bound::start(4));
        let early = Range { lo: vec![Bound::START], hi: vec![Bound::start(2), Bound::END] };
        assert_eq!(of(&early, 1, &start), "1:min(3, max(ni + 1, 0))");
        assert_eq!(count(Axis::I, &early, [1; 3]), "min(2, ni)");
    }
}
