//! What statements touch.

use tradewind_ir::{Access, Assign, Expr, Stmt, StmtKind};

/// One access of a statement, or of a statement inside it.
#[derive(Clone, Copy, Debug)]
pub struct Touch<'a> {
    pub access: &'a Access,
    /// Whether the element is written; otherwise it is read.
    pub write: bool,
}

/// Every access of a statement and of those inside it, each value's reads before the write that they feed.
pub fn accesses_of(stmt: &Stmt) -> Vec<Touch<'_>> {
    let mut found = Vec::new();
    stmt.walk(&mut |s| {
        s.expr().into_iter().for_each(|e| add_reads(e, &mut found));
        if let StmtKind::Assign(Assign { target, .. }) = &s.kind {
            target.k.expr().into_iter().for_each(|e| add_reads(e, &mut found));
            found.push(Touch { access: target, write: true });
        }
    });
    found
}

fn add_reads<'a>(expr: &'a Expr, found: &mut Vec<Touch<'a>>) {
    found.extend(expr.accesses().into_iter().map(|access| Touch { access, write: false }));
}
