//! Selectors: names of loops, statements and steps of the host program that stay the same as long as the source does.
//!
//! | selector | what it names |
//! | --- | --- |
//! | `smooth/k` | the first loop over k, from the top of the tree, that has a statement of the call `smooth` below it |
//! | `smooth/%out` | the first statement of the call `smooth` that writes `%out` |
//! | `smooth/%out/j` | the loop over j around that statement: the outermost of them, the one inside that is `smooth/%out/j.1` |
//! | `exchange/%b` | the first exchange of `%b`; likewise `copy/%b`, `swap/%b`, `callback/@name` and `for/$n` |
//!
//! Further ones have numbers: `smooth/k.1` is the second loop, `smooth/%out/1` the second statement, `exchange/%b/1` the second exchange.
//! Calls are numbered: `advect.2` is the second call of `advect`. The names refer to the tree before a step. After `fuse`, the loop of
//! two calls can be named by either call. What is named by the container that it writes keeps its name when other statements of its
//! stencil come or go.

mod find;

pub use find::NotFound;

use crate::access::accesses_of;
use crate::tree::{Leaf, Node, NodeId, Tree, Unit};
use std::collections::{HashMap, HashSet};
use tradewind_ir::{HostStep, Stmt};

/// What can be named in a tree, outer before inner.
pub struct Selectors<'t> {
    tree: &'t Tree,
    named: Vec<Named<'t>>,
}

/// One loop, statement or step: `heads` stand before the slash, `tails` behind it.
struct Named<'t> {
    unit: Unit,
    heads: Vec<&'t str>,
    tails: Vec<String>,
}

impl<'t> Selectors<'t> {
    /// Those of all nodes and statements.
    pub fn of(tree: &'t Tree) -> Selectors<'t> {
        let mut found = Selectors { tree, named: Vec::new() };
        found.collect(tree.root);
        found
    }

    /// Adds what is below a node and returns the calls with statements there.
    fn collect(&mut self, id: NodeId) -> Vec<&'t str> {
        let (tree, place) = (self.tree, self.named.len());
        let node = &tree.nodes[id];
        match node {
            Node::Leaf(leaf) => return self.leaf(id, leaf),
            Node::Loop(l) => {
                self.named.push(Named { unit: Unit::Node(id), heads: Vec::new(), tails: vec![l.axis.to_string()] })
            }
            host => self.named.extend(step(tree, host).map(|(head, tails)| Named {
                unit: Unit::Node(id),
                heads: vec![head],
                tails,
            })),
        }
        let mut calls: Vec<&str> = Vec::new();
        for child in node.children() {
            for call in self.collect(child) {
                if !calls.contains(&call) {
                    calls.push(call);
                }
            }
        }
        if let Node::Loop(_) = node {
            self.named[place].heads = calls.clone();
        }
        calls
    }

    fn leaf(&mut self, id: NodeId, leaf: &'t Leaf) -> Vec<&'t str> {
        let calls: Vec<&str> = leaf.label.split('+').collect();
        for (n, stmt) in leaf.stmts.iter().enumerate() {
            self.named.push(Named { unit: Unit::Stmt(id, n), heads: calls.clone(), tails: written(self.tree, stmt) });
        }
        calls
    }

    /// The selector of everything that has one. A loop that is not the first one of a call over its axis is named by a statement
    /// in it, where one is the first that writes its container.
    pub fn names(&self) -> HashMap<Unit, String> {
        let mut count: HashMap<(&str, &str), usize> = HashMap::new();
        let mut names = HashMap::new();
        let mut numbered = HashSet::new();
        for named in &self.named {
            for (head, tail) in named.heads.iter().flat_map(|head| named.tails.iter().map(move |tail| (*head, tail.as_str()))) {
                let number = count.entry((head, tail)).or_insert(0);
                let suffix = match *number {
                    0 => String::new(),
                    n if is_axis(tail) => format!(".{n}"),
                    n => format!("/{n}"),
                };
                names.entry(named.unit).or_insert_with(|| {
                    if *number > 0 {
                        numbered.insert(named.unit);
                    }
                    format!("{head}/{tail}{suffix}")
                });
                *number += 1;
            }
        }
        for unit in self.named.iter().map(|named| named.unit).filter(|unit| !numbered.contains(unit)).collect::<Vec<_>>() {
            if let (Unit::Stmt(leaf, _), Some(statement)) = (unit, names.get(&unit).cloned()) {
                self.loops_around(leaf, |id, place| {
                    if numbered.remove(&Unit::Node(id)) {
                        names.insert(Unit::Node(id), format!("{statement}/{place}"));
                    }
                });
            }
        }
        names
    }

    /// Calls `visit` on the loops around a leaf, outermost first, with the axis and the level of each: `j`, `j.1`.
    fn loops_around(&self, leaf: NodeId, mut visit: impl FnMut(NodeId, String)) {
        let mut levels = [0; 3];
        for id in self.tree.loops_around(leaf) {
            let Some(l) = self.tree.as_loop(id) else { continue };
            let level = &mut levels[l.axis.index()];
            visit(id, if *level == 0 { l.axis.to_string() } else { format!("{}.{level}", l.axis) });
            *level += 1;
        }
    }
}

fn is_axis(tail: &str) -> bool {
    !tail.starts_with(['%', '@', '$'])
}

/// The kind of a step of the host program, and what it names.
fn step(tree: &Tree, node: &Node) -> Option<(&'static str, Vec<String>)> {
    let field = |id: &tradewind_ir::FieldId| format!("%{}", tree.fields[*id].name);
    let Node::Host(step) = node else { return None };
    Some(match step {
        HostStep::Exchange { fields, .. } => ("exchange", fields.iter().map(field).collect()),
        HostStep::Copy { to, .. } => ("copy", vec![field(to)]),
        HostStep::Swap { a, b } => ("swap", vec![field(a), field(b)]),
        HostStep::Callback { name, .. } => ("callback", vec![format!("@{name}")]),
        HostStep::For { counter, .. } => ("for", vec![format!("${}", tree.scalars[counter.var].name)]),
        _ => return None,
    })
}

/// The containers that a statement writes, each once.
fn written(tree: &Tree, stmt: &Stmt) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for touch in accesses_of(stmt).iter().filter(|touch| touch.write) {
        let name = format!("%{}", tree.fields[touch.access.field].name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
