//! Live ranges of temporaries: which writes a read may see.
//!
//! An unconditional write hides all older values of the elements that it covers; one in a loop or branch of the host program may not
//! run. A read sees no older value in three cases: a write comes before it in the same iteration; a write of the same element comes
//! in an earlier iteration of an ascending or descending loop (except for a strip at the beginning of the loop); or writes of earlier
//! children of the sequence cover the elements, several of them together along K.

use crate::access::accesses_of;
use crate::bounds::{at_most, contains};
use crate::tree::{LoopKind, Node, NodeId, Tree};
use std::collections::HashMap;
use tradewind_ir::{Axis, FieldId, Range};

/// One access of a temporary.
#[derive(Clone, Copy, Debug)]
pub struct Use {
    pub leaf: NodeId,
    pub write: bool,
    conditional: bool,
    /// Along I, J, K; `None` where it depends on data.
    offset: [Option<i32>; 3],
    component: Option<u32>,
    loops: [Option<NodeId>; 3],
}

/// Children of a sequence that share values of a temporary. None of them reads a value from before the first.
#[derive(Default, Debug)]
pub struct LiveRange {
    pub uses: Vec<Use>,
    /// Whether a read may come before every write.
    pub exposed: bool,
}

/// The live ranges of fields in the children of a sequence, in its order.
pub fn live_ranges(tree: &Tree, children: &[NodeId], fields: &[FieldId]) -> Vec<(FieldId, Vec<LiveRange>)> {
    let mut live: HashMap<FieldId, Vec<LiveRange>> = fields.iter().map(|field| (*field, Vec::new())).collect();
    for child in children.iter().filter(|_| !fields.is_empty()) {
        let mut uses = HashMap::new();
        collect(tree, *child, [None; 3], false, &mut uses);
        for (field, uses) in uses {
            if let Some(live) = live.get_mut(&field) {
                Child { tree, field, uses }.join(live);
            }
        }
    }
    fields.iter().filter_map(|field| Some((*field, live.remove(field)?))).collect()
}

/// The uses below a node; `conditional` if it may not run.
fn collect(tree: &Tree, id: NodeId, mut loops: [Option<NodeId>; 3], conditional: bool, uses: &mut HashMap<FieldId, Vec<Use>>) {
    match &tree.nodes[id] {
        Node::Loop(l) => {
            loops[l.axis.index()] = Some(id);
            collect(tree, l.body, loops, conditional, uses);
        }
        Node::Leaf(leaf) => {
            for touch in leaf.stmts.iter().flat_map(accesses_of) {
                let offset = touch.access.offsets();
                let (write, conditional, component) =
                    (touch.write, conditional || touch.conditional, touch.access.component.known());
                let item = Use { leaf: id, write, conditional, offset, component, loops };
                uses.entry(touch.access.field).or_default().push(item);
            }
        }
        node => {
            let conditional = conditional || !matches!(node, Node::Seq(_));
            node.children().for_each(|child| collect(tree, child, loops, conditional, uses));
        }
    }
}

/// The elements of one component that accesses touch: a range an axis, `None` along axes that the temporary lacks.
type Region = [Option<Range>; 3];

/// A child of the sequence with its accesses of one temporary, in program order.
struct Child<'t> {
    tree: &'t Tree,
    field: FieldId,
    uses: Vec<Use>,
}

