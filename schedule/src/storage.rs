//! Where temporaries can be stored: how far inside the tree, along which axes, and how many elements at a time.

use crate::dependence::{Interval, Site, Sites};
use crate::tree::{LoopKind, Node, NodeId, Tree};
use std::collections::HashMap;
use tradewind_ir::{Axes, Axis, FieldId, Place, RollingWindow};

/// Where the temporaries of a tree are allocated and used.
pub struct Uses<'t> {
    tree: &'t Tree,
    /// For each temporary its allocation.
    pub allocs: HashMap<FieldId, NodeId>,
    /// For each container the nodes around all its uses, innermost first.
    around: HashMap<FieldId, Vec<NodeId>>,
    sites: Sites,
}

impl<'t> Uses<'t> {
    /// All uses in leaves below a node.
    pub fn below(tree: &'t Tree, root: NodeId) -> Uses<'t> {
        let sites = Sites::below(tree, root, &tree.loops_around(root));
        let mut uses = Uses { tree, allocs: HashMap::new(), around: HashMap::new(), sites };
        tree.walk(root, &mut |id, node| match node {
            Node::Alloc(field) => {
                uses.allocs.insert(*field, id);
            }
            Node::Leaf(leaf) => {
                for touch in leaf.stmts.iter().flat_map(crate::access::accesses_of) {
                    uses.narrow(touch.access.field, id);
                }
            }
            _ => {}
        });
        uses
    }

    /// Keeps those nodes around a container's uses that are around a further leaf too.
    fn narrow(&mut self, field: FieldId, leaf: NodeId) {
        let parent = self.tree.parent(leaf);
        let up = || self.tree.around(leaf);
        match self.around.get_mut(&field) {
            None => {
                self.around.insert(field, up().collect());
            }
            Some(known) if known.first() == parent.as_ref() => {}
            Some(known) => {
                let common = up().find_map(|id| known.iter().position(|k| *k == id)).unwrap_or(known.len());
                known.drain(..common);
            }
        }
    }

    /// The nodes around all uses of a container, innermost first.
    pub fn around(&self, field: FieldId) -> &[NodeId] {
        self.around.get(&field).map_or(&[][..], Vec::as_slice)
    }

    /// The accesses of a container.
    pub fn sites(&self, field: FieldId) -> &[Site] {
        self.sites.of(field)
    }

    /// An allocation on its way from where it stands down to all uses.
    pub fn descent(&self, field: FieldId) -> Descent<'_> {
        let alloc = self.allocs.get(&field).copied();
        let seq = alloc.and_then(|id| self.tree.parent(id)).unwrap_or(self.tree.root);
        let around = self.around(field);
        let below = around.iter().position(|id| *id == seq).unwrap_or(0);
        let place = self.tree.fields[field].place;
        Descent { tree: self.tree, field, start: seq, seq, below: &around[..below], sites: self.sites.of(field), place }
    }
}

/// An allocation on its way down the tree.
pub struct Descent<'t> {
    tree: &'t Tree,
    pub field: FieldId,
    /// The sequence in which it stands.
    pub start: NodeId,
    /// The sequence to which it has come.
    pub seq: NodeId,
    /// The nodes from there down to all uses, innermost first.
    below: &'t [NodeId],
    sites: &'t [Site],
    pub place: Place,
}

/// Why an allocation gets no further: at a node or at an access, and what would help.
pub enum Obstacle<'t> {
    Node(NodeId, String, &'static str),
    Access(&'t Site, String, &'static str),
}

impl<'t> Descent<'t> {
    /// Goes as far inside as it can, then stores as few elements along the next axis as it can.
    pub fn deepest(mut self) -> Self {
        while self.descend().is_ok() {}
        self.roll();
        self
    }

