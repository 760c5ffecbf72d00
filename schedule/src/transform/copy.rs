//! Computes a temporary again next to its readers.

use super::rename::{rewritten, unused};
use super::temporary::{allocated, names, only_loops};
use super::{Args, Plan, Refusal, Transformation};
use crate::access::accesses_of;
use crate::dependence::{Dependence, Interval, Sites};
use crate::item::{Item, Items, scalars_of};
use crate::order::{Event, events, written};
use crate::storage::{self, elements};
use crate::tree::{Leaf, Loop, LoopKind, Node, NodeId, Tree};
use std::rc::Rc;
use tradewind_ir::{Axis, Blocking, Container, FieldId, ScalarId, Stmt, StmtKind};

#[doc = include_str!("copy.md")]
#[derive(Debug)]
pub struct Copy;

const NAME: &str = "copy";

const OVERWRITTEN: &str = "what the copy reads is overwritten before it runs, by a statement in between or in an iteration whose points overlap: \
                           keep the temporary, or copy it to another loop";

impl Transformation for Copy {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "compute a temporary again in each iteration of a loop that reads it, as much of it as the iteration needs"
    }
    fn page(&self) -> &'static str {
        include_str!("copy.md")
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[("temp", "the temporary"), ("at", "the loop that reads it, in whose body it is computed")]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let copying = Copying::of(tree, args)?;
        let producers = copying.producers()?;
        let (plan, copies) = copying.plan(&producers);
        copying.unchanged(&plan, &copies)?;
        Ok(plan)
    }
}

/// What is copied, and where to.
struct Copying<'t> {
    tree: &'t Tree,
    field: FieldId,
    alloc: NodeId,
    /// The sequence that allocates it.
    seq: NodeId,
    /// The loop in whose body it is computed.
    at: NodeId,
    /// The loops around the sequence.
    around: Vec<NodeId>,
    /// The place in the sequence of the child that holds the loop.
    child: usize,
    /// For each axis with loops from there to the loop, itself included, the elements that one iteration reads, from its position on.
    near: [Option<Interval>; 3],
}

/// A nest that writes the temporary: loops inside each other, and a leaf.
struct Producer<'t> {
    /// Its place in the sequence.
    place: usize,
    loops: Vec<&'t Loop>,
    leaf: &'t Leaf,
    id: NodeId,
}

/// A copy that a plan makes.
struct Made {
    leaf: NodeId,
    /// What it writes.
    field: FieldId,
    /// The place in the sequence of the nest that it copies.
    place: usize,
    scalars: Vec<ScalarId>,
}

impl<'t> Copying<'t> {
    fn of(tree: &'t Tree, args: &Args) -> Result<Copying<'t>, Refusal> {
        let (field, alloc, seq) = allocated(NAME, tree, args)?;
        let name = &tree.fields[field].name;
        let shape = |at: NodeId, message: String, help| Err(Refusal::shape(NAME, tree, at, message, help));
        let at = args.at.unwrap_or(tree.root);
        let Some(l) = tree.as_loop(at) else { return shape(at, "this is not a loop".to_string(), "name a loop with `at`") };
        let children = tree.items(&seq);
        let holds = |child: &NodeId| *child == at || tree.around(at).any(|n| n == *child);
        let Some(child) = children.iter().position(holds) else {
            let message = format!("the loop is not in the sequence that allocates `{name}`");
            return shape(at, message, "name a loop that reads it");
        };
        only_loops(NAME, tree, children[child], field)?;
        let around = tree.loops_around(alloc);
        let outer = tree.loops_around(at);
        let sites = Sites::below(tree, at, &outer);
        let uses = sites.of(field);
        if let Some(write) = uses.iter().find(|site| site.write) {
            let help = "name a loop that only reads it";
            return Err(Refusal::at(NAME, write.span, format!("`{name}` is written inside the loop"), help));
        }
        if uses.is_empty() {
            return shape(at, format!("no statement in the loop reads `{name}`"), "name a loop that reads it");
        }
        let inside: Vec<NodeId> = outer[around.len()..].iter().copied().chain([at]).collect();
        let mut near: [Option<Interval>; 3] = [None; 3];
        for of in inside {
            let axis = tree.as_loop(of).map_or(l.axis, |l| l.axis);
            if axis == Axis::I {
                return shape(
                    at,
                    "a loop over i is around the copy".to_string(),
                    "rows are computed whole: name an outer loop",
                );
            }
            let place = tree.fields[field].place;
            if !place.keep.has(axis) || place.window.is_some() {
                let message = format!("`{name}` does not store all its elements along {axis}");
                return shape(at, message, "copy it before `store_at`, if it has the axis");
            }
            near[axis.index()] = elements(tree, uses, of, axis).map_err(|site| {
                let message = format!("which elements of `{name}` this reads along {axis} depends on data");
                Refusal::at(NAME, site.span, message, "name a loop over another axis")
            })?;
        }
        if near.iter().flatten().any(|elements| !elements.is_bounded_above()) {
            let help = "copy to blocks of a constant size, or to the loop over the points of a block";
            return shape(at, format!("how many points of `{name}` a block reads differs from call to call"), help);
        }
        Ok(Copying { tree, field, alloc, seq, at, around, child, near })
    }

    fn name(&self) -> &str {
        &self.tree.fields[self.field].name
    }

    /// The nests that write the temporary, in their order.
    fn producers(&self) -> Result<Vec<Producer<'t>>, Refusal> {
        let tree = self.tree;
        let mut found = Vec::new();
        for (place, child) in tree.items(&self.seq).iter().enumerate().take(self.child + 1) {
            let mut writes = false;
            tree.walk(*child, &mut |_, node| {
                let Node::Leaf(leaf) = node else { return };
                writes |= leaf.stmts.iter().flat_map(accesses_of).any(|t| t.write && t.access.field == self.field);
            });
            if writes {
                found.push(self.producer(place, *child)?);
            }
        }
        if found.is_empty() {
            return Err(Refusal::field(
                NAME,
                tree,
                self.field,
                "no nest before the loop writes it",
                "name what a nest computes",
            ));
        }
        Ok(found)
    }

