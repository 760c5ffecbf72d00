//! Lifts a whole program to a naive tree. Every call is inlined and its fields are bound. Every execution becomes its own loop
//! nests, in the order of the program. The result is always correct; [`crate::transform`] makes it fast.

mod call;
mod coordinates;
mod plane;

use crate::footprint;
use crate::tree::{Node, NodeId, Tables, Tree};
use std::collections::HashMap;
use std::convert::Infallible;
use tradewind_ir::access::ProgramSummary;
use tradewind_ir::{
    Axes, Container, DType, Extent, FieldId, HostStep, Lifetime, Place, Program, ProgramStmt, ScalarKind, ScalarSlot, Scope,
    Span, StencilId, Verified,
};

/// The naive schedule of a program.
pub fn lift(program: &Verified<Program>) -> Tree {
    let mut lifter = Lifter::new(program);
    lifter.tree.root = lifter.body(&program.body);
    footprint::set_extents(&mut lifter.tree, &lifter.parts, &lifter.promised);
    lifter.tree
}

/// The tree that is being built.
struct Lifter<'a> {
    program: &'a Program,
    tree: Tree,
    /// How often a name was asked for.
    names: HashMap<String, usize>,
    /// How often each stencil was called.
    labels: HashMap<String, usize>,
    /// Containers that are components of one temporary.
    parts: Vec<(FieldId, FieldId)>,
    /// The temporaries of each stencil that must begin as zero.
    zeros: HashMap<StencilId, Vec<FieldId>>,
    summary: &'a ProgramSummary,
    /// Fields that calls on a part of the domain found at run time use, and the halos from which follows where it may lie.
    promised: Vec<(FieldId, Extent)>,
}

impl<'a> Lifter<'a> {
    fn new(program: &'a Verified<Program>) -> Self {
        let mut names = HashMap::new();
        let fields = program.fields.values().map(|f| {
            names.insert(f.name.clone(), 1);
            let scope = if f.lifetime == Lifetime::Argument { Scope::Argument } else { Scope::Transient };
            let made = container(f.name.clone(), f.dtype, f.axes, scope, false, f.span);
            Container { interfaces: f.interfaces, data: f.data.clone(), ..made }
        });
        let fields = fields.collect();
        let scalars = program.scalars.values().map(|s| {
            names.insert(s.name.clone(), 1);
            ScalarSlot { name: s.name.clone(), dtype: s.dtype, kind: s.kind }
        });
        let scalars = scalars.collect();
        let tree = Tree::new(Tables { name: program.name.clone(), fields, scalars, params: program.params.clone() });
        let (labels, parts, zeros, promised) = Default::default();
        Lifter { program, tree, names, labels, parts, zeros, summary: program.summary(), promised }
    }

    /// The sequence of some statements.
    fn body(&mut self, stmts: &[ProgramStmt]) -> NodeId {
        let mut children = Vec::new();
        stmts.iter().for_each(|s| self.stmt(s, &mut children));
        self.tree.add(Node::Seq(children))
    }

    fn stmt(&mut self, stmt: &ProgramStmt, out: &mut Vec<NodeId>) {
        let step = match stmt {
            ProgramStmt::Call { stencil, fields, scalars, domain, .. } => {
                let Some(call) = self.call(*stencil, fields, scalars, domain) else { return };
                return out.extend(call.allocs.into_iter().chain(call.lets).chain(call.nests));
            }
            ProgramStmt::Host(HostStep::Within { window, body }, _) => {
                let window = self.summary.window(self.program, window, body);
                HostStep::Within { window, body: self.part(body, out) }
            }
            ProgramStmt::Host(step, _) => self.host(step),
        };
        out.push(self.tree.add(Node::Host(step)));
    }

    fn host(&mut self, step: &HostStep<Vec<ProgramStmt>>) -> HostStep<NodeId> {
        let step: Result<_, Infallible> = step.with_bodies(|body| Ok(self.body(body)));
        let Ok(mut step) = step;
        match &mut step {
            // They are filled field by field.
            HostStep::Exchange { pairs, .. } => pairs.clear(),
            step => self.promise(&step.fields()),
        }
        step
    }

    /// The sequence of calls on a part of the domain found at run time. The scalars that they need are set before it, in `out`.
    fn part(&mut self, calls: &[ProgramStmt], out: &mut Vec<NodeId>) -> NodeId {
        let mut inside = Vec::new();
        for step in calls {
            let ProgramStmt::Call { stencil, fields, scalars, domain, .. } = step else { continue };
            self.promise(fields);
            let Some(call) = self.call(*stencil, fields, scalars, domain) else { continue };
            out.extend(call.lets);
            inside.extend(call.allocs.into_iter().chain(call.nests));
        }
        self.tree.add(Node::Seq(inside))
    }

    /// Gives fields the halo that the summary says: a step uses more of it than loops may show.
    fn promise(&mut self, fields: &[FieldId]) {
        self.promised.extend(fields.iter().map(|field| (*field, self.summary.fields[*field].halo)));
    }

    /// A new temporary whose name begins with `name`.
    fn temporary(&mut self, name: &str, dtype: DType, axes: Axes, zero: bool, span: Span) -> FieldId {
        let name = unique(&mut self.names, name);
        self.tree.fields.push(container(name, dtype, axes, Scope::Temporary, zero, span))
    }

    /// A new host variable whose name begins with `name`.
    fn variable(&mut self, name: &str, dtype: DType) -> tradewind_ir::ScalarId {
        let name = unique(&mut self.names, name);
        self.tree.scalars.push(ScalarSlot { name, dtype, kind: ScalarKind::Variable })
    }
}

fn container(name: String, dtype: DType, axes: Axes, scope: Scope, zero: bool, span: Span) -> Container {
    let (interfaces, data, extent, place) = (Axes::NONE, Vec::new(), Extent::ZERO, Place::whole(axes));
    Container { name, dtype, axes, interfaces, data, scope, extent, zero, place, span }
}

/// `name`, or `name.2`, `name.3` … where that is taken.
fn unique(taken: &mut HashMap<String, usize>, name: &str) -> String {
    loop {
        let count = taken.entry(name.to_string()).or_insert(0);
        *count += 1;
        let candidate = if *count == 1 { name.to_string() } else { format!("{name}.{count}") };
        if *count == 1 || !taken.contains_key(&candidate) {
            taken.entry(candidate.clone()).or_insert(1);
            return candidate;
        }
    }
}
