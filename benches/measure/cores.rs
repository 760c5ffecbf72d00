//! The dynamical cores among the examples: the steps of finite-volume transport and of the nonhydrostatic core.

use crate::programs::tracers;
use crate::source::source;
use crate::subject::Subject;
use tradewind::{Compiled, Error, Settings, Toolchain};

/// The step of finite-volume transport, the step of the nonhydrostatic core, as they stand in the examples.
///
/// # Errors
/// What compiling reports.
pub fn cores() -> Result<[Subject; 2], Error> {
    Ok([
        Subject {
            scalars: &[("nt", 2.0), ("period", 2.0), ("dt", 0.002)],
            steps: 2,
            fill: Some(tracers),
            ..Subject::new("fv_transport", steps_of("fv_transport")?)
        },
        Subject {
            scalars: &[("nt", 1.0), ("short_steps", 6.0), ("dt", 1.0), ("dx", 100.0), ("dy", 100.0), ("dz", 100.0)],
            fill: Some(air),
            ..Subject::new("acoustic", steps_of("acoustic")?)
        },
    ])
}

fn steps_of(example: &str) -> Result<Compiled, Error> {
    let (name, text) = source(&format!("examples/{example}/{example}.py"))?;
    Toolchain::new(Settings::default()).load(&name, &text).program(&format!("{example}_steps"))
}

/// Air of 300 K in hydrostatic balance, 8 km high, and small deviations from it; momenta of at most 1 kg / (m^2 s).
fn air(field: &str, random: f64, [_, _, z]: [f64; 3]) -> f64 {
    let exner = 1.0 - 9.81 * 8000.0 * z / (1004.0 * 300.0);
    let pressure = 1e5 * exner.powf(1004.0 / 287.0);
    let density = pressure / (287.0 * 300.0 * exner);
    match field {
        "p_base" => pressure,
        "rho_base" => density,
        "rho" => density * (1.0 + 1e-3 * random),
        "rth" => 300.0 * density * (1.0 + 1e-4 * random),
        _ => random,
    }
}
