//! The settings of the caller for compiling.

use crate::error::Error;
use crate::machine::MachineChoice;
use std::path::Path;
use std::sync::Arc;
use tradewind_frontend::{ExternalValue, Options};
use tradewind_ir::diagnostic::Policy;
use tradewind_ir::{Code, DType, Diagnostic, Domain, Numerics, Sources, Span};
use tradewind_schedule::cost::REFERENCE_DOMAIN;
use tradewind_schedule::file::Schedule;
use tradewind_schedule::{Target, preset};

/// How sources are read and scheduled. The default: double precision, no externals, preset `cpu` for this computer.
#[derive(Clone, Debug)]
pub struct Settings {
    pub source: Options,
    pub schedule: ScheduleChoice,
    /// The machine that a schedule is chosen for.
    pub machine: MachineChoice,
    /// Sizes of the compute domain that a schedule is chosen for; the code runs on all domains.
    pub domain: Domain,
    /// The number of threads that a schedule is chosen for; default: all of the machine.
    pub threads: Option<usize>,
    /// How far results may go from the operations as they are written; default: what the schedule file says, else strict.
    pub numerics: Option<Numerics>,
    /// Who fills halos.
    pub halos: Halos,
    /// Which warnings are errors, and which are left out.
    pub warnings: Policy,
}

/// Who fills the halos of programs.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Halos {
    /// The domain is a box that is periodic along I and J.
    #[default]
    Periodic,
    /// The host, by a [`Transport`](crate::Transport). The compiler knows nothing of what halos hold then, and leaves no update out
    /// whose halo is read.
    Host,
}

/// Which schedule a program gets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ScheduleChoice {
    /// A preset by name: `naive`, `cpu`.
    Preset(String),
    /// A schedule file: its name, for messages, and its text (TOML).
    File { name: String, text: String },
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            source: Options::default(),
            schedule: ScheduleChoice::Preset("cpu".to_string()),
            machine: MachineChoice::default(),
            domain: REFERENCE_DOMAIN,
            threads: None,
            numerics: None,
            halos: Halos::default(),
            warnings: Policy::default(),
        }
    }
}

