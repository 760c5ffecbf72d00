//! Selectors: names of loops, statements and steps of the host program that stay the same as long as the source does.
//!
//! | selector | what it names |
//! | --- | --- |
//! | `smooth/k` | the first loop over k, from the top of the tree, that has a statement of the call `smooth` below it |
//! | `smooth/%out` | the first statement of the call `smooth` that writes `%out` |
//! | `exchange/%b` | the first exchange of `%b`; likewise `copy/%b`, `swap/%b`, `callback/@name` and `for/$n` |
//!
//! Further ones have numbers: `smooth/k.1` is the second loop, `smooth/%out/1` the second statement, `exchange/%b/1` the second exchange.
//! Calls are numbered: `advect.2` is the second call of `advect`. The names refer to the tree before a step. After `fuse`, the loop of
//! two calls can be named by either call.

use crate::access::accesses_of;
use crate::tree::{Leaf, Node, NodeId, Tree, Unit};
use std::collections::HashMap;
use tradewind_ir::{Axis, Stmt};

/// What can be named in a tree, outer before inner.
pub struct Selectors<'t> {
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
        let mut found = Selectors { named: Vec::new() };
        found.collect(tree, tree.root);
        found
    }

    /// Adds what is below a node and returns the calls with statements there.
    fn collect(&mut self, tree: &'t Tree, id: NodeId) -> Vec<&'t str> {
        let place = self.named.len();
        let node = &tree.nodes[id];
        match node {
            Node::Leaf(leaf) => return self.leaf(tree, id, leaf),
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
            for call in self.collect(tree, child) {
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

    fn leaf(&mut self, tree: &Tree, id: NodeId, leaf: &'t Leaf) -> Vec<&'t str> {
        let calls: Vec<&str> = leaf.label.split('+').collect();
        for (n, stmt) in leaf.stmts.iter().enumerate() {
            self.named.push(Named { unit: Unit::Stmt(id, n), heads: calls.clone(), tails: written(tree, stmt) });
        }
        calls
    }

    /// The selector of everything that has one.
    pub fn names(&self) -> HashMap<Unit, String> {
        let mut count: HashMap<(&str, &str), usize> = HashMap::new();
        let mut names = HashMap::new();
        for named in &self.named {
            for (head, tail) in named.heads.iter().flat_map(|head| named.tails.iter().map(move |tail| (*head, tail.as_str()))) {
                let number = count.entry((head, tail)).or_insert(0);
                let suffix = match *number {
                    0 => String::new(),
                    n if is_axis(tail) => format!(".{n}"),
                    n => format!("/{n}"),
                };
                names.entry(named.unit).or_insert_with(|| format!("{head}/{tail}{suffix}"));
                *number += 1;
            }
        }
        names
    }

    /// The loop that a selector names.
    ///
    /// # Errors
    /// What is wrong with it, and what there is instead.
    pub fn find_loop(&self, selector: &str) -> Result<NodeId, String> {
        let Some((call, position)) = selector.rsplit_once('/') else {
            return Err("a selector is a call and an axis, such as `smooth/k` or `smooth/j.1`".to_string());
        };
        let (axis, number) = position.split_once('.').unwrap_or((position, "0"));
        let axis = Axis::ALL.into_iter().find(|a| a.to_string() == axis);
        let (Some(axis), Ok(number)) = (axis, number.parse::<usize>()) else {
            return Err(format!("`{position}` is not an axis (i, j, k) with an optional number, such as `j.1`"));
        };
        self.nth(call, &axis.to_string(), number).map(Unit::node).map_err(|count| {
            if count > 0 {
                numbered(&format!("loops over {axis} with statements of `{call}`"), count)
            } else {
                self.unknown(call, axis)
            }
        })
    }

    /// The loop, statement or step that a selector names.
    ///
    /// # Errors
    /// What is wrong with it, and what there is instead.
    pub fn find(&self, selector: &str) -> Result<Unit, String> {
        let Some((head, tail)) = selector.split_once('/').filter(|(_, tail)| tail.starts_with(['%', '@', '$'])) else {
            return self.find_loop(selector).map(Unit::Node);
        };
        let (tail, number) = tail.split_once('/').unwrap_or((tail, "0"));
        let Ok(number) = number.parse::<usize>() else {
            return Err(format!("`{number}` is not a number, as in `{head}/{tail}/1`"));
        };
        self.nth(head, tail, number).map_err(|count| match count {
            0 => format!("nothing of `{head}` writes or uses `{tail}`"),
            _ => numbered(&format!("statements or steps named `{head}/{tail}`"), count),
        })
    }

    /// One of those with this name; otherwise how many there are.
    fn nth(&self, head: &str, tail: &str, number: usize) -> Result<Unit, usize> {
        let is_named = |named: &&Named| named.heads.contains(&head) && named.tails.iter().any(|t| t == tail);
        let mut here = self.named.iter().filter(is_named);
        let count = here.clone().count();
        here.nth(number).map(|named| named.unit).ok_or(count)
    }

    fn unknown(&self, call: &str, axis: Axis) -> String {
        let loops = self.named.iter().filter(|named| named.tails.iter().any(|tail| is_axis(tail)));
        let mut calls: Vec<&str> = loops.flat_map(|named| named.heads.iter().copied()).collect();
        calls.sort_unstable();
        calls.dedup();
        if calls.contains(&call) {
            return format!("no loop over {axis} has statements of `{call}`");
        }
        let calls: Vec<String> = calls.iter().map(|c| format!("`{c}`")).collect();
        format!("there is no call `{call}`; the calls are {}", calls.join(", "))
    }
}

fn numbered(what: &str, count: usize) -> String {
    format!("{what}: {count}, numbered from 0")
}

fn is_axis(tail: &str) -> bool {
    !tail.starts_with(['%', '@', '$'])
}

/// The kind of a step of the host program, and what it names.
fn step(tree: &Tree, node: &Node) -> Option<(&'static str, Vec<String>)> {
    let field = |id: &tradewind_ir::FieldId| format!("%{}", tree.fields[*id].name);
    Some(match node {
        Node::Exchange { fields, .. } => ("exchange", fields.iter().map(field).collect()),
        Node::Copy { to, .. } => ("copy", vec![field(to)]),
        Node::Swap { a, b } => ("swap", vec![field(a), field(b)]),
        Node::Callback { name, .. } => ("callback", vec![format!("@{name}")]),
        Node::For { counter, .. } => ("for", vec![format!("${}", tree.scalars[counter.var].name)]),
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
