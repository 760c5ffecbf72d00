//! Where a call runs, and with which threads and host functions.

use crate::array;
use crate::binding::{Values, hint};
use crate::errors::{exception, wrong_call};
use pyo3::exceptions::PyRuntimeWarning;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyMapping, PyTuple};
use std::ffi::CString;
use tradewind::ir::Code;
use tradewind::{Placement, Position, Signature, most_threads};

/// Something that may be given.
type Given<'py> = Option<Bound<'py, PyAny>>;

/// Origin, domain, threads, callbacks and who fills halos, as they are given.
pub type PlacementArguments<'py> = (Given<'py>, Given<'py>, Given<'py>, Given<'py>, Given<'py>);

/// Host functions by the names that a program calls them by.
pub type Functions<'py> = Vec<(String, Bound<'py, PyAny>)>;

/// Where a call on the values runs, the host functions that it calls back, and who fills halos.
///
/// # Errors
/// `CallTypeError` and `CallValueError` for what is of a wrong form, or names what the call does not have.
pub fn placement<'py>(
    signature: &Signature,
    values: &Values<'py>,
    given: &PlacementArguments<'py>,
) -> PyResult<(Placement, Functions<'py>, Given<'py>)> {
    let (origin, domain, threads, callbacks, halo) = given;
    let domain = domain.as_ref().map(self::domain).transpose()?;
    let threads = threads.as_ref().map(self::threads).transpose()?;
    let functions = callbacks.as_ref().map_or_else(|| Ok(Vec::new()), |given| functions(signature, given))?;
    if let Some(host) = halo.as_ref().filter(|host| !host.is_callable() && !has_phases(host)) {
        let wanted = "a function, or an object with the methods `start` and `wait`";
        return Err(wrong_form("`halo`", wanted, host, Code::CALL_ARGUMENTS));
    }
    let placement = Placement { domain, tile: None, origins: origins(signature, values, origin.as_ref())?, threads };
    Ok((placement, functions, halo.clone()))
}

/// Whether an object has the methods of the two phases.
pub fn has_phases(host: &Bound<'_, PyAny>) -> bool {
    ["start", "wait"].into_iter().all(|name| host.getattr(name).is_ok_and(|method| method.is_callable()))
}

/// The origin of each field, in the order of the signature, if it is given one or its object has one of its own
/// (`__gt_origin__`); one entry for each axis of the field. `origin` is one for all fields, or a mapping by name, with `_all_` for
/// fields that it does not name.
fn origins(signature: &Signature, values: &Values<'_>, origin: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<Option<Vec<i64>>>> {
    // Whether something is a mapping is a slow question; most origins are tuples.
    let by_name =
        origin.filter(|origin| !origin.is_instance_of::<PyTuple>()).and_then(|origin| origin.cast::<PyMapping>().ok());
    let find = |name: &str| match by_name {
        Some(origins) if origins.contains(name)? => {
            entries(|| format!("the origin of `{name}`"), "each of its axes", &origins.get_item(name)?).map(Some)
        }
        _ => PyResult::Ok(None),
    };
    let common = match origin.filter(|_| by_name.is_none()) {
        Some(origin) => Some(entries(|| "`origin`".to_string(), "each axis", origin)?),
        None => find("_all_")?,
    };
    by_name.map_or(Ok(()), |given| check_names(signature, given))?;
    let mut origins = vec![None; signature.fields.len()];
    for (position, value) in signature.params.iter().zip(values) {
        let (Position::Field(n), Some(value)) = (*position, value) else { continue };
        let field = &signature.fields[n];
        let found = match find(&field.name)?.or_else(|| common.clone()) {
            None if !array::is_plain(value) => own(&field.name, value)?,
            found => found,
        };
        let of_axes = |entries: Vec<i64>| field.axes.iter().map(|axis| entries[axis.index()]).collect();
        origins[n] = found.map(|entries| if entries.len() == 3 { of_axes(entries) } else { entries });
    }
    Ok(origins)
}

fn check_names(signature: &Signature, origins: &Bound<'_, PyMapping>) -> PyResult<()> {
    for name in origins.keys()? {
        let text =
            key(&name).ok_or_else(|| wrong_form("a key of `origin`", "the name of a field", &name, Code::CALL_ORIGIN))?;
        if text != "_all_" {
            signature.check_origin(&text).map_err(|error| exception(origins.py(), &error.into()))?;
        }
    }
    Ok(())
}

