//! # Expressions: what is equal, and what is cheapest
//!
//! Equality saturation on pure expressions. An e-graph holds many equal forms of an expression in little space: classes of terms whose
//! operands are classes. Rules add forms, as far as the numerics mode allows; the cheapest form is then taken out.
//!
//! ```text
//! (+ (* a b) c)      with the rules of `contract`:  one class { (+ ab c), (fma a b c), (fma b a c) }, of which fma is cheapest
//! ```
//!
//! | file | holds |
//! | --- | --- |
//! | `term` | the language: operations of OIR, and leaves that nobody looks into |
//! | `known`, `interval` | the analysis: the type of each class, its value where that is constant, between which numbers it lies |
//! | `rules` | the table of rules, each with its numerics mode |
//! | `saturate` | applying rules, up to limits that are counts, so that equal input gives equal output on any day |
//! | `cost` | what operations cost on a target: throughput and latency |
//! | `extract` | the cheapest terms, where what is used twice is paid for once |
//!
//! [`crate::numerics`] rewrites the statements of a program with the rules of its mode; the dataflow graph's pass `simplify` rewrites
//! tasklets with those that keep every bit.

pub mod cost;
pub mod extract;
pub mod interval;
pub mod known;
pub mod rules;
pub mod saturate;
pub mod term;

#[cfg(test)]
mod tests;
