//! What the numerics modes save: operations, time, and how far results are from those of the strict program.
//!
//!     cargo bench --bench numerics
//!
//! The table of `docs/numerics.md`. Operations are those of the statements, without negations. The time is that of a call on 128 x 128 x 80
//! points, one thread: medians of rounds in which the modes take turns. The distance is that between the interpreter on the
//! program as it is written and on the rewritten one, on well-conditioned input: in units in the last place of each strict result, and the
//! greatest difference in units in the last place of the largest result.

#[path = "measure/estimate.rs"]
mod estimate;
#[path = "measure/paired.rs"]
mod paired;

use paired::Rounds;
use std::path::Path;
use std::time::{Duration, Instant};
use tradewind::ir::array::each;
use tradewind::ir::interpret::{Options, run_program};
use tradewind::ir::{Array, Domain, Numerics, Value};
use tradewind::{CallOptions, Compiled, Error, Settings, Signature, Toolchain};

/// A stencil of the examples, and the range of each argument that is not between 0 and 1.
struct Case {
    what: &'static str,
    file: &'static str,
    stencil: &'static str,
    ranges: &'static [(&'static str, f64, f64)],
}

const CASES: [Case; 4] = [
    Case { what: "PPM", file: "advection", stencil: "ppm_x", ranges: &[("courant", 0.1, 0.9)] },
    Case { what: "limiter", file: "diffusion", stencil: "limited_diffusion", ranges: &[] },
    Case {
        what: "implicit solver",
        file: "columns",
        stencil: "advect_vertically",
        ranges: &[("dt", 0.5, 0.5), ("off_centre", 0.3, 0.3)],
    },
    Case {
        what: "saturation",
        file: "physics",
        stencil: "adjust_saturation",
        ranges: &[("t", -10.0, 30.0), ("p", 0.6, 1.0), ("qv", 2.0, 20.0), ("qc", 0.0, 2.0)],
    },
];

/// The domain that is measured, and the one on which results are compared.
const LARGE: Domain = [128, 128, 80];
const SMALL: Domain = [32, 24, 20];
const TIME: Duration = Duration::from_secs(5);

fn main() {
    let head = ["mode", "operations", "ms", "of strict", "other bits", "ulp, 99 %", "of largest"];
    println!(
        "{:<16} {:<9} {:>10} {:>9} {:>9} {:>12} {:>10} {:>12}",
        "", head[0], head[1], head[2], head[3], head[4], head[5], head[6]
    );
    for case in CASES {
        if let Err(error) = line(&case) {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }
}

fn line(case: &Case) -> Result<(), Error> {
    let compiled = Numerics::NAMES.iter().map(|(mode, _)| compile(case, *mode)).collect::<Result<Vec<_>, Error>>()?;
    let (arrays, scalars) = input(case, compiled[0].signature(), LARGE);
    let options = CallOptions { domain: Some(LARGE), threads: Some(1), ..CallOptions::default() };
    let rounds = Rounds::measure(compiled.len(), TIME, |way| {
        let mut arrays = arrays.clone();
        let call = compiled[way].signature().arguments(&mut arrays, &scalars).map_err(Error::File)?;
        let start = Instant::now();
        compiled[way].call(&call, &options)?;
        Ok::<_, Error>(start.elapsed().as_secs_f64())
    })?;
    let (strict, before) = (results(case, &compiled[0])?, input(case, compiled[0].signature(), SMALL).0);
    let written = compiled[compiled.len() - 1].stages().numerics.operations.0;
    for (way, (compiled, (_, mode))) in compiled.iter().zip(Numerics::NAMES).enumerate() {
        let report = compiled.stages().numerics;
        let operations = if report.mode == Numerics::Strict { written } else { report.operations.1 };
        let Apart { places, of_largest } = Apart::of(&strict, &results(case, compiled)?, &before);
        let other = 100.0 * places.iter().filter(|d| **d > 0).count() as f64 / places.len() as f64;
        let high = places[places.len() * 99 / 100];
        let (ms, ratio) = (rounds.milliseconds(way), rounds.ratio(way, 0).median);
        let what = case.what;
        println!("{what:<16} {mode:<9} {operations:>10} {ms:>9.3} {ratio:>9.2} {other:>10.1} % {high:>10} {of_largest:>12.1}");
    }
    Ok(())
}

fn compile(case: &Case, mode: Numerics) -> Result<Compiled, Error> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/stencils/{}.py", case.file));
    let settings = Settings { numerics: Some(mode), threads: Some(1), domain: LARGE, ..Settings::default() };
    Toolchain::new(settings).open(&file)?.stencil(case.stencil)
}

/// The arguments after a call, by the interpreter.
fn results(case: &Case, compiled: &Compiled) -> Result<Vec<Array>, Error> {
    let (mut arrays, scalars) = input(case, compiled.signature(), SMALL);
    let ended = run_program(&compiled.stages().rounded, SMALL, &mut arrays, &scalars, Options::default());
    ended.map_err(|found| Error::Source { sources: compiled.sources(), diagnostics: vec![found] })?;
    Ok(arrays)
}

/// Numbers that look random, each argument in its range.
fn input(case: &Case, signature: &Signature, domain: Domain) -> (Vec<Array>, Vec<Value>) {
    let mut state = 1u64;
    let mut next = |name: &str| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let (_, low, high) = case.ranges.iter().find(|(known, ..)| *known == name).copied().unwrap_or((name, 0.0, 1.0));
        low + (high - low) * ((state >> 11) as f64 / (1u64 << 53) as f64)
    };
    let mut arrays = Vec::new();
    for field in &signature.fields {
        let mut array = Array::zeros(field.dtype, field.axes, field.components(), domain, field.halo);
        for point in each(array.points()) {
            array.set(point, 0, Value::F64(next(&field.name)).cast(field.dtype));
        }
        arrays.push(array);
    }
    (arrays, signature.scalars.iter().map(|s| Value::F64(next(&s.name)).cast(s.dtype)).collect())
}

/// How far two results are apart where the first one wrote.
struct Apart {
    /// How many doubles lie between the elements, in order.
    places: Vec<u64>,
    /// The greatest difference, in units in the last place of the largest element.
    of_largest: f64,
}

impl Apart {
    fn of(strict: &[Array], other: &[Array], input: &[Array]) -> Apart {
        let place = |x: f64| {
            let bits = x.to_bits() as i64;
            if bits < 0 { i64::MIN - bits } else { bits }
        };
        let (mut places, mut difference, mut largest) = (Vec::new(), 0.0f64, 0.0f64);
        for ((strict, other), input) in strict.iter().zip(other).zip(input) {
            for point in each(strict.points()) {
                let [a, b, before] = [strict, other, input].map(|array| array.get(point, 0).map_or(0.0, Value::as_f64));
                if a.to_bits() != before.to_bits() {
                    places.push(place(a).abs_diff(place(b)));
                    (difference, largest) = (difference.max((a - b).abs()), largest.max(a.abs()));
                }
            }
        }
        places.sort_unstable();
        Apart { places, of_largest: difference / (largest * f64::EPSILON) }
    }
}
