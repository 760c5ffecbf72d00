//! The checks that a tree passes before any other stage sees it.
//!
//! - *names*: of fields and scalars, unique; parameters are the arguments, each once; data dimensions have elements.
//! - *shape*: every node is reached once from the root; ids are in their tables; bodies of loops are sequences.
//! - *loops*: a loop inside another one over its axis says where it lies near that one's position, and an outermost one does not; steps
//!   are at least 1; a size that a call gives is an integer argument, and that of a block the step of the loop over its blocks.
//! - *host*: all nodes but sequences, loops, leaves and allocations stand outside all loops over axes.
//! - *exchanges*: a halo update in two steps is a start and a later wait for the same fields, in one list of steps.
//! - *parts*: inside a part of the domain that is found at run time stand loops, leaves and allocations.
//! - *leaves*: stand inside loops over every axis that their accesses, positions and boxes need; hold no `restrict`.
//! - *writes*: targets have no horizontal offset; what is written, copied, exchanged is a container's own type and axes.
//! - *allocations*: of temporaries only, once each, before every use and in a sequence around it.
//! - *places*: arguments and transients have all their axes; a temporary keeps a subset of them, its allocation is inside
//!   loops over the others, and all accesses of an element are in one iteration of these.
//! - *windows*: along J or K, of a power of two of slots; in one iteration of a loop over the axis, which stands around the allocation
//!   or, if it has an order, around all accesses, these are no farther apart than there are slots; the temporary does not begin as zero.
//! - *parallel*: in no other parallel loop.
//! - *vector*: over I, with only leaves and allocations inside.
//! - *free*: iterations of `any`, `parallel` and `vector` loops neither read nor overwrite what another one writes.

use crate::access::accesses_of;
use crate::dependence::{Sites, carried};
use crate::storage::{self, Fault, Uses};
use crate::tree::{Leaf, Loop, LoopKind, Node, NodeId, Tree};
use std::collections::{HashMap, HashSet};
use tradewind_ir::phase::matched;
use tradewind_ir::{
    Access, Axes, Axis, BlockSize, Code, Diagnostic, Expr, ExprKind, Extent, FieldId, HostStep, Near, Param, Phase, ScalarId,
    ScalarKind, Scope, Span, StmtKind, Verify,
};

impl Verify for Tree {
    type Summary = ();

    fn check(&self) -> Vec<Diagnostic> {
        let mut checker = Checker {
            tree: self,
            found: Vec::new(),
            seen: HashSet::new(),
            alive: HashMap::new(),
            made: Vec::new(),
            nest: Vec::new(),
            updates: Vec::new(),
        };
        checker.tables();
        if checker.found.is_empty() {
            checker.steps(self.root, Around::default());
        }
        if checker.found.is_empty() {
            checker.storage();
        }
        checker.found
    }
    fn summarize(&self) {}
}

struct Checker<'t> {
    tree: &'t Tree,
    found: Vec<Diagnostic>,
    seen: HashSet<NodeId>,
    /// The temporaries allocated so far: whether still alive.
    alive: HashMap<FieldId, bool>,
    /// Those of the sequences that are being looked at, in order.
    made: Vec<FieldId>,
    /// The loops around the node that is looked at, outermost first.
    nest: Vec<NodeId>,
    /// The halo updates so far in the list of steps that is looked at: their phase, fields and reach.
    updates: Vec<(Phase, &'t [FieldId], Option<Extent>)>,
}

/// The loops around a node.
#[derive(Clone, Copy, Default)]
struct Around {
    loops: [Option<NodeId>; 3],
    parallel: bool,
    vector: bool,
}

impl Around {
    fn axes(self) -> Axes {
        Axis::ALL.into_iter().filter(|a| self.loops[a.index()].is_some()).collect()
    }
}

impl<'t> Checker<'t> {
    fn report(&mut self, message: impl Into<String>, span: Span, label: impl Into<String>) {
        self.found.push(Diagnostic::error(Code::INVALID_TREE, message, span, label));
    }

