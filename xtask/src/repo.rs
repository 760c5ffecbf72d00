//! The repository: where it is and which files belong to it.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A checkout.
pub struct Repo {
    pub root: PathBuf,
    /// Paths relative to the root, `/`-separated: tracked files and new ones that git does not ignore.
    pub files: Vec<String>,
}

impl Repo {
    /// The checkout that this program was built from.
    ///
    /// # Errors
    /// If git cannot list its files.
    pub fn open() -> Result<Repo, String> {
        let root = root();
        let listed = Command::new("git")
            .args(["ls-files", "--cached", "--others", "--exclude-standard"])
            .current_dir(&root)
            .output()
            .map_err(|e| format!("cannot run git: {e}"))?;
        if !listed.status.success() {
            return Err(format!("git ls-files failed: {}", String::from_utf8_lossy(&listed.stderr).trim()));
        }
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let files = listed.lines().filter(|f| root.join(f).is_file()).map(str::to_owned).collect();
        Ok(Repo { root, files })
    }

    /// The files whose name ends in `.extension`.
    pub fn with_extension<'a>(&'a self, extension: &'a str) -> impl Iterator<Item = &'a str> {
        let has = move |f: &&str| Path::new(f).extension().is_some_and(|e| e == extension);
        self.files.iter().map(String::as_str).filter(has)
    }

    /// A file's text; nothing if it is not UTF-8.
    pub fn text(&self, file: &str) -> Option<String> {
        std::fs::read_to_string(self.root.join(file)).ok()
    }

    /// What `cargo metadata` says of the workspace's crates.
    ///
    /// # Errors
    /// If cargo cannot be run, or its output is not understood.
    pub fn metadata(&self) -> Result<Value, String> {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
        let out = Command::new(cargo)
            .args(["metadata", "--format-version", "1", "--no-deps"])
            .current_dir(&self.root)
            .output()
            .map_err(|e| format!("cannot run cargo metadata: {e}"))?;
        serde_json::from_slice(&out.stdout).map_err(|e| format!("cargo metadata: {e}"))
    }
}

/// A path as it is seen from the root: `.` for the root itself.
pub fn relative(root: &str, path: &str) -> String {
    match path.trim_start_matches(root).trim_matches('/') {
        "" => ".".to_owned(),
        other => other.to_owned(),
    }
}

/// The folder that holds the workspace.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}
