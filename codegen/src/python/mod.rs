//! # What the debug and the NumPy back end share
//!
//! Both print an OIR program as a Python module that needs only NumPy. A stencil becomes a function
//!
//! ```text
//! def smooth(a, out, weight, *, domain): …
//! ```
//!
//! of arrays that hold the domain and exactly the halo that the stencil reads or writes, so that every index is a small
//! constant. A program becomes a function of whole arrays and of the index at which the domain starts in each; it cuts them
//! for the stencils that it calls ([`program`]).
//!
//! [`expression`] prints expressions, in the types and with the operations of [`tradewind_ir::element`]: the results are the
//! same as the interpreter's to the bit, except for functions such as `exp`, which are within 2 ulp. [`text`] records the type
//! and the precedence of a piece of Python. [`names`] changes names that Python does not allow. [`bounds`] prints positions,
//! [`branches`] finds pairs of `if` and `else`, [`layout`] breaks lines, and [`prelude`] holds the few helpers that emitted
//! code may call.

pub mod bounds;
pub mod branches;
pub mod expression;
pub mod layout;
pub mod names;
mod native;
mod prelude;
mod program;
mod stencil;
pub mod text;
mod variables;

pub use program::module;
pub use stencil::{Checked, Head, ends};

use tradewind_ir::{Sources, Span};

/// `file.py:12`, without the folders; empty for nowhere.
pub fn origin(sources: &Sources, span: Span) -> String {
    if span.is_none() {
        return String::new();
    }
    let place = sources.place(span);
    place.rsplit(['/', '\\']).next().unwrap_or_default().to_string()
}
