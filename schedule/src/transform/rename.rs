//! One temporary split into its live ranges.

use super::{Args, Plan, Refusal, Transformation};
use crate::live_range::{self, LiveRange};
use crate::tree::{Leaf, Node, NodeId, Tree};
use std::collections::{HashMap, HashSet};
use tradewind_ir::{Container, Expr, ExprKind, FieldId, Stmt};

#[doc = include_str!("rename.md")]
#[derive(Debug)]
pub struct Rename;

const NAME: &str = "rename";

impl Transformation for Rename {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "give each live range of a temporary a name of its own"
    }
    fn page(&self) -> &'static str {
        include_str!("rename.md")
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[("temp", "the temporary; by default all of them")]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let mut live = Vec::new();
        tree.walk(tree.root, &mut |_, node| {
            if let Node::Seq(children) = node {
                let made = children.iter().filter_map(|id| if let Node::Alloc(f) = tree.nodes[*id] { Some(f) } else { None });
                let wanted: Vec<FieldId> = made.filter(|field| args.temp.is_none_or(|only| only == *field)).collect();
                live.extend(live_range::live_ranges(tree, children, &wanted));
            }
        });
        Ok(Renaming { tree, live }.plan())
    }
}

/// The live ranges found so far.
struct Renaming<'t> {
    tree: &'t Tree,
    live: Vec<(FieldId, Vec<LiveRange>)>,
}

impl Renaming<'_> {
    fn plan(self) -> Plan {
        let mut plan = Plan::new(self.tree);
        let mut names: HashSet<String> = self.tree.fields.values().map(|f| f.name.clone()).collect();
        let mut numbers = HashMap::new();
        let mut renamed: HashMap<NodeId, Vec<(FieldId, FieldId)>> = HashMap::new();
        let mut allocs: HashMap<FieldId, Vec<NodeId>> = HashMap::new();
        for (field, live) in &self.live {
            let container = &self.tree.fields[*field];
            for (n, range) in live.iter().enumerate() {
                let zero = container.zero && range.exposed;
                if n == 0 {
                    if zero != container.zero {
                        plan.temporary(*field, container.place, zero);
                    }
                    continue;
                }
                let name = fresh(&container.name, &mut names, &mut numbers);
                let new = plan.add_field(Container { name, zero, ..container.clone() });
                allocs.entry(*field).or_default().push(plan.add(Node::Alloc(new)));
                for leaf in range.uses.iter().map(|u| u.leaf) {
                    let names = renamed.entry(leaf).or_default();
                    if !names.contains(&(*field, new)) {
                        names.push((*field, new));
                    }
                }
            }
        }
        self.edit(&mut plan, &renamed, &allocs);
        plan
    }

    fn edit(
        &self,
        plan: &mut Plan,
        renamed: &HashMap<NodeId, Vec<(FieldId, FieldId)>>,
        allocs: &HashMap<FieldId, Vec<NodeId>>,
    ) {
        self.tree.walk(self.tree.root, &mut |id, node| match node {
            Node::Leaf(leaf) => {
                if let Some(names) = renamed.get(&id) {
                    plan.change(id, Node::Leaf(rewritten(leaf, names)));
                }
            }
            Node::Seq(children) => {
                let more = |child: &NodeId| match self.tree.nodes[*child] {
                    Node::Alloc(field) => allocs.get(&field).map_or(&[][..], Vec::as_slice),
                    _ => &[],
                };
                if children.iter().any(|c| !more(c).is_empty()) {
                    let now = children.iter().flat_map(|c| std::iter::once(*c).chain(more(c).iter().copied()));
                    plan.change(id, Node::Seq(now.collect()));
                }
            }
            _ => {}
        });
    }
}

/// `name` if no container of a tree has it, and otherwise with a number.
pub(super) fn unused(tree: &Tree, name: &str) -> String {
    let mut taken: HashSet<String> = tree.fields.values().map(|f| f.name.clone()).collect();
    if taken.contains(name) { fresh(name, &mut taken, &mut HashMap::new()) } else { name.to_string() }
}

/// A name that is not taken yet: `name` with another number.
pub(super) fn fresh(name: &str, taken: &mut HashSet<String>, last: &mut HashMap<String, usize>) -> String {
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit()).strip_suffix('.').unwrap_or(name);
    let number = last.entry(name.to_string()).or_insert(1);
    loop {
        *number += 1;
        let candidate = format!("{name}.{number}");
        if taken.insert(candidate.clone()) {
            return candidate;
        }
    }
}

/// The leaf with other containers in the place of some.
pub(super) fn rewritten(leaf: &Leaf, names: &[(FieldId, FieldId)]) -> Leaf {
    let mut leaf = leaf.clone();
    let rename = |field: &mut FieldId| {
        if let Some((_, new)) = names.iter().find(|(old, _)| old == field) {
            *field = *new;
        }
    };
    let in_expr = |e: &mut Expr| {
        if let ExprKind::Field(access) = &mut e.kind {
            rename(&mut access.field);
        }
    };
    let in_stmt = |s: &mut Stmt| {
        s.exprs_mut().for_each(|e| e.walk_mut(&mut { in_expr }));
        s.target_mut().into_iter().for_each(|target| rename(&mut target.field));
    };
    leaf.stmts.iter_mut().for_each(|s| s.walk_mut(&mut { in_stmt }));
    leaf
}
