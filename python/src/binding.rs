//! Binds Python objects to arguments.

use crate::array;
use crate::errors::wrong_call;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple};
use tradewind::ir::Code;
use tradewind::ir::suggest::nearest;
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
        return Err(wrong(format!("takes {count} arguments ({}), and {} were given", list(), args.len())));
    }
    let mut values: Values = args.iter().map(Some).collect();
    values.resize(count, None);
    for (key, value) in kwargs {
        let name = key.cast::<PyString>()?.to_str()?;
        let Some(n) = signature.names().position(|known| known == name) else {
            return Err(wrong(format!("has no argument `{name}`, only {}{}", list(), hint(name, signature.names()))));
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

/// Puts NumPy arrays and numbers of Python in the places of other objects that show their memory or are numbers.
///
/// # Errors
/// For objects that show no memory that can be used where it is.
pub fn show_memory(signature: &Signature, values: &mut Values<'_>) -> PyResult<()> {
    for (position, value) in signature.params.iter().zip(values) {
        let Some(object) = value.as_ref().filter(|v| !(array::is_plain(v) || array::is_number(v) || v.is_none())) else {
            continue;
        };
        let name = match *position {
            Position::Field(n) => {
                check_dimensions(&signature.fields[n], object)?;
                &signature.fields[n].name
            }
            Position::Scalar(n) => &signature.scalars[n].name,
        };
        *value = Some(array::over_memory(name, object)?);
    }
    Ok(())
}

/// The arguments that the values stand for, after [`show_memory`]; they borrow the values.
///
/// # Errors
/// For objects that are neither numbers nor arrays of a supported type.
pub fn arguments<'a>(signature: &Signature, values: &'a Values<'_>) -> PyResult<Vec<Argument<'a>>> {
    let argument = |(position, value): (&Position, &'a Option<Bound<'_, PyAny>>)| {
        let Some(object) = value.as_ref().filter(|v| !v.is_none()) else { return Ok(Argument::Absent) };
        match *position {
            Position::Field(n) => array::field(&signature.fields[n].name, object),
            Position::Scalar(n) => array::scalar(&signature.scalars[n].name, signature.scalars[n].dtype, object),
        }
    };
    signature.params.iter().zip(values).map(argument).collect()
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
    let message = format!(
        "argument `{}`: its dimensions are {found}, and those of the field are {wanted}: pass a transposed view",
        field.name
    );
    Err(wrong_call(py, "CallValueError", Code::CALL_ARGUMENTS, message))
}

/// The question whether another name was meant, if one is near.
pub fn hint<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(name, known).map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default()
}
