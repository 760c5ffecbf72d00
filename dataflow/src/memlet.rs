//! The exact subsets that nodes read and write.
//!
//! A tasklet's accesses are boxes of offsets around the current point. A map or loop over an axis sweeps them along its range:
//! `[-1..1]` at every point of `[start, end)` is `[start-1, end+1)`. A union of boxes stays a list of boxes, none of which
//! contains another. Several edges connect two nodes if one box would be too large.

use crate::code::{Carried, ComponentIndex, Inst, KOffset, Op, TaskletCode, ValueId};
use crate::graph::{Components, Graph, Memlet, Node, Region, Subset, SubsetDim};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tradewind_ir::program::HALO_AXES;
use tradewind_ir::{
    Anchor, Axes, Axis, BinaryOp, Blocking, Bound, Container, Domain, FieldId, HorizontalBox, HostStep, IdVec, Phase, Range,
    ScalarId,
};

/// What a step or a region reads and writes of the containers that outlive it. Predicated accesses count in full, apart from boxes
/// where all loops are known.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Effects {
    pub reads: Subsets,
    pub writes: Subsets,
    /// The scalars that it reads.
    pub uses: BTreeSet<ScalarId>,
    /// The scalars that it sets.
    pub sets: BTreeSet<ScalarId>,
    /// Whether the host observes it: a host function sees the state, an observer of a loop does, or an error may end the run.
    pub is_observed: bool,
}

/// Subsets by container.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Subsets(BTreeMap<FieldId, Vec<Subset>>);

/// The effects of one step.
pub fn node_effects(node: &Node, fields: &IdVec<FieldId, Container>) -> Effects {
    Around { fields, loops: None }.node(node)
}

/// The effects of a region on the containers that it does not allocate.
pub fn region_effects(region: &Region, fields: &IdVec<FieldId, Container>) -> Effects {
    Around { fields, loops: None }.region(region)
}

/// The effects of a whole graph. Loops and maps that run near a position of one around them have it, and touch only what is near: on domains
/// on which that one runs nowhere, nothing.
pub fn graph_effects(graph: &Graph) -> Effects {
    Around { fields: &graph.fields, loops: Some([None; 3]) }.region(&graph.root)
}

/// Where effects are looked for.
#[derive(Clone, Copy)]
struct Around<'a> {
    fields: &'a IdVec<FieldId, Container>,
    /// The positions that the innermost loop or map around can have, over each axis; nothing where those around do not count, because the
    /// effects are those of a part of the graph.
    loops: Option<[Option<&'a Range>; 3]>,
}

impl Around<'_> {
    fn node(self, node: &Node) -> Effects {
        match node {
            Node::Tasklet { code, .. } => self.code(code),
            Node::Map(map) => self.swept(map.axis, (&map.range, map.blocking), &map.body),
            Node::Loop(l) => self.swept(l.axis, (&l.range, l.blocking), &l.body),
            Node::Zero(field) => Effects { writes: self.whole(&[*field]), ..Effects::default() },
            Node::Host(step) => {
                let mut effects = Effects::default();
                step.bodies().for_each(|body| effects.add(self.region(body)));
                effects.of_host(step, self.fields)
            }
        }
    }

    fn whole(self, list: &[FieldId]) -> Subsets {
        Subsets(list.iter().map(|f| (*f, vec![Subset::all(&self.fields[*f])])).collect())
    }

    fn region(self, region: &Region) -> Effects {
        let mut effects = Effects::default();
        region.graph.node_weights().for_each(|node| effects.add(self.node(node)));
        effects.without(&region.allocs)
    }

    /// The effects of code. Where the loops around it are known, an access in boxes is one at the points of the boxes.
    fn code(self, code: &TaskletCode) -> Effects {
        let mut finder = Finder { boxed: self.loops.is_some(), ..Finder::default() };
        finder.body(&code.body, &[]);
        let mut effects = Effects { uses: finder.scalars, is_observed: finder.checks, ..Effects::default() };
        for Accesses { boxes, loads, stores } in finder.found {
            let at = |axis: Axis, lo, hi| match self.loops.and_then(|loops| loops[axis.index()]) {
                Some(range) if axis != Axis::K && !boxes.is_empty() => {
                    let inside = boxes.iter().fold(range.clone(), |range, b| b.clip(axis, &range));
                    SubsetDim::Range(inside.moved(lo, hi).tightened(1))
                }
                _ => SubsetDim::Here { lo, hi },
            };
            loads.subsets(self.fields, &mut effects.reads, at);
            stores.subsets(self.fields, &mut effects.writes, at);
        }
        effects
    }

    /// The effects of a loop or map.
    fn swept(self, axis: Axis, (range, blocking): (&Range, Blocking), body: &Region) -> Effects {
        let Some(mut loops) = self.loops else { return self.region(body).swept(axis, range, blocking) };
        let near = blocking.near.zip(loops[axis.index()]);
        let near = near.map(|(near, around)| near.part(range, around));
        let range = near.as_ref().unwrap_or(range);
        loops[axis.index()] = Some(range);
        Around { fields: self.fields, loops: Some(loops) }.region(body).swept(axis, range, blocking)
    }
}