    /// Goes into the next loop, whose iterations must not share values.
    ///
    /// # Errors
    /// What forbids it.
    pub fn descend(&mut self) -> Result<(), Obstacle<'t>> {
        let name = &self.tree.fields[self.field].name;
        let obstacle = |at, message: String, help| Err(Obstacle::Node(at, message, help));
        let Some((next, rest)) = self.below.split_last() else {
            let message = format!("several nodes of one sequence use `{name}`");
            return obstacle(self.seq, message, "fuse them first, or choose an outer loop");
        };
        let Some(l) = self.tree.as_loop(*next) else {
            return obstacle(*next, format!("a host loop or branch uses `{name}`"), "choose an outer loop");
        };
        if self.place.window.is_some() {
            return obstacle(
                *next,
                format!("`{name}` keeps its last elements from one iteration to the next"),
                "choose an outer loop",
            );
        }
        if l.blocking.shift().is_some() {
            self.enter(l.body, rest);
            return Ok(());
        }
        if !self.place.keep.has(l.axis) {
            let message = format!("`{name}` has no axis {}, so all iterations share its elements", l.axis);
            return obstacle(*next, message, "choose an outer loop");
        }
        if let Some(far) = self.far(*next, l.axis) {
            let message = format!("`{name}` is accessed at another point along {}", l.axis);
            return Err(Obstacle::Access(far, message, "choose an outer loop"));
        }
        let keep = self.place.keep.without(l.axis);
        if keep == Axes::NONE && self.tree.fields[self.field].components() > 1 {
            let message = format!("`{name}` has data dimensions and cannot be a register");
            return obstacle(*next, message, "choose an outer loop");
        }
        self.place.keep = keep;
        self.enter(l.body, rest);
        Ok(())
    }

    fn enter(&mut self, body: NodeId, rest: &'t [NodeId]) {
        self.seq = body;
        self.below = rest.strip_suffix(&[body]).unwrap_or(rest);
    }

    /// An access in another iteration of a loop than the others.
    fn far(&self, of: NodeId, axis: Axis) -> Option<&'t Site> {
        let first = self.sites.first().and_then(|site| position(self.tree, site, of, axis));
        self.sites.iter().find(|site| position(self.tree, site, of, axis).is_none_or(|at| Some(at) != first))
    }

    /// Stores only the last elements along the axis of the next loop, if it has an order and they are few.
    pub fn roll(&mut self) {
        let Some(next) = self.below.last().copied() else { return };
        let container = &self.tree.fields[self.field];
        if let Some(l) = self.tree.as_loop(next)
            && matches!(l.kind, LoopKind::Forward | LoopKind::Backward)
            && l.axis != Axis::I
            && l.blocking.near.is_none()
            && l.blocking.step == 1
            && self.place.keep.has(l.axis)
            && self.place.window.is_none()
            && !container.zero
            && let Some(slots) = slots(self.tree, self.sites, next, l.axis)
        {
            self.place.window = Some(RollingWindow { axis: l.axis, slots });
        }
    }

    /// Whether anything changes.
    pub fn moves(&self) -> bool {
        self.seq != self.start || self.place != self.tree.fields[self.field].place
    }
}

/// The temporaries whose last elements are stored while a loop, or one inside it, runs, and which loop that is. They need it to be a
/// single one.
pub fn in_window(uses: &Uses<'_>, id: NodeId) -> Vec<(FieldId, NodeId)> {
    let tree = uses.tree;
    let is_below = |top: NodeId, node: NodeId| node == top || tree.around(node).any(|up| up == top);
    let rolling = |(field, alloc): (&FieldId, &NodeId)| {
        let window = tree.fields[*field].place.window.filter(|_| !is_below(id, *alloc))?;
        let over = |n: &NodeId| tree.as_loop(*n).is_some_and(|l| l.axis == window.axis && l.blocking.shift().is_none());
        let rolls = uses.around(*field).iter().copied().find(over)?;
        is_below(id, rolls).then_some((*field, rolls))
    };
    let mut found: Vec<(FieldId, NodeId)> = uses.allocs.iter().filter_map(rolling).collect();
    found.sort_unstable();
    found
}

/// The iteration of a loop in which an access uses the element that belongs to iteration zero, if it is only one.
pub fn position(tree: &Tree, site: &Site, of: NodeId, axis: Axis) -> Option<i64> {
    let range = element(tree, site, of, axis)?;
    (range.lo == range.hi).then_some(range.lo)
}

/// How many points from the position of a loop an access's element is.
fn element(tree: &Tree, site: &Site, of: NodeId, axis: Axis) -> Option<Interval> {
    let offset = i64::from(site.offset[axis.index()]?);
    Some(site.ahead(tree, of, axis).plus(Interval { lo: offset, hi: offset }))
}

/// More elements than any window stores.
pub const MOST_SLOTS: i64 = 32;

/// The least number of slots of a window along the axis of an ordered loop around all accesses: the elements from the first one that
/// an iteration uses to the last one, rounded up to a power of two.
pub fn slots(tree: &Tree, sites: &[Site], of: NodeId, axis: Axis) -> Option<u32> {
    let mut all: Option<Interval> = None;
    for site in sites {
        let at = element(tree, site, of, axis)?;
        all = Some(all.map_or(at, |all| Interval { lo: all.lo.min(at.lo), hi: all.hi.max(at.hi) }));
    }
    let all = all?;
    let count = all.hi - all.lo + 1;
    (count <= MOST_SLOTS).then(|| (count as u32).next_power_of_two())
}
