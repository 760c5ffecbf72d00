//! The tests of the whole compiler, in one binary: examples, random programs, broken input, the real command.

mod codes;
mod command;
#[path = "../../src/cli/draw/mod.rs"]
mod draw;
mod drawings;
mod edges;
#[path = "../../examples/embed.rs"]
mod embed;
mod examples;
mod indexes;
mod judge;
mod levels;
mod lsp;
mod model;
mod parts;
mod positions;
mod program;
mod properties;
mod reference;
mod refusals;
mod regions;
mod robust;
mod runs;
mod support;
mod tiles;
mod transport;
