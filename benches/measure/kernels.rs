//! The six kernels that the peers were measured with.

use crate::source::source;
use crate::subject::{Fill, Subject};
use tradewind::{Error, Settings, Toolchain};

/// Their names, in `benches/kernels/kernels.py`.
pub const KERNELS: [&str; 6] = ["copy", "laplacian", "hdiff", "vadv", "xppm", "riemann"];

/// All of them.
///
/// # Errors
/// What compiling reports.
pub fn kernels() -> Result<Vec<Subject>, Error> {
    let (name, text) = source("benches/kernels/kernels.py")?;
    let module = Toolchain::new(Settings::default()).load(&name, &text);
    let subject = |name: &&str| {
        let fill: Option<Fill> = if *name == "riemann" { Some(atmosphere) } else { None };
        Ok(Subject { fill, ..Subject::new(name, module.stencil(name)?) })
    };
    KERNELS.iter().map(subject).collect()
}

/// An atmosphere whose layers thin out upwards: the sound-wave solver takes logarithms.
fn atmosphere(field: &str, random: f64, [_, _, height]: [f64; 3]) -> f64 {
    let noise = 1.5 * random.abs() - 0.75;
    let pressure = 500.0 + 99_500.0 * height;
    match field {
        "dm" => 1000.0 + 100.0 * noise,
        "pt" => 300.0 + 20.0 * noise,
        "pm" => pressure * (1.0 + 0.01 * noise),
        "dz" => -1000.0 * 287.05 * 300.0 / pressure.powf(1.0 / 1.4) * (1.0 + 0.001 * noise),
        _ => noise,
    }
}
