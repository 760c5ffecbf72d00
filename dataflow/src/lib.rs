//! # The dataflow graph
//!
//! A whole program as a hierarchy of control and dataflow, in which it is explicit what is read, what is written and how
//! much. Order of loops is settled (by the schedule tree); decisions here are about data only.
//!
//! ## What a graph means
//! A [`Region`] brings its temporaries to life (zero where the container says so) and runs its [`Control`] items in order:
//! host loops and branches, sequential loops over an axis, and [`State`]s. A state is a directed acyclic multigraph of
//! nodes run in any topological order:
//!
//! - an *access node* stands for a container's contents at one moment: edges into it write, edges out of it read;
//! - a *tasklet* computes at the current point: straight-line [`Code`] with loads and stores;
//! - a *map* runs its region at every point of its range on one axis, in any order;
//! - *exchange*, *copy*, *swap* and *callback* move data for the host program.
//!
//! Every edge joins an access node and another node and carries a [`Memlet`]: the container and the subset that moves, relative
//! to the current point inside maps and loops, symbolic outside. The subsets are exact; several edges join two nodes where one
//! box would say too much. Edges say nothing that the nodes do not say already ([`connect`] derives them), and two nodes that
//! must not be exchanged are always joined by a path.
//!
//! Of a container with data dimensions a memlet says which component moves (`{2}`; the first one without), or that any may (`{*}`).
//! A `check` reports a data-dependent index that does not exist; its places are listed in the graph's head (`check c0: %a in
//! "smooth"`).
//!
//! In code every value is defined once. Masks are predicates of stores and choices between values; temporaries that live in one
//! tasklet are values, not containers. A `while` carries values from round to round. Whatever is loaded exists: no predicate
//! keeps a load, or the element of a predicated store, from lying outside of its container.
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
//! ## Doors
//! [`from_tree`] is the way in, [`text`] prints and parses, [`verify`] lists the checks behind the ticket for the next stage,
//! [`passes`] holds the rewrites. [`interpret`] runs a graph; [`memory`] places what it allocates, [`traffic`] counts the bytes
//! that it moves, [`dot`] draws it.

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

pub use code::{Carried, CheckId, Code, Inst, KOffset, Op, Part, Rename, ValueId};
pub use convert::from_tree;
pub use graph::{
    Check, Components, Control, Graph, Map, MapKind, Memlet, Node, Region, SequentialLoop, State, Subset, SubsetDim,
};

#[cfg(test)]
mod tests;
