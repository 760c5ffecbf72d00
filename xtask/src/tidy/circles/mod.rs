//! Checks that the files of a crate do not import each other in circles: a reader who starts with the files that import
//! nothing never needs one that comes later.

mod imports;
mod modules;

use super::Finding;
use crate::repo::{Repo, relative};
use imports::Imports;
use modules::Crate;
use petgraph::algo::tarjan_scc;
use std::collections::{BTreeMap, HashSet, VecDeque};

/// Folders of files that may import each other, and why.
const ALLOWED: &[(&str, &str)] =
    &[("dataflow/src/text/", "one printer: what is printed of graphs holds what is printed of tasklets")];

const HERE: &str = "xtask/src/tidy/circles/mod.rs";

/// Finds circles, and exceptions that are none.
///
/// # Errors
/// If `cargo metadata` fails.
pub fn check(repo: &Repo) -> Result<Vec<Finding>, String> {
    let crates: Vec<Crate> = roots(repo)?.iter().map(|root| Crate::read(root, &|file| repo.text(file))).collect();
    let mut found = Imports::new();
    crates.iter().for_each(|of| imports::add(&mut found, of));
    Ok(circles(&found, ALLOWED))
}

/// The root files of all crates.
fn roots(repo: &Repo) -> Result<Vec<String>, String> {
    let metadata = repo.metadata()?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let targets = packages.flat_map(|package| package["targets"].as_array().into_iter().flatten());
    let root = metadata["workspace_root"].as_str().unwrap_or_default();
    let paths = targets.filter_map(|target| target["src_path"].as_str());
    Ok(paths.map(|path| relative(root, path)).collect())
}

/// Findings for circles that no exception allows, and for exceptions without a circle.
fn circles(imports: &Imports<'_>, allowed: &[(&str, &str)]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut used = HashSet::new();
    for circle in tarjan_scc(imports).into_iter().filter(|files| files.len() > 1) {
        match allowed.iter().find(|(entry, _)| circle.iter().all(|file| file.starts_with(entry))) {
            Some((entry, _)) => {
                used.insert(*entry);
            }
            None => found.push(finding(imports, &circle, allowed)),
        }
    }
    for (entry, _) in allowed.iter().filter(|(entry, _)| !used.contains(entry)) {
        let message = format!("the files of `{entry}` import each other in no circle: take it off the list of exceptions");
        found.push(Finding::new(HERE, 1, message));
    }
    found
}

/// Says which imports make a circle: the shortest of these files, and how many there are in all.
fn finding(imports: &Imports<'_>, files: &[&str], allowed: &[(&str, &str)]) -> Finding {
    let within: HashSet<&str> = files.iter().copied().collect();
    let through = files.iter().filter_map(|start| shortest(imports, &within, start));
    let is_allowed = |circle: &[&str]| allowed.iter().any(|(entry, _)| circle.iter().all(|file| file.starts_with(entry)));
    let circle = through.min_by_key(|c| (is_allowed(c), c.len(), c.clone())).unwrap_or_default();
    let mut message = String::from("files import each other in a circle");
    if files.len() > circle.len() {
        message += &format!(", the shortest of {} files that do", files.len());
    }
    for (n, from) in circle.iter().enumerate() {
        let to = circle[(n + 1) % circle.len()];
        if let Some(import) = imports.edge_weight(from, to) {
            message += &format!("\n    {from}:{} takes `{}` from {to}", import.line, import.path);
        }
    }
    message += "\n    Move an item to the file that needs it first, or to one of its own that both can import.";
    Finding::new(circle.first().copied().unwrap_or_default(), 1, message)
}

/// A shortest circle through a file, from it on.
fn shortest<'a>(imports: &Imports<'a>, within: &HashSet<&'a str>, start: &'a str) -> Option<Vec<&'a str>> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(file) = queue.pop_front() {
        for next in imports.neighbors(file).filter(|next| within.contains(next)) {
            if next == start {
                let mut circle = vec![file];
                while let Some(file) = circle.last().and_then(|file| before.get(file)) {
                    circle.push(file);
                }
                circle.reverse();
                return Some(circle);
            }
            if !before.contains_key(next) {
                before.insert(next, file);
                queue.push_back(next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests;