/// The effects of code at the current point.
pub fn code_effects(code: &TaskletCode, fields: &IdVec<FieldId, Container>) -> Effects {
    Around { fields, loops: None }.code(code)
}

/// The accesses of code that have the same boxes around them.
#[derive(Default)]
struct Accesses {
    boxes: Vec<HorizontalBox>,
    loads: Offsets,
    stores: Offsets,
}

/// Finds the accesses of code.
#[derive(Default)]
struct Finder {
    found: Vec<Accesses>,
    /// Whether boxes count.
    boxed: bool,
    /// How the values that are defined so far are computed.
    ops: HashMap<ValueId, Op>,
    scalars: BTreeSet<ScalarId>,
    /// Whether an index is checked.
    checks: bool,
}

impl Finder {
    fn body(&mut self, body: &[Inst], boxes: &[HorizontalBox]) {
        for inst in body {
            match inst {
                Inst::Let(value, op) => {
                    match op {
                        Op::Load { field, offset, k, component } => {
                            self.with(boxes).loads.add(*field, *offset, *k, *component);
                        }
                        Op::Scalar(scalar) => self.scalars.extend([*scalar]),
                        _ => {}
                    }
                    self.ops.insert(*value, *op);
                }
                Inst::Store { field, k, component, .. } => self.with(boxes).stores.add(*field, [0, 0], *k, *component),
                Inst::Check { .. } => self.checks = true,
                Inst::While { carried, head, condition, body } => {
                    self.body(head, boxes);
                    let more = if self.boxed { self.boxes_of(*condition, carried) } else { Vec::new() };
                    let inside = [boxes, &more].concat();
                    self.body(body, &inside);
                }
            }
        }
    }

    fn with(&mut self, boxes: &[HorizontalBox]) -> &mut Accesses {
        let at = self.found.iter().position(|a| a.boxes == boxes).unwrap_or_else(|| {
            self.found.push(Accesses { boxes: boxes.to_vec(), ..Accesses::default() });
            self.found.len() - 1
        });
        &mut self.found[at]
    }

    /// Boxes outside of which a condition is false. One that is carried from round to round and false after the first one is true only
    /// where its first value is.
    fn boxes_of(&self, condition: ValueId, carried: &[Carried]) -> Vec<HorizontalBox> {
        match self.ops.get(&condition) {
            Some(Op::Inside(region)) => vec![*region],
            Some(Op::Binary(BinaryOp::And, a, b)) => [self.boxes_of(*a, carried), self.boxes_of(*b, carried)].concat(),
            Some(_) => Vec::new(),
            None => carried.iter().find(|c| c.param == condition).map_or(Vec::new(), |c| self.boxes_of(c.init, &[])),
        }
    }
}

/// Offsets from the current point by container and component (`None`: any), and whether K is data-dependent.
#[derive(Default)]
struct Offsets(BTreeMap<(FieldId, Option<u32>, bool), BTreeSet<[i32; 3]>>);

