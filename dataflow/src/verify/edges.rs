//! Checks of the edges of a region:
//! - what an edge states is so: a step reads from, writes over, or shares a scalar with the one before it;
//! - two steps of which one writes elements that the other accesses are connected by a path;
//! - so are two that name a scalar which one of them sets, and one that the host observes and any other;
//! - so are two that use one slot for different containers.

use super::Checker;
use crate::graph::{Edge, Node, Region, SlotId, Subset};
use crate::memlet::Effects;
use crate::text::edge_text;
use petgraph::Direction::Incoming;
use petgraph::stable_graph::NodeIndex;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tradewind_ir::ids::BitSet;
use tradewind_ir::{FieldId, ScalarId};

type EffectsOf = HashMap<NodeIndex, Effects>;

impl Checker<'_> {
    /// Checks the edges of a region whose steps have these effects.
    pub(super) fn edges(&mut self, region: &Region, order: &[NodeIndex], effects: &EffectsOf) {
        for e in region.graph.edge_indices() {
            let Some((from, to)) = region.graph.edge_endpoints(e) else { continue };
            if !self.is_so(&region.graph[e], &effects[&from], &effects[&to]) {
                let (a, b, edge) = (from.index(), to.index(), edge_text(&region.graph[e], self.graph));
                self.error(format!("the edge n{a} -> n{b} states `{edge}`, but that is not so"));
            }
        }
        self.races(region, order, effects);
    }

    fn is_so(&self, edge: &Edge, from: &Effects, to: &Effects) -> bool {
        let names = |effects: &Effects, scalar: &ScalarId| effects.uses.contains(scalar) || effects.sets.contains(scalar);
        match edge {
            // Of many steps that write a container, a reader may wait for the last one only.
            Edge::Flow(memlet) => to.reads.of(memlet.field).contains(&memlet.subset) && from.writes.has(memlet.field),
            Edge::Anti(field) => from.reads.has(*field) && to.writes.has(*field),
            Edge::Output(field) => from.writes.has(*field) && to.writes.has(*field),
            Edge::Scalar(scalar) => {
                (from.sets.contains(scalar) || to.sets.contains(scalar)) && names(from, scalar) && names(to, scalar)
            }
            Edge::Host => from.is_observed || to.is_observed,
            Edge::Reuse { before, after } => {
                let slot_of = |field| self.graph.slots.iter().find(|(_, fields)| fields.contains(field)).map(|(slot, _)| slot);
                slot_of(before).is_some() && slot_of(before) == slot_of(after)
            }
        }
    }

    fn races(&mut self, region: &Region, order: &[NodeIndex], effects: &EffectsOf) {
        let places: HashMap<NodeIndex, usize> = order.iter().enumerate().map(|(place, n)| (*n, place)).collect();
        let slots: HashMap<FieldId, SlotId> =
            self.graph.slots.iter().flat_map(|(slot, fields)| fields.iter().map(move |field| (*field, slot))).collect();
        let mut before: Vec<BitSet> = Vec::with_capacity(order.len());
        let mut seen = Seen::default();
        for (place, n) in order.iter().enumerate() {
            let mut ancestors = BitSet::default();
            for earlier in region.graph.neighbors_directed(*n, Incoming).map(|earlier| places[&earlier]) {
                if !ancestors.contains(earlier) {
                    ancestors.extend(&before[earlier]);
                    ancestors.insert(earlier);
                }
            }
            let mut inside = Vec::new();
            if !slots.is_empty() {
                allocated(&region.graph[*n], &mut inside);
            }
            for (earlier, why) in self.raced(&mut seen, (place, &ancestors), &effects[n], (&inside, &slots)) {
                let (a, b) = (order[earlier].index(), n.index());
                self.error(format!("n{a} and n{b} {why}, and nothing orders them"));
            }
            before.push(ancestors);
        }
    }

    /// The earlier steps that a path must connect with this one, but does not, and why it must. `inside` are the containers that are
    /// allocated in it.
    fn raced(
        &self,
        seen: &mut Seen,
        (place, ancestors): (usize, &BitSet),
        own: &Effects,
        (inside, slots): (&[FieldId], &HashMap<FieldId, SlotId>),
    ) -> BTreeMap<usize, String> {
        let mut raced: BTreeMap<usize, String> = BTreeMap::new();
        let fields: BTreeSet<FieldId> = own.reads.fields().chain(own.writes.fields()).collect();
        for field in &fields {
            let container = self.container(*field);
            let (reads, writes) = (own.reads.of(*field), own.writes.of(*field));
            let meets = |(earlier, other): &&(usize, Subset), own: &[Subset]| {
                !ancestors.contains(*earlier) && own.iter().any(|s| s.meets(other, container))
            };
            let users = seen.fields.entry(*field).or_default();
            let written = users.writes.iter().filter(|user| meets(user, reads) || meets(user, writes));
            let read = users.reads.iter().filter(|user| !writes.is_empty() && meets(user, writes));
            for (earlier, _) in written.chain(read) {
                raced.entry(*earlier).or_insert_with(|| format!("both touch `{}`, one writes it", self.field(*field)));
            }
            // Whatever comes after this step comes after those that it comes after.
            let is_over = |(earlier, s): &(usize, Subset)| ancestors.contains(*earlier) && writes.iter().any(|w| s.within(w));
            if !writes.is_empty() {
                users.writes.retain(|user| !is_over(user));
                users.reads.retain(|user| !is_over(user));
            }
            users.writes.extend(writes.iter().map(|s| (place, s.clone())));
            users.reads.extend(reads.iter().map(|s| (place, s.clone())));
        }
        for scalar in own.uses.union(&own.sets) {
            let users = seen.scalars.entry(*scalar).or_default();
            let sets = own.sets.contains(scalar);
            for (earlier, _) in users.iter().filter(|(earlier, set)| (sets || *set) && !ancestors.contains(*earlier)) {
                let name = &self.graph.scalars[*scalar].name;
                raced.entry(*earlier).or_insert(format!("both name `${name}`, one sets it"));
            }
            if sets {
                users.retain(|(earlier, _)| !ancestors.contains(*earlier));
            }
            users.push((place, sets));
        }
        for field in fields.iter().chain(inside) {
            let Some(slot) = slots.get(field) else { continue };
            let users = seen.slots.entry(*slot).or_default();
            for (earlier, _) in users.iter().filter(|(earlier, other)| other != field && !ancestors.contains(*earlier)) {
                if *earlier != place {
                    raced.entry(*earlier).or_insert(format!("use `{slot}` for different containers"));
                }
            }
            users.retain(|(earlier, other)| other == field || !ancestors.contains(*earlier));
            users.push((place, *field));
        }
        if let Some(last) = seen.observed.filter(|last| !ancestors.contains(*last)) {
            raced.entry(last).or_insert("run one after another, for the host observes one of them".to_string());
        }
        if own.is_observed {
            let first = seen.observed.map_or(0, |last| last + 1);
            for earlier in (first..place).filter(|earlier| !ancestors.contains(*earlier)) {
                raced.entry(earlier).or_insert("run one after another, for the host observes one of them".to_string());
            }
            seen.observed = Some(place);
        }
        raced
    }
}

/// Adds the containers that are allocated in a step, at whatever depth.
fn allocated(node: &Node, to: &mut Vec<FieldId>) {
    for region in node.regions() {
        to.extend(&region.allocs);
        region.graph.node_weights().for_each(|inside| allocated(inside, to));
    }
}

/// What the steps so far have done, as far as later ones may have to come after them.
#[derive(Default)]
struct Seen {
    fields: HashMap<FieldId, Users>,
    /// Steps, and whether they set the scalar.
    scalars: HashMap<ScalarId, Vec<(usize, bool)>>,
    /// Steps with the container that they use.
    slots: HashMap<SlotId, Vec<(usize, FieldId)>>,
    /// The last one that the host observes.
    observed: Option<usize>,
}

/// Steps with what they write and read of a container.
#[derive(Default)]
struct Users {
    writes: Vec<(usize, Subset)>,
    reads: Vec<(usize, Subset)>,
}
