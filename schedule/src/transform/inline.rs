//! Computes a temporary where it is read.

use super::moved::{has_relative, moved, operations};
use super::temporary::{allocated, names, only_loops, stored};
use super::{Args, Plan, Refusal, Transformation};
use crate::access::accesses_of;
use crate::bounds::contains;
use crate::dependence::{Interval, Site, made_below};
use crate::item::Items;
use crate::order::{Event, events, written};
use crate::storage::element;
use crate::tree::{Node, NodeId, Tree};
use std::collections::{BTreeMap, BTreeSet};
use tradewind_ir::{Access, Axis, BlockSize, Expr, ExprKind, FieldId, Near, Place, ScalarId, Scope, Stmt, StmtKind};

#[doc = include_str!("inline.md")]
#[derive(Debug)]
pub struct Inline;

const NAME: &str = "inline";

/// More operations and operands than the value may add to a statement.
const MOST_OPERATIONS: usize = 1000;

impl Transformation for Inline {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "compute a temporary's value in each statement that reads it, and store it no more"
    }
    fn page(&self) -> &'static str {
        include_str!("inline.md")
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[("temp", "the temporary")]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let (field, alloc, seq) = allocated(NAME, tree, args)?;
        let is_user = |(_, child): &(usize, &NodeId)| names(tree, **child, field);
        let users = tree.items(&seq).iter().enumerate().filter(is_user);
        inline(tree, (field, alloc, seq), users.map(|(place, child)| (place, *child)))
    }
}

/// The plan that computes a temporary where it is read. `alloc` allocates it in the sequence `seq`, and `users` are the children of the
/// sequence that name it, in order, with their places.
pub(crate) fn inline(
    tree: &Tree,
    (field, alloc, seq): (FieldId, NodeId, NodeId),
    users: impl Iterator<Item = (usize, NodeId)>,
) -> Result<Plan, Refusal> {
    let scene = Scene::of(tree, field, (alloc, seq), users)?;
    let producer = scene.producer()?;
    for (child, events) in &scene.users {
        for event in events.iter().filter(|e| e.site.field == field && !e.site.write) {
            scene.reader(&producer, *child, event)?;
        }
    }
    let plan = scene.plan(&producer)?;
    let is_partly = |field: FieldId| tree.fields[field].place != Place::whole(tree.fields[field].axes);
    if producer.reads.iter().any(|e| is_partly(e.site.field)) {
        let mut after = tree.clone();
        plan.clone().apply(&mut after);
        stored(NAME, &after, producer.reads.iter().map(|e| e.site.field))?;
    }
    Ok(plan)
}

/// The temporary and what uses it.
struct Scene<'t> {
    tree: &'t Tree,
    field: FieldId,
    alloc: NodeId,
    /// The sequence that allocates it.
    seq: NodeId,
    /// The loops around the sequence.
    around: Vec<NodeId>,
    /// The children of the sequence that use it, by their places, and all accesses below each.
    users: BTreeMap<usize, Vec<Event>>,
}

/// The assignment.
struct Producer<'t> {
    /// The place of the child that holds it.
    child: usize,
    write: &'t Event,
    value: &'t Expr,
    /// What the value is computed from.
    reads: Vec<&'t Event>,
    scalars: Vec<ScalarId>,
}

