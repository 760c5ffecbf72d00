//! The programs that are measured.

use crate::source::source;
use crate::subject::Subject;
use tradewind::{Error, Settings, Toolchain};

/// The chain of cheap stencils, the step of a dynamical core, the step of the transport example.
///
/// # Errors
/// What compiling reports.
pub fn programs() -> Result<[Subject; 3], Error> {
    let (name, text) = source("benches/program/programs.py")?;
    let programs = Toolchain::new(Settings::default()).load(&name, &text);
    let (name, text) = source("examples/transport/transport.py")?;
    let transport = Toolchain::new(Settings::default()).load(&name, &step_of_transport(&text)?);
    Ok([
        Subject { scalars: &[("dt", 0.1), ("rate", 0.01)], steps: 10, ..Subject::new("chain", programs.program("chain")?) },
        Subject {
            scalars: &[("per_step", 3.0)],
            steps: 10,
            fill: Some(dynamics),
            ..Subject::new("step", programs.program("step")?)
        },
        Subject {
            scalars: &[("period", 2.0), ("dt", 0.002), ("nu", 0.01), ("kappa", 0.005)],
            steps: 2,
            fill: Some(tracers),
            ..Subject::new("transport", transport.program("transport")?)
        },
    ])
}

/// Courant numbers within 0.8, mass fluxes and diffusion that keep the scheme stable.
fn dynamics(field: &str, random: f64, _: [f64; 3]) -> f64 {
    match field {
        "courant" => 1.6 * (random.abs() - 0.5),
        "flux" => 0.48 * (random.abs() - 0.5),
        "coefficient" => 0.1 * random.abs(),
        "w" => random.abs() - 0.5,
        _ => random.abs(),
    }
}

/// Positions at the centres of cells, air of density 1, tracers between 0.1 and 1.
pub fn tracers(field: &str, random: f64, [x, y, z]: [f64; 3]) -> f64 {
    match field {
        "x" => x,
        "y" => y,
        "z" => z,
        "rho" => 1.0,
        _ => 0.1 + 0.9 * random.abs(),
    }
}

/// The transport example without its initial state, its time step an argument of its own.
fn step_of_transport(example: &str) -> Result<String, Error> {
    let edits = [
        ("    initial_state(x, y, z, rho, q1, q2, q3)\n    dt = period / nt\n", ""),
        ("    rho: Field[float]\n    rho_mid", "    rho_mid"),
        ("    nt: int,\n    period: float,\n", "    rho: Field[float],\n    nt: int,\n    period: float,\n    dt: float,\n"),
    ];
    edits.into_iter().try_fold(example.to_string(), |text, (old, new)| match text.matches(old).count() {
        1 => Ok(text.replace(old, new)),
        n => Err(Error::File(format!("examples/transport/transport.py has these lines {n} times, not once:\n{old}"))),
    })
}
