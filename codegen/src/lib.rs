//! # Code generation
//!
//! This crate produces code that runs. [`cpu`] compiles a verified dataflow graph, the result of all stages, to machine code
//! with Cranelift. [`numpy`] and [`debug`] print OIR as Python and depend on no later stage. Their code serves for reading,
//! for debugging, and for comparison with the other executors. `python` holds what the two share.
//! [`threads`] has the threads that compile and run.

pub mod cpu;
pub mod debug;
pub mod numpy;
mod python;
pub mod threads;
