//! Selectors: names of loops that stay the same as long as the source does.
//!
//! `smooth/k` is the first loop over k, from the top of the tree, that has a statement of the call `smooth` below it;
//! `smooth/k.1` is the second one. Calls are numbered: `advect.2` is the second call of `advect`. The names refer to the tree
//! before a step. After `fuse`, the loop of two calls can be named by either call.

use crate::tree::{Node, NodeId, Tree};
use std::collections::HashMap;
use tradewind_ir::Axis;

/// The loops of a tree with the calls that have statements below them, outer before inner.
pub struct Loops<'t> {
    loops: Vec<(NodeId, Axis, Vec<&'t str>)>,
}

impl<'t> Loops<'t> {
    /// All loops below the root.
    pub fn of(tree: &'t Tree) -> Loops<'t> {
        let mut found = Loops { loops: Vec::new() };
        found.collect(tree, tree.root);
        found
    }

    /// Adds the loops below a node and returns the calls with statements there.
    fn collect(&mut self, tree: &'t Tree, id: NodeId) -> Vec<&'t str> {
        let place = self.loops.len();
        let mut calls: Vec<&str> = Vec::new();
        match &tree.nodes[id] {
            Node::Leaf(leaf) => return leaf.label.split('+').collect(),
            Node::Loop(l) => self.loops.push((id, l.axis, Vec::new())),
            _ => {}
        }
        for child in tree.nodes[id].children() {
            for call in self.collect(tree, child) {
                if !calls.contains(&call) {
                    calls.push(call);
                }
            }
        }
        if let Node::Loop(_) = &tree.nodes[id] {
            self.loops[place].2 = calls.clone();
        }
        calls
    }

    /// The selector of every loop with statements below it.
    pub fn names(&self) -> HashMap<NodeId, String> {
        let mut count: HashMap<(&str, Axis), usize> = HashMap::new();
        let mut names = HashMap::new();
        for (id, axis, calls) in &self.loops {
            for (n, call) in calls.iter().enumerate() {
                let number = count.entry((call, *axis)).or_insert(0);
                if n == 0 {
                    let suffix = if *number == 0 { String::new() } else { format!(".{number}") };
                    names.insert(*id, format!("{call}/{axis}{suffix}"));
                }
                *number += 1;
            }
        }
        names
    }

    /// The loop that a selector names.
    ///
    /// # Errors
    /// What is wrong with it, and what there is instead.
    pub fn find(&self, selector: &str) -> Result<NodeId, String> {
        let Some((call, position)) = selector.rsplit_once('/') else {
            return Err("a selector is a call and an axis, such as `smooth/k` or `smooth/j.1`".to_string());
        };
        let (axis, number) = position.split_once('.').unwrap_or((position, "0"));
        let axis = Axis::ALL.into_iter().find(|a| a.to_string() == axis);
        let (Some(axis), Ok(number)) = (axis, number.parse::<usize>()) else {
            return Err(format!("`{position}` is not an axis (i, j, k) with an optional number, such as `j.1`"));
        };
        let mut here = self.loops.iter().filter(|(_, a, calls)| *a == axis && calls.contains(&call));
        let count = here.clone().count();
        match here.nth(number) {
            Some((id, ..)) => Ok(*id),
            None if count > 0 => Err(format!("loops over {axis} with statements of `{call}`: {count}, numbered from 0")),
            None => Err(self.unknown(call, axis)),
        }
    }

    fn unknown(&self, call: &str, axis: Axis) -> String {
        let mut calls: Vec<&str> = self.loops.iter().flat_map(|(.., calls)| calls.iter().copied()).collect();
        calls.sort_unstable();
        calls.dedup();
        if calls.contains(&call) {
            return format!("no loop over {axis} has statements of `{call}`");
        }
        let calls: Vec<String> = calls.iter().map(|c| format!("`{c}`")).collect();
        format!("there is no call `{call}`; the calls are {}", calls.join(", "))
    }
}
