//! The text form of trees: what prints is what parses. Expressions, statements, ranges and extents are those of
//! [`tradewind_ir::text`].
//!
//! ```text
//! tree      = "tree" name "(" params ")" "{" declared* node* "}"
//! params    = (%name ":" field [extent] | $name ":" dtype), separated by ","
//! declared  = "transient" %name ":" field [extent]
//!           | "temp" %name ":" field place ["zero"] [extent]         place: register, row, plane, plane last 2 along j …
//!           | "var" $name ":" dtype
//! extent    = "i(" int "," int ")" "j(" int "," int ")" "k(" int "," int ")"      where it is not zero
//! node      = "for" axis "in" range blocking kind block              axis: i, j, k; kind: any, forward, vector …
//!           | "at" axis ["+" int] "in" range block                 a loop of at most one iteration, shifted
//!           | "leaf" label "{" stmt* "}" | "alloc" %name | "seq" block
//!           | "for" $name "in" "[" expr "," expr ")" block
//!           | "if" "(" expr ")" block ["else" block] | "while" "(" expr ")" block
//!           | "let" $name "=" expr | "exchange" %name, … [reach]
//!           | "copy" %name "=" %name | "swap" %name "," %name
//!           | "callback" string "(" %name, … [";" expr, …] ")" ["fills" word]
//! blocking  = ["step" size] ["near" "[" int "," size ")"]              where it is not every point
//! size      = int | $name                                             of blocks: an argument of the program
//! block     = "{" node* "}"
//! label     = name, separated by "+"
//! ```

mod parse;
mod print;

pub use parse::parse;
pub use print::{loop_head, print};
