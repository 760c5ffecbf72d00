//! The order of convergence: the errors of the same run on several resolutions.

use crate::cli::draw::axis::Axis;
use crate::cli::draw::curves::{Curve, Plot};
use crate::cli::report::Norms;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A run on one resolution.
pub struct Resolved {
    pub sizes: [usize; 3],
    pub steps: i64,
    pub elapsed: Duration,
    pub error: BTreeMap<String, Norms>,
}

/// Runs from the coarsest to the finest.
pub struct Convergence {
    runs: Vec<Resolved>,
    /// The number of cells along this axis is the resolution.
    axis: usize,
}

/// How far a line of a whole order is below its curve.
const BELOW: f64 = 0.6;
type Norm = fn(&Norms) -> f64;
const NORMS: [(&str, Norm); 3] = [("l1", |n| n.l1), ("l2", |n| n.l2), ("max", |n| n.max)];

impl Convergence {
    /// Puts runs in order. `axis` is one along which all have different sizes.
    pub fn new(mut runs: Vec<Resolved>, axis: usize) -> Convergence {
        runs.sort_by_key(|run| run.sizes[axis]);
        Convergence { runs, axis }
    }

    fn fields(&self) -> BTreeSet<&String> {
        self.runs.iter().flat_map(|run| run.error.keys()).collect()
    }

    /// By which power of the cells' width a norm falls from the run before to the `n`-th one; nothing for the first one.
    fn order(&self, n: usize, field: &str, norm: Norm) -> Option<f64> {
        let (coarse, fine) = (&self.runs[n.checked_sub(1)?], self.runs.get(n)?);
        let ratio = norm(coarse.error.get(field)?) / norm(fine.error.get(field)?);
        Some(ratio.ln() / (fine.sizes[self.axis] as f64 / coarse.sizes[self.axis] as f64).ln())
    }

    /// A table for a person.
    pub fn print(&self) {
        say!("\n{:<26} {:>12} {:>6} {:>12} {:>6} {:>12} {:>6}", "convergence", "l1", "order", "l2", "order", "max", "order");
        for field in self.fields() {
            for (n, run) in self.runs.iter().enumerate() {
                let Some(error) = run.error.get(field) else { continue };
                let name = if n == 0 { field.as_str() } else { "" };
                let order = |norm| self.order(n, field, norm).map_or(String::new(), |order| format!("{order:.2}"));
                let columns = NORMS.map(|(_, norm)| format!(" {:>12.4e} {:>6}", norm(error), order(norm)));
                say!("{}", format!("{name:<8} {:<17}{}", size(run), columns.concat()).trim_end());
            }
        }
    }

    /// One entry a run; the first one has no orders.
    pub fn json(&self) -> Value {
        let entry = |(n, run): (usize, &Resolved)| {
            let orders = |field: &String| {
                let orders =
                    NORMS.iter().filter_map(|(name, norm)| Some((name.to_string(), json!(self.order(n, field, *norm)?))));
                orders.collect::<serde_json::Map<_, _>>()
            };
            let order: BTreeMap<_, _> = run.error.keys().map(|field| (field, orders(field))).collect();
            let seconds = run.elapsed.as_secs_f64();
            json!({"domain": run.sizes, "steps": run.steps, "seconds": seconds, "error": run.error, "order": order})
        };
        self.runs.iter().enumerate().map(entry).collect()
    }

    /// The norms l2 over the cells along the axis, each with a line of the nearest whole order below; nothing if no error is positive.
    /// `name` is what a field is called.
    pub fn plot(&self, letter: &str, name: impl Fn(&str) -> String) -> Option<Plot> {
        let cells = || self.runs.iter().map(|run| run.sizes[self.axis] as f64);
        let [first, last] = [cells().next()?, cells().next_back()?];
        let (mut curves, mut guides) = (Vec::new(), BTreeMap::<i32, Vec<(f64, f64)>>::new());
        for field in self.fields() {
            // Only what is positive has a logarithm.
            let error = |run: &Resolved| run.error.get(field).map(|e| e.l2).filter(|l2| *l2 > 0.0).unwrap_or(f64::NAN);
            let points: Vec<(f64, f64)> = cells().zip(self.runs.iter().map(error)).collect();
            let order = self.order(self.runs.len() - 1, field, |n| n.l2).filter(|order| order.is_finite());
            if let (Some(p), Some((_, start))) = (order.map(|order| order.round() as i32).filter(|p| *p > 0), points.first()) {
                let below = cells().map(|n| (n, BELOW * start * (first / n).powi(p)));
                guides.entry(p).or_default().extend(below.chain([(last, f64::NAN)]));
            }
            let order = order.map_or(String::new(), |order| format!(", order {order:.2}"));
            curves.push(Curve { name: name(field) + &order, points, guide: false });
        }
        curves.extend(guides.into_iter().map(|(p, points)| Curve { name: format!("order {p}"), points, guide: true }));
        let values = || curves.iter().flat_map(|c| &c.points).map(|(_, y)| *y).filter(|y| y.is_finite());
        let (low, high) = values().fold((f64::INFINITY, 0.0f64), |(low, high), y| (low.min(y), high.max(y)));
        let ticks = Some(cells().collect());
        let across = Axis { log: true, ticks, ..Axis::linear(format!("cells along {letter}"), first / 1.2, last * 1.2) };
        let up = Axis { log: true, ..Axis::linear("relative error, l2".to_string(), low / 1.5, high * 1.5) };
        (low < f64::INFINITY).then_some(Plot { across, up, curves })
    }
}

fn size(run: &Resolved) -> String {
    run.sizes.map(|n| n.to_string()).join(" x ")
}
