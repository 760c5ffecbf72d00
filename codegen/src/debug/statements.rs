//! Statements in plain loops.

use super::point::At;
use crate::python::bounds::{arguments, count};
use crate::python::branches::is_otherwise;
use crate::python::expression::expression;
use crate::python::layout::Writer;
use crate::python::names::Names;
use crate::python::text::{Level, dtype_argument};
use crate::python::{Checked, Head, ends, origin};
use std::collections::HashSet;
use tradewind_ir::footprint::uses;
use tradewind_ir::ids::Id;
use tradewind_ir::{
    Access, Axis, Expr, Extent, Field, FieldId, HorizontalBox, KIndex, Order, Range, Section, Span, Stmt, StmtKind,
};

/// The body of the stencil's function.
pub fn print(head: &Head) -> String {
    let mut names = head.names.clone();
    let loops = ["i", "j", "k"].map(|wanted| names.take(wanted));
    let mut printer = Printer { head, loops, names, found: String::new(), w: Writer::default() };
    printer.w.deeper();
    printer.fields();
    if head.has_checks() {
        printer.found = printer.names.take("found");
        printer.w.line(&format!("{} = []", printer.found), "");
    }
    for vertical in &head.stencil.loops {
        vertical.sections.iter().for_each(|section| printer.section(vertical.order, section));
    }
    if head.has_checks() {
        printer.w.line(&format!("refuse({}, start_point)", printer.found), "");
    }
    if printer.w.is_empty() {
        printer.w.line("pass", "");
    }
    printer.w.finish()
}

struct Printer<'a> {
    head: &'a Head<'a>,
    loops: [String; 3],
    names: Names,
    /// The variable that keeps the indexes that do not exist.
    found: String,
    w: Writer,
}

/// Points that a statement runs on, and what must hold there.
#[derive(Clone)]
struct GuardedDomain<'a> {
    plane: [Range; 2],
    /// The levels that the statement has a loop for; in a sequential loop that stands around it.
    levels: Option<Range>,
    guards: Vec<Guard<'a>>,
}

#[derive(Clone)]
enum Guard<'a> {
    Condition(&'a Expr),
    /// The name of a field that holds it.
    Mask(String),
}

impl<'a> GuardedDomain<'a> {
    fn guarded(&self, guard: Guard<'a>) -> GuardedDomain<'a> {
        GuardedDomain { guards: self.guards.iter().cloned().chain([guard]).collect(), ..self.clone() }
    }
    fn within(&self, region: &HorizontalBox) -> GuardedDomain<'a> {
        let [i, j] = &self.plane;
        GuardedDomain { plane: [region.clip(Axis::I, i), region.clip(Axis::J, j)], ..self.clone() }
    }
}

impl<'a> Printer<'a> {
    fn fields(&mut self) {
        for (id, field) in self.head.stencil.fields.iter() {
            let (name, halo) = (self.head.field(id).to_string(), self.head.halos[id.index()]);
            let first = field.axes.iter().map(|axis| match self.head.first_level(id) {
                Some(first) if axis == Axis::K => format!("-{first}"),
                _ => halo.0[axis.index()].0.to_string(),
            });
            let first: Vec<String> = first.collect();
            let array = if field.is_temporary() { self.zeros(halo, field) } else { name.clone() };
            let arguments: Vec<String> = std::iter::once(array).chain(first).collect();
            self.w.line(&format!("{name} = Points({})", arguments.join(", ")), "");
        }
    }

    fn zeros(&self, halo: Extent, field: &Field) -> String {
        let sizes = field.axes.iter().map(|a| count(a, &halo.range(a), self.head.min));
        let sizes: Vec<String> = sizes.chain(field.data.iter().map(u32::to_string)).collect();
        format!("np.zeros(({}){})", sizes.join(", "), dtype_argument(field.dtype))
    }

    fn section(&mut self, order: Order, section: &'a Section) {
        let levels = arguments(Axis::K, &section.interval, 0, self.head.min);
        let word = match order {
            Order::Parallel => "PARALLEL",
            Order::Forward => "FORWARD",
            Order::Backward => "BACKWARD",
        };
        self.w.verbatim("");
        self.w.verbatim(&format!("# {word}, levels {}", section.interval));
        let k = self.loops[2].clone();
        match order {
            Order::Parallel => {}
            Order::Forward => self.open(&format!("for {k} in range({levels}):"), ""),
            Order::Backward => self.open(&format!("for {k} in reversed(range({levels})):"), ""),
        }
        let mut before = None;
        for execution in &section.executions {
            let domain = GuardedDomain {
                plane: [execution.extent.range(Axis::I), execution.extent.range(Axis::J)],
                levels: (order == Order::Parallel).then(|| section.interval.clone()),
                guards: Vec::new(),
            };
            execution.body.iter().for_each(|stmt| self.statement(stmt, before.replace(stmt), &domain));
        }
        if order != Order::Parallel {
            self.w.back();
        }
    }

