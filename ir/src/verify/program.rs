//! The checks of a program.

use super::types::{Tables, check_expr};
use super::{MAX_DEPTH, check_bounds, check_field_type, check_names, check_params};
use super::{exchanges, pairs};
use crate::access::ProgramSummary;
use crate::diagnostic::{Code, Diagnostic};
use crate::domain::{Axes, Axis, Extent, Range};
use crate::expr::Expr;
use crate::field_type::FieldType;
use crate::footprint::uses;
use crate::host::HostStep;
use crate::ids::{FieldId, IdVec, ScalarId, StencilId};
use crate::program::{Lifetime, Program, ProgramField, ProgramScalar, ProgramStmt, ScalarKind};
use crate::reach::min_size;
use crate::source::Span;
use crate::stencil::{Param, Stencil};
use crate::types::DType;
use crate::verified::Verify;
use crate::window::Window;
use std::collections::HashSet;

impl Verify for Program {
    type Summary = ProgramSummary;

    /// See the list in [`crate::verify`].
    fn check(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        check_tables(self, &mut found);
        for stencil in self.stencils.values() {
            found.extend(stencil.check());
        }
        let min_sizes = self.stencils.values().map(min_size).collect();
        let mut checker = Checker { program: self, min_sizes, found };
        checker.body(&self.body, 0);
        if checker.found.is_empty() {
            checker.found.extend(exchanges::check(self));
            checker.found.extend(pairs::check(self));
        }
        checker.found
    }
    fn summarize(&self) -> ProgramSummary {
        ProgramSummary::of(self)
    }
}

impl Tables for Program {
    fn field(&self, id: FieldId) -> Option<(&str, DType, Axes, u32)> {
        self.fields.get(id).map(|f| (f.name.as_str(), f.dtype, f.axes, f.components()))
    }
    fn scalar(&self, id: ScalarId) -> Option<DType> {
        self.scalars.get(id).map(|s| s.dtype)
    }
}

fn check_tables(program: &Program, found: &mut Vec<Diagnostic>) {
    check_names([(program.name.as_str(), program.span)], found);
    let fields = program.fields.values().map(|f| (f.name.as_str(), f.span));
    check_names(fields.chain(program.scalars.values().map(|s| (s.name.as_str(), s.span))), found);
    program.fields.values().for_each(|f| check_field_type(&f.name, &f.field_type(), f.span, found));
    check_names(program.stencils.values().map(|s| (s.name.as_str(), s.span)), found);
    let fields = (&program.fields, |f: &ProgramField| f.lifetime == Lifetime::Argument);
    let scalars = (&program.scalars, |s: &ProgramScalar| s.kind == ScalarKind::Argument);
    check_params(&program.params, fields, scalars, program.span, found);
}

fn describe(FieldType { dtype, axes, interfaces, data }: &FieldType) -> String {
    let interfaces = if *interfaces == Axes::NONE { String::new() } else { format!(" at interfaces along {interfaces}") };
    let data = if data.is_empty() { String::new() } else { format!(" with data dimensions {data:?}") };
    format!("{dtype} on {axes}{interfaces}{data}")
}

struct Checker<'a> {
    program: &'a Program,
    /// Of the stencils, by which every call is checked.
    min_sizes: IdVec<StencilId, [i64; 3]>,
    found: Vec<Diagnostic>,
}