    fn tables(&mut self) {
        let mut names = HashSet::new();
        for field in self.tree.fields.values() {
            if !names.insert(format!("%{}", field.name)) {
                self.report(format!("`%{}` is declared twice", field.name), field.span, "second declaration");
            }
            let whole = field.place.keep == field.axes;
            let subset = field.place.keep.iter().all(|a| field.axes.has(a));
            if !(whole || field.scope == Scope::Temporary && subset) {
                self.report(format!("`%{}` cannot be stored in a {}", field.name, field.place), field.span, "declared here");
            }
            for fault in [field.data_fault(), field.window_fault()].into_iter().flatten() {
                self.report(fault, field.span, "declared here");
            }
        }
        for scalar in self.tree.scalars.values() {
            if !names.insert(format!("${}", scalar.name)) {
                self.report(format!("`${}` is declared twice", scalar.name), Span::NONE, "second declaration");
            }
        }
        self.params();
    }

    fn params(&mut self) {
        let fields = self.tree.fields.iter().filter(|(_, f)| f.scope == Scope::Argument).map(|(id, _)| Param::Field(id));
        let scalars = self.tree.scalars.iter().filter(|(_, s)| s.kind == ScalarKind::Argument).map(|(id, _)| Param::Scalar(id));
        let arguments: Vec<Param> = fields.chain(scalars).collect();
        let listed = |p: &Param| self.tree.params.iter().filter(|q| *q == p).count() == 1;
        if arguments.len() != self.tree.params.len() || !arguments.iter().all(listed) {
            self.report("the parameters are not the arguments, each once", Span::NONE, "here");
        }
    }

    fn node(&mut self, id: NodeId, around: Around) {
        let Some(node) = self.tree.nodes.get(id) else {
            return self.report(format!("there is no node {id}"), Span::NONE, "here");
        };
        if !self.seen.insert(id) {
            return self.report(format!("node {id} is in two places"), Span::NONE, "here");
        }
        match node {
            Node::Seq(children) => self.sequence(children, around),
            Node::Loop(l) => self.axis_loop(id, l, around),
            Node::Leaf(leaf) => self.leaf(leaf, around),
            Node::Alloc(field) => self.alloc(*field, around),
            Node::Host(step) => self.host(step, around),
        }
    }

    /// A list of steps of the host program.
    fn steps(&mut self, id: NodeId, around: Around) {
        let outside = std::mem::take(&mut self.updates);
        self.node(id, around);
        if let Err(message) = matched(std::mem::replace(&mut self.updates, outside)) {
            self.report(message, Span::NONE, "here");
        }
    }

    fn sequence(&mut self, children: &[NodeId], around: Around) {
        let before = self.made.len();
        children.iter().for_each(|child| self.node(*child, around));
        for field in self.made.drain(before..) {
            self.alive.insert(field, false);
        }
    }

    fn axis_loop(&mut self, id: NodeId, l: &Loop, mut around: Around) {
        if around.vector {
            self.report("a vector loop contains another loop", Span::NONE, "only leaves and allocations may be inside");
        }
        if l.range.lo.is_empty() || l.range.hi.is_empty() {
            self.report(format!("a loop over {} has no bounds", l.axis), Span::NONE, "here");
        }
        let outer = around.loops[l.axis.index()].replace(id);
        let (inside, step) = (outer.is_some(), outer.and_then(|id| self.tree.as_loop(id)).map(|outer| outer.blocking.step));
        match l.blocking.near {
            None if inside => {
                let label = "say with `near` or `at` where it lies";
                self.report(format!("a loop over {} is inside another one", l.axis), Span::NONE, label);
            }
            Some(_) if !inside => {
                self.report(format!("a loop over {} lies near no other one", l.axis), Span::NONE, "expected a loop around it");
            }
            Some(Near::Points(first, end)) if first >= end => {
                self.report(format!("a loop over {} is near no position", l.axis), Span::NONE, "here");
            }
            Some(Near::Block(size)) if step != Some(BlockSize::Scalar(size)) => {
                let label = "expected this size as the step of the loop around it";
                self.report(format!("a loop over {} is near a block of another size", l.axis), Span::NONE, label);
            }
            _ => {}
        }
        if l.blocking.step == BlockSize::Points(0) {
            self.report(format!("a loop over {} has the step 0", l.axis), Span::NONE, "here");
        }
        for id in l.blocking.scalars() {
            match self.tree.scalars.get(id) {
                Some(s) if s.is_size() => {}
                Some(s) => self.report(format!("`${}` is a size, but no integer argument", s.name), Span::NONE, "here"),
                None => self.report(format!("there is no scalar {id}"), Span::NONE, "here"),
            }
        }
        let outer = self.nest.clone();
        self.nest.push(id);
        if l.kind == LoopKind::Parallel && std::mem::replace(&mut around.parallel, true) {
            self.report("a parallel loop is inside another one", Span::NONE, "here");
        }
        around.vector |= l.kind == LoopKind::Vector;
        if l.kind == LoopKind::Vector && l.axis != Axis::I {
            self.report(format!("a vector loop runs over {}", l.axis), Span::NONE, "vectors run along i");
        }
        if !matches!(self.tree.nodes.get(l.body), Some(Node::Seq(_))) {
            self.report(format!("the body of a loop over {} is not a sequence", l.axis), Span::NONE, "here");
        }
        let errors = self.found.len();
        self.node(l.body, around);
        self.nest.pop();
        if errors == self.found.len() && l.kind.is_free() && l.blocking.shift().is_none() {
            self.free(id, l, &outer);
        }
    }

