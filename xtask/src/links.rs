//! Checks that links between the repository's documents have a target.

use crate::repo::Repo;
use crate::tidy::Finding;
use std::path::Path;

/// Finds relative links and pictures in Markdown files whose target does not exist.
pub fn check(repo: &Repo) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in repo.with_extension("md") {
        let folder = Path::new(file).parent().unwrap_or(Path::new(""));
        for (line, target) in repo.text(file).iter().flat_map(|text| targets(text)) {
            let path = target.split('#').next().unwrap_or_default();
            if !path.is_empty() && !repo.root.join(folder).join(path).exists() {
                found.push(Finding::new(file, line, format!("the link to `{target}` leads nowhere")));
            }
        }
    }
    found
}

/// The targets of inline links outside of code, with their lines; addresses with a scheme are left out.
fn targets(text: &str) -> Vec<(usize, String)> {
    let mut targets = Vec::new();
    let mut fenced = false;
    for (n, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced || line.starts_with("    ") {
            continue;
        }
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
        for (at, _) in prose.match_indices("](") {
            let target = prose[at + 2..].split([')', ' ']).next().unwrap_or_default();
            if !target.contains("://") && !target.starts_with("mailto:") {
                targets.push((n + 1, target.to_owned()));
            }
        }
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::targets;

    #[test]
    fn links_are_read_from_prose_only() {
        let text = "See [a](docs/a.md#top), ![p](p.png) and [w](https://x.org).\n```\n[c](d)\n```\n`[e](f)`\n";
        assert_eq!(targets(text), [(1, "docs/a.md#top".to_owned()), (1, "p.png".to_owned())]);
    }
}
