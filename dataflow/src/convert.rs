//! The only constructor of graphs: from a schedule tree to a graph.
//!
//! Free loops become maps, and ordered loops become sequential loops. Consecutive leaves of one sequence become one tasklet. A halo update
//! becomes a start and a wait. The order stays; only data changes form: temporaries that only one tasklet uses become values ([`crate::lower`]), and nodes
//! are connected by what they read and write ([`crate::connect`]).

use crate::code::CheckId;
use crate::connect::connect_known;
use crate::graph::{Check, Graph, Map, MapKind, Node, Region, SequentialLoop};
use crate::lower::{self, lower};
use crate::memlet::{Effects, code_effects, node_effects};
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use tradewind_ir::{Container, Expr, FieldId, HostStep, IdVec, Phase, Range, Stmt, StmtKind, Verified};
use tradewind_schedule::{Leaf, Loop, LoopKind, NodeId, Tree, tree};

/// The graph that does what the tree does.
pub fn from_tree(tree: &Verified<Tree>) -> Graph {
    let converter = Converter { tree, checks: RefCell::default(), starts: Cell::new(0) };
    let root = converter.region(tree.root, &Default::default()).0;
    Graph {
        name: tree.name.clone(),
        fields: tree.fields.clone(),
        scalars: tree.scalars.clone(),
        params: tree.params.clone(),
        checks: converter.checks.into_inner(),
        slots: IdVec::new(),
        root,
    }
}

struct Converter<'a> {
    tree: &'a Tree,
    /// The checks met so far.
    checks: RefCell<IdVec<CheckId, Check>>,
    /// How many halo updates were started so far.
    starts: Cell<u32>,
}

/// The ranges of the loops around a node.
type Ranges = [Option<Range>; 3];

/// A region being filled: steps that are finished, leaves of a tasklet to come.
#[derive(Default)]
struct Filling<'a> {
    allocs: Vec<FieldId>,
    nodes: Vec<(Node, Effects)>,
    /// The temporaries to be set to zero before their first access; until then others may use their memory.
    zero: Vec<FieldId>,
    leaves: Vec<&'a Leaf>,
    /// The halo updates that were started: the tree's number, and the graph's.
    started: HashMap<u32, u32>,
}

impl Filling<'_> {
    fn push(&mut self, (node, effects): (Node, Effects), fields: &IdVec<FieldId, Container>) {
        self.zero.retain(|field| {
            let first = effects.touches(*field);
            if first {
                let zero = Node::Zero(*field);
                let effects = node_effects(&zero, fields);
                self.nodes.push((zero, effects));
            }
            !first
        });
        self.nodes.push((node, effects));
    }
}

impl<'a> Converter<'a> {
    /// The region that a node of the tree becomes, and its effects.
    fn region(&self, node: NodeId, ranges: &Ranges) -> (Region, Effects) {
        let mut children = Vec::new();
        self.flatten(node, &mut children);
        let registers = self.registers(&children);
        let fields = &self.tree.fields;
        let mut filling = Filling::default();
        for child in children {
            match &self.tree.nodes[child] {
                tree::Node::Leaf(leaf) => filling.leaves.push(leaf),
                tree::Node::Alloc(field) if registers.contains(field) => {}
                tree::Node::Alloc(field) => {
                    filling.allocs.push(*field);
                    filling.zero.extend(Some(*field).filter(|f| fields[*f].zero && !fields[*f].place.is_register()));
                }
                tree::Node::Host(HostStep::Exchange { fields: list, reach, phase, pairs }) => {
                    self.tasklet(&mut filling, &registers, ranges);
                    for phase in self.phases(*phase, &mut filling.started) {
                        let step = HostStep::Exchange { fields: list.clone(), reach: *reach, phase, pairs: pairs.clone() };
                        let effects = Effects::default().of_host(&step, fields);
                        filling.push((Node::Host(step), effects), fields);
                    }
                }
                other => {
                    self.tasklet(&mut filling, &registers, ranges);
                    if let Some(step) = self.step(other, ranges) {
                        filling.push(step, fields);
                    }
                }
            }
        }
        self.tasklet(&mut filling, &registers, ranges);
        let Filling { allocs, nodes, .. } = filling;
        let mut all = Effects::default();
        nodes.iter().for_each(|(_, effects)| all.add(effects.clone()));
        let graph = connect_known(nodes, fields);
        let effects = all.without(&allocs);
        (Region { allocs, graph }, effects)
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
        filling.push((Node::Tasklet { label: labels.join("+"), code }, effects), &self.tree.fields);
    }

    /// The phases that a halo update of the tree becomes, with numbers of the graph.
    fn phases(&self, phase: Phase, started: &mut HashMap<u32, u32>) -> Vec<Phase> {
        let start = || self.starts.replace(self.starts.get() + 1);
        match phase {
            Phase::Whole => {
                let number = start();
                vec![Phase::Start(number), Phase::Wait(number)]
            }
            Phase::Start(number) => vec![Phase::Start(*started.entry(number).insert_entry(start()).get())],
            Phase::Wait(number) => started.get(&number).map(|number| Phase::Wait(*number)).into_iter().collect(),
        }
    }

    /// The step that a node of the tree becomes, and its effects.
    fn step(&self, node: &tree::Node, ranges: &Ranges) -> Option<(Node, Effects)> {
        let step = match node {
            tree::Node::Loop(l) => return Some(self.over(l, ranges)),
            tree::Node::Host(step) => step,
            tree::Node::Seq(_) | tree::Node::Leaf(_) | tree::Node::Alloc(_) => return None,
        };
        let mut effects = Effects::default();
        let step: Result<_, Infallible> = step.with_bodies(|body| {
            let (region, inside) = self.region(*body, ranges);
            effects.add(inside);
            Ok(region)
        });
        let Ok(step) = step;
        let effects = effects.of_host(&step, &self.tree.fields);
        Some((Node::Host(step), effects))
    }

    /// What a loop becomes, and its effects.
    fn over(&self, l: &Loop, ranges: &Ranges) -> (Node, Effects) {
        let (body, effects) = self.body(l, ranges);
        let (axis, range, blocking) = (l.axis, l.range.clone(), l.blocking);
        let map = |kind, body| Node::Map(Map { axis, range: range.clone(), blocking, kind, body });
        let ordered = |backward, body| Node::Loop(SequentialLoop { axis, range: range.clone(), blocking, backward, body });
        let node = match l.kind {
            LoopKind::Any => map(MapKind::Any, body),
            LoopKind::Parallel => map(MapKind::Parallel, body),
            LoopKind::Vector => map(MapKind::Vector, body),
            LoopKind::Forward => ordered(false, body),
            LoopKind::Backward => ordered(true, body),
        };
        (node, effects)
    }

    /// The body of a loop, and the effects of all its iterations.
    fn body(&self, l: &Loop, ranges: &Ranges) -> (Region, Effects) {
        let mut ranges = ranges.clone();
        ranges[l.axis.index()] = Some(l.range.clone());
        let (region, effects) = self.region(l.body, &ranges);
        (region, effects.swept(l.axis, &l.range, l.blocking))
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
