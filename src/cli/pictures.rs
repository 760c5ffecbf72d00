//! The pictures and plots of a run.

use crate::cli::Failure;
use crate::cli::convergence::Convergence;
use crate::cli::draw::axis::{Axis, number, widened, with_unit};
use crate::cli::draw::colours::{Colours, Scale};
use crate::cli::draw::curves;
use crate::cli::draw::sections::{Panel, Row, Rows};
use crate::cli::draw::{self, Area, Drawn};
use crate::cli::runfile::{Curve, Line, Moment, Panels, Plot, RunFile, Section, Statistic, letter};
use crate::cli::watch::Watcher;
use serde::Serialize;
use std::path::Path;
use tradewind::ir;

/// A picture that was written.
#[derive(Serialize, Debug)]
pub struct Saved {
    pub file: String,
    /// Values in it that are missing (NaN).
    pub missing: usize,
}

/// What became of the pictures of a run.
#[derive(Default, Debug)]
pub struct Gallery {
    pub saved: Vec<Saved>,
    /// Those that show nothing that was seen.
    pub empty: Vec<String>,
}

/// Draws what was seen; of the end only if the run has come there.
///
/// # Errors
/// When a file cannot be written.
pub fn save(run: &RunFile, watcher: &Watcher, ended: bool) -> Result<Gallery, Failure> {
    let mut gallery = Gallery::default();
    for picture in &run.pictures {
        let drawn = |panels: &Panels| row(run, watcher, panels, ended);
        let rows: Vec<Row> = picture.panels.get_ref().iter().map(drawn).filter(|row| !row.panels.is_empty()).collect();
        let missing = rows.iter().flat_map(|row| &row.panels).map(Panel::missing).sum();
        let rows = Rows(&rows);
        let shown = (!rows.0.is_empty()).then_some(missing);
        gallery.add(picture.file.get_ref(), shown, rows.size(), &picture.title, |area| rows.draw(area))?;
    }
    for (plot, series) in run.plots.iter().zip(watcher.curves()) {
        let values = || series.iter().flatten().map(|(_, y)| *y);
        let shown = (values().next().is_some()).then(|| values().filter(|y| !y.is_finite()).count());
        let drawn = curves(run, plot, &series, watcher.total);
        gallery.add(plot.file.get_ref(), shown, drawn.size(), &plot.title, |area| drawn.draw(area))?;
    }
    Ok(gallery)
}

impl Gallery {
    fn add(
        &mut self,
        path: &Path,
        missing: Option<usize>,
        size: (i32, i32),
        title: &str,
        draw: impl FnOnce(&Area) -> Drawn,
    ) -> Result<(), Failure> {
        let file = path.display().to_string();
        let Some(missing) = missing else {
            self.empty.push(file);
            return Ok(());
        };
        let folder = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        let saved = folder.and_then(|()| draw::save(path, size, title, draw));
        saved.map_err(|e| Failure::Input(format!("error: cannot write the picture {file}: {e}")))?;
        self.saved.push(Saved { file, missing });
        Ok(())
    }

    /// Draws the errors on several resolutions, if the run file wants it.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add_convergence(&mut self, run: &RunFile, convergence: &Convergence) -> Result<(), Failure> {
        let wanted = run.convergence.as_ref().and_then(|wanted| wanted.file.as_ref());
        let (Some(file), Some(axis)) = (wanted, run.refined_axis()) else { return Ok(()) };
        match convergence.plot(letter(ir::Axis::ALL[axis]), |field| names(run, field).0.to_string()) {
            Some(plot) => self.add(file.get_ref(), Some(0), plot.size(), "", |area| plot.draw(area)),
            None => self.add(file.get_ref(), None, (0, 0), "", |_| Ok(())),
        }
    }

    /// The pictures as lines for a person.
    pub fn print(&self) {
        if !self.saved.is_empty() {
            say!("\npictures {}", self.saved.iter().map(|saved| saved.file.as_str()).collect::<Vec<_>>().join(" "));
        }
        for saved in self.saved.iter().filter(|saved| saved.missing > 0) {
            say!("{}: {} values are missing (NaN)", saved.file, saved.missing);
        }
        if !self.empty.is_empty() {
            say!("not drawn, because the run did not come to what they show: {}", self.empty.join(" "));
        }
    }
}

fn row(run: &RunFile, watcher: &Watcher, wanted: &Panels, ended: bool) -> Row {
    let section = wanted.section();
    let field = wanted.field.get_ref().as_str();
    let sizes = run.sizes();
    let ([x, y], ..) = section.axes();
    let moments = wanted.moments().iter().filter(|moment| ended || **moment != Moment::End);
    let panel = |moment: &Moment| {
        let values = section.values(watcher.at(*moment).get(field)?, sizes);
        let panel = Panel { caption: String::new(), values, size: (sizes[x.index()], sizes[y.index()]) };
        let missing = match panel.missing() {
            0 => None,
            n => Some(format!("{n} missing")),
        };
        let said = [place(run, section), Some(time(run, *moment, watcher.total)), missing];
        Some(Panel { caption: said.into_iter().flatten().collect::<Vec<_>>().join(", "), ..panel })
    };
    let panels: Vec<Panel> = moments.filter_map(panel).collect();
    Row {
        scale: scale(wanted, &panels),
        panels,
        across: along(run, x),
        up: along(run, y),
        lengths: lengths(run, x, y),
        name: label(run, field),
    }
}

