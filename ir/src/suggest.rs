//! "Did you mean …?": the known word nearest to a mistyped one.

use crate::diagnostic::Diagnostic;

/// The candidate nearest to `word`, if one is near enough to be what was meant: at most one edit per three letters.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    let scored = candidates.into_iter().filter(|c| *c != word).map(|c| (distance(word, c), c));
    scored.filter(|(d, c)| *d <= limit && *d < c.chars().count()).min().map(|(_, c)| c)
}

/// The diagnostic, with the help "did you mean …?" where a candidate is near.
pub fn hint<'a>(found: Diagnostic, word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Diagnostic {
    match nearest(word, candidates) {
        Some(meant) => found.help(format!("did you mean `{meant}`?")),
        None => found,
    }
}

/// The number of letters to insert, remove, replace or swap with their neighbour; case alone counts as one edit in all.
fn distance(a: &str, b: &str) -> usize {
    if a.eq_ignore_ascii_case(b) {
        return 1;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 4 || a.len() > 64 {
        return usize::MAX;
    }
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for (i, ca) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, cb) in b.iter().enumerate() {
            let mut best = (rows[i][j] + usize::from(ca != cb)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *ca == b[j - 1] && a[i - 1] == *cb {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let known = ["tendency", "out", "q_new", "PARALLEL"];
        assert_eq!(nearest("tendancy", known), Some("tendency"));
        assert_eq!(nearest("parallel", known), Some("PARALLEL"));
        assert_eq!(nearest("uot", known), Some("out"));
        assert_eq!(nearest("pressure", known), None);
    }
}