    fn free(&mut self, id: NodeId, l: &Loop, outer: &[NodeId]) {
        let sites = Sites::below(self.tree, id, outer);
        if let Some(d) = carried(self.tree, id, &sites, outer) {
            let name = &self.tree.fields[d.field].name;
            let message =
                format!("iterations of a loop over {} in order `{}` depend on each other by `%{name}`", l.axis, l.kind);
            let label = format!("this {}, at a distance of {} along {}", d.kind.describe(), d.along(l.axis), l.axis);
            let error = Diagnostic::error(Code::INVALID_TREE, message, d.second, label);
            self.found.push(if d.first == d.second { error } else { error.label(d.first, "the first statement") });
        }
    }

    fn leaf(&mut self, leaf: &Leaf, around: Around) {
        for stmt in &leaf.stmts {
            for touch in accesses_of(stmt) {
                self.access(touch.access, touch.span, around.axes());
                if touch.write && touch.access.offset != [0, 0] {
                    self.report("a target has a horizontal offset", touch.span, "here");
                }
            }
            stmt.walk(&mut |s| {
                s.exprs().for_each(|e| self.expr(e, around.axes()));
                match &s.kind {
                    StmtKind::Restrict { .. } => {
                        self.report("a leaf contains a `restrict`", s.span, "use loop ranges or `mask`")
                    }
                    StmtKind::Check { access, .. } if self.tree.fields.get(access.field).is_none() => {
                        self.report(format!("there is no field {}", access.field), s.span, "here");
                    }
                    StmtKind::Assign(a) if self.tree.fields.get(a.target.field).is_some_and(|f| f.dtype != a.value.dtype) => {
                        self.report("the value does not have the type of the target", s.span, "here");
                    }
                    _ => {}
                }
            });
        }
    }

    fn access(&mut self, access: &Access, span: Span, around: Axes) {
        let Some(field) = self.tree.fields.get(access.field) else {
            return self.report(format!("there is no field {}", access.field), span, "here");
        };
        let name = &field.name;
        if let Some(axis) = field.axes.iter().find(|a| !around.has(*a)) {
            self.report(format!("`%{name}` is accessed outside all loops over {axis}"), span, "here");
        }
        if field.scope == Scope::Temporary && self.alive.get(&access.field) != Some(&true) {
            self.report(format!("`%{name}` is used where it is not allocated"), span, "here");
        }
        if access.component.known().is_some_and(|n| n >= field.components()) {
            self.report(format!("`%{name}` has no such component"), span, "here");
        }
        let lacks = |a: &Axis| !field.axes.has(*a) && access.offsets()[a.index()] != Some(0);
        if let Some(axis) = Axis::ALL.iter().find(|a| lacks(a)) {
            self.report(format!("`%{name}` has no axis {axis}"), span, "here");
        }
    }

    /// Whether temporaries that store fewer elements than they have store enough of them.
    fn storage(&mut self) {
        let uses = Uses::below(self.tree, self.tree.root);
        let mut allocs: Vec<FieldId> = uses.allocs.keys().copied().collect();
        allocs.sort();
        for Fault { message, span, label } in allocs.into_iter().filter_map(|id| storage::fault(&uses, id)) {
            self.report(message, span, label);
        }
    }

