//! # Machine code for this processor
//!
//! [`Kernel::compile`] turns a dataflow graph into a host [`HostPlan`] and one compiled function per loop nest (a map or a
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
//! (any strides; one point at a time) is compiled when a run first needs it, of the nests for which it does: [`Kernel::code_for`]
//! gives a run the code of its launches before any of them starts.
//!
//! | file | holds |
//! | --- | --- |
//! | `host_plan`, `positions` | host steps and launches, loops that the host runs |
//! | `frame`, `scratch` | memory as compiled code uses it |
//! | `kernel`, `compile` | compiling and calling |
//! | `emit` | the state of emitting one function |
//! | `nest`, `iterations`, `address` | loops, their iterations, pointers |
//! | `tasklet`, `repeat`, `memory` | code at a point, loops at a point, loads and stores |
//! | `scalar`, `vector`, `convert`, `native`, `definition` | operations |
//! | `violation` | checks of data-dependent indexes |
//! | `shape` | which computations fit in vectors |
//! | `host`, `jit` | functions called, memory made executable |
//!
//! Results equal [`tradewind_ir::eval`] to the bit: nothing is contracted or reassociated, and every operation is total.

mod address;
mod compile;
mod convert;
mod definition;
mod emit;
mod frame;
mod host;
mod host_plan;
mod iterations;
mod jit;
mod kernel;
mod memory;
mod native;
mod nest;
mod positions;
mod print;
mod repeat;
mod scalar;
mod scratch;
mod shape;
mod tasklet;
mod vector;
mod violation;

pub use frame::{Excerpt, FieldSlot, Frame, FrameLayout, View};
pub use host_plan::{Division, HostPlan, HostStep, Launch, LaunchId};
pub use jit::LaunchCode;
pub use kernel::{Kernel, Settings};
pub use positions::Positions;
pub use print::Symbol;
pub use scratch::Private;
pub use violation::Sink;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
