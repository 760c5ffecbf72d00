//! Where temporaries can be stored: how far inside the tree, along which axes, and how many elements at a time.

use crate::dependence::{Interval, Site, Sites};
use crate::tree::{Node, NodeId, Tree};
use std::collections::HashMap;
use tradewind_ir::{Axes, Axis, BlockSize, Container, FieldId, Place, RollingWindow, Span};

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
        if self.place.slots(l.axis).is_some() && !l.kind.is_free() {
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
        if let Some(far) = far(self.tree, self.sites, *next, l.axis) {
            let message = format!("`{name}` is accessed at another point along {}", l.axis);
            return Err(Obstacle::Access(far, message, "choose an outer loop"));
        }
        let keep = self.place.keep.without(l.axis);
        if keep == Axes::NONE && self.tree.fields[self.field].components() > 1 {
            let message = format!("`{name}` has data dimensions and cannot be a register");
            return obstacle(*next, message, "choose an outer loop");
        }
        // Further inside, other elements are in use at a time.
        (self.place.keep, self.place.window) = (keep, None);
        self.enter(l.body, rest);
        Ok(())
    }

    fn enter(&mut self, body: NodeId, rest: &'t [NodeId]) {
        self.seq = body;
        self.below = rest.strip_suffix(&[body]).unwrap_or(rest);
    }

    /// Stores only some elements along an axis, if they are few: the last ones along that of the next loop, if it has an order, or else
    /// those that one iteration of a loop around uses.
    pub fn roll(&mut self) {
        let container = &self.tree.fields[self.field];
        if container.zero || self.place.window.is_some() {
            return;
        }
        self.place.window = self.rolling().or_else(|| {
            let kept = [Axis::J, Axis::K].into_iter().filter(|axis| self.place.keep.has(*axis));
            kept.filter_map(|axis| {
                let around = loop_around(self.tree, self.seq, axis)?;
                window(axis, slots(self.tree, self.sites, around, axis)?, MOST_OF_BLOCK)
            })
            .next()
        });
    }

    /// The last elements along the axis of the next loop.
    fn rolling(&self) -> Option<RollingWindow> {
        let next = *self.below.last()?;
        let l = self.tree.as_loop(next)?;
        let ordered = !l.kind.is_free() && l.blocking.step == BlockSize::ONE && l.blocking.shift().is_none();
        let kept = l.axis != Axis::I && self.place.keep.has(l.axis);
        window(l.axis, (ordered && kept).then(|| slots(self.tree, self.sites, next, l.axis))??, MOST_LAST)
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
pub(crate) fn element(tree: &Tree, site: &Site, of: NodeId, axis: Axis) -> Option<Interval> {
    let offset = i64::from(site.offset[axis.index()]?);
    Some(site.ahead(tree, of, axis).plus(Interval { lo: offset, hi: offset }))
}

/// More elements than a window stores of those that an ordered loop has passed.
pub const MOST_LAST: u32 = 32;
/// More elements than a window stores of those that an iteration of a loop around uses.
const MOST_OF_BLOCK: u32 = 1024;

fn window(axis: Axis, slots: u32, most: u32) -> Option<RollingWindow> {
    (slots <= most).then_some(RollingWindow { axis, slots })
}

/// The innermost loop over an axis around a node.
fn loop_around(tree: &Tree, node: NodeId, axis: Axis) -> Option<NodeId> {
    tree.around(node).find(|n| tree.as_loop(*n).is_some_and(|l| l.axis == axis))
}

/// The least number of slots of a window in which no two elements meet that accesses use in one iteration of a loop around them:
/// from the first one to the last one, rounded up to a power of two.
fn slots(tree: &Tree, sites: &[Site], of: NodeId, axis: Axis) -> Option<u32> {
    slots_of(elements(tree, sites, of, axis).ok()??)
}

/// The elements that accesses use in one iteration of a loop around them, counted from its position; nothing without accesses.
///
/// # Errors
/// An access whose element depends on data.
pub(crate) fn elements<'s>(tree: &Tree, sites: &'s [Site], of: NodeId, axis: Axis) -> Result<Option<Interval>, &'s Site> {
    sites.iter().try_fold(None, |all: Option<Interval>, site| {
        let at = element(tree, site, of, axis).ok_or(site)?;
        Ok(Some(all.map_or(at, |all| all.hull(at))))
    })
}

