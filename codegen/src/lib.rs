//! # Code generation
//!
//! What runs. [`cpu`] compiles a verified dataflow graph, the result of all stages, to machine code with Cranelift.
//! [`numpy`] and [`debug`] print OIR as Python, and know of no later stage: code to read, to step through, and to judge the
//! rest by; `python` is what the two share.

pub mod cpu;
pub mod debug;
pub mod numpy;
mod python;
