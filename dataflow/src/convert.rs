//! The only constructor of graphs: from a schedule tree to a graph.
//!
//! Free loops become maps, and ordered loops become sequential loops. Consecutive leaves of one sequence become one tasklet.
//! The order stays; only data changes form: temporaries that only one tasklet uses become values ([`crate::lower`]), and nodes
//! are connected by what they read and write ([`crate::connect`]).

use crate::code::CheckId;
use crate::connect::connect_known;
use crate::graph::{Check, Control, Graph, Map, MapKind, Node, Region, SequentialLoop};
use crate::lower::{self, lower};
use crate::memlet::{Effects, code_effects, node_effects};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use tradewind_ir::{Expr, FieldId, IdVec, Range, Stmt, StmtKind, Verified};
use tradewind_schedule::{Leaf, Loop, LoopKind, NodeId, Tree, tree};

/// The graph that does what the tree does.
pub fn from_tree(tree: &Verified<Tree>) -> Graph {
    let converter = Converter { tree, checks: RefCell::default() };
    let root = converter.region(tree.root, &Default::default()).0;
    Graph {
        name: tree.name.clone(),
        fields: tree.fields.clone(),
        scalars: tree.scalars.clone(),
        params: tree.params.clone(),
        checks: converter.checks.into_inner(),
        root,
    }
}

struct Converter<'a> {
    tree: &'a Tree,
    /// The checks met so far.
    checks: RefCell<IdVec<CheckId, Check>>,
}

/// The ranges of the loops around a node.
type Ranges = [Option<Range>; 3];

/// A region being filled: finished steps, nodes of states to come, leaves of a tasklet to come.
#[derive(Default)]
struct Filling<'a> {
    region: Region,
    /// The effects of what is finished.
    effects: Effects,
    nodes: Vec<(Node, Effects)>,
    leaves: Vec<&'a Leaf>,
}

impl<'a> Converter<'a> {
    /// The region that a node of the tree becomes, and its effects.
    fn region(&self, node: NodeId, ranges: &Ranges) -> (Region, Effects) {
        let mut children = Vec::new();
        self.flatten(node, &mut children);
        let registers = self.registers(&children);
        let mut filling = Filling::default();
        for child in children {
            match &self.tree.nodes[child] {
                tree::Node::Leaf(leaf) => filling.leaves.push(leaf),
                tree::Node::Alloc(field) if registers.contains(field) => {}
                tree::Node::Alloc(field) => filling.region.allocs.push(*field),
                other => {
                    self.tasklet(&mut filling, &registers, ranges);
                    match self.dataflow(other, ranges) {
                        Some(node) => filling.nodes.push(node),
                        None => {
                            self.states(&mut filling);
                            if let Some((step, effects)) = self.control(other, ranges) {
                                filling.region.items.push(step);
                                filling.effects.add(effects);
                            }
                        }
                    }
                }
            }
        }
        self.tasklet(&mut filling, &registers, ranges);
        self.states(&mut filling);
        let Filling { region, effects, .. } = filling;
        let effects = effects.without(&region.allocs);
        (region, effects)
    }

    /// The children of nested sequences, in order.
    fn flatten(&self, node: NodeId, to: &mut Vec<NodeId>) {
        match &self.tree.nodes[node] {
            tree::Node::Seq(children) => children.iter().for_each(|child| self.flatten(*child, to)),
            _ => to.push(node),
        }
    }

    /// The registers among the allocations of a sequence that only one run of leaves touches.
    fn registers(&self, children: &[NodeId]) -> HashSet<FieldId> {
        let allocated = children.iter().filter_map(|child| match self.tree.nodes[*child] {
            tree::Node::Alloc(field) if self.tree.fields[field].place.is_register() => Some(field),
            _ => None,
        });
        let mut registers: HashSet<FieldId> = allocated.collect();
        if registers.is_empty() {
            return registers;
        }
        // Which run of leaves names each container; every other node ends a run.
        let (mut runs, mut run) = (HashMap::new(), 0);
        for child in children {
            let mut named = HashSet::new();
            match &self.tree.nodes[*child] {
                tree::Node::Alloc(_) => {}
                tree::Node::Leaf(leaf) => {
                    leaf_fields(leaf, &mut named);
                    named.retain(|field| *runs.entry(*field).or_insert(run) != run);
                }
                _ => {
                    self.fields(*child, &mut named);
                    run += 1;
                }
            }
            for field in &named {
                registers.remove(field);
            }
        }
        registers
    }

    /// Every container that the statements of a subtree name.
    fn fields(&self, node: NodeId, to: &mut HashSet<FieldId>) {
        match &self.tree.nodes[node] {
            tree::Node::Seq(children) => children.iter().for_each(|child| self.fields(*child, to)),
            tree::Node::Loop(l) => self.fields(l.body, to),
            tree::Node::Leaf(leaf) => leaf_fields(leaf, to),
            _ => {}
        }
    }

