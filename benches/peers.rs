//! The six kernels that the peers were measured with, on the same domains, beside a STREAM copy of the same run.
//!
//!     cargo bench --bench peers            all; or name kernels: cargo bench --bench peers -- hdiff xppm
//!     cargo bench --bench peers -- --against=BINARY     this build and an older one of this bench by turns, and their ratio
//!
//! One line each: the median time, the middle half, the time over what the compulsory bytes take at STREAM's rate.

#[path = "measure/against.rs"]
mod against;
#[path = "measure/estimate.rs"]
mod estimate;

use std::path::Path;
use tradewind::ir::array::each;
use tradewind::ir::{Array, Axis, Value};
use tradewind::{Bench, Compiled, Error, Settings, Toolchain, differential};

const KERNELS: [&str; 6] = ["copy", "laplacian", "hdiff", "vadv", "xppm", "riemann"];
const DOMAINS: [[i64; 3]; 2] = [[128, 128, 80], [256, 256, 80]];

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let kernels = KERNELS.into_iter().filter(|k| wanted.is_empty() || wanted.iter().any(|w| w == k));
    let ended = match against::older() {
        Some(older) => against::compare(&older, kernels),
        None => measure(kernels),
    };
    if let Err(error) = ended {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

fn measure(kernels: impl Iterator<Item = &'static str>) -> Result<(), Error> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/kernels/kernels.py");
    let module = Toolchain::new(Settings::default()).open(&file)?;
    println!(
        "{:<10} {:>11} {:>7} {:>10} {:>19} {:>9} {:>9} {:>7}",
        "kernel", "domain", "threads", "median ms", "middle half", "STREAM ms", "GB/s", "/limit"
    );
    for kernel in kernels {
        let compiled = module.stencil(kernel)?;
        for domain in DOMAINS {
            for threads in [1, 2] {
                let (mut arrays, scalars) = differential::random_input(compiled.signature(), domain, 1);
                physical(kernel, &compiled, &mut arrays, domain[2]);
                let b = Bench::measure_on(&compiled, domain, Some(threads), arrays, &scalars)?;
                println!(
                    "{kernel:<10} {:>11} {threads:>7} {:>10.3} {:>19} {:>9.3} {:>9.2} {:>7.2}",
                    format!("{}x{}x{}", domain[0], domain[1], domain[2]),
                    b.median_ms,
                    format!("{:.3}..{:.3}", b.low_ms, b.high_ms),
                    b.median_ms / b.ratio,
                    b.compulsory_rate,
                    b.ratio,
                );
            }
        }
    }
    Ok(())
}

/// The sound-wave solver takes logarithms: its input has to be an atmosphere, whose layers thin out upwards.
fn physical(kernel: &str, compiled: &Compiled, arrays: &mut [Array], levels: i64) {
    if kernel != "riemann" {
        return;
    }
    for (info, array) in compiled.signature().fields.iter().zip(arrays) {
        for point in each(array.points()) {
            let noise = array.get(point, 0).map_or(0.0, Value::as_f64).abs() - 1.25;
            let height = point[Axis::K.index()] as f64 / levels as f64;
            let pressure = 500.0 + 99_500.0 * height;
            let value = match info.name.as_str() {
                "dm" => 1000.0 + 100.0 * noise,
                "pt" => 300.0 + 20.0 * noise,
                "pm" => pressure * (1.0 + 0.01 * noise),
                "dz" => -1000.0 * 287.05 * 300.0 / pressure.powf(1.0 / 1.4) * (1.0 + 0.001 * noise),
                _ => noise,
            };
            array.set(point, 0, Value::F64(value));
        }
    }
}