impl Checker<'_> {
    fn body(&mut self, body: &[ProgramStmt], depth: usize) {
        for step in body {
            if depth > MAX_DEPTH {
                return self.error(step.span(), format!("nested deeper than {MAX_DEPTH} levels"), "this step");
            }
            self.step(step, depth);
        }
    }
    fn step(&mut self, step: &ProgramStmt, depth: usize) {
        match step {
            ProgramStmt::Call { stencil, fields, scalars, domain, span } => {
                check_bounds(domain.iter().flat_map(|r| r.lo.iter().chain(&r.hi)).copied(), *span, &mut self.found);
                self.call(*stencil, fields, scalars, *span);
                self.part(*stencil, domain, *span);
            }
            ProgramStmt::Host(step, span) => self.host(step, *span, depth),
        }
    }
    fn host(&mut self, step: &HostStep<Vec<ProgramStmt>>, span: Span, depth: usize) {
        match step {
            HostStep::Within { window, body } => self.within(window, body, span),
            HostStep::Exchange { fields, reach, .. } => {
                if !reach.unwrap_or_default().covers(Extent::ZERO) {
                    self.error(
                        span,
                        "a halo update does not reach around the domain".into(),
                        "expected `reach i(-1,1) j(0,0)`",
                    );
                }
                for field in fields {
                    match self.field(*field, span) {
                        Some((name, FieldType { axes, .. })) if !axes.has(Axis::I) && !axes.has(Axis::J) => {
                            self.error(span, format!("`{name}` has no halo to update"), "neither an I nor a J axis")
                        }
                        _ => {}
                    }
                }
            }
            HostStep::For { counter, body } => {
                let dtype = self.variable(counter.var, span);
                for bound in counter.bounds() {
                    self.expr(bound);
                    if dtype.is_some_and(|d| !d.is_int() || bound.dtype != d) {
                        self.error(
                            bound.span,
                            "the variable, bounds and step of a loop must have the same integer type".into(),
                            "this value",
                        );
                    }
                }
                self.body(body, depth + 1);
                counter.until.iter().for_each(|condition| self.condition(condition));
            }
            HostStep::Branch { condition, then, otherwise } => {
                self.condition(condition);
                self.body(then, depth + 1);
                self.body(otherwise, depth + 1);
            }
            HostStep::While { condition, body } => {
                self.condition(condition);
                self.body(body, depth + 1);
            }
            HostStep::Let { scalar, value } => {
                self.expr(value);
                if self.variable(*scalar, span).is_some_and(|d| d != value.dtype) {
                    self.error(
                        span,
                        format!("the variable does not have the type `{}` of the value", value.dtype),
                        "cast the value",
                    );
                }
            }
            HostStep::Copy { to: a, from: b } | HostStep::Swap { a, b } => self.pair(*a, *b, span),
            HostStep::Callback { fields, scalars, .. } => {
                for (n, field) in fields.iter().enumerate() {
                    match self.field(*field, span) {
                        Some((name, ..)) if fields[..n].contains(field) => {
                            self.error(span, format!("`{name}` is passed twice to a callback"), "here")
                        }
                        _ => {}
                    }
                }
                for scalar in scalars {
                    self.expr(scalar);
                }
            }
        }
    }
    fn within(&mut self, window: &Window, body: &[ProgramStmt], span: Span) {
        if window.stretches.is_empty() || !window.stretches.is_sorted_by(|a, b| a.axis < b.axis) {
            self.error(span, "stretches are in the order of the axes, one for each at most".into(), "these");
        }
        for expr in window.exprs() {
            self.expr(expr);
            if !expr.dtype.is_int() {
                self.error(expr.span, format!("a position or size is an integer, not `{}`", expr.dtype), "here");
            }
        }
        for step in body {
            match step {
                ProgramStmt::Call { domain, span, .. } => {
                    if window.axes().iter().any(|axis| domain[axis.index()] != Range::full()) {
                        self.error(*span, "a call has a part of its own along the axis of a stretch".into(), "this call");
                    }
                    self.step(step, 0);
                }
                other => self.error(other.span(), "only calls run on a part of the domain".into(), "no call"),
            }
        }
    }
    fn error(&mut self, span: Span, message: String, label: &str) {
        self.found.push(Diagnostic::error(Code::INVALID_OIR, message, span, label));
    }
    /// The field's name and type, or an error.
    fn field(&mut self, id: FieldId, span: Span) -> Option<(String, FieldType)> {
        let field = self.program.fields.get(id).map(|f| (f.name.clone(), f.field_type()));
        if field.is_none() {
            self.error(span, format!("there is no field {id}"), "used here");
        }
        field
    }
    /// The type of a scalar that may be set, or an error.
    fn variable(&mut self, id: ScalarId, span: Span) -> Option<DType> {
        let Some(scalar) = self.program.scalars.get(id) else {
            self.error(span, format!("there is no scalar {id}"), "set here");
            return None;
        };
        if scalar.kind != ScalarKind::Variable {
            self.error(span, format!("`{}` is an argument and cannot be set", scalar.name), "set here");
        }
        Some(scalar.dtype)
    }
    fn expr(&mut self, expr: &Expr) {
        check_expr(expr, self.program, 0, &mut self.found);
        if !expr.is_uniform() {
            self.error(expr.span, "an expression of a program must be the same at every point".into(), "depends on the point");
        }
    }
    fn condition(&mut self, condition: &Expr) {
        self.expr(condition);
        if condition.dtype != DType::Bool {
            self.error(condition.span, format!("a condition must be boolean, not `{}`", condition.dtype), "this condition");
        }
    }
    fn pair(&mut self, a: FieldId, b: FieldId, span: Span) {
        let (Some((a_name, a_type)), Some((b_name, b_type))) = (self.field(a, span), self.field(b, span)) else {
            return;
        };
        if a == b {
            self.error(span, format!("`{a_name}` is copied to or swapped with itself"), "two different fields are needed");
        }
        if a_type != b_type {
            self.error(span, format!("`{a_name}` and `{b_name}` differ in type, axes or interfaces"), "used here together");
        }
    }
    fn call(&mut self, id: StencilId, fields: &[FieldId], scalars: &[Expr], span: Span) {
        let Some(stencil) = self.program.stencils.get(id) else {
            return self.error(span, format!("there is no stencil {id}"), "called here");
        };
        let params =
            stencil.params.iter().filter_map(|p| if let Param::Field(id) = p { stencil.fields.get(*id) } else { None });
        let params: Vec<_> = params.collect();
        let values =
            stencil.params.iter().filter_map(|p| if let Param::Scalar(id) = p { stencil.scalars.get(*id) } else { None });
        let values: Vec<_> = values.collect();
        if (params.len(), values.len()) != (fields.len(), scalars.len()) {
            let (f, s) = (params.len(), values.len());
            let message = format!("`{}` takes {f} fields and {s} scalars", stencil.name);
            return self.error(span, message, &format!("the call binds {} fields and {} scalars", fields.len(), scalars.len()));
        }
        for (param, field) in params.iter().zip(fields) {
            let wanted = param.field_type();
            if let Some((name, given)) = self.field(*field, span)
                && !wanted.takes(&given)
            {
                let message = format!("`{name}` does not have the type of the parameter `{}`", param.name);
                let have = format!("{}, the parameter is {}", describe(&given), describe(&wanted));
                self.error(span, message, &have);
            }
        }
        for (param, value) in values.iter().zip(scalars) {
            self.expr(value);
            if value.dtype != param.dtype {
                let message = format!("the scalar `{}` has the type `{}`", param.name, param.dtype);
                self.error(value.span, message, &format!("bound to a value of type `{}`", value.dtype));
            }
        }
        self.aliases(stencil, fields, span);
    }
    /// A part of the domain that has too few points, whatever the domain.
    fn part(&mut self, id: StencilId, domain: &[Range; 3], span: Span) {
        let (Some(stencil), Some(min_size)) = (self.program.stencils.get(id), self.min_sizes.get(id).copied()) else {
            return;
        };
        for ((axis, range), min) in Axis::ALL.into_iter().zip(domain).zip(min_size) {
            let have = range.levels().filter(|have| *have < min);
            if let Some(have) = have {
                let message = format!("`{}` needs at least {min} points along {axis}", stencil.name);
                let label = format!("the call on {range} has {have}");
                self.found.push(Diagnostic::error(Code::DOMAIN_TOO_SMALL, message, span, label));
            }
        }
    }
    /// A field that stands for two parameters, one of which the stencil writes.
    fn aliases(&mut self, stencil: &Stencil, fields: &[FieldId], span: Span) {
        let mut once = HashSet::new();
        if fields.iter().all(|field| once.insert(*field)) {
            return;
        }
        let written: Vec<FieldId> =
            stencil.executions().flat_map(|(_, _, e)| uses(&e.body)).filter(|u| u.write).map(|u| u.access.field).collect();
        let bound: Vec<(FieldId, FieldId)> = stencil.fields.ids().zip(fields.iter().copied()).collect();
        for (n, (param, field)) in bound.iter().enumerate() {
            let twin = bound[..n].iter().find(|(p, f)| f == field && (written.contains(p) || written.contains(param)));
            if let (Some((other, _)), Some((name, ..))) = (twin, self.field(*field, span)) {
                let (p, q) = (&stencil.fields[*other].name, &stencil.fields[*param].name);
                self.error(
                    span,
                    format!("`{name}` is bound to both `{p}` and `{q}`, and the stencil writes one of them"),
                    "here",
                );
            }
        }
    }
}
