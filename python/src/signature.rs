//! The arguments of a stencil or program, for Python.

use crate::array;
use pyo3::prelude::*;
use tradewind::ir::Axis;

/// The arguments of a stencil or program.
#[pyclass(frozen)]
pub struct Signature {
    inner: tradewind::Signature,
}

impl Signature {
    /// For Python.
    pub fn new(inner: tradewind::Signature) -> Signature {
        Signature { inner }
    }
}

/// Name, type, axes, access, points needed below and above the domain by axis, sizes of the data dimensions, and the axes along which it
/// lives at interfaces.
type Field = (String, String, String, String, Vec<(&'static str, (i64, i64))>, Vec<u32>, String);

#[pymethods]
impl Signature {
    /// The name of the stencil or program.
    #[getter]
    fn name(&self) -> &str {
        &self.inner.name
    }
    /// The names of the arguments in order.
    #[getter]
    fn names(&self) -> Vec<&str> {
        self.inner.names().collect()
    }
    /// All field arguments.
    #[getter]
    fn fields(&self) -> Vec<Field> {
        let letters = ["I", "J", "K"];
        let describe = |f: &tradewind::FieldInfo| {
            let halo = Axis::ALL.into_iter().map(|axis| (letters[axis.index()], f.reach(axis))).collect();
            let axes = f.axes.iter().map(|axis| letters[axis.index()]).collect();
            let interfaces = f.interfaces.iter().map(|axis| letters[axis.index()]).collect();
            (f.name.clone(), array::code(f.dtype), axes, f.access.to_string(), halo, f.data.clone(), interfaces)
        };
        self.inner.fields.iter().map(describe).collect()
    }
    /// Name and type of all scalar arguments.
    #[getter]
    fn scalars(&self) -> Vec<(String, String)> {
        self.inner.scalars.iter().map(|s| (s.name.clone(), array::code(s.dtype))).collect()
    }
}
