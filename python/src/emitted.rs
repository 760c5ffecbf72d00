//! A stencil or program that Python itself runs: its text at every stage, and checked calls.

use crate::array;
use crate::binding;
use crate::errors::{exception, of_class};
use crate::placement::{self, PlacementArguments};
use crate::signature::Signature;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use tradewind::ir::FieldId;
use tradewind::ir::diagnostic::render;
use tradewind::ir::identify::Twins;
use tradewind::ir::ids::Id;
use tradewind::{Placement, Position, Stage};

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

/// The values of the fields in order, the domain, the origin of each field, the values of all scalars in order, and which fields
/// are one array: the number of each with that of the first one.
type Checked = (Vec<Option<Py<PyAny>>>, [i64; 3], Vec<Option<Vec<i64>>>, Vec<Py<PyAny>>, Vec<(usize, usize)>);

#[pymethods]
impl Emitted {
    /// What arguments it takes.
    fn signature(&self) -> Signature {
        Signature::new(self.inner.signature().clone())
    }
    /// The front end's warnings, rendered; empty if there are none.
    fn warnings(&self) -> String {
        render(&self.inner.sources(), self.inner.warnings(), false)
    }
    /// What it is at a stage, by the stage's name.
    fn text(&self, py: Python<'_>, stage: &str) -> PyResult<String> {
        let known = Stage::by_name(stage);
        let stage = known.ok_or_else(|| of_class(py, "CompileError", format!("error: there is no stage `{stage}`")))?;
        py.detach(|| self.inner.text(stage)).map_err(|error| exception(py, &error))
    }
    /// The code for calls in which fields are one array, given as in what the checks return.
    fn merged(&self, py: Python<'_>, same: Vec<(usize, usize)>) -> PyResult<Emitted> {
        let mut twins = Twins::default();
        same.into_iter().for_each(|(later, first)| twins.add(FieldId::from_index(first), FieldId::from_index(later)));
        let merged = py.detach(|| self.inner.merged(&twins));
        Ok(Emitted::new(merged.map_err(|error| exception(py, &error.into()))?))
    }
    /// Checks the arguments of a call, given by position and by name, and all else that it is given, before anything runs.
    fn check_call(
        &self,
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        kwargs: &Bound<'_, PyDict>,
        given: PlacementArguments<'_>,
    ) -> PyResult<Checked> {
        let signature = self.inner.signature();
        let values = binding::values(py, signature, args, kwargs)?;
        let (placement, ..) = placement::placement(signature, &values, &given)?;
        self.check(py, values, placement)
    }
    /// Checks the arguments of a call, all in order, at a given place.
    fn check_call_at(
        &self,
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        origins: Vec<Option<Vec<i64>>>,
        domain: [i64; 3],
    ) -> PyResult<Checked> {
        let values = args.iter().map(Some).collect();
        self.check(py, values, Placement { domain: Some(domain), origins, ..Placement::default() })
    }
}

impl Emitted {
    fn check(&self, py: Python<'_>, mut values: binding::Values<'_>, placement: Placement) -> PyResult<Checked> {
        binding::show_memory(self.inner.signature(), &mut values)?;
        let arguments = binding::arguments(self.inner.signature(), &values)?;
        let call = self.inner.check_call(&arguments, &placement).map_err(|error| exception(py, &error.into()))?;
        let positions = self.inner.signature().params.iter().zip(&values);
        let fields = positions.filter(|(position, _)| matches!(position, Position::Field(_)));
        let fields = fields.map(|(_, value)| value.clone().map(Bound::unbind)).collect();
        Ok((
            fields,
            call.domain,
            call.origins,
            call.scalars.iter().map(|value| array::python_number(py, *value)).collect::<PyResult<_>>()?,
            call.twins.pairs().iter().map(|(later, first)| (later.index(), first.index())).collect(),
        ))
    }
}
