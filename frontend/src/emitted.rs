//! Statements that a stencil becomes.

use tradewind_ir as ir;
use tradewind_ir::FieldId;

/// A statement, before masks and regions around it are put on.
#[derive(Clone)]
pub struct Emitted {
    pub stmt: ir::Stmt,
    /// The checks of what it evaluates, which run before it.
    pub checks: Vec<ir::Stmt>,
    /// Assigns the mask of an `if`: done at every point, whatever masks are around it.
    pub is_mask: bool,
}

impl Emitted {
    /// The checks and the statement.
    pub fn body(self) -> Vec<ir::Stmt> {
        self.checks.into_iter().chain([self.stmt]).collect()
    }
    /// The fields that it assigns.
    pub fn written(&self) -> Vec<FieldId> {
        let mut found = Vec::new();
        self.stmt.walk(&mut |inner| {
            if let ir::StmtKind::Assign(assign) = &inner.kind {
                found.push(assign.target.field);
            }
        });
        found
    }
    /// Under a mask or in a region, the checks too.
    pub fn within(self, kind: impl FnOnce(Vec<ir::Stmt>) -> ir::StmtKind) -> Emitted {
        let (span, is_mask) = (self.stmt.span, self.is_mask);
        Emitted { stmt: ir::Stmt { kind: kind(self.body()), span }, checks: Vec::new(), is_mask }
    }
}
