//! Choosing a schedule: which nests become one, in which shape, by what the cost model predicts.
//!
//! Every decision is a transformation with its arguments, tried on the tree itself and taken back if it does not pay, so what was
//! chosen can be written to a schedule file and replayed. Nests are looked at in program order. Each is offered to the nearest
//! earlier nests that share a container with it, and joins the one where the predicted gain is largest, if there is one; this is
//! repeated until nothing joins. So a program of many calls takes time in proportion to their number, and nests that gain nothing
//! from each other stay apart. The gains of pairs do not add up: the temporaries of a call are used up only in its last nest. So
//! the nests of each call are tried as one before that.
//!
//! Intervals of levels do not keep nests apart: cheap temporaries that are read at another level, or in loops over other levels, are computed
//! where they are read, and loops over K become one loop over all their levels.

mod groups;
mod passes;
mod rows;
mod values;

use crate::cost::Target;
use crate::cost::predict::{Estimate, Predictor, Whole};
use crate::item::Items;
use crate::reason::Reason;
use crate::step::Step;
use crate::transform::{
    self, Args, Fuse, Interchange, Localize, Parallelize, Plan, Refusal, Rename, StoreAt, Transformation, Undo, Vectorize,
};
use crate::tree::{Node, NodeId, Tree};
use std::collections::HashSet;
use tradewind_ir::ids::Id;

/// A part of the time that a change must gain: below, the simpler tree stays.
const WORTH: f64 = 0.03;

/// Chooses a schedule that is fast on a target; the steps that were made are added to `steps`.
pub(crate) fn cpu(tree: Tree, target: &Target, steps: &mut Vec<Step>) -> Tree {
    let mut chooser = Chooser::new(tree, target, steps);
    chooser.everywhere(&Localize);
    chooser.everywhere(&Rename);
    chooser.whole = Whole::of(&chooser.tree, target);
    for seq in chooser.stretches() {
        chooser.values(seq);
        chooser.columns(seq);
        chooser.calls(seq);
        while chooser.groups(seq) {}
    }
    chooser.everywhere(&StoreAt);
    chooser.everywhere(&Parallelize);
    chooser.everywhere(&Vectorize);
    chooser.tree
}

/// Why the nests of each pair are not one nest: both stand in a tree whose schedule is complete.
pub(crate) fn reasons(tree: &Tree, target: &Target, pairs: &[(NodeId, NodeId)]) -> Vec<Reason> {
    let mut steps = Vec::new();
    let mut chooser = Chooser::new(tree.clone(), target, &mut steps);
    chooser.whole = Whole::of(tree, target);
    pairs.iter().map(|(earlier, later)| chooser.reason(*earlier, *later)).collect()
}

/// A tree under transformation.
struct Chooser<'a> {
    tree: Tree,
    target: &'a Target,
    steps: &'a mut Vec<Step>,
    whole: Whole,
    items: Items,
    /// By node.
    estimates: Vec<Option<Estimate>>,
    /// Why the last transformation was refused.
    refused: Option<Refusal>,
    /// Nests that gain nothing from each other.
    rejected: HashSet<(NodeId, NodeId)>,
}

/// A change that was tried: how to take it back.
#[derive(Default)]
struct Trial {
    undo: Vec<Undo>,
}

