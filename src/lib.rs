//! # Tradewind
//!
//! A compiler for weather and climate programs: GTScript source in, machine code on your arrays out, in milliseconds.
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
//! [`Toolchain`] compiles; a [`Module`] is one source file; [`Compiled`] is a stencil or program ready to be called, and
//! shows every stage that it went through. Errors carry the source excerpts to show.

pub use tradewind_orchestrate::*;
