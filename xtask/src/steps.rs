//! Steps of a chore: each is printed with its time, all run, and the failed ones are named at the end.

use std::process::Command;
use std::time::{Duration, Instant};

/// The steps run so far.
#[derive(Default)]
pub struct ChoreSteps {
    done: Vec<(String, Duration, bool)>,
}

impl ChoreSteps {
    /// Runs one step; what went wrong with it is printed.
    pub fn run(&mut self, name: &str, step: impl FnOnce() -> Result<(), String>) {
        println!("\n== {name}");
        let start = Instant::now();
        let result = step();
        let time = start.elapsed();
        if let Err(message) = &result {
            println!("{message}");
        }
        println!("== {name}: {} in {:.1} s", if result.is_ok() { "good" } else { "FAILED" }, time.as_secs_f64());
        self.done.push((name.to_owned(), time, result.is_ok()));
    }

    /// Prints the table of all steps.
    ///
    /// # Errors
    /// If any step failed; the message names them.
    pub fn finish(self) -> Result<(), String> {
        println!("\n== summary");
        for (name, time, good) in &self.done {
            println!("{:8.1} s  {}  {name}", time.as_secs_f64(), if *good { "good  " } else { "FAILED" });
        }
        let total: Duration = self.done.iter().map(|(_, time, _)| *time).sum();
        println!("{:8.1} s  in all", total.as_secs_f64());
        let failed: Vec<&str> = self.done.iter().filter(|(.., good)| !good).map(|(name, ..)| name.as_str()).collect();
        if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
    }
}

/// Runs a command in the workspace's root with its output shown.
///
/// # Errors
/// If it cannot be started or does not exit with 0.
pub fn run(command: &mut Command) -> Result<(), String> {
    let shown = format!("{command:?}").replace('"', "");
    println!("$ {shown}");
    match command.current_dir(crate::repo::root()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{shown}: {status}")),
        Err(e) => Err(format!("cannot start {shown}: {e}")),
    }
}

/// `cargo` with arguments separated by blanks.
pub fn cargo(args: &str) -> Command {
    let mut command = Command::new("cargo");
    command.args(args.split_whitespace());
    command
}