impl Settings {
    /// Sets an external from text: a number, `true`, `false`, `None`, an axis, an axis index, or the name of a function.
    /// `table.name` is the entry of a table.
    ///
    /// # Errors
    /// When the text is none of these, or NaN.
    pub fn external(mut self, name: &str, value: &str) -> Result<Settings, String> {
        let parsed = ExternalValue::parse(value).ok_or_else(|| {
            format!("the external `{name}` is not a number, true, false, None, an axis, or a position such as I[0]: `{value}`")
        })?;
        if matches!(parsed, ExternalValue::Float(number) if number.is_nan()) {
            return Err(format!(
                "the external `{name}` is NaN, which has no literal: pass it to the call, as a scalar argument"
            ));
        }
        self.source.externals.push((name.to_string(), parsed));
        Ok(self)
    }
    /// Sets the width in bits of bare `float` and `int` and of literals.
    ///
    /// # Errors
    /// When a width is neither 32 nor 64.
    pub fn precision(mut self, float: u32, int: u32) -> Result<Settings, String> {
        let pick = |what: &str, width: u32, narrow: DType, wide: DType| match width {
            32 => Ok(narrow),
            64 => Ok(wide),
            _ => Err(format!("the precision of {what} must be 32 or 64, not {width}")),
        };
        self.source.float = pick("float", float, DType::F32, DType::F64)?;
        self.source.int = pick("int", int, DType::I32, DType::I64)?;
        (self.source.literal_float, self.source.literal_int) = (self.source.float, self.source.int);
        Ok(self)
    }
    /// Chooses what becomes of a level or data index that is computed and does not exist: `checked` (the call fails, the default) or
    /// `trusted` (it is clamped, and nothing is said).
    ///
    /// # Errors
    /// When the choice is neither.
    pub fn bounds(mut self, choice: &str) -> Result<Settings, String> {
        self.source.check_indexes = match choice {
            "checked" => true,
            "trusted" => false,
            _ => return Err(format!("bounds must be `checked` or `trusted`, not `{choice}`")),
        };
        Ok(self)
    }
    /// Chooses the numerics mode: `strict`, `contract` or `relaxed`.
    ///
    /// # Errors
    /// When the choice is none of these.
    pub fn numerics(mut self, choice: &str) -> Result<Settings, String> {
        self.numerics = Some(Numerics::by_name(choice)?);
        Ok(self)
    }
    /// Chooses who fills halos: `periodic` (the box itself, the default) or `host`.
    ///
    /// # Errors
    /// When the choice is neither.
    pub fn halos(mut self, choice: &str) -> Result<Settings, String> {
        self.halos = match choice {
            "periodic" => Halos::Periodic,
            "host" => Halos::Host,
            _ => return Err(format!("halos must be `periodic` or `host`, not `{choice}`")),
        };
        Ok(self)
    }
    /// The numerics mode: the one chosen, or that of the schedule file, or strict. `sources` gains the text of a schedule file.
    ///
    /// # Errors
    /// When there is no such preset, or the contents of the schedule file are wrong.
    pub fn mode(&self, sources: &mut Sources) -> Result<Numerics, Vec<Diagnostic>> {
        match (self.numerics, &self.schedule) {
            (Some(mode), _) => Ok(mode),
            (None, ScheduleChoice::Preset(_)) => Ok(Numerics::Strict),
            (None, file) => Ok(file.resolve(sources)?.numerics().unwrap_or_default()),
        }
    }
    /// Chooses the schedule: the name of a preset, or the path of a schedule file (with a dot or a separator in it).
    ///
    /// # Errors
    /// When there is no such preset, the file cannot be read, or its contents are wrong.
    pub fn schedule(self, choice: &str) -> Result<Settings, Error> {
        self.scheduled(ScheduleChoice::named(choice)?)
    }
    /// Chooses the machine that schedules are chosen for: `here`, `reference`, or the path of a machine file.
    ///
    /// # Errors
    /// When the file cannot be read, or its contents are wrong.
    pub fn machine(self, choice: &str) -> Result<Settings, Error> {
        self.on(MachineChoice::named(choice)?)
    }
    /// Chooses a machine that is read already.
    ///
    /// # Errors
    /// When the contents of the file are wrong.
    pub fn on(mut self, choice: MachineChoice) -> Result<Settings, Error> {
        if let MachineChoice::File { .. } = choice {
            let mut sources = Sources::default();
            let found = choice.resolve(&mut sources);
            found.map_err(|diagnostics| Error::Source { sources: Arc::new(sources), diagnostics })?;
        }
        self.machine = choice;
        Ok(self)
    }
    /// Chooses the sizes that schedules are chosen for.
    ///
    /// # Errors
    /// When a size is not between 1 and 2²⁰.
    pub fn domain(mut self, domain: Domain) -> Result<Settings, String> {
        if let Some(size) = domain.iter().find(|size| !(1..=1 << 20).contains(*size)) {
            return Err(format!("the sizes of a domain are between 1 and {}, not {size}", 1 << 20));
        }
        self.domain = domain;
        Ok(self)
    }
    /// What schedules are chosen for. `sources` gains the text of a machine file.
    ///
    /// # Errors
    /// When the contents of the machine file are wrong.
    pub fn target(&self, sources: &mut Sources) -> Result<Target, Vec<Diagnostic>> {
        let machine = self.machine.resolve(sources)?;
        Ok(Target { threads: self.threads.unwrap_or(machine.threads.count).max(1), machine, domain: self.domain })
    }
    /// Chooses a schedule that is read already.
    ///
    /// # Errors
    /// When there is no such preset, or the contents of the file are wrong.
    pub fn scheduled(mut self, choice: ScheduleChoice) -> Result<Settings, Error> {
        let mut sources = Sources::default();
        let found = choice.resolve(&mut sources);
        found.map_err(|diagnostics| Error::Source { sources: Arc::new(sources), diagnostics })?;
        self.schedule = choice;
        Ok(self)
    }
}

