//! # NumPy code
//!
//! [`emit`] prints a program in the way one writes it by hand for NumPy: whole planes and blocks at once, as slices.
//!
//! ```text
//! lap = a[:-2, 1:-1] + a[2:, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] - 4.0 * a[1:-1, 1:-1]
//! out[:] = a[1:-1, 1:-1] + weight * lap
//! ```
//!
//! - A `parallel` interval is a block of levels. A `forward` or `backward` one is a loop over planes, unless it has one level.
//! - A box of the plane narrows the slices. A mask becomes `np.where`, and two branches become one `np.where` ([`merge`]).
//! - A `while` continues as long as any point is active. A read at a computed level is a gather.
//! - A temporary is made where it is written first, has the points that are used and no others, and has no levels if each level
//!   forgets the one before ([`storage`]).
//!
//! [`iteration`] says where a statement runs, [`access`] which parts of arrays it sees from there, [`statements`] what becomes of it.

mod access;
mod at;
mod iteration;
mod masks;
mod merge;
mod printed;
mod section;
mod statements;
mod storage;

use crate::python;
use tradewind_ir::{Diagnostic, Program, Sources, Verified};

/// The program as a Python module that needs NumPy only. `sources` are the texts that the program's spans point into.
///
/// # Errors
/// Boxes at edges of the tile: the module is not told where these lie.
pub fn emit(program: &Verified<Program>, sources: &Sources) -> Result<String, Vec<Diagnostic>> {
    python::module(program, sources, &|head, name| {
        head.function(name, &statements::print(head, &printed::PrintedStencil::new(head)))
    })
}
