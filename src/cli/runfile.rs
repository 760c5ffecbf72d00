//! Run files: the program to run, its arguments, and what to report and draw. `docs/run-files.md` explains the keys.

mod check;
mod convergence;
mod others;
mod pictures;
mod start;

pub use convergence::{Convergence, Resolution};
pub use pictures::{Axes, Curve, Label, Line, Moment, Panels, Picture, Plot, Section, Statistic, letter};
pub use start::Start;

use crate::cli::{Failure, colour};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use tradewind::ir::diagnostic::render;
use tradewind::ir::{Array, Code, Diagnostic, Domain, SourceId, Sources, Span};
use tradewind::{FieldInfo, Settings};

/// A run file. Paths in it are relative to the working directory once it is read.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct RunFile {
    pub source: PathBuf,
    pub program: Spanned<String>,
    domain: Spanned<[u32; 3]>,
    /// Zero: one per core.
    #[serde(default)]
    pub threads: usize,
    #[serde(default = "cpu")]
    pub schedule: String,
    /// The numerics mode; default: that of the schedule file, else strict.
    pub numerics: Option<Spanned<String>>,
    #[serde(default)]
    externals: toml::Table,
    #[serde(default)]
    pub scalars: BTreeMap<Spanned<String>, Spanned<toml::Value>>,
    #[serde(default)]
    pub fields: BTreeMap<Spanned<String>, Start>,
    #[serde(default)]
    pub report: Report,
    #[serde(default)]
    pub axes: Axes,
    #[serde(default)]
    pub labels: BTreeMap<Spanned<String>, Label>,
    #[serde(default)]
    pub pictures: Vec<Picture>,
    #[serde(default)]
    pub plots: Vec<Plot>,
    pub convergence: Option<Convergence>,
    /// The file itself.
    #[serde(skip)]
    sources: Sources,
}

fn cpu() -> String {
    "cpu".to_string()
}

/// What the report says about which fields.
#[derive(Deserialize, Clone, Default, Debug)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Sums over the domain, at start and end, and their relative change.
    #[serde(default)]
    pub mass: Vec<Spanned<String>>,
    /// Least and greatest value, at start and end.
    #[serde(default)]
    pub range: Vec<Spanned<String>>,
    /// The run fails if a range grows by more than this.
    pub new_extrema: Option<f64>,
    /// The run fails if a mass changes by more than this, relatively.
    pub mass_change: Option<f64>,
    /// Fields whose exact solution at the end is known: their own state at the start ([`START`]), or another field at the end.
    #[serde(default)]
    pub exact: BTreeMap<Spanned<String>, Spanned<String>>,
}

/// The exact solution that is the field's own state at the start.
pub const START: &str = "start";

/// The text of a run file.
const FILE: SourceId = SourceId(0);

impl RunFile {
    /// Reads a run file.
    ///
    /// # Errors
    /// When the file cannot be read or is not made as a run file is; the message shows the line.
    pub fn read(path: &Path) -> Result<RunFile, Failure> {
        let unreadable = |e| Failure::Input(format!("error: cannot read the run file {}: {e}", path.display()));
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        let mut sources = Sources::default();
        sources.add(path.display().to_string(), text.clone());
        let read: Result<RunFile, _> = toml::from_str(&text);
        let mut run = match read {
            Ok(run) => RunFile { sources, ..run },
            Err(e) => {
                let place = e.span().map_or(Span::NONE, |range| Span::new(FILE, range.start, range.end));
                let found =
                    Diagnostic::error(Code::RUN_FILE, format!("this is not a run file: {}", e.message()), place, "here");
                return Err(failure(&sources, &[found.help("docs/run-files.md lists the keys of run files")]));
            }
        };
        run.resolve(path.parent().unwrap_or(Path::new("")));
        Ok(run)
    }
    /// Makes paths relative to the working directory.
    fn resolve(&mut self, folder: &Path) {
        let files = self.pictures.iter_mut().map(|p| &mut p.file).chain(self.plots.iter_mut().map(|p| &mut p.file));
        let files = files.chain(self.convergence.iter_mut().filter_map(|c| c.file.as_mut()));
        files.map(Spanned::get_mut).chain([&mut self.source]).for_each(|path| *path = folder.join(&*path));
        if self.schedule.contains(['.', '/']) {
            self.schedule = folder.join(&self.schedule).display().to_string();
        }
    }
    /// The externals with their values as text; entries of tables have dotted names.
    pub fn externals(&self) -> Vec<(String, String)> {
        fn add(table: &toml::Table, before: &str, found: &mut Vec<(String, String)>) {
            for (name, value) in table {
                let name = format!("{before}{name}");
                match value {
                    toml::Value::Table(inner) => add(inner, &format!("{name}."), found),
                    toml::Value::String(text) => found.push((name, text.clone())),
                    other => found.push((name, other.to_string())),
                }
            }
        }
        let mut found = Vec::new();
        add(&self.externals, "", &mut found);
        found
    }
    /// The settings with the file's numerics mode, if it has one.
    ///
    /// # Errors
    /// When there is no such mode.
    pub fn choose_numerics(&self, settings: Settings) -> Result<Settings, Failure> {
        let Some(mode) = &self.numerics else { return Ok(settings) };
        settings.numerics(mode.get_ref()).map_err(|e| {
            let message = format!("`{}` is not a numerics mode", mode.get_ref());
            self.refuse(&[self.wrong_value(mode.span(), message, e)])
        })
    }
    /// Gives a field argument its values at the start.
    ///
    /// # Errors
    /// When it cannot hold them.
    pub fn fill(&self, field: &FieldInfo, array: &mut Array) -> Result<(), Failure> {
        let Some((name, start)) = self.fields.get_key_value(field.name.as_str()) else { return Ok(()) };
        start.fill(array, field.interfaces, self.domain()).map_err(|help| {
            let message = format!("`{}` cannot hold these values", field.name);
            self.refuse(&[self.wrong_value(name.span(), message, help)])
        })
    }
    /// The compute domain.
    pub fn domain(&self) -> Domain {
        self.domain.get_ref().map(i64::from)
    }
    /// The compute domain as sizes of what is kept of it.
    pub fn sizes(&self) -> [usize; 3] {
        self.domain.get_ref().map(|n| n as usize)
    }
    /// Errors in this file, rendered.
    pub fn refuse(&self, found: &[Diagnostic]) -> Failure {
        failure(&self.sources, found)
    }
    /// A value that the run cannot use, and what to write.
    fn wrong_value(&self, range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Diagnostic {
        Diagnostic::error(Code::RUN_VALUE, message, self.place(range), "here").help(help)
    }
    fn place(&self, range: Range<usize>) -> Span {
        Span::new(FILE, range.start, range.end)
    }
}

fn failure(sources: &Sources, found: &[Diagnostic]) -> Failure {
    Failure::Input(render(sources, found, colour()))
}
