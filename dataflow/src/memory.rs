//! The memory of containers: layouts, lifetimes, and one arena for all temporaries and transients of a run.
//!
//! Temporaries whose lifetimes do not overlap share a slot. A lifetime reaches from the first to the last step that accesses
//! the temporary, among the steps of the region that allocates it. A step that is a loop counts as a whole. Temporaries
//! allocated inside a map are not in the plan: each iteration has its own, and the code that runs the map knows how many run at
//! a time. The host runs a map that contains a parallel map one iteration after another, like a loop. Transients exist during
//! the whole run.

use crate::graph::{Control, Graph, MapKind, Node, Region, State};
use crate::memlet::{control_effects, node_effects};
use std::collections::{BTreeSet, HashMap};
use tradewind_ir::ids::Id;
use tradewind_ir::memory::{self, LINE};
use tradewind_ir::stencil::MAX_DATA_DIMENSIONS;
use tradewind_ir::{Axes, Axis, Container, Domain, FieldId, IdVec, Scope, typed_id};

/// Accesses whose addresses differ by a multiple of this many bytes hold each other up.
const PAGE: usize = 4096;
/// Slots begin so many lines apart within a page, in turn.
const STAGGER: usize = 5;

/// How a container's elements lie in memory, in bytes. I is contiguous, then J, then K, then come the other components.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layout {
    /// From one point to the next; zero on axes along which there is one element.
    pub strides: [usize; 3],
    /// From the start of the storage to the point (0, 0, 0); a multiple of 64.
    pub origin: usize,
    /// From one index to the next along each data dimension; zero beyond those that the container has.
    pub data: [usize; MAX_DATA_DIMENSIONS],
    /// Of the whole storage; a multiple of 64.
    pub bytes: usize,
}

/// The bytes of a container's elements for a domain, padding left out.
pub fn bytes(container: &Container, domain: Domain) -> f64 {
    let element = container.dtype.size() * container.components() as usize;
    let (domain, extent) = container.stored_size(domain);
    memory::bytes(element, container.stored_axes(), domain, extent)
}

/// The layout of a container for a domain, the slots of a window being points from zero on: rows are padded so that the point i = 0 of each starts a cache line.
pub fn layout(container: &Container, domain: Domain) -> Layout {
    let (mut strides, mut origin, mut bytes) = ([0; 3], 0, container.dtype.size());
    let (domain, extent) = container.stored_size(domain);
    for axis in container.stored_axes().iter() {
        let n = axis.index();
        let (low, high) = extent.0[n];
        let before = low.unsigned_abs() as usize;
        let after = usize::try_from(domain[n] + i64::from(high)).unwrap_or(0);
        strides[n] = bytes;
        if axis == Axis::I {
            origin = (before * bytes).next_multiple_of(LINE);
            bytes = (origin + after * bytes).next_multiple_of(LINE);
            bytes += if bytes % PAGE == 0 { LINE } else { 0 };
        } else {
            origin += before * bytes;
            bytes *= before + after;
        }
    }
    let one = (bytes + LINE - 1).next_multiple_of(LINE);
    let data = data_strides(&container.data, one);
    Layout { strides, origin: origin.next_multiple_of(LINE), data, bytes: one * container.components() as usize }
}

/// Bytes from one index to the next along each data dimension, where each component takes `bytes` and the last index runs
/// fastest.
pub fn data_strides(data: &[u32], bytes: usize) -> [usize; MAX_DATA_DIMENSIONS] {
    let (mut strides, mut step) = ([0; MAX_DATA_DIMENSIONS], bytes);
    for (n, size) in data.iter().enumerate().take(MAX_DATA_DIMENSIONS).rev() {
        strides[n] = step;
        step *= *size as usize;
    }
    strides
}

typed_id!(
    /// A part of the arena that containers use in turn. Prints as `slot3`.
    SlotId, "slot"
);

/// Which containers share memory. Sizes come with the domain.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct MemoryPlan {
    /// The containers of each slot, in order of their lifetimes.
    pub slots: IdVec<SlotId, Vec<FieldId>>,
    /// By how many points the part of the domain on which a container lives may be larger than the domain.
    surplus: HashMap<FieldId, Domain>,
}

/// The arena for one domain.
#[derive(Clone, PartialEq, Debug)]
pub struct Arena {
    /// Of the whole arena, which must start at a multiple of 64 bytes.
    pub bytes: usize,
    /// The containers with the bytes from the arena's start to each container's, and their layouts.
    pub placed: Vec<(FieldId, usize, Layout)>,
}

