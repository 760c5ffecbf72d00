//! The tests of the whole compiler, in one binary: fixtures, examples, random programs, broken input, the real command.

mod command;
#[path = "../../examples/embed.rs"]
mod embed;
mod examples;
mod fixtures;
mod properties;
mod robust;
mod support;
