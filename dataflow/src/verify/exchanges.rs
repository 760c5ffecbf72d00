//! Checks of the halo updates of a region:
//! - each is a start and a later wait for the same fields, in the same region;
//! - between the two, no step writes the fields or touches their halo.

use super::Checker;
use crate::graph::{Node, Region, Subset};
use crate::memlet::Effects;
use petgraph::stable_graph::NodeIndex;
use std::collections::HashMap;
use tradewind_ir::phase::matched;
use tradewind_ir::{FieldId, HostStep, Phase};

impl Checker<'_> {
    /// Checks the halo updates of a region whose steps have these effects. Its edges are valid.
    pub(super) fn exchanges(&mut self, region: &Region, order: &[NodeIndex], effects: &HashMap<NodeIndex, Effects>) {
        let updates: Vec<_> = order
            .iter()
            .enumerate()
            .filter_map(|(place, n)| match &region.graph[*n] {
                Node::Host(HostStep::Exchange { fields, reach, phase, .. }) => Some((place, (*phase, &fields[..], *reach))),
                _ => None,
            })
            .collect();
        if updates.is_empty() {
            return;
        }
        if updates.iter().any(|(_, (phase, ..))| *phase == Phase::Whole) {
            self.error("a halo update of a graph is a start and a wait");
        }
        let pairs = match matched(updates.iter().map(|(_, update)| *update)) {
            Ok(pairs) => pairs,
            Err(message) => return self.error(message),
        };
        let mut users: HashMap<FieldId, Vec<usize>> = HashMap::new();
        users.extend(updates.iter().flat_map(|(_, (_, fields, _))| *fields).map(|field| (*field, Vec::new())));
        for (place, n) in order.iter().enumerate() {
            for field in effects[n].reads.fields().chain(effects[n].writes.fields()) {
                if let Some(places) = users.get_mut(&field).filter(|places| places.last() != Some(&place)) {
                    places.push(place);
                }
            }
        }
        for (start, wait) in pairs {
            let ((start, _), (wait, (_, fields, _))) = (updates[start], updates[wait]);
            for field in fields {
                let first = users[field].partition_point(|user| *user <= start);
                let between = users[field][first..].iter().take_while(|user| **user < wait).map(|user| order[*user]);
                self.undisturbed(*field, between, effects, order[wait]);
            }
        }
    }

    /// That no step between a start and its wait changes what the update sends, or touches what it fills.
    fn undisturbed(
        &mut self,
        field: FieldId,
        between: impl Iterator<Item = NodeIndex>,
        effects: &HashMap<NodeIndex, Effects>,
        wait: NodeIndex,
    ) {
        let halo = effects[&wait].writes.of(field);
        for n in between {
            let (reads, writes) = (effects[&n].reads.of(field), effects[&n].writes.of(field));
            let meets_halo = |read: &Subset| halo.iter().any(|s| s.meets(read, self.container(field)));
            if !writes.is_empty() || reads.iter().any(meets_halo) {
                let (n, name) = (n.index(), self.field(field));
                self.error(format!("n{n} writes `{name}` or touches its halo while it is exchanged"));
            }
        }
    }
}
