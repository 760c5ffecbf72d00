//! How long a very large stencil takes from source to callable, stage by stage, and how that grows with its size.
//!
//!     cargo bench --bench compile
//!
//! The stencil is that of `examples/stencils/saturation.py` with more or fewer passes, filled up to a number of assignments by
//! sums. One line for each size: the best of several runs, as the machine has other things to do; then the example itself.

use std::path::Path;
use std::time::Duration;
use tradewind::ir::StmtKind;
use tradewind::{Compiled, Error, Settings, Timings, Toolchain};

/// Passes, and assignments in all.
const SIZES: [(usize, usize); 4] = [(1, 475), (2, 950), (4, 1900), (8, 3800)];
const RUNS: usize = 7;
const NAME: &str = "saturation_adjustment";

/// Assignments of one pass, and of what stands before the passes.
const PASS: usize = 454;
const BEFORE: usize = 4;

fn main() {
    if let Err(error) = measure() {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

fn measure() -> Result<(), Error> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/stencils/saturation.py");
    let text = std::fs::read_to_string(&file).map_err(|e| Error::File(format!("cannot read {}: {e}", file.display())))?;
    println!(
        "{:>11} {:>11} {:>11} {:>11} {:>11} {:>9} {:>17}",
        "assignments", "frontend ms", "schedule ms", "dataflow ms", "codegen ms", "total ms", "us per assignment"
    );
    for (passes, size) in SIZES {
        line(&file, &generated(&text, passes, size))?;
    }
    println!("examples/stencils/saturation.py:");
    line(&file, &text)
}

/// The example's functions, and a stencil of so many passes and assignments.
fn generated(example: &str, passes: usize, size: usize) -> String {
    let (head, body) = example.split_once(&format!("def {NAME}(")).expect("the example holds the stencil");
    let (signature, _) = body.split_once("        # Any input").expect("the stencil's body begins with its input");
    let mut text = format!("{head}def {NAME}({signature}");
    text += "        t = 255.0 + 27.0 * min(max(t, -2.0), 2.0)\n";
    text += "        p = 60000.0 + 20000.0 * min(max(p, -2.0), 2.0)\n";
    text += "        step = 1.0 + min(abs(dt), 100.0)\n";
    text += "        part = 0.25 * step\n";
    for _ in 0..passes {
        text += "        t, qv, ql, qr, qi, qs, qg = exchanged(t, qv, ql, qr, qi, qs, qg, p, part)\n";
    }
    for n in 0..size - BEFORE - passes * PASS {
        text +=
            ["        cloud += ql\n", "        fall += qr * p\n", "        echo += qs\n", "        loss -= qv * t\n"][n % 4];
    }
    text
}

fn line(file: &Path, text: &str) -> Result<(), Error> {
    let mut best: Option<(Timings, usize)> = None;
    for _ in 0..RUNS {
        // A new toolchain has nothing in its caches.
        let module = Toolchain::new(Settings::default()).load(&file.display().to_string(), text);
        let compiled = module.stencil(NAME)?;
        let timings = compiled.timings();
        if best.is_none_or(|(best, _)| timings.total() < best.total()) {
            best = Some((timings, assignments(&compiled)));
        }
    }
    let (best, count) = best.expect("there are several runs");
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{count:>11} {:>11.1} {:>11.1} {:>11.1} {:>11.1} {:>9.1} {:>17.1}",
        ms(best.frontend),
        ms(best.program + best.schedule),
        ms(best.dataflow),
        ms(best.codegen),
        ms(best.total()),
        1e3 * ms(best.total()) / count as f64
    );
    Ok(())
}

/// Assignments of the stencil with its functions in place, masks aside.
fn assignments(compiled: &Compiled) -> usize {
    let program = &compiled.stages().program;
    let mut count = 0;
    for (_, stencil) in program.stencils.iter() {
        for (_, _, execution) in stencil.executions() {
            for stmt in &execution.body {
                stmt.walk(&mut |s| {
                    if let StmtKind::Assign(assign) = &s.kind {
                        count += usize::from(!stencil.fields[assign.target.field].name.starts_with("mask_"));
                    }
                });
            }
        }
    }
    count
}
