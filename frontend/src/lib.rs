//! # GTScript in, OIR out

mod access;
mod annotation;
mod branch;
mod call;
mod constant;
mod convert;
mod depth;
mod expression;
mod imports;
mod inline;
mod interval;
mod lower;
mod module;
mod names;
mod options;
mod program;
mod program_call;
mod prune;
mod python;
mod region;
mod scope;
mod statement;
mod stencil;
mod suggest;
mod syntax;
mod words;

pub use module::{Lowered, Module, parse_module};
pub use options::{ExternalValue, FileLoader, Loader, NoLoader, Options};
