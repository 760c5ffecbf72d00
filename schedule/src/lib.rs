//! # The schedule tree
//!
//! A tree holds a whole program and decides its order: which loops exist, how they nest, which statements share a loop, and
//! where temporaries are stored. Calls are inlined and their fields bound to the program's fields. All statements therefore
//! refer to the same [`tradewind_ir::Container`]s in the same coordinates.
//!
//! ## The meaning of a tree
//! A tree runs from its root, in order. A `seq` runs its children one after another. A loop runs its body once per point of
//! its range on one axis, in the order that its kind gives:
//!
//! | kind | order |
//! | --- | --- |
//! | `any` | none: iterations are independent, so any order gives the same bits |
//! | `forward`, `backward` | ascending, descending |
//! | `parallel` | as `any`, and shared among threads |
//! | `vector` | as `any`, and several points at a time |
//!
//! A loop inside another one over its axis runs near that one's position: over the points of a block (`near [0, 16)`), or at the
//! one point that lies some points further on (`at j+1 in …`), where its range has it. So one loop can hold statements that run
//! ahead of others, and statements on parts of its range.
//!
//! A leaf is inside a loop over each axis that its statements need. It runs the statements at the current point, one after
//! another. An `alloc` allocates a temporary until the end of the enclosing `seq`, and sets it to zero if the container
//! requires it. A temporary stores one element along the axes of the loops around its allocation, and may store only the last few
//! along the axis of an ordered loop, or those that one block touches. The other nodes (`for` over a scalar, `within`, `if`, `while`,
//! `let`, `exchange`, `copy`, `swap`, `callback`) are steps of the host program ([`tradewind_ir::HostStep`]), outside all loops over
//! axes.
//!
//! ```text
//! tree diffuse(%a: field<f64, IJK> i(-1,1) j(-1,1) k(0,0), %out: field<f64, IJK>) {
//!   temp %flux: field<f64, IJK> plane last 2 along j i(0,0) j(-1,0) k(0,0)
//!   for k in [start, end) parallel {
//!     alloc %flux
//!     for j in [start-1, end) forward {
//!       for i in [start, end) vector {
//!         leaf diffuse { %flux = (%a[0,1,0] - %a) }
//!       }
//!       at j in [start, end) {
//!         for i in [start, end) vector {
//!           leaf diffuse { %out = (%a + (%flux - %flux[0,-1,0])) }
//!         }
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! ## From program to schedule
//! [`lift()`] is the only constructor of a tree. The naive lift (one loop nest per horizontal execution) is always correct.
//! Every change of order is a [`transform`]ation. It checks its legality against the exact [`dependence`]s of the tree before it edits,
//! and a refusal explains the reason. The preset `cpu` chooses transformations: it tries them, [`cost::predict`]s the time, and keeps
//! what pays. A schedule [`mod@file`] names a preset or lists transformations, and every schedule can be written as such a list.
//! [`mod@explain`] says what was fused, stored and run in parallel, and why not.
//!
//! Names stay readable: the temporaries of the second call of a stencil are `%lap.2`, its statements are labelled `smooth.2`,
//! and [`select`]ors such as `smooth.2/k` and `smooth.2/%lap.2` name its loops and statements.
//!
//! ## Interface
//! [`text`] prints and parses. [`verify`] returns the [`tradewind_ir::Verified`] tree that the next stage takes.
//! [`live_range`] computes which writes of a temporary a read may see, [`storage`] how few of its elements must be stored, and
//! [`footprint`] how far storage must reach.

pub mod access;
mod bounds;
mod choose;
pub mod cost;
pub mod dependence;
pub mod explain;
pub mod file;
pub mod footprint;
mod item;
pub mod lift;
pub mod live_range;
pub mod order;
pub mod preset;
mod reason;
pub mod select;
pub mod step;
pub mod storage;
pub mod text;
pub mod transform;
pub mod tree;
pub mod verify;

pub use cost::{Machine, Target};
pub use file::Schedule;
pub use lift::lift;
pub use preset::Preset;
pub use step::Step;
pub use tree::{Leaf, Loop, LoopKind, Node, NodeId, Tree, Unit};
