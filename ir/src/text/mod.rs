//! The text form: what prints is what parses. Blanks and line breaks only separate; `#` starts a comment.
//!
//! ```text
//! stencil   = "stencil" name "(" params ")" "{" ("temp" %name ":" field)* loop* "}"
//! params    = (%name ":" field | $name ":" dtype), separated by ","
//! field     = "field" "<" dtype ["," axes] ">"                      axes: IJK, IJ, K …; left out when there are none
//! loop      = ("parallel" | "forward" | "backward") "{" section* "}"
//! section   = "interval" range "{" execution* "}"
//! range     = "[" side "," side ")"                                 side: bound, max(bound, bound) or min(bound, bound)
//! bound     = ("start" | "end") [("+" | "-") int]
//! execution = "execute" ["i(" int "," int ")" "j(" int "," int ")"] "{" stmt* "}"    the extent, where it is not zero
//! stmt      = access "=" expr | "mask" "(" expr ")" block | "while" "(" expr ")" block | "restrict" box block
//! block     = "{" stmt* "}"
//! box       = "[" [bound] ":" [bound] "," [bound] ":" [bound] "]"
//! access    = %name ["[" int "," int "," (int | "?(" expr ")" | "=(" expr ")") "]"]
//! expr      = operand [binary operand | "?" operand ":" operand]    an operand that is an operation stands in parentheses
//! operand   = literal | $name | access | "(" expr ")" | "-" operand | "!" operand | dtype "(" expr ")"
//!           | native "(" expr, … ")" | ("I" | "J" | "K") ["[" bound "]"] | "region" box
//! literal   = "true" | "false" | ["-"] number dtype | ["-"] "inf_" dtype | "nan_" dtype
//! program   = "program" name "(" params ")" "{" stencil* ("transient" %name ":" field | "var" $name ":" dtype)* step* "}"
//! step      = "call" @name "(" %name, … [";" expr, …] ")" ["on" range "," range "," range]
//!           | "halo_update" %name, … [reach]
//!           | "for" counter steps | "within" stretch, … steps
//!           | "if" "(" expr ")" steps ["else" steps] | "while" "(" expr ")" steps
//!           | "let" $name "=" expr | "copy" %name "=" %name | "swap" %name "," %name
//!           | "callback" string "(" %name, … [";" expr, …] ")" ["fills" word]
//! counter   = $name "in" "[" expr "," expr ")" ["step" expr] ["until" "(" expr ")"]
//! stretch   = ("i" | "j" | "k") "at" expr "size" expr
//! steps     = "{" step* "}"
//! ```
//!
//! `%f[0,0,?(e)]` is a level relative to the current one, `%f[0,0,=(e)]` an absolute one. `%f` is `%f[0,0,0]`. `I`, `J`, `K`
//! are the point's position, `K[end-1]` is a fixed one. Literals keep every bit, except the payload of a NaN.
//!
//! Other IRs hold the same expressions and statements: [`Parser`] and [`print_expr`] are theirs to use, with their own names.

mod lex;
mod module;
mod parse;
mod parse_expr;
mod parse_program;
mod parse_stencil;
mod print;
mod print_program;

pub use lex::{Token, TokenKind, is_name};
pub use module::Module;
pub use parse::{MAX_DEPTH, NameTable, Parsed, Parser, Resolve};
pub use print::{Names, print_access, print_blocking, print_enclosed, print_expr, print_stencil, print_stmt};
pub use print_program::{print_counter, print_program, print_reach, print_step, print_window};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::SourceId;
use crate::stencil::Stencil;

/// The stencil or program that `text` holds. Spans point into `source`. The result is well formed but not verified.
///
/// # Errors
/// The first thing that is not in the grammar, and every unknown name before it.
pub fn parse(text: &str, source: SourceId) -> Result<Module, Vec<Diagnostic>> {
    let mut parser = Parser::new(text, source).map_err(|d| vec![d])?;
    let module = parser.module();
    parser.finish(module)
}

/// The stencil that `text` holds.
///
/// # Errors
/// As [`parse()`], and when the text holds a program.
pub fn parse_stencil(text: &str, source: SourceId) -> Result<Stencil, Vec<Diagnostic>> {
    match parse(text, source)? {
        Module::Stencil(stencil) => Ok(stencil),
        Module::Program(p) => Err(vec![Diagnostic::error(Code::IR_TEXT, "expected a stencil", p.span, "this is a program")]),
    }
}

#[cfg(test)]
mod tests;
