//! Values that are computed again where they are read: temporaries that keep nests apart, because they are read at another level, or in
//! loops over other levels than those on which they are written.

use super::groups::REACH;
use super::{Chooser, Trial};
use crate::access::accesses_of;
use crate::transform::{self, Args, Inline};
use crate::tree::{Node, NodeId};
use std::collections::HashMap;
use tradewind_ir::{Axis, FieldId, Range, Stmt, StmtKind};

/// A value may add so many operations and operands, over all its reads.
const MOST_OPERATIONS: usize = 32;

/// The children of a sequence that use each temporary which the sequence allocates, in order.
type Users = HashMap<FieldId, Vec<NodeId>>;

/// What the statements of some nests do with a temporary.
#[derive(Default)]
struct Uses {
    /// For each statement that writes it, its operations and operands, the levels of its loop, and the containers that it reads.
    writes: Vec<(usize, Option<Range>, Vec<FieldId>)>,
    /// The levels of the loop around each read.
    reads: Vec<Option<Range>>,
    /// Whether it is read at another level than that of the loop.
    is_shifted: bool,
    /// Whether a write happens only where a condition holds.
    is_partly: bool,
}

impl Chooser<'_> {
    /// Lets statements compute temporaries of a sequence that keep its nests apart, where that pays.
    pub(super) fn values(&mut self, seq: NodeId) {
        let mut users = self.users(seq);
        let mut place = 0;
        while let Some(child) = self.tree.items(&seq).get(place) {
            let field = if let Node::Alloc(field) = self.tree.nodes[*child] { Some(field) } else { None };
            if !field.is_some_and(|field| self.value(seq, (place, field), &mut users)) {
                place += 1;
            }
        }
    }

    /// Lets statements compute a temporary, which the sequence allocates at a place, if that pays; whether it does.
    fn value(&mut self, seq: NodeId, (place, field): (usize, FieldId), users: &mut Users) -> bool {
        let nests = &users[&field];
        let Some(operands) = self.uses(nests, field).operands() else { return false };
        let children = &self.tree.items(&seq)[place..];
        let near = children.iter().take(REACH).enumerate().map(|(n, child)| (place + n, *child));
        let named: Vec<(usize, NodeId)> = near.filter(|(_, child)| nests.contains(child)).collect();
        if named.len() < nests.len() {
            return false;
        }
        let Ok(plan) = transform::inline(&self.tree, (field, children[0], seq), named.into_iter()) else { return false };
        let nests = nests.clone();
        let before: f64 = nests.iter().map(|nest| self.time(*nest)).sum();
        let mut trial = Trial::default();
        self.apply(&Inline, Args { temp: Some(field), ..Args::default() }, plan, &mut trial);
        nests.iter().for_each(|nest| self.forget(*nest));
        let children = &self.tree.items(&seq)[place..];
        let is_left = |nest: &&NodeId| children.iter().take(REACH).any(|child| child == *nest);
        let (left, gone): (Vec<NodeId>, Vec<NodeId>) = nests.iter().partition(is_left);
        let after: f64 = left.iter().map(|nest| self.time(*nest)).sum();
        if !self.pays(before, after) {
            self.undo(trial);
            nests.iter().for_each(|nest| self.forget(*nest));
            return false;
        }
        for operand in operands {
            if let Some(nests) = users.get_mut(&operand) {
                nests.retain(|nest| !gone.contains(nest));
                nests.extend(left.iter().filter(|nest| !nests.contains(nest)).copied().collect::<Vec<_>>());
            }
        }
        true
    }

    fn users(&self, seq: NodeId) -> Users {
        let children = self.tree.items(&seq);
        let own =
            children.iter().filter_map(|id| if let Node::Alloc(field) = self.tree.nodes[*id] { Some(field) } else { None });
        let mut users: Users = own.map(|field| (field, Vec::new())).collect();
        for child in children {
            self.tree.walk(*child, &mut |_, node| {
                let Node::Leaf(leaf) = node else { return };
                for touch in leaf.stmts.iter().flat_map(accesses_of) {
                    if let Some(nests) = users.get_mut(&touch.access.field).filter(|nests| nests.last() != Some(child)) {
                        nests.push(*child);
                    }
                }
            });
        }
        users
    }

    fn uses(&self, nests: &[NodeId], field: FieldId) -> Uses {
        let mut uses = Uses::default();
        nests.iter().for_each(|nest| self.note(*nest, None, field, &mut uses));
        uses
    }

    /// Notes what the statements below a node do, inside a loop over these levels.
    fn note(&self, id: NodeId, levels: Option<&Range>, field: FieldId, uses: &mut Uses) {
        match &self.tree.nodes[id] {
            Node::Leaf(leaf) => leaf.stmts.iter().for_each(|stmt| uses.add(stmt, levels, field)),
            Node::Loop(l) if l.axis == Axis::K => self.note(l.body, Some(&l.range), field, uses),
            node => node.children().for_each(|inside| self.note(inside, levels, field, uses)),
        }
    }
}

impl Uses {
    fn add(&mut self, stmt: &Stmt, levels: Option<&Range>, field: FieldId) {
        for touch in accesses_of(stmt).into_iter().filter(|touch| touch.access.field == field) {
            match &stmt.kind {
                _ if !touch.write => {
                    self.reads.push(levels.cloned());
                    self.is_shifted |= touch.is_at_other_level();
                }
                StmtKind::Assign(assign) => {
                    let operands = assign.value.accesses().into_iter().map(|access| access.field).collect();
                    let mut operations = 0;
                    assign.value.walk(&mut |_| operations += 1);
                    self.writes.push((operations, levels.cloned(), operands));
                }
                _ => self.is_partly = true,
            }
        }
    }

    /// What the value is computed from, if it keeps nests apart and is cheap.
    fn operands(self) -> Option<Vec<FieldId>> {
        let [(operations, levels, operands)] = <[_; 1]>::try_from(self.writes).ok()?;
        let is_apart = self.is_shifted || operands.is_empty() || self.reads.iter().any(|read| *read != levels);
        (is_apart && !self.is_partly && self.reads.len() * operations <= MOST_OPERATIONS).then_some(operands)
    }
}
