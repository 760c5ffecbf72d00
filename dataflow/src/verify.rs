//! The verifier.
//!
//! Checks of a graph:
//! - every container and scalar named is one of the graph's, and their names are unique; data dimensions have elements;
//! - temporaries are allocated once, in a region around all their uses, inside loops over the axes that they do not keep;
//!   arguments and transients are not allocated;
//! - a window is along j or k, and kept, has a power of two of slots, and is a temporary's that does not start as zero; no step of the
//!   host program takes it;
//! - steps of the host program stand outside loops and maps; their expressions are uniform and of the right type; copies and swaps
//!   join containers of one type and one set of axes;
//! - inside a part of the domain that is found at run time stand tasklets, maps, loops and zeroings;
//! - what is set to zero is a temporary that starts as zero;
//! - the containers of a slot are no arguments, and each is in one slot;
//! - the checks of loops, of edges, of halo updates and of tasklets, listed in the modules for them.

mod around;
mod code;
mod edges;
mod exchanges;
mod loops;

use crate::graph::{Edge, Graph, Node, Region};
use crate::memlet::{Effects, code_effects, node_effects};
use around::{Around, Head};
use std::collections::{BTreeSet, HashMap, HashSet};
use tradewind_ir::{
    Blocking, Container, DType, Diagnostic, Expr, FieldId, HostStep, ScalarId, Scope, Span, Verify, diagnostic,
};

impl Verify for Graph {
    type Summary = ();

    /// See the checks listed at the top of this module.
    fn check(&self) -> Vec<Diagnostic> {
        let place = vec![format!("graph `{}`", self.name)];
        let (found, blockings, windows) = Default::default();
        let mut checker = Checker { graph: self, found, place, blockings, windows };
        checker.names();
        checker.known(&self.root);
        if checker.found.is_empty() {
            checker.allocations();
            checker.slots();
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
        self.graph.root.walk(&mut |r| twice.extend(r.allocs.iter().filter(|f| !seen.insert(**f))));
        for field in twice {
            self.error_at(format!("`{}` is allocated twice", self.field(field)), self.container(field).span);
        }
    }

    fn slots(&mut self) {
        let graph = self.graph;
        let mut seen = HashSet::new();
        for field in graph.slots.values().flatten() {
            match graph.fields.get(*field) {
                None => self.error(format!("there is no container `{field}`")),
                Some(c) if c.scope == Scope::Argument => {
                    self.error_at(format!("the argument `%{}` has a slot", c.name), c.span)
                }
                Some(c) if !seen.insert(*field) => self.error_at(format!("`%{}` has two slots", c.name), c.span),
                Some(_) => {}
            }
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
        let order = region.order();
        if order.len() != region.graph.node_count() {
            self.error("the steps of the region wait for each other");
            return effects;
        }
        let mut each = HashMap::with_capacity(order.len());
        for n in &order {
            let own = self.inside(format!("n{}", n.index()), |c| c.node(&region.graph[*n], &around));
            effects.add(own.clone());
            each.insert(*n, own);
        }
        self.edges(region, &order, &each);
        self.exchanges(region, &order, &each);
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

    /// Checks a step and returns its effects.
    fn node(&mut self, node: &Node, around: &Around) -> Effects {
        match node {
            Node::Tasklet { label, code } => {
                self.inside(format!("tasklet `{label}`"), |c| c.code(code, around));
                code_effects(code, &self.graph.fields)
            }
            Node::Map(map) => {
                let head = Head { axis: map.axis, range: &map.range, blocking: map.blocking, kind: Some(map.kind) };
                self.inside(format!("map over {}", map.axis), |c| c.over(head, &map.body, around))
            }
            Node::Loop(l) => {
                let head = Head { axis: l.axis, range: &l.range, blocking: l.blocking, kind: None };
                self.inside(format!("loop over {}", l.axis), |c| c.over(head, &l.body, around))
            }
            Node::Zero(field) => {
                let c = self.container(*field);
                if !c.zero || c.scope != Scope::Temporary || c.place.is_register() {
                    let name = self.field(*field);
                    self.error(format!("`{name}` is set to zero, but is no stored temporary that starts as zero"));
                }
                node_effects(node, &self.graph.fields)
            }
            Node::Host(step) => {
                if !around.is_host() {
                    self.error("a step of the host program is inside a loop over an axis");
                }
                self.host(step, around)
            }
        }
    }

    fn host(&mut self, step: &HostStep<Region>, around: &Around) -> Effects {
        match step {
            HostStep::For { counter, .. } => {
                let dtype = self.graph.scalars[counter.var].dtype;
                if !dtype.is_int() {
                    self.error(format!("the loop variable `${}` is not an integer", self.graph.scalars[counter.var].name));
                }
                counter.bounds().into_iter().for_each(|e| self.uniform(e, dtype));
                counter.until.iter().for_each(|condition| self.uniform(condition, DType::Bool));
            }
            HostStep::Within { window, body } => {
                for (expr, found) in window.exprs().map(|e| (e, e.dtype)) {
                    self.uniform(expr, found);
                    if !found.is_int() {
                        self.error_at(format!("a position or size is an integer, not `{found}`"), expr.span);
                    }
                }
                if body.graph.node_weights().any(|node| matches!(node, Node::Host(_))) {
                    self.error("a step of the host program stands in a part of the domain");
                }
            }
            HostStep::Branch { condition, .. } | HostStep::While { condition, .. } => self.uniform(condition, DType::Bool),
            HostStep::Let { scalar, value } => self.uniform(value, self.graph.scalars[*scalar].dtype),
            HostStep::Callback { scalars, .. } => scalars.iter().for_each(|s| self.uniform(s, s.dtype)),
            HostStep::Copy { to: a, from: b } | HostStep::Swap { a, b } => self.same_shape(*a, *b),
            HostStep::Exchange { .. } => {}
        }
        self.whole(&step.fields());
        let mut effects = Effects::default();
        step.bodies().for_each(|body| effects.add(self.region(body, *around)));
        effects.of_host(step, &self.graph.fields)
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

/// All ids that a graph names.
#[derive(Default)]
struct Ids {
    fields: BTreeSet<FieldId>,
    scalars: BTreeSet<ScalarId>,
}

impl Ids {
    fn region(&mut self, region: &Region) {
        region.walk(&mut |r| {
            self.fields.extend(&r.allocs);
            r.graph.edge_weights().for_each(|edge| self.edge(edge));
            r.graph.node_weights().for_each(|node| self.node(node));
        });
    }
    fn edge(&mut self, edge: &Edge) {
        match edge {
            Edge::Flow(memlet) => self.fields.extend([memlet.field]),
            Edge::Anti(field) | Edge::Output(field) => self.fields.extend([*field]),
            Edge::Reuse { before, after } => self.fields.extend([*before, *after]),
            Edge::Scalar(scalar) => self.scalars.extend([*scalar]),
            Edge::Host => {}
        }
    }
    fn node(&mut self, node: &Node) {
        match node {
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
            Node::Loop(l) => self.scalars.extend(l.blocking.scalars()),
            Node::Zero(field) => self.fields.extend([*field]),
            Node::Host(step) => {
                self.fields.extend(step.fields());
                self.scalars.extend(step.uses().chain(step.sets()));
            }
        }
    }
}

#[cfg(test)]
mod tests;