impl Offsets {
    fn add(&mut self, field: FieldId, [i, j]: [i32; 2], k: KOffset, component: ComponentIndex) {
        let (anywhere, k) = match k {
            KOffset::Constant(k) => (false, k),
            KOffset::Relative(_) | KOffset::Absolute(_) => (true, 0),
        };
        self.0.entry((field, component.known(), anywhere)).or_default().insert([i, j, k]);
    }
    /// Adds the subsets of the containers; `at` makes the offsets along an axis a range.
    fn subsets(self, fields: &IdVec<FieldId, Container>, subsets: &mut Subsets, at: impl Fn(Axis, i32, i32) -> SubsetDim) {
        for ((field, component, anywhere), points) in self.0 {
            let components = component.map_or(Components::All, Components::One);
            let stored = fields[field].stored_axes();
            for sides in cover(&points) {
                let dim = |axis: Axis| match sides[axis.index()] {
                    _ if !stored.has(axis) => None,
                    _ if anywhere && axis == Axis::K => Some(SubsetDim::All),
                    (lo, hi) => Some(at(axis, lo, hi)),
                };
                subsets.add(field, Subset(Axis::ALL.map(dim), components));
            }
        }
    }
}

/// Boxes, as large as they go, that cover a set of points and nothing else.
fn cover(points: &BTreeSet<[i32; 3]>) -> Vec<[(i32, i32); 3]> {
    let inside = |b: &[(i32, i32); 3], p: &[i32; 3]| (0..3).all(|n| (b[n].0..=b[n].1).contains(&p[n]));
    let mut boxes: Vec<[(i32, i32); 3]> = Vec::new();
    for p in points {
        if boxes.iter().any(|b| inside(b, p)) {
            continue;
        }
        let mut b = p.map(|x| (x, x));
        for n in 0..3 {
            while full(points, face(&b, n, b[n].0 - 1)) {
                b[n].0 -= 1;
            }
            while full(points, face(&b, n, b[n].1 + 1)) {
                b[n].1 += 1;
            }
        }
        boxes.push(b);
    }
    boxes
}

/// The layer of a box at `at` along axis number `n`.
fn face(b: &[(i32, i32); 3], n: usize, at: i32) -> [(i32, i32); 3] {
    let mut face = *b;
    face[n] = (at, at);
    face
}

/// Whether all points of a box are in the set.
fn full(points: &BTreeSet<[i32; 3]>, [i, j, k]: [(i32, i32); 3]) -> bool {
    (i.0..=i.1).all(|i| (j.0..=j.1).all(|j| (k.0..=k.1).all(|k| points.contains(&[i, j, k]))))
}

impl Effects {
    /// Adds the effects of something run before or after.
    pub fn add(&mut self, other: Effects) {
        other.reads.0.into_iter().for_each(|(f, list)| list.into_iter().for_each(|s| self.reads.add(f, s)));
        other.writes.0.into_iter().for_each(|(f, list)| list.into_iter().for_each(|s| self.writes.add(f, s)));
        self.uses.extend(other.uses);
        self.sets.extend(other.sets);
        self.is_observed |= other.is_observed;
    }
    /// Those of a step of the host program; so far, of the steps inside it.
    pub(crate) fn of_host<B>(mut self, step: &HostStep<B>, fields: &IdVec<FieldId, Container>) -> Effects {
        let all = |subsets: &mut Subsets, list: &[FieldId]| {
            list.iter().for_each(|f| subsets.add(*f, Subset::all(&fields[*f])));
        };
        self.uses.extend(step.uses());
        self.sets.extend(step.sets());
        match step {
            // What runs between rounds of a loop may observe, and where a part of the domain does not fit, the run ends.
            HostStep::For { .. } => self.is_observed = true,
            HostStep::Within { window, .. } => {
                self.is_observed = true;
                self = self.anywhere(window.axes());
            }
            HostStep::Exchange { fields: list, phase, .. } => {
                for field in list {
                    let container = &fields[*field];
                    let (inside, halo) = Subset::of_update(container);
                    // What it waits for is on its way into the halo, and the points that are sent may not change before.
                    let read = if let Phase::Wait(_) = phase { Subset::all(container) } else { inside };
                    self.reads.add(*field, read);
                    halo.into_iter().for_each(|s| self.writes.add(*field, s));
                }
            }
            HostStep::Copy { to, from } => {
                all(&mut self.reads, &[*from]);
                all(&mut self.writes, &[*to]);
            }
            HostStep::Swap { a, b } => {
                all(&mut self.reads, &[*a, *b]);
                all(&mut self.writes, &[*a, *b]);
            }
            HostStep::Callback { fields: list, fills, .. } => {
                all(&mut self.reads, list);
                if fills.writes() {
                    all(&mut self.writes, list);
                }
                self.is_observed = true;
            }
            HostStep::Branch { .. } | HostStep::While { .. } | HostStep::Let { .. } => {}
        }
        self
    }
    /// The effects on other containers than these.
    pub fn without(mut self, fields: &[FieldId]) -> Effects {
        for field in fields {
            self.reads.0.remove(field);
            self.writes.0.remove(field);
        }
        self
    }
    /// The effects of doing this at the positions of a loop over `axis`.
    pub fn swept(mut self, axis: Axis, range: &Range, blocking: Blocking) -> Effects {
        self.uses.extend(blocking.scalars());
        let (reads, writes) = (self.reads.swept(axis, range), self.writes.swept(axis, range));
        Effects { reads, writes, uses: self.uses, sets: self.sets, is_observed: self.is_observed }
    }
    /// The effects where along some axes it is not known at which points.
    pub fn anywhere(self, axes: Axes) -> Effects {
        let all = |dim: Option<SubsetDim>, axis| if axes.has(axis) { dim.map(|_| SubsetDim::All) } else { dim };
        let side = |subsets: Subsets| {
            let mut found = Subsets::default();
            for Memlet { field, subset: Subset(dims, components) } in subsets.memlets() {
                let [i, j, k] = dims;
                found.add(field, Subset([all(i, Axis::I), all(j, Axis::J), all(k, Axis::K)], components));
            }
            found
        };
        let (reads, writes) = (side(self.reads), side(self.writes));
        Effects { reads, writes, uses: self.uses, sets: self.sets, is_observed: self.is_observed }
    }
    /// Whether the container is read or written.
    pub fn touches(&self, field: FieldId) -> bool {
        self.reads.has(field) || self.writes.has(field)
    }
}