    fn statements(&mut self, body: &'a [Stmt], domain: &GuardedDomain<'a>) {
        let mut before = None;
        body.iter().for_each(|stmt| self.statement(stmt, before.replace(stmt), domain));
    }

    /// A statement with its loops; `before` is the one just before it in the same body.
    fn statement(&mut self, stmt: &'a Stmt, before: Option<&Stmt>, domain: &GuardedDomain<'a>) {
        match &stmt.kind {
            StmtKind::Assign(assign) => {
                let far = |e: &Expr| reads_elsewhere(e, &assign.target, domain.levels.is_some());
                let guards = domain.guards.iter().any(|g| matches!(g, Guard::Condition(c) if far(c)));
                let copy = (guards || far(&assign.value)).then(|| self.names.take("before"));
                if let Some(copy) = &copy {
                    self.line(&format!("{copy} = {}.copy()", self.head.field(assign.target.field)), stmt.span);
                }
                let copied = copy.as_deref().map(|copy| (assign.target.field, copy));
                self.at_each_point(domain, copied, |p| p.point(stmt, None, copied));
            }
            StmtKind::Mask { condition, body } if condition.is_uniform() => {
                self.open_branch(condition, stmt, before);
                self.statements(body, domain);
                self.w.back();
            }
            StmtKind::Mask { condition, body } => {
                let guard =
                    if is_settled(condition, body) { Guard::Condition(condition) } else { self.mask(condition, domain) };
                self.statements(body, &domain.guarded(guard));
            }
            StmtKind::Restrict { region, body } => self.statements(body, &domain.within(region)),
            StmtKind::While { .. } | StmtKind::Check { .. } => self.at_each_point(domain, None, |p| p.point(stmt, None, None)),
        }
    }