impl Child<'_> {
    /// Begins a new live range if the child reads no older value, and otherwise joins the live ranges that it reads.
    fn join(self, live: &mut Vec<LiveRange>) {
        if self.uses.iter().any(|u| self.is_nested(u)) {
            // Iterations of loops inside each other interleave: all values are taken to meet.
            let mut all = LiveRange { exposed: true, uses: live.drain(..).flat_map(|range| range.uses).collect() };
            all.uses.extend(self.uses);
            return live.push(all);
        }
        let open: Vec<Option<(u32, Region)>> = (0..self.uses.len()).filter_map(|n| self.open(n)).collect();
        let older = if open.is_empty() { None } else { live.pop() };
        let Some(mut current) = older else {
            return live.push(LiveRange { exposed: !open.is_empty(), uses: self.uses });
        };
        while !open.iter().all(|read| read.as_ref().is_some_and(|(component, r)| self.covered(&current, *component, r))) {
            let Some(mut older) = live.pop() else {
                current.exposed = true;
                break;
            };
            older.exposed |= current.exposed;
            older.uses.append(&mut current.uses);
            current = older;
        }
        current.uses.extend(self.uses);
        live.push(current);
    }

    /// For a read that may see values from before this child: which elements of them (and of which component), or `Some(None)` for
    /// unknown ones.
    fn open(&self, n: usize) -> Option<Option<(u32, Region)>> {
        let read = &self.uses[n];
        if read.write || self.uses[..n].iter().any(|w| self.hides(w, read, None)) {
            return None;
        }
        let (Some(component), Some(mut region)) = (read.component, self.region(read)) else { return Some(None) };
        let earlier = |axis: &Axis| self.uses.iter().find_map(|w| self.strip(w, read, *axis).map(|strip| (*axis, strip)));
        if let Some((axis, strip)) = Axis::ALL.iter().find_map(earlier) {
            region[axis.index()] = Some(strip);
        }
        Some(Some((component, region)))
    }

    /// Whether an access stands in two loops over one axis.
    fn is_nested(&self, item: &Use) -> bool {
        let near = |id: NodeId| self.tree.as_loop(id).is_some_and(|l| l.blocking.near.is_some());
        item.loops.iter().flatten().any(|id| near(*id))
    }

    fn has(&self, axis: Axis) -> bool {
        self.tree.fields[self.field].axes.has(axis)
    }

    fn range(&self, item: &Use, axis: Axis) -> Option<&Range> {
        item.loops[axis.index()].and_then(|id| self.tree.as_loop(id)).map(|l| &l.range)
    }

    /// The elements that an access touches; nothing where these depend on data.
    fn region(&self, item: &Use) -> Option<Region> {
        let mut region = [const { None }; 3];
        for axis in Axis::ALL.into_iter().filter(|a| self.has(*a)) {
            let by = item.offset[axis.index()]?;
            region[axis.index()] = Some(self.range(item, axis)?.moved(by, by));
        }
        Some(region)
    }

    /// Whether a write touches every element that a read touches in the same iteration of their common loops, but for the
    /// axis `apart`.
    fn hides(&self, write: &Use, read: &Use, apart: Option<Axis>) -> bool {
        let same = write.component.is_some() && write.component == read.component;
        write.write
            && !write.conditional
            && same
            && Axis::ALL.into_iter().filter(|a| Some(*a) != apart).all(|axis| {
                let n = axis.index();
                let common = write.loops[n] == read.loops[n];
                match (write.offset[n], read.offset[n]) {
                    (Some(w), Some(r)) if self.has(axis) && common => w == r,
                    (Some(w), Some(r)) if self.has(axis) => {
                        let ranges = self.range(write, axis).zip(self.range(read, axis));
                        ranges.is_some_and(|(a, b)| contains(a, w, b, r))
                    }
                    _ => common && !self.has(axis),
                }
            })
    }

    /// In a loop with an order over `axis` that holds both: the elements that a read touches before the write has touched
    /// them in an earlier iteration.
    fn strip(&self, write: &Use, read: &Use, axis: Axis) -> Option<Range> {
        let n = axis.index();
        let id = read.loops[n].filter(|id| write.loops[n] == Some(*id) && self.has(axis))?;
        let l = self.tree.as_loop(id).filter(|_| self.hides(write, read, Some(axis)))?;
        let ([lo], [hi]) = (l.range.lo.as_slice(), l.range.hi.as_slice()) else { return None };
        match (l.kind, write.offset[n]?, read.offset[n]?) {
            (LoopKind::Forward, w, r) if r < w => Some(Range::new(lo.shift(r), lo.shift(w))),
            (LoopKind::Backward, w, r) if r > w => Some(Range::new(hi.shift(w), hi.shift(r))),
            _ => None,
        }
    }

    /// Whether the unconditional writes of a live range touch all elements of a region: each of them alone along I and J,
    /// together along K.
    fn covered(&self, live: &LiveRange, component: u32, region: &Region) -> bool {
        let runs = |w: &&Use| Axis::ALL.iter().all(|a| self.has(*a) || self.range(w, *a).is_none_or(|r| r.has_points(1)));
        let certain = |w: &&Use| w.write && !w.conditional && w.component == Some(component);
        let writes = || live.uses.iter().rev().filter(certain).filter(runs).filter_map(|w| self.region(w));
        let covers = |a: &Option<Range>, b: &Option<Range>| match (a, b) {
            (Some(a), Some(b)) => contains(a, 0, b, 0),
            (a, b) => a.is_none() && b.is_none(),
        };
        // Most often one of the last writes covers all: only where none does are they put together.
        if writes().any(|w| w.iter().zip(region).all(|(w, r)| covers(w, r))) {
            return true;
        }
        let fitting: Vec<Region> = writes().filter(|w| covers(&w[0], &region[0]) && covers(&w[1], &region[1])).collect();
        match &region[Axis::K.index()] {
            Some(levels) => covers_together(fitting.into_iter().filter_map(|[.., k]| k).collect(), levels),
            None => !fitting.is_empty(),
        }
    }
}

/// Whether ranges, those that touch joined, contain one.
fn covers_together(mut parts: Vec<Range>, whole: &Range) -> bool {
    while !parts.iter().any(|part| contains(part, 0, whole, 0)) {
        let pairs = (0..parts.len()).flat_map(|a| (0..parts.len()).map(move |b| (a, b))).filter(|(a, b)| a != b);
        let Some((a, b, both)) = pairs.into_iter().find_map(|(a, b)| Some((a, b, joined(&parts[a], &parts[b])?))) else {
            return false;
        };
        parts[a] = both;
        parts.swap_remove(b);
    }
    true
}

/// One range for two, the second of which begins where the first ends.
fn joined(first: &Range, second: &Range) -> Option<Range> {
    let ([a], [b], [c], [d]) = (&first.lo[..], &first.hi[..], &second.lo[..], &second.hi[..]) else { return None };
    (at_most(*a, *b) && at_most(*c, *b) && at_most(*b, *d)).then(|| Range::new(*a, *d))
}
