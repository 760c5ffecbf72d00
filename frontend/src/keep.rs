//! Parts of expressions that are computed into temporaries: what is used several times, and what is nested deep.

use crate::lower::{DEPTH_LIMIT, Lower};
use tradewind_ir as ir;
use tradewind_ir::{Access, Axes, Code, Diagnostic, Span};

/// An operand of an operation nests less deep than this.
const DEEPEST: u32 = 64;

impl Lower<'_> {
    /// Assigns a value to a new temporary and gives what reads it.
    pub fn keep(&mut self, stem: &str, value: ir::Expr, span: Span) -> ir::Expr {
        let (name, dtype, at) = (self.fresh(stem), value.dtype, value.span);
        let id = self.temporary(name, dtype, Axes::IJK, at);
        self.emit(ir::Stmt::assign(Access::here(id), value, span));
        ir::Expr { kind: ir::ExprKind::Field(Access::here(id)), dtype, span: at }
    }

    /// Whether a value may be computed into a temporary. Programs have none; and where a condition stands around an element
    /// whose index is checked, the check must see it.
    pub fn may_keep(&self, value: &ir::Expr) -> bool {
        self.block.is_some() && (self.guards == 0 || !value.accesses().into_iter().any(Access::is_data_dependent))
    }

    /// Lowers operands that matter only where a condition holds.
    pub fn guarded<T>(&mut self, lower: impl FnOnce(&mut Self) -> T) -> T {
        self.guards += 1;
        let result = lower(self);
        self.guards -= 1;
        result
    }

    /// A value that may be an operand: what is nested deep, such as a long sum, is computed first. That leaves its operations
    /// as they are, and the order in which they are done.
    pub fn shallow(&mut self, value: ir::Expr) -> Option<ir::Expr> {
        let depth = depth(&value);
        if depth < DEEPEST {
            return Some(value);
        }
        let span = value.span;
        if self.may_keep(&value) {
            return Some(self.keep("part", value, span));
        }
        if depth < DEPTH_LIMIT {
            return Some(value);
        }
        let message = format!("this expression is nested more than {DEPTH_LIMIT} levels deep");
        let found = Diagnostic::error(Code::LIMIT, message, span, "the limit is passed here");
        self.fail(found.help("assign its parts to temporaries first"))
    }
}

/// How deep operations stand in one another.
fn depth(e: &ir::Expr) -> u32 {
    e.children().into_iter().map(|child| 1 + depth(child)).max().unwrap_or(0)
}
