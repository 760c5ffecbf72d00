//! What a run file says about pictures of sections and plots of curves.

use crate::cli::draw::colours::Colours;
use serde::Deserialize;
use std::num::NonZeroU32;
use std::path::PathBuf;
use toml::Spanned;
use tradewind::ir::Axis;

/// What lies along the axes of pictures and plots; by default points, and steps of the outermost loop.
#[derive(Deserialize, Clone, Default, Debug)]
#[serde(deny_unknown_fields)]
pub struct Axes {
    #[serde(rename = "I")]
    pub i: Option<Spanned<Line>>,
    #[serde(rename = "J")]
    pub j: Option<Spanned<Line>>,
    #[serde(rename = "K")]
    pub k: Option<Spanned<Line>>,
    pub time: Option<Spanned<Line>>,
}

/// A coordinate along an axis: `from` is its value at the lower edge of the first cell or before the first step, `to` at the upper
/// edge of the last cell or after the last step.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub name: String,
    #[serde(default)]
    pub unit: String,
    pub from: f64,
    pub to: f64,
}

/// How a field is called in pictures and plots.
#[derive(Deserialize, Clone, Default, Debug)]
#[serde(deny_unknown_fields)]
pub struct Label {
    pub name: Option<String>,
    #[serde(default)]
    pub unit: String,
}

/// A picture file.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    pub file: Spanned<PathBuf>,
    #[serde(default)]
    pub title: String,
    /// The rows of the picture.
    pub panels: Spanned<Vec<Panels>>,
}

/// A row of a picture: panels with one section of a field at several times, and one colour scale.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct Panels {
    pub field: Spanned<String>,
    /// The level of a horizontal section; 0 if there is no `row`.
    pub level: Option<Spanned<u32>>,
    /// The position along J of a vertical section.
    pub row: Option<Spanned<u32>>,
    /// From left to right; the end if there is no `at`.
    pub at: Option<Spanned<Vec<Moment>>>,
    /// The values of the first and last colour; default: the least and the greatest one of all panels.
    pub range: Option<Spanned<[f64; 2]>>,
    /// Default: diverging for signed values.
    pub colours: Option<Colours>,
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

/// A plot file: curves over the steps of the outermost loop.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct Plot {
    pub file: Spanned<PathBuf>,
    #[serde(default)]
    pub title: String,
    pub curves: Spanned<Vec<Curve>>,
    /// The steps from one point to the next; default: those that make about 200 points.
    pub every: Option<NonZeroU32>,
}

/// One figure of a field over time.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct Curve {
    pub field: Spanned<String>,
    pub of: Statistic,
}

/// One figure of all points of the domain.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Statistic {
    Sum,
    Mean,
    Minimum,
    Maximum,
    /// The relative change of the sum since the start.
    Change,
}

impl Axes {
    /// The coordinate along an axis of the domain.
    pub fn along(&self, axis: Axis) -> Option<&Line> {
        let line = match axis {
            Axis::I => &self.i,
            Axis::J => &self.j,
            Axis::K => &self.k,
        };
        line.as_ref().map(Spanned::get_ref)
    }
}

/// The letter of an axis in run files.
pub fn letter(axis: Axis) -> &'static str {
    match axis {
        Axis::I => "I",
        Axis::J => "J",
        Axis::K => "K",
    }
}

impl Line {
    /// The coordinate at a part of the way.
    pub fn at(&self, part: f64) -> f64 {
        self.from + part * (self.to - self.from)
    }
}

impl Panels {
    pub fn section(&self) -> Section {
        match (&self.level, &self.row) {
            (_, Some(row)) => Section::Row(*row.get_ref()),
            (level, None) => Section::Level(level.as_ref().map_or(0, |level| *level.get_ref())),
        }
    }
    pub fn moments(&self) -> &[Moment] {
        self.at.as_ref().map_or(&[Moment::End], |at| at.get_ref())
    }
}

impl Section {
    /// The axes to the right and upwards, and that across the section with the position on it.
    pub fn axes(self) -> ([Axis; 2], Axis, u32) {
        match self {
            Section::Level(level) => ([Axis::I, Axis::J], Axis::K, level),
            Section::Row(row) => ([Axis::I, Axis::K], Axis::J, row),
        }
    }
    /// The key in the run file.
    pub fn key(self) -> &'static str {
        match self {
            Section::Level(_) => "level",
            Section::Row(_) => "row",
        }
    }
    /// The values in the section of all values of the domain; both have I fastest.
    pub fn values(self, values: &[f64], [ni, nj, _]: [usize; 3]) -> Vec<f64> {
        let rows = values.chunks(ni.max(1));
        match self {
            Section::Level(level) => rows.skip(level as usize * nj).take(nj).flatten().copied().collect(),
            Section::Row(row) => rows.skip(row as usize).step_by(nj.max(1)).flatten().copied().collect(),
        }
    }
}

impl Moment {
    /// The word in the run file.
    pub fn name(self) -> &'static str {
        match self {
            Moment::Start => "start",
            Moment::Half => "half",
            Moment::End => "end",
        }
    }
}

impl Statistic {
    /// The figure's name before that of the field.
    pub fn name(self) -> &'static str {
        match self {
            Statistic::Sum => "sum",
            Statistic::Mean => "mean",
            Statistic::Minimum => "minimum",
            Statistic::Maximum => "maximum",
            Statistic::Change => "relative change of the sum",
        }
    }
}
