//! # Code generation
//!
//! The last stage: a verified dataflow graph becomes something that runs. [`cpu`] compiles it to machine code with Cranelift.

pub mod cpu;
