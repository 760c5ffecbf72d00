//! The checks of a stencil.

use super::types::{Tables, check_access, check_expr};
use super::{MAX_DEPTH, check_bounds, check_field_type, check_names, check_params};
use crate::access::Summary;
use crate::diagnostic::{Code, Diagnostic};
use crate::domain::{Anchor, Axes, Bound, Range};
use crate::expr::{Access, Expr, KIndex};
use crate::footprint::{Use, uses};
use crate::ids::{FieldId, ScalarId};
use crate::source::Span;
use crate::stencil::{Assign, Field, Order, Section, Stencil, Stmt, StmtKind, VerticalLoop};
use crate::types::DType;
use crate::verified::Verify;

impl Verify for Stencil {
    type Summary = Summary;

    /// See the list in [`crate::verify`].
    fn check(&self) -> Vec<Diagnostic> {
        let mut found = self.check_all_but_extents();
        if found.is_empty() {
            check_extents(self, &mut found);
        }
        found
    }
    fn summarize(&self) -> Summary {
        Summary::of(self)
    }
}

impl Stencil {
    /// Finds and enters the extents of a stencil that comes without them; gives what is wrong with it, see the list in
    /// [`crate::verify`].
    pub fn find_extents(&mut self) -> Vec<Diagnostic> {
        let found = self.check_all_but_extents();
        if found.is_empty() {
            crate::narrow::narrow(self);
            crate::extent::compute(self)
        } else {
            found
        }
    }

    fn check_all_but_extents(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        check_tables(self, &mut found);
        for vertical in &self.loops {
            check_intervals(vertical, self.span, &mut found);
            for section in &vertical.sections {
                let checker = Checker { stencil: self, order: vertical.order };
                for stmt in section.executions.iter().flat_map(|e| &e.body) {
                    checker.stmt(stmt, 0, &mut found);
                }
            }
        }
        if found.is_empty() {
            check_repeated(self, &mut found);
        }
        found
    }
}

impl Tables for Stencil {
    fn field(&self, id: FieldId) -> Option<(&str, DType, Axes, u32)> {
        self.fields.get(id).map(|f| (f.name.as_str(), f.dtype, f.axes, f.components()))
    }
    fn scalar(&self, id: ScalarId) -> Option<DType> {
        self.scalars.get(id).map(|s| s.dtype)
    }
}

fn check_tables(stencil: &Stencil, found: &mut Vec<Diagnostic>) {
    check_names([(stencil.name.as_str(), stencil.span)], found);
    let fields = stencil.fields.values().map(|f| (f.name.as_str(), f.span));
    check_names(fields.chain(stencil.scalars.values().map(|s| (s.name.as_str(), s.span))), found);
    for f in stencil.fields.values() {
        check_field_type(&f.name, &f.field_type(), f.span, found);
        if f.is_temporary() && f.interfaces != Axes::NONE {
            let message = format!("the temporary `{}` is declared at interfaces", f.name);
            found.push(Diagnostic::error(Code::INVALID_OIR, message, f.span, "computed wherever it is read"));
        }
    }
    let fields = (&stencil.fields, |f: &Field| !f.is_temporary());
    check_params(&stencil.params, fields, (&stencil.scalars, |_: &_| true), stencil.span, found);
}

/// Checks statements of one loop.
struct Checker<'a> {
    stencil: &'a Stencil,
    order: Order,
}

impl Checker<'_> {
    fn stmt(&self, stmt: &Stmt, depth: usize, found: &mut Vec<Diagnostic>) {
        if depth > MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            return found.push(Diagnostic::error(Code::LIMIT, message, stmt.span, "this statement"));
        }
        match &stmt.kind {
            StmtKind::Assign(assign) => self.assign(assign, stmt.span, depth, found),
            StmtKind::Mask { condition, .. } | StmtKind::While { condition, .. } => self.condition(condition, depth, found),
            StmtKind::Check { access, guard } => {
                check_access(access, self.stencil, stmt.span, depth, found);
                self.condition(guard, depth, found);
            }
            StmtKind::Restrict { region, .. } => {
                check_bounds(region.edges(), stmt.span, found);
            }
        }
        for inner in stmt.body() {
            self.stmt(inner, depth + 1, found);
        }
    }
    fn condition(&self, condition: &Expr, depth: usize, found: &mut Vec<Diagnostic>) {
        check_expr(condition, self.stencil, depth + 1, found);
        if condition.dtype != DType::Bool {
            let message = format!("a condition must be boolean, not `{}`", condition.dtype);
            found.push(
                Diagnostic::error(Code::INVALID_OIR, message, condition.span, "this condition")
                    .help("compare it with something"),
            );
        }
    }
    fn assign(&self, Assign { target, value }: &Assign, span: Span, depth: usize, found: &mut Vec<Diagnostic>) {
        check_expr(value, self.stencil, depth + 1, found);
        check_access(target, self.stencil, span, depth, found);
        let Some(field) = self.stencil.fields.get(target.field) else {
            return;
        };
        let name = &field.name;
        if value.dtype != field.dtype {
            let message = format!("a value of type `{}` is assigned to `{name}` of type `{}`", value.dtype, field.dtype);
            found.push(Diagnostic::error(Code::INVALID_OIR, message, span, "cast the value"));
        }
        if let Some(message) = self.target_error(target, name) {
            found.push(Diagnostic::error(Code::INVALID_OIR, message, span, "this target"));
        }
        let sequential = self.order != Order::Parallel;
        let error = match field.axes {
            Axes::IJK => return,
            Axes::IJ if sequential => return,
            Axes::IJ => Diagnostic::error(
                Code::WRITE_AXES,
                format!("`{name}` has no levels and is written in a parallel loop"),
                span,
                "written here",
            )
            .help("use `computation(FORWARD)` or `computation(BACKWARD)`"),
            axes => Diagnostic::error(
                Code::WRITE_AXES,
                format!("`{name}` has the axes {axes} and cannot be written"),
                span,
                "written here",
            )
            .help("only fields with the axes IJK or IJ can be written"),
        };
        found.push(error);
    }
    fn target_error(&self, target: &Access, name: &str) -> Option<String> {
        match target.k {
            _ if target.offset != [0, 0] => Some(format!("`{name}` is written at a horizontal offset")),
            KIndex::Offset(0) => None,
            _ if self.order != Order::Parallel => None,
            KIndex::Offset(_) => Some(format!("`{name}` is written at a K offset in a parallel loop")),
            KIndex::Relative(_) | KIndex::Absolute(_) => {
                Some(format!("`{name}` is written at a data-dependent level in a parallel loop"))
            }
        }
    }
}

