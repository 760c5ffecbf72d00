//! Moves a child of a sequence, or a statement of a leaf, to another place in it.

use super::{Args, Plan, Refusal, Transformation};
use crate::item::Item;
use crate::tree::{Leaf, Node, NodeId, Tree, Unit};
use std::ops::Range;

#[doc = include_str!("reorder.md")]
#[derive(Debug)]
pub struct Reorder;

const NAME: &str = "reorder";

impl Transformation for Reorder {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "move a loop, a step of the program or a statement before or after another one"
    }
    fn page(&self) -> &'static str {
        include_str!("reorder.md")
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("unit", "what to move: a loop, a step, or a statement"),
            ("before", "what it is to come directly before"),
            ("after", "or what it is to come directly behind"),
        ]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let Some(unit) = args.unit else {
            return Err(Refusal::shape(NAME, tree, tree.root, "nothing to move is given", "name it with `unit`"));
        };
        let shape = |message: &str, help| Err(Refusal::shape(NAME, tree, unit.node(), message, help));
        let (other, behind) = match (args.before, args.after) {
            (Some(before), None) => (before, false),
            (None, Some(after)) => (after, true),
            _ => return shape("the new place is not given, or twice", "name it with either `before` or `after`"),
        };
        let (own, others) = match (unit, other) {
            (Unit::Stmt(a, m), Unit::Stmt(b, n)) if a == b => return Move::new(m, n, behind).of_statement(tree, a),
            (Unit::Stmt(leaf, _), _) if tree.units(leaf).len() > 1 => {
                return shape("the statement stands in a leaf with others", "`distribute` the loop around it first");
            }
            _ => (unit.node(), other.node()),
        };
        let Some(seq) = tree.parent(own).filter(|seq| tree.parent(others) == Some(*seq)) else {
            return shape("the two do not stand in one sequence", "move it within its sequence");
        };
        let place = |id: NodeId| tree.items(&seq).iter().position(|child| *child == id).unwrap_or(0);
        Move::new(place(own), place(others), behind).of_node(tree, seq)
    }
}

/// What is moved, and to where, as numbers in a sequence or leaf.
struct Move {
    from: usize,
    /// Those that it passes.
    passes: Range<usize>,
}

impl Move {
    fn new(from: usize, other: usize, behind: bool) -> Move {
        let to = other + usize::from(behind);
        Move { from, passes: if from < to { from + 1..to } else { to..from } }
    }

    /// Whether it moves towards the end.
    fn is_down(&self) -> bool {
        self.passes.start > self.from
    }

    /// Those that change places, as they were, and as they are after it.
    fn both<T: Copy>(&self, all: &[T]) -> (Range<usize>, Vec<T>) {
        let (moved, passed) = (&all[self.from..=self.from], &all[self.passes.clone()]);
        match self.is_down() {
            true => (self.from..self.passes.end, [passed, moved].concat()),
            false => (self.passes.start..self.from + 1, [moved, passed].concat()),
        }
    }

    fn of_node(&self, tree: &Tree, seq: NodeId) -> Result<Plan, Refusal> {
        let children = tree.items(&seq);
        let around = tree.loops_around(children[self.from]);
        let is_alloc = |id: &NodeId| matches!(tree.nodes[*id], Node::Alloc(_));
        let passed = children[self.passes.clone()].iter().filter(|id| !is_alloc(id));
        self.check(tree, Unit::Node(children[self.from]), passed.map(|id| Unit::Node(*id)), &around)?;
        let (range, mut now) = self.both(children);
        now.sort_by_key(|id| !is_alloc(id));
        let mut plan = Plan::new(tree);
        plan.splice(seq, range, now);
        Ok(plan)
    }

    fn of_statement(&self, tree: &Tree, id: NodeId) -> Result<Plan, Refusal> {
        let mut plan = Plan::new(tree);
        let Some(leaf) = tree.as_leaf(id) else { return Ok(plan) };
        let units = tree.units(id);
        self.check(tree, units[self.from], units[self.passes.clone()].iter().copied(), &tree.loops_around(id))?;
        let mut stmts = leaf.stmts.clone();
        let (range, now) = self.both(&(0..stmts.len()).collect::<Vec<_>>());
        stmts.splice(range, now.into_iter().map(|n| leaf.stmts[n].clone()));
        plan.change(id, Node::Leaf(Leaf { stmts, ..leaf.clone() }));
        Ok(plan)
    }

    /// Whether what is moved may pass others.
    fn check(&self, tree: &Tree, moved: Unit, passed: impl Iterator<Item = Unit>, around: &[NodeId]) -> Result<(), Refusal> {
        let item = Item::of(tree, moved, around);
        for other in passed {
            let passed = Item::of(tree, other, around);
            let (first, second) = if self.is_down() { (&item, &passed) } else { (&passed, &item) };
            if first.may_pass(second, tree, around) {
                continue;
            }
            return Err(match first.sites.find(tree, &second.sites, around, |_, _, _| true) {
                Some(d) => Refusal::order(NAME, d, d.farthest(), "let what runs first stay in front of the other one"),
                None => {
                    let message = "the two use one scalar, which one of them sets, or both can end the call";
                    Refusal::shape(NAME, tree, other.node(), message, "keep the order of the two")
                }
            });
        }
        Ok(())
    }
}