    /// Ends the tasklet that the leaves so far make up.
    fn tasklet(&self, filling: &mut Filling<'a>, registers: &HashSet<FieldId>, ranges: &Ranges) {
        let leaves = std::mem::take(&mut filling.leaves);
        if leaves.is_empty() {
            return;
        }
        let mut known = HashSet::new();
        let parts = leaves.iter().flat_map(|leaf| leaf.label.split('+'));
        let labels: Vec<&str> = parts.filter(|part| known.insert(*part)).collect();
        let scope = lower::Scope { fields: &self.tree.fields, ranges, registers };
        let stmts = leaves.iter().flat_map(|leaf| leaf.stmts.iter().map(|s| (leaf.label.as_str(), s)));
        let code = lower(stmts, &scope, &mut self.checks.borrow_mut());
        let effects = code_effects(&code, &self.tree.fields);
        filling.nodes.push((Node::Tasklet { label: labels.join("+"), code }, effects));
    }

    /// Ends the states that the nodes so far make up.
    fn states(&self, filling: &mut Filling<'a>) {
        filling.nodes.iter().for_each(|(_, effects)| filling.effects.add(effects.clone()));
        let states = connect_known(filling.nodes.drain(..));
        filling.region.items.extend(states.into_iter().map(Control::State));
    }

    /// The node of a state that a node of the tree becomes.
    fn dataflow(&self, node: &tree::Node, ranges: &Ranges) -> Option<(Node, Effects)> {
        let node = match node {
            tree::Node::Loop(l) => {
                let kind = match l.kind {
                    LoopKind::Any => MapKind::Any,
                    LoopKind::Parallel => MapKind::Parallel,
                    LoopKind::Vector => MapKind::Vector,
                    LoopKind::Forward | LoopKind::Backward => return None,
                };
                let (body, effects) = self.body(l, ranges);
                return Some((
                    Node::Map(Map { axis: l.axis, range: l.range.clone(), blocking: l.blocking, kind, body }),
                    effects,
                ));
            }
            tree::Node::Exchange { fields, reach } => Node::Exchange { fields: fields.clone(), reach: *reach },
            tree::Node::Copy { to, from } => Node::Copy { to: *to, from: *from },
            tree::Node::Swap { a, b } => Node::Swap { a: *a, b: *b },
            tree::Node::Callback { name, fields, scalars, fills } => {
                Node::Callback { name: name.clone(), fields: fields.clone(), scalars: scalars.clone(), fills: *fills }
            }
            _ => return None,
        };
        let effects = node_effects(&node, &self.tree.fields);
        Some((node, effects))
    }

    /// The step of a region that a node of the tree becomes.
    fn control(&self, node: &tree::Node, ranges: &Ranges) -> Option<(Control, Effects)> {
        Some(match node {
            tree::Node::Loop(l) => {
                let (body, effects) = self.body(l, ranges);
                let (range, blocking, backward) = (l.range.clone(), l.blocking, l.kind == LoopKind::Backward);
                (Control::Sequential(SequentialLoop { axis: l.axis, range, blocking, backward, body }), effects)
            }
            tree::Node::For { counter, body } => {
                let (body, effects) = self.region(*body, ranges);
                (Control::For { counter: counter.clone(), body }, effects)
            }
            tree::Node::Within { window, body } => {
                let (body, effects) = self.region(*body, ranges);
                (Control::Within { window: window.clone(), body }, effects.anywhere(window.axes()))
            }
            tree::Node::Branch { condition, then, otherwise } => {
                let (then, mut effects) = self.region(*then, ranges);
                let (otherwise, more) = otherwise.map(|o| self.region(o, ranges)).unwrap_or_default();
                effects.add(more);
                (Control::Branch { condition: condition.clone(), then, otherwise }, effects)
            }
            tree::Node::While { condition, body } => {
                let (body, effects) = self.region(*body, ranges);
                (Control::While { condition: condition.clone(), body }, effects)
            }
            tree::Node::Let { scalar, value } => (Control::Let { scalar: *scalar, value: value.clone() }, Effects::default()),
            _ => return None,
        })
    }

    /// The body of a loop, and the effects of all its iterations.
    fn body(&self, l: &Loop, ranges: &Ranges) -> (Region, Effects) {
        let mut ranges = ranges.clone();
        ranges[l.axis.index()] = Some(l.range.clone());
        let (region, effects) = self.region(l.body, &ranges);
        (region, effects.swept(l.axis, &l.range))
    }
}

fn leaf_fields(leaf: &Leaf, to: &mut HashSet<FieldId>) {
    let reads = |e: &Expr, to: &mut HashSet<FieldId>| to.extend(e.accesses().into_iter().map(|a| a.field));
    for stmt in &leaf.stmts {
        stmt.walk(&mut |s: &Stmt| {
            s.exprs().for_each(|e| reads(e, to));
            if let StmtKind::Assign(assign) = &s.kind {
                to.insert(assign.target.field);
            }
        });
    }
}
