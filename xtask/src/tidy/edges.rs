//! Checks that the dependencies between the workspace's crates are those of the table in ARCHITECTURE.md.
//!
//! The rows of the table are in the order of the stages. A crate may depend on the crates that its row names; `all above` means
//! every crate in a row above. Its tests may use every crate in a row above.

use super::Finding;
use crate::repo::{Repo, relative};
use serde_json::Value;
use std::collections::BTreeMap;

const TABLE: &str = "ARCHITECTURE.md";

/// A crate's row: its folder (`ir`; `.` for the root package), the folders it may use, the folders above.
struct Row {
    may_use: Vec<String>,
    above: Vec<String>,
}

/// Finds dependencies that the table does not have, crates that it does not list, and crates without the workspace's lints.
///
/// # Errors
/// If the table cannot be read or `cargo metadata` fails.
pub fn check(repo: &Repo) -> Result<Vec<Finding>, String> {
    let text = repo.text(TABLE).ok_or_else(|| format!("{TABLE} is missing"))?;
    let rows = parse_table(&text);
    if rows.is_empty() {
        return Err(format!("{TABLE} has no table with the columns `crate`, `holds`, `may use`"));
    }
    let mut found = compare(&rows, &repo.metadata()?);
    for manifest in repo.files.iter().filter(|f| f.ends_with("Cargo.toml") && !f.starts_with("fuzz/")) {
        if !repo.text(manifest).is_some_and(|t| t.contains("[lints]\nworkspace = true")) {
            found.push(Finding::new(manifest, 1, "the crate does not take the workspace's lints"));
        }
    }
    Ok(found)
}

/// The table's rows by folder.
fn parse_table(text: &str) -> BTreeMap<String, Row> {
    let mut rows = BTreeMap::new();
    let mut above: Vec<String> = Vec::new();
    let table = text.lines().skip_while(|l| !l.starts_with("| crate |")).skip(2).take_while(|l| l.starts_with('|'));
    for line in table {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, _, may_use] = cells[..] else { continue };
        let here: Vec<String> = name.split(',').map(folder).collect();
        for crate_folder in &here {
            let may_use = match may_use {
                "all above" => above.clone(),
                list => list.split(',').map(folder).filter(|f| f != "–").collect(),
            };
            rows.insert(crate_folder.clone(), Row { may_use, above: above.clone() });
        }
        above.extend(here);
    }
    rows
}

fn folder(cell: &str) -> String {
    match cell.trim().trim_matches('`').trim_end_matches('/') {
        "root" | "root package" => ".".to_owned(),
        other => other.to_owned(),
    }
}

/// Compares the packages that `cargo metadata` lists with the rows.
fn compare(rows: &BTreeMap<String, Row>, metadata: &Value) -> Vec<Finding> {
    let root = metadata["workspace_root"].as_str().unwrap_or_default();
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let manifest = package["manifest_path"].as_str().unwrap_or_default();
        let crate_folder = relative(root, manifest.trim_end_matches("Cargo.toml"));
        let manifest = relative(root, manifest);
        let Some(row) = rows.get(&crate_folder) else {
            found.push(Finding::new(&manifest, 1, format!("the crate is not in the table of {TABLE}")));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let Some(path) = dependency["path"].as_str() else { continue };
            let to = relative(root, path);
            let dev = dependency["kind"] == "dev";
            if !(row.may_use.contains(&to) || dev && (row.above.contains(&to) || to == crate_folder)) {
                let message = format!("depends on `{to}`, an edge that the table of {TABLE} does not have");
                found.push(Finding::new(&manifest, 1, message));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TEXT: &str = "\
| crate | holds | may use |
| --- | --- | --- |
| `ir/` | programs | – |
| `schedule/` | trees | ir |
| `codegen/` | code | ir |
| `orchestrate/` | toolchain | all above |
| root package | the face | orchestrate |
| `tests/`, `xtask/` | chores | |
";

    fn package(folder: &str, dependencies: &[(&str, Option<&str>)]) -> Value {
        let manifest = format!("/r/{folder}/Cargo.toml").replace("//", "/");
        let list: Vec<Value> =
            dependencies.iter().map(|(to, kind)| json!({"path": format!("/r/{to}"), "kind": kind})).collect();
        json!({"manifest_path": manifest, "dependencies": list})
    }

    fn findings(packages: &[Value]) -> Vec<String> {
        let metadata = json!({"workspace_root": "/r", "packages": packages});
        compare(&parse_table(TEXT), &metadata).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn edges_of_the_table_pass() {
        let packages = [
            package("schedule", &[("ir", None)]),
            package("codegen", &[("ir", None), ("schedule", Some("dev"))]),
            package("orchestrate", &[("codegen", None), ("schedule", None)]),
            package("", &[("orchestrate", None)]),
            package("xtask", &[]),
        ];
        assert_eq!(findings(&packages), Vec::<String>::new());
    }

    #[test]
    fn arrows_back_and_unlisted_crates_are_found() {
        assert_eq!(findings(&[package("codegen", &[("schedule", None)])]).len(), 1);
        assert_eq!(findings(&[package("ir", &[("schedule", Some("dev"))])]).len(), 1);
        assert_eq!(
            findings(&[package("utils", &[])]),
            ["utils/Cargo.toml:1: the crate is not in the table of ARCHITECTURE.md"]
        );
    }
}
