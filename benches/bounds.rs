//! What the check of computed levels and data indexes costs: each stencil with `bounds="checked"` and `bounds="trusted"`.
//!
//!     cargo bench --bench bounds
//!
//! The two are measured in turn, several times, in one process; a ratio of 1.00 is no cost. The indexes of the input exist.

use tradewind::differential::random_input;
use tradewind::ir::array::each;
use tradewind::ir::{Array, Value};
use tradewind::{Bench, Compiled, Error, Settings, Toolchain};

const DOMAIN: [i64; 3] = [128, 128, 80];
const ROUNDS: usize = 3;

/// A variable level, an absolute one, a computed component, a table.
const SOURCE: &str = "
def shifted(a: Field[float], by: Field[IJ, int32], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = 0.5 * a + 0.5 * a[0, 0, by]

def surface(a: Field[float], bottom: Field[IJ, int32], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = a - a.at(K=bottom)

def species(q: Field[IJK, (float, (4,))], number: Field[IJ, int32], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = 2.0 * q[0, 0, 0][number]

def polynomial(t: Field[float], number: Field[IJ, int32], table: GlobalTable[float, (8,)], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = table.A[number] + t * (table.A[number + 1] + t * table.A[number + 2])
";

fn main() {
    if let Err(error) = measure() {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

fn measure() -> Result<(), Error> {
    println!("{:<12} {:>11} {:>11} {:>7}", "stencil", "checked ms", "trusted ms", "ratio");
    let load = |bounds: &str| {
        let settings = Settings::default().bounds(bounds).map_err(Error::File)?;
        Ok::<_, Error>(Toolchain::new(settings).load("bounds.py", SOURCE))
    };
    let (checked, trusted) = (load("checked")?, load("trusted")?);
    for name in checked.stencils() {
        let (checked, trusted) = (checked.stencil(&name)?, trusted.stencil(&name)?);
        let mut best = [f64::INFINITY; 2];
        for _ in 0..ROUNDS {
            for (best, compiled) in best.iter_mut().zip([&checked, &trusted]) {
                *best = best.min(once(compiled)?);
            }
        }
        println!("{name:<12} {:>11.3} {:>11.3} {:>7.2}", best[0], best[1], best[0] / best[1]);
    }
    Ok(())
}

/// The median time of a call in milliseconds, on one thread, with indexes of 0.
fn once(compiled: &Compiled) -> Result<f64, Error> {
    let (mut arrays, scalars) = random_input(compiled.signature(), DOMAIN, 1);
    for array in arrays.iter_mut().filter(|a: &&mut Array| a.dtype().is_int()) {
        each(array.points()).for_each(|point| {
            array.set(point, 0, Value::I32(0));
        });
    }
    Ok(Bench::measure_on(compiled, DOMAIN, Some(1), arrays, &scalars)?.median_ms)
}
