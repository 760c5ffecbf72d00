//! A source file as the toolchain has read it.

use crate::compiled::Compiled;
use crate::emitted::Emitted;
use crate::errors::{exception, of_class};
use crate::imports::{Import, Imports, KeptLoader, PythonLoader};
use pyo3::prelude::*;
use std::sync::Arc;
use tradewind::{Error, MachineChoice, ScheduleChoice, Settings, Toolchain};

/// The stencils and programs of one text.
#[pyclass(frozen)]
pub struct Module {
    inner: tradewind::Module,
    imports: Arc<Vec<Import>>,
}

#[pymethods]
impl Module {
    /// The modules that the text imports.
    fn imports(&self) -> Imports {
        Imports::new(self.imports.clone())
    }
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
        Ok(Compiled::new(compiled))
    }
}

/// Which schedule a text gets: the name of a preset, or the name and text of a schedule file.
#[derive(FromPyObject, IntoPyObject)]
pub enum Schedule {
    Preset(String),
    File(String, String),
}

/// Which machine schedules are chosen for: `here`, `reference`, or the name and text of a machine file.
#[derive(FromPyObject, IntoPyObject)]
pub enum Machine {
    Known(String),
    File(String, String),
}

/// How a text is read and scheduled; a named tuple in Python.
#[derive(FromPyObject)]
pub struct Options {
    externals: Vec<(String, String)>,
    schedule: Schedule,
    machine: Machine,
    domain: [i64; 3],
    float_bits: u32,
    int_bits: u32,
    bounds: String,
    numerics: Option<String>,
    halos: String,
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
        settings = settings.halos(&self.halos).map_err(wrong)?;
        if let Some(mode) = &self.numerics {
            settings = settings.numerics(mode).map_err(wrong)?;
        }
        let choice = match self.schedule {
            Schedule::Preset(name) => ScheduleChoice::Preset(name),
            Schedule::File(name, text) => ScheduleChoice::File { name, text },
        };
        let settings = settings.domain(self.domain).map_err(wrong)?.scheduled(choice);
        let on = match self.machine {
            Machine::Known(name) => settings.and_then(|settings| settings.machine(&name)),
            Machine::File(name, text) => settings.and_then(|settings| settings.on(MachineChoice::File { name, text })),
        };
        on.map_err(|error| exception(py, &error))
    }
    fn toolchain(self, py: Python<'_>) -> PyResult<Toolchain> {
        self.settings(py).map(Toolchain::new)
    }
}

/// The schedule that is meant by a preset's name or the path of a schedule file, which is read.
#[pyfunction]
pub fn read_schedule(py: Python<'_>, choice: &str) -> PyResult<Schedule> {
    Ok(match ScheduleChoice::named(choice).map_err(|error| exception(py, &error))? {
        ScheduleChoice::Preset(name) => Schedule::Preset(name),
        ScheduleChoice::File { name, text } => Schedule::File(name, text),
    })
}

/// The machine that is meant by `here`, `reference`, or the path of a machine file, which is read.
#[pyfunction]
pub fn read_machine(py: Python<'_>, choice: &str) -> PyResult<Machine> {
    Ok(match MachineChoice::named(choice).map_err(|error| exception(py, &error))? {
        MachineChoice::Here | MachineChoice::Reference => Machine::Known(choice.to_string()),
        MachineChoice::File { name, text } => Machine::File(name, text),
    })
}

/// Reads a text. `file` is its name in messages, and modules that it imports are looked for beside it, then by `find`, a
/// function from a module's name to the name and text of its file.
#[pyfunction]
pub fn load(py: Python<'_>, file: &str, text: &str, options: Options, find: Py<PyAny>) -> PyResult<Module> {
    let (toolchain, loader) = (options.toolchain(py)?, PythonLoader::new(find));
    let inner = py.detach(|| toolchain.load_with(file, text, &loader));
    Ok(Module { inner, imports: Arc::new(loader.into_found()) })
}

/// Reads a text that was read before, perhaps by another process; `imports` are the modules that it imported there.
#[pyfunction]
pub fn load_again(py: Python<'_>, file: &str, text: &str, options: Options, imports: Vec<Import>) -> PyResult<Module> {
    let toolchain = options.toolchain(py)?;
    let inner = py.detach(|| toolchain.load_with(file, text, &KeptLoader::new(&imports)));
    Ok(Module { inner, imports: Arc::new(imports) })
}

/// Compiles OIR in the text form. `name` is its name in messages.
#[pyfunction]
pub fn compile_oir(py: Python<'_>, name: &str, text: &str, options: Options) -> PyResult<Compiled> {
    let toolchain = options.toolchain(py)?;
    let compiled = py.detach(|| toolchain.compile_oir(name, text)).map_err(|error| exception(py, &error))?;
    Ok(Compiled::new(compiled))
}

/// OIR in the text form that Python runs itself. `name` is its name in messages.
#[pyfunction]
pub fn emit_oir(py: Python<'_>, name: &str, text: &str, options: Options) -> PyResult<Emitted> {
    let toolchain = options.toolchain(py)?;
    py.detach(|| toolchain.emitted_oir(name, text)).map(Emitted::new).map_err(|error| exception(py, &error))
}
