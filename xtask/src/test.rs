//! `cargo xtask test`: everything that must pass before a change lands.

use crate::python;
use crate::repo::Repo;
use crate::steps::{self, ChoreSteps, cargo};
use crate::tidy;

/// How much to test.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// What takes about a minute on a built tree: no documentation, no Python.
    Quick,
    All,
}

/// Runs all steps of the scope.
///
/// # Errors
/// If a step failed.
pub fn run(scope: Scope) -> Result<(), String> {
    let mut steps = ChoreSteps::default();
    steps.run("format", || steps::run(&mut cargo("fmt --all --check")));
    steps.run("lints", || steps::run(&mut cargo("clippy --workspace --all-targets -- -D warnings")));
    steps.run("tidy", || Repo::open().and_then(|repo| tidy::report(&repo)));
    steps.run("rust tests", rust_tests);
    if scope == Scope::All {
        steps.run("documentation tests", || steps::run(&mut cargo("test --quiet --doc --workspace")));
        steps.run("documentation", documentation);
        steps.run("python package", python::install);
        steps.run("python tests", python::test);
    }
    steps.finish()
}

/// Builds the documentation for people who work on the code, private items included; links must lead somewhere.
fn documentation() -> Result<(), String> {
    let flags = "-D warnings -A rustdoc::private-intra-doc-links";
    steps::run(cargo("doc --workspace --no-deps --document-private-items").env("RUSTDOCFLAGS", flags))
}

/// Runs the workspace's tests under nextest, which is installed if need be.
fn rust_tests() -> Result<(), String> {
    let present = cargo("nextest --version").output().is_ok_and(|out| out.status.success());
    if !present {
        steps::run(&mut cargo("install cargo-nextest --locked"))?;
    }
    steps::run(&mut cargo("nextest run --workspace --no-fail-fast"))
}
