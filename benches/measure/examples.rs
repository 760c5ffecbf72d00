//! The GTScript of the examples.

use std::path::{Path, PathBuf};
use tradewind::Error;

/// A source: its name and its text.
pub type Source = (String, String);

/// The GTScript files of the examples, and the GTScript in their Rust files.
///
/// # Errors
/// A file that cannot be read.
pub fn sources() -> Result<Vec<Source>, Error> {
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"))
}

/// A file of the repository.
///
/// # Errors
/// It cannot be read.
pub fn source(path: &str) -> Result<Source, Error> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
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

fn read(path: &Path) -> Result<Source, Error> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::File(format!("cannot read {}: {e}", path.display())))?;
    Ok((path.display().to_string(), text))
}
