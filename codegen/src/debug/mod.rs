//! # Debug code
//!
//! [`emit`] prints a program as plain Python loops, to step through with a debugger: one statement per line, with the names of
//! the source and its place in the source. Fields are indexed by points relative to the domain, as in the source:
//!
//! ```text
//! for k in range(nk):
//!     for i in range(ni):
//!         for j in range(nj):
//!             lap[i, j, k] = a[i - 1, j, k] + a[i + 1, j, k] - 2.0 * a[i, j, k]  # smooth.py:7
//! ```
//!
//! Each statement has its own loops, because it finishes on the whole plane (in `parallel` intervals: the whole block) before
//! the next one starts. If a statement reads other points of the field that it writes, it reads a copy made before. A `while`
//! runs point by point: it may not read neighbours of the fields that it writes.
//!
//! [`point`] prints how fields are read at a point, and [`statements`] prints statements.

mod point;
mod statements;

use crate::python;
use tradewind_ir::{Diagnostic, Program, Sources, Verified};

/// The program as a Python module that needs NumPy only. `sources` are the texts that the program's spans point into.
///
/// # Errors
/// Boxes at edges of the tile: the module is not told where these lie.
pub fn emit(program: &Verified<Program>, sources: &Sources) -> Result<String, Vec<Diagnostic>> {
    python::module(program, sources, &|head, name| head.function(name, &statements::print(head)))
}
