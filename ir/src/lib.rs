//! # What a Tradewind program means
//!
//! This crate holds **OIR**: stencils and the programs that call them. Every other stage is judged by what this one
//! says, and [`interpret`] executes it literally.
//!
//! ## A stencil
//! A [`Stencil`] is a list of *vertical loops*, run one after another. A vertical loop has an order (`parallel`,
//! `forward`, `backward`) and *sections*, each an interval of K levels. A section holds *horizontal executions*
//! ([`HorizontalExecution`]): statements with one extent.
//!
//! - `forward` and `backward` loops visit their levels one by one, k ascending or descending; at each level the
//!   section's executions run in order. In a `parallel` loop the "plane" is the whole block: an execution finishes at
//!   every level of its interval before the next one starts.
//! - Within an execution, statements run **a plane at a time**: the right-hand side is evaluated at every point of the
//!   (extended) horizontal domain, then assigned.
//! - A mask is evaluated once, over the whole plane, before its body. A `while` re-evaluates its condition at each point
//!   before each round; points that have left stay out.
//! - A `restrict` runs its body on one box of the horizontal plane, cut to the extended domain.
//! - A `check` reads nothing: where its guard holds, a data-dependent index of its access that does not exist fails the call with
//!   the first such place ([`Violation`]): the one whose check stands first in the source, then that of the lowest K, J, I. Values
//!   are clamped all the same, so what a failed call leaves behind is defined.
//! - A field has one element at each point, or, with *data dimensions*, one for every combination of indexes into these: its
//!   *components*, numbered with the last dimension running fastest. A table is a field without axes.
//! - Temporaries hold zero until they are written, anew in each call.
//! - Every expression is total: integer division by zero gives zero, casts from float to integer saturate (NaN gives 0),
//!   integers wrap, shifts do not exist, and a data-dependent index is clamped to the levels or components that its field has.
//!   So any expression may be evaluated where its value is not used, which is what lets masks become selects.
//! - Floating point is IEEE 754 with the operations as written: no contraction, no reassociation. Results are compared
//!   to the bit, all NaNs being one value.
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
//! A [`Program`] owns fields (arguments, or transients that live as long as the run), scalars, and a body of calls, halo
//! updates, loops, branches, copies, swaps and callbacks. A single stencil is a program of one call
//! ([`Program::of_stencil`]).
//!
//! ## Doors
//! [`text`] prints and parses, [`verify`] issues the [`Verified`] ticket that the next stage asks for, [`pass`] is the
//! contract of everything that rewrites an IR. [`extent`], [`access`] and [`defined`] answer the questions that every
//! later stage asks: where an execution must run, what a field must hold around the domain, what is read before it is
//! written. [`eval`] says what each operation does to values, [`math`] what the transcendental functions are.

pub mod access;
pub mod array;
pub mod container;
pub mod defined;
pub mod diagnostic;
pub mod domain;
pub mod element;
pub mod eval;
pub mod expr;
pub mod extent;
pub mod footprint;
pub mod ids;
pub mod interpret;
pub mod math;
pub mod pass;
pub mod program;
pub mod source;
pub mod stencil;
pub mod text;
pub mod types;
pub mod value;
pub mod verified;
pub mod verify;
pub mod violation;

pub use array::Array;
pub use container::{Container, Place, ScalarSlot, Scope};
pub use diagnostic::{Code, Diagnostic, Label, Level};
pub use domain::{Anchor, Axes, Axis, Bound, Domain, Extent, Range};
pub use expr::{Access, BinaryOp, Component, Expr, ExprKind, KIndex, Native, UnaryOp};
pub use ids::{FieldId, IdVec, ScalarId, StencilId};
pub use program::{Lifetime, Program, ProgramField, ProgramScalar, ProgramStmt, ScalarKind};
pub use source::{SourceId, Sources, Span};
pub use stencil::{
    Assign, Field, FieldKind, HorizontalBox, HorizontalExecution, Order, Param, ScalarParam, Section, Side, Stencil, Stmt,
    StmtKind, VerticalLoop,
};
pub use types::DType;
pub use value::Value;
pub use verified::{Verified, Verify};
pub use violation::{First, Violation, no_component};
