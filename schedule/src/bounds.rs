//! Relations between ranges that hold for every size of the domain, if it has a point.

use tradewind_ir::{Bound, Range};

/// Whether `a` never lies above `b`.
pub fn at_most(a: Bound, b: Bound) -> bool {
    a.at_most(b, 1)
}

/// Whether no point of `a`, moved by `by`, is a point of `b`.
pub fn apart(a: &Range, by: i32, b: &Range) -> bool {
    let mut highs = a.hi.iter().map(|h| h.shift(by)).chain(b.hi.iter().copied());
    highs.any(|h| a.lo.iter().map(|l| l.shift(by)).chain(b.lo.iter().copied()).any(|l| at_most(h, l)))
}

/// How many points a point of `b` can lie after one of `a`, on any domain: the least number and the greatest, if they are known.
pub fn distances(a: &Range, b: &Range) -> [Option<i64>; 2] {
    let apart = |from: &[Bound], to: &[Bound]| {
        let pairs = from.iter().flat_map(|x| to.iter().map(move |y| (x, y)));
        pairs.filter(|(x, y)| x.anchor == y.anchor).map(|(x, y)| i64::from(y.offset) - i64::from(x.offset)).collect::<Vec<_>>()
    };
    let least = apart(&a.hi, &b.lo).into_iter().max().map(|n| n + 1);
    [least, apart(&a.lo, &b.hi).into_iter().min().map(|n| n - 1)]
}

/// The points of a range that lie before a bound, and the others.
pub fn cut(range: &Range, at: Bound) -> [Range; 2] {
    let (mut below, mut above) = (range.clone(), range.clone());
    below.hi.push(at);
    above.lo.push(at);
    [below.tightened(1), above.tightened(1)]
}

/// Whether a range has no point.
pub fn is_empty(range: &Range) -> bool {
    apart(range, 0, range)
}

/// Whether a range has at most one point.
pub fn is_single(range: &Range) -> bool {
    apart(range, 1, range)
}

/// Whether all points of `b`, moved by `b_by`, are points of `a`, moved by `a_by`.
pub fn contains(a: &Range, a_by: i32, b: &Range, b_by: i32) -> bool {
    let below = |x: &Bound, y: &Bound| at_most(x.shift(a_by), y.shift(b_by));
    let above = |x: &Bound, y: &Bound| at_most(y.shift(b_by), x.shift(a_by));
    a.lo.iter().all(|x| b.lo.iter().any(|y| below(x, y))) && a.hi.iter().all(|x| b.hi.iter().any(|y| above(x, y)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(lo: Bound, hi: Bound) -> Range {
        Range::new(lo, hi)
    }

    #[test]
    fn sections_that_follow_each_other_are_apart() {
        let (first, rest) = (range(Bound::START, Bound::start(1)), range(Bound::start(1), Bound::END));
        assert!(apart(&first, 0, &rest));
        assert!(!apart(&first, 1, &rest));
        assert!(is_single(&first) && !is_single(&rest));
        assert!(contains(&Range::full(), 0, &rest, -1));
        assert!(!contains(&Range::full(), 0, &rest, 1));
    }

    #[test]
    fn distances_between_ranges_hold_on_every_domain() {
        let ranges = [Range::full(), range(Bound::START, Bound::start(1)), range(Bound::start(2), Bound::END)];
        for (a, b) in ranges.iter().flat_map(|a| ranges.iter().map(move |b| (a, b))) {
            let [least, greatest] = distances(a, b);
            for size in 1..9 {
                let ((a_lo, a_hi), (b_lo, b_hi)) = (a.at(size), b.at(size));
                let all = (a_lo..a_hi).flat_map(|x| (b_lo..b_hi).map(move |y| y - x));
                all.for_each(|n| assert!(least.is_none_or(|l| l <= n) && greatest.is_none_or(|g| n <= g), "{n}: {a}, {b}"));
            }
        }
        assert_eq!(distances(&ranges[1], &ranges[1]), [Some(0), Some(0)]);
        assert_eq!(distances(&ranges[1], &ranges[2]), [Some(2), None]);
    }

    #[test]
    fn parts_of_a_range_have_its_points_on_every_domain() {
        for at in [Bound::start(3), Bound::end(-2), Bound::start(-1), Bound::end(2)] {
            let whole = Range { lo: vec![Bound::start(-1), Bound::end(-4)], hi: vec![Bound::end(1)] };
            let [below, above] = cut(&whole, at);
            for size in 1..9 {
                let ((lo, hi), (first, end), (next, last)) = (whole.at(size), below.at(size), above.at(size));
                let points: Vec<i64> = (first..end).chain(next..last).collect();
                assert_eq!(points, (lo..hi).collect::<Vec<_>>(), "at {at}, {size} points");
            }
        }
        assert!(is_empty(&cut(&Range::full(), Bound::START)[0]));
    }

    #[test]
    fn a_bound_that_never_decides_is_dropped() {
        let two = Range { lo: vec![Bound::START, Bound::end(-3)], hi: vec![Bound::start(1), Bound::END] };
        assert_eq!(two.tightened(1).to_string(), "[max(start, end-3), start+1)");
    }
}
