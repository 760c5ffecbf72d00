//! What regions of a few columns or rows cost: stencils and programs with them, beside the same without.
//!
//!     cargo bench --bench regions             all; or some: cargo bench --bench regions -- one_column boxes
//!     cargo bench --bench regions -- --bars   with the bars beside the figures; exit code 1 if one is missed
//!
//! The two of a pair run by turns, on the same arrays, on one thread. Times are medians, in milliseconds of a call; ratios are medians of
//! the rounds' ratios with an interval of 95 %.

#[path = "measure/bar.rs"]
mod bar;
#[path = "measure/estimate.rs"]
mod estimate;
#[path = "measure/paired.rs"]
mod paired;
#[path = "measure/words.rs"]
mod words;

use bar::Verdict;
use paired::Rounds;
use std::time::{Duration, Instant};
use tradewind::differential::random_input;
use tradewind::{CallOptions, Compiled, Error, Module, Settings, Toolchain};

const LEVELS: i64 = 80;
const COLUMNS: [i64; 3] = [32, 128, 256];
const TIME: Duration = Duration::from_secs(2);
/// Calls of a round are as many as take as long as one on so many columns.
const ONE_CALL: i64 = 128;

/// What has regions, what it is compared with, and the greatest ratios: on the fewest columns, and on more.
const PAIRS: [(&str, &str, [f64; 2]); 6] = [
    ("one_column", "smooth", [1.4, 1.15]),
    ("flux_column", "flux", [1.4, 1.15]),
    ("beside_column", "beside", [1.4, 1.15]),
    ("column_of_other", "other", [1.4, 1.15]),
    ("boxes", "smooth", [1.3, 1.3]),
    ("flux_boxes", "flux", [1.3, 1.3]),
];

/// `Float` is set for each type. Inputs are the same for all stencils, and for all programs.
const SOURCE: &str = "
from gt4py.cartesian.gtscript import *

def smooth(q: Field[Float], u: Field[Float], out: Field[Float]):
    with computation(PARALLEL), interval(...):
        out = q + 0.2 * u * (q[1, 0, 0] + q[-1, 0, 0] + q[0, 1, 0] + q[0, -1, 0] - 4.0 * q)

def one_column(q: Field[Float], u: Field[Float], out: Field[Float]):
    with computation(PARALLEL), interval(...):
        out = q + 0.2 * u * (q[1, 0, 0] + q[-1, 0, 0] + q[0, 1, 0] + q[0, -1, 0] - 4.0 * q)
        with horizontal(region[I[0], :]):
            out = q + 0.2 * u * (q[1, 0, 0] - q)

def boxes(q: Field[Float], u: Field[Float], out: Field[Float]):
    with computation(PARALLEL), interval(...):
        out = q + 0.2 * u * (q[1, 0, 0] + q[-1, 0, 0] + q[0, 1, 0] + q[0, -1, 0] - 4.0 * q)
        with horizontal(region[I[0], :]):
            out = q + 0.2 * u * (q[1, 0, 0] - q)
        with horizontal(region[I[-1], :]):
            out = q + 0.2 * u * (q[-1, 0, 0] - q)
        with horizontal(region[:, J[0]]):
            out = q + 0.2 * u * (q[0, 1, 0] - q)
        with horizontal(region[:, J[-1]]):
            out = q + 0.2 * u * (q[0, -1, 0] - q)
        with horizontal(region[I[0], J[0]], region[I[-1], J[0]], region[I[0], J[-1]], region[I[-1], J[-1]]):
            out = q

# Fluxes through the faces, one-sided at the edges of a cube's face.
def flux(q: Field[Float], u: Field[Float], out: Field[Float]):
    with computation(PARALLEL), interval(...):
        fx = u * (q[-1, 0, 0] if u > 0.0 else q)
        fy = u * (q[0, -1, 0] if u > 0.0 else q)
        out = q + 0.1 * (fx - fx[1, 0, 0] + fy - fy[0, 1, 0])

def flux_column(q: Field[Float], u: Field[Float], out: Field[Float]):
    with computation(PARALLEL), interval(...):
        fx = u * (q[-1, 0, 0] if u > 0.0 else q)
        fy = u * (q[0, -1, 0] if u > 0.0 else q)
        with horizontal(region[I[0], :]):
            fx = u * (1.5 * q - 0.5 * q[1, 0, 0])
        out = q + 0.1 * (fx - fx[1, 0, 0] + fy - fy[0, 1, 0])

