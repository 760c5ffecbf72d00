//! The accesses of statements.

use tradewind_ir::{Access, Assign, Expr, Span, Stmt, StmtKind};

/// One access of a statement, or of a statement inside it.
#[derive(Clone, Copy, Debug)]
pub struct Touch<'a> {
    pub access: &'a Access,
    /// Whether the element is written; otherwise it is read.
    pub write: bool,
    /// Whether a write happens only where a condition holds.
    pub conditional: bool,
    /// The innermost statement around.
    pub span: Span,
}

impl Touch<'_> {
    /// Whether the element is at another level than the point, or at one that depends on data.
    pub fn is_at_other_level(&self) -> bool {
        self.access.k.known() != Some(0)
    }
}

/// Every access of a statement and of those inside it, in the order in which they happen.
pub fn accesses_of(stmt: &Stmt) -> Vec<Touch<'_>> {
    let mut found = Vec::new();
    add(stmt, false, &mut found);
    found
}

fn add<'a>(stmt: &'a Stmt, conditional: bool, found: &mut Vec<Touch<'a>>) {
    let mut touch = |access, write| found.push(Touch { access, write, conditional, span: stmt.span });
    let mut reads = |e: &'a Expr| e.accesses().into_iter().for_each(|access| touch(access, false));
    stmt.exprs().for_each(&mut reads);
    if let StmtKind::Assign(Assign { target, .. }) = &stmt.kind {
        touch(target, true);
    }
    stmt.body().iter().for_each(|s| add(s, true, found));
}
