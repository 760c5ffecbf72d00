//! The programs that are measured, their input and their bars.

use crate::by_hand::ByHand;
use crate::examples::{source, sources};
use tradewind::differential::random_input;
use tradewind::ir::array::each;
use tradewind::ir::{Array, Axis, Domain, Value};
use tradewind::{Compiled, Error, Settings, Toolchain};

/// A program to measure.
pub struct Case {
    pub name: String,
    pub compiled: Compiled,
    /// Steps of a call: its times are given for one.
    pub steps: i64,
    scalars: &'static [(&'static str, f64)],
    fill: Option<Fill>,
    /// The program in C++, or why it cannot be had; nothing for programs without one.
    pub by_hand: Option<Result<ByHand, String>>,
    pub bars: Bars,
}

/// What the ratios may be at most.
#[derive(Clone, Copy)]
pub struct Bars {
    /// The program over its steps one by one.
    pub one_by_one: f64,
    /// The program over the C++ by hand.
    pub by_hand: Option<f64>,
}

/// An element of a field, from a random number in [0, 1), or in (-1, 0] for one element in eight, and from the place in the
/// domain, which is a unit cube.
type Fill = fn(field: &str, random: f64, place: [f64; 3]) -> f64;

/// What no program may exceed.
const NEVER_ABOVE: Bars = Bars { one_by_one: 1.05, by_hand: None };

/// The value of each float and integer scalar of a program of which nothing is known; an even number, so that swaps are undone.
const FLOAT: f64 = 0.1;
const STEPS: i64 = 4;

/// The chain of cheap stencils, the step of a dynamical core, the step of the transport example.
///
/// # Errors
/// What compiling reports.
pub fn named() -> Result<Vec<Case>, Error> {
    let (name, text) = source("benches/program/programs.py")?;
    let programs = Toolchain::new(Settings::default()).load(&name, &text);
    let (name, text) = source("examples/transport/transport.py")?;
    let transport = Toolchain::new(Settings::default()).load(&name, &step_of_transport(&text)?);
    Ok(vec![
        Case {
            name: "chain".to_string(),
            compiled: programs.program("chain")?,
            steps: 10,
            scalars: &[("dt", 0.1), ("rate", 0.01)],
            fill: None,
            by_hand: Some(ByHand::compile("chain", &[("chain_planes", Axis::K)])),
            bars: Bars { one_by_one: 0.35, by_hand: Some(1.15) },
        },
        Case {
            name: "step".to_string(),
            compiled: programs.program("step")?,
            steps: 10,
            scalars: &[("per_step", 3.0)],
            fill: Some(dynamics),
            by_hand: Some(ByHand::compile("step", &[("step_planes", Axis::K), ("step_columns", Axis::J)])),
            bars: Bars { one_by_one: 1.0, by_hand: None },
        },
        Case {
            name: "transport".to_string(),
            compiled: transport.program("transport")?,
            steps: 2,
            scalars: &[("period", 2.0), ("dt", 0.002), ("nu", 0.01), ("kappa", 0.005)],
            fill: Some(tracers),
            by_hand: None,
            bars: Bars { one_by_one: 0.9, by_hand: None },
        },
    ])
}

/// Every program of the examples.
///
/// # Errors
/// What compiling reports.
pub fn examples() -> Result<Vec<Case>, Error> {
    let mut cases = Vec::new();
    for (name, text) in sources()? {
        let module = Toolchain::new(Settings::default()).load(&name, &text);
        for program in module.programs() {
            let compiled = module.program(&program)?;
            let (name, scalars) = (format!("{program}()"), &[][..]);
            cases.push(Case { name, compiled, steps: 1, scalars, fill: None, by_hand: None, bars: NEVER_ABOVE });
        }
    }
    Ok(cases)
}

impl Case {
    /// Arguments for a domain: arrays, then scalars.
    pub fn input(&self, domain: Domain) -> (Vec<Array>, Vec<Value>) {
        let signature = self.compiled.signature();
        let (mut arrays, _) = random_input(signature, domain, 1);
        if let Some(fill) = self.fill {
            for (info, array) in signature.fields.iter().zip(&mut arrays) {
                refill(array, domain, |random, place| fill(&info.name, random, place));
            }
        }
        let value = |name: &str| self.scalars.iter().find(|(known, _)| *known == name).map(|(_, value)| Value::F64(*value));
        let scalar = |s: &tradewind::ScalarInfo| {
            let known = value(&s.name).unwrap_or(match s.dtype.is_int() {
                true => Value::I64(if self.steps > 1 { self.steps } else { STEPS }),
                false => Value::F64(FLOAT),
            });
            known.cast(s.dtype)
        };
        (arrays, signature.scalars.iter().map(scalar).collect())
    }
}

fn refill(array: &mut Array, domain: Domain, element: impl Fn(f64, [f64; 3]) -> f64) {
    for point in each(array.points()) {
        // Random input has a magnitude from 0.5 to 2.
        let random = array.get(point, 0).map_or(0.0, Value::as_f64);
        let random = (random.abs() - 0.5) / 1.5 * random.signum();
        let place = [0, 1, 2].map(|n| (point[n] as f64 + 0.5) / domain[n] as f64);
        array.set(point, 0, Value::F64(element(random, place)));
    }
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
fn tracers(field: &str, random: f64, [x, y, z]: [f64; 3]) -> f64 {
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