impl MemoryPlan {
    /// The plan for a graph.
    pub fn of(graph: &Graph) -> MemoryPlan {
        let mut lifetimes = Lifetimes { fields: &graph.fields, clock: 0, found: Vec::new(), surplus: HashMap::new() };
        lifetimes.region(&graph.root);
        let end = lifetimes.clock;
        let transients = graph.fields.iter().filter(|(_, c)| c.scope == Scope::Transient).map(|(id, _)| (id, 0, end));
        let mut found: Vec<(FieldId, usize, usize)> = transients.chain(lifetimes.found.drain(..)).collect();
        found.sort_by_key(|(id, birth, _)| (*birth, id.index()));
        MemoryPlan { surplus: lifetimes.surplus, ..colour(&found, &graph.fields) }
    }
    /// The bytes of the elements that must be there at one time, padding left out.
    pub fn bytes(&self, fields: &IdVec<FieldId, Container>, domain: Domain) -> f64 {
        let largest = |slot: &Vec<FieldId>| slot.iter().map(|f| bytes(&fields[*f], domain)).fold(0.0, f64::max);
        self.slots.values().map(largest).sum()
    }
    /// Where everything lies for a domain, which [`MemoryPlan::bytes`] was asked about: sizes are added up without a check.
    pub fn arena(&self, fields: &IdVec<FieldId, Container>, domain: Domain) -> Arena {
        let mut arena = Arena { bytes: 0, placed: Vec::new() };
        for (id, slot) in self.slots.iter() {
            let start = arena.bytes + (id.index() * STAGGER) % (PAGE / LINE) * LINE;
            let layouts = slot.iter().map(|f| (*f, start, layout(&fields[*f], self.largest(*f, domain))));
            arena.placed.extend(layouts.clone());
            arena.bytes = (start + layouts.map(|(.., l)| l.bytes).max().unwrap_or(0)).next_multiple_of(PAGE);
        }
        arena
    }
    /// The largest domain on which a container lives, where the program's is `domain`.
    pub fn largest(&self, field: FieldId, domain: Domain) -> Domain {
        let surplus = self.surplus.get(&field).copied().unwrap_or_default();
        std::array::from_fn(|n| domain[n].saturating_add(surplus[n]))
    }
    /// The slot of a container; `None` for arguments and for temporaries inside maps.
    pub fn slot(&self, field: FieldId) -> Option<SlotId> {
        self.slots.iter().find(|(_, fields)| fields.contains(&field)).map(|(id, _)| id)
    }
}

/// Lifetimes, by birth, to slots: each takes the free slot of its element size and axes if there is one, else any, else a new one.
fn colour(lifetimes: &[(FieldId, usize, usize)], fields: &IdVec<FieldId, Container>) -> MemoryPlan {
    let mut plan = MemoryPlan::default();
    let kind = |f: FieldId| (fields[f].place.keep, fields[f].dtype.size());
    // Slots in use by the end of that, and free ones: all, and by the kind of their first user.
    let mut busy: BTreeSet<(usize, SlotId)> = BTreeSet::new();
    let mut free: BTreeSet<SlotId> = BTreeSet::new();
    let mut alike: HashMap<(Axes, usize), BTreeSet<SlotId>> = HashMap::new();
    for (field, birth, death) in lifetimes {
        while let Some((_, slot)) = busy.first().copied().filter(|(end, _)| end < birth) {
            busy.pop_first();
            free.insert(slot);
            alike.entry(kind(plan.slots[slot][0])).or_default().insert(slot);
        }
        let of_kind = alike.get(&kind(*field)).and_then(BTreeSet::first).or(free.first()).copied();
        let slot = of_kind.unwrap_or_else(|| plan.slots.push(Vec::new()));
        if free.remove(&slot) {
            alike.entry(kind(plan.slots[slot][0])).or_default().remove(&slot);
        }
        plan.slots[slot].push(*field);
        busy.insert((*death, slot));
    }
    plan
}

/// A walk in the order of execution that notes first and last uses; each node of a state is one tick.
struct Lifetimes<'a> {
    fields: &'a IdVec<FieldId, Container>,
    clock: usize,
    /// Container, birth, death, the last included.
    found: Vec<(FieldId, usize, usize)>,
    /// By how much the part of the domain on which a container lives may be larger than the domain.
    surplus: HashMap<FieldId, Domain>,
}