fn scale(wanted: &Panels, panels: &[Panel]) -> Scale {
    let found = finite_range(panels.iter().flat_map(|panel| panel.values.iter().copied()));
    let range = wanted.range.as_ref().map_or(found, |range| range.get_ref().to_owned().into());
    let (low, high) = widened(range);
    Scale { low, high, colours: wanted.colours.unwrap_or(Colours::of(range.0, range.1)) }
}

/// The least and the greatest of the values that are numbers; 0 and 1 if there are none.
fn finite_range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let finite = values.filter(|v| v.is_finite());
    let range = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if range.0 <= range.1 { range } else { (0.0, 1.0) }
}

/// An axis of the domain: its coordinate, or points.
fn along(run: &RunFile, axis: ir::Axis) -> Axis {
    match run.axes.along(axis) {
        Some(line) => ruled(line),
        None => Axis::linear(with_unit(letter(axis), "points"), 0.0, run.sizes()[axis.index()] as f64),
    }
}

fn ruled(line: &Line) -> Axis {
    Axis::linear(with_unit(&line.name, &line.unit), line.from, line.to)
}

/// How long two axes are in comparison: by their coordinates if both have the same unit, else by points.
fn lengths(run: &RunFile, x: ir::Axis, y: ir::Axis) -> (f64, f64) {
    let points = |axis: ir::Axis| run.sizes()[axis.index()] as f64;
    match (run.axes.along(x), run.axes.along(y)) {
        (Some(x), Some(y)) if x.unit == y.unit => ((x.to - x.from).abs(), (y.to - y.from).abs()),
        _ => (points(x), points(y)),
    }
}

/// Where a section lies, if there is a choice.
fn place(run: &RunFile, section: Section) -> Option<String> {
    let (_, axis, number) = section.axes();
    let points = run.sizes()[axis.index()];
    let said = match run.axes.along(axis) {
        Some(line) => said(line, (f64::from(number) + 0.5) / points as f64),
        None => format!("{} {number}", section.key()),
    };
    (points > 1).then_some(said)
}

fn time(run: &RunFile, moment: Moment, total: i64) -> String {
    let part = match moment {
        Moment::Start => 0.0,
        Moment::Half if total > 0 => ((total + 1) / 2) as f64 / total as f64,
        Moment::Half | Moment::End => 1.0,
    };
    run.axes.time.as_ref().map_or(moment.name().to_string(), |line| said(line.get_ref(), part))
}

/// A coordinate in words.
fn said(line: &Line, part: f64) -> String {
    format!("{} = {} {}", line.name, number(line.at(part)), line.unit).trim_end().to_string()
}

/// The name of a field and its unit.
fn names<'a>(run: &'a RunFile, field: &'a str) -> (&'a str, &'a str) {
    let label = run.labels.get(field);
    (label.and_then(|label| label.name.as_deref()).unwrap_or(field), label.map_or("", |label| label.unit.as_str()))
}

fn label(run: &RunFile, field: &str) -> String {
    let (name, unit) = names(run, field);
    with_unit(name, unit)
}

fn curves(run: &RunFile, plot: &Plot, series: &[Vec<(f64, f64)>], total: i64) -> curves::Plot {
    let steps = total.max(1) as f64;
    let time = run.axes.time.as_ref().map(|line| line.get_ref());
    let across = time.map_or_else(|| Axis::linear("steps".to_string(), 0.0, steps), ruled);
    let at = |done: f64| time.map_or(done, |line| line.at(done / steps));
    let wanted = plot.curves.get_ref();
    let mixed = wanted.iter().any(|curve| unit(run, curve) != unit(run, &wanted[0]));
    let missing = |points: &[(f64, f64)]| match points.iter().filter(|(_, y)| !y.is_finite()).count() {
        0 => String::new(),
        n => format!(", {n} missing"),
    };
    let drawn = wanted.iter().zip(series).map(|(wanted, points)| {
        let (field, _) = names(run, wanted.field.get_ref());
        let unit = if mixed { unit(run, wanted) } else { "" };
        let name = with_unit(&format!("{} of {field}", wanted.of.name()), unit) + &missing(points);
        curves::Curve { name, points: points.iter().map(|(done, y)| (at(*done), *y)).collect(), guide: false }
    });
    // A single curve has no legend.
    let note = if let [points] = series { missing(points) } else { String::new() };
    let (low, high) = widened(finite_range(series.iter().flatten().map(|(_, y)| *y)));
    let room = 0.05 * (high - low);
    curves::Plot { across, up: Axis::linear(upwards(run, wanted) + &note, low - room, high + room), curves: drawn.collect() }
}

/// The name of the axis upwards: what all curves have in common.
fn upwards(run: &RunFile, wanted: &[Curve]) -> String {
    let alike = |same: &dyn Fn(&Curve, &Curve) -> bool| wanted.windows(2).all(|pair| same(&pair[0], &pair[1]));
    let Some(first) = wanted.first() else { return String::new() };
    let (field, _) = names(run, first.field.get_ref());
    let name = match (alike(&|a, b| a.of == b.of), alike(&|a, b| a.field == b.field)) {
        (true, true) => format!("{} of {field}", first.of.name()),
        (true, false) => first.of.name().to_string(),
        (false, true) => field.to_string(),
        (false, false) => String::new(),
    };
    let unit = if alike(&|a, b| unit(run, a) == unit(run, b)) { unit(run, first) } else { "" };
    if name.is_empty() { unit.to_string() } else { with_unit(&name, unit) }
}

fn unit<'a>(run: &'a RunFile, curve: &'a Curve) -> &'a str {
    if curve.of == Statistic::Change { "" } else { names(run, curve.field.get_ref()).1 }
}
