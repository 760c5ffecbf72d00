//! A source file as the toolchain has read it.

use crate::compiled::Compiled;
use crate::emitted::Emitted;
use crate::errors::{exception, of_class};
use pyo3::prelude::*;
use tradewind::frontend::{FileLoader, Loader};
use tradewind::{Error, Settings, Toolchain};

/// The stencils and programs of one text.
#[pyclass(frozen)]
pub struct Module {
    inner: tradewind::Module,
    toolchain: Toolchain,
}

#[pymethods]
impl Module {
    /// The names of the stencils, in the order of the text.
    fn stencils(&self) -> Vec<String> {
        self.inner.stencils()
    }
    /// The names of the programs, in the order of the text.
    fn programs(&self) -> Vec<String> {
        self.inner.programs()
    }
    /// Compiles a stencil.
    fn stencil(&self, py: Python<'_>, name: &str) -> PyResult<Compiled> {
        self.finish(py, py.detach(|| self.inner.stencil(name)))
    }
    /// Compiles a program.
    fn program(&self, py: Python<'_>, name: &str) -> PyResult<Compiled> {
        self.finish(py, py.detach(|| self.inner.program(name)))
    }
    /// A stencil that Python runs itself.
    fn emitted_stencil(&self, py: Python<'_>, name: &str) -> PyResult<Emitted> {
        py.detach(|| self.inner.emitted_stencil(name)).map(Emitted::new).map_err(|error| exception(py, &error))
    }
    /// A program that Python runs itself.
    fn emitted_program(&self, py: Python<'_>, name: &str) -> PyResult<Emitted> {
        py.detach(|| self.inner.emitted_program(name)).map(Emitted::new).map_err(|error| exception(py, &error))
    }
}

impl Module {
    fn finish(&self, py: Python<'_>, compiled: Result<tradewind::Compiled, Error>) -> PyResult<Compiled> {
        let compiled = compiled.map_err(|error| exception(py, &error))?;
        Ok(Compiled::new(compiled, self.toolchain.clone()))
    }
}

/// Looks for imported modules beside the file that imports them, then among those that Python has imported.
struct PythonLoader {
    find: Py<PyAny>,
}

impl Loader for PythonLoader {
    fn load(&self, importer: &str, module: &str, level: u32) -> Option<(String, String)> {
        let beside = FileLoader.load(importer, module, level);
        let imported = || Python::attach(|py| self.find.bind(py).call1((module,)).ok()?.extract().ok()?);
        beside.or_else(|| if level == 0 { imported() } else { None })
    }
}

/// How a text is read and scheduled; a dictionary in Python.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Options {
    externals: Vec<(String, String)>,
    schedule: String,
    float_bits: u32,
    int_bits: u32,
    bounds: String,
}

impl Options {
    fn settings(self, py: Python<'_>) -> PyResult<Settings> {
        let wrong = |message| of_class(py, "CompileError", format!("error: {message}"));
        let mut settings = Settings::default();
        for (name, value) in self.externals {
            settings = settings.external(&name, &value).map_err(wrong)?;
        }
        settings = settings.precision(self.float_bits, self.int_bits).map_err(wrong)?;
        settings = settings.bounds(&self.bounds).map_err(wrong)?;
        settings.schedule(&self.schedule).map_err(|error| exception(py, &error))
    }
}

/// Reads a text. `file` is its name in messages, and modules that it imports are looked for beside it, then by `loader`, a
/// function from a module's name to the name and text of its file.
#[pyfunction]
pub fn load(py: Python<'_>, file: &str, text: &str, options: Options, loader: Py<PyAny>) -> PyResult<Module> {
    let toolchain = Toolchain::new(options.settings(py)?);
    let loader = PythonLoader { find: loader };
    let inner = py.detach(|| toolchain.load_with(file, text, &loader));
    Ok(Module { inner, toolchain })
}

/// How OIR is scheduled, and what becomes of computed indexes that do not exist.
fn oir_settings(py: Python<'_>, schedule: &str, bounds: &str) -> PyResult<Settings> {
    let wrong = |message| of_class(py, "CompileError", format!("error: {message}"));
    let settings = Settings::default().bounds(bounds).map_err(wrong)?;
    settings.schedule(schedule).map_err(|error| exception(py, &error))
}

/// Compiles OIR in the text form. `name` is its name in messages, `schedule` a preset or the path of a schedule file.
#[pyfunction]
pub fn compile_oir(py: Python<'_>, name: &str, text: &str, schedule: &str, bounds: &str) -> PyResult<Compiled> {
    let toolchain = Toolchain::new(oir_settings(py, schedule, bounds)?);
    let compiled = py.detach(|| toolchain.compile_oir(name, text)).map_err(|error| exception(py, &error))?;
    Ok(Compiled::new(compiled, toolchain))
}

/// OIR in the text form that Python runs itself. `name` is its name in messages.
#[pyfunction]
pub fn emit_oir(py: Python<'_>, name: &str, text: &str, bounds: &str) -> PyResult<Emitted> {
    let toolchain = Toolchain::new(oir_settings(py, "cpu", bounds)?);
    py.detach(|| toolchain.emitted_oir(name, text)).map(Emitted::new).map_err(|error| exception(py, &error))
}
