//! # Machine code for this processor
//!
//! [`Kernel::compile`] turns a dataflow graph into one compiled function for each loop nest of its plan (a map or a
//! sequential loop over an axis with everything in it). This module does not decide any order: the graph states what is
//! parallel and what is a vector. The module implements it with registers and addresses.
//!
//! A function runs part of its outermost loop:
//!
//! ```text
//! extern "C" fn(frame: *const u64, lo: i64, hi: i64, scratch: *mut u8)
//! ```
//!
//! - the [`Frame`] says where containers are, what scalars hold, how large the domain is;
//! - whoever runs the plan splits the range of a parallel launch among threads;
//! - scratch memory holds temporaries of the nest, one piece per call.
//!
//! Each nest has a *contiguous* variant, for containers whose neighbours along I lie side by side (vectors). The *strided* variant
//! (any strides; one point at a time) is compiled when a run first needs it, of the nests for which it does: [`Kernel::prepare`]
//! compiles it before any of them starts.
//!
//! A file uses those in the rows above its own and in its own row, never one below. The code of one function is emitted by
//! `emit::Emitter`, which holds the state and knows none of the parts: each adds the methods of one subject. Where code of a row
//! above contains code of a row below (loops contain regions, loops at a point contain instructions), the file below passes the
//! function that emits it.
//!
//! | files | hold |
//! | --- | --- |
//! | `settings`, `mode`, `positions` | variants of code, how values are held, loops that the host runs or launches |
//! | `instructions`, `shape`, `survey` | which computations fit in vectors, what a nest uses |
//! | `launch` | what a run has to know of a nest |
//! | `sink`, `frame`, `scratch` | memory as compiled code uses it |
//! | `host`, `emit` | functions called, the state of emitting one function |
//! | `scalar`, `blocks`, `lanes`, `convert`, `vector` | operations on one point and on several |
//! | `native`, `definition` | functions of the language |
//! | `address`, `values`, `memory`, `violation` | pointers, loads and stores, checks of data-dependent indexes |
//! | `repeat`, `tasklet` | loops at a point, code at a point |
//! | `iterations`, `nest` | loops |
//! | `jit`, `print`, `compile`, `kernel` | memory made executable, text for people, compiling and calling |
//!
//! Results equal [`tradewind_ir::eval`] to the bit: nothing is contracted or reassociated, and every operation is total.

mod address;
mod blocks;
mod compile;
mod convert;
mod definition;
mod emit;
mod frame;
mod host;
mod instructions;
mod iterations;
mod jit;
mod kernel;
mod lanes;
mod launch;
mod memory;
mod mode;
mod native;
mod nest;
mod print;
mod repeat;
mod scalar;
mod scratch;
mod settings;
mod shape;
mod sink;
mod survey;
mod tasklet;
mod values;
mod vector;
mod violation;

pub use frame::{Excerpt, FieldSlot, Frame, FrameLayout, View};
pub use jit::LaunchCode;
pub use kernel::Kernel;
pub use launch::{Division, Launch};
pub use print::Symbol;
pub use settings::Settings;
pub use sink::Sink;
pub use survey::Private;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
