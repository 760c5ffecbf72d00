//! Temporaries that are not alive at the same time share storage.

use crate::graph::{Edge, Graph, Node, Region, SlotId};
use crate::lifetimes::{Lifetimes, Span, touched};
use petgraph::stable_graph::NodeIndex;
use std::collections::{BTreeSet, HashMap};
use tradewind_ir::pass::Pass;
use tradewind_ir::{Axes, Container, Diagnostic, FieldId, IdVec};

/// The pass `share-storage`. It comes last: passes that change steps make edges anew, without those for storage.
///
/// ```text
/// before                      after
///                             slot %t, %u
/// alloc %t                    alloc %t
/// alloc %u                    alloc %u
/// n0: … writes %t             n0: … writes %t
/// n1: … reads %t              n1: … reads %t
/// n2: … writes %u             n2: … writes %u
/// n0 -> n1: %t[…]             n0 -> n1: %t[…]
///                             n0 -> n2: reuse %t, %u
///                             n1 -> n2: reuse %t, %u
/// ```
pub struct ShareStorage;

impl Pass<Graph> for ShareStorage {
    fn name(&self) -> &'static str {
        "share-storage"
    }
    fn doc(&self) -> &'static str {
        "give temporaries that are not alive at the same time the same storage, and order the steps that use it"
    }
    fn run(&self, graph: &mut Graph) -> Result<usize, Vec<Diagnostic>> {
        let before = std::mem::take(&mut graph.slots);
        drop_reuse(&mut graph.root);
        let slots = colour(&Lifetimes::of(graph).spans, &graph.fields);
        graph.slots = slots.values().filter(|slot| slot.len() > 1).cloned().collect();
        let of: HashMap<FieldId, SlotId> =
            graph.slots.iter().flat_map(|(slot, fields)| fields.iter().map(move |field| (*field, slot))).collect();
        order_users(&mut graph.root, &of);
        Ok(if before == graph.slots { 0 } else { graph.slots.values().map(|slot| slot.len() - 1).sum() })
    }
}

/// Takes out the edges of an earlier run.
fn drop_reuse(region: &mut Region) {
    region.graph.retain_edges(|graph, e| !matches!(graph[e], Edge::Reuse { .. }));
    region.graph.node_weights_mut().flat_map(Node::regions_mut).for_each(drop_reuse);
}

/// What uses a slot at some time in a region: a container that the region or one around it allocates, or whatever is allocated in one step.
#[derive(Clone, Copy, PartialEq)]
enum Occupant {
    Container(FieldId),
    Step(NodeIndex, FieldId),
}

impl Occupant {
    fn is(self, other: Occupant) -> bool {
        match (self, other) {
            (Occupant::Step(a, _), Occupant::Step(b, _)) => a == b,
            _ => self == other,
        }
    }
    fn field(self) -> FieldId {
        let (Occupant::Container(field) | Occupant::Step(_, field)) = self;
        field
    }
}

/// Adds the edges between steps of a region, and of those inside, that use one slot for different containers. Returns the slots in use by
/// what is allocated there, each with one of the containers.
fn order_users(region: &mut Region, slots: &HashMap<FieldId, SlotId>) -> HashMap<SlotId, FieldId> {
    // For each slot the steps that use it, in order, and for what.
    let mut users: HashMap<SlotId, Vec<(NodeIndex, Occupant)>> = HashMap::new();
    let mut allocated = HashMap::new();
    for n in region.order() {
        for field in touched(&region.graph[n]) {
            if let Some(slot) = slots.get(&field) {
                users.entry(*slot).or_default().push((n, Occupant::Container(field)));
            }
        }
        if region.graph[n].is_host() {
            for (slot, field) in region.graph[n].regions_mut().flat_map(|inside| order_users(inside, slots)) {
                users.entry(slot).or_default().push((n, Occupant::Step(n, field)));
                allocated.insert(slot, field);
            }
        }
    }
    let mut users: Vec<(SlotId, Vec<(NodeIndex, Occupant)>)> = users.into_iter().collect();
    users.sort_by_key(|(slot, _)| *slot);
    for (_, users) in users {
        let groups: Vec<&[(NodeIndex, Occupant)]> = users.chunk_by(|(_, a), (_, b)| a.is(*b)).collect();
        for pair in groups.windows(2) {
            for ((from, before), (to, after)) in pair[0].iter().flat_map(|a| pair[1].iter().map(move |b| (*a, *b))) {
                if from != to && !region.graph.contains_edge(from, to) {
                    region.graph.add_edge(from, to, Edge::Reuse { before: before.field(), after: after.field() });
                }
            }
        }
    }
    allocated.extend(region.allocs.iter().filter_map(|field| slots.get(field).map(|slot| (*slot, *field))));
    allocated
}

/// Slots for lives in order of birth: each takes the free slot of its element size and axes if there is one, else any, else a new one.
fn colour(lives: &[Span], fields: &IdVec<FieldId, Container>) -> IdVec<SlotId, Vec<FieldId>> {
    let mut slots: IdVec<SlotId, Vec<FieldId>> = IdVec::new();
    let kind = |f: FieldId| (fields[f].place.keep, fields[f].dtype.size());
    // Slots in use by the end of that, and free ones: all, and by the kind of their first user.
    let mut busy: BTreeSet<(usize, SlotId)> = BTreeSet::new();
    let mut free: BTreeSet<SlotId> = BTreeSet::new();
    let mut alike: HashMap<(Axes, usize), BTreeSet<SlotId>> = HashMap::new();
    for Span { field, birth, death } in lives {
        while let Some((_, slot)) = busy.first().copied().filter(|(end, _)| end < birth) {
            busy.pop_first();
            free.insert(slot);
            alike.entry(kind(slots[slot][0])).or_default().insert(slot);
        }
        let of_kind = alike.get(&kind(*field)).and_then(BTreeSet::first).or(free.first()).copied();
        let slot = of_kind.unwrap_or_else(|| slots.push(Vec::new()));
        if free.remove(&slot) {
            alike.entry(kind(slots[slot][0])).or_default().remove(&slot);
        }
        slots[slot].push(*field);
        busy.insert((*death, slot));
    }
    slots
}
