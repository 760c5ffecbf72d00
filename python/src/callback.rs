//! Python functions that programs call back. They get the fields as arrays over the program's own memory, cut to the compute
//! domain and the halo that the program uses, and valid until they return.

use crate::array;
use crate::placement::Functions;
use pyo3::exceptions::{PyException, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::sync::{Arc, Mutex, PoisonError};
use tradewind::ir::Axis;
use tradewind::{CallbackArguments, Compiled, FieldMemory};

/// The first exception that a callback of a call raised.
#[derive(Clone, Default)]
pub struct Raised(Arc<Mutex<Option<PyErr>>>);

impl Raised {
    /// The exception for a call that failed with `error`: the one that a callback raised if it ends programs, as
    /// `KeyboardInterrupt` and `SystemExit` do (whatever is no `Exception`), unchanged; else `error`, with the other as its cause.
    pub fn outcome(&self, py: Python<'_>, error: PyErr) -> PyErr {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(raised) if !raised.is_instance_of::<PyException>(py) => raised,
            raised => {
                error.set_cause(py, raised);
                error
            }
        }
    }
    /// Takes note of an exception; the first one counts.
    pub fn set(&self, error: PyErr) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }
}

/// Registers Python functions under the names that the program calls them by; the first exception that one raises goes to `raised`.
pub fn register(compiled: &mut Compiled, functions: Functions<'_>, raised: &Raised) {
    for (name, function) in functions {
        let (function, raised) = (function.unbind(), raised.clone());
        let call = move |arguments: &CallbackArguments| {
            Python::attach(|py| {
                call(function.bind(py), arguments).map_err(|error| {
                    let message = error.to_string();
                    raised.set(error);
                    message
                })
            })
        };
        compiled.register(&name, Arc::new(call));
    }
}

fn call(function: &Bound<'_, PyAny>, arguments: &CallbackArguments) -> PyResult<()> {
    let py = function.py();
    let scalars = arguments.scalars.iter().map(|scalar| Ok(array::python_number(py, *scalar)?.into_bound(py)));
    let scalars = scalars.collect::<PyResult<Vec<_>>>()?;
    call_with(function, Vec::new(), arguments, scalars)
}

/// Calls a function with some objects, the fields as arrays, and some more objects.
pub fn call_with<'py>(
    function: &Bound<'py, PyAny>,
    before: Vec<Bound<'py, PyAny>>,
    arguments: &CallbackArguments,
    behind: Vec<Bound<'py, PyAny>>,
) -> PyResult<()> {
    let py = function.py();
    let (numpy, weakref) = (py.import("numpy")?, py.import("weakref")?);
    let passed = py.import("tradewind._callback")?.getattr("CallbackField")?;
    let (mut values, mut memories) = (before, Vec::new());
    for memory in (0..).map_while(|n| arguments.memory(n)) {
        let field = Bound::new(py, FieldView::new(&memory, arguments.domain))?;
        memories.push(weakref.call_method1("ref", (&field,))?);
        let array = numpy.call_method1("asarray", (&field,))?.call_method1("view", (&passed,))?;
        array.setattr("origin", PyTuple::new(py, &field.get().origin)?)?;
        array.setattr("domain", PyTuple::new(py, &field.get().domain)?)?;
        values.push(array);
    }
    values.extend(behind);
    let called = function.call1(PyTuple::new(py, values)?);
    if let Err(error) = &called {
        // The frames of the traceback hold the arrays.
        py.import("traceback")?.call_method1("clear_frames", (error.traceback(py),))?;
    }
    called?;
    refuse_kept(function, &memories)
}

/// An array that outlives the callback would show memory that is reused or gone. `memories` are weak references.
fn refuse_kept(function: &Bound<'_, PyAny>, memories: &[Bound<'_, PyAny>]) -> PyResult<()> {
    let kept = || memories.iter().map(|memory| memory.call0().map(|m| !m.is_none())).collect::<PyResult<Vec<bool>>>();
    if kept()?.contains(&true) {
        function.py().import("gc")?.call_method0("collect")?;
    }
    if !kept()?.contains(&true) {
        return Ok(());
    }
    let name = function.getattr("__name__").map_or_else(|_| "callback".into(), |n| n.to_string());
    let message =
        format!("`{name}` keeps an array that it received, and its memory is valid only during the callback: keep a copy");
    Err(PyRuntimeError::new_err(message))
}

/// A field's memory, for NumPy to look at.
#[pyclass(frozen, weakref)]
struct FieldView {
    address: usize,
    code: String,
    shape: Vec<i64>,
    strides: Vec<isize>,
    is_writable: bool,
    /// The index of the domain's first point, and how many points the field has without its halo, along the axes.
    origin: Vec<i64>,
    domain: Vec<i64>,
}

impl FieldView {
    /// The part of the memory that the program uses: the compute domain and the halo.
    fn new(memory: &FieldMemory, domain: [i64; 3]) -> FieldView {
        let axes = || memory.axes.iter().map(Axis::index);
        let low = |n: usize| i64::from(memory.halo.0[n].0).max(memory.low[n]);
        let high = |n: usize| (domain[n] + i64::from(memory.halo.0[n].1)).min(memory.high[n]);
        let (sizes, count) = (memory.data.sizes().iter().map(|n| i64::from(*n)), memory.data.sizes().len());
        let first: isize = axes().map(|n| low(n) as isize * memory.strides[n]).sum();
        FieldView {
            address: memory.base.wrapping_offset(first) as usize,
            code: array::code(memory.dtype),
            shape: axes().map(|n| high(n) - low(n)).chain(sizes).collect(),
            strides: axes().map(|n| memory.strides[n]).chain(memory.data.strides().into_iter().take(count)).collect(),
            is_writable: memory.is_writable,
            origin: axes().map(|n| -low(n)).collect(),
            domain: memory
                .axes
                .iter()
                .map(|a| (domain[a.index()] + i64::from(memory.interfaces.has(a))).min(memory.high[a.index()]))
                .collect(),
        }
    }
}

#[pymethods]
impl FieldView {
    #[getter]
    fn __array_interface__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let interface = PyDict::new(py);
        interface.set_item("version", 3)?;
        interface.set_item("typestr", &self.code)?;
        interface.set_item("data", (self.address, !self.is_writable))?;
        interface.set_item("shape", PyTuple::new(py, &self.shape)?)?;
        interface.set_item("strides", PyTuple::new(py, &self.strides)?)?;
        Ok(interface)
    }
}
