//! The text form: what prints is what parses. Blanks and line breaks only separate; `#` starts a comment. Expressions,
//! ranges, boxes, literals and extents are those of [`tradewind_ir::text`].
//!
//! ```text
//! graph    = "graph" name "(" (%name ":" type | $name ":" dtype), … ")" "{" decl* inside "}"
//! decl     = ("transient" | "temp") %name ":" type | "var" $name ":" dtype
//!          | "slot" %name, …                                               containers that use the same storage in turn
//! type     = "field" "<" dtype ["," axes] ">" [place] ["zero"] [extent]
//! place    = word ["last" int "along" axis]                                of temporaries only: row, plane last 2 along j
//! steps    = "{" inside "}"
//! inside   = ("alloc" %name)* (n0 ":" step | edge)*
//! step     = "tasklet" string "{" inst* "}" | "map" over kind steps        kind: any, parallel, vector
//!          | "loop" over ("forward" | "backward") steps | "zero" %name
//!          | "for" $name "in" "[" expr "," expr ")" steps | "while" "(" expr ")" steps
//!          | "within" (axis "at" expr "size" expr …), … steps
//!          | "if" "(" expr ")" steps ["else" steps] | "let" $name "=" expr
//!          | "exchange" %name, … [reach] | "copy" %name "=" %name | "swap" %name "," %name
//!          | "callback" string "(" %name, … [";" expr, …] ")" ["fills" word]
//! over     = axis "in" range ["step" size] ["near" "[" int "," size ")"]            axis: i, j, k
//! size     = int | $name                                                   of blocks: an argument of the program
//! edge     = n0 "->" n1 ":" order                                          n1 runs after n0
//! order    = %name "[" dim, … "]"                                          data flow: what n1 reads of that; a dimension for each axis stored
//!          | "anti" %name | "output" %name | "reuse" %name "," %name | $name | "host"
//! dim      = int [".." int] | side ":" side | "*"                          around the point; of the domain; all
//! inst     = v0 "=" op | "store" %name "[" level "]" "=" v0 ["if" v0]
//!          | "while" (v0 "=" v0), … "{" inst* "}" "if" v0 "{" inst* "}" "next" v0, …
//! op       = literal | $name | I | I[bound] | "region" box | %name "[" int "," int "," level "]"
//!          | ("neg" | "not") v0 | v0 binary v0 | v0 "?" v0 ":" v0 | dtype "(" v0 ")" | native "(" v0, … ")"
//! level    = int | "?" v0 | "=" v0                                         here plus a constant, plus a value; absolute
//! ```
//!
//! Steps are numbered from zero within their region, values within their tasklet.

mod parse;
mod parse_code;
mod print;
mod print_code;

pub use parse::parse;
pub use print::edge_text;
pub use print_code::print_code;

#[cfg(test)]
mod tests;
