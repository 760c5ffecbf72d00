//! Programs that come as OIR in the text form, from another front end or a file: parsed, verified, compiled.

use crate::compiled::Compiled;
use crate::emitted::Emitted;
use crate::error::Error;
use crate::signature::Signature;
use crate::toolchain::Toolchain;
use std::sync::Arc;
use std::time::Instant;
use tradewind_ir::text::{self, Module};
use tradewind_ir::{Diagnostic, Program, SourceId, Sources, Verified, Verify};

impl Toolchain {
    /// Compiles a stencil or program from its text form; `name` is the text's name in messages.
    ///
    /// Extents of a stencil's executions are found here and need not be written down; those that are written are not looked at.
    /// Where the settings trust computed indexes, checks of them are taken out.
    ///
    /// # Errors
    /// What is not in the grammar, what the verifier finds, what the schedule cannot do.
    pub fn compile_oir(&self, name: &str, oir: &str) -> Result<Compiled, Error> {
        let start = Instant::now();
        let mut sources = Sources::default();
        let source = sources.add(name, oir);
        let stages = self.read(oir, source).and_then(|program| self.stages(Arc::new(program), start.elapsed(), &mut sources));
        let sources = Arc::new(sources);
        match stages {
            Ok(stages) => Ok(Compiled::new(self.clone(), stages, sources, Vec::new())),
            Err(diagnostics) => Err(Error::Source { sources, diagnostics }),
        }
    }
    /// A stencil or program from its text form, for an executor of one's own.
    ///
    /// # Errors
    /// What is not in the grammar, what the verifier finds.
    pub fn emitted_oir(&self, name: &str, oir: &str) -> Result<Emitted, Error> {
        let mut sources = Sources::default();
        let source = sources.add(name, oir);
        let (program, sources) = (self.read(oir, source), Arc::new(sources));
        match program {
            Ok(program) => {
                let signature = Signature::of(&program);
                Ok(Emitted::new(self.clone(), program, signature, sources, Vec::new()))
            }
            Err(diagnostics) => Err(Error::Source { sources, diagnostics }),
        }
    }

    fn read(&self, oir: &str, source: SourceId) -> Result<Verified<Program>, Vec<Diagnostic>> {
        let trusted = !self.settings().source.check_indexes;
        let program = match text::parse(oir, source)? {
            Module::Stencil(mut stencil) => {
                if trusted {
                    stencil.drop_checks();
                }
                let found = stencil.find_extents();
                if !found.is_empty() {
                    return Err(found);
                }
                Program::of_stencil(stencil)
            }
            Module::Program(mut program) => {
                if trusted {
                    program.stencils.iter_mut().for_each(|(_, stencil)| stencil.drop_checks());
                }
                program
            }
        };
        program.verify()
    }
}
