//! What calls bind to the parameters of stencils, and what stencils assign to them.

use std::collections::HashMap;
use tradewind_ir::footprint::uses;
use tradewind_ir::stencil::StmtKind;
use tradewind_ir::{Expr, ExprKind, FieldId, IdVec, Param, ScalarId, Stencil, StencilId, Value, extent, settle};

use crate::analyzed::Analyzed;

/// A parameter as a stencil uses it.
pub(super) struct Parameter {
    pub is_read: bool,
    pub is_written: bool,
    /// The values that the stencil assigns, unless they depend on the point.
    assigned: Option<Vec<Expr>>,
}

impl Parameter {
    /// What all points that a call writes hold then; nothing if they may differ, or are not known.
    pub fn filled(&self, scalars: &[Expr]) -> Option<Value> {
        let known = |e: &Expr| match e.kind {
            ExprKind::Scalar(ScalarId(n)) => scalars.get(n as usize)?.known().map(ExprKind::Literal),
            _ => None,
        };
        let value = |e: &Expr| {
            let mut e = e.clone();
            settle::expr(&mut e, &known);
            e.known()
        };
        let mut values = self.assigned.as_ref()?.iter().map(value);
        let first = values.next()??;
        values.all(|value| value == Some(first)).then_some(first)
    }
}

/// What is bound to a parameter by the calls so far: nothing if they differ.
type Bound<I> = HashMap<I, Option<Value>>;

/// A stencil of a program, and its calls.
pub(super) struct Called {
    /// Its field parameters, in order.
    pub fields: Vec<Parameter>,
    reads_scalars: Vec<bool>,
    bound_fields: Bound<FieldId>,
    bound_scalars: Bound<ScalarId>,
}

impl Called {
    pub fn of(stencil: &Stencil) -> Called {
        let parameters = stencil.params.iter().filter(|p| matches!(p, Param::Field(_))).count();
        let parameter = || Parameter { is_read: false, is_written: false, assigned: Some(Vec::new()) };
        let mut called = Called {
            fields: std::iter::repeat_with(parameter).take(parameters).collect(),
            reads_scalars: vec![false; stencil.scalars.len()],
            bound_fields: HashMap::new(),
            bound_scalars: HashMap::new(),
        };
        for (_, _, execution) in stencil.executions() {
            for u in uses(&execution.body) {
                let Some(parameter) = called.fields.get_mut(u.access.field.0 as usize) else { continue };
                *(if u.write { &mut parameter.is_written } else { &mut parameter.is_read }) = true;
            }
            execution.body.iter().for_each(|stmt| stmt.walk(&mut |stmt| called.statement(&stmt.kind)));
            execution.body.iter().for_each(|stmt| stmt.walk(&mut |stmt| stmt.exprs().for_each(|e| called.note_scalars(e))));
        }
        called
    }

    fn statement(&mut self, stmt: &StmtKind) {
        let StmtKind::Assign(assign) = stmt else { return };
        let Some(parameter) = self.fields.get_mut(assign.target.field.0 as usize) else { return };
        match &mut parameter.assigned {
            Some(values) if assign.value.is_uniform() => values.push(assign.value.clone()),
            assigned => *assigned = None,
        }
    }

    fn note_scalars(&mut self, e: &Expr) {
        e.scalars().into_iter().for_each(|id| self.reads_scalars[id.0 as usize] = true);
    }

    /// A call binds a value, if it is known, to a field parameter.
    pub fn bind_field(&mut self, id: FieldId, value: Option<Value>) {
        bind(&mut self.bound_fields, id, value);
    }

    /// A call binds values to the scalar parameters.
    pub fn bind_scalars(&mut self, values: &[Expr]) {
        for (n, value) in values.iter().enumerate().filter(|(n, _)| self.reads_scalars[*n]) {
            bind(&mut self.bound_scalars, ScalarId(n as u32), value.known());
        }
    }

    /// What all calls bind to an operand of the stencil.
    fn known(&self, e: &Expr) -> Option<ExprKind> {
        let value = match &e.kind {
            ExprKind::Scalar(id) => self.bound_scalars.get(id).copied().flatten(),
            ExprKind::Field(access) => self.bound_fields.get(&access.field).copied().flatten(),
            _ => None,
        };
        value.map(ExprKind::Literal)
    }

    /// The stencil for what all calls bind, and how many parameters that are; nothing if it stays.
    fn settled(&self, stencil: &Stencil) -> Option<(Stencil, usize)> {
        let changes = self.bound_fields.values().flatten().count() + self.bound_scalars.values().flatten().count();
        if changes == 0 {
            return None;
        }
        let mut new = stencil.clone();
        for vertical in &mut new.loops {
            for section in &mut vertical.sections {
                for execution in &mut section.executions {
                    execution.body = settle::statements(std::mem::take(&mut execution.body), &|e| self.known(e));
                }
                section.executions.retain(|execution| !execution.body.is_empty());
            }
            vertical.sections.retain(|section| !section.executions.is_empty());
        }
        new.loops.retain(|vertical| !vertical.sections.is_empty());
        extent::compute(&mut new).is_empty().then_some((new, changes))
    }
}

fn bind<I: std::hash::Hash + Eq>(bound: &mut Bound<I>, id: I, value: Option<Value>) {
    bound.entry(id).and_modify(|known| *known = if *known == value { value } else { None }).or_insert(value);
}

/// Puts what all calls of a stencil bind to a parameter in its place; how many parameters.
pub(super) fn settle_stencils(of: &mut Analyzed, called: &IdVec<StencilId, Called>) -> usize {
    let mut count = 0;
    for (id, called) in called.iter() {
        if let Some((new, changes)) = called.settled(&of.program.stencils[id]) {
            of.replace(id, new);
            count += changes;
        }
    }
    count
}
