//! Which nests run over J outermost: those that solve columns, and those that compute their input.

use crate::dependence::{Dependence, Distance};
use crate::siblings::Siblings;
use crate::tree::{NodeId, Tree};
use tradewind_ir::{Axis, FieldId, IdVec, Scope};

/// A sequence in which some nests run over J first, and others may come to do so.
pub struct Columns<'t> {
    siblings: Siblings<'t>,
    /// For each item that does, or is to, run over J first: that loop.
    over_j: Vec<Option<NodeId>>,
    /// Items that are better left as they are.
    banned: Vec<usize>,
}

impl<'t> Columns<'t> {
    /// The children of the sequence `seq`.
    pub fn new(tree: &'t Tree, seq: NodeId, parents: &IdVec<NodeId, Option<NodeId>>) -> Self {
        let siblings = Siblings::new(tree, seq, parents);
        Columns { over_j: vec![None; siblings.items.len()], siblings, banned: Vec::new() }
    }

    /// The order-free loops over K that should change places with the loop over J inside: that loop could then be fused with
    /// one that uses the same containers, and no temporary is shared with a nest that stays as it is, for it would have to
    /// hold all of its levels.
    pub fn joining(mut self) -> Vec<NodeId> {
        loop {
            let found = self.grow();
            let torn: Vec<usize> = found.iter().copied().filter(|n| self.tears(*n)).collect();
            if torn.is_empty() {
                return found.into_iter().map(|n| self.siblings.items[n].nodes[0]).collect();
            }
            self.banned.extend(torn);
        }
    }

    /// The items that fit, each with one that runs over J already or was found before.
    fn grow(&mut self) -> Vec<usize> {
        let tree = self.siblings.tree;
        let first = |n: usize| self.siblings.items[n].nodes[0];
        let over_j =
            (0..self.siblings.items.len()).map(|n| tree.as_loop(first(n)).filter(|l| l.axis == Axis::J).map(|_| first(n)));
        self.over_j = over_j.collect();
        let mut found = Vec::new();
        while let Some((place, inner)) = (0..self.siblings.items.len()).find_map(|n| Some((n, self.fits(n)?))) {
            self.over_j[place] = Some(inner);
            found.push(place);
        }
        found
    }

    /// The loop over J inside an item that runs over K first, if it could be fused with one over J.
    fn fits(&self, place: usize) -> Option<NodeId> {
        let outer = self.siblings.loop_at(place).filter(|l| l.axis == Axis::K && l.kind.is_free())?;
        let [inner] = self.siblings.tree.items(&outer.body) else { return None };
        self.siblings.tree.as_loop(*inner).filter(|l| l.axis == Axis::J && l.kind.is_free())?;
        let neighbour = |n: &usize| *n != place && self.over_j[*n].is_some_and(|j| self.could_fuse(place, *inner, *n, j));
        let open = self.over_j[place].is_none() && !self.banned.contains(&place);
        (open && (0..self.siblings.items.len()).any(|n| neighbour(&n))).then_some(*inner)
    }

    fn could_fuse(&self, a: usize, a_loop: NodeId, b: usize, b_loop: NodeId) -> bool {
        let (first, second) = (a.min(b), a.max(b));
        let range = |id| self.siblings.tree.as_loop(id).map(|l| &l.range);
        let (items, tree) = (&self.siblings.items, self.siblings.tree);
        let moves = |d: &Dependence| d.along(Axis::J) != Distance::Exact(0);
        range(a_loop) == range(b_loop)
            && items[first].shares_written(&items[second])
            && self.siblings.gap(first, second).is_ok()
            && items[first].sites.find(tree, &items[second].sites, self.siblings.shared, moves).is_none()
    }

    /// Whether an item shares a temporary with one that goes on running over K first.
    fn tears(&self, place: usize) -> bool {
        let item = &self.siblings.items[place];
        let is_temporary = |f: FieldId| self.siblings.tree.fields[f].scope == Scope::Temporary;
        let stays = |n: &usize| self.over_j[*n].is_none() && self.siblings.loop_at(*n).is_some_and(|l| l.kind.is_free());
        let others = (0..self.siblings.items.len()).filter(stays).map(|n| &self.siblings.items[n].sites);
        others.into_iter().any(|sites| item.sites.fields().any(|(f, _)| is_temporary(f) && !sites.of(f).is_empty()))
    }
}
