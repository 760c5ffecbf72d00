//! The text form of trees: what prints is what parses. Expressions, statements, ranges and extents are those of
//! [`tradewind_ir::text`].
//!
//! ```text
//! tree      = "tree" name "(" params ")" "{" declared* node* "}"
//! params    = (%name ":" field [extent] | $name ":" dtype), separated by ","
//! declared  = "transient" %name ":" field [extent]
//!           | "temp" %name ":" field place ["zero"] [extent]         place: register, row, plane, slab, heap …
//!           | "var" $name ":" dtype
//! extent    = "i(" int "," int ")" "j(" int "," int ")" "k(" int "," int ")"      where it is not zero
//! node      = "for" axis "in" range kind block                       axis: i, j, k; kind: any, forward, vector …
//!           | "leaf" label "{" stmt* "}" | "alloc" %name | "seq" block
//!           | "for" $name "in" "[" expr "," expr ")" block
//!           | "if" "(" expr ")" block ["else" block] | "while" "(" expr ")" block
//!           | "let" $name "=" expr | "exchange" %name, … ["width" int]
//!           | "copy" %name "=" %name | "swap" %name "," %name
//!           | "callback" string "(" %name, … [";" expr, …] ")" ["fills" word]
//! block     = "{" node* "}"
//! label     = name, separated by "+"
//! ```

mod parse;
mod print;

pub use parse::parse;
pub use print::print;