def flux_boxes(q: Field[Float], u: Field[Float], out: Field[Float]):
    with computation(PARALLEL), interval(...):
        fx = u * (q[-1, 0, 0] if u > 0.0 else q)
        fy = u * (q[0, -1, 0] if u > 0.0 else q)
        with horizontal(region[I[0], :], region[I[-1] + 1, :]):
            fx = u * (1.5 * q - 0.5 * q[-1, 0, 0])
        with horizontal(region[:, J[0]], region[:, J[-1] + 1]):
            fy = u * (1.5 * q - 0.5 * q[0, -1, 0])
        out = q + 0.1 * (fx - fx[1, 0, 0] + fy - fy[0, 1, 0])
        with horizontal(region[I[0], J[0]], region[I[-1], J[0]], region[I[0], J[-1]], region[I[-1], J[-1]]):
            out = q

@program
def beside(q: Field[Float], u: Field[Float], v: Field[Float], out: Field[Float], flow: Field[Float]):
    smooth(q, u, out)
    flux(q, v, flow)

# Another stencil than the first has the region.
@program
def beside_column(q: Field[Float], u: Field[Float], v: Field[Float], out: Field[Float], flow: Field[Float]):
    smooth(q, u, out)
    flux_column(q, v, flow)

@program
def other(q: Field[Float], u: Field[Float], v: Field[Float], out: Field[Float], flow: Field[Float]):
    smooth(q, u, out)
    halo_update(out)
    flux(out, v, flow)

# The same, in another loop nest.
@program
def column_of_other(q: Field[Float], u: Field[Float], v: Field[Float], out: Field[Float], flow: Field[Float]):
    smooth(q, u, out)
    halo_update(out)
    flux_column(out, v, flow)
";

fn main() {
    bar::end(measure())
}

/// Prints all pairs that are asked for; whether a bar was missed.
fn measure() -> Result<bool, Error> {
    let (words, _) = words::read(include_str!("regions.rs"), &["--bars"], &PAIRS.map(|(name, ..)| name), false);
    let with_bars = words.option("--bars").is_some();
    println!("{:<16} {:>4} {:>7} {:>10} {:>9} {:>18}", "regions", "type", "columns", "without ms", "with ms", "ratio");
    let mut missed = false;
    for (dtype, float) in [("f64", "float64"), ("f32", "float32")] {
        let module = Toolchain::new(Settings::default()).load("regions.py", &SOURCE.replace("Float]", &format!("{float}]")));
        for (name, base, bars) in PAIRS.iter().filter(|(name, ..)| words.wants(name)) {
            let pair = [compiled(&module, base)?, compiled(&module, name)?];
            for columns in COLUMNS {
                let rounds = by_turns(&pair, columns)?;
                let [without, with] = [0, 1].map(|way| rounds.milliseconds(way) / calls(columns) as f64);
                let ratio = rounds.ratio(1, 0);
                let bar = bars[usize::from(columns > COLUMNS[0])];
                let verdict = Verdict::on(ratio, bar);
                missed |= with_bars && verdict == Verdict::Missed;
                let told = if with_bars { format!("  {bar:.2} {verdict}") } else { String::new() };
                println!("{name:<16} {dtype:>4} {columns:>7} {without:>10.3} {with:>9.3} {:>18}{told}", ratio.to_string());
            }
        }
    }
    Ok(missed)
}

fn compiled(module: &Module, name: &str) -> Result<Compiled, Error> {
    if module.programs().iter().any(|program| program == name) { module.program(name) } else { module.stencil(name) }
}

/// The calls of a round on so many columns.
fn calls(columns: i64) -> i64 {
    (ONE_CALL * ONE_CALL / (columns * columns)).max(1)
}

/// Runs the calls of a pair, without regions and with.
fn by_turns(pair: &[Compiled; 2], columns: i64) -> Result<Rounds, Error> {
    let (signature, domain) = (pair[0].signature(), [columns, columns, LEVELS]);
    let (mut arrays, scalars) = random_input(signature, domain, 1);
    let options = CallOptions { domain: Some(domain), threads: Some(1), ..CallOptions::default() };
    let arguments = signature.arguments(&mut arrays, &scalars).map_err(Error::File)?;
    Rounds::measure(2, TIME, |way| {
        let start = Instant::now();
        (0..calls(columns)).try_for_each(|_| pair[way].call(&arguments, &options))?;
        Ok(start.elapsed().as_secs_f64())
    })
}
