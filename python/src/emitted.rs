//! A stencil or program that Python itself runs: its text at every stage, and its checked calls.

use crate::array;
use crate::compiled::{Field, fields, scalars};
use crate::errors::{exception, of_class};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use std::collections::HashMap;
use tradewind::ir::Value;
use tradewind::ir::diagnostic::render;
use tradewind::{CallOptions, Stage};

/// A stencil or program of which no machine code is made.
#[pyclass(frozen)]
pub struct Emitted {
    inner: tradewind::Emitted,
}

impl Emitted {
    /// For Python.
    pub fn new(inner: tradewind::Emitted) -> Emitted {
        Emitted { inner }
    }
}

/// The domain, the origin of each field in the order of the call, and the values of all scalars.
type Checked = ([i64; 3], Vec<Option<Vec<i64>>>, Vec<Py<PyAny>>);

#[pymethods]
impl Emitted {
    /// The name of the stencil or program.
    fn name(&self) -> &str {
        &self.inner.signature().name
    }
    /// The names of the arguments in order.
    fn names(&self) -> Vec<&str> {
        self.inner.signature().names().collect()
    }
    /// The front end's warnings, rendered; empty if there are none.
    fn warnings(&self) -> String {
        render(&self.inner.sources(), self.inner.warnings(), false)
    }
    /// The names of arguments that may be left out: the program does not touch them.
    fn optional(&self) -> Vec<&str> {
        self.inner.signature().optional().collect()
    }
    /// All field arguments.
    fn fields(&self) -> Vec<Field> {
        fields(self.inner.signature())
    }
    /// Name and type of all scalar arguments.
    fn scalars(&self) -> Vec<(String, String)> {
        scalars(self.inner.signature())
    }
    /// What it is at a stage, by the stage's name.
    fn text(&self, py: Python<'_>, stage: &str) -> PyResult<String> {
        let known = Stage::NAMES.iter().find(|(_, name)| *name == stage).map(|(stage, _)| *stage);
        let stage = known.ok_or_else(|| of_class(py, "CompileError", format!("error: there is no stage `{stage}`")))?;
        py.detach(|| self.inner.text(stage)).map_err(|error| exception(py, &error))
    }
    /// Checks the arguments of a call, in order, before anything runs.
    fn check_call(
        &self,
        py: Python<'_>,
        values: Vec<Bound<'_, PyAny>>,
        origins: HashMap<String, Vec<i64>>,
        domain: Option<[i64; 3]>,
    ) -> PyResult<Checked> {
        let names = self.inner.signature().names();
        let arguments = names.zip(&values).map(|(name, value)| array::argument(name, value)).collect::<PyResult<Vec<_>>>()?;
        let options = CallOptions { domain, origin: None, origins: origins.into_iter().collect(), threads: None };
        let call = self.inner.check_call(&arguments, &options).map_err(|error| exception(py, &error.into()))?;
        let number = |value: &Value| match *value {
            Value::Bool(v) => v.into_py_any(py),
            v if v.dtype().is_float() => v.as_f64().into_py_any(py),
            v => v.as_i64().into_py_any(py),
        };
        Ok((call.domain, call.origins, call.scalars.iter().map(number).collect::<PyResult<_>>()?))
    }
}
