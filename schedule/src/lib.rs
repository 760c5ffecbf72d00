//! # The schedule tree
//!
//! A whole program as one tree in which order is decided: which loops there are, how they nest, what shares one, where
//! temporaries live. Calls are inlined and their fields bound to the program's, so that every statement speaks of the same
//! [`tradewind_ir::Container`]s in the same coordinates.
//!
//! ## What a tree means
//! Run it from the root, in order. A `seq` runs its children one after another. A loop runs its body once per point of its
//! range on one axis, in the order that its kind gives:
//!
//! | kind | order |
//! | --- | --- |
//! | `any` | none: iterations are independent, so any order gives the same bits |
//! | `forward`, `backward` | ascending, descending |
//! | `parallel` | as `any`, and shared among threads |
//! | `vector` | as `any`, and several points at a time |
//!
//! A leaf stands inside a loop over each axis that its statements need and runs them at the current point, one after
//! another. An `alloc` makes a temporary that lives to the end of the enclosing `seq`, set to zero where the container says
//! so. The other nodes (`for`, `branch`, `while`, `let`, `exchange`, `copy`, `swap`, `callback`) belong to the host program
//! and stand outside all loops over axes.
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
//! [`lift()`] is the one way in. The naive lift (one loop nest per horizontal execution) is always right. All freedom is spent
//! by [`transform`]ations, each of which checks its legality against the exact [`dependence`]s before it edits, and explains
//! itself when it refuses. A [`preset`] is a list of transformations with the places to try them; a schedule [`mod@file`] names a
//! preset or lists transformations, and every schedule that was made can be written as such a list.
//!
//! Names stay readable: the temporaries of the second call of a stencil are `%lap.2`, its statements are labelled `smooth.2`,
//! and [`select`]ors such as `smooth.2/k` name its loops.
//!
//! ## Doors
//! [`text`] prints and parses, [`verify`] issues the ticket that the next stage asks for, [`lifetime`] and [`footprint`] say
//! which values of a temporary are read where and how far storage reaches.

pub mod access;
mod bounds;
mod columns;
pub mod dependence;
pub mod file;
pub mod footprint;
pub mod lifetime;
pub mod lift;
mod lineup;
pub mod preset;
mod rule;
pub mod select;
pub mod step;
pub mod text;
pub mod transform;
pub mod tree;
pub mod verify;

pub use file::Schedule;
pub use lift::lift;
pub use preset::Preset;
pub use step::Step;
pub use tree::{Leaf, Loop, LoopKind, Node, NodeId, Tree};
