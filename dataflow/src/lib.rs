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
//! Every edge between an access node and another node carries a [`Memlet`]: the container, the subset that moves (symbolic,
//! or relative to the current point inside maps), and the number of elements. Several edges may join two nodes.
//!
//! ```text
//! graph smooth(%a: field<f64, IJK> arg, %out: field<f64, IJK> arg) {
//!   state s0 {
//!     n0: access %a
//!     n1: map k in [start, end) parallel {
//!       ...
//!     }
//!     n2: access %out
//!     n0 -> n1: %a[start-1:end+1, start:end, start:end]
//!     n1 -> n2: %out[start:end, start:end, start:end]
//!   }
//! }
//! ```

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

pub use code::{Carried, Code, Inst, KOffset, Op, ValueId};
pub use convert::from_tree;
pub use graph::{Control, Graph, Map, MapKind, Memlet, Node, Region, SequentialLoop, State, Subset, SubsetDim};

#[cfg(test)]
mod tests;
