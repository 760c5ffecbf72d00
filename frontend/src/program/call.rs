//! Calls in programs, and the calls of stencils.

use super::ProgramLower;
use super::argument::CallDomain;
use super::prune::prune;
use crate::annotation::field_name;
use crate::convert;
use crate::function_ref::FunctionRef;
use crate::names::Binding;
use crate::scope::Local;
use crate::syntax::{Expr, ExprKind, Function, Name};
use crate::words::Word;
use std::sync::Arc;
use tradewind_ir as ir;
use tradewind_ir::identify::{self, Twins};
use tradewind_ir::suggest::hint;
use tradewind_ir::{Code, Diagnostic, FieldId, HostStep, Param, ProgramStmt, Span, StencilId, Window};

/// A field of the program, the stencil's parameter that it is bound to, and the argument's place.
type FieldArgument = (FieldId, FieldId, Span);

impl ProgramLower<'_> {
    /// A call as a statement.
    pub(super) fn call(&mut self, e: &Expr, f: &Expr, args: &[Expr], named: &[(Name, Expr)], out: &mut Vec<ProgramStmt>) {
        match self.names.global(f) {
            Some(Binding::Stencil(function)) => {
                let call = self.stencil_call(e, &function, args, named);
                out.extend(call);
            }
            Some(Binding::Program(function)) => self.program_call(e, &function, args, named, out),
            Some(Binding::Word(Word::HaloUpdate)) => out.extend(self.halo_update(e, f, args, named).into_iter().flatten()),
            Some(Binding::Word(Word::HaloStart)) => {
                let found = Diagnostic::error(Code::HALO_PAIR, "nothing can wait for this halo update", e.span, "started here");
                let name = f.last_name().unwrap_or("halo_start");
                self.names.report(found.help(format!("write `update = {name}(…)`, and later `halo_wait(update)`")));
            }
            Some(Binding::Word(Word::HaloWait)) => out.extend(self.halo_wait(e, args, named).into_iter().flatten()),
            Some(Binding::Word(Word::Copy)) => {
                let pair = self.pair(e, f, args, named);
                out.extend(pair.map(|(to, from)| ProgramStmt::Host(HostStep::Copy { to, from }, e.span)));
            }
            Some(Binding::Word(Word::Swap)) => {
                let pair = self.pair(e, f, args, named);
                out.extend(pair.map(|(a, b)| ProgramStmt::Host(HostStep::Swap { a, b }, e.span)));
            }
            Some(Binding::Word(Word::Callback)) => out.extend(self.callback(e, args, named)),
            Some(Binding::Function(function)) => {
                let found = Diagnostic::error(
                    Code::FUNCTION_IN_PROGRAM,
                    "a program calls a function of stencils",
                    f.span,
                    "called here",
                );
                let found = found.label(function.def.name.span, "this is neither a stencil nor a program");
                self.names.report(found.help("decorate it with `@program`, or give it a computation and make it a stencil"));
            }
            Some(Binding::Unknown(unknown)) => self.names.report(unknown.diagnose(f.span)),
            _ => {
                let name = f.last_name().unwrap_or("this").to_string();
                let found = Diagnostic::error(
                    Code::UNKNOWN_STENCIL,
                    format!("unknown stencil `{name}`"),
                    f.span,
                    "no stencil or program has this name",
                );
                let known = self.callable_names();
                self.names.report(hint(found, &name, known.iter().map(String::as_str)));
            }
        }
    }

    pub(super) fn callable_names(&self) -> Vec<String> {
        let own = self.names.files.get(self.names.file()).into_iter().flat_map(|f| f.bindings.iter());
        let callable = own.filter(|(_, b)| matches!(b, Binding::Stencil(_) | Binding::Program(_)));
        let words = ["halo_update", "halo_start", "halo_wait", "copy", "swap", "callback"].map(String::from);
        callable.map(|(name, _)| name.clone()).chain(words).collect()
    }

    /// The stencil as part of this program: lowered at its first call.
    pub(super) fn stencil(&mut self, function: &FunctionRef) -> Option<StencilId> {
        if let Some(known) = self.stencils.get(function) {
            return *known;
        }
        let (stencil, found) = self.module.stencil(function, &[]);
        let failed = found.iter().any(Diagnostic::is_error);
        found.into_iter().for_each(|d| self.names.report(d));
        let id = if failed { None } else { Some(self.add_stencil(stencil, function)) };
        self.stencils.insert(function.clone(), id);
        id
    }

    /// Adds a stencil without the optional parameters that it does not touch.
    pub(super) fn add_stencil(&mut self, stencil: ir::Stencil, function: &FunctionRef) -> StencilId {
        let optional =
            function.def.params.iter().filter(|p| p.default.as_ref().is_some_and(|d| matches!(d.kind, ExprKind::None)));
        let optional: Vec<&str> = optional.map(|p| p.name.text.as_str()).collect();
        self.add_named(prune(stencil, &optional))
    }

    /// Adds a stencil under a name of its own.
    fn add_named(&mut self, mut stencil: ir::Stencil) -> StencilId {
        let (base, mut n) = (stencil.name.clone(), 2);
        while !self.called.insert(stencil.name.clone()) {
            stencil.name = format!("{base}_{n}");
            n += 1;
        }
        self.program.stencils.push(stencil)
    }

    pub(super) fn stencil_call(
        &mut self,
        e: &Expr,
        function: &FunctionRef,
        args: &[Expr],
        named: &[(Name, Expr)],
    ) -> Option<ProgramStmt> {
        let stencil = self.stencil(function);
        let is_domain = |name: &Name| matches!(name.text.as_str(), "origin" | "domain");
        let (options, named): (Vec<_>, Vec<_>) = named.iter().cloned().partition(|(name, _)| is_domain(name));
        let domain = self.call_domain(&options);
        let given = self.arguments(e, &function.def, args, &named)?;
        let (stencil, domain) = (stencil?, domain?);
        let (fields, scalars) = self.bound_arguments(e, &function.def, stencil, &given)?;
        let (stencil, fields) = self.merged(stencil, &fields)?;
        let CallDomain { domain, stretches } = domain;
        let call = ProgramStmt::Call { stencil, fields, scalars, domain, span: e.span };
        if stretches.is_empty() {
            return Some(call);
        }
        let window = Window::written(stretches, e.span);
        Some(ProgramStmt::Host(HostStep::Within { window, body: vec![call] }, e.span))
    }

    /// What the stencil's parameters of each kind are bound to: fields of the program, and scalar values.
    fn bound_arguments(
        &mut self,
        e: &Expr,
        def: &Arc<Function>,
        stencil: StencilId,
        given: &[(String, &Expr)],
    ) -> Option<(Vec<FieldArgument>, Vec<ir::Expr>)> {
        let callee = &self.program.stencils[stencil];
        let (params, field_params, scalar_params) = (callee.params.clone(), callee.fields.clone(), callee.scalars.clone());
        let (mut fields, mut scalars, mut complete) = (Vec::new(), Vec::new(), true);
        for param in &params {
            let name = match *param {
                Param::Field(id) => &field_params[id].name,
                Param::Scalar(id) => &scalar_params[id].name,
            };
            let value = given.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
            let Some(value) = value.filter(|v| !matches!(v.kind, ExprKind::None)) else {
                self.left_out(e, def, name);
                complete = false;
                continue;
            };
            let before = fields.len() + scalars.len();
            match *param {
                Param::Field(id) => {
                    let bound = self.field_argument(value, &field_params[id]);
                    fields.extend(bound.map(|field| (field, id, value.span)));
                }
                Param::Scalar(id) => {
                    let bound = self.value(value);
                    scalars.extend(bound.map(|value| convert::cast(value, scalar_params[id].dtype)));
                }
            }
            complete &= fields.len() + scalars.len() > before;
        }
        complete.then_some((fields, scalars))
    }

    /// The field that an argument names, of the type and axes wanted.
    pub(super) fn field_argument(&mut self, value: &Expr, wanted: &ir::Field) -> Option<FieldId> {
        let id = self.field_named(value)?;
        let (field, ty) = (&self.program.fields[id], wanted.field_type());
        if ty.takes(&field.field_type()) {
            return Some(id);
        }
        let has = format!("this is a {}", field_name(&field.field_type()));
        let message = format!("the parameter `{}` is a {}", wanted.name, field_name(&ty));
        let found = Diagnostic::error(Code::FIELD_TYPE, message, value.span, has).label(field.span, "declared here");
        self.names.fail(found.label(wanted.span, "the parameter").help("declare both with the same type"))
    }

    /// The field that an expression names.
    pub(super) fn field_named(&mut self, e: &Expr) -> Option<FieldId> {
        let Some(name) = e.name() else {
            let found =
                Diagnostic::error(Code::FIELD_NEEDED, "a field is needed here", e.span, "this is not the name of a field");
            return self.names.fail(found.help("stencils take whole fields: shift or combine them inside the stencil"));
        };
        match self.names.local(name) {
            Some(Local::Field { id, .. }) => Some(*id),
            Some(Local::Broken) => None,
            Some(Local::Unsettled) => self.names.unsettled(e),
            Some(_) => self.names.fail(Diagnostic::error(
                Code::FIELD_NEEDED,
                "a field is needed here",
                e.span,
                format!("`{name}` is not a field"),
            )),
            None => self.names.unknown(e, name),
        }
    }

    /// The stencil for these fields, and the fields: one that is passed twice, and written, is one parameter.
    fn merged(&mut self, stencil: StencilId, fields: &[FieldArgument]) -> Option<(StencilId, Vec<FieldId>)> {
        let bound: Vec<FieldId> = fields.iter().map(|(field, ..)| *field).collect();
        let twins = Twins::of_call(&self.program.stencils[stencil], &bound);
        let Some((later, first)) = twins.pairs().first().copied() else { return Some((stencil, bound)) };
        let kept = fields.iter().filter(|(_, param, _)| twins.first(*param) == *param).map(|(field, ..)| *field).collect();
        let known = (stencil, twins);
        if let Some(id) = self.merged.get(&known) {
            return Some((*id, kept));
        }
        let one = match identify::stencil(&self.program.stencils[stencil], &known.1) {
            Ok(one) => one,
            Err(why) => {
                let at = |wanted: FieldId| fields.iter().find(|(_, param, _)| *param == wanted).copied();
                let ((field, _, span), (.., other)) = (at(later)?, at(first)?);
                let name = &self.program.fields[field].name;
                let message = format!("`{name}` is passed twice to a stencil that cannot run on one field");
                let found = Diagnostic::error(Code::ALIAS, message, span, "passed here").label(other, "and here");
                let found = why.into_iter().take(1).fold(found, |found, why| found.note(why.message));
                return self.names.fail(found.help("pass a copy of the field for one of them"));
            }
        };
        let id = self.add_named(one);
        self.merged.insert(known, id);
        Some((id, kept))
    }
}
