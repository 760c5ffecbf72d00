//! Arguments of a call: NumPy arrays and objects with NumPy's array interface, never copied, and numbers.

use crate::errors::wrong_type;
use numpy::npyffi::flags::NPY_ARRAY_WRITEABLE;
use numpy::{PyArrayDescrMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::IntoPyObjectExt;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt};
use tradewind::ir::{DType, Value};
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

/// The argument that a Python object stands for; nothing, or `None`, is one that is left out. It borrows the object, which must
/// stay alive until the call is over.
///
/// # Errors
/// For objects that are neither numbers nor arrays of a supported type.
pub fn argument<'a>(py: Python<'_>, name: &str, object: Option<&'a Bound<'_, PyAny>>) -> PyResult<Argument<'a>> {
    let Some(object) = object.filter(|object| !object.is_none()) else {
        return Ok(Argument::Absent);
    };
    if let Ok(array) = object.cast::<PyUntypedArray>() {
        return if array.ndim() > 0 { of_array(name, array) } else { item(py, name, object) };
    }
    match number(object)? {
        Some(value) => Ok(Argument::Scalar(value)),
        None => of_interface(name, object),
    }
}

/// Whether an object is a NumPy array and of no class derived from it, which might say more about itself.
pub fn is_plain(object: &Bound<'_, PyAny>) -> bool {
    object.cast_exact::<PyUntypedArray>().is_ok()
}

fn of_array<'a>(name: &str, array: &'a Bound<'_, PyUntypedArray>) -> PyResult<Argument<'a>> {
    let descr = array.dtype();
    let kind = (descr.kind(), descr.itemsize());
    let native = descr.is_native_byteorder() != Some(false);
    let found = CODES.iter().find(|(_, dtype)| native && kind == (dtype_kind(*dtype), dtype.size()));
    let Some((_, dtype)) = found else {
        return Err(unsupported(array.py(), name, &descr.getattr("str")?.extract::<String>()?));
    };
    let header = array.as_array_ptr();
    // SAFETY: the header of an array that is alive.
    let (data, flags) = unsafe { ((*header).fields.data, (*header).fields.flags) };
    let writable = flags & NPY_ARRAY_WRITEABLE != 0;
    // SAFETY: the array owns or borrows the memory that it describes for as long as it lives, which the result's lifetime is tied to.
    // That no other thread of the program uses the arrays of a running call is the caller's part, as with NumPy's own functions.
    Ok(Argument::Field(unsafe { ArrayView::from_raw(data.cast(), *dtype, array.shape(), array.strides(), writable) }))
}

/// An array of no dimensions, which is a number.
fn item<'a>(py: Python<'_>, name: &str, object: &'a Bound<'_, PyAny>) -> PyResult<Argument<'a>> {
    let value = object.call_method0(intern!(py, "item"))?;
    number(&value)?.map(Argument::Scalar).ok_or_else(|| wrong_type(py, name, "holds no number"))
}

/// An object with NumPy's array interface.
fn of_interface<'a>(name: &str, object: &'a Bound<'_, PyAny>) -> PyResult<Argument<'a>> {
    let py = object.py();
    let interface = object.getattr(intern!(py, "__array_interface__"));
    let Some(interface) = interface.ok().and_then(|i| i.cast_into::<PyDict>().ok()) else {
        let kind = object.get_type().name()?;
        return Err(wrong_type(py, name, &format!("is of type `{kind}`: pass a NumPy array or a number")));
    };
    let entry = |key: &str| interface.get_item(key).map(|value| value.filter(|v| !v.is_none()));
    let missing = || wrong_type(py, name, "has an incomplete array interface");
    let shape: Vec<usize> = entry("shape")?.ok_or_else(missing)?.extract()?;
    if shape.is_empty() {
        return item(py, name, object);
    }
    let typestr: String = entry("typestr")?.ok_or_else(missing)?.extract()?;
    let dtype = dtype(&typestr).ok_or_else(|| unsupported(py, name, &typestr))?;
    let (address, read_only): (usize, bool) = entry("data")?.ok_or_else(missing)?.extract()?;
    let strides: Vec<isize> = match entry("strides")? {
        Some(strides) => strides.extract()?,
        None => row_major(&shape, dtype.size()),
    };
    if strides.len() != shape.len() {
        return Err(missing());
    }
    // SAFETY: the object vouches for the memory that its array interface describes for as long as it lives; else as for arrays.
    Ok(Argument::Field(unsafe { ArrayView::from_raw(address as *mut u8, dtype, &shape, &strides, !read_only) }))
}

fn unsupported(py: Python<'_>, name: &str, typestr: &str) -> PyErr {
    let message =
        format!("holds `{typestr}`: pass float64, float32, int64, int32, int16, int8 or bool of this machine's byte order");
    wrong_type(py, name, &message)
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

/// A Python number or boolean.
///
/// # Errors
/// `OverflowError` for integers of more than 64 bits.
fn number(object: &Bound<'_, PyAny>) -> PyResult<Option<Value>> {
    Ok(if object.is_instance_of::<PyBool>() {
        Some(Value::Bool(object.extract()?))
    } else if object.is_instance_of::<PyInt>() {
        Some(Value::I64(object.extract()?))
    } else if object.is_instance_of::<PyFloat>() {
        Some(Value::F64(object.extract()?))
    } else {
        None
    })
}

fn dtype(typestr: &str) -> Option<DType> {
    let foreign = if cfg!(target_endian = "little") { '>' } else { '<' };
    let name = typestr.get(1..).filter(|_| !typestr.starts_with(foreign))?;
    CODES.iter().find(|(code, _)| *code == name).map(|(_, dtype)| *dtype)
}

fn row_major(shape: &[usize], size: usize) -> Vec<isize> {
    let mut strides = vec![size as isize; shape.len()];
    for d in (1..shape.len()).rev() {
        strides[d - 1] = strides[d] * shape[d] as isize;
    }
    strides
}
