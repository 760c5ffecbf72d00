//! # The meaning of a Tradewind program
//!
//! This crate holds **OIR**: stencils and the programs that call them. OIR defines the meaning of a program for all other
//! stages. [`interpret`] executes it literally.
//!
//! ## A stencil
//! A [`Stencil`] is a list of *vertical loops*, which run one after another. A vertical loop has an order (`parallel`,
//! `forward`, `backward`) and *sections*, each an interval of K levels. A section holds *horizontal executions*
//! ([`HorizontalExecution`]): statements with one extent.
//!
//! - `forward` and `backward` loops visit their levels one by one, with k ascending or descending. At each level the
//!   executions of the section run in order. In a `parallel` loop the "plane" is the whole block: an execution finishes at
//!   every level of its interval before the next one starts.
//! - Within an execution, statements run **one plane at a time**: the right-hand side is evaluated at every point of the
//!   (extended) horizontal domain, and then assigned.
//! - A mask is evaluated once, over the whole plane, before its body. A `while` evaluates its condition at each point
//!   before each iteration; a point that has left the loop does not enter it again.
//! - A `restrict` runs its body on one box of the horizontal plane, cut to the extended domain.
//! - A `check` reads nothing. Where its guard holds and a data-dependent index of its access does not exist, it fails the
//!   call. The error ([`Violation`]) is that of the check that comes first in the source, and there of the lowest K, J, I.
//!   Values are clamped in any case, so the state after a failed call is defined.
//! - A field has one element at each point. With *data dimensions* it has one for every combination of indexes into these:
//!   its *components*, numbered with the last dimension varying fastest. A table is a field without axes.
//! - Temporaries hold zero until they are written, again in each call.
//! - Every expression is total: integer division by zero gives zero, casts from float to integer saturate (NaN gives 0),
//!   integers wrap, shifts do not exist, and a data-dependent index is clamped to the levels or components of its field.
//!   Any expression may therefore be evaluated where its value is not used, and masks can become selects.
//! - Floating point is IEEE 754 with the operations as written, without contraction or reassociation. Results are compared
//!   to the bit, and all NaNs count as one value.
//!
//! ```text
//! stencil smooth(%a: field<f64, IJK>, %out: field<f64, IJK>, $w: f64) {
//!   temp %lap: field<f64, IJK>
//!   parallel {
//!     interval [start, end) {
//!       execute { %lap = ((%a[1,0,0] + %a[-1,0,0]) - (2.0f64 * %a)) }
//!       execute { %out = (%a + ($w * %lap)) }
//!     }
//!   }
//! }
//! ```
//!
//! ## A program
//! A [`Program`] owns fields (arguments, or transients that exist during the whole run), scalars, and a body of calls and steps of
//! the host ([`HostStep`]): halo updates, loops, branches, copies, swaps and callbacks. A single stencil is a program with one call
//! ([`Program::of_stencil`]).
//!
//! ## Interface
//! [`text`] prints and parses. [`verify`] returns the [`Verified`] program that the next stage takes. [`pass`] is the
//! contract of all rewrites of an IR. Four analyses serve all later stages: [`extent`] computes where an execution must
//! run, [`access`] and [`reach`] what a field must hold around the domain, [`defined`] what a stencil reads before it is
//! written, and [`written`] what a program does. [`Verified::summary`] keeps what they find. [`eval`] defines what each operation does
//! to values, and [`math`] defines the transcendental functions.

pub mod access;
pub mod array;
pub mod blocking;
pub mod container;
pub mod counter;
pub mod defined;
pub mod diagnostic;
pub mod domain;
pub mod element;
pub mod eval;
pub mod expr;
pub mod extent;
pub mod field_type;
pub mod fills;
pub mod footprint;
pub mod groups;
mod horizontal_box;
pub mod host;
pub mod identify;
pub mod ids;
pub mod interpret;
pub mod math;
pub mod memory;
pub mod narrow;
mod numerics;
pub mod pairs;
pub mod pass;
pub mod phase;
pub mod program;
pub mod races;
pub mod reach;
pub mod settle;
pub mod source;
pub mod stencil;
pub mod suggest;
pub mod text;
pub mod tile;
pub mod types;
pub mod used;
pub mod value;
pub mod verified;
pub mod verify;
pub mod violation;
pub mod window;
pub mod written;

pub use array::Array;
pub use blocking::{BlockSize, Blocking, Near, Steps};
pub use container::{Container, Place, RollingWindow, ScalarSlot, Scope};
pub use counter::{Counter, Rounds};
pub use diagnostic::{Code, Diagnostic, Label, Level};
pub use domain::{Anchor, Axes, Axis, Bound, Domain, Extent, Range};
pub use expr::{Access, BinaryOp, Component, Expr, ExprKind, KIndex, Native, UnaryOp};
pub use field_type::FieldType;
pub use fills::Fills;
pub use horizontal_box::{Edge, HorizontalBox, Side};
pub use host::HostStep;
pub use ids::{FieldId, IdVec, ScalarId, StencilId};
pub use numerics::Numerics;
pub use phase::Phase;
pub use program::{Lifetime, Program, ProgramField, ProgramScalar, ProgramStmt, ScalarKind};
pub use source::{SourceId, Sources, Span};
pub use stencil::{
    Assign, Field, FieldKind, HorizontalExecution, Order, Param, ScalarParam, Section, Stencil, Stmt, StmtKind, VerticalLoop,
};
pub use tile::{Tile, TileEdge};
pub use types::DType;
pub use value::Value;
pub use verified::{Verified, Verify};
pub use violation::{First, Violation, no_component};
pub use window::{Limits, Stretch, Window};