impl<'a> Chooser<'a> {
    fn new(tree: Tree, target: &'a Target, steps: &'a mut Vec<Step>) -> Chooser<'a> {
        let (whole, items, estimates, refused, rejected) = Default::default();
        Chooser { tree, target, steps, whole, items, estimates, refused, rejected }
    }

    /// A transformation that finds its places itself.
    fn everywhere(&mut self, transformation: &'static dyn Transformation) {
        let args = Args::default();
        if let Ok(plan) = transformation.check(&self.tree, &args) {
            self.apply(transformation, args, plan, &mut Trial::default());
        }
    }

    fn apply(&mut self, transformation: &'static dyn Transformation, args: Args, plan: Plan, trial: &mut Trial) {
        trial.undo.push(plan.apply(&mut self.tree));
        self.steps.push(Step { transformation, args });
    }

    /// Takes a trial back.
    fn undo(&mut self, trial: Trial) {
        self.steps.truncate(self.steps.len() - trial.undo.len());
        trial.undo.into_iter().rev().for_each(|undo| undo.undo(&mut self.tree));
        let nodes = self.tree.nodes.len();
        self.items.truncate(nodes);
        self.estimates.truncate(nodes);
    }

    /// Fuses loops; gives the fused loop.
    fn fuse(&mut self, args: Args, trial: &mut Trial) -> Option<NodeId> {
        let first = *args.loops.first()?;
        let plan = self.noted(transform::fuse(&self.tree, &self.items, &args))?;
        let fused = plan.now(first);
        self.apply(&Fuse, args, plan, trial);
        Some(fused)
    }

    /// Exchanges a loop and the one inside it; gives the loop that is outside now.
    fn interchange(&mut self, id: NodeId, trial: &mut Trial) -> Option<NodeId> {
        let inner = self.tree.items(&self.tree.as_loop(id)?.body).first().copied()?;
        let args = Args::at(id);
        let plan = self.noted(Interchange.check(&self.tree, &args))?;
        let outer = plan.now(inner);
        self.apply(&Interchange, args, plan, trial);
        Some(outer)
    }

    fn noted(&mut self, checked: Result<Plan, Refusal>) -> Option<Plan> {
        checked.map_err(|refusal| self.refused = Some(refusal)).ok()
    }

    /// Why two nests are not one.
    fn reason(&mut self, earlier: NodeId, later: NodeId) -> Reason {
        if self.tree.parent(earlier) != self.tree.parent(later) {
            return Reason::HostProgram;
        }
        if !self.stays_small(earlier, later) {
            return Reason::TooLarge;
        }
        let apart = self.time(earlier) + self.time(later);
        self.refused = None;
        let mut trial = Trial::default();
        let joined = self.join(earlier, later, &mut trial).map(|joined| self.time(joined));
        self.undo(trial);
        if joined.is_none() && self.refused.is_none() && self.differ_in_levels(earlier, later) {
            // Over these levels they are one loop in some order only: the refusal of one without says which statements need that order.
            self.fuse(Args { loops: vec![earlier, later], ..Args::default() }, &mut Trial::default());
        }
        let refused = self.refused.take();
        match (joined, refused) {
            (Some(joined), _) => Reason::NotWorth { apart, joined },
            (None, Some(refusal)) => Reason::Illegal(refusal),
            (None, None) => Reason::HostProgram,
        }
    }

    /// The predicted time of a nest.
    fn time(&mut self, id: NodeId) -> f64 {
        if self.estimates.len() <= id.index() {
            self.estimates.resize(id.index() + 1, None);
        }
        let estimate = self.estimates[id.index()].unwrap_or_else(|| self.predict(id));
        self.estimates[id.index()] = Some(estimate);
        estimate.ns()
    }

    /// Forgets the predicted time of a nest, inside which something changes.
    fn forget(&mut self, id: NodeId) {
        if let Some(known) = self.estimates.get_mut(id.index()) {
            *known = None;
        }
    }

    fn predict(&self, id: NodeId) -> Estimate {
        Predictor { tree: &self.tree, target: self.target, whole: &self.whole }.nest(id)
    }

    /// Whether a change from one predicted time to another is worth a tree that is less simple.
    fn pays(&self, before: f64, after: f64) -> bool {
        before - after > WORTH * before
    }

    /// The sequences of the host program that hold loop nests.
    fn stretches(&self) -> Vec<NodeId> {
        let mut found = Vec::new();
        self.collect(self.tree.root, &mut found);
        found
    }

    fn collect(&self, id: NodeId, found: &mut Vec<NodeId>) {
        match &self.tree.nodes[id] {
            Node::Loop(_) => return,
            Node::Seq(children) if children.iter().any(|c| self.tree.as_loop(*c).is_some()) => found.push(id),
            _ => {}
        }
        self.tree.nodes[id].children().for_each(|child| self.collect(child, found));
    }

    /// The loops among the children of a sequence.
    fn loops(&self, seq: NodeId) -> Vec<NodeId> {
        self.tree.items(&seq).iter().copied().filter(|id| self.tree.as_loop(*id).is_some()).collect()
    }
}
