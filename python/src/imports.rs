//! The modules that a text imports: found by Python, and kept for a process that compiles the text again.

use pyo3::prelude::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tradewind::frontend::{FileLoader, Loader};

/// A module that a text imported: the file that imports it, its name and its level there; its file's name and text.
pub type Import = (String, String, u32, String, String);

/// All modules that a text and its modules import.
#[pyclass(frozen)]
pub struct Imports {
    found: Arc<Vec<Import>>,
}

#[pymethods]
impl Imports {
    /// The modules, for [`load_again`](crate::module::load_again).
    fn modules(&self) -> Vec<Import> {
        self.found.to_vec()
    }
}

impl Imports {
    /// For Python.
    pub fn new(found: Arc<Vec<Import>>) -> Imports {
        Imports { found }
    }
}

/// Looks for imported modules beside the file that imports them, then among those that Python has imported; remembers what it found.
pub struct PythonLoader {
    find: Py<PyAny>,
    found: Mutex<Vec<Import>>,
}

impl PythonLoader {
    /// `find` is a function from a module's name to the name and text of its file.
    pub fn new(find: Py<PyAny>) -> PythonLoader {
        PythonLoader { find, found: Mutex::new(Vec::new()) }
    }
    /// What was found.
    pub fn into_found(self) -> Vec<Import> {
        self.found.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Loader for PythonLoader {
    fn load(&self, importer: &str, module: &str, level: u32) -> Option<(String, String)> {
        let beside = FileLoader.load(importer, module, level);
        let imported = || Python::attach(|py| self.find.bind(py).call1((module,)).ok()?.extract().ok()?);
        let (file, text): (String, String) = beside.or_else(|| if level == 0 { imported() } else { None })?;
        let import = (importer.to_string(), module.to_string(), level, file.clone(), text.clone());
        self.found.lock().unwrap_or_else(PoisonError::into_inner).push(import);
        Some((file, text))
    }
}

/// Finds the modules that were found before, and no others.
pub struct KeptLoader<'a> {
    kept: HashMap<(&'a str, &'a str, u32), (&'a str, &'a str)>,
}

impl<'a> KeptLoader<'a> {
    /// Of the modules that were found before.
    pub fn new(kept: &'a [Import]) -> KeptLoader<'a> {
        let entry = |(importer, module, level, file, text): &'a Import| {
            ((importer.as_str(), module.as_str(), *level), (file.as_str(), text.as_str()))
        };
        KeptLoader { kept: kept.iter().map(entry).collect() }
    }
}

impl Loader for KeptLoader<'_> {
    fn load(&self, importer: &str, module: &str, level: u32) -> Option<(String, String)> {
        self.kept.get(&(importer, module, level)).map(|(file, text)| (file.to_string(), text.to_string()))
    }
}