fn check_intervals(vertical: &VerticalLoop, span: Span, found: &mut Vec<Diagnostic>) {
    for section in &vertical.sections {
        let Range { lo, hi } = &section.interval;
        let place = section_span(section, span);
        check_bounds(lo.iter().chain(hi).copied(), place, found);
        let inside = |b: &Bound| if b.anchor == Anchor::Start { b.offset >= 0 } else { b.offset <= 0 };
        let ordered = |(a, b): (&Bound, &Bound)| (a.anchor, a.offset) <= (b.anchor, b.offset);
        let pairs = lo.iter().flat_map(|a| hi.iter().map(move |b| (a, b)));
        if lo.is_empty() || hi.is_empty() || !lo.iter().chain(hi).all(inside) || !pairs.into_iter().all(ordered) {
            let message = format!("the interval {} is not part of the domain", section.interval);
            found.push(Diagnostic::error(Code::INTERVAL_OUTSIDE, message, place, "in this interval"));
        }
    }
    for pair in vertical.sections.windows(2) {
        let (low, high) = if vertical.order == Order::Backward { (&pair[1], &pair[0]) } else { (&pair[0], &pair[1]) };
        let apart = |(a, b): (&Bound, &Bound)| (a.anchor, a.offset) <= (b.anchor, b.offset);
        let mut pairs = low.interval.hi.iter().flat_map(|a| high.interval.lo.iter().map(move |b| (a, b)));
        if !pairs.any(apart) {
            let message = format!("the intervals {} and {} overlap, or are not in order", pair[0].interval, pair[1].interval);
            let error = Diagnostic::error(Code::INTERVAL_OVERLAP, message, section_span(&pair[1], span), "in this interval");
            found.push(
                error.label(section_span(&pair[0], span), "and in this one").help("intervals must be in execution order"),
            );
        }
    }
}

fn section_span(section: &Section, otherwise: Span) -> Span {
    section.executions.iter().flat_map(|e| &e.body).map(|s| s.span).next().unwrap_or(otherwise)
}

/// Reads of neighbours of what the same `while` writes: at a horizontal offset, or at another level of a parallel loop.
fn check_repeated(stencil: &Stencil, found: &mut Vec<Diagnostic>) {
    for (vertical, section, execution) in stencil.executions() {
        let all = uses(&execution.body);
        let together = vertical.order == Order::Parallel && section.interval.levels() != Some(1);
        let elsewhere = |a: &Access| a.offset != [0, 0] || together && a.k != KIndex::Offset(0);
        let far = |u: &&Use<'_>| !u.write && u.repeated.is_some() && elsewhere(u.access);
        for read in all.iter().filter(far) {
            let same = |u: &&Use<'_>| u.write && u.repeated == read.repeated && u.access.field == read.access.field;
            if let Some(write) = all.iter().find(same) {
                let name = &stencil.fields[read.access.field].name;
                let axis = if read.access.offset == [0, 0] { "another level" } else { "a horizontal offset" };
                let message = format!("a `while` writes `{name}` and reads it at {axis}");
                let error = Diagnostic::error(
                    Code::WHILE_NEIGHBOUR,
                    message,
                    read.span,
                    "a neighbour may be in another \
                                                                                          iteration",
                );
                found.push(error.label(write.span, "written here"));
            }
        }
    }
}

fn check_extents(stencil: &Stencil, found: &mut Vec<Diagnostic>) {
    let mut computed = stencil.clone();
    let errors = crate::extent::compute(&mut computed);
    if !errors.is_empty() {
        return found.extend(errors);
    }
    if computed.executions().count() != stencil.executions().count() || computed != *stencil {
        let mut pairs = computed.executions().zip(stencil.executions());
        let differs = pairs.find(|(a, b)| a.2 != b.2).map(|(a, b)| (a.2.extent, b.2));
        let (expected, span) = match differs {
            Some((extent, execution)) => (extent.to_string(), execution.body.first().map_or(stencil.span, |s| s.span)),
            None => ("statements in empty regions must be dropped".to_string(), stencil.span),
        };
        found.push(Diagnostic::error(
            Code::INVALID_OIR,
            "an execution's extent is not what its readers need",
            span,
            format!("must be: {expected}"),
        ));
    }
}
