//! The report at the end of a run: masses, ranges, error norms.

use crate::cli::runfile::{Report, RunFile, START, Statistic};
use serde::Serialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// One field's interior at one moment, I fastest.
pub type Snapshot = Vec<f64>;

/// Fields by name.
type Fields<'a> = BTreeMap<&'a str, &'a Snapshot>;

/// What is said about the fields of a finished run.
#[derive(Serialize, Debug, Default)]
pub struct Findings {
    pub mass: BTreeMap<String, Mass>,
    pub range: BTreeMap<String, Extremes>,
    pub error: BTreeMap<String, Norms>,
    /// What the run file forbids and happened.
    pub failed: Vec<String>,
}

/// A sum over the domain.
#[derive(Serialize, Debug)]
pub struct Mass {
    pub start: f64,
    pub end: f64,
    pub relative_change: f64,
}

/// Least and greatest value.
#[derive(Serialize, Debug)]
pub struct Extremes {
    pub start: [f64; 2],
    pub end: [f64; 2],
}

/// Norms of the difference to the exact solution, relative to the norms of the exact solution.
#[derive(Serialize, Clone, Debug)]
pub struct Norms {
    pub l1: f64,
    pub l2: f64,
    pub max: f64,
}

impl Findings {
    /// Compares the fields at the end with those at the start.
    pub fn new(run: &RunFile, start: &Fields, end: &Fields) -> Findings {
        let Report { mass, range, new_extrema, mass_change, exact } = &run.report;
        let mut findings = Findings::default();
        let both = |name: &str| Some((*start.get(name)?, *end.get(name)?));
        let names = |list: &'_ [Spanned<String>]| list.iter().map(|name| name.get_ref().clone()).collect::<Vec<_>>();
        for name in names(mass) {
            let Some((before, after)) = both(&name) else { continue };
            let (before, after) = (sum(before), sum(after));
            let relative_change = change(before, after);
            if mass_change.is_some_and(|limit| relative_change.is_nan() || relative_change.abs() > limit) {
                findings.failed.push(format!("the mass of {name} changed by {relative_change:.2e} relatively"));
            }
            findings.mass.insert(name, Mass { start: before, end: after, relative_change });
        }
        for name in names(range) {
            let Some((before, after)) = both(&name) else { continue };
            let (before, after) = (extremes(before), extremes(after));
            let growth = (before[0] - after[0]).max(after[1] - before[1]);
            if new_extrema.is_some_and(|limit| growth.is_nan() || growth > limit) {
                findings.failed.push(format!("{name} has new extrema: it is outside its range at the start by {growth:.2e}"));
            }
            findings.range.insert(name, Extremes { start: before, end: after });
        }
        for (name, exact) in exact {
            let solution =
                if exact.get_ref() == START { start.get(name.get_ref().as_str()) } else { end.get(exact.get_ref().as_str()) };
            let (Some(values), Some(solution)) = (end.get(name.get_ref().as_str()), solution) else { continue };
            findings.error.insert(name.get_ref().clone(), norms(values, solution));
        }
        findings
    }

    /// The findings as lines for a person.
    pub fn print(&self) {
        if !self.mass.is_empty() {
            say!("\n{:<8} {:>24} {:>24} {:>16}", "mass", "start", "end", "relative change");
            for (name, m) in &self.mass {
                say!("{name:<8} {:>24.16e} {:>24.16e} {:>16.2e}", m.start, m.end, m.relative_change);
            }
        }
        if !self.range.is_empty() {
            say!("\n{:<8} {:>24} {:>24} {:>24} {:>24}", "range", "least at start", "at end", "greatest at start", "at end");
            for (name, r) in &self.range {
                say!("{name:<8} {:>24.16} {:>24.16} {:>24.16} {:>24.16}", r.start[0], r.end[0], r.start[1], r.end[1]);
            }
        }
        if !self.error.is_empty() {
            say!("\n{:<8} {:>12} {:>12} {:>12}   (relative to the exact solution)", "error", "l1", "l2", "max");
            for (name, n) in &self.error {
                say!("{name:<8} {:>12.4e} {:>12.4e} {:>12.4e}", n.l1, n.l2, n.max);
            }
        }
    }
}

/// One figure of all values; not a number where a value is none. The change is not one of a single moment: it is the sum.
pub fn figure(of: Statistic, values: &[f64]) -> f64 {
    match of {
        Statistic::Sum | Statistic::Change => sum(values),
        Statistic::Mean => sum(values) / values.len() as f64,
        Statistic::Minimum => extremes(values)[0],
        Statistic::Maximum => extremes(values)[1],
    }
}

/// The relative change of a sum.
pub fn change(before: f64, after: f64) -> f64 {
    if before == after { 0.0 } else { (after - before) / before.abs() }
}

/// A sum that loses no more than the last bit, whatever the order: Neumaier's compensated summation.
fn sum(values: &[f64]) -> f64 {
    let (mut total, mut lost) = (0.0f64, 0.0f64);
    for &v in values {
        let next = total + v;
        lost += if total.abs() >= v.abs() { (total - next) + v } else { (v - next) + total };
        total = next;
    }
    total + lost
}

/// The least and the greatest value; no numbers where a value is none.
fn extremes(values: &[f64]) -> [f64; 2] {
    if values.iter().any(|v| v.is_nan()) {
        return [f64::NAN; 2];
    }
    values.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], v| [low.min(*v), high.max(*v)])
}

fn norms(values: &[f64], exact: &[f64]) -> Norms {
    let pairs = || values.iter().zip(exact).map(|(v, e)| ((v - e).abs(), e.abs()));
    let ratio = |(a, b): (f64, f64)| a / b;
    Norms {
        l1: ratio(pairs().fold((0.0, 0.0), |s, (d, e)| (s.0 + d, s.1 + e))),
        l2: ratio(pairs().fold((0.0, 0.0), |s, (d, e)| (s.0 + d * d, s.1 + e * e))).sqrt(),
        max: ratio(pairs().fold((0.0, 0.0), |s: (f64, f64), (d, e)| (s.0.max(d), s.1.max(e)))),
    }
}
