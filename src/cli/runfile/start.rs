//! How field arguments start.

use serde::Deserialize;
use tradewind::ir::{Array, Axes, Axis, Domain, Value};

/// How a field argument starts; those not named start at zero.
#[derive(Deserialize, Clone, Debug)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Start {
    /// Middles of the cells between `from` and `to`; the halo continues the spacing.
    Centers { from: f64, to: f64 },
    /// Lower edges of the cells between `from` and `to`, which is where the last interface of a field at interfaces lies; the halo
    /// continues the spacing.
    Edges { from: f64, to: f64 },
    /// One value everywhere.
    Constant { value: f64 },
}

impl Start {
    /// Fills an array over `domain`.
    ///
    /// # Errors
    /// When a coordinate is asked for in a field that has not exactly one axis, or that of centres in a field at interfaces.
    pub fn fill(&self, array: &mut Array, interfaces: Axes, domain: Domain) -> Result<(), String> {
        let axis = array.axes().iter().next().filter(|_| array.axes().rank() == 1);
        if let (Start::Centers { .. }, Some(axis)) = (self, axis.filter(|axis| interfaces.has(*axis))) {
            return Err(format!("the field lives at the interfaces along {axis}: write `kind = \"edges\"`"));
        }
        let line = |axis: Option<Axis>, from: f64, to: f64, shift: f64| {
            let n =
                axis.ok_or("only a field with one axis (Field[I, …], Field[J, …], Field[K, …]) holds a coordinate")?.index();
            let step = (to - from) / domain[n] as f64;
            Ok::<_, String>(move |point: [i64; 3]| from + (point[n] as f64 + shift) * step)
        };
        match *self {
            Start::Centers { from, to } => fill(array, line(axis, from, to, 0.5)?),
            Start::Edges { from, to } => fill(array, line(axis, from, to, 0.0)?),
            Start::Constant { value } => fill(array, |_| value),
        }
        Ok(())
    }
}

fn fill(array: &mut Array, value: impl Fn([i64; 3]) -> f64) {
    for point in tradewind::ir::array::each(array.points()) {
        array.set(point, 0, Value::F64(value(point)));
    }
}
