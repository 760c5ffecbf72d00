//! Run files: the program to run, its arguments, and what to report. See `examples/transport/run.toml` for one with comments.

use crate::cli::Failure;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tradewind::ir::{Array, Axes, Axis, Domain, Value};

/// A run file. Paths in it are relative to the file.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct RunFile {
    pub source: PathBuf,
    pub program: String,
    pub domain: [u32; 3],
    /// Zero: one per core.
    #[serde(default)]
    pub threads: usize,
    #[serde(default = "cpu")]
    pub schedule: String,
    /// The numerics mode; default: that of the schedule file, else strict.
    pub numerics: Option<String>,
    #[serde(default)]
    externals: toml::Table,
    #[serde(default)]
    pub scalars: BTreeMap<String, toml::Value>,
    #[serde(default)]
    pub fields: BTreeMap<String, Start>,
    #[serde(default)]
    pub report: Report,
    #[serde(default)]
    pub pictures: Vec<Pictures>,
}

fn cpu() -> String {
    "cpu".to_string()
}

/// How a field argument starts; those not named start at zero.
#[derive(Deserialize, Debug)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Start {
    /// Middles of the cells between `from` and `to`; the halo continues the spacing.
    Centers { from: f64, to: f64 },
    /// Lower edges of the cells between `from` and `to`, which is where the last interface of a field at interfaces lies; the halo
    /// continues the spacing.
    Edges { from: f64, to: f64 },
    /// One value everywhere.
    Constant { value: f64 },
}

/// What the report says about which fields.
#[derive(Deserialize, Default, Debug)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Sums over the domain, at start and end, and their relative change.
    #[serde(default)]
    pub mass: Vec<String>,
    /// Least and greatest value, at start and end.
    #[serde(default)]
    pub range: Vec<String>,
    /// The run fails if a range grows by more than this.
    pub new_extrema: Option<f64>,
    /// The run fails if a mass changes by more than this, relatively.
    pub mass_change: Option<f64>,
    /// Fields whose exact solution at the end is known.
    #[serde(default)]
    pub exact: BTreeMap<String, Exact>,
}

/// An exact solution.
#[derive(Deserialize, Clone, Copy, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Exact {
    /// The field's own state at the start.
    Start,
}

/// Pictures of one section of a field.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Pictures {
    pub field: String,
    /// The level of a horizontal section; 0 if there is no `row`.
    level: Option<u32>,
    /// The position along J of a vertical section.
    row: Option<u32>,
    #[serde(default = "all_moments")]
    pub at: Vec<Moment>,
    pub directory: PathBuf,
    /// The values of the first and last colour; default: those of the first picture.
    pub range: Option<[f64; 2]>,
}

/// When something is looked at, by iterations of the program's outermost loop.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    Start,
    Half,
    End,
}

/// A plane through the domain.
#[derive(Clone, Copy, Debug)]
pub enum Section {
    /// All points of a level.
    Level(u32),
    /// All points of a row along I, on all levels.
    Row(u32),
}

impl Pictures {
    /// The section that is drawn.
    ///
    /// # Errors
    /// When it is not one section, or does not lie in the domain.
    pub fn section(&self, domain: [u32; 3]) -> Result<Section, String> {
        let (section, number, size, name, points) = match (self.level, self.row) {
            (Some(_), Some(_)) => return Err("has a `level` and a `row`: write one of them".to_string()),
            (_, Some(row)) => (Section::Row(row), row, domain[1], "row", "rows"),
            (level, None) => (Section::Level(level.unwrap_or(0)), level.unwrap_or(0), domain[2], "level", "levels"),
        };
        if number >= size {
            return Err(format!("{name} = {number}: the domain has {size} {points}"));
        }
        Ok(section)
    }
}

