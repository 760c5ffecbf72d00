//! # Tradewind
//!
//! A compiler for weather and climate programs. It compiles GTScript source, in milliseconds, to machine code that runs on
//! your arrays.
//!
//! ```no_run
//! use tradewind::{Argument, ArrayView, CallOptions, Settings, Toolchain};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let source = "
//! def double(a: Field[float], out: Field[float]):
//!     with computation(PARALLEL), interval(...):
//!         out = 2.0 * a
//! ";
//! let double = Toolchain::new(Settings::default()).load("double.py", source).stencil("double")?;
//! let (mut a, mut out) = (vec![1.0; 8 * 8 * 4], vec![0.0; 8 * 8 * 4]);
//! let arguments = [
//!     Argument::Field(ArrayView::new(&mut a, &[8, 8, 4])?),
//!     Argument::Field(ArrayView::new(&mut out, &[8, 8, 4])?),
//! ];
//! double.call(&arguments, &CallOptions::default())?;
//! assert!(out.iter().all(|v| *v == 2.0));
//! # Ok(())
//! # }
//! ```
//!
//! A [`Toolchain`] compiles. A [`Module`] is one source file. A [`Compiled`] is a stencil or program that can be called; it
//! also shows the output of every stage. Errors carry the source excerpts to show.

pub use tradewind_orchestrate::*;