fn slots_of(elements: Interval) -> Option<u32> {
    u32::try_from(elements.hi - elements.lo + 1).ok()?.checked_next_power_of_two()
}

/// Why a temporary does not store all elements that it must.
pub struct Fault {
    pub message: String,
    pub span: Span,
    pub label: &'static str,
}

/// Whether a temporary stores all elements that are in use at a time: along an axis that it does not keep, all accesses of an
/// element lie in one iteration of the loops around the allocation; along that of a window, there are enough slots.
pub fn fault(uses: &Uses<'_>, field: FieldId) -> Option<Fault> {
    let container = &uses.tree.fields[field];
    let mut contracted = container.axes.iter().filter(|axis| !container.place.keep.has(*axis));
    let apart = |axis| {
        let around = loop_around(uses.tree, *uses.allocs.get(&field)?, axis)?;
        Some((axis, far(uses.tree, uses.sites(field), around, axis)?))
    };
    if let Some((axis, site)) = contracted.find_map(apart) {
        let message = format!("`%{}` holds only one element along {axis}", container.name);
        return Some(Fault { message, span: site.span, label: "accessed at another point" });
    }
    let RollingWindow { axis, slots } = container.place.window?;
    let name = &container.name;
    let message = match needed(uses, field, axis) {
        None => format!(
            "`%{name}` has a window, but no loop over {axis} around it, nor an ordered one inside, holds its accesses at known places"
        ),
        Some(needed) if needed > slots => {
            format!("`%{name}` stores {slots} elements along {axis} at a time, and {needed} are needed")
        }
        Some(_) => return None,
    };
    Some(Fault { message, span: container.span, label: "declared here" })
}

/// An access in another iteration of a loop than the first one.
fn far<'t>(tree: &Tree, sites: &'t [Site], of: NodeId, axis: Axis) -> Option<&'t Site> {
    let first = sites.first().and_then(|site| position(tree, site, of, axis));
    sites.iter().find(|site| position(tree, site, of, axis).is_none_or(|at| Some(at) != first))
}

/// How many slots along an axis a temporary needs, where it is allocated: so many as the iteration of the loop around the
/// allocation uses, or as an ordered loop inside, which holds all uses, has in use at a time. Nothing if there is no such loop.
fn needed(uses: &Uses<'_>, field: FieldId, axis: Axis) -> Option<u32> {
    let (tree, sites) = (uses.tree, uses.sites(field));
    let alloc = *uses.allocs.get(&field)?;
    let of_iteration = loop_around(tree, alloc, axis).and_then(|of| slots(tree, sites, of, axis));
    let over = |n: &NodeId| tree.as_loop(*n).is_some_and(|l| l.axis == axis && l.blocking.shift().is_none());
    let inside = |of: &NodeId| tree.around(alloc).all(|n| n != *of) && !tree.loop_kind(*of).is_free();
    let last = uses.around(field).iter().copied().find(over).filter(inside).and_then(|of| slots(tree, sites, of, axis));
    [of_iteration, last].into_iter().flatten().min()
}

/// The place of a temporary that is allocated inside loops, one iteration of which uses such elements along their axes, counted from
/// the loop's position: one element, a window, or all.
pub fn of_iteration(container: &Container, elements: &[Option<Interval>; 3]) -> Place {
    let mut place = container.place;
    for axis in place.keep.iter() {
        let Some(used) = elements[axis.index()] else { continue };
        let without = place.keep.without(axis);
        if used.lo == used.hi && (without != Axes::NONE || container.components() == 1) {
            place.keep = without;
        } else if axis != Axis::I && place.window.is_none() && !container.zero {
            place.window = slots_of(used).and_then(|slots| window(axis, slots, MOST_OF_BLOCK));
        }
    }
    place
}
