//! `if` and `while`.
//!
//! An `if` on a field condition assigns a mask before its branches, `mask = a > b`. Then `Mask(mask) { … }` surrounds each
//! statement of the first branch, and `Mask(!mask) { … }` each statement of the other. An inner mask is assigned at every
//! point, without a mask, unless it reads what its own branch has written, or the outer condition depends on the level. A
//! condition without fields surrounds each statement itself. If the condition is known at compile time, one branch remains.

use crate::convert;
use crate::emitted::Emitted;
use crate::expression::{REPEAT_LIMIT, size};
use crate::inline::Returned;
use crate::lower::Lower;
use crate::syntax::{Expr, Stmt};
use std::collections::HashSet;
use tradewind_ir as ir;
use tradewind_ir::{Access, Axes, Code, DType, Diagnostic, Span, StmtKind};

impl Lower<'_> {
    /// `if condition: then else: otherwise`
    pub fn branch(&mut self, condition: &Expr, then: &[Stmt], otherwise: &[Stmt]) -> Option<Returned> {
        if let Some(decided) = self.decided(condition)? {
            let taken = self.taken(decided, then, otherwise);
            return self.body(taken);
        }
        // The branches are lowered even if the condition is wrong: they have errors of their own to report.
        let lowered = self.condition(condition);
        let unit = ir::Expr::literal(ir::Value::Bool(true), condition.span);
        let value = lowered.unwrap_or(unit);
        // What stands under such a condition is not evaluated on other levels: they need not exist.
        let guards = value.is_uniform() || reads_level(&value);
        let mask = self.mask(value, condition.span);
        let negated = convert::not(mask.clone(), condition.span);
        self.under(mask, guards, then, condition.span);
        self.under(negated, guards, otherwise, condition.span);
        None
    }

    /// The condition as it stands around statements: itself if it is short and no statement can change it, else a temporary
    /// that holds it.
    fn mask(&mut self, condition: ir::Expr, span: Span) -> ir::Expr {
        if condition.accesses().is_empty() && size(&condition) <= REPEAT_LIMIT {
            return condition;
        }
        let name = (0..).map(|n| format!("mask_{n}")).find(|name| !self.taken.contains(name)).unwrap_or_default();
        self.taken.insert(name.clone());
        let id = self.temporary(name, DType::Bool, Axes::IJK, span);
        let stmt = ir::Stmt::assign(Access::here(id), condition, span);
        let checks = self.checks_of(&stmt);
        self.push(Emitted { stmt, checks, is_mask: true });
        ir::Expr { kind: ir::ExprKind::Field(Access::here(id)), dtype: DType::Bool, span }
    }

    /// Statements under a mask; one that `guards` stands around the masks inside as well.
    fn under(&mut self, mask: ir::Expr, guards: bool, body: &[Stmt], span: Span) {
        let inner = self.capture(|this| {
            if let Some(returned) = this.blocked("under a condition that is known only at run time", |this| this.body(body)) {
                let found =
                    Diagnostic::error(Code::RETURN_PLACE, "a `return` is inside a condition", returned.span, "returned here");
                let found = found.label(span, "it runs only where this holds");
                this.report(found.help("assign to one name in both branches and return that at the end"));
            }
        });
        let mut written = HashSet::new();
        for Emitted { stmt, checks, is_mask } in inner {
            // What this branch has written is not to be read where the branch is not taken, nor an index to be checked there.
            let reads = || stmt.exprs().any(|e| e.accesses().iter().any(|a| written.contains(&a.field)));
            let reads_branch = is_mask && (!checks.is_empty() || reads());
            if is_mask && !guards && !reads_branch {
                self.push(Emitted { stmt, checks, is_mask });
                continue;
            }
            let is_mask = is_mask && !reads_branch;
            let emitted = Emitted { stmt, checks, is_mask };
            written.extend(emitted.written());
            self.push(emitted.within(|body| StmtKind::Mask { condition: mask.clone(), body }));
        }
    }

    /// `while condition: body`
    pub fn repeat(&mut self, condition: &Expr, body: &[Stmt], span: Span) {
        // Functions called in the condition run before the loop and again at the end of each round.
        let mut lowered = None;
        let before = self.capture(|this| lowered = this.condition(condition));
        let mut inner = self.capture(|this| {
            if let Some(returned) = this.blocked("inside a `while`", |this| this.body(body)) {
                this.report(Diagnostic::error(
                    Code::RETURN_PLACE,
                    "a `return` is inside a loop",
                    returned.span,
                    "returned here",
                ));
            }
        });
        let Some(condition_value) = lowered else { return };
        if condition_value.is_uniform() {
            let label = "no field is read here";
            let found =
                Diagnostic::error(Code::WHILE_CONSTANT, "the condition of this `while` never changes", condition.span, label);
            return self.report(found.help("compare a field or a temporary that the body assigns"));
        }
        inner.extend(before.iter().cloned());
        before.into_iter().for_each(|e| self.push(e));
        let checks = self.checks_of_condition(&condition_value);
        if inner.is_empty() {
            let found = Diagnostic::error(Code::WHILE_CONSTANT, "this `while` has no statements", span, "it would never end");
            return self.report(found);
        }
        // Before the first round, and before the condition is asked again.
        let body = inner.into_iter().flat_map(Emitted::body).chain(checks.iter().cloned()).collect();
        let stmt = ir::Stmt { kind: StmtKind::While { condition: condition_value, body }, span };
        self.push(Emitted { stmt, checks, is_mask: false });
    }
}

/// Whether a condition depends on the current level.
fn reads_level(condition: &ir::Expr) -> bool {
    let mut found = false;
    condition.walk(&mut |e| found |= matches!(e.kind, ir::ExprKind::Index(ir::Axis::K)));
    found
}
