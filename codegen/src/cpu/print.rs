//! Compiled code as text for people.

use cranelift_codegen::Context;
use cranelift_codegen::isa::TargetIsa;
use std::fmt;

/// A compiled function.
#[derive(Clone, PartialEq, Debug)]
pub struct Symbol {
    pub name: String,
    /// Other loop nests that are the same code for other containers and scalars.
    pub shared_by: Vec<String>,
    /// Bytes of machine code, constants included.
    pub size: usize,
    /// Cranelift's IR before optimization, if it was kept.
    pub clif: Option<String>,
    /// The machine code in the machine's assembly language, if it was kept.
    pub disassembly: Option<String>,
}

impl Symbol {
    /// The function that a context has just compiled; it is disassembled if its IR was kept.
    pub(super) fn of(name: &str, clif: Option<String>, context: &Context, isa: &dyn TargetIsa) -> Symbol {
        let compiled = context.compiled_code();
        let disassembly = clif.as_ref().and_then(|_| {
            let capstone = isa.to_capstone().ok()?;
            compiled?.disassemble(Some(&context.func.params), &capstone).ok()
        });
        Symbol {
            name: name.into(),
            shared_by: Vec::new(),
            size: compiled.map_or(0, |code| code.code_buffer().len()),
            clif,
            disassembly,
        }
    }
}

impl fmt::Display for Symbol {
    /// The name and size, then what was kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {} bytes", self.name, self.size)?;
        if !self.shared_by.is_empty() {
            writeln!(f, "also {}", self.shared_by.join(", "))?;
        }
        for text in [&self.clif, &self.disassembly].into_iter().flatten() {
            writeln!(f, "{text}")?;
        }
        Ok(())
    }
}
