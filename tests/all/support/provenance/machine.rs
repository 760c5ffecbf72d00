//! The nodes of a tree, in the order in which they run.

use super::memory::{Iteration, Memory};
use super::tag::{Map, Symbol, Tag};
use std::collections::BTreeSet;
use tradewind::differential::Random;
use tradewind::ir::array::PointBox;
use tradewind::ir::interpret::halo_update;
use tradewind::ir::{Array, Axis, Diagnostic, Domain, Expr, FieldId, Fills, HostStep, IdVec, ScalarId, Scope, Value, eval};
use tradewind::schedule::{Loop, LoopKind, Node, NodeId, Tree};

/// In which order iterations run that have none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Ascending,
    Descending,
    /// Each time another one.
    Shuffled(u64),
}

/// Why a run ends early.
#[derive(Debug)]
pub enum Fault {
    /// The program ends with an error of its own.
    Program(String),
    /// The tree does what no schedule of a program does.
    Tree(String),
}

impl From<Diagnostic> for Fault {
    fn from(found: Diagnostic) -> Fault {
        Fault::Program(found.message)
    }
}

/// How many rounds a `while` of the program may take.
const MOST_ROUNDS: usize = 100;

/// A run: the memory, and where it is.
pub struct Machine<'t> {
    pub tree: &'t Tree,
    pub domain: Domain,
    pub memory: Map<FieldId, Memory>,
    pub scalars: IdVec<ScalarId, Value>,
    /// The versions whose value does not depend on the arguments, with it.
    pub known: Map<Tag, Value>,
    pub point: [i64; 3],
    pub iteration: Iteration,
    /// How many loops without an order have been run.
    pub free_loops: u64,
    /// The conditions under which statements run, outermost first.
    pub guards: Vec<Tag>,
    /// The checks of computed indexes that were made.
    pub checks: BTreeSet<Tag>,
    /// The host functions that were called, with all that they saw.
    pub calls: Vec<Tag>,
    /// The sum of all versions that were written.
    pub written: u64,
    pub order: Order,
    pub random: Random,
}