    /// Evaluates a condition everywhere, before its body changes what it reads.
    fn mask(&mut self, condition: &'a Expr, domain: &GuardedDomain<'a>) -> Guard<'a> {
        let name = self.names.take("mask");
        let (i, j, k) = (&domain.plane[0], &domain.plane[1], &domain.levels);
        let sides = [(Axis::I, Some(i)), (Axis::J, Some(j)), (Axis::K, k.as_ref())];
        let low = |range: &Range| range.lo.iter().map(|b| b.offset.min(0)).min().unwrap_or(0);
        let high = |range: &Range| range.hi.iter().map(|b| b.offset.max(0)).max().unwrap_or(0);
        let reach = Extent(sides.map(|(_, range)| range.map_or((0, 0), |r| (low(r), high(r)))));
        let sizes: Vec<String> = Axis::ALL.map(|a| count(a, &reach.range(a), self.head.min)).into();
        let first: Vec<String> = reach.0.iter().map(|side| side.0.to_string()).collect();
        let array = format!("np.zeros(({}), dtype=np.bool_)", sizes.join(", "));
        self.line(&format!("{name} = Points({array}, {})", first.join(", ")), condition.span);
        let [i, j, k] = self.loops.clone();
        self.at_each_point(domain, None, |p| {
            let code = format!("{name}[{i}, {j}, {k}] = {}", p.text(condition, None));
            p.line(&code, condition.span);
        });
        Guard::Mask(format!("{name}[{i}, {j}, {k}]"))
    }

    fn at_each_point(&mut self, domain: &GuardedDomain, copied: Option<(FieldId, &str)>, body: impl FnOnce(&mut Self)) {
        let [i, j, k] = self.loops.clone();
        let min = self.head.min;
        let mut depth = 2;
        if let Some(levels) = &domain.levels {
            self.open(&format!("for {k} in range({}):", arguments(Axis::K, levels, 0, min)), "");
            depth += 1;
        }
        self.open(&format!("for {i} in range({}):", arguments(Axis::I, &domain.plane[0], 0, min)), "");
        self.open(&format!("for {j} in range({}):", arguments(Axis::J, &domain.plane[1], 0, min)), "");
        let guards = domain.guards.iter().map(|guard| match guard {
            Guard::Mask(element) => element.clone(),
            Guard::Condition(condition) => self.at(copied, |at| expression(condition, at).within(Level::Not)),
        });
        let guards: Vec<String> = guards.collect();
        if !guards.is_empty() {
            self.open(&format!("if {}:", guards.join(" and ")), "");
            depth += 1;
        }
        body(self);
        (0..depth).for_each(|_| self.w.back());
    }

    /// The head of a branch; `before` is the statement just before it in the same body.
    fn open_branch(&mut self, condition: &Expr, stmt: &Stmt, before: Option<&Stmt>) {
        match before.is_some_and(|before| is_otherwise(before, stmt)) {
            true => self.open("else:", ""),
            false => self.open(&format!("if {}:", self.text(condition, None)), &self.origin(stmt.span)),
        }
    }

    /// A statement at the point where the loops stand; `before` is the one just before it in the same body.
    fn point(&mut self, stmt: &'a Stmt, before: Option<&Stmt>, copied: Option<(FieldId, &str)>) {
        match &stmt.kind {
            StmtKind::Assign(assign) => {
                let target = self.at(None, |at| crate::python::expression::Points::field(at, &assign.target).code);
                let code = format!("{target} = {}", self.text(&assign.value, copied));
                return self.line(&code, stmt.span);
            }
            StmtKind::Mask { condition, .. } => self.open_branch(condition, stmt, before),
            StmtKind::While { condition, body } => {
                let mut end = String::new();
                if body.iter().any(Stmt::has_checks) {
                    let [before, more] = ends(&self.found, &self.names.take("noted"));
                    self.line(&before, Span::NONE);
                    end = more;
                }
                self.open(&format!("while {}{end}:", self.text(condition, None)), &self.origin(stmt.span));
            }
            StmtKind::Restrict { region, .. } => {
                let inside = self.at(None, |at| crate::python::expression::Points::inside(at, region).code);
                self.open(&format!("if {inside}:"), &self.origin(stmt.span));
            }
            StmtKind::Check { access, guard } => return self.check(access, guard, stmt.span),
        }
        let mut before = None;
        stmt.body().iter().for_each(|inner| self.point(inner, before.replace(inner), None));
        self.w.back();
    }

    fn check(&mut self, access: &Access, guard: &Expr, span: Span) {
        let [i, j, k] = self.loops.clone();
        let level = match &access.k {
            KIndex::Offset(_) => None,
            KIndex::Relative(index) => Some(format!("{k} + int({})", self.text(index, None))),
            KIndex::Absolute(index) => Some(format!("int({})", self.text(index, None))),
        };
        let component = access.component.expr().map(|index| format!("int({})", self.text(index, None)));
        // The array stands behind the points.
        let array = format!("{}.array", self.head.field(access.field));
        if !guard.is_true() {
            self.open(&format!("if {}:", self.text(guard, None)), "");
        }
        for Checked { check, index, first, last } in self.head.checked((access, span), &array, level, component) {
            self.line(&format!("note({}, {check}, ({i}, {j}, {k}), {index}, {first}, {last})", self.found), span);
        }
        if !guard.is_true() {
            self.w.back();
        }
    }

    fn at<T>(&self, copied: Option<(FieldId, &str)>, f: impl FnOnce(&At) -> T) -> T {
        f(&At { head: self.head, loops: &self.loops, copied })
    }
    fn text(&self, expr: &Expr, copied: Option<(FieldId, &str)>) -> String {
        self.at(copied, |at| expression(expr, at).code)
    }
    fn origin(&self, span: Span) -> String {
        origin(self.head.sources, span)
    }
    fn line(&mut self, code: &str, span: Span) {
        let comment = self.origin(span);
        self.w.line(code, &comment);
    }
    /// The head of a block.
    fn open(&mut self, code: &str, comment: &str) {
        self.w.line(code, comment);
        self.w.deeper();
    }
}

/// Whether an expression reads points of the target's plane, or block where the levels are written `together`, other than the one
/// that is written, or may do so.
fn reads_elsewhere(expr: &Expr, target: &Access, together: bool) -> bool {
    let other_level = |a: &Access| matches!((&a.k, &target.k), (KIndex::Offset(read), KIndex::Offset(write)) if read != write);
    let elsewhere = |a: &Access| match together {
        true => a.offset != [0, 0] || a.k != target.k,
        false => a.offset != [0, 0] && !other_level(a),
    };
    expr.accesses().into_iter().any(|a| a.field == target.field && elsewhere(a))
}

/// Whether a condition may be evaluated at each point just before the body runs there.
fn is_settled(condition: &Expr, body: &[Stmt]) -> bool {
    match body {
        [Stmt { kind: StmtKind::Assign(_), .. }] => true,
        [Stmt { kind: StmtKind::Mask { body, .. } | StmtKind::Restrict { body, .. }, .. }] => is_settled(condition, body),
        _ => {
            let written: HashSet<FieldId> = uses(body).iter().filter(|u| u.write).map(|u| u.access.field).collect();
            !condition.accesses().iter().any(|a| written.contains(&a.field))
        }
    }
}
