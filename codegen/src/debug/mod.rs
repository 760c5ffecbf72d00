//! # Debug code
//!
//! [`emit`] prints a program as plain Python loops, to step through with a debugger: one statement a line, each with its place
//! in the source, in the source's names. Fields are addressed by points relative to the domain, as in the source:
//!
//! ```text
//! for k in range(nk):
//!     for i in range(ni):
//!         for j in range(nj):
//!             lap[i, j, k] = a[i - 1, j, k] + a[i + 1, j, k] - 2.0 * a[i, j, k]  # smooth.py:7
//! ```
//!
//! A statement has its loops to itself, for it finishes on the whole plane (in `parallel` intervals: the whole block) before
//! the next one starts. Where a statement reads other points of what it writes, it reads a copy from before. A `while` runs
//! point by point: it may not read neighbours of what it writes.
//!
//! [`point`] says how fields are read at a point, [`statements`] what becomes of statements.

mod point;
mod statements;

use crate::python;
use tradewind_ir::{Program, Sources, Verified};

/// The program as a Python module that needs NumPy only. `sources` are the texts that the program's spans point into.
pub fn emit(program: &Verified<Program>, sources: &Sources) -> String {
    python::module(program, sources, &|head, name| head.function(name, &statements::print(head)))
}
