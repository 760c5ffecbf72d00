//! # The dataflow graph
//!
//! A graph holds a whole program as steps and what orders them. The schedule tree has decided the order of loops; from here on, the
//! program's order of steps counts no longer: whatever the edges allow may happen.
//!
//! ## The meaning of a graph
//! A [`Region`] allocates its temporaries and runs its steps, the [`Node`]s of a directed acyclic multigraph, in any topological order, or
//! side by side where no path orders them. Every order gives the same bits. A step is
//!
//! - a *tasklet*, which computes at the current point: straight-line [`TaskletCode`] with loads and stores;
//! - a *map*, which runs its region at every point of its range on one axis, in any order;
//! - a *loop*, which runs its region at one position of an axis after another;
//! - a *zeroing* of a temporary that must start as zero;
//! - a step of the host program ([`tradewind_ir::HostStep`]): loops, branches and parts of the domain with regions inside, host scalars,
//!   halo updates, copies, swaps, host functions.
//!
//! A halo update is two steps. From its start on, the halo is filled; behind the wait for it, it is full. Between them the field is not written
//! and its halo not touched, so that nobody can tell when the halo is filled. The passes put other steps between the two.
//!
//! A map or loop with everything in it is one *loop nest*, unless a parallel map stands inside another loop: then the host runs the outer
//! ones.
//!
//! Loops and maps over one axis may stand inside each other: the outer one takes every `step`-th position of its range, an inner one the
//! positions of its own range that lie `near` the outer one's. `map j in [start, end) near [1, 2) any` has at most one iteration: what is
//! inside runs one row ahead. Positions always count from the start of the domain.
//!
//! A temporary with a *window* (`plane last 2 along j`) stores so many elements along an axis: the one at position `p` is in slot
//! `p mod 2`. Either a loop inside its allocation goes along the axis, one position after another; or all elements that one iteration of the
//! loops around the allocation accesses have slots of their own.
//!
//! ## Edges
//! An [`Edge`] says that one step runs after another, and why:
//!
//! | edge | text | because |
//! | --- | --- | --- |
//! | flow | `%a[start-1:end, 0, *]` | it reads, of what the other one writes, this subset |
//! | anti | `anti %a` | it writes elements that the other one reads |
//! | output | `output %a` | both write the same elements |
//! | scalar | `$n` | one of them sets a host scalar that the other one names |
//! | host | `host` | the host observes one of them: a host function, an observer of a loop, an error that ends the run |
//! | reuse | `reuse %t, %u` | it uses storage that the other one has used for another container |
//!
//! Subsets are boxes, relative to the current point inside maps and loops, symbolic outside. Steps that access different elements of a
//! container, for every size of the domain, have no edge for it: a halo update does not wait for a step that writes its field in the
//! halo only, and a step that reads inside the domain does not wait for a halo update. [`connect`] makes the edges, and nothing else orders steps:
//! runs take them for what waits for what, and lives of temporaries follow from the order that they allow. [`verify`] finds out on its own
//! which steps need an order, and checks that there is a path. [`reordered`] gives a graph with its steps in another order; tests run
//! graphs in random ones.
//!
//! For a container with data dimensions a subset states which component moves (`{2}`; without it the first one), or that any
//! component may move (`{*}`). A `check` reports a data-dependent index that does not exist. The head of the graph lists the
//! places of all checks (`check c0: %a in "smooth"`), and the containers that use the same storage in turn (`slot %t, %u`).
//!
//! In code every value is defined once. Masks are predicates of stores and choices between values. A temporary that is used
//! in one tasklet only is a value, not a container. A `while` carries values from iteration to iteration. Every loaded
//! element must exist, and so must the element of a predicated store, even where the predicate does not hold.
//!
//! ```text
//! graph smooth(%a: field<f64, IK> i(-1,1) j(0,0) k(0,0), %out: field<f64, IK>) {
//!   n0: exchange start 0 %a width 1
//!   n1: exchange wait 0 %a width 1
//!   n2: map k in [start, end) parallel {
//!     n0: map i in [start, end) vector {
//!       n0: tasklet "smooth" {
//!         v0 = %a[1,0,0]
//!         v1 = %a[-1,0,0]
//!         v2 = v0 + v1
//!         store %out[0] = v2
//!       }
//!     }
//!   }
//!   n0 -> n1: %a[*, *]
//!   n1 -> n2: %a[start-1:end-1, start:end]
//!   n1 -> n2: %a[start+1:end+1, start:end]
//! }
//! ```
//!
//! ## Interface
//! [`from_tree`] is the only constructor of a graph. [`text`] prints and parses. [`verify`] lists the checks and returns the
//! [`tradewind_ir::Verified`] graph that the next stage takes. [`passes`] holds the rewrites. [`interpret`] runs a graph,
//! [`plan`] puts its steps in the order of a run, [`memory`] places its containers, [`traffic`] counts the bytes that it moves, and [`dot`] draws it.

pub mod code;
pub mod connect;
pub mod convert;
pub mod dot;
pub mod graph;
pub mod interpret;
mod lifetimes;
mod lower;
pub mod memlet;
pub mod memory;
mod numbering;
mod order;
pub mod passes;
pub mod plan;
pub mod positions;
pub mod text;
pub mod traffic;
pub mod verify;

pub use code::{Carried, CheckId, ComponentIndex, Inst, KOffset, Op, Rename, TaskletCode, ValueId};
pub use convert::from_tree;
pub use graph::{
    Check, Components, Edge, Graph, Map, MapKind, Memlet, Node, Region, SequentialLoop, SlotId, Subset, SubsetDim,
};
pub use order::reordered;

#[cfg(test)]
mod tests;