impl<'t> Scene<'t> {
    fn of(
        tree: &'t Tree,
        field: FieldId,
        (alloc, seq): (NodeId, NodeId),
        named: impl Iterator<Item = (usize, NodeId)>,
    ) -> Result<Scene<'t>, Refusal> {
        let around = tree.loops_around(alloc);
        let mut users = BTreeMap::new();
        for (place, child) in named {
            only_loops(NAME, tree, child, field)?;
            users.insert(place, events(tree, child, place, &around));
        }
        Ok(Scene { tree, field, alloc, seq, around, users })
    }

    fn name(&self) -> &str {
        &self.tree.fields[self.field].name
    }

    fn at<T>(&self, site: &Site, message: String, help: &'static str) -> Result<T, Refusal> {
        Err(Refusal::at(NAME, site.span, message, help))
    }

    /// The one assignment.
    fn producer(&self) -> Result<Producer<'_>, Refusal> {
        let (tree, name) = (self.tree, self.name());
        let all = self.users.iter().flat_map(|(child, events)| events.iter().map(move |e| (*child, e)));
        let writes: Vec<(usize, &Event)> = all.filter(|(_, e)| e.site.field == self.field && e.site.write).collect();
        let (child, write) = match writes[..] {
            [one] => one,
            [] => {
                let help = "inline what a statement computes";
                return Err(Refusal::field(NAME, tree, self.field, "no statement writes it", help));
            }
            [_, (_, second), ..] => {
                let help = "`rename` gives each part of its life a name of its own, if these are independent";
                return self.at(&second.site, format!("several statements write `{name}`"), help);
            }
        };
        let stmt = tree.as_leaf(write.leaf).and_then(|leaf| leaf.stmts.get(write.stmt));
        let Some(StmtKind::Assign(assign)) = stmt.map(|stmt| &stmt.kind) else {
            let message = format!("`{name}` is written under a condition");
            return self.at(&write.site, message, "where the condition does not hold, an older value is read");
        };
        if tree.fields[self.field].components() > 1 || assign.target != Access::here(self.field) {
            let message = format!("`{name}` is not written at the current point");
            return self.at(&write.site, message, "inline temporaries without data dimensions, written at the point itself");
        }
        let below = &write.site.nest[self.around.len()..];
        let lacking = |id: &&NodeId| tree.as_loop(**id).is_some_and(|l| !tree.fields[self.field].axes.has(l.axis));
        if let Some(l) = below.iter().find(lacking).and_then(|id| tree.as_loop(*id)) {
            let message = format!("`{name}` has no axis {}, so its element is written at each of the loop's points", l.axis);
            return self.at(&write.site, message, "inline temporaries that have the axes of the loops that write them");
        }
        let reads: Vec<&Event> = self.users[&child].iter().filter(|e| e.is_beside(write) && !e.site.write).collect();
        if let Some(own) = reads.iter().find(|e| e.site.field == self.field) {
            return self.at(&own.site, format!("`{name}` is computed from itself"), "keep the temporary");
        }
        let inner = |e: &&&Event| !self.outlives(e.site.field);
        if let Some(inner) = reads.iter().find(inner) {
            let message = format!("`{name}` is computed from `{}`, which lives shorter", tree.fields[inner.site.field].name);
            return self.at(&inner.site, message, "inline that one first");
        }
        let mut scalars = Vec::new();
        crate::item::scalars_of(&assign.value, &mut scalars);
        Ok(Producer { child, write, value: &assign.value, reads, scalars })
    }

    /// Whether a container is not allocated inside the children of the sequence.
    fn outlives(&self, field: FieldId) -> bool {
        let tree = self.tree;
        let own = tree
            .items(&self.seq)
            .iter()
            .any(|child| !matches!(tree.nodes[*child], Node::Alloc(_)) && made_below(tree, *child).contains(&field));
        tree.fields[field].scope != Scope::Temporary || !own
    }

    /// Whether one reader, in a child of the sequence, may compute the value.
    fn reader(&self, producer: &Producer<'_>, child: usize, read: &Event) -> Result<(), Refusal> {
        let name = self.name();
        let [_, _, Some(k)] = read.site.offset else {
            let message = format!("`{name}` is read at a level that depends on data");
            return self.at(&read.site, message, "inline temporaries that are read at constant offsets");
        };
        if k != 0 && has_relative(producer.value) {
            let message = format!("`{name}` is computed from a level that depends on data, and read at another level");
            return self.at(&read.site, message, "inline it where it is read at its own level");
        }
        self.covered(producer, read)?;
        if let Some((d, order)) = read.meets(self.tree, producer.write, self.around.len())
            && order.first
        {
            return Err(Refusal::order(NAME, d, d.farthest(), "an element is read before it is written: keep it"));
        }
        let items = Items::default();
        let between: Vec<_> = self.children()[producer.child.min(child)..child].iter().skip(1).collect();
        for input in &producer.reads {
            let new = read.through(&input.site, self.tree);
            for other in &between {
                let item = items.of(self.tree, **other, &self.around);
                if let Some(d) = written(self.tree, &new.site, &item.sites, &self.around) {
                    let d = written(self.tree, &input.site, &item.sites, &self.around).unwrap_or(d);
                    return Err(Refusal::order(NAME, d, d.farthest(), OVERWRITTEN));
                }
            }
            self.unchanged_around(producer, child, input, &new)?;
        }
        for other in between {
            if items.of(self.tree, *other, &self.around).sets_any(&producer.scalars) {
                let help = "keep the temporary, or set the scalar before the assignment";
                return self.at(&read.site, format!("a scalar from which `{name}` is computed changes before this"), help);
            }
        }
        Ok(())
    }

    fn children(&self) -> &[NodeId] {
        self.tree.items(&self.seq)
    }

    /// Whether every element that a reader reads is written.
    fn covered(&self, producer: &Producer<'_>, read: &Event) -> Result<(), Refusal> {
        for axis in self.tree.fields[self.field].axes.iter() {
            if !self.covers(&producer.write.site, &read.site, axis) {
                let range = |site: &Site| site.range(self.tree, axis).map_or(String::new(), |r| r.to_string());
                let (name, by) = (self.name(), read.site.offset[axis.index()].unwrap_or(0));
                let (written, here) = (range(&producer.write.site), range(&read.site));
                let message = format!("`{name}` is written at {axis} in {written} only, and read {by:+} from {axis} in {here}");
                return self.at(&read.site, message, "inline temporaries that are written wherever they are read");
            }
        }
        Ok(())
    }

    /// Whether the points of a write hold all elements of a read along an axis, on every domain.
    fn covers(&self, write: &Site, read: &Site, axis: Axis) -> bool {
        let tree = self.tree;
        let is_over = |id: &&NodeId| tree.as_loop(**id).is_some_and(|l| l.axis == axis);
        let own: Vec<&NodeId> = write.nest[self.around.len()..].iter().filter(is_over).collect();
        if let Some(outer) = self.around.iter().rev().find(|id| is_over(id)) {
            // Seen from the position of the loop around all of it.
            let within = |(a, b): (Interval, Interval)| a.lo <= b.lo && b.hi <= a.hi;
            let near = element(tree, write, *outer, axis).zip(element(tree, read, *outer, axis)).is_some_and(within);
            let is_simple =
                own.iter().all(|id| tree.as_loop(**id).is_some_and(|l| l.blocking.step == BlockSize::ONE)) && own.len() <= 1;
            if !near || !is_simple {
                return false;
            }
        } else if !visits_all(tree, &own) {
            return false;
        }
        let ranges = own.last().and_then(|id| tree.as_loop(**id)).zip(read.range(tree, axis));
        let by = read.offset[axis.index()].unwrap_or(0);
        ranges.map_or(own.is_empty(), |(l, range)| contains(&l.range, 0, range, by))
    }

    /// Whether neither the producer's nor the reader's own nest overwrites an input between the two.
    fn unchanged_around(&self, producer: &Producer<'_>, child: usize, input: &Event, new: &Event) -> Result<(), Refusal> {
        let (tree, around) = (self.tree, self.around.len());
        let writes = |child: usize| self.users[&child].iter().filter(|e| e.site.write && e.site.field == input.site.field);
        for write in writes(producer.child) {
            let Some((d, _)) = input.meets(tree, write, around).filter(|(_, order)| order.first) else { continue };
            if let Some((_, order)) = new.meets(tree, write, around).filter(|(_, order)| order.second) {
                return Err(Refusal::order(NAME, d, order.axis, OVERWRITTEN));
            }
        }
        for write in writes(child).filter(|_| child != producer.child) {
            if let Some((d, order)) = new.meets(tree, write, around).filter(|(_, order)| order.second) {
                return Err(Refusal::order(NAME, d, order.axis, OVERWRITTEN));
            }
        }
        Ok(())
    }

    fn plan(&self, producer: &Producer<'_>) -> Result<Plan, Refusal> {
        let mut plan = Plan::new(self.tree);
        let mut gone = vec![self.alloc];
        let uses = self.users.values().flatten().filter(|e| e.site.field == self.field);
        let leaves: BTreeSet<NodeId> = uses.map(|e| e.leaf).collect();
        for id in leaves {
            let Some(leaf) = self.tree.as_leaf(id) else { continue };
            let mut leaf = leaf.clone();
            if id == producer.write.leaf {
                leaf.stmts.remove(producer.write.stmt);
            }
            leaf.stmts.iter_mut().try_for_each(|stmt| self.rewrite(stmt, producer.value))?;
            if leaf.stmts.is_empty() {
                gone.push(id);
            } else {
                plan.change(id, Node::Leaf(leaf));
            }
        }
        plan.remove(self.tree, self.seq, gone);
        Ok(plan)
    }

    /// Puts the value in the place of each read.
    fn rewrite(&self, stmt: &mut Stmt, value: &Expr) -> Result<(), Refusal> {
        let reads = accesses_of(stmt).iter().filter(|touch| touch.access.field == self.field).count();
        let mut checked = false;
        stmt.walk(&mut |s| checked |= matches!(&s.kind, StmtKind::Check { access, .. } if access.field == self.field));
        let fault = if checked {
            (
                "a level of it that depends on data is checked".to_string(),
                "inline temporaries that are read at constant offsets",
            )
        } else if reads * operations(value) > MOST_OPERATIONS {
            (format!("a statement would get more than {MOST_OPERATIONS} operations"), "keep one of the temporaries in between")
        } else {
            let in_expr = |e: &mut Expr| {
                if let ExprKind::Field(access) = &e.kind
                    && access.field == self.field
                    && let Some(by) = access.constant_offset()
                {
                    *e = moved(self.tree, value, by);
                }
            };
            stmt.walk_mut(&mut |s| s.exprs_mut().for_each(|e| e.walk_mut(&mut { in_expr })));
            return Ok(());
        };
        Err(Refusal::at(NAME, stmt.span, fault.0, fault.1))
    }
}

const OVERWRITTEN: &str = "what it is computed from is overwritten before it is read: keep the temporary, or inline it earlier";

/// Whether loops over one axis inside each other, the outermost in no other one over it, reach all points of the innermost's range.
fn visits_all(tree: &Tree, loops: &[&NodeId]) -> bool {
    loops.windows(2).all(|pair| {
        let (Some(outer), Some(inner)) = (tree.as_loop(*pair[0]), tree.as_loop(*pair[1])) else { return false };
        // From a position to the next one, and so many points beyond it.
        let (first, beyond) = match (inner.blocking.near, outer.blocking.step) {
            (Some(Near::Points(first, end)), BlockSize::Points(step)) => match i32::try_from(step) {
                Ok(step) => (first, end - step),
                Err(_) => return false,
            },
            (Some(Near::Block(_)), BlockSize::Scalar(_)) => (0, 0),
            _ => return false,
        };
        let reached = outer.range.moved(first, beyond);
        beyond >= first && contains(&reached, 0, &inner.range, 0) && (beyond == first || outer.range.has_points(1))
    }) && loops.last().is_none_or(|id| tree.as_loop(**id).is_some_and(|l| l.blocking.step == BlockSize::ONE))
}