impl ScheduleChoice {
    /// The schedule of a preset's name, or of a file's path (with a dot or a separator in it).
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn named(choice: &str) -> Result<ScheduleChoice, Error> {
        if !choice.contains(['.', '/', '\\']) {
            return Ok(ScheduleChoice::Preset(choice.to_string()));
        }
        let text = std::fs::read_to_string(Path::new(choice));
        let text = text.map_err(|e| Error::File(format!("cannot read the schedule file {choice}: {e}")))?;
        Ok(ScheduleChoice::File { name: choice.to_string(), text })
    }
    /// Whether programs stay as they are written, without the passes on their data.
    pub(crate) fn is_as_written(&self) -> bool {
        matches!(self, ScheduleChoice::Preset(name) if preset::by_name(name).is_some_and(|preset| preset.as_written))
    }
    /// What the schedule does. `sources` gains the text of a file.
    ///
    /// # Errors
    /// When there is no such preset, or the contents of the file are wrong.
    pub fn resolve(&self, sources: &mut Sources) -> Result<Schedule, Vec<Diagnostic>> {
        match self {
            ScheduleChoice::Preset(name) => Schedule::preset(name).ok_or_else(|| vec![unknown_preset(name)]),
            ScheduleChoice::File { name, text } => Schedule::parse(text, sources.add(name, text)),
        }
    }
}

fn unknown_preset(name: &str) -> Diagnostic {
    let known: Vec<_> = preset::ALL.iter().map(|p| format!("`{}`", p.name)).collect();
    Diagnostic::error(Code::UNKNOWN_PRESET, format!("there is no schedule preset `{name}`"), Span::NONE, "")
        .help(format!("the presets are {}; to use a schedule file, give its path, as in ./fast.toml", known.join(" and ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn externals_that_have_no_literal_are_refused_by_name() {
        let external = |value: &str| Settings::default().external("x", value).err();
        assert_eq!(external("0.5"), None);
        assert_eq!(external("inf"), None);
        assert_eq!(
            external("nan").as_deref(),
            Some("the external `x` is NaN, which has no literal: pass it to the call, as a scalar argument")
        );
        assert!(external("[1]").is_some_and(|text| text.starts_with("the external `x` is not a number")));
    }

    #[test]
    fn a_wrong_schedule_is_refused_when_it_is_chosen() {
        assert!(Settings::default().schedule("naive").is_ok());
        assert!(Settings::default().schedule("turbo").is_err_and(|e| e.render(false).contains("no schedule preset `turbo`")));
        let file = ScheduleChoice::File { name: "wrong.toml".to_string(), text: "preset = 3\n".to_string() };
        assert!(Settings::default().scheduled(file).is_err_and(|e| e.render(false).contains("wrong.toml:1")));
    }

    #[test]
    fn the_callers_numerics_mode_goes_before_that_of_the_schedule_file() {
        let file = ScheduleChoice::File { name: "fast.toml".to_string(), text: "numerics = \"contract\"\n".to_string() };
        let settings = Settings::default().scheduled(file).unwrap();
        assert_eq!(settings.mode(&mut Sources::default()), Ok(Numerics::Contract));
        let settings = settings.numerics("relaxed").unwrap();
        assert_eq!(settings.mode(&mut Sources::default()), Ok(Numerics::Relaxed));
        assert_eq!(Settings::default().mode(&mut Sources::default()), Ok(Numerics::Strict));
        assert!(Settings::default().numerics("fast").is_err_and(|e| e.contains("`strict`, `contract` or `relaxed`")));
    }

    #[test]
    fn a_wrong_machine_or_domain_is_refused_when_it_is_chosen() {
        let file = MachineChoice::File { name: "slow.toml".to_string(), text: "[l9]\n".to_string() };
        assert!(Settings::default().on(file).is_err_and(|e| e.render(false).contains("slow.toml:1")));
        assert!(Settings::default().machine("./missing.toml").is_err());
        assert!(Settings::default().domain([128, 0, 80]).is_err_and(|e| e.contains("not 0")));
        let settings = Settings::default().machine("reference").unwrap().domain([32, 16, 8]).unwrap();
        let target = settings.target(&mut Sources::default()).unwrap();
        assert_eq!((target.domain, target.threads), ([32, 16, 8], target.machine.threads.count));
        assert_eq!(Settings { threads: Some(0), ..settings }.target(&mut Sources::default()).unwrap().threads, 1);
    }
}
