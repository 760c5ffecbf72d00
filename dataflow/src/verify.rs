//! The verifier.
//!
//! Checks of a graph:
//! - every container and scalar named is one of the graph's, and their names are unique; data dimensions have elements;
//! - temporaries are allocated once, in a region around all their uses, inside loops over the axes that they do not keep;
//!   arguments and transients are not allocated;
//! - a window is along j or k, and kept, has a power of two of slots, and is a temporary's that does not start as zero; no step of the
//!   host program takes it;
//! - host steps and nodes stand outside loops and maps; their expressions are uniform and of the right type; copies and swaps
//!   join containers of one type and one set of axes;
//! - inside a part of the domain that is found at run time stand states of tasklets and maps, and sequential loops;
//! - the checks of loops, of states and of tasklets, listed in the modules for them.

mod around;
mod code;
mod loops;
mod state;

use crate::graph::{Control, Graph, Node, Region};
use crate::memlet::Effects;
use around::{Around, Head};
use std::collections::{BTreeSet, HashMap, HashSet};
use tradewind_ir::{
    Blocking, Container, DType, Diagnostic, Expr, ExprKind, FieldId, ScalarId, Scope, Span, Verify, diagnostic,
};

impl Verify for Graph {
    type Summary = ();

    /// See the checks listed at the top of this module.
    fn check(&self) -> Vec<Diagnostic> {
        let place = vec![format!("graph `{}`", self.name)];
        let (found, blockings, windows) = Default::default();
        let mut checker = Checker { graph: self, found, place, states: 0, blockings, windows };
        checker.names();
        checker.known(&self.root);
        if checker.found.is_empty() {
            checker.allocations();
            let outside = checker.region(&self.root, Around::default());
            checker.unallocated(&outside);
        }
        checker.found
    }
    fn summarize(&self) {}
}

struct Checker<'a> {
    graph: &'a Graph,
    found: Vec<Diagnostic>,
    /// What is being checked, outermost first.
    place: Vec<String>,
    /// States checked so far, which are numbered as they print.
    states: usize,
    /// Of the loops over each axis around, outermost first: at which positions each runs.
    blockings: [Vec<Blocking>; 3],
    /// The containers with windows that are allocated.
    windows: HashMap<FieldId, Slots>,
}

/// The use of a window.
#[derive(Default)]
struct Slots {
    /// How many loops over its axis stand around the allocation.
    born: usize,
    /// The elements accessed in one iteration of these, from the first to the last, counted from its position.
    used: Option<(i64, i64)>,
    /// What is wrong unless each of these elements has a slot of its own.
    fault: Option<Diagnostic>,
}

