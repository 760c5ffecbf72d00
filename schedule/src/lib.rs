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
//! A leaf is inside a loop over each axis that its statements need. It runs the statements at the current point, one after
//! another. An `alloc` allocates a temporary until the end of the enclosing `seq`, and sets it to zero if the container
//! requires it. The other nodes (`for`, `branch`, `while`, `let`, `exchange`, `copy`, `swap`, `callback`) belong to the host
//! program and are outside all loops over axes.
//!
//! ```text
//! tree smooth(%a: field<f64, IJK> i(-1,1) j(0,0) k(0,0), %out: field<f64, IJK>) {
//!   temp %lap: field<f64, IJK> register
//!   for k in [start, end) parallel {
//!     for j in [start, end) any {
//!       for i in [start, end) vector {
//!         alloc %lap
//!         leaf smooth {
//!           %lap = ((%a[1,0,0] + %a[-1,0,0]) - (2.0f64 * %a))
//!           %out = (%a + %lap)
//!         }
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! ## From program to schedule
//! [`lift()`] is the only constructor of a tree. The naive lift (one loop nest per horizontal execution) is always correct.
//! Every change of order is a [`transform`]ation. It checks its legality against the exact [`dependence`]s before it edits,
//! and a refusal explains the reason. A [`preset`] is a list of transformations with the places to try them. A schedule
//! [`mod@file`] names a preset or lists transformations. Every schedule can be written as such a list.
//!
//! Names stay readable: the temporaries of the second call of a stencil are `%lap.2`, its statements are labelled `smooth.2`,
//! and [`select`]ors such as `smooth.2/k` name its loops.
//!
//! ## Interface
//! [`text`] prints and parses. [`verify`] returns the [`tradewind_ir::Verified`] tree that the next stage takes.
//! [`live_range`] computes which writes of a temporary a read may see, and [`footprint`] how far storage must reach.

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
pub mod preset;
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
pub use tree::{Leaf, Loop, LoopKind, Node, NodeId, Tree};
