//! How long `tradewind check` takes on long sources, by phase.
//!
//!     cargo bench --bench check            4,000, 8,000 and 16,000 lines; or: cargo bench --bench check -- 16000
//!
//! Two files of each length: one of many stencils as a model has them, one of a few very long stencils. `--write FOLDER` keeps
//! the files.

use std::fmt::Write;
use std::time::{Duration, Instant};
use tradewind::frontend::{NoLoader, Options, parse_module};
use tradewind::ir::{self, Verify};

/// Statements of a stencil in a file of many, and in one of long ones.
const SHAPES: [(&str, usize); 2] = [("many stencils", 12), ("long stencils", 700)];

const HEAD: &str = "\
from gt4py.cartesian.gtscript import *

RDGAS = 287.05
CV_AIR = 717.0


@function
def laplacian(q, weight):
    return weight * (q[1, 0, 0] + q[-1, 0, 0] + q[0, 1, 0] + q[0, -1, 0] - 4.0 * q)


@function
def limited(left, right):
    slope = 0.5 * (left + right)
    if left * right <= 0.0:
        slope = 0.0
    return min(abs(slope), min(abs(left), abs(right)))


@function
def saturation(t, p):
    es = 610.78 * exp(17.27 * (t - 273.16) / (t - 35.86))
    return 0.622 * es / max(p - es, 1.0)


";

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let folder = words.iter().position(|w| w == "--write").and_then(|n| words.get(n + 1));
    let asked: Vec<usize> = words.iter().filter_map(|w| w.parse().ok()).collect();
    let lengths = if asked.is_empty() { vec![4_000, 8_000, 16_000] } else { asked };
    println!("{:<15} {:>6} {:>9} {:>9}   (ms)", "source", "lines", "check", "of these:");
    println!("{:<15} {:>6} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}", "", "", "", "read", "lower", "extents", "defined", "verify");
    for (shape, statements) in SHAPES {
        for lines in &lengths {
            let text = source(*lines, statements);
            if let Some(folder) = folder {
                let path = std::path::Path::new(folder).join(format!("{}_{lines}.py", shape.replace(' ', "_")));
                std::fs::write(&path, &text).unwrap_or_else(|e| eprintln!("{}: {e}", path.display()));
            }
            // The threads of the command have such a stack as well.
            let work = std::thread::Builder::new().stack_size(256 << 20).spawn(move || measure(&text));
            match work.map(|thread| thread.join()) {
                Ok(Ok(phases)) => println!("{shape:<15} {lines:>6} {}", phases.iter().map(milliseconds).collect::<String>()),
                _ => eprintln!("{shape} of {lines} lines: the check did not end"),
            }
        }
    }
}

fn milliseconds(time: &Duration) -> String {
    format!("{:>9.1} ", time.as_secs_f64() * 1e3)
}

/// The whole check, then its phases: reading, lowering, extents, definedness, verifying.
fn measure(text: &str) -> [Duration; 6] {
    let start = Instant::now();
    let module = parse_module("model.py", text, &Options::default(), &NoLoader);
    let read = start.elapsed();
    let found = module.check();
    let whole = start.elapsed();
    for d in found.iter().filter(|d| d.is_error()) {
        eprintln!("{}: {}", d.code, d.message);
    }
    let (mut extents, mut defined, mut verify) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
    for name in module.stencil_names() {
        let Ok((stencil, _)) = module.lower_stencil(name, &[]) else { continue };
        let mut stencil = stencil.into_inner();
        extents += time(|| drop(ir::extent::compute(&mut stencil)));
        defined += time(|| drop(ir::defined::diagnose(&stencil)));
        verify += time(|| drop(stencil.verify()));
    }
    let lower = whole.saturating_sub(read + extents + defined + verify);
    [whole, read, lower, extents, defined, verify]
}

fn time(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// A source of about so many lines, of stencils of so many statements.
fn source(lines: usize, statements: usize) -> String {
    let mut text = HEAD.to_string();
    let mut written = HEAD.lines().count();
    for n in 0.. {
        let stencil = stencil(n, statements.min(lines - written));
        written += stencil.lines().count();
        text += &stencil;
        if written + 20 >= lines {
            break;
        }
    }
    text
}

/// Advection, diffusion, condensation and a column solver by turns.
fn stencil(n: usize, statements: usize) -> String {
    let mut text = String::new();
    let body = [transport, physics, column][n % 3];
    let _ = writeln!(text, "def step_{n}(");
    text += "    q: FloatField,\n    t: FloatField,\n    p: FloatField,\n    u: FloatField,\n    area: FloatFieldIJ,\n";
    text += "    q_out: FloatField,\n    t_out: FloatField,\n    dt: Float,\n):\n";
    body(&mut text, n, statements);
    text += "\n\n";
    text
}

fn transport(text: &mut String, n: usize, statements: usize) {
    *text += "    with computation(PARALLEL), interval(...):\n        s0 = q * area\n";
    for m in 1..=statements / 4 {
        let last = m - 1;
        let _ = writeln!(text, "        flux{m} = dt * u * (s{last} - q[-1, 0, 0]) + {}.5 * limited(q, s{last})", n % 7);
        let _ = writeln!(text, "        if flux{m} > 0.0:\n            s{m} = s{last} - flux{m} / area");
        let _ = writeln!(text, "        else:\n            s{m} = s{last} + 0.5 * flux{m}");
    }
    let last = statements / 4;
    let _ = writeln!(text, "        q_out = s{last} + 0.01 * laplacian(s{last}, dt)\n        t_out = t");
    *text += "        with horizontal(region[I[0], :], region[I[-1], :]):\n            q_out = q\n";
}

fn physics(text: &mut String, n: usize, statements: usize) {
    *text += "    with computation(PARALLEL), interval(...):\n        t0 = t\n        q0 = q\n";
    for m in 1..=statements / 4 {
        let last = m - 1;
        let _ = writeln!(text, "        qs{m} = saturation(t{last}, p + {n}.0)");
        let _ = writeln!(text, "        excess{m} = max(q{last} - qs{m}, 0.0) / (1.0 + 2.5e6 * qs{m} / (CV_AIR * t{last}))");
        let _ = writeln!(text, "        q{m} = q{last} - dt * excess{m}");
        let _ = writeln!(
            text,
            "        t{m} = t{last} + 2.5e6 / CV_AIR * excess{m} if q{m} > 0.0 else t{last} * (p / RDGAS) ** 0.2"
        );
    }
    let last = statements / 4;
    let _ = writeln!(text, "        q_out = q{last}\n        t_out = t{last}");
}

fn column(text: &mut String, n: usize, statements: usize) {
    for m in 0..(statements / 11).max(1) {
        let _ = writeln!(text, "    with computation(FORWARD):\n        with interval(0, 1):");
        let _ = writeln!(text, "            c{m} = dt / (1.0 + dt + p)\n            d{m} = q / (1.0 + dt + {n}.0 * p)");
        let _ =
            writeln!(text, "        with interval(1, None):\n            w{m} = 1.0 / (1.0 + 2.0 * dt + dt * c{m}[0, 0, -1])");
        let _ = writeln!(text, "            c{m} = dt * w{m}\n            d{m} = (q + dt * d{m}[0, 0, -1]) * w{m}");
        let _ = writeln!(text, "    with computation(BACKWARD):\n        with interval(-1, None):\n            q_out = d{m}");
        let _ = writeln!(text, "        with interval(0, -1):\n            q_out = d{m} - c{m} * q_out[0, 0, 1]");
    }
    *text += "    with computation(PARALLEL), interval(...):\n        t_out = t + u\n";
}
