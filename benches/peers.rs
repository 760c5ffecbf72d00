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
#[path = "measure/kernels.rs"]
mod kernels;
#[path = "measure/source.rs"]
mod source;
#[path = "measure/subject.rs"]
mod subject;
#[path = "measure/words.rs"]
mod words;

use kernels::KERNELS;
use std::path::Path;
use tradewind::{Bench, Error};

const DOMAINS: [[i64; 3]; 2] = [[128, 128, 80], [256, 256, 80]];

fn main() {
    let (words, _) = words::read(include_str!("peers.rs"), &["--against="], &KERNELS, false);
    let kernels = KERNELS.into_iter().filter(|kernel| words.wants(kernel));
    let ended = match words.option("--against=") {
        Some(older) => against::compare(Path::new(older), kernels),
        None => measure(kernels),
    };
    if let Err(error) = ended {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

fn measure(kernels: impl Iterator<Item = &'static str>) -> Result<(), Error> {
    let subjects = kernels::kernels()?;
    println!(
        "{:<10} {:>11} {:>7} {:>10} {:>19} {:>9} {:>9} {:>7}",
        "kernel", "domain", "threads", "median ms", "middle half", "STREAM ms", "GB/s", "/limit"
    );
    for subject in kernels.filter_map(|kernel| subjects.iter().find(|subject| subject.name == kernel)) {
        for domain in DOMAINS {
            for threads in [1, 2] {
                let (arrays, scalars) = subject.input(domain);
                let b = Bench::measure_on(&subject.compiled, domain, Some(threads), arrays, &scalars)?;
                println!(
                    "{:<10} {:>11} {threads:>7} {:>10.3} {:>19} {:>9.3} {:>9.2} {:>7.2}",
                    subject.name,
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
