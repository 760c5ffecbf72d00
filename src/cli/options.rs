//! Options that commands have in common.

use super::output::Failure;
use clap::Args;
use tradewind::ir::diagnostic::{Policy, Selection, Treatment};
use tradewind::{Settings, Toolchain, most_threads};

/// How sources are read. These options are the same for all commands that read sources.
#[derive(Args)]
pub(crate) struct SourceOptions {
    /// Set an external to a number, true, false, None, an axis such as I, or a position such as I[0] or K[-1]+1. A name with a
    /// dot is an entry of a table. May be repeated
    #[arg(short = 'D', value_name = "NAME=VALUE")]
    pub(crate) define: Vec<String>,
    /// Bits of a bare `float` and of float literals
    #[arg(long, value_name = "32|64", default_value_t = 64)]
    pub(crate) float: u32,
    /// Bits of a bare `int` and of integer literals
    #[arg(long, value_name = "32|64", default_value_t = 64)]
    pub(crate) int: u32,
    /// Computed levels and data indexes that do not exist: fail the call (checked) or clamp the index without an error (trusted)
    #[arg(long, value_name = "checked|trusted", default_value = "checked")]
    pub(crate) bounds: String,
    /// Who fills halos: a periodic box, or the host that runs the program
    #[arg(long, value_name = "periodic|host", default_value = "periodic")]
    pub(crate) halos: String,
    /// A schedule preset (naive, cpu) or the path of a schedule file
    #[arg(long, value_name = "PRESET|FILE", default_value = "cpu")]
    pub(crate) schedule: String,
    /// The machine that a schedule is chosen for: this computer (here), the reference, or the path of a machine file
    #[arg(long, value_name = "here|reference|FILE", default_value = "here")]
    pub(crate) machine: String,
    #[command(flatten)]
    pub(crate) numerics: NumericsOption,
    #[command(flatten)]
    pub(crate) warnings: WarningOptions,
}

/// Which roundings compiled code may have.
#[derive(Args)]
pub(crate) struct NumericsOption {
    /// How far results may go from the operations as they are written: every bit (strict), fused multiply-adds (contract), or sums,
    /// products and quotients rewritten as over the real numbers (relaxed) (default: what the schedule file says, else strict)
    #[arg(long, value_name = "strict|contract|relaxed")]
    pub(crate) numerics: Option<String>,
}

/// How warnings are treated. A code overrides `warnings`, and `--deny` overrides `--allow`.
#[derive(Args)]
pub(crate) struct WarningOptions {
    /// Make a warning an error: its code, or `warnings` for all warnings. May be repeated
    #[arg(long, value_name = "CODE|warnings")]
    pub(crate) deny: Vec<Selection>,
    /// Hide a warning: its code, or `warnings` for all warnings. May be repeated
    #[arg(long, value_name = "CODE|warnings")]
    pub(crate) allow: Vec<Selection>,
}

impl SourceOptions {
    pub(crate) fn toolchain(&self) -> Result<Toolchain, Failure> {
        Ok(Toolchain::new(self.settings()?))
    }
    /// The toolchain that chooses schedules for a domain and a number of threads, if they are known.
    pub(crate) fn toolchain_for(&self, domain: Option<[i64; 3]>, threads: Option<usize>) -> Result<Toolchain, Failure> {
        let settings = self.settings()?;
        let domain = domain.unwrap_or(settings.domain);
        Ok(Toolchain::new(Settings { threads, ..settings.domain(domain).map_err(Failure::Call)? }))
    }
    pub(crate) fn settings(&self) -> Result<Settings, Failure> {
        let mut settings = Settings::default();
        for define in &self.define {
            let (name, value) = define
                .split_once('=')
                .ok_or_else(|| Failure::Call(format!("-D {define}: write -D NAME=VALUE, as in -D hord=6")))?;
            settings = settings.external(name.trim(), value.trim()).map_err(|e| Failure::Call(format!("-D {define}: {e}")))?;
        }
        settings = settings.precision(self.float, self.int).map_err(Failure::Call)?;
        settings = settings.bounds(&self.bounds).map_err(Failure::Call)?;
        settings = settings.halos(&self.halos).map_err(Failure::Call)?;
        settings.warnings = self.warnings.policy();
        settings = self.numerics.chosen(settings)?;
        Ok(settings.schedule(&self.schedule)?.machine(&self.machine)?)
    }
}

impl NumericsOption {
    /// The settings with the mode of the command line, if it has one.
    pub(crate) fn chosen(&self, settings: Settings) -> Result<Settings, Failure> {
        match &self.numerics {
            Some(mode) => settings.numerics(mode).map_err(|e| Failure::Call(format!("--numerics: {e}"))),
            None => Ok(settings),
        }
    }
}

impl WarningOptions {
    pub(crate) fn policy(&self) -> Policy {
        let mut policy = Policy::default();
        let allowed = self.allow.iter().map(|selection| (Treatment::Allow, *selection));
        let denied = self.deny.iter().map(|selection| (Treatment::Deny, *selection));
        let (all, one): (Vec<_>, Vec<_>) = allowed.chain(denied).partition(|(_, selection)| *selection == Selection::All);
        all.into_iter().chain(one).for_each(|(treatment, selection)| policy.add(treatment, selection));
        policy
    }
}

/// `128,128,80` as the sizes of a domain.
pub(crate) fn parse_domain(text: &str) -> Result<[i64; 3], String> {
    let sizes: Vec<i64> = text
        .split(',')
        .map(|part| part.trim().parse::<i64>().ok().filter(|n| (1..=1 << 20).contains(n)))
        .collect::<Option<_>>()
        .ok_or("write three sizes of at least 1, as in 128,128,80")?;
    <[i64; 3]>::try_from(sizes).map_err(|_| "write three sizes, as in 128,128,80".to_string())
}

/// A number of threads that is of use; of a greater one a warning says so.
pub(crate) fn sensible(threads: usize) -> usize {
    let most = most_threads();
    if threads > most {
        eprintln!("warning: {threads} threads are more than this machine has a use for: {most} are used");
    }
    threads.min(most)
}
