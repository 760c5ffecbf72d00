//! # Orchestrate: from source text to a finished call
//!
//! The [`Toolchain`] compiles source in typed steps (source → OIR → program → tree → graph → kernel). Each step can be inspected and
//! replaced, and is cached by the content of its input. The result is a [`Compiled`]. Its calls check every argument before
//! anything runs, bind the arrays of the caller without copying them, and follow the graph's plan (launches of
//! the kernel on threads, loops, halo updates, swaps, callbacks).
//!
//! ```text
//! Toolchain::new(settings).open("transport.py")?     a Module: its stencils and programs, its diagnostics
//!     .program("transport")?                         a Compiled: signature, stages, timings
//!     .call(&arguments, &options)?                   checked, then run
//! ```

mod argument;
mod array_bounds;
mod bench;
pub mod cache;
mod call;
mod call_error;
mod compiled;
pub mod differential;
mod emitted;
mod error;
pub mod guard;
mod interrupt;
mod lock;
pub mod machine;
mod memory;
mod merge;
mod module;
mod needs;
mod observe;
mod oir;
mod overlap;
mod placement;
mod progress;
mod run;
mod runner;
mod scratch;
mod settings;
mod signature;
mod spare;
pub mod stream;
mod toolchain;
mod transport;
mod view;

pub use argument::Argument;
pub use bench::Bench;
pub use call_error::{CallError, CallErrorKind};
pub use compiled::Compiled;
pub use emitted::{CheckedCall, Emitted};
pub use error::Error;
pub use interrupt::Interrupt;
pub use machine::MachineChoice;
pub use memory::Data;
pub use module::Module;
pub use needs::{NeededLevels, NeededStart, Needs};
pub use observe::{Callback, CallbackArguments, Callbacks, FieldMemory, FieldReader, Observer};
pub use placement::{CallOptions, Placement};
pub use settings::{Halos, ScheduleChoice, Settings};
pub use signature::{FieldInfo, Position, ScalarInfo, Signature};
pub use toolchain::{Explained, Rounded, Stage, Stages, Timings, Toolchain, ToolchainStep, ToolchainSteps};
pub use tradewind_codegen as codegen;
pub use tradewind_codegen::threads::most as most_threads;
pub use tradewind_dataflow as dataflow;
pub use tradewind_frontend as frontend;
pub use tradewind_ir as ir;
pub use tradewind_program as program;
pub use tradewind_schedule as schedule;
pub use transport::{Exchange, ExchangedField, PeriodicBox, Transport, exchanges};
pub use view::{ArrayView, Element};
