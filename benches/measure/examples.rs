//! The GTScript of the examples.

use crate::source::{Source, read};
use std::path::{Path, PathBuf};
use tradewind::Error;

/// The GTScript files of the examples, and the GTScript in their Rust files.
///
/// # Errors
/// A file that cannot be read.
pub fn sources() -> Result<Vec<Source>, Error> {
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"))
}

fn below(folder: &Path) -> Result<Vec<Source>, Error> {
    let listed = std::fs::read_dir(folder).map_err(|e| Error::File(format!("cannot list {}: {e}", folder.display())))?;
    let mut paths: Vec<PathBuf> = listed.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        match path.extension().and_then(|e| e.to_str()) {
            _ if path.is_dir() => found.extend(below(&path)?),
            Some("py") => found.push(read(&path)?),
            Some("rs") => {
                let (name, text) = read(&path)?;
                let source = text.split_once("const SOURCE: &str = \"").and_then(|(_, rest)| rest.split_once("\";"));
                found.extend(source.map(|(source, _)| (name, source.to_string())));
            }
            _ => {}
        }
    }
    Ok(found)
}
