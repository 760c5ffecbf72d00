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
mod decisions;
mod emit;
mod explain;
mod font;
mod list;
mod lsp;
mod machine;
mod passes;
mod picture;
mod report;
mod run;
mod runfile;
mod verify;

use choice::Choice;
use clap::{Args, Parser, Subcommand};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use tradewind::ir::diagnostic::{Policy, Selection, Treatment};
use tradewind::{Error, Settings, Toolchain, most_threads};

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

/// How sources are read. These options are the same for all commands that read sources.
#[derive(Args)]
struct SourceOptions {
    /// Set an external to a number, true, false, None, an axis such as I, or a position such as I[0] or K[-1]+1. A name with a
    /// dot is an entry of a table. May be repeated
    #[arg(short = 'D', value_name = "NAME=VALUE")]
    define: Vec<String>,
    /// Bits of a bare `float` and of float literals
    #[arg(long, value_name = "32|64", default_value_t = 64)]
    float: u32,
    /// Bits of a bare `int` and of integer literals
    #[arg(long, value_name = "32|64", default_value_t = 64)]
    int: u32,
    /// Computed levels and data indexes that do not exist: fail the call (checked) or clamp the index without an error (trusted)
    #[arg(long, value_name = "checked|trusted", default_value = "checked")]
    bounds: String,
    /// A schedule preset (naive, cpu) or the path of a schedule file
    #[arg(long, value_name = "PRESET|FILE", default_value = "cpu")]
    schedule: String,
    /// The machine that a schedule is chosen for: this computer (here), the reference, or the path of a machine file
    #[arg(long, value_name = "here|reference|FILE", default_value = "here")]
    machine: String,
    #[command(flatten)]
    numerics: NumericsOption,
    #[command(flatten)]
    warnings: WarningOptions,
}

/// Which roundings compiled code may have.
#[derive(Args)]
struct NumericsOption {
    /// How far results may go from the operations as they are written: every bit (strict), fused multiply-adds (contract), or sums,
    /// products and quotients rewritten as over the real numbers (relaxed) (default: what the schedule file says, else strict)
    #[arg(long, value_name = "strict|contract|relaxed")]
    numerics: Option<String>,
}

/// How warnings are treated. A code overrides `warnings`, and `--deny` overrides `--allow`.
#[derive(Args)]
struct WarningOptions {
    /// Make a warning an error: its code, or `warnings` for all warnings. May be repeated
    #[arg(long, value_name = "CODE|warnings")]
    deny: Vec<Selection>,
    /// Hide a warning: its code, or `warnings` for all warnings. May be repeated
    #[arg(long, value_name = "CODE|warnings")]
    allow: Vec<Selection>,
}

/// Why a command ended without success.
pub(crate) enum Failure {
    /// The input is wrong; the message is for the standard error stream.
    Input(String),
    /// The call is wrong.
    Call(String),
    /// The user has interrupted the command.
    Interrupted(String),
}

type Outcome = Result<(), Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Input(error.render(colour()))
    }
}

impl SourceOptions {
    fn toolchain(&self) -> Result<Toolchain, Failure> {
        Ok(Toolchain::new(self.settings()?))
    }
    /// The toolchain that chooses schedules for a domain and a number of threads, if they are known.
    fn toolchain_for(&self, domain: Option<[i64; 3]>, threads: Option<usize>) -> Result<Toolchain, Failure> {
        let settings = self.settings()?;
        let domain = domain.unwrap_or(settings.domain);
        Ok(Toolchain::new(Settings { threads, ..settings.domain(domain).map_err(Failure::Call)? }))
    }
    fn settings(&self) -> Result<Settings, Failure> {
        let mut settings = Settings::default();
        for define in &self.define {
            let (name, value) = define
                .split_once('=')
                .ok_or_else(|| Failure::Call(format!("-D {define}: write -D NAME=VALUE, as in -D hord=6")))?;
            settings = settings.external(name.trim(), value.trim()).map_err(|e| Failure::Call(format!("-D {define}: {e}")))?;
        }
        settings = settings.precision(self.float, self.int).map_err(Failure::Call)?;
        settings = settings.bounds(&self.bounds).map_err(Failure::Call)?;
        settings.warnings = self.warnings.policy();
        settings = self.numerics.chosen(settings)?;
        Ok(settings.schedule(&self.schedule)?.machine(&self.machine)?)
    }
}

impl NumericsOption {
    /// The settings with the mode of the command line, if it has one.
    fn chosen(&self, settings: Settings) -> Result<Settings, Failure> {
        match &self.numerics {
            Some(mode) => settings.numerics(mode).map_err(|e| Failure::Call(format!("--numerics: {e}"))),
            None => Ok(settings),
        }
    }
}

impl WarningOptions {
    fn policy(&self) -> Policy {
        let mut policy = Policy::default();
        let allowed = self.allow.iter().map(|selection| (Treatment::Allow, *selection));
        let denied = self.deny.iter().map(|selection| (Treatment::Deny, *selection));
        let (all, one): (Vec<_>, Vec<_>) = allowed.chain(denied).partition(|(_, selection)| *selection == Selection::All);
        all.into_iter().chain(one).for_each(|(treatment, selection)| policy.add(treatment, selection));
        policy
    }
}

/// Whether messages go to a person at a terminal that shows colours.
fn colour() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// `128,128,80` as the sizes of a domain.
fn parse_domain(text: &str) -> Result<[i64; 3], String> {
    let sizes: Vec<i64> = text
        .split(',')
        .map(|part| part.trim().parse::<i64>().ok().filter(|n| (1..=1 << 20).contains(n)))
        .collect::<Option<_>>()
        .ok_or("write three sizes of at least 1, as in 128,128,80")?;
    <[i64; 3]>::try_from(sizes).map_err(|_| "write three sizes, as in 128,128,80".to_string())
}

/// A number of threads that is of use; of a greater one a warning says so.
fn sensible(threads: usize) -> usize {
    let most = most_threads();
    if threads > most {
        eprintln!("warning: {threads} threads are more than this machine has a use for: {most} are used");
    }
    threads.min(most)
}

/// See `say!`.
fn print_line(line: std::fmt::Arguments) {
    if writeln!(std::io::stdout(), "{line}").is_err() {
        std::process::exit(0);
    }
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
