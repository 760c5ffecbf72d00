//! The table: a line for each program, domain and number of threads.

use crate::bar::Verdict;
use crate::cases::{Bars, Case};
use crate::estimate::Estimate;
use crate::paired::Rounds;
use crate::sides::Sides;
use tradewind::MachineChoice;
use tradewind::dataflow::traffic::{between_caches, traffic};
use tradewind::ir::{Domain, Sources};
use tradewind::schedule::cost::{Machine, Target};
use tradewind::schedule::explain::round;

/// What was measured of a program on a domain with so many threads.
pub struct Row<'a> {
    pub case: &'a Case,
    pub sides: &'a Sides,
    pub domain: Domain,
    pub threads: usize,
    pub rounds: Rounds,
    /// Whether the figures are compared with the bars.
    pub bars: Option<Bars>,
}

/// The ways in the rounds of a row; the last one only where there is C++.
pub const PROGRAM: usize = 0;
pub const ONE_BY_ONE: usize = 1;
pub const IN_CACHE: usize = 2;
pub const BY_HAND: usize = 3;

struct Column {
    title: &'static str,
    width: usize,
    text: fn(&Row) -> String,
}

/// All columns, from left to right.
const COLUMNS: &[Column] = &[
    Column { title: "program", width: 12, text: |row| row.case.subject.name.clone() },
    Column { title: "domain", width: 10, text: |row| row.domain.map(|n| n.to_string()).join("x") },
    Column { title: "threads", width: 7, text: |row| row.threads.to_string() },
    Column { title: "ms", width: 8, text: |row| row.milliseconds(PROGRAM) },
    Column { title: "predicted", width: 9, text: |row| format!("{:.3}", row.predicted()) },
    Column { title: "one by one", width: 10, text: |row| row.milliseconds(ONE_BY_ONE) },
    Column { title: "ratio", width: 17, text: |row| row.ratio(ONE_BY_ONE) },
    Column { title: "bar", width: 13, text: |row| row.bar(ONE_BY_ONE) },
    Column { title: "by hand", width: 8, text: |row| row.milliseconds(BY_HAND) },
    Column { title: "ratio", width: 17, text: |row| row.ratio(BY_HAND) },
    Column { title: "bar", width: 13, text: |row| row.bar(BY_HAND) },
    Column { title: "MB", width: 7, text: |row| megabytes(row.moved()) },
    Column { title: "one by one", width: 10, text: |row| megabytes(row.sides.apart.bytes) },
    Column { title: "compulsory", width: 10, text: |row| megabytes(row.compulsory()) },
    Column { title: "in cache", width: 8, text: |row| row.milliseconds(IN_CACHE) },
    Column { title: "bandwidth", width: 9, text: |row| format!("{:.3}", row.bandwidth()) },
    Column { title: "L2, L3, memory", width: 24, text: |row| row.between_caches().map(megabytes).join(" ") },
];

/// The titles.
pub fn head() -> String {
    line(|column| column.title.to_string())
}

impl Row<'_> {
    /// The line.
    pub fn line(&self) -> String {
        line(|column| (column.text)(self))
    }
    /// Whether a bar is missed.
    pub fn is_missed(&self) -> bool {
        [ONE_BY_ONE, BY_HAND].iter().any(|way| self.verdict(*way).is_some_and(|(verdict, _)| verdict == Verdict::Missed))
    }

    fn has(&self, way: usize) -> bool {
        way != BY_HAND || matches!(self.case.by_hand, Some(Ok(_)))
    }
    /// Of one step.
    fn milliseconds(&self, way: usize) -> String {
        if self.has(way) {
            format!("{:.3}", self.rounds.milliseconds(way) / self.case.subject.steps as f64)
        } else {
            String::new()
        }
    }
    /// Of the program over another way.
    fn measured(&self, way: usize) -> Option<Estimate> {
        self.has(way).then(|| self.rounds.ratio(PROGRAM, way))
    }
    fn ratio(&self, way: usize) -> String {
        self.measured(way).map_or(String::new(), |ratio| ratio.to_string())
    }
    fn verdict(&self, way: usize) -> Option<(Verdict, f64)> {
        let bars = self.bars?;
        let bar = if way == BY_HAND { bars.by_hand? } else { bars.one_by_one };
        Some((Verdict::on(self.measured(way)?, bar), bar))
    }
    fn bar(&self, way: usize) -> String {
        self.verdict(way).map_or(String::new(), |(verdict, bar)| format!("{bar:.2} {verdict}"))
    }
    /// Milliseconds of one step, for this computer.
    fn predicted(&self) -> f64 {
        round(&self.sides.whole.stages().tree, &self.target()).ns() / 1e6
    }
    /// This computer.
    fn target(&self) -> Target {
        let machine = MachineChoice::Here.resolve(&mut Sources::default()).unwrap_or_else(|_| Machine::reference());
        Target { machine, domain: self.domain, threads: self.threads }
    }
    fn moved(&self) -> u64 {
        traffic(&self.sides.whole.stages().graph, self.domain).moved()
    }
    fn compulsory(&self) -> u64 {
        traffic(&self.sides.whole.stages().graph, self.domain).compulsory
    }
    /// Milliseconds in which the compulsory bytes pass.
    fn bandwidth(&self) -> f64 {
        self.compulsory() as f64 / 1e6 / self.target().machine.memory.rate.at(self.threads)
    }
    fn between_caches(&self) -> [u64; 3] {
        let nests = between_caches(&self.sides.whole.stages().graph, &self.target());
        std::array::from_fn(|n| nests.iter().map(|nest| nest[n]).sum())
    }
}

fn line(text: impl Fn(&Column) -> String) -> String {
    let cells = COLUMNS.iter().enumerate().map(|(n, column)| match n {
        0 => format!("{:<1$}", text(column), column.width),
        _ => format!("{:>1$}", text(column), column.width),
    });
    cells.collect::<Vec<_>>().join(" ").trim_end().to_string()
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1e6)
}
