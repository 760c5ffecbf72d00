//! A program or stencil that is measured, and its input.

use tradewind::Compiled;
use tradewind::differential::random_input;
use tradewind::ir::array::each;
use tradewind::ir::{Array, Domain, Value};

/// A program or stencil to measure.
pub struct Subject {
    pub name: String,
    pub compiled: Compiled,
    /// Steps of a call: its times are given for one.
    pub steps: i64,
    /// The values of the scalars that are known.
    pub scalars: &'static [(&'static str, f64)],
    /// What the fields hold; nothing for random numbers.
    pub fill: Option<Fill>,
}

/// An element of a field, from a random number in [0, 1), or in (-1, 0) for one element in eight, and from the place in the
/// domain, which is a unit cube.
pub type Fill = fn(field: &str, random: f64, place: [f64; 3]) -> f64;

/// The value of each float and integer scalar of a program of which nothing is known; an even number, so that swaps are undone.
const FLOAT: f64 = 0.1;
const STEPS: i64 = 4;

impl Subject {
    /// Of which nothing is known: a call is one step.
    pub fn new(name: &str, compiled: Compiled) -> Subject {
        Subject { name: name.to_string(), compiled, steps: 1, scalars: &[], fill: None }
    }
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
