//! Programs: `@program` functions.

use crate::module::Module;
use crate::names::{Files, FunctionRef};
use crate::options::Options;
use tradewind_ir::{self as ir, Diagnostic};

/// The program, and what was found on the way.
pub fn lower(_: &Module, _: &Files, _: &Options, function: &FunctionRef) -> (ir::Program, Vec<Diagnostic>) {
    let found = Diagnostic::error("programs are not read yet", function.def.name.span, "this program");
    let program = ir::Program {
        name: function.def.name.text.clone(),
        fields: ir::IdVec::new(),
        scalars: ir::IdVec::new(),
        params: vec![],
        stencils: ir::IdVec::new(),
        body: vec![],
        span: function.def.name.span,
    };
    (program, vec![found])
}
