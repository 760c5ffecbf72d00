//! Statements in NumPy.

use super::at::At;
use super::iteration::{IterationDomain, On};
use super::masks::{Guard, conjunction, is_settled};
use super::printed::PrintedStencil;
use super::section::{PrintedSection, made_by_writing};
use super::storage::{Storage, StoredLevels};
use crate::python::bounds::arguments;
use crate::python::branches::is_otherwise;
use crate::python::expression::{choose, expression};
use crate::python::layout::Writer;
use crate::python::names::Names;
use crate::python::text::{Level, Text, dtype_argument};
use crate::python::{Checked, Head, ends, origin};
use std::collections::HashSet;
use tradewind_ir::footprint::uses;
use tradewind_ir::ids::Id;
use tradewind_ir::{Access, Assign, Axis, Expr, Field, FieldId, Order, Span, Stmt, StmtKind, Value};

/// The body of the stencil's function.
pub fn print(head: &Head, printed: &PrintedStencil) -> String {
    let mut printer = Printer {
        head,
        printed,
        names: head.names.clone(),
        w: Writer::default(),
        last_origin: String::new(),
        found: String::new(),
        made: HashSet::new(),
    };
    printer.w.deeper();
    printer.stencil();
    printer.w.finish()
}

struct Printer<'a> {
    head: &'a Head<'a>,
    printed: &'a PrintedStencil<'a>,
    names: Names,
    w: Writer,
    last_origin: String,
    /// The variable that keeps the indexes that do not exist.
    found: String,
    /// Temporaries that have their array.
    made: HashSet<FieldId>,
}

impl<'a> Printer<'a> {
    fn stencil(&mut self) {
        let fields = || self.head.stencil.fields.iter();
        if self.head.has_checks() {
            self.found = self.names.take("found");
            self.line(&format!("{} = []", self.found), Span::NONE);
        }
        let whole: Vec<FieldId> = fields().filter(|(id, f)| f.is_temporary() && self.is_whole(*id)).map(|(id, _)| id).collect();
        whole.into_iter().for_each(|id| self.allocate(id));
        let printed = self.printed;
        printed.sections.iter().filter(|p| !p.statements.is_empty()).for_each(|section| self.section(section));
        if self.head.has_checks() {
            self.last_origin.clear();
            self.line(&format!("refuse({}, start_point)", self.found), Span::NONE);
        }
        if self.w.is_empty() {
            self.w.line("pass", "");
        }
    }

    /// Whether a temporary is allocated before everything: it is used, has no part of its own, and is not made by writing it.
    fn is_whole(&self, id: FieldId) -> bool {
        let (made, levels) = (self.printed.made[id.index()], &self.printed.storages[id.index()].levels);
        made == Some(false) && *levels == StoredLevels::Domain
    }

    fn section(&mut self, section: &'a PrintedSection) {
        let range = section.interval;
        let one = match (range.lo.as_slice(), range.levels()) {
            ([bound], Some(1)) => Some(*bound),
            _ => None,
        };
        match (section.order, one) {
            (_, Some(bound)) => self.statements(section, &On::One(bound)),
            (Order::Parallel, None) => self.statements(section, &On::Block(range.clone())),
            (order, None) => {
                let levels = arguments(Axis::K, range, 0, self.head.min);
                let outer = self.names.clone();
                let k = self.names.take("k");
                let levels =
                    if order == Order::Forward { format!("range({levels})") } else { format!("reversed(range({levels}))") };
                self.line(&format!("for {k} in {levels}:"), Span::NONE);
                let on = On::Each(k);
                self.last_origin.clear();
                self.indented(|p| p.statements(section, &on));
                self.names = outer;
                self.last_origin.clear();
            }
        }
    }

    fn statements(&mut self, section: &'a PrintedSection, on: &On) {
        let all = section.statements.iter().flat_map(|(_, stmt)| uses(std::slice::from_ref(stmt)));
        let local: HashSet<FieldId> = all.map(|u| u.access.field).filter(|id| self.is_local(*id)).collect();
        let made = made_by_writing(&self.printed.storages, self.head, std::slice::from_ref(section));
        for id in self.head.stencil.fields.ids().filter(|id| local.contains(id)) {
            self.made.remove(&id);
            if made[id.index()] == Some(false) {
                self.allocate(id);
            }
        }
        let mut before = None;
        for (extent, stmt) in &section.statements {
            self.stmt(stmt, before.replace(stmt), &IterationDomain::of_extent(*extent, on.clone()), &[]);
        }
    }