impl Section {
    /// The sizes of the section, to the right and upwards, in points.
    pub fn size(self, [ni, nj, nk]: [u32; 3]) -> (usize, usize) {
        let (width, height) = match self {
            Section::Level(_) => (ni, nj),
            Section::Row(_) => (ni, nk),
        };
        (width as usize, height as usize)
    }
    /// The values in the section of all values of the domain; both have I fastest.
    pub fn values(self, values: &[f64], [ni, nj, _]: [u32; 3]) -> Vec<f64> {
        let (ni, nj) = (ni as usize, nj as usize);
        let rows = values.chunks(ni.max(1));
        match self {
            Section::Level(level) => rows.skip(level as usize * nj).take(nj).flatten().copied().collect(),
            Section::Row(row) => rows.skip(row as usize).step_by(nj.max(1)).flatten().copied().collect(),
        }
    }
}

impl std::fmt::Display for Section {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Section::Level(level) => write!(f, "level {level}"),
            Section::Row(row) => write!(f, "row {row}"),
        }
    }
}

fn all_moments() -> Vec<Moment> {
    vec![Moment::Start, Moment::Half, Moment::End]
}

impl Moment {
    /// The word in file names and titles.
    pub fn name(self) -> &'static str {
        match self {
            Moment::Start => "start",
            Moment::Half => "half",
            Moment::End => "end",
        }
    }
}

impl RunFile {
    /// Reads a run file; paths in the result are relative to the working directory.
    ///
    /// # Errors
    /// When the file cannot be read or does not say what a run file says; the message shows the line.
    pub fn read(path: &Path) -> Result<RunFile, Failure> {
        let input = |what: String| Failure::Input(format!("error: {what}"));
        let text = std::fs::read_to_string(path).map_err(|e| input(format!("cannot read {}: {e}", path.display())))?;
        let mut run: RunFile =
            toml::from_str(&text).map_err(|e| input(format!("{} is not a run file\n{e}", path.display())))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        run.source = folder.join(&run.source);
        for picture in &mut run.pictures {
            picture.directory = folder.join(&picture.directory);
        }
        if run.schedule.contains(['.', '/']) {
            run.schedule = folder.join(&run.schedule).display().to_string();
        }
        if run.domain.iter().any(|n| !(1..=1 << 20).contains(n)) {
            let sizes = run.domain;
            return Err(input(format!("{}: domain = {sizes:?}: every size must be between 1 and {}", path.display(), 1 << 20)));
        }
        Ok(run)
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
    /// The compute domain.
    pub fn domain(&self) -> Domain {
        self.domain.map(i64::from)
    }
}

impl Start {
    /// Fills an array over `domain`.
    ///
    /// # Errors
    /// When a coordinate is asked for in a field that has not exactly one axis, or that of centres in a field at interfaces.
    pub fn fill(&self, array: &mut Array, interfaces: Axes, domain: Domain) -> Result<(), String> {
        let axis = array.axes().iter().next().filter(|_| array.axes().rank() == 1);
        if let (Start::Centers { .. }, Some(axis)) = (self, axis.filter(|axis| interfaces.has(*axis))) {
            return Err(format!("the field lives at the interfaces along {axis}: write `kind = \"edges\"`"));
        }
        let line = |axis: Option<Axis>, from: f64, to: f64, shift: f64| {
            let n =
                axis.ok_or("only a field with one axis (Field[I, …], Field[J, …], Field[K, …]) holds a coordinate")?.index();
            let step = (to - from) / domain[n] as f64;
            Ok::<_, String>(move |point: [i64; 3]| from + (point[n] as f64 + shift) * step)
        };
        match *self {
            Start::Centers { from, to } => fill(array, line(axis, from, to, 0.5)?),
            Start::Edges { from, to } => fill(array, line(axis, from, to, 0.0)?),
            Start::Constant { value } => fill(array, |_| value),
        }
        Ok(())
    }
}

fn fill(array: &mut Array, value: impl Fn([i64; 3]) -> f64) {
    for point in tradewind::ir::array::each(array.points()) {
        array.set(point, 0, Value::F64(value(point)));
    }
}
