//! The table: a line for each program and domain.

use crate::bar::Verdict;
use crate::draw::Drawn;
use crate::estimate::Estimate;
use crate::paired::Rounds;
use std::fmt::Write;
use tradewind::ir::Domain;

/// What the schedule of least predicted time may take at most, compared with the fastest one.
const CHOICE: f64 = 1.10;
/// Ranks of fewer schedules tell nothing.
const FEWEST: usize = 8;

/// The schedules of a program on a domain: predicted, and measured.
pub struct Row {
    pub name: String,
    pub domain: Domain,
    /// Of a call.
    pub steps: i64,
    /// That of preset `cpu` first.
    pub drawn: Vec<Drawn>,
    pub rounds: Rounds,
}

/// The titles.
pub fn head() -> String {
    format!(
        "{:<10} {:>10} {:>9} {:>8} {:>8} {:>11} {:>17} {:>17}",
        "program", "domain", "schedules", "fastest", "slowest", "correlation", "choice", "preset"
    )
}

impl Row {
    /// The line.
    pub fn line(&self, bars: bool) -> String {
        let order = self.order();
        let (fastest, slowest) = (order[0], order[order.len() - 1]);
        let bar = if bars { format!(" {CHOICE:.2} {}", self.verdict()) } else { String::new() };
        format!(
            "{:<10} {:>10} {:>9} {:>8.3} {:>8.3} {:>11} {:>17} {:>17}{bar}",
            self.name,
            self.domain.map(|n| n.to_string()).join("x"),
            self.drawn.len(),
            self.measured(fastest),
            self.measured(slowest),
            self.correlation().map_or(String::new(), |rho| format!("{rho:.2}")),
            self.rounds.ratio(self.choice(), fastest).to_string(),
            self.rounds.ratio(0, fastest).to_string(),
        )
    }

    /// A line for each schedule, the fastest first: measured and predicted milliseconds, and what made it.
    pub fn each(&self) -> String {
        let mut text = String::new();
        for n in self.order() {
            let Drawn { predicted, made, .. } = &self.drawn[n];
            let _ = writeln!(text, "    {:>8.3} {predicted:>8.3}  {made}", self.measured(n));
        }
        text
    }

    /// Whether the bar is missed.
    pub fn is_missed(&self) -> bool {
        self.verdict() == Verdict::Missed
    }

    fn verdict(&self) -> Verdict {
        Verdict::on(self.rounds.ratio(self.choice(), self.order()[0]), CHOICE)
    }

    /// Milliseconds of a step.
    fn measured(&self, schedule: usize) -> f64 {
        self.rounds.milliseconds(schedule) / self.steps as f64
    }

    /// The schedules, the fastest first.
    fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.drawn.len()).collect();
        order.sort_by(|a, b| self.measured(*a).total_cmp(&self.measured(*b)));
        order
    }

    /// The schedule of least predicted time, the preset's among equals.
    fn choice(&self) -> usize {
        let predicted = |n: &usize| self.drawn[*n].predicted;
        (0..self.drawn.len()).min_by(|a, b| predicted(a).total_cmp(&predicted(b))).unwrap_or(0)
    }

    /// Between predicted and measured times, if there are enough schedules.
    pub fn correlation(&self) -> Option<f64> {
        let predicted: Vec<f64> = self.drawn.iter().map(|one| one.predicted).collect();
        let measured: Vec<f64> = (0..self.drawn.len()).map(|n| self.measured(n)).collect();
        (self.drawn.len() >= FEWEST).then(|| pearson(&ranks(&predicted), &ranks(&measured)))
    }
}

/// The median of some figures.
pub fn median(figures: &[f64]) -> Option<f64> {
    (!figures.is_empty()).then(|| Estimate::of(figures.iter().copied()).median)
}

/// The rank of each figure; equal ones share the mean of their ranks.
fn ranks(figures: &[f64]) -> Vec<f64> {
    let below = |x: f64| figures.iter().filter(|y| **y < x).count() as f64;
    let equal = |x: f64| figures.iter().filter(|y| **y == x).count() as f64;
    figures.iter().map(|x| below(*x) + 0.5 * (equal(*x) - 1.0)).collect()
}

/// The correlation of two samples; 0 if one of them is constant.
fn pearson(a: &[f64], b: &[f64]) -> f64 {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let (ma, mb) = (mean(a), mean(b));
    let sum = |f: &dyn Fn(f64, f64) -> f64| a.iter().zip(b).map(|(x, y)| f(x - ma, y - mb)).sum::<f64>();
    let product = sum(&|x, y| x * y);
    let scale = (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt();
    if scale > 0.0 { product / scale } else { 0.0 }
}
