//! # The dataflow graph
//!
//! A graph holds a whole program as a hierarchy of control and dataflow. It states explicitly which data are read and
//! written, and how much. The schedule tree has already decided the order of loops; this stage decides about data only.
//!
//! ## The meaning of a graph
//! A [`Region`] allocates its temporaries (as zero if the container requires it) and runs its [`Control`] items in order:
//! host loops and branches, sequential loops over an axis, and [`State`]s. A state is a directed acyclic multigraph. Its
//! nodes run in any topological order:
//!
//! - an *access node* represents the contents of a container at one moment: edges into it write, edges out of it read;
//! - a *tasklet* computes at the current point: straight-line [`TaskletCode`] with loads and stores;
//! - a *map* runs its region at every point of its range on one axis, in any order;
//! - *exchange*, *copy*, *swap* and *callback* move data for the host program.
//!
//! Loops and maps over one axis may stand inside each other: the outer one takes every `step`-th position of its range, an inner one the
//! positions of its own range that lie `near` the outer one's. `map j in [start, end) near [1, 2) any` has at most one iteration: what is
//! inside runs one row ahead. Positions always count from the start of the domain.
//!
//! A temporary with a *window* (`plane last 2 along j`) stores so many elements along an axis: the one at position `p` is in slot
//! `p mod 2`. Either a loop inside its allocation goes along the axis, one position after another; or all elements that one iteration of the
//! loops around the allocation accesses have slots of their own.
//!
//! Every edge connects an access node with another node and carries a [`Memlet`]: the container and the subset that moves,
//! relative to the current point inside maps and loops, symbolic outside. The subsets are exact: several edges connect two
//! nodes if one box would be too large. Edges only repeat what the nodes already state ([`connect`] derives them). A path
//! always connects two nodes whose order must not change.
//!
//! For a container with data dimensions a memlet states which component moves (`{2}`; without it the first one), or that any
//! component may move (`{*}`). A `check` reports a data-dependent index that does not exist. The head of the graph lists the
//! places of all checks (`check c0: %a in "smooth"`).
//!
//! In code every value is defined once. Masks are predicates of stores and choices between values. A temporary that is used
//! in one tasklet only is a value, not a container. A `while` carries values from iteration to iteration. Every loaded
//! element must exist, and so must the element of a predicated store, even where the predicate does not hold.
//!
//! ```text
//! graph smooth(%a: field<f64, IK> i(-1,1) j(0,0) k(0,0), %out: field<f64, IK>) {
//!   state s0 {
//!     n0: access %a
//!     n1: map k in [start, end) parallel {
//!       state s1 {
//!         n0: access %a
//!         n1: map i in [start, end) vector {
//!           state s2 {
//!             n0: access %a
//!             n1: tasklet "smooth" {
//!               v0 = %a[1,0,0]
//!               v1 = %a[-1,0,0]
//!               v2 = v0 + v1
//!               store %out[0] = v2
//!             }
//!             n2: access %out
//!             n0 -> n1: %a[-1, 0]
//!             n0 -> n1: %a[1, 0]
//!             n1 -> n2: %out[0, 0]
//!           }
//!         }
//!         n2: access %out
//!         n0 -> n1: %a[start-1:end-1, 0]
//!         n0 -> n1: %a[start+1:end+1, 0]
//!         n1 -> n2: %out[start:end, 0]
//!       }
//!     }
//!     n2: access %out
//!     n0 -> n1: %a[start-1:end-1, start:end]
//!     n0 -> n1: %a[start+1:end+1, start:end]
//!     n1 -> n2: %out[start:end, start:end]
//!   }
//! }
//! ```
//!
//! ## Interface
//! [`from_tree`] is the only constructor of a graph. [`text`] prints and parses. [`verify`] lists the checks and returns the
//! [`tradewind_ir::Verified`] graph that the next stage takes. [`passes`] holds the rewrites. [`interpret`] runs a graph,
//! [`memory`] places its allocations, [`traffic`] counts the bytes that it moves, and [`dot`] draws it.

pub mod code;
pub mod connect;
pub mod convert;
pub mod dot;
pub mod graph;
pub mod interpret;
mod lower;
pub mod memlet;
pub mod memory;
mod numbering;
pub mod passes;
pub mod text;
pub mod traffic;
pub mod verify;

pub use code::{Carried, CheckId, ComponentIndex, Inst, KOffset, Op, Rename, TaskletCode, ValueId};
pub use convert::from_tree;
pub use graph::{
    Check, Components, Control, Graph, Map, MapKind, Memlet, Node, Region, SequentialLoop, State, Subset, SubsetDim,
};

#[cfg(test)]
mod tests;
