//! The extension module behind the Python package `tradewind`: it hands sources to the toolchain, arrays to compiled code, and
//! errors back as exceptions. All of the package's face is Python, in `python/python/tradewind/`.

mod array;
mod binding;
mod callback;
mod compiled;
mod emitted;
mod errors;
mod halos;
mod imports;
mod module;
mod placement;
mod signals;
mod signature;

use pyo3::prelude::*;

#[pymodule]
mod _tradewind {
    use super::*;

    #[pymodule_export]
    use super::compiled::{Compiled, Placement};
    #[pymodule_export]
    use super::emitted::Emitted;
    #[pymodule_export]
    use super::imports::Imports;
    #[pymodule_export]
    use super::module::{Module, compile_oir, emit_oir, load, load_again, read_machine, read_schedule};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