impl Subsets {
    /// Adds a subset unless it lies in one that is there; takes out those that lie in it.
    pub fn add(&mut self, field: FieldId, subset: Subset) {
        let list = self.0.entry(field).or_default();
        if !list.iter().any(|s| subset.within(s)) {
            list.retain(|s| !s.within(&subset));
            list.push(subset);
        }
    }
    /// Whether any part of the container is among them.
    pub fn has(&self, field: FieldId) -> bool {
        self.0.contains_key(&field)
    }
    /// The containers, in order of their ids.
    pub fn fields(&self) -> impl Iterator<Item = FieldId> {
        self.0.keys().copied()
    }
    /// The subsets of one container.
    pub fn of(&self, field: FieldId) -> &[Subset] {
        self.0.get(&field).map_or(&[], Vec::as_slice)
    }
    /// All of them, as memlets.
    pub fn memlets(&self) -> impl Iterator<Item = Memlet> {
        self.0.iter().flat_map(|(field, list)| list.iter().map(|s| Memlet { field: *field, subset: s.clone() }))
    }
    fn swept(self, axis: Axis, range: &Range) -> Subsets {
        let mut swept = Subsets::default();
        for (field, list) in self.0 {
            list.into_iter().for_each(|s| swept.add(field, s.swept(axis, range)));
        }
        swept
    }
}

