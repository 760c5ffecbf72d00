//! Marks of unfinished work and of one person's machine.

use super::Finding;

/// Words that announce work left undone.
const UNFINISHED: [&str; 8] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("for ", "now"),
    concat!("allow(", "dead_code"),
    concat!("to", "do!("),
    concat!("unimpl", "emented!("),
    concat!("#[ig", "nore"),
];

/// Where paths of one machine begin.
const MACHINE_PATHS: [&str; 4] = [concat!("/ho", "me/"), concat!("/ro", "ot/"), concat!("/Us", "ers/"), concat!("/wo", "rk/")];

const CODE: [&str; 6] = ["rs", "py", "toml", "sh", "c", "h"];

/// Finds marks of unfinished work in code, and machine paths in all text but lock files.
pub fn check(path: &str, text: &str, found: &mut Vec<Finding>) {
    if path.ends_with(".lock") {
        return;
    }
    let code = path.rsplit_once('.').is_some_and(|(_, extension)| CODE.contains(&extension));
    for (n, line) in text.lines().enumerate() {
        for word in UNFINISHED.iter().filter(|w| code && stands_alone(line, w)) {
            found.push(Finding::new(path, n + 1, format!("`{word}`: finish it, or write it down in an issue")));
        }
        for prefix in MACHINE_PATHS.iter().filter(|p| names_path(line, p)) {
            found.push(Finding::new(path, n + 1, format!("a path of one machine (`{prefix}…`)")));
        }
    }
}

/// Whether `word` is in the line and not as a part of a longer word.
fn stands_alone(line: &str, word: &str) -> bool {
    let letter = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (line[..at].chars().next_back(), line[at + word.len()..].chars().next());
        !(before.is_some_and(letter) || word.ends_with(letter) && after.is_some_and(letter))
    })
}

/// Whether an absolute path with this prefix is in the line: the prefix follows neither a path nor an address.
fn names_path(line: &str, prefix: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || "._-~*/}>)".contains(c);
    line.match_indices(prefix).any(|(at, _)| !line[..at].chars().next_back().is_some_and(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        let mut found = Vec::new();
        check(path, text, &mut found);
        found.len()
    }

    #[test]
    fn unfinished_work_is_found_in_code_only() {
        let line = format!("// {}: later", UNFINISHED[0]);
        assert_eq!((count("a.rs", &line), count("a.md", &line)), (1, 0));
        assert_eq!(count("a.py", "mastodons = MASTO_DOS"), 0);
    }

    #[test]
    fn machine_paths_are_found_everywhere() {
        let line = format!("see {}someone/x", MACHINE_PATHS[0]);
        assert_eq!((count("a.md", &line), count("a.lock", &line)), (1, 0));
        assert_eq!(count("a.md", &format!("a.org{}x", MACHINE_PATHS[0])), 0);
    }
}
