//! What a text holds.

use crate::program::Program;
use crate::stencil::Stencil;
use std::fmt;

/// What a text holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Module {
    Stencil(Stencil),
    Program(Program),
}

impl Module {
    /// The program, or the program of one call of the stencil.
    pub fn into_program(self) -> Program {
        match self {
            Module::Stencil(stencil) => Program::of_stencil(stencil),
            Module::Program(program) => program,
        }
    }
}

impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Module::Stencil(stencil) => stencil.fmt(f),
            Module::Program(program) => program.fmt(f),
        }
    }
}