impl Checker<'_> {
    fn error(&mut self, message: impl Into<String>) {
        self.error_at(message, Span::NONE);
    }
    fn error_at(&mut self, message: impl Into<String>, span: Span) {
        let fault = self.fault(message, span);
        self.found.push(fault);
    }
    fn fault(&self, message: impl Into<String>, span: Span) -> Diagnostic {
        let place = self.place.join(", ");
        Diagnostic::error(diagnostic::Code::INVALID_GRAPH, message, span, "declared here").note(format!("in {place}"))
    }
    fn field(&self, id: FieldId) -> String {
        self.graph.fields.get(id).map_or_else(|| id.to_string(), |c| format!("%{}", c.name))
    }
    fn container(&self, id: FieldId) -> &Container {
        &self.graph.fields[id]
    }
    /// Checks something inside a named place.
    fn inside<T>(&mut self, place: String, check: impl FnOnce(&mut Self) -> T) -> T {
        self.place.push(place);
        let result = check(self);
        self.place.pop();
        result
    }

    fn names(&mut self) {
        let graph = self.graph;
        let (mut fields, mut scalars) = (HashSet::new(), HashSet::new());
        for c in graph.fields.values().filter(|c| !fields.insert(c.name.as_str())) {
            self.error_at(format!("two containers are called `%{}`", c.name), c.span);
        }
        let faults = graph.fields.values().flat_map(|c| [(c.data_fault(), c.span), (c.window_fault(), c.span)]);
        for (fault, span) in faults.filter_map(|(fault, span)| Some((fault?, span))) {
            self.error_at(fault, span);
        }
        for s in graph.scalars.values().filter(|s| !scalars.insert(s.name.as_str())) {
            self.error(format!("two scalars are called `${}`", s.name));
        }
    }

    /// That every id names something; the other checks look them up.
    fn known(&mut self, region: &Region) {
        let mut ids = Ids::default();
        ids.region(region);
        let fields: Vec<FieldId> = ids.fields.into_iter().filter(|f| self.graph.fields.get(*f).is_none()).collect();
        let scalars: Vec<ScalarId> = ids.scalars.into_iter().filter(|s| self.graph.scalars.get(*s).is_none()).collect();
        fields.into_iter().for_each(|f| self.error(format!("there is no container `{f}`")));
        scalars.into_iter().for_each(|s| self.error(format!("there is no scalar `{s}`")));
    }

    fn allocations(&mut self) {
        let mut seen = HashSet::new();
        let mut twice = Vec::new();
        each_region(&self.graph.root, &mut |r| twice.extend(r.allocs.iter().filter(|f| !seen.insert(**f))));
        for field in twice {
            self.error_at(format!("`{}` is allocated twice", self.field(field)), self.container(field).span);
        }
    }

    fn unallocated(&mut self, outside: &Effects) {
        let graph = self.graph;
        for (id, c) in graph.fields.iter().filter(|(id, c)| c.scope == Scope::Temporary && outside.touches(*id)) {
            self.error_at(format!("the temporary `{}` is used where it is not allocated", self.field(id)), c.span);
        }
    }

    /// Checks a region and returns its effects on what it does not allocate.
    fn region(&mut self, region: &Region, around: Around) -> Effects {
        for field in &region.allocs {
            let c = self.container(*field);
            let contracted = c.axes.iter().filter(|a| !c.place.keep.has(*a)).find(|a| !around.has(*a));
            let span = c.span;
            if c.scope != Scope::Temporary {
                self.error_at(format!("`{}` is allocated, but is not a temporary", self.field(*field)), span);
            }
            if let Some(axis) = contracted {
                let name = self.field(*field);
                self.error_at(
                    format!("`{name}` does not keep the axis {axis}, but is not allocated inside a loop over it"),
                    span,
                );
            }
            if let Some(window) = self.container(*field).place.window {
                let born = around.loops[window.axis.index()];
                self.windows.insert(*field, Slots { born, ..Slots::default() });
            }
        }
        let mut effects = Effects::default();
        region.items.iter().for_each(|item| effects.add(self.control(item, &around)));
        for field in &region.allocs {
            let slots = self.container(*field).place.window.map_or(0, |window| window.slots);
            let Some(Slots { born, used, fault }) = self.windows.remove(field) else { continue };
            // In no iteration of a loop around the allocation do two elements meet in a slot, whatever the order inside.
            let apart = born > 0 && used.is_some_and(|(first, last)| last - first < slots.into());
            if !apart {
                self.found.extend(fault);
            }
        }
        effects.without(&region.allocs)
    }

    fn control(&mut self, control: &Control, around: &Around) -> Effects {
        match control {
            Control::State(state) => {
                let name = format!("state s{}", self.states);
                self.states += 1;
                self.inside(name, |c| c.state(state, around))
            }
            Control::Sequential(l) => {
                let name = format!("loop over {}", l.axis);
                let head = Head { axis: l.axis, range: &l.range, blocking: l.blocking, kind: None };
                self.inside(name, |c| c.over(head, &l.body, around))
            }
            host => {
                if !around.is_host() {
                    self.error("a step of the host program is inside a loop over an axis");
                }
                self.host(host, around)
            }
        }
    }

    fn host(&mut self, control: &Control, around: &Around) -> Effects {
        match control {
            Control::For { counter, body } => {
                let dtype = self.graph.scalars[counter.var].dtype;
                if !dtype.is_int() {
                    self.error(format!("the loop variable `${}` is not an integer", self.graph.scalars[counter.var].name));
                }
                counter.bounds().into_iter().for_each(|e| self.uniform(e, dtype));
                counter.until.iter().for_each(|condition| self.uniform(condition, DType::Bool));
                self.region(body, *around)
            }
            Control::Within { window, body } => {
                for (expr, found) in window.exprs().map(|e| (e, e.dtype)) {
                    self.uniform(expr, found);
                    if !found.is_int() {
                        self.error_at(format!("a position or size is an integer, not `{found}`"), expr.span);
                    }
                }
                self.computed(body);
                self.region(body, *around).anywhere(window.axes())
            }
            Control::Branch { condition, then, otherwise } => {
                self.uniform(condition, DType::Bool);
                let mut effects = self.region(then, *around);
                effects.add(self.region(otherwise, *around));
                effects
            }
            Control::While { condition, body } => {
                self.uniform(condition, DType::Bool);
                self.region(body, *around)
            }
            Control::Let { scalar, value } => {
                self.uniform(value, self.graph.scalars[*scalar].dtype);
                Effects::default()
            }
            Control::State(_) | Control::Sequential(_) => Effects::default(),
        }
    }

    /// What runs on a part of the domain holds no steps of the host program.
    fn computed(&mut self, body: &Region) {
        let moves =
            |node: &Node| matches!(node, Node::Exchange { .. } | Node::Copy { .. } | Node::Swap { .. } | Node::Callback { .. });
        let is_host = |item: &Control| match item {
            Control::State(state) => state.graph.node_weights().any(moves),
            other => !matches!(other, Control::Sequential(_)),
        };
        if body.items.iter().any(is_host) {
            self.error("a step of the host program stands in a part of the domain");
        }
    }

    fn uniform(&mut self, expr: &Expr, dtype: DType) {
        if !expr.is_uniform() {
            self.error_at("an expression of the host program reads a field or uses a position", expr.span);
        }
        if expr.dtype != dtype {
            self.error_at(format!("expected a value of type `{dtype}`, found `{}`", expr.dtype), expr.span);
        }
    }

    /// A node of the host program takes all elements of its containers.
    fn whole(&mut self, fields: &[FieldId]) {
        for field in fields {
            if self.container(*field).place.window.is_some() {
                let name = self.field(*field);
                self.error(format!("a step of the host program takes all of `{name}`, which stores its last elements"));
            }
        }
    }

    fn same_shape(&mut self, a: FieldId, b: FieldId) {
        let kind = |f: FieldId| (self.container(f).dtype, self.container(f).axes, self.container(f).place);
        if kind(a) != kind(b) {
            let (a, b) = (self.field(a), self.field(b));
            self.error(format!("`{a}` and `{b}` differ in type or axes"));
        }
    }
}

