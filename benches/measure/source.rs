//! Files of the repository.

use std::path::Path;
use tradewind::Error;

/// A source: its name and its text.
pub type Source = (String, String);

/// A file of the repository.
///
/// # Errors
/// It cannot be read.
pub fn source(path: &str) -> Result<Source, Error> {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
}

/// A file: its path and its text.
///
/// # Errors
/// It cannot be read.
pub fn read(path: &Path) -> Result<Source, Error> {
    let text = std::fs::read_to_string(path).map_err(|e| Error::File(format!("cannot read {}: {e}", path.display())))?;
    Ok((path.display().to_string(), text))
}
