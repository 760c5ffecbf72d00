//! Errors of the toolchain as exceptions.

use pyo3::prelude::*;
use pyo3::types::PyType;
use tradewind::ir::Code;
use tradewind::{CallError, CallErrorKind, Error};

/// The exception for an error: `CompileError` with the rendered diagnostics, or one of the call errors.
pub fn exception(py: Python<'_>, error: &Error) -> PyErr {
    match error {
        Error::Call(error) => call_exception(py, error),
        other => of_class(py, "CompileError", other.render(false)),
    }
}

fn call_exception(py: Python<'_>, error: &CallError) -> PyErr {
    let class = match error.kind {
        CallErrorKind::Type => "CallTypeError",
        CallErrorKind::Value => "CallValueError",
        CallErrorKind::Index => "CallIndexError",
        CallErrorKind::Memory => "CallMemoryError",
        CallErrorKind::Run | CallErrorKind::Interrupted => "CallError",
    };
    wrong_call(py, class, error.code, error.to_string())
}

/// A `CallTypeError` about one argument.
pub fn wrong_type(py: Python<'_>, argument: &str, message: &str) -> PyErr {
    wrong_argument(py, "CallTypeError", Code::CALL_TYPE, argument, message)
}

/// A call error about one argument.
pub fn wrong_argument(py: Python<'_>, class: &str, code: Code, argument: &str, message: &str) -> PyErr {
    wrong_call(py, class, code, format!("argument `{argument}`: {message}"))
}

/// A call error of the package's class of that name.
pub fn wrong_call(py: Python<'_>, class: &str, code: Code, message: String) -> PyErr {
    with_code(py, of_class(py, class, message), code)
}

/// The exception with its attribute `code`, for `tradewind explain`.
fn with_code(py: Python<'_>, exception: PyErr, code: Code) -> PyErr {
    match exception.value(py).setattr("code", code.to_string()) {
        Ok(()) => exception,
        Err(error) => error,
    }
}

/// An exception of the package's class of that name.
pub fn of_class(py: Python<'_>, class: &str, message: String) -> PyErr {
    let found = py.import("tradewind._errors").and_then(|module| module.getattr(class));
    match found.and_then(|class| Ok(class.cast_into::<PyType>()?)) {
        Ok(class) => PyErr::from_type(class, message),
        Err(error) => error,
    }
}