/// The origin that an object has itself.
fn own(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Option<Vec<i64>>> {
    let found = value.getattr_opt(intern!(value.py(), "__gt_origin__"))?.filter(|origin| !origin.is_none());
    found.map(|origin| entries(|| format!("`__gt_origin__` of `{name}`"), "each of its axes", &origin)).transpose()
}

/// The sizes of the domain along I, J and K.
fn domain(sizes: &Bound<'_, PyAny>) -> PyResult<[i64; 3]> {
    let found = entries(|| "`domain`".to_string(), "each of I, J and K", sizes)?;
    <[i64; 3]>::try_from(found).map_err(|found| {
        let message = format!("`domain` has {} entries instead of one for each of I, J and K", found.len());
        wrong_call(sizes.py(), "CallTypeError", Code::CALL_ORIGIN, message)
    })
}

fn threads(number: &Bound<'_, PyAny>) -> PyResult<usize> {
    let found = number.extract().ok().filter(|n| *n > 0 && !number.is_instance_of::<PyBool>());
    let found = found.ok_or_else(|| wrong_form("`threads`", "a whole number of at least 1", number, Code::CALL_ARGUMENTS))?;
    sensible(number.py(), found)
}

/// A number of threads that is of use; Python warns of a greater one.
///
/// # Errors
/// The warning, where Python raises it.
pub fn sensible(py: Python<'_>, threads: usize) -> PyResult<usize> {
    let most = most_threads();
    if threads > most {
        let message = format!("`threads={threads}` is more than this machine can use: the call uses {most}");
        let message = CString::new(message).unwrap_or_default();
        PyErr::warn(py, &py.get_type::<PyRuntimeWarning>(), &message, 2)?;
    }
    Ok(threads.min(most))
}

fn functions<'py>(signature: &Signature, given: &Bound<'py, PyAny>) -> PyResult<Functions<'py>> {
    let by_name = given.cast::<PyMapping>();
    let by_name =
        by_name.map_err(|_| wrong_form("`callbacks`", "a mapping from names to functions", given, Code::CALL_ARGUMENTS))?;
    let mut functions = Vec::new();
    for item in by_name.items()? {
        let (name, function): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
        let text = key(&name)
            .ok_or_else(|| wrong_form("a key of `callbacks`", "the name of a function", &name, Code::CALL_ARGUMENTS))?;
        if !signature.callbacks.contains(&text) {
            let known = signature.callbacks.iter().map(String::as_str);
            let message = format!("`{}` does not call back a function `{text}`{}", signature.name, hint(&text, known));
            return Err(wrong_call(given.py(), "CallTypeError", Code::CALL_ARGUMENTS, message));
        }
        if !function.is_callable() {
            let what = format!("the callback `{text}`");
            return Err(wrong_form(&what, "a function", &function, Code::CALL_ARGUMENTS));
        }
        functions.push((text, function));
    }
    Ok(functions)
}

/// Whole numbers, one for `each` of something; `what` they are is for messages.
fn entries(what: impl Fn() -> String, each: &str, sequence: &Bound<'_, PyAny>) -> PyResult<Vec<i64>> {
    let entry = |n: PyResult<Bound<'_, PyAny>>| n.ok().filter(|n| !n.is_instance_of::<PyBool>())?.extract().ok();
    let found = sequence.try_iter().ok().and_then(|entries| entries.map(entry).collect());
    found.ok_or_else(|| wrong_form(&what(), &format!("one whole number for {each}"), sequence, Code::CALL_ORIGIN))
}

fn key(name: &Bound<'_, PyAny>) -> Option<String> {
    name.extract().ok()
}

/// A `CallTypeError` for a value that does not have the required form.
fn wrong_form(what: &str, wanted: &str, given: &Bound<'_, PyAny>, code: Code) -> PyErr {
    let shown = given.repr().map_or_else(|_| "this object".to_string(), |text| text.to_string());
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = match shown.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    };
    wrong_call(given.py(), "CallTypeError", code, format!("{what} must be {wanted}, not {shown}"))
}
