//! Loops at a point.

use super::cell::{Cell, Element};
use super::{LoopCondition, Lowering, asks_position};
use crate::code::{Carried, Inst, Op, ValueId};
use std::collections::BTreeSet;
use tradewind_ir::{Access, Assign, Axis, DType, Expr, FieldId, Stmt, StmtKind, Value};

impl Lowering<'_> {
    /// A loop. Cells that the body assigns are carried from round to round, if nothing else in the loop may alias them and
    /// they may be loaded; those that are not are in memory before and after each round.
    pub(super) fn repeat(&mut self, test: LoopCondition<'_>, body: &[Stmt]) {
        let (outer, outer_placed) = (self.predicate.take(), self.placed);
        self.placed |= body.iter().any(holds_placed);
        let variables = LoopVariables::of(Touched::of(&test, body, self), self);
        variables.in_memory.iter().for_each(|f| self.flush(*f));
        let inits: Vec<ValueId> = variables.carried.iter().map(|e| self.read_element(*e)).collect();
        variables.stored.iter().for_each(|f| self.forget(*f));

        let saved = self.cells.clone();
        let before = self.out.enter();
        let types: Vec<DType> = inits.iter().map(|v| self.out.code.values[*v]).collect();
        let params: Vec<ValueId> = types.into_iter().map(|dtype| self.out.code.values.push(dtype)).collect();
        for (e, param) in variables.carried.iter().zip(&params) {
            self.cells.set(*e, Cell::known(*param));
        }
        let (condition, first) = self.condition(&test, outer);
        let head = self.out.take();
        body.iter().for_each(|s| self.stmt(s));
        variables.stored.iter().for_each(|f| self.flush(*f));
        let mut rounds: Vec<Carried> = Vec::new();
        if let Some(init) = first {
            let next = self.value(Op::Const(Value::Bool(false)), DType::Bool);
            rounds.push(Carried { param: condition, init, next });
        }
        for ((e, init), param) in variables.carried.iter().zip(inits).zip(&params) {
            rounds.push(Carried { param: *param, init, next: self.read_element(*e) });
        }
        let body = self.out.leave(before);
        self.out.code.body.push(Inst::While { carried: rounds, head, condition, body });

        self.cells = saved;
        self.predicate = first.or(outer);
        // The loop's results are right at every point, those where no round ran included.
        variables.carried.iter().zip(params).for_each(|(e, param)| self.assign_right_everywhere(*e, param));
        (self.predicate, self.placed) = (outer, outer_placed);
        variables.stored.iter().for_each(|f| self.forget(*f));
    }

    /// The condition of a loop where the predicate holds; for one round, a value carried from round to round, with its first
    /// value.
    fn condition(&mut self, test: &LoopCondition<'_>, predicate: Option<ValueId>) -> (ValueId, Option<ValueId>) {
        match *test {
            LoopCondition::While(condition) => {
                let condition = self.expr(condition);
                (predicate.map_or(condition, |p| self.and(p, condition)), None)
            }
            LoopCondition::Once(p) => (self.out.code.values.push(DType::Bool), Some(p)),
        }
    }
}

/// Whether a mask that depends on the position is among the statements.
fn holds_placed(stmt: &Stmt) -> bool {
    let mut holds = false;
    stmt.walk(&mut |s| {
        holds |= match &s.kind {
            StmtKind::Mask { condition, .. } => asks_position(condition),
            StmtKind::Restrict { .. } => true,
            _ => false,
        }
    });
    holds
}

/// How the rounds of a loop hand on what they assign.
struct LoopVariables {
    /// Elements carried as values.
    carried: Vec<Element>,
    /// Containers whose elements are in memory before and after each round.
    in_memory: BTreeSet<FieldId>,
    /// Those of them that are assigned to.
    stored: Vec<FieldId>,
}

impl LoopVariables {
    fn of(touched: Touched, lowering: &Lowering<'_>) -> LoopVariables {
        let mut in_memory = touched.anywhere;
        in_memory.extend(touched.assigned.iter().filter(|e| !lowering.is_safe(**e)).map(|e| e.0));
        let carried = touched.assigned.into_iter().filter(|e| !in_memory.contains(&e.0)).collect();
        let stored = in_memory.intersection(&touched.stored).copied().collect();
        LoopVariables { carried, in_memory, stored }
    }
}

/// What a loop touches.
#[derive(Default)]
struct Touched {
    /// Elements assigned (those with data-dependent indexes stand for themselves through `anywhere`).
    assigned: BTreeSet<Element>,
    /// Containers with an access at a data-dependent level or of a data-dependent component.
    anywhere: BTreeSet<FieldId>,
    /// Containers assigned to.
    stored: BTreeSet<FieldId>,
}

impl Touched {
    fn of(test: &LoopCondition<'_>, body: &[Stmt], lowering: &Lowering<'_>) -> Touched {
        let mut touched = Touched::default();
        if let LoopCondition::While(condition) = test {
            touched.expr(condition, lowering);
        }
        for stmt in body {
            stmt.walk(&mut |s| {
                s.exprs().for_each(|e| touched.expr(e, lowering));
                if let StmtKind::Assign(Assign { target, .. }) = &s.kind {
                    touched.access(target, lowering);
                    touched.stored.insert(target.field);
                    let k = target.k.known().unwrap_or(0);
                    touched.assigned.insert(lowering.element(target, k, target.component.known().unwrap_or(0)));
                }
            });
        }
        touched
    }
    fn expr(&mut self, expr: &Expr, lowering: &Lowering<'_>) {
        expr.accesses().into_iter().for_each(|access| self.access(access, lowering));
    }
    fn access(&mut self, access: &Access, lowering: &Lowering<'_>) {
        let has_k = lowering.scope.fields[access.field].stored_axes().has(Axis::K);
        if access.component.known().is_none() || has_k && access.k.expr().is_some() {
            self.anywhere.insert(access.field);
        }
    }
}