impl Subset {
    /// All of a container.
    pub fn all(container: &Container) -> Subset {
        let components = if container.components() > 1 { Components::All } else { Components::One(0) };
        Subset(Axis::ALL.map(|axis| container.stored_axes().has(axis).then_some(SubsetDim::All)), components)
    }
    /// What a halo update reads of a container, the domain, and what it writes, the points around it. An array may have points beyond
    /// those that the program needs, which copies take too: a side without points meets everything.
    fn of_update(container: &Container) -> (Subset, Vec<Subset>) {
        let all = Subset::all(container);
        let side = |of: &Subset, axis: Axis, range: Range| {
            let mut subset = of.clone();
            if let Some(dim) = &mut subset.0[axis.index()] {
                *dim = SubsetDim::Range(range);
            }
            subset
        };
        let (start, end) = (Bound::START, Bound::END);
        let domain = HALO_AXES.into_iter().fold(all.clone(), |subset, axis| side(&subset, axis, Range::new(start, end)));
        let mut halo = Vec::new();
        for axis in HALO_AXES.into_iter().filter(|axis| container.stored_axes().has(*axis)) {
            let (low, high) = container.extent.0[axis.index()];
            let beside = [Range::new(Bound::start(low), start), Range::new(end, Bound::end(high))];
            halo.extend(beside.map(|range| side(&all, axis, range)));
        }
        (domain, halo)
    }
    /// Whether this may have elements in common with `other`, of one container, for some size of the domain. Both are as seen from
    /// one point. Elements of a window may share a slot.
    pub fn meets(&self, other: &Subset, container: &Container) -> bool {
        let apart = |a: &SubsetDim, b: &SubsetDim| match (a, b) {
            (SubsetDim::Here { lo, hi }, SubsetDim::Here { lo: low, hi: high }) => hi < low || high < lo,
            (SubsetDim::Range(a), SubsetDim::Range(b)) => ends_before(a, b) || ends_before(b, a),
            _ => false,
        };
        let components = self.1 == other.1 || self.1 == Components::All || other.1 == Components::All;
        components
            && Axis::ALL.into_iter().all(|axis| match (&self.0[axis.index()], &other.0[axis.index()]) {
                (Some(a), Some(b)) if container.place.slots(axis).is_none() => !apart(a, b),
                _ => true,
            })
    }
    /// The subset touched by doing this at each point of `range` on `axis`.
    pub fn swept(mut self, axis: Axis, range: &Range) -> Subset {
        let dim = &mut self.0[axis.index()];
        if let Some(SubsetDim::Here { lo, hi }) = *dim {
            *dim = Some(SubsetDim::Range(range.moved(lo, hi)));
        }
        self
    }
    /// Whether this lies in `other` for every size of the domain.
    pub fn within(&self, other: &Subset) -> bool {
        let components = other.1 == Components::All || self.1 == other.1;
        components
            && self.0.iter().zip(&other.0).all(|dims| match dims {
                (_, Some(SubsetDim::All)) | (None, None) => true,
                (Some(SubsetDim::Here { lo, hi }), Some(SubsetDim::Here { lo: low, hi: high })) => low <= lo && hi <= high,
                (Some(SubsetDim::Range(a)), Some(SubsetDim::Range(b))) => range_within(a, b),
                _ => false,
            })
    }
    /// First point and one past the last on each axis, for a domain and a container; `here` is the current point.
    pub fn points(&self, container: &Container, domain: Domain, here: [i64; 3]) -> [(i64, i64); 3] {
        Axis::ALL.map(|axis| {
            let n = axis.index();
            match &self.0[n] {
                None => (0, 1),
                Some(SubsetDim::Here { lo, hi }) => (here[n] + i64::from(*lo), here[n] + i64::from(*hi) + 1),
                Some(SubsetDim::Range(range)) => range.at(domain[n]),
                Some(SubsetDim::All) => container.extent.range(axis).at(domain[n]),
            }
        })
    }
}

impl Components {
    /// First component and one past the last, of a container.
    pub fn range(self, container: &Container) -> (i64, i64) {
        match self {
            Components::One(n) => (i64::from(n), i64::from(n) + 1),
            Components::All => (0, i64::from(container.components())),
        }
    }
}

/// Whether `a` ends before `b` begins, or is empty, for every size of the domain (or cannot be shown to, then no).
fn ends_before(a: &Range, b: &Range) -> bool {
    let before = |hi: &Bound, lo: &Bound| hi.anchor == lo.anchor && hi.offset <= lo.offset;
    // The domain has no point less than none.
    let before = |hi: &Bound, lo: &Bound| {
        before(hi, lo) || (hi.anchor, lo.anchor) == (Anchor::Start, Anchor::End) && hi.offset <= lo.offset
    };
    a.hi.iter().any(|hi| b.lo.iter().any(|lo| before(hi, lo)))
}

/// Whether `a` lies in `b` for every size of the domain (or cannot be shown to, then no).
fn range_within(a: &Range, b: &Range) -> bool {
    let lo = b.lo.iter().all(|y| a.lo.iter().any(|x| x.anchor == y.anchor && x.offset >= y.offset));
    let hi = b.hi.iter().all(|y| a.hi.iter().any(|x| x.anchor == y.anchor && x.offset <= y.offset));
    lo && hi
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_covered_by_its_two_arms() {
        let star = BTreeSet::from([[0, 0, 0], [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]]);
        assert_eq!(cover(&star), [[(-1, 1), (0, 0), (0, 0)], [(0, 0), (-1, 1), (0, 0)]]);
    }
}