    /// Whether a temporary has an array of its own in each section that uses it.
    fn is_local(&self, id: FieldId) -> bool {
        self.head.stencil.fields[id].is_temporary() && self.printed.storages[id.index()].levels != StoredLevels::Domain
    }

    /// Prints a statement; `before` is the one just before it in the same body.
    fn stmt(&mut self, stmt: &'a Stmt, before: Option<&Stmt>, domain: &IterationDomain, guards: &[Guard<'a>]) {
        match &stmt.kind {
            StmtKind::Assign(assign) => self.assign(assign, domain, guards, stmt.span),
            StmtKind::Restrict { region, body } => {
                let domain = domain.within(region);
                self.body(body, &domain, guards);
            }
            StmtKind::Mask { condition, body } if condition.is_uniform() => {
                match before.is_some_and(|before| is_otherwise(before, stmt)) {
                    true => self.line("else:", Span::NONE),
                    false => {
                        let code = format!("if {}:", expression(condition, &self.at(domain)).code);
                        self.line(&code, stmt.span);
                    }
                }
                self.indented(|p| p.body(body, domain, guards));
            }
            StmtKind::Mask { condition, body } => {
                let outer = self.names.clone();
                let guard = match is_settled(condition, body) {
                    true => Guard::Condition(condition),
                    false => {
                        let mask = expression(condition, &self.at(domain));
                        let name = self.names.take("mask");
                        self.line(&format!("{name} = {}", mask.code), stmt.span);
                        Guard::Mask { name, domain: domain.clone(), axes: mask.axes }
                    }
                };
                let guards: Vec<Guard> = guards.iter().cloned().chain([guard]).collect();
                self.body(body, domain, &guards);
                self.names = outer;
            }
            StmtKind::Check { access, guard } => self.check(access, guard, domain, guards, stmt.span),
            StmtKind::While { condition, body } => self.repeat(condition, body, domain, guards, stmt.span),
        }
    }

    fn body(&mut self, body: &'a [Stmt], domain: &IterationDomain, guards: &[Guard<'a>]) {
        let mut before = None;
        body.iter().for_each(|inner| self.stmt(inner, before.replace(inner), domain, guards));
    }

    fn repeat(&mut self, condition: &'a Expr, body: &'a [Stmt], domain: &IterationDomain, guards: &[Guard<'a>], span: Span) {
        let condition = expression(condition, &self.at(domain));
        let first = match self.at(domain).guard(guards) {
            Some(mask) => conjunction(&[mask, condition.clone()]),
            None => condition.clone(),
        };
        let outer = self.names.clone();
        let name = self.names.take("active");
        self.line(&format!("{name} = {}", first.code), span);
        let ends = self.ends(body);
        self.line(&format!("while np.any({name}){ends}:"), span);
        let active = Guard::Mask { name: name.clone(), domain: domain.clone(), axes: first.axes };
        self.indented(|p| {
            p.body(body, domain, &[active]);
            p.line(&format!("{name} = {name} & {}", condition.within(Level::BitAnd)), span);
        });
        self.names = outer;
    }

    /// What else ends a `while`, if something in it may.
    fn ends(&mut self, body: &[Stmt]) -> String {
        if !body.iter().any(Stmt::has_checks) {
            return String::new();
        }
        let noted = self.names.take("noted");
        let [before, end] = ends(&self.found, &noted);
        self.line(&before, Span::NONE);
        end
    }

    fn check(&mut self, access: &Access, guard: &'a Expr, domain: &IterationDomain, guards: &[Guard<'a>], span: Span) {
        let own = (!guard.is_true()).then_some(Guard::Condition(guard));
        let guards: Vec<Guard> = guards.iter().cloned().chain(own).collect();
        let held = self.at(domain).guard(&guards).map_or_else(|| "True".to_string(), |held| held.code);
        let at = self.at(domain);
        let level = at.asked_level(access).map(|level| level.code);
        let component = access.component.expr().map(|index| expression(index, &at).code);
        let (points, array) = (at.points(), self.head.field(access.field));
        for Checked { check, index, first, last } in self.head.checked((access, span), array, level, component) {
            let code = format!("note_all({}, {check}, {points}, {index}, {first}, {last}, {held})", self.found);
            self.line(&code, span);
        }
    }

    fn assign(&mut self, assign: &'a Assign, domain: &IterationDomain, guards: &[Guard<'a>], span: Span) {
        let (at, printed) = (self.at(domain), self.printed);
        let field = &self.head.stencil.fields[assign.target.field];
        let value = expression(&assign.value, &at);
        let mask = at.guard(guards);
        if assign.target.is_data_dependent() {
            let code = at.put(&assign.target, &value, mask.as_ref());
            return self.line(&code, span);
        }
        let target = at.elements(&assign.target);
        let is_new = field.is_temporary() && !self.made.contains(&assign.target.field);
        let storage = &printed.storages[assign.target.field.index()];
        let old = if is_new { Text::constant(Value::zero(field.dtype)) } else { target.clone() };
        let value = match mask {
            None => value,
            Some(mask) => choose(&mask, value, old, field.dtype),
        };
        // An array of its own is as good as the old one, and better where it spares a copy.
        let whole = is_new || (field.is_temporary() && target.code == self.head.field(assign.target.field));
        let code = if whole && value.axes == storage.axes(field) && !is_view(&value) {
            format!("{} = {}", self.head.field(assign.target.field), value.code)
        } else if is_new && value.axes == storage.axes(field) {
            format!("{} = {}.copy()", self.head.field(assign.target.field), value.code)
        } else if is_new {
            self.filled(assign.target.field, field, storage, &value)
        } else if target.code == self.head.field(assign.target.field) {
            format!("{}[:] = {}", target.code, value.code)
        } else {
            format!("{} = {}", target.code, value.code)
        };
        self.made.insert(assign.target.field);
        self.line(&code, span);
    }

    /// A new array in which every element along some axis, or every element, is the same.
    fn filled(&self, id: FieldId, field: &Field, storage: &Storage, value: &Text) -> String {
        let (name, shape) = (self.head.field(id), storage.shape(field, self.head.min));
        let dtype = dtype_argument(field.dtype);
        match value.constant {
            Some(zero) if zero == Value::zero(field.dtype) => format!("{name} = np.zeros({shape}{dtype})"),
            _ => format!("{name} = np.full({shape}, {}{dtype})", value.code),
        }
    }

    fn allocate(&mut self, id: FieldId) {
        let printed = self.printed;
        let (field, storage) = (&self.head.stencil.fields[id], &printed.storages[id.index()]);
        let make = if self.printed.zero[id.index()] { "np.zeros" } else { "np.empty" };
        let shape = storage.shape(field, self.head.min);
        self.made.insert(id);
        self.line(&format!("{} = {make}({shape}{})", self.head.field(id), dtype_argument(field.dtype)), Span::NONE);
    }

    fn at<'b>(&'b self, domain: &'b IterationDomain) -> At<'b> {
        At { head: self.head, printed: self.printed, domain }
    }

    /// A line of code, under a comment that says where it comes from if the line before came from elsewhere.
    fn line(&mut self, code: &str, span: Span) {
        let from = origin(self.head.sources, span);
        if !from.is_empty() && from != self.last_origin {
            self.w.verbatim(&format!("# {from}"));
            self.last_origin = from;
        }
        self.w.line(code, "");
    }

    fn indented(&mut self, body: impl FnOnce(&mut Self)) {
        self.w.deeper();
        body(self);
        self.w.back();
    }
}

/// Whether the value is a part of another array rather than a new one.
fn is_view(value: &Text) -> bool {
    let code = value.code.as_str();
    let end = code.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(code.len());
    let rest = &code[end..];
    rest.is_empty() || (rest.starts_with('[') && rest.find(']') == Some(rest.len() - 1))
}
