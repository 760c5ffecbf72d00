//! Scalar variables and transient fields: declarations and assignments.

use super::{ProgramLower, scalar_value};
use crate::convert;
use crate::declared_type::Type;
use crate::scope::Local;
use crate::syntax::{Expr, ExprKind};
use crate::words::Word;
use tradewind_ir as ir;
use tradewind_ir::{Code, DType, Diagnostic, HostStep, Lifetime, ProgramStmt, ScalarId, ScalarKind, Span};

impl ProgramLower<'_> {
    pub(super) fn assign(&mut self, targets: &[Expr], value: &Expr, span: Span, out: &mut Vec<ProgramStmt>) {
        if let Some((Word::HaloStart, args, named)) = self.word_call(value) {
            return self.halo_start(targets, value, args, named, out);
        }
        if let ([target], Some(items)) = (targets, self.names.tuple(value)) {
            return match (&target.kind, target.name()) {
                (ExprKind::Tuple(names), _) => self.unpack(names, value, span, out),
                (_, Some(name)) => self.bind(name, Local::Tuple(items)),
                _ => self.names.report(Diagnostic::error(
                    Code::ASSIGN_TARGET,
                    "this cannot be assigned to",
                    target.span,
                    "not a name",
                )),
            };
        }
        if let Some(Local::Field { .. }) = value.name().and_then(|name| self.names.local(name)) {
            let found = Diagnostic::error(
                Code::FIELD_ASSIGNED,
                "a field is assigned in a program",
                span,
                "this would give a field a second name",
            );
            return self.names.report(found.help("write `copy(target, source)` or `swap(a, b)`, or call a stencil"));
        }
        let Some(value) = self.value(value) else {
            return targets.iter().for_each(|target| self.give_up(target));
        };
        targets.iter().for_each(|target| self.set(target, value.clone(), span, out));
    }

    /// `a, b = x, y` for scalars: all values are taken before the first assignment.
    pub(super) fn unpack(&mut self, names: &[Expr], value: &Expr, span: Span, out: &mut Vec<ProgramStmt>) {
        let ExprKind::Tuple(values) = &value.kind else {
            return self.names.report(Diagnostic::error(
                Code::FIELD_ASSIGNED,
                "a tuple of fields cannot be assigned",
                value.span,
                "loop over it instead",
            ));
        };
        if values.len() != names.len() {
            let message = format!("{} values are assigned to {} names", values.len(), names.len());
            return self.names.report(Diagnostic::error(Code::VALUE_COUNT, message, span, "here"));
        }
        let kept: Vec<Option<ir::Expr>> = values.iter().map(|v| self.value(v)).collect();
        let mut copies = Vec::new();
        for value in kept.into_iter().flatten() {
            let (dtype, at) = (value.dtype, value.span);
            let id = self.variable_from("value", value, out);
            copies.push(scalar_value(id, dtype, at));
        }
        names.iter().zip(copies).for_each(|(target, value)| self.set(target, value, span, out));
    }

    /// Sets a scalar variable, new or known.
    pub(super) fn set(&mut self, target: &Expr, value: ir::Expr, span: Span, out: &mut Vec<ProgramStmt>) {
        let Some(name) = target.name() else {
            let found =
                Diagnostic::error(Code::ASSIGN_TARGET, "this cannot be assigned to", target.span, "not a scalar variable");
            return self.names.report(found.help("only stencils write fields"));
        };
        let scalar = match self.names.local(name).cloned() {
            None => self.variable(name, value.dtype, target.span),
            Some(Local::Scalar(id)) => id,
            Some(Local::Broken) => return,
            Some(Local::Field { id, .. }) => {
                let declared = self.program.fields[id].span;
                let found = Diagnostic::error(
                    Code::FIELD_ASSIGNED,
                    format!("the field `{name}` is assigned in a program"),
                    target.span,
                    "assigned here",
                );
                let found = found.label(declared, "declared here");
                return self.names.report(found.help("stencils, `copy` and `swap` write fields"));
            }
            Some(_) => {
                return self.names.report(Diagnostic::error(
                    Code::SCALAR_ASSIGNED,
                    format!("`{name}` cannot be assigned"),
                    target.span,
                    "assigned here",
                ));
            }
        };
        let value = convert::cast(value, self.program.scalars[scalar].dtype);
        out.push(ProgramStmt::Host(HostStep::Let { scalar, value }, span));
    }

    /// A scalar variable of the source, in scope from now on.
    pub(super) fn variable(&mut self, name: &str, dtype: DType, span: Span) -> ScalarId {
        let printed = self.printed(name);
        let id = self.scalar(printed, dtype, ScalarKind::Variable, span);
        self.bind(name, Local::Scalar(id));
        id
    }

    /// The name of something declared in the source: with the program's name before it in a program that is put in place.
    pub(super) fn printed(&mut self, name: &str) -> String {
        let inner = self.names.scopes.last().and_then(|f| f.function.as_ref()).map(|f| format!("{}_{name}", f.name.text));
        match inner {
            Some(stem) => self.names.fresh(&stem),
            None if self.printed.contains(name) => self.names.fresh(name),
            None => name.to_string(),
        }
    }

    pub(super) fn declare(
        &mut self,
        target: &Expr,
        annotation: &Expr,
        value: Option<&Expr>,
        span: Span,
        out: &mut Vec<ProgramStmt>,
    ) {
        let Some(name) = target.name() else {
            return self.names.report(Diagnostic::error(
                Code::ASSIGN_TARGET,
                "only a name can be declared",
                target.span,
                "not a name",
            ));
        };
        let known = match self.types().read(annotation) {
            Ok(known) => known,
            Err(found) => {
                self.names.report(found);
                return self.give_up(target);
            }
        };
        if self.names.local(name).is_some() {
            return self.names.report(Diagnostic::error(
                Code::DEFINED_TWICE,
                format!("`{name}` is declared twice"),
                target.span,
                "declared again here",
            ));
        }
        match (known, value) {
            (Type::Field(ty), None) => {
                let printed = self.printed(name);
                let id = self.field(printed, ty, Lifetime::Transient, target.span);
                self.bind(name, Local::Field { id, offset: [0; 3] });
            }
            (Type::Field(..), Some(value)) => {
                let found = Diagnostic::error(
                    Code::FIELD_ASSIGNED,
                    "declare a field of a program without a value",
                    value.span,
                    "remove this",
                );
                self.names.report(found.help("it holds zeros until a stencil writes it"));
                self.give_up(target);
            }
            (Type::Scalar(dtype), value) => {
                let lowered = value.map(|v| self.value(v));
                self.variable(name, dtype, target.span);
                if let Some(Some(value)) = lowered {
                    self.set(target, value, span, out);
                }
            }
        }
    }

    pub(super) fn give_up(&mut self, target: &Expr) {
        if let Some(name) = target.name()
            && self.names.local(name).is_none()
        {
            self.names.locals().names.insert(name.to_string(), Local::Broken);
        }
    }
}