impl Machine<'_> {
    /// Runs a node.
    pub fn node(&mut self, id: NodeId) -> Result<(), Fault> {
        let tree = self.tree;
        match &tree.nodes[id] {
            Node::Seq(children) => children.iter().try_for_each(|child| self.node(*child)),
            Node::Loop(l) => self.axis_loop(l),
            Node::Leaf(leaf) => self.stmts(&leaf.stmts),
            Node::Alloc(field) => {
                self.memory.insert(*field, Memory::of(&tree.fields[*field], self.domain));
                Ok(())
            }
            Node::Host(step) => self.host(step),
        }
    }

    fn host(&mut self, step: &HostStep<NodeId>) -> Result<(), Fault> {
        let tree = self.tree;
        match step {
            HostStep::For { counter, body } => {
                for n in counter.rounds(counter.bounds().map(|e| self.uniform(e)))?.positions() {
                    self.scalars[counter.var] = Value::I64(n).cast(tree.scalars[counter.var].dtype);
                    self.node(*body)?;
                    if counter.until.as_ref().is_some_and(|e| self.uniform(e).is_true()) {
                        break;
                    }
                }
                Ok(())
            }
            HostStep::Within { window, body } => {
                let Some(part) = window.place(self.domain, |e| self.uniform(e))? else { return Ok(()) };
                let whole = std::mem::replace(&mut self.domain, part.map(|(first, end)| end - first));
                self.move_origins(part.map(|(first, _)| first));
                self.node(*body)?;
                self.move_origins(part.map(|(first, _)| -first));
                self.domain = whole;
                Ok(())
            }
            HostStep::Branch { condition, then, otherwise } => match self.uniform(condition).is_true() {
                true => self.node(*then),
                false => self.node(*otherwise),
            },
            HostStep::While { condition, body } => {
                for _ in 0..MOST_ROUNDS {
                    if !self.uniform(condition).is_true() {
                        return Ok(());
                    }
                    self.node(*body)?;
                }
                Err(Fault::Program("a `while` does not end".to_string()))
            }
            HostStep::Let { scalar, value } => {
                self.scalars[*scalar] = self.uniform(value);
                Ok(())
            }
            HostStep::Exchange { fields, reach, phase, .. } => {
                for field in fields.iter().filter(|_| phase.fills()) {
                    let domain = self.domain;
                    halo_update(self.cells(*field)?, domain, *reach);
                }
                Ok(())
            }
            HostStep::Copy { to, from } => {
                let from = self.cells(*from)?.clone();
                copy(self.cells(*to)?, &from);
                Ok(())
            }
            HostStep::Swap { a, b } => {
                let (old_a, old_b) = (self.cells(*a)?.clone(), self.cells(*b)?.clone());
                copy(self.cells(*a)?, &old_b);
                copy(self.cells(*b)?, &old_a);
                Ok(())
            }
            HostStep::Callback { name, fields, scalars, fills } => self.callback(name, fields, scalars, *fills),
        }
    }

    fn axis_loop(&mut self, l: &Loop) -> Result<(), Fault> {
        let n = l.axis.index();
        let outer = self.point[n];
        let steps = l.blocking.steps(l.range.at(self.domain[n]), outer, |size| self.scalars[size].as_i64());
        let mut positions: Vec<i64> = steps.each(false).collect();
        let descends = if l.kind.is_free() { self.order == Order::Descending } else { l.kind == LoopKind::Backward };
        if descends {
            positions.reverse();
        }
        if l.kind.is_free() && matches!(self.order, Order::Shuffled(_)) {
            for last in (1..positions.len()).rev() {
                positions.swap(last, self.random.below(last + 1));
            }
        }
        let around = self.iteration.clone();
        self.free_loops += 1;
        let run = self.free_loops;
        for position in positions {
            self.point[n] = position;
            if l.kind.is_free() {
                self.iteration = around.iter().copied().chain([(run, position)]).collect();
            }
            self.node(l.body)?;
        }
        self.iteration = around;
        self.point[n] = outer;
        Ok(())
    }

    /// A host function sees all elements of its fields, and all checks that were made before; what it writes depends on all that
    /// it sees.
    fn callback(&mut self, name: &str, fields: &[FieldId], scalars: &[Expr], fills: Fills) -> Result<(), Fault> {
        let mut seen: Vec<Tag> = scalars.iter().map(|e| Symbol::Known(self.uniform(e)).tag()).collect();
        seen.extend(&self.checks);
        for field in fields {
            let Some(memory) = self.memory.get(field) else { continue };
            seen.extend(memory.elements().filter_map(|(point, component)| memory.get(point, component)));
        }
        let call = Tag::of(("callback", name), &seen);
        self.calls.push(call);
        for field in fields.iter().filter(|_| fills.writes()) {
            let Some(memory) = self.memory.get_mut(field) else { continue };
            for (point, component) in memory.elements() {
                memory.cells.set(point, component, Tag::of(("filled", field.0, point, component), &[call]).into());
            }
        }
        Ok(())
    }

    fn cells(&mut self, field: FieldId) -> Result<&mut Array, Fault> {
        let none = || Fault::Tree("a step of the program uses a field that is not there".to_string());
        self.memory.get_mut(&field).map(|memory| &mut memory.cells).ok_or_else(none)
    }

    /// Counts the points of all fields of the program from another one on.
    fn move_origins(&mut self, to: [i64; 3]) {
        let tree = self.tree;
        let of_program = |field: &FieldId| tree.fields[*field].scope != Scope::Temporary;
        let moved = self.memory.iter_mut().filter(|(field, _)| of_program(field));
        moved.for_each(|(_, memory)| memory.cells.move_origin(to));
    }

    fn uniform(&self, expr: &Expr) -> Value {
        eval::uniform(expr, &|id| self.scalars[id], self.domain).unwrap_or(Value::zero(expr.dtype))
    }
}

/// Sets the points that both arrays have.
fn copy(to: &mut Array, from: &Array) {
    let common: PointBox = Axis::ALL.map(|axis| {
        let (a, b) = (to.range(axis), from.range(axis));
        (a.0.max(b.0), a.1.min(b.1))
    });
    to.copy_points(from, common);
}
