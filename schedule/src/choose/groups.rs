//! Groups: nests of a sequence of the host program that become one.

use super::{Chooser, Trial};
use crate::transform::{self, Args, Fuse};
use crate::tree::{Node, NodeId};
use tradewind_ir::Axis;

/// How many nodes of the sequence before a nest are looked at.
pub(super) const REACH: usize = 48;
/// How many earlier nests a nest is tried with.
const CANDIDATES: usize = 3;
/// A nest with more statements or containers does not grow.
const MOST_STATEMENTS: usize = 96;
const MOST_CONTAINERS: usize = 48;

impl Chooser<'_> {
    /// Lets ordered loops over K run inside loops over J where possible: the iterations of these are free.
    pub(super) fn columns(&mut self, seq: NodeId) {
        for id in self.loops(seq) {
            let Some(l) = self.tree.as_loop(id).filter(|l| !l.kind.is_free()) else { continue };
            let body = l.body;
            let mut trial = Trial::default();
            self.settle(body, &mut trial);
            self.interchange(id, &mut trial);
        }
    }

    /// Joins the nests of each call of a sequence as far as possible, if that pays on the whole.
    pub(super) fn calls(&mut self, seq: NodeId) {
        let loops = self.loops(seq);
        let label = |id: &NodeId| self.label(*id);
        let calls: Vec<Vec<NodeId>> = loops.chunk_by(|a, b| label(a) == label(b)).map(<[NodeId]>::to_vec).collect();
        for nests in calls.into_iter().filter(|nests| nests.len() > 1) {
            let before: f64 = nests.iter().map(|id| self.time(*id)).sum();
            let (any, passes) = (vec![0; nests.len()], self.passes(&nests));
            let (mut trial, mut after) = self.call(&nests, &any);
            if passes != any {
                self.undo(trial);
                let (apart, time) = self.call(&nests, &passes);
                (trial, after) = if time <= after {
                    (apart, time)
                } else {
                    self.undo(apart);
                    self.call(&nests, &any)
                };
            }
            if !self.pays(before, after) {
                self.undo(trial);
            }
        }
    }

    /// Joins the nests of a call that run in the same pass over the levels; gives the predicted time of what they have become.
    fn call(&mut self, nests: &[NodeId], passes: &[usize]) -> (Trial, f64) {
        let mut trial = Trial::default();
        let joined = self.join_all(nests, passes, &mut trial);
        // All loops of a call at once: each then runs as few rows ahead as it must.
        joined.iter().for_each(|nest| self.rows(*nest, &mut trial));
        let time = joined.iter().map(|id| self.time(*id)).sum();
        (trial, time)
    }

    /// Joins each nest with the nearest earlier one of its pass that it can be joined with; gives what has become of them.
    fn join_all(&mut self, nests: &[NodeId], passes: &[usize], trial: &mut Trial) -> Vec<NodeId> {
        let mut done: Vec<(NodeId, usize)> = Vec::new();
        for (id, pass) in nests.iter().copied().zip(passes.iter().copied()) {
            let mut place = None;
            let fits = |n: &usize| done[*n].1 == pass && self.stays_small(done[*n].0, id);
            for n in (0..done.len()).rev().filter(fits).collect::<Vec<_>>() {
                let mut attempt = Trial::default();
                if let Some(joined) = self.planes(done[n].0, id, &mut attempt) {
                    trial.undo.append(&mut attempt.undo);
                    place = Some((n, joined));
                    break;
                }
                self.undo(attempt);
            }
            match place {
                Some((n, joined)) => done[n] = (joined, pass),
                None => done.push((id, pass)),
            }
        }
        done.into_iter().map(|(id, _)| id).collect()
    }

    /// The label of the first leaf of a nest.
    fn label(&self, id: NodeId) -> Option<&str> {
        let mut at = id;
        loop {
            match &self.tree.nodes[at] {
                Node::Leaf(leaf) => return Some(&leaf.label),
                Node::Loop(l) => at = l.body,
                Node::Seq(children) => at = *children.iter().find(|id| !matches!(self.tree.nodes[**id], Node::Alloc(_)))?,
                _ => return None,
            }
        }
    }

    /// Joins each nest of a sequence with an earlier one if that pays; whether any was joined.
    pub(super) fn groups(&mut self, seq: NodeId) -> bool {
        let joined = self.loops(seq).into_iter().filter(|id| self.group(seq, *id)).count();
        joined > 0
    }

    /// Joins a nest with the earlier one where the gain is largest, if it pays. The nearest is tried last: it is the most likely one, and
    /// stays as it is tried if it is the best.
    fn group(&mut self, seq: NodeId, id: NodeId) -> bool {
        let mut candidates = self.candidates(seq, id);
        candidates.retain(|earlier| !self.rejected.contains(&(*earlier, id)));
        let mut best: Option<(f64, NodeId)> = None;
        for (n, earlier) in candidates.into_iter().enumerate().rev() {
            let before = self.time(earlier) + self.time(id);
            let mut trial = Trial::default();
            let after = self.join(earlier, id, &mut trial).map_or(before, |joined| self.time(joined));
            if !self.pays(before, after) {
                self.rejected.insert((earlier, id));
            } else if best.is_none_or(|(most, _)| before - after >= most) {
                if n == 0 {
                    return true;
                }
                best = Some((before - after, earlier));
            }
            self.undo(trial);
        }
        best.is_some_and(|(_, earlier)| self.join(earlier, id, &mut Trial::default()).is_some())
    }

    /// The nearest earlier nests that share a container with a nest.
    fn candidates(&self, seq: NodeId, id: NodeId) -> Vec<NodeId> {
        let children = self.tree.items(&seq);
        let Some(place) = children.iter().position(|child| *child == id) else { return Vec::new() };
        let around = self.tree.loops_around(id);
        let item = self.items.of(&self.tree, id, &around);
        let fits = |earlier: &NodeId| {
            self.tree.as_loop(*earlier).is_some()
                && self.items.of(&self.tree, *earlier, &around).shares(&item)
                && self.stays_small(*earlier, id)
        };
        let near = children[place.saturating_sub(REACH)..place].iter().rev().copied();
        near.filter(fits).take(CANDIDATES).collect()
    }

    /// Whether two nests together are small enough to be one.
    pub(super) fn stays_small(&self, a: NodeId, b: NodeId) -> bool {
        let item = |id| self.items.of(&self.tree, id, &self.tree.loops_around(id));
        let (statements, containers) = item(a).size_with(&item(b));
        statements <= MOST_STATEMENTS && containers <= MOST_CONTAINERS
    }

    /// Makes one nest of two, in the better of its shapes.
    pub(super) fn join(&mut self, earlier: NodeId, later: NodeId, trial: &mut Trial) -> Option<NodeId> {
        let joined = self.planes(earlier, later, trial)?;
        self.rows(joined, trial);
        Some(joined)
    }

    /// Makes one nest of two, with the loops inside side by side unless their iterations fit together.
    fn planes(&mut self, earlier: NodeId, later: NodeId, trial: &mut Trial) -> Option<NodeId> {
        let axis = |c: &Self, id| c.tree.as_loop(id).map(|l| l.axis);
        let (mut first, mut second) = (earlier, later);
        match (axis(self, first)?, axis(self, second)?) {
            (a, b) if a == b => {}
            (Axis::K, Axis::J) => first = self.interchange(first, trial)?,
            (Axis::J, Axis::K) => second = self.interchange(second, trial)?,
            _ => return None,
        }
        let args = Args { loops: vec![first, second], ..Args::default() };
        let fused = match self.differ_in_levels(first, second) {
            true => self.levels(Args { shift: true, ..args }, trial)?,
            false => self.fuse(args, trial)?,
        };
        let body = self.tree.as_loop(fused)?.body;
        self.settle(body, trial);
        Some(fused)
    }

    /// Whether both are loops over K whose iterations are free, over other levels.
    pub(super) fn differ_in_levels(&self, first: NodeId, second: NodeId) -> bool {
        let free = |id| self.tree.as_loop(id).filter(|l| l.axis == Axis::K && l.kind.is_free());
        free(first).zip(free(second)).is_some_and(|(a, b)| a.range != b.range)
    }

    /// Fuses loops over other levels if the iterations of the fused loop are free. What runs on some levels only is tested for once a row,
    /// so that rows next to each other can become one.
    fn levels(&mut self, args: Args, trial: &mut Trial) -> Option<NodeId> {
        let plan = self.noted(transform::fuse(&self.tree, &self.items, &args))?;
        let fused = plan.now(*args.loops.first()?);
        if !matches!(plan.node(&self.tree, fused), Node::Loop(l) if l.kind.is_free()) {
            return None;
        }
        self.apply(&Fuse, args, plan, trial);
        let is_part = |id: &NodeId| self.tree.as_loop(*id).is_some_and(|l| l.axis == Axis::K);
        let parts: Vec<NodeId> = self.loops(self.tree.as_loop(fused)?.body).into_iter().filter(is_part).collect();
        for part in parts {
            self.interchange(part, trial);
        }
        Some(fused)
    }

    /// Fuses the loops inside a nest wherever no order is needed that they do not have, each with the nearest earlier one.
    pub(super) fn settle(&mut self, seq: NodeId, trial: &mut Trial) {
        let mut fused: Vec<NodeId> = Vec::new();
        for id in self.loops(seq) {
            let earlier: Vec<NodeId> = self.loops(seq).into_iter().take_while(|other| *other != id).collect();
            for other in earlier.into_iter().rev() {
                if let Some(new) = self.fuse(Args { loops: vec![other, id], ..Args::default() }, trial) {
                    fused.retain(|old| *old != other);
                    fused.push(new);
                    break;
                }
            }
        }
        for id in fused {
            if let Some(body) = self.tree.as_loop(id).map(|l| l.body) {
                self.settle(body, trial);
            }
        }
    }
}
