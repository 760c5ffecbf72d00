//! Signals that arrive while a call runs, such as that of Ctrl-C.

use pyo3::intern;
use pyo3::prelude::*;

/// Lets Python handle signals in the middle of a call.
#[derive(Default)]
pub struct Signals {
    /// What a handler raised, such as `KeyboardInterrupt`.
    pub raised: Option<PyErr>,
    /// Whether this is a thread on which Python handles no signals: it need not wait for the interpreter's lock again.
    is_elsewhere: bool,
}

impl Signals {
    /// Runs the handlers of the signals that have arrived; whether one of them raised an exception, which ends the call.
    pub fn arrived(&mut self) -> bool {
        if self.is_elsewhere {
            return false;
        }
        // Asking for the main thread runs code of Python, where a signal may arrive as well.
        match Python::attach(|py| py.check_signals().and_then(|()| is_main_thread(py))) {
            Ok(is_main) => self.is_elsewhere = !is_main,
            Err(error) => self.raised = Some(error),
        }
        self.raised.is_some()
    }
}

fn is_main_thread(py: Python<'_>) -> PyResult<bool> {
    let threading = py.import(intern!(py, "threading"))?;
    let main = threading.call_method0(intern!(py, "main_thread"))?.getattr(intern!(py, "ident"))?;
    main.eq(threading.call_method0(intern!(py, "get_ident"))?)
}
