//! Inlines calls of other programs.

use super::ProgramLower;
use crate::function_ref::FunctionRef;
use crate::scope::{Local, LocalScope};
use crate::syntax::{Expr, Name, assigned_names};
use std::collections::HashSet;
use std::sync::Arc;
use tradewind_ir as ir;
use tradewind_ir::{Code, Diagnostic, ProgramStmt, ScalarKind};

/// How deep programs may call one another.
const CALL_LIMIT: usize = 40;

impl ProgramLower<'_> {
    /// A call of another program: its body, with its parameters standing for the arguments.
    pub(super) fn program_call(
        &mut self,
        e: &Expr,
        function: &FunctionRef,
        args: &[Expr],
        named: &[(Name, Expr)],
        out: &mut Vec<ProgramStmt>,
    ) {
        let def = &function.def;
        let is_active = |f: &LocalScope| f.function.as_ref().is_some_and(|g| Arc::ptr_eq(g, def));
        if self.program.span == def.name.span || self.names.scopes.iter().any(is_active) {
            let found = Diagnostic::error(
                Code::RECURSION,
                format!("the program `{}` calls itself", def.name.text),
                e.span,
                "called again here",
            );
            return self.names.report(found.label(def.name.span, "defined here").help("write the repetition as a loop"));
        }
        if self.names.scopes.len() > CALL_LIMIT {
            let message = format!("calls of programs are nested more than {CALL_LIMIT} levels deep");
            return self.names.report(Diagnostic::error(Code::LIMIT, message, e.span, "the limit is passed here"));
        }
        let Some(given) = self.arguments(e, def, args, named) else { return };
        let mut scope = LocalScope::new(function.file, Some(def.clone()));
        let assigned: HashSet<&str> = assigned_names(&def.body).into_iter().map(|(name, _)| name).collect();
        for (name, value) in given {
            let is_assigned = assigned.contains(name.as_str());
            let local = self.program_argument(value, &format!("{}_{name}", def.name.text), is_assigned, out);
            scope.names.insert(name, local.unwrap_or(Local::Broken));
        }
        self.names.scopes.push(scope);
        self.enter(def);
        let (around, mark) = (std::mem::take(&mut self.loops), self.rebound.len());
        self.body(&def.body, out);
        (self.loops, _) = (around, self.rebound.truncate(mark));
        self.names.scopes.pop();
    }

    /// What a parameter of a called program stands for: a field, a tuple, a constant, or a variable that holds its value.
    pub(super) fn program_argument(
        &mut self,
        value: &Expr,
        stem: &str,
        is_assigned: bool,
        out: &mut Vec<ProgramStmt>,
    ) -> Option<Local> {
        if let Some(items) = self.names.tuple(value) {
            return Some(Local::Tuple(items));
        }
        if let Some(local @ Local::Field { .. }) = value.name().and_then(|name| self.names.local(name)) {
            return Some(local.clone());
        }
        if let (Ok(known), false) = (self.names.constant(value), is_assigned) {
            return Some(Local::Constant(known));
        }
        let lowered = self.value(value)?;
        match lowered.kind {
            ir::ExprKind::Scalar(id) if !is_assigned && self.program.scalars[id].kind == ScalarKind::Argument => {
                Some(Local::Scalar(id))
            }
            _ => Some(Local::Scalar(self.variable_from(stem, lowered, out))),
        }
    }
}