    fn producer(&self, place: usize, id: NodeId) -> Result<Producer<'t>, Refusal> {
        let (tree, name) = (self.tree, self.name());
        let shape = |message: String, help| Err(Refusal::shape(NAME, tree, id, message, help));
        let (mut loops, mut now) = (Vec::new(), id);
        let leaf = loop {
            now = match &tree.nodes[now] {
                Node::Loop(l) => {
                    loops.push(l);
                    l.body
                }
                Node::Seq(children) if children.len() == 1 => children[0],
                Node::Leaf(leaf) if place != self.child => break leaf,
                _ => {
                    let message = format!("the nest that writes `{name}` does more than that");
                    let help = "`distribute` the nest, or allocate the temporary next to the loops that write and read it with `store_at`";
                    return shape(message, help);
                }
            };
        };
        for stmt in &leaf.stmts {
            self.copied(stmt)?;
        }
        for axis in Axis::ALL.into_iter().filter(|axis| self.near[axis.index()].is_some()) {
            let over: Vec<_> = loops.iter().filter(|l| l.axis == axis).collect();
            if !matches!(over[..], [l] if l.blocking == Blocking::POINTS) {
                let message = format!("the nest that writes `{name}` has several loops over {axis}, or none");
                return shape(message, "copy nests with one loop over each axis, before they are split");
            }
        }
        Ok(Producer { place, loops, leaf, id })
    }

    /// Whether a statement may be run again, and at some points only.
    fn copied(&self, stmt: &Stmt) -> Result<(), Refusal> {
        let name = self.name();
        let refuse = |message: String, help| Err(Refusal::at(NAME, stmt.span, message, help));
        let mut plain = true;
        stmt.walk(&mut |s| plain &= matches!(s.kind, StmtKind::Assign(_) | StmtKind::Mask { .. }));
        if !plain {
            return refuse("a check or a `while` is not computed again".to_string(), "copy plain assignments");
        }
        for touch in accesses_of(stmt) {
            if touch.access.field != self.field {
                if touch.write {
                    let other = &self.tree.fields[touch.access.field].name;
                    let help = "copy nests that write one temporary: `distribute` the others";
                    return refuse(format!("the nest that writes `{name}` writes `{other}` too"), help);
                }
                continue;
            }
            let offset = touch.access.constant_offset();
            let far = |axis: &Axis| self.near[axis.index()].is_some() && offset.is_none_or(|by| by[axis.index()] != 0);
            if let Some(axis) = Axis::ALL.iter().find(|axis| far(axis)) {
                let by = offset.map_or("any number of".to_string(), |by| by[axis.index()].abs().to_string());
                let message = format!("a value of `{name}` goes {by} points on along {axis}, and would be cut off");
                return refuse(message, "name a loop over another axis");
            }
        }
        Ok(())
    }

    /// The temporary of each iteration.
    fn container(&self) -> Container {
        let old = &self.tree.fields[self.field];
        let name = unused(self.tree, &format!("{}.copy", old.name));
        let place = storage::of_iteration(old, &self.near);
        Container { name, place, ..old.clone() }
    }

    /// The edit, and the copies.
    fn plan(&self, producers: &[Producer<'t>]) -> (Plan, Vec<Made>) {
        let tree = self.tree;
        let mut plan = Plan::new(tree);
        let copy = plan.add_field(self.container());
        let renamed = [(self.field, copy)];
        let mut made = Vec::new();
        let mut nests = Vec::new();
        for producer in producers {
            let leaf = plan.add(Node::Leaf(rewritten(producer.leaf, &renamed)));
            let mut scalars = Vec::new();
            let mut add = |s: &Stmt| s.exprs().for_each(|e| scalars_of(e, &mut scalars));
            producer.leaf.stmts.iter().for_each(|s| s.walk(&mut add));
            made.push(Made { leaf, field: copy, place: producer.place, scalars });
            nests.push(producer.loops.iter().rev().fold(leaf, |inner, l| {
                let body = plan.add(Node::Seq(vec![inner]));
                plan.add(Node::Loop(self.copied_loop(l, body)))
            }));
        }
        let body = tree.as_loop(self.at).map_or(self.at, |l| l.body);
        let children = tree.items(&body);
        let first = children.iter().position(|child| names(tree, *child, self.field)).unwrap_or(0);
        let alloc = plan.add(Node::Alloc(copy));
        let now = [alloc].iter().chain(&children[..first]).chain(&nests).chain(&children[first..]).copied().collect();
        plan.change(body, Node::Seq(now));
        let mut left = false;
        tree.walk(self.seq, &mut |id, node| {
            let Node::Leaf(leaf) = node else { return };
            if !names(tree, id, self.field) {
                return;
            }
            let is_below = |node: NodeId| tree.around(id).chain([id]).any(|n| n == node);
            if is_below(self.at) {
                plan.change(id, Node::Leaf(rewritten(leaf, &renamed)));
            } else {
                left |= !producers.iter().any(|p| is_below(p.id));
            }
        });
        if !left {
            plan.remove(tree, self.seq, producers.iter().map(|p| p.id).chain([self.alloc]).collect());
        }
        (plan, made)
    }

    /// A loop of a copied nest.
    fn copied_loop(&self, l: &Loop, body: NodeId) -> Loop {
        let kind = if l.kind == LoopKind::Parallel { LoopKind::Any } else { l.kind };
        match self.near[l.axis.index()] {
            None => Loop { kind, body, ..l.clone() },
            Some(Interval { lo, hi }) => {
                let blocking = Blocking::near(lo as i32, hi as i32 + 1);
                let kind = if lo == hi { LoopKind::Any } else { kind };
                Loop { blocking, kind, body, ..l.clone() }
            }
        }
    }

    /// Whether the copies read what the nests that they copy have read.
    fn unchanged(&self, plan: &Plan, copies: &[Made]) -> Result<(), Refusal> {
        let mut after = self.tree.clone();
        plan.clone().apply(&mut after);
        let children = self.tree.items(&self.seq);
        let here = events(&after, children[self.child], self.child, &self.around);
        let items = Items::default();
        for copy in copies {
            let between: Vec<Rc<Item>> =
                children[copy.place + 1..self.child].iter().map(|other| items.of(self.tree, *other, &self.around)).collect();
            for read in here.iter().filter(|e| e.leaf == copy.leaf && !e.site.write && e.site.field != copy.field) {
                if let Some((d, axis)) = self.overwritten(&after, read, &between, &here) {
                    return Err(Refusal::order(NAME, d, axis, OVERWRITTEN));
                }
            }
            if between.iter().any(|item| item.sets_any(&copy.scalars)) {
                let message = format!("a scalar from which `{}` is computed changes before the loop", self.name());
                return Err(Refusal::shape(NAME, self.tree, self.at, message, "set it before the nest that is copied"));
            }
        }
        Ok(())
    }

    /// A write of what a copy reads, which may come before it: by what stands between the place where it was read at first and the
    /// nest of the copy, or by that nest.
    fn overwritten(&self, after: &Tree, read: &Event, between: &[Rc<Item>], here: &[Event]) -> Option<(Dependence, Axis)> {
        let by_others = between.iter().find_map(|item| written(after, &read.site, &item.sites, &self.around));
        by_others.map(|d| (d, d.farthest())).or_else(|| {
            let writes = here.iter().filter(|e| e.site.write && e.site.field == read.site.field);
            let mut met = writes.filter_map(|write| read.meets(after, write, self.around.len()));
            met.find_map(|(d, order)| order.second.then_some((d, order.axis)))
        })
    }
}
