//! What is seen of a running program: progress, fields at some moments, figures over time.

use crate::cli::report::{Snapshot, change, figure};
use crate::cli::runfile::{Curve, Moment, RunFile, Statistic};
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use toml::Spanned;
use tradewind::ir::Array;
use tradewind::ir::array::each;
use tradewind::{Compiled, FieldReader, Observer};

/// Shows progress, and keeps what the report, the pictures and the plots need.
pub struct Watcher<'a> {
    run: &'a RunFile,
    /// The fields to keep.
    wanted: BTreeSet<&'a str>,
    bar: ProgressBar,
    /// Iterations that are done, and all, of the outermost loop; of several that with the most.
    pub done: i64,
    pub total: i64,
    /// Whether the loop that is running is that one so far.
    follows: bool,
    seen: BTreeMap<Moment, BTreeMap<String, Snapshot>>,
    /// For each plot and each of its curves: iterations done, and the figure.
    series: Vec<Vec<Vec<(f64, f64)>>>,
    /// The time that watching took.
    pub spent: Duration,
}

/// About as many points a curve has.
const POINTS: i64 = 200;

impl<'a> Watcher<'a> {
    pub fn new(run: &'a RunFile, show: bool) -> Watcher<'a> {
        let report = &run.report;
        let named = report.mass.iter().chain(&report.range).chain(report.exact.keys()).chain(report.exact.values());
        let drawn = run.pictures.iter().flat_map(|picture| picture.panels.get_ref()).map(|panels| &panels.field);
        let wanted = named.chain(drawn).map(|name| name.get_ref().as_str()).collect();
        let bar = if show { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} steps, {elapsed} gone, {eta} left");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let series = run.plots.iter().map(|plot| vec![Vec::new(); plot.curves.get_ref().len()]).collect();
        Watcher { run, wanted, bar, done: 0, total: 0, follows: true, seen: BTreeMap::new(), series, spent: Duration::ZERO }
    }

    /// The points of the curves of all plots, in their order.
    pub fn curves(&self) -> Vec<Vec<Vec<(f64, f64)>>> {
        let drawn = |(curve, points): (&Curve, &Vec<(f64, f64)>)| match (curve.of, points.first()) {
            (Statistic::Change, Some((_, first))) => points.iter().map(|(done, y)| (*done, change(*first, *y))).collect(),
            _ => points.clone(),
        };
        let plots = self.run.plots.iter().zip(&self.series);
        plots.map(|(plot, series)| plot.curves.get_ref().iter().zip(series).map(drawn).collect()).collect()
    }

    /// The fields at a moment, if it was seen.
    pub fn at(&self, moment: Moment) -> BTreeMap<&str, &Snapshot> {
        self.seen.get(&moment).into_iter().flatten().map(|(name, values)| (name.as_str(), values)).collect()
    }

    /// Keeps the state of the arguments when the program has returned.
    pub fn finish(&mut self, compiled: &Compiled, arrays: &[Array]) {
        self.bar.finish_and_clear();
        let fields = &compiled.signature().fields;
        let points = self.run.domain().map(|n| (0, n));
        self.keep(Moment::End, |name| {
            let array = &arrays[fields.iter().position(|f| f.name == name)?];
            Some(each(points).filter_map(|point| array.get(point, 0)).map(|value| value.as_f64()).collect())
        });
    }

    fn keep(&mut self, moment: Moment, values: impl Fn(&str) -> Option<Snapshot>) {
        let kept = self.wanted.iter().filter_map(|name| Some((name.to_string(), values(name)?)));
        self.seen.insert(moment, kept.collect());
    }

    /// Adds a point to the curves whose turn it is.
    fn measure(&mut self, fields: &FieldReader) {
        let (done, total) = (self.done, self.total);
        let mut read = BTreeMap::new();
        for (plot, series) in self.run.plots.iter().zip(&mut self.series) {
            let every = plot.every.map_or((total / POINTS).max(1), |every| i64::from(every.get()));
            if done % every != 0 && done != total {
                continue;
            }
            for (curve, points) in plot.curves.get_ref().iter().zip(series) {
                let name = Spanned::get_ref(&curve.field).as_str();
                let domain = self.run.domain();
                let values = read.entry(name).or_insert_with(|| fields.values(name, domain).unwrap_or_default());
                points.push((done as f64, figure(curve.of, values)));
            }
        }
    }
}

impl Observer for Watcher<'_> {
    fn iteration(&mut self, done: i64, total: i64, fields: &FieldReader) {
        let began = Instant::now();
        if done == 0 {
            self.follows = total >= self.total;
        }
        if !self.follows {
            return;
        }
        if done == 0 {
            self.series.iter_mut().flatten().for_each(Vec::clear);
        }
        (self.done, self.total) = (done, total);
        self.bar.set_length(total.max(0) as u64);
        self.bar.set_position(done.max(0) as u64);
        let domain = self.run.domain();
        let moments = [(Moment::Start, 0), (Moment::Half, (total + 1) / 2)];
        for (moment, _) in moments.into_iter().filter(|(_, when)| *when == done) {
            self.keep(moment, |name| fields.values(name, domain));
        }
        self.measure(fields);
        self.spent += began.elapsed();
    }
}
