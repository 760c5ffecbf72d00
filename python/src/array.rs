//! Arguments of a call: NumPy arrays and other objects that show their memory, never copied, and numbers.

use crate::errors::{wrong_argument, wrong_type};
use numpy::npyffi::flags::{NPY_ARRAY_ALIGNED, NPY_ARRAY_WRITEABLE};
use numpy::{PyArrayDescr, PyArrayDescrMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyException;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt};
use tradewind::ir::{Code, DType, Value};
use tradewind::{Argument, ArrayView};

/// Codes of the array interface, without the byte order.
const CODES: [(&str, DType); 7] = [
    ("b1", DType::Bool),
    ("i1", DType::I8),
    ("i2", DType::I16),
    ("i4", DType::I32),
    ("i8", DType::I64),
    ("f4", DType::F32),
    ("f8", DType::F64),
];

/// The array interface's code of a type: `<f8`, or `>f8` on a machine that has its bytes the other way.
pub fn code(dtype: DType) -> String {
    let name = CODES.iter().find(|(_, d)| *d == dtype).map_or("V", |(name, _)| name);
    format!("{}{name}", if cfg!(target_endian = "little") { '<' } else { '>' })
}

/// Whether an object is a NumPy array, of no class derived from it, which might say more about itself, and with dimensions.
pub fn is_plain(object: &Bound<'_, PyAny>) -> bool {
    object.cast_exact::<PyUntypedArray>().is_ok_and(|array| array.ndim() > 0)
}

/// Whether an object is a number of Python.
pub fn is_number(object: &Bound<'_, PyAny>) -> bool {
    object.is_instance_of::<PyFloat>() || object.is_instance_of::<PyInt>()
}

/// An object as a NumPy array over its memory, or as a number of Python.
///
/// # Errors
/// For objects that show no memory, make a copy of it, or say more than an array can (a mask).
pub fn over_memory<'py>(name: &str, object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = object.py();
    let found = py.import(intern!(py, "tradewind._arrays"))?.call_method1(intern!(py, "over_memory"), (object,));
    found.map_err(|error| {
        if !error.is_instance_of::<PyException>(py) {
            return error;
        }
        let refused = wrong_argument(py, "CallTypeError", Code::CALL_MEMORY, name, &error.value(py).to_string());
        refused.set_cause(py, Some(error));
        refused
    })
}

/// The argument that is passed to a field: a view of an array, which it borrows and which must stay alive until the call is over.
///
/// # Errors
/// For arrays of a type that is not supported, and for other objects than arrays and numbers.
pub fn field<'a>(name: &str, object: &'a Bound<'_, PyAny>) -> PyResult<Argument<'a>> {
    match object.cast::<PyUntypedArray>() {
        Ok(array) => of_array(name, array),
        // Refused by the call; its value does not matter.
        Err(_) if is_number(object) => Ok(Argument::Scalar(Value::F64(0.0))),
        Err(_) => Err(wrong_kind(name, object, "an array")),
    }
}

/// The argument that is passed to a scalar of a type.
///
/// # Errors
/// For integers that the type cannot hold, and for other objects than numbers and arrays.
pub fn scalar<'a>(name: &str, dtype: DType, object: &'a Bound<'_, PyAny>) -> PyResult<Argument<'a>> {
    if let Ok(array) = object.cast::<PyUntypedArray>() {
        return of_array(name, array);
    }
    let value = if object.is_instance_of::<PyFloat>() {
        Value::F64(object.extract()?)
    } else if object.is_instance_of::<PyBool>() {
        Value::Bool(object.extract()?)
    } else if object.is_instance_of::<PyInt>() {
        integer(name, dtype, object)?
    } else {
        return Err(wrong_kind(name, object, "a number"));
    };
    Ok(Argument::Scalar(value))
}

/// An integer of Python, which may have more than 64 bits if a float can hold it.
fn integer(name: &str, dtype: DType, object: &Bound<'_, PyAny>) -> PyResult<Value> {
    if let Ok(value) = object.extract() {
        return Ok(Value::I64(value));
    }
    if let Some(value) = object.extract().ok().filter(|_| dtype.is_float()) {
        return Ok(Value::F64(value));
    }
    let bits: u64 = object.call_method0("bit_length")?.extract()?;
    let message = format!("an integer of {bits} bits does not fit into {dtype}");
    Err(wrong_argument(object.py(), "CallValueError", Code::CALL_TYPE, name, &message))
}

fn wrong_kind(name: &str, object: &Bound<'_, PyAny>, wanted: &str) -> PyErr {
    let kind = object.get_type().name().map_or_else(|_| "object".into(), |name| name.to_string());
    wrong_type(object.py(), name, &format!("is of type `{kind}`: pass {wanted}"))
}

fn of_array<'a>(name: &str, array: &'a Bound<'_, PyUntypedArray>) -> PyResult<Argument<'a>> {
    let descr = array.dtype();
    let kind = (descr.kind(), descr.itemsize());
    let found = CODES.iter().find(|(_, dtype)| kind == (dtype_kind(*dtype), dtype.size()));
    let Some((_, dtype)) = found.filter(|_| descr.is_native_byteorder() != Some(false)) else {
        return Err(unsupported(name, &descr));
    };
    let header = array.as_array_ptr();
    // SAFETY: the header of an array that is alive.
    let (data, flags) = unsafe { ((*header).fields.data, (*header).fields.flags) };
    if flags & NPY_ARRAY_ALIGNED == 0 {
        let message = format!("has elements at addresses that are not multiples of {}: pass a copy (`.copy()`)", dtype.size());
        return Err(wrong_argument(array.py(), "CallTypeError", Code::CALL_MEMORY, name, &message));
    }
    let writable = flags & NPY_ARRAY_WRITEABLE != 0;
    // SAFETY: the array owns or borrows the memory that it describes for as long as it lives, which the result's lifetime is tied to.
    // That no other thread of the program uses the arrays of a running call is the caller's part, as with NumPy's own functions.
    Ok(Argument::Field(unsafe { ArrayView::from_raw(data.cast(), *dtype, array.shape(), array.strides(), writable) }))
}

/// Says what an array holds instead of numbers that the language has, and how to convert it.
fn unsupported(name: &str, descr: &Bound<'_, PyArrayDescr>) -> PyErr {
    let advice = match descr.kind() {
        b'c' => "pass `.real` and `.imag` (they are not copies) as two fields",
        b'V' if descr.has_fields() => "pass one of its fields, `array[\"name\"]`, which is no copy",
        b'f' | b'i' if descr.is_native_byteorder() == Some(false) => {
            "these numbers have the byte order of other machines: pass `array.astype(array.dtype.newbyteorder(\"=\"))`"
        }
        _ => "convert it by `.astype(…)` to float64, float32, int64, int32, int16, int8 or bool",
    };
    let held = descr.getattr("str").map_or_else(|_| "?".to_string(), |text| text.to_string());
    wrong_type(descr.py(), name, &format!("holds `{held}`: {advice}"))
}

/// NumPy's letter for a kind of type.
fn dtype_kind(dtype: DType) -> u8 {
    match dtype {
        DType::Bool => b'b',
        dtype if dtype.is_float() => b'f',
        _ => b'i',
    }
}

/// A value as Python has it: a boolean, a float or an integer.
///
/// # Errors
/// None but Python's own.
pub fn python_number(py: Python<'_>, value: Value) -> PyResult<Py<PyAny>> {
    match value {
        Value::Bool(v) => v.into_py_any(py),
        v if v.dtype().is_float() => v.as_f64().into_py_any(py),
        v => v.as_i64().into_py_any(py),
    }
}
