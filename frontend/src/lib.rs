//! # From GTScript to OIR
//!
//! This crate reads GTScript, the subset of Python for stencils and programs, and returns [`tradewind_ir`]'s OIR or
//! diagnostics. It does not use a Python interpreter: it finds the meaning of a name in the text of the file and of the files
//! that it imports.
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
//! ## How constructs are lowered
//! - Every statement is an execution of its own, so each one finishes everywhere before the next one starts.
//! - An `if` on fields assigns a mask and puts `mask` around each statement of its branches. An `if` on scalars puts the
//!   condition itself around each statement. If the condition is known at compile time (externals, constants,
//!   `__INLINED`), one branch remains.
//! - `with horizontal(region[…], …)` repeats its statements for each box, each inside a `restrict`.
//! - A `while` is one execution, including the masks inside it.
//! - A `for` is unrolled: its variable takes one item after another.
//! - A `check` precedes each access whose level or component is computed, in the same execution and under the same masks.
//! - An interval whose bounds are known only at run time is a loop over all levels with a mask on the current one.
//! - Functions are inlined at their calls. Arguments that are fields at a constant offset are passed by name; other arguments
//!   are computed once into a temporary.
//! - An unknown name that is assigned becomes a temporary with the type of its first value.
//!
//! ## Types
//! Operands of different types are converted as in NumPy, and an assignment converts to the type of its target. Literals
//! have the precision that the options give. An integer literal takes the type of the other operand, if it fits. `/` of
//! integers is a float. `x ** n` is written out as products, roots and reciprocals where `n` is a small constant; otherwise
//! it is the function `pow`, for integers computed in doubles.
//!
//! ## Interface
//! [`parse_module`] reads a file and the files that it imports ([`Loader`] finds them). [`Module::lower_stencil`] and
//! [`Module::lower_program`] return [`tradewind_ir::Verified`] IR. [`Module::check`] returns all diagnostics of a file; the
//! errors of one stencil hide none of another one.
//!
//! ## Files
//! [`python`] wraps the parser and makes [`outline`] and [`syntax`]. [`imports`] gives the names that code uses a meaning
//! ([`names`], [`function_ref`], [`words`], [`constant`], [`declared_type`], [`annotation`], [`unknown`]). [`stencil`] lowers one
//! stencil by the methods of [`lower::Lower`], which are in [`statement`], [`assign`], [`target`], [`branch`], [`unroll`], [`region`],
//! [`interval`], [`vertical_interval`], [`levels`], [`expression`], [`access`], [`call`], [`inline`], [`externals`], [`component`],
//! [`vector`], [`power`], [`keep`], [`checks`], [`convert`], [`loss`] and [`unread`];
//! [`program`] lowers a program. No input makes this crate panic: it first refuses what is too deep or too long ([`depth`]).

mod access;
mod annotation;
mod assign;
mod branch;
mod call;
mod checks;
mod component;
mod constant;
mod convert;
mod declared_type;
mod depth;
mod emitted;
mod expression;
mod externals;
mod function_ref;
mod imports;
mod inline;
mod interval;
mod keep;
mod levels;
mod loss;
mod lower;
mod lowered;
mod module;
mod names;
mod options;
mod outline;
mod power;
mod program;
mod python;
mod region;
mod scope;
mod statement;
mod stdlib;
mod stencil;
mod syntax;
mod target;
mod unknown;
mod unread;
mod unroll;
mod vector;
mod vertical_interval;
mod words;

pub use module::{Lowered, Module, parse_module};
pub use options::{ExternalValue, FileLoader, Loader, NoLoader, Options};
pub use words::type_name;