    fn expr(&mut self, expr: &Expr, around: Axes) {
        let mut broken: Vec<(String, Span)> = Vec::new();
        expr.walk(&mut |e| match &e.kind {
            ExprKind::Scalar(id) if self.tree.scalars.get(*id).is_none() => broken.push((format!("there is no {id}"), e.span)),
            ExprKind::Index(axis) if !around.has(*axis) => {
                broken.push((format!("the position along {axis} is used outside all loops over it"), e.span));
            }
            ExprKind::Inside(_) if !(around.has(Axis::I) && around.has(Axis::J)) => {
                broken.push(("a box is used outside loops over i and j".to_string(), e.span));
            }
            _ => {}
        });
        broken.into_iter().for_each(|(message, span)| self.report(message, span, "here"));
    }

    fn alloc(&mut self, id: FieldId, around: Around) {
        let Some(field) = self.tree.fields.get(id) else {
            return self.report(format!("there is no field {id}"), Span::NONE, "here");
        };
        if field.scope != Scope::Temporary {
            self.report(format!("`%{}` is allocated, but is not a temporary", field.name), field.span, "declared here");
        }
        self.made.push(id);
        if self.alive.insert(id, true).is_some() {
            self.report(format!("`%{}` is allocated twice", field.name), field.span, "declared here");
        }
        let contracted = |a: &Axis| field.axes.has(*a) && !field.place.keep.has(*a);
        if let Some(axis) = Axis::ALL.into_iter().find(|a| contracted(a) && !around.axes().has(*a)) {
            let message = format!("`%{}` is a {} allocated outside all loops over {axis}", field.name, field.place);
            self.report(message, field.span, "declared here");
        }
    }

    fn host(&mut self, step: &'t HostStep<NodeId>, around: Around) {
        if around.axes() != Axes::NONE {
            self.report("a step of the host program is inside a loop over an axis", Span::NONE, "here");
        }
        step.fields().into_iter().for_each(|f| self.host_field(f));
        step.sets().into_iter().for_each(|scalar| self.variable(scalar));
        step.exprs().into_iter().for_each(|e| self.uniform(e));
        match step {
            HostStep::Copy { to: a, from: b } | HostStep::Swap { a, b } => self.alike(*a, *b),
            HostStep::Within { body, .. } => self.computed(*body),
            HostStep::Exchange { fields, reach, phase, .. } => self.updates.push((*phase, fields, *reach)),
            _ => {}
        }
        step.bodies().for_each(|body| self.steps(*body, around));
    }

    /// What runs on a part of the domain holds no steps of the host program.
    fn computed(&mut self, body: NodeId) {
        for child in self.tree.items(&body) {
            match self.tree.nodes.get(*child) {
                Some(Node::Seq(_)) if *child != body => self.computed(*child),
                Some(Node::Seq(_) | Node::Loop(_) | Node::Leaf(_) | Node::Alloc(_)) | None => {}
                Some(Node::Host(_)) => {
                    self.report("a step of the host program stands in a part of the domain", Span::NONE, "here")
                }
            }
        }
    }

    fn host_field(&mut self, id: FieldId) {
        match self.tree.fields.get(id) {
            None => self.report(format!("there is no field {id}"), Span::NONE, "here"),
            Some(f) if f.scope == Scope::Temporary => {
                self.report(
                    format!("`%{}` is a temporary, which the host program cannot use", f.name),
                    f.span,
                    "declared here",
                );
            }
            _ => {}
        }
    }

    fn alike(&mut self, a: FieldId, b: FieldId) {
        if let (Some(a), Some(b)) = (self.tree.fields.get(a), self.tree.fields.get(b))
            && (a.dtype, a.axes) != (b.dtype, b.axes)
        {
            self.report(format!("`%{}` and `%{}` differ in type or axes", a.name, b.name), b.span, "declared here");
        }
    }

    fn variable(&mut self, id: ScalarId) {
        match self.tree.scalars.get(id) {
            Some(s) if s.kind == ScalarKind::Variable => {}
            Some(s) => self.report(format!("`${}` is set, but is not a variable", s.name), Span::NONE, "here"),
            None => self.report(format!("there is no scalar {id}"), Span::NONE, "here"),
        }
    }

    fn uniform(&mut self, expr: &Expr) {
        self.expr(expr, Axes::NONE);
        if !expr.is_uniform() {
            self.report("an expression of the host program depends on the point", expr.span, "here");
        }
    }
}
