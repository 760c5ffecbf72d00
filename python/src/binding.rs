//! Which Python object is given for which argument, and where each field's domain starts.

use crate::array;
use crate::errors::wrong_call;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString, PyTuple};
use tradewind::ir::Code;
use tradewind::{Argument, FieldInfo, Position, Signature};

/// What is given for each argument, in the order of the signature; `None` for one that is left out, as it may be.
pub type Values<'py> = Vec<Option<Bound<'py, PyAny>>>;

/// Binds positional arguments and keywords as Python does.
///
/// # Errors
/// `CallTypeError` for too many arguments, an unknown name, an argument given twice, one that is missing.
pub fn values<'py>(
    py: Python<'py>,
    signature: &Signature,
    args: &Bound<'py, PyTuple>,
    kwargs: &Bound<'py, PyDict>,
) -> PyResult<Values<'py>> {
    let wrong =
        |message: String| wrong_call(py, "CallTypeError", Code::CALL_ARGUMENTS, format!("`{}` {message}", signature.name));
    let list = || signature.names().collect::<Vec<_>>().join(", ");
    let count = signature.params.len();
    if args.len() > count {
        return Err(wrong(format!("takes {count} arguments ({}), {} were given", list(), args.len())));
    }
    let mut values: Values = args.iter().map(Some).collect();
    values.resize(count, None);
    for (key, value) in kwargs {
        let name = key.cast::<PyString>()?.to_str()?;
        let Some(n) = signature.names().position(|known| known == name) else {
            return Err(wrong(format!("has no argument `{name}`, only {}", list())));
        };
        if values[n].replace(value).is_some() {
            return Err(wrong(format!("got the argument `{name}` twice")));
        }
    }
    if values.iter().any(Option::is_none) {
        let absent = signature.names().zip(&values).filter(|(_, value)| value.is_none()).map(|(name, _)| name);
        let missing = absent.filter(|name| signature.optional().all(|optional| optional != *name));
        let missing: Vec<String> = missing.map(|name| format!("`{name}`")).collect();
        if !missing.is_empty() {
            return Err(wrong(format!("misses {}", missing.join(", "))));
        }
    }
    Ok(values)
}

/// The arguments that the values stand for; they borrow the values.
///
/// # Errors
/// For objects that are neither numbers nor arrays of a supported type.
pub fn arguments<'a>(py: Python<'_>, signature: &Signature, values: &'a Values<'_>) -> PyResult<Vec<Argument<'a>>> {
    for (position, value) in signature.params.iter().zip(values) {
        if let (Position::Field(n), Some(value)) = (*position, value)
            && !array::is_plain(value)
        {
            check_dimensions(&signature.fields[n], value)?;
        }
    }
    signature.names().zip(values).map(|(name, value)| array::argument(py, name, value.as_ref())).collect()
}

/// Refuses an object that says of itself that its dimensions (`__gt_dims__`) are others than the field's, or in another order.
fn check_dimensions(field: &FieldInfo, value: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = value.py();
    let Some(found) = value.getattr_opt(intern!(py, "__gt_dims__"))?.filter(|dims| !dims.is_none()) else { return Ok(()) };
    let found: Vec<String> = found.try_iter()?.map(|dim| Ok(dim?.str()?.to_string())).collect::<PyResult<_>>()?;
    let axes = field.axes.iter().map(|axis| axis.to_string().to_uppercase());
    let wanted: Vec<String> = axes.chain((0..field.data.len()).map(|n| n.to_string())).collect();
    if found == wanted {
        return Ok(());
    }
    let (found, wanted) = (found.join(", "), wanted.join(", "));
    let message =
        format!("argument `{}`: its dimensions are {found}, the field's are {wanted}: pass a transposed view", field.name);
    Err(wrong_call(py, "CallValueError", Code::CALL_ARGUMENTS, message))
}

/// The origin of each field, in the order of the signature, if it is given one or its object has one of its own
/// (`__gt_origin__`); one entry for each axis of the field. `origin` is one for all fields, or a mapping by name, with `_all_` for
/// fields that it does not name.
///
/// # Errors
/// `CallValueError` for an origin of something that is no field; when an origin is no sequence of integers.
pub fn origins(
    signature: &Signature,
    values: &Values<'_>,
    origin: Option<&Bound<'_, PyAny>>,
) -> PyResult<Vec<Option<Vec<i64>>>> {
    // Whether something is a mapping is a slow question; most origins are tuples.
    let by_name =
        origin.filter(|origin| !origin.is_instance_of::<PyTuple>()).and_then(|origin| origin.cast::<PyMapping>().ok());
    let find = |name: &str| match by_name {
        Some(origins) if origins.contains(name)? => entries(&origins.get_item(name)?).map(Some),
        _ => PyResult::Ok(None),
    };
    let common = match origin.filter(|_| by_name.is_none()) {
        Some(origin) => Some(entries(origin)?),
        None => find("_all_")?,
    };
    by_name.map_or(Ok(()), |given| check_names(signature, given))?;
    let mut origins = vec![None; signature.fields.len()];
    for (position, value) in signature.params.iter().zip(values) {
        let (Position::Field(n), Some(value)) = (*position, value) else { continue };
        let field = &signature.fields[n];
        let found = match find(&field.name)?.or_else(|| common.clone()) {
            None if !array::is_plain(value) => own(value)?,
            found => found,
        };
        let of_axes = |entries: Vec<i64>| field.axes.iter().map(|axis| entries[axis.index()]).collect();
        origins[n] = found.map(|entries| if entries.len() == 3 { of_axes(entries) } else { entries });
    }
    Ok(origins)
}

fn check_names(signature: &Signature, origins: &Bound<'_, PyMapping>) -> PyResult<()> {
    for name in origins.keys()? {
        let name: String = name.extract()?;
        if name != "_all_" && signature.fields.iter().all(|field| field.name != name) {
            let message = format!("argument `{name}`: has an origin, but is not a field of the call");
            return Err(wrong_call(origins.py(), "CallValueError", Code::CALL_ORIGIN, message));
        }
    }
    Ok(())
}

/// The origin that an object has itself.
fn own(value: &Bound<'_, PyAny>) -> PyResult<Option<Vec<i64>>> {
    let found = value.getattr_opt(intern!(value.py(), "__gt_origin__"))?;
    found.filter(|origin| !origin.is_none()).map(|origin| entries(&origin)).transpose()
}

/// One whole number for each of I, J and K.
///
/// # Errors
/// `CallTypeError` for another number of entries.
pub fn triple(what: &str, sizes: &Bound<'_, PyAny>) -> PyResult<[i64; 3]> {
    let found: Vec<i64> = entries(sizes)?;
    <[i64; 3]>::try_from(found).map_err(|found| {
        let message = format!("`{what}` has {} entries instead of one for each of I, J and K", found.len());
        wrong_call(sizes.py(), "CallTypeError", Code::CALL_ARGUMENTS, message)
    })
}

/// A number of threads.
///
/// # Errors
/// `CallTypeError` for anything but a whole number from 1 on.
pub fn threads(number: &Bound<'_, PyAny>) -> PyResult<usize> {
    let found = number.extract().ok().filter(|n| *n > 0);
    found.ok_or_else(|| {
        let message = format!("`threads` is a whole number from 1 on, not {number}");
        wrong_call(number.py(), "CallTypeError", Code::CALL_ARGUMENTS, message)
    })
}

fn entries(sequence: &Bound<'_, PyAny>) -> PyResult<Vec<i64>> {
    sequence.try_iter()?.map(|n| n?.extract()).collect()
}
