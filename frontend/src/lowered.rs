//! The programs of a module as checked OIR, and everything there is to say about it.

use crate::module::{Lowered, Module, finish};
use crate::program;
use tradewind_ir::{self as ir, Diagnostic};

impl Module {
    /// The program as OIR, with the stencils that it calls.
    ///
    /// # Errors
    /// All that is wrong with the program or the stencils that it calls, or that there is no such program.
    pub fn lower_program(&self, name: &str) -> Lowered<ir::Program> {
        let Some(function) = self.programs.iter().find(|p| p.def.name.text == name) else {
            return Err(vec![self.unknown("program", name, self.program_names())]);
        };
        let (program, found) = program::lower(self, &self.files, &self.options, function);
        let (program, mut found) = finish(program, found)?;
        found.extend(ir::written::diagnose(&program));
        if found.iter().any(Diagnostic::is_error) { Err(found) } else { Ok((program, found)) }
    }

    /// Everything there is to say about the file, its stencils and its programs, in the order of the text.
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut all = self.diagnostics.clone();
        // What is wrong with an import is wrong for all that use it.
        let place = |d: &Diagnostic| d.labels.first().map(|l| l.span);
        let mut add = |found: Vec<Diagnostic>| {
            for diagnostic in found {
                let is_known = |d: &Diagnostic| d.message == diagnostic.message && place(d) == place(&diagnostic);
                if !all.iter().any(is_known) {
                    all.push(diagnostic);
                }
            }
        };
        for name in self.stencil_names() {
            add(self.lower_stencil(name, &[]).map_or_else(|errors| errors, |(_, warnings)| warnings));
        }
        for name in self.program_names() {
            add(self.lower_program(name).map_or_else(|errors| errors, |(_, warnings)| warnings));
        }
        all
    }
}
