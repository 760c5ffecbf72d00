//! # Program: what a whole program computes and moves, before its loops have an order
//!
//! A program is a list of steps: calls of stencils, halo updates, copies, swaps, callbacks, and loops and branches around them. Authors
//! write it with care for the reader and with caution: a halo update after every stencil, a copy to keep an old value, a metric term
//! computed again in each round of the time loop. This crate takes out of a program what is not needed, while it is still a program:
//! fewer steps stand between the loops that the next stage fuses, and fewer points are exchanged, copied and computed. A value that
//! a stencil writes out at several points is computed once ([`passes::ShareValues`]), and what is known when compiling not at all
//! ([`passes::FoldConstants`]). The crate also decides on other roundings, where
//! the user allows them ([`numerics`]), with the engine for [`expressions`] that the dataflow graph uses too.
//!
//! ```text
//! let program = optimize(&program, [128, 128, 80])?;      a program for a program, checked again
//! ```
//!
//! ## What a pass knows
//! [`Analyzed`] is a program with the summaries of its stencils: for each parameter, the boxes of points that a call reads and writes
//! ([`tradewind_ir::written`]). [`effects`] moves these boxes to the part of the domain on which a call runs. Two analyses follow
//! the steps, into loops and branches:
//! - [`halo`] goes forward and knows how far the halo of each field still holds what the opposite edges of the domain hold;
//! - [`live`] goes backward and knows which points of each field are read later.
//!
//!
//! [`mod@halo_traffic`] counts what halo updates exchange, for the reports of runs.
//!
//! Sets of points are lists of boxes whose sides count from the start or end of the domain, so that what is found holds for all sizes.
//!
//! ## What must stay
//! The arguments of a program hold the same bits after a call, halo included, and a callback sees the same bits in all of its fields.
//! An observer sees the same bits in the domain of the arguments before and after each round of an outermost loop.
//! Fields of the program's own may hold anything that nobody looks at. The interpreter of OIR runs a program before and after each
//! pass; random programs are compared in this way.
//!
//! The steps that a schedule file names are those that are left: `tradewind emit --stage program` prints them. Preset `naive` leaves
//! the program as it is written.
//!
//! ## Halo updates of the host
//! [`by_host`] makes them calls of a host function, before the passes run.
//!
//! ## To add a pass
//! A file in `passes/` with a unit type that implements [`tradewind_ir::pass::Pass`], a line in [`passes::ALL`], and fixtures in
//! `tests/fixtures/program`: a program before and after, and one for each reason to leave a step alone.

mod analyzed;
pub mod by_host;
mod effects;
pub mod expressions;
mod halo;
mod halo_traffic;
mod live;
pub mod numerics;
pub mod passes;
mod touched;
mod translation;
mod updates;

pub use analyzed::Analyzed;
pub use halo_traffic::{HaloTraffic, halo_traffic};
pub use passes::optimize;
