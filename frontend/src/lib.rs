//! # GTScript in, OIR out
//!
//! This crate reads GTScript, the subset of Python in which stencils and programs are written, and gives [`tradewind_ir`]'s
//! OIR or diagnostics. No Python interpreter takes part: what a name means is decided here, from the text of the file and of
//! the files that it imports.
//!
//! ```text
//! from gt4py.cartesian.gtscript import PARALLEL, Field, computation, function, interval
//!
//! @function
//! def laplacian(q):
//!     return q[1, 0, 0] + q[-1, 0, 0] - 2.0 * q
//!
//! def smooth(a: Field[float], out: Field[float], w: float):
//!     with computation(PARALLEL), interval(...):
//!         lap = laplacian(a)
//!         if lap > 0.0:
//!             out = a + w * lap
//!         else:
//!             out = a
//! ```
//! becomes
//! ```text
//! stencil smooth(%a: field<f64, IJK>, %out: field<f64, IJK>, $w: f64) {
//!   temp %lap: field<f64, IJK>
//!   temp %mask_0: field<bool, IJK>
//!   parallel {
//!     interval [start, end) {
//!       execute { %lap = ((%a[1,0,0] + %a[-1,0,0]) - (2.0f64 * %a)) }
//!       execute { %mask_0 = (%lap > 0.0f64) }
//!       execute {
//!         mask (%mask_0) { %out = (%a + ($w * %lap)) }
//!       }
//!       execute {
//!         mask (!%mask_0) { %out = %a }
//!       }
//!     }
//!   }
//! }
//! ```
//!
//! ## What becomes of what
//! - Every statement is an execution of its own, so that each is finished everywhere before the next one starts.
//! - An `if` on fields assigns a mask and puts `mask` around each statement of its branches; on scalars the condition itself
//!   stands there; on what is known at compile time (externals, constants, `__INLINED`) one branch is left.
//! - `with horizontal(region[…], …)` repeats its statements for each box, each inside a `restrict`.
//! - A `while` is one execution, masks inside it included.
//! - In front of an access whose level or component is computed stands a `check`, in the same execution and under the same masks.
//! - An interval whose bounds are known only at run time is a loop over all levels with a mask on the current one.
//! - Functions are put in place of their calls. Arguments that are fields at a constant offset are passed by name, others are
//!   computed once into a temporary.
//! - An unknown name that is assigned becomes a temporary, of the type of its first value.
//!
//! ## Types
//! Operands meet as NumPy's do, and an assignment converts to the type of its target. Literals have the precision that the
//! options give; an integer literal takes the type of the number that it meets, if it fits. `/` of integers is a float.
//! `x ** n` is the function `pow`, whatever `n` is; of integers it is computed in doubles.
//!
//! ## Doors
//! [`parse_module`] reads a file and those it imports ([`Loader`] finds them). [`Module::lower_stencil`] and
//! [`Module::lower_program`] give [`tradewind_ir::Verified`] IR; [`Module::check`] says everything that is wrong with a file,
//! and one stencil's errors hide nothing of another's.
//!
//! ## Inside
//! [`python`] wraps the parser and makes [`syntax`]; [`imports`] gives each file's names a meaning ([`names`], [`words`],
//! [`constant`], [`annotation`]); [`stencil`] lowers one stencil by the methods of [`lower::Lower`], which are spread over
//! [`statement`], [`assign`], [`target`], [`branch`], [`region`], [`interval`], [`expression`], [`access`], [`call`], [`inline`],
//! [`externals`], [`component`], [`vector`], [`levels`], [`checks`], [`convert`], [`loss`] and [`unread`];
//! [`program`] lowers a program. No input makes this crate panic: what is too deep or too long is refused first ([`depth`]).

mod access;
mod annotation;
mod assign;
mod branch;
mod call;
mod checks;
mod component;
mod constant;
mod convert;
mod depth;
mod expression;
mod externals;
mod imports;
mod inline;
mod interval;
mod levels;
mod loss;
mod lower;
mod module;
mod names;
mod options;
mod program;
mod python;
mod region;
mod scope;
mod statement;
mod stencil;
mod suggest;
mod syntax;
mod target;
mod unread;
mod vector;
mod words;

pub use module::{Lowered, Module, parse_module};
pub use options::{ExternalValue, FileLoader, Loader, NoLoader, Options};
pub use words::type_name;
