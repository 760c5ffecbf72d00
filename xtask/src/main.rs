//! Repository chores: `cargo xtask tidy` and `cargo xtask test [--quick]`.
//!
//! `tidy` checks the code against STYLE.md and ARCHITECTURE.md. `test` runs everything that must pass before a change lands,
//! the same on every machine and in CI.

mod links;
mod python;
mod repo;
mod steps;
mod test;
mod tidy;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <chore>

  tidy            check crate edges, import circles, file headers, sizes, unsafe code, leftovers, links
  test            format, lints, tidy, Rust tests, documentation, Python package
  test --quick    format, lints, tidy, Rust tests";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args.as_slice() {
        ["tidy"] => repo::Repo::open().and_then(|repo| tidy::report(&repo)),
        ["test"] => test::run(test::Scope::All),
        ["test", "--quick"] => test::run(test::Scope::Quick),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