/// Calls `visit` on a region and all regions inside it, outer before inner.
fn each_region<'a>(region: &'a Region, visit: &mut impl FnMut(&'a Region)) {
    visit(region);
    for item in &region.items {
        match item {
            Control::State(state) => state.graph.node_weights().for_each(|node| {
                if let Node::Map(map) = node {
                    each_region(&map.body, visit);
                }
            }),
            Control::Sequential(l) => each_region(&l.body, visit),
            Control::For { body, .. } | Control::While { body, .. } | Control::Within { body, .. } => each_region(body, visit),
            Control::Branch { then, otherwise, .. } => {
                each_region(then, visit);
                each_region(otherwise, visit);
            }
            Control::Let { .. } => {}
        }
    }
}

/// All ids that a graph names.
#[derive(Default)]
struct Ids {
    fields: BTreeSet<FieldId>,
    scalars: BTreeSet<ScalarId>,
}

impl Ids {
    fn region(&mut self, region: &Region) {
        each_region(region, &mut |r| {
            self.fields.extend(&r.allocs);
            r.items.iter().for_each(|item| self.control(item));
        });
    }
    fn control(&mut self, control: &Control) {
        match control {
            Control::State(state) => {
                self.fields.extend(state.graph.edge_weights().map(|m| m.field));
                state.graph.node_weights().for_each(|node| self.node(node));
            }
            Control::For { counter, .. } => {
                self.scalars.insert(counter.var);
                counter.exprs().for_each(|e| self.expr(e));
            }
            Control::Within { window, .. } => window.exprs().for_each(|e| self.expr(e)),
            Control::Branch { condition, .. } | Control::While { condition, .. } => self.expr(condition),
            Control::Let { scalar, value } => {
                self.scalars.insert(*scalar);
                self.expr(value);
            }
            Control::Sequential(l) => self.scalars.extend(l.blocking.scalars()),
        }
    }
    fn node(&mut self, node: &Node) {
        match node {
            Node::Access(field) => self.fields.extend([*field]),
            Node::Tasklet { code, .. } => code.walk(&mut |inst| match inst {
                crate::Inst::Let(_, crate::Op::Load { field, .. }) | crate::Inst::Store { field, .. } => {
                    self.fields.insert(*field);
                }
                crate::Inst::Let(_, crate::Op::Scalar(scalar)) => {
                    self.scalars.insert(*scalar);
                }
                _ => {}
            }),
            Node::Map(map) => self.scalars.extend(map.blocking.scalars()),
            Node::Exchange { fields, .. } => self.fields.extend(fields),
            Node::Copy { to: a, from: b } | Node::Swap { a, b } => self.fields.extend([*a, *b]),
            Node::Callback { fields, scalars, .. } => {
                self.fields.extend(fields);
                scalars.iter().for_each(|s| self.expr(s));
            }
        }
    }
    fn expr(&mut self, expr: &Expr) {
        expr.walk(&mut |e| {
            if let ExprKind::Scalar(scalar) = e.kind {
                self.scalars.insert(scalar);
            }
        });
    }
}

#[cfg(test)]
mod tests;
