//! A Rust host that embeds the compiler: it has GTScript as text at run time, compiles it, calls a stencil and a whole
//! program on its own memory, and handles an error.
//!
//!     cargo run --release --example embed

use tradewind::ir::Value;
use tradewind::{Argument, ArrayView, CallOptions, Settings, Toolchain};

const SOURCE: &str = "
from tradewind.gtscript import PARALLEL, Field, computation, halo_update, interval, program, swap


def laplacian(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = a[1, 0, 0] + a[-1, 0, 0] + a[0, 1, 0] + a[0, -1, 0] - 4.0 * a


def step(a: Field[float], lap: Field[float], out: Field[float], share: float):
    with computation(PARALLEL), interval(...):
        out = a + share * lap


@program
def diffuse(a: Field[float], steps: int, share: float):
    lap: Field[float]
    new: Field[float]
    for n in range(steps):
        halo_update(a, width=1)
        laplacian(a, lap)
        step(a, lap, new, share)
        swap(a, new)
";

const N: usize = 32;
const LEVELS: usize = 4;
const HALO: usize = 1;
const ROW: usize = N + 2 * HALO;

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    let module = Toolchain::new(Settings::default()).load("diffusion.py", SOURCE);

    // The host's own arrays: I fastest, a halo of one point, a warm spot in the middle.
    let mut temperature = vec![0.0f64; ROW * ROW * LEVELS];
    for level in 0..LEVELS {
        temperature[(level * ROW + ROW / 2) * ROW + ROW / 2] = 100.0;
    }
    let mut curvature = vec![0.0f64; N * N * LEVELS];

    let laplacian = module.stencil("laplacian")?;
    let arguments = [
        Argument::Field(ArrayView::new(&mut temperature, &[ROW, ROW, LEVELS])?),
        Argument::Field(ArrayView::new(&mut curvature, &[N, N, LEVELS])?),
    ];
    laplacian.call(&arguments, &CallOptions::default())?;
    println!("curvature at the warm spot: {}", curvature[(N / 2) * N + N / 2]);

    let diffuse = module.program("diffuse")?;
    let arguments = [
        Argument::Field(ArrayView::new(&mut temperature, &[ROW, ROW, LEVELS])?),
        Argument::Scalar(Value::I64(100)),
        Argument::Scalar(Value::F64(0.2)),
    ];
    diffuse.call(&arguments, &CallOptions { origin: Some([1, 1, 0]), ..CallOptions::default() })?;
    let interior = |level: usize| {
        let temperature = &temperature;
        (HALO..HALO + N).flat_map(move |j| (HALO..HALO + N).map(move |i| temperature[(level * ROW + j) * ROW + i]))
    };
    println!("after 100 steps: highest {:.4}, sum {:.4}", interior(0).fold(0.0, f64::max), interior(0).sum::<f64>());

    // A mistake in the source comes back as an error with the excerpt to show.
    let wrong = Toolchain::new(Settings::default()).load("wrong.py", &SOURCE.replace("share * lap", "share * lop"));
    match wrong.stencil("step") {
        Ok(_) => println!("this should not compile"),
        Err(error) => println!("refused:\n{error}"),
    }
    // So does a wrong call: this array is too small for the halo that the stencil reads.
    let mut small = vec![0.0f64; N * N * LEVELS];
    let arguments = [
        Argument::Field(ArrayView::new(&mut small, &[N, N, LEVELS])?),
        Argument::Field(ArrayView::new(&mut curvature, &[N, N, LEVELS])?),
    ];
    let options = CallOptions { domain: Some([N as i64, N as i64, LEVELS as i64]), ..CallOptions::default() };
    if let Err(error) = laplacian.call(&arguments, &options) {
        println!("refused: {error}");
    }
    Ok(())
}