impl Lifetimes<'_> {
    fn region(&mut self, region: &Region) {
        let mut spans: HashMap<FieldId, (usize, usize)> = HashMap::new();
        let mut note = |field, from, to| {
            let span = spans.entry(field).or_insert((from, to));
            span.1 = to;
        };
        for item in &region.items {
            if let Control::State(state) = item {
                self.state(state, &mut note);
                continue;
            }
            let from = self.clock;
            self.inner(item);
            self.clock += 1;
            let effects = control_effects(item, self.fields);
            effects.reads.fields().chain(effects.writes.fields()).for_each(|f| note(f, from, self.clock - 1));
        }
        let alive = region.allocs.iter().filter_map(|f| spans.get(f).map(|(birth, death)| (*f, *birth, *death)));
        self.found.extend(alive);
    }
    fn state(&mut self, state: &State, note: &mut impl FnMut(FieldId, usize, usize)) {
        for n in state.order() {
            let node = &state.graph[n];
            if matches!(node, Node::Access(_)) {
                continue;
            }
            let from = self.clock;
            if let Node::Map(map) = node
                && map.kind != MapKind::Parallel
                && map.body.has_parallel()
            {
                self.region(&map.body);
            }
            let effects = node_effects(node, self.fields);
            effects.reads.fields().chain(effects.writes.fields()).for_each(|f| note(f, from, self.clock));
            self.clock += 1;
        }
    }
    fn inner(&mut self, item: &Control) {
        match item {
            Control::Sequential(l) => self.region(&l.body),
            Control::For { body, .. } | Control::While { body, .. } => self.region(body),
            Control::Within { window, body } => {
                let first = self.found.len();
                self.region(body);
                let surplus = window.surplus();
                self.surplus.extend(self.found[first..].iter().map(|(field, ..)| (*field, surplus)));
            }
            Control::Branch { then, otherwise, .. } => {
                self.region(then);
                self.region(otherwise);
            }
            Control::State(_) | Control::Let { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::parse;
    use tradewind_ir::SourceId;

    /// Four temporaries, each computed from the one before, and a transient.
    const CHAIN: &str = "\
graph chain(%a: field<f64, IJK>, %out: field<f64, IJK>) {
  transient %u: field<f64, IJK>
  temp %t0: field<f64, IJK> heap i(-1,1) j(-2,0) k(0,0)
  temp %t1: field<f64, IJK> heap
  temp %t2: field<f32, IJK> heap
  temp %t3: field<f64, IJK> heap
  alloc %t0
  alloc %t1
  alloc %t2
  alloc %t3
  state s0 { n0: copy %t0 = %a n1: copy %t1 = %t0 n2: copy %t2 = %t1 n3: copy %t3 = %t2 n4: copy %out = %t3 }
}
";

    #[test]
    fn lives_that_do_not_meet_share_a_slot() {
        let graph = parse(CHAIN, SourceId(0)).unwrap();
        let plan = MemoryPlan::of(&graph);
        let slot = |name: &str| plan.slot(graph.fields.iter().find(|(_, c)| c.name == name).unwrap().0);
        assert_eq!(slot("a"), None);
        assert_eq!([slot("t0"), slot("t1")], [slot("t2"), slot("t3")]);
        assert!(slot("t0") != slot("t1") && slot("u") != slot("t0") && slot("u") != slot("t1"));
        assert_eq!(plan.slots.len(), 3);
    }

    #[test]
    fn a_window_takes_the_memory_of_its_slots() {
        let text = "graph g() {
          temp %w: field<f64, IJK> heap last 4 along k i(-1,1) j(0,0) k(-3,1)
          temp %t: field<f64, IJK> heap i(-1,1) j(0,0) k(0,0)
        }";
        let graph = parse(text, SourceId(0)).unwrap();
        let [window, whole] = [FieldId(0), FieldId(1)].map(|id| &graph.fields[id]);
        let (domain, four) = ([16, 2, 50], [16, 2, 4]);
        assert_eq!(layout(window, domain), layout(whole, four));
        assert_eq!(bytes(window, domain), bytes(whole, four));
    }

    #[test]
    fn rows_begin_at_cache_lines_and_nothing_overlaps() {
        let graph = parse(CHAIN, SourceId(0)).unwrap();
        let domain = [61, 3, 2];
        let arena = MemoryPlan::of(&graph).arena(&graph.fields, domain);
        for (field, start, layout) in &arena.placed {
            let container = &graph.fields[*field];
            let size = container.dtype.size();
            assert_eq!((start + layout.origin) % 64, 0);
            assert_eq!(layout.strides.map(|s| s % 64), [size, 0, 0]);
            let corner = |high: bool| -> isize {
                let at = |n: usize| match (high, container.extent.0[n]) {
                    (true, (_, above)) => domain[n] as isize - 1 + above as isize,
                    (false, (below, _)) => below as isize,
                };
                layout.origin as isize + (0..3).map(|n| at(n) * layout.strides[n] as isize).sum::<isize>()
            };
            assert!(corner(false) >= 0 && corner(true) + size as isize <= layout.bytes as isize);
            assert!(start + layout.bytes <= arena.bytes);
        }
    }
}
