//! The command line: subcommands, options and output.
//!
//! Exit codes: 0 success, 1 the input is wrong (a source, a run file, results that differ), 2 the command line is wrong, 130
//! interrupted.

/// Prints a line on the standard output, as `println!` does, but ends without an error if the reader is gone (`| head`).
macro_rules! say {
    ($($line:tt)*) => {
        $crate::cli::print_line(format_args!($($line)*))
    };
}

mod bench;
mod check;
mod choice;
mod convergence;
mod decisions;
mod draw;
mod emit;
mod explain;
mod list;
mod lsp;
mod machine;
mod options;
mod output;
mod passes;
mod pictures;
mod report;
mod run;
mod runfile;
mod savings;
mod verify;
mod watch;

use choice::Choice;
use clap::{Parser, Subcommand};
use options::{NumericsOption, SourceOptions, WarningOptions, parse_domain, sensible};
use output::{Failure, Outcome, colour, print_line};
use std::process::ExitCode;

/// A compiler for weather and climate programs: GTScript to machine code in milliseconds.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  tradewind run examples/transport/run.toml             compile and run a whole program
  tradewind check model/*.py                            report errors and warnings
  tradewind list model/advection.py                     list stencils with arguments and halos
  tradewind emit model/advection.py --stencil xppm --stage tree
  tradewind verify model/*.py                           compare all executors, to the bit
  tradewind bench model/advection.py --stencil xppm --domain 128,128,80 --threads 2

Exit codes: 0 success, 1 the input is wrong, 2 the command line is wrong, 130 interrupted (Ctrl-C).";

#[derive(Subcommand)]
enum Command {
    /// Report the errors and warnings of GTScript files, without compiling them
    Check(check::Arguments),
    /// List the stencils and programs of a file with their arguments, access and halos
    List(list::Arguments),
    /// Print a stencil or program at one stage of the compiler
    Emit(emit::Arguments),
    /// Compile and run a program as described in a run file (TOML), print a report and draw pictures
    Run(run::Arguments),
    /// Run stencils on random input with every executor and compare the results to the bit
    Verify(verify::Arguments),
    /// Measure one stencil, compared with a STREAM copy
    Bench(bench::Arguments),
    /// Run a language server for an editor, on the standard streams: diagnostics and hover text
    Lsp(lsp::Arguments),
    /// Explain the code of an error or warning, or what a schedule does and why: what was fused, stored, run in parallel, and why not
    Explain(explain::Arguments),
    /// Print the machine that schedules are chosen for, as a file (TOML) to change and to give to --machine
    Machine(machine::Arguments),
    /// List all passes and schedule transformations and their effects
    Passes(passes::Arguments),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // Nothing can be done about a closed terminal.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let outcome = match cli.command {
        Command::Check(arguments) => check::main(&arguments),
        Command::List(arguments) => list::main(&arguments),
        Command::Emit(arguments) => emit::main(&arguments),
        Command::Run(arguments) => run::main(&arguments),
        Command::Verify(arguments) => verify::main(&arguments),
        Command::Bench(arguments) => bench::main(&arguments),
        Command::Lsp(arguments) => lsp::main(&arguments),
        Command::Explain(arguments) => explain::main(&arguments),
        Command::Machine(arguments) => machine::main(&arguments),
        Command::Passes(arguments) => passes::main(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Input(message)) => {
            eprintln!("{message}");
            ExitCode::from(1)
        }
        Err(Failure::Call(message)) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
        Err(Failure::Interrupted(message)) => {
            eprintln!("{message}");
            ExitCode::from(130)
        }
    }
}
