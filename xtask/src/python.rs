//! The Python package, tested as a user installs it: built by pip into a fresh virtual environment.

use crate::repo;
use crate::steps::run;
use std::path::PathBuf;
use std::process::Command;

const INTERPRETERS: [&str; 5] = ["python3.11", "python3.12", "python3.13", "python3.10", "python3"];

fn environment() -> PathBuf {
    repo::root().join("target/venv")
}

/// The Python of the virtual environment.
fn python() -> Command {
    Command::new(environment().join("bin/python"))
}

/// Makes the virtual environment and installs the package into it, with GT4Py, whose back end it has. The extension is built with the profile of the Rust tests,
/// whose dependencies are there already; a user's `pip install ./python` builds a release.
///
/// # Errors
/// If there is no Python, or a command fails.
pub fn install() -> Result<(), String> {
    if !environment().join("bin/python").exists() {
        let found =
            INTERPRETERS.into_iter().find(|p| Command::new(p).arg("--version").output().is_ok_and(|o| o.status.success()));
        let interpreter = found.ok_or("no Python 3 found")?;
        run(Command::new(interpreter).args(["-m", "venv"]).arg(environment()))?;
    }
    let options = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    run(python().args(options).args(["--config-settings=build-args=--profile dev", "./python[test,gt4py]"]))
}

/// Runs the package's tests.
///
/// # Errors
/// If one fails.
pub fn test() -> Result<(), String> {
    run(python().args(["-m", "pytest", "-q", "python/tests"]))
}
