//! Checks of a state:
//! - it has no cycles;
//! - every edge connects an access node with a node of another kind, and its memlet is of the access node's container;
//! - the memlets into and out of a node are exactly what it reads and writes;
//! - two nodes of which one writes a container that the other accesses are connected by a path.

use super::{Around, Checker, Head};
use crate::graph::{Memlet, Node, State};
use crate::memlet::{Effects, code_effects, node_effects};
use petgraph::Direction::{Incoming, Outgoing};
use petgraph::stable_graph::NodeIndex;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use tradewind_ir::FieldId;
use tradewind_ir::ids::BitSet;

impl Checker<'_> {
    /// Checks a state and returns its effects.
    pub(super) fn state(&mut self, state: &State, around: &Around) -> Effects {
        let order = state.order();
        if order.len() != state.graph.node_count() {
            self.error("the state has a cycle");
            return Effects::default();
        }
        self.edges(state);
        let mut effects: HashMap<NodeIndex, Effects> = HashMap::new();
        let mut all = Effects::default();
        for n in &order {
            let own = self.inside(format!("n{}", n.index()), |c| {
                let own = c.node(&state.graph[*n], around);
                c.memlets(state, *n, &own);
                own
            });
            all.add(own.clone());
            effects.insert(*n, own);
        }
        self.races(state, &order, &effects);
        all
    }

    fn edges(&mut self, state: &State) {
        for e in state.graph.edge_indices() {
            let Some((from, to)) = state.graph.edge_endpoints(e) else { continue };
            let field = state.graph[e].field;
            let fits = |n: NodeIndex| match state.graph[n] {
                Node::Access(f) => Some(f == field),
                _ => None,
            };
            let edge = format!("the edge n{} -> n{}", from.index(), to.index());
            match (fits(from), fits(to)) {
                (Some(true), None) | (None, Some(true)) => {}
                (Some(false), None) | (None, Some(false)) => self.error(format!("{edge} moves another container than its end")),
                _ => self.error(format!("{edge} does not join an access node to another node")),
            }
        }
    }

    fn memlets(&mut self, state: &State, n: NodeIndex, effects: &Effects) {
        if matches!(state.graph[n], Node::Access(_)) {
            return;
        }
        for (direction, subsets, verb) in [(Incoming, &effects.reads, "reads"), (Outgoing, &effects.writes, "writes")] {
            let said: Vec<&Memlet> = state.graph.edges_directed(n, direction).map(|e| e.weight()).collect();
            let done: Vec<Memlet> = subsets.memlets().collect();
            let said_set: HashSet<&Memlet> = said.iter().copied().collect();
            for memlet in done.iter().filter(|m| !said_set.contains(m)) {
                self.error(format!("the node {verb} `{}{}`, but no edge shows this", self.field(memlet.field), memlet.subset));
            }
            let done_set: HashSet<&Memlet> = done.iter().collect();
            for memlet in said_set.difference(&done_set) {
                self.error(format!("an edge says that the node {verb} `{}{}`", self.field(memlet.field), memlet.subset));
            }
            if said.len() > said_set.len() {
                self.error("two edges of the node move the same");
            }
        }
    }

    /// Checks a node and returns its effects.
    fn node(&mut self, node: &Node, around: &Around) -> Effects {
        match node {
            Node::Access(_) => return Effects::default(),
            Node::Tasklet { label, code } => {
                self.inside(format!("tasklet `{label}`"), |c| c.code(code, around));
                return code_effects(code, &self.graph.fields);
            }
            Node::Map(map) => {
                let head = Head { axis: map.axis, range: &map.range, blocking: map.blocking, kind: Some(map.kind) };
                return self.inside(format!("map over {}", map.axis), |c| c.over(head, &map.body, around));
            }
            Node::Copy { to: a, from: b } | Node::Swap { a, b } => {
                self.whole(&[*a, *b]);
                self.same_shape(*a, *b);
            }
            Node::Callback { fields, scalars, .. } => {
                self.whole(fields);
                scalars.iter().for_each(|s| self.uniform(s, s.dtype));
            }
            Node::Exchange { fields, .. } => self.whole(fields),
        }
        if !around.is_host() {
            self.error("a node of the host program is inside a loop over an axis");
        }
        node_effects(node, &self.graph.fields)
    }

    fn races(&mut self, state: &State, order: &[NodeIndex], effects: &HashMap<NodeIndex, Effects>) {
        let work: Vec<NodeIndex> = order.iter().copied().filter(|n| !matches!(state.graph[*n], Node::Access(_))).collect();
        let places: HashMap<NodeIndex, usize> = work.iter().enumerate().map(|(place, n)| (*n, place)).collect();
        let mut before: Vec<BitSet> = Vec::with_capacity(work.len());
        // For each container the node that wrote it last and those that have touched it since: what comes after them comes after
        // all earlier ones.
        let mut seen: HashMap<FieldId, (Option<usize>, Vec<usize>)> = HashMap::new();
        for (place, n) in work.iter().enumerate() {
            let mut ancestors = BitSet::default();
            let inputs = state.graph.neighbors_directed(*n, Incoming).flat_map(|a| state.graph.neighbors_directed(a, Incoming));
            for earlier in inputs.map(|p| places[&p]) {
                ancestors.extend(&before[earlier]);
                ancestors.insert(earlier);
            }
            let own = &effects[n];
            let written: BTreeSet<FieldId> = own.writes.fields().collect();
            let mut raced: BTreeMap<usize, FieldId> = BTreeMap::new();
            for field in own.reads.fields().chain(written.iter().copied()).collect::<BTreeSet<FieldId>>() {
                let (writer, touchers) = seen.entry(field).or_default();
                let is_written = written.contains(&field);
                let others = writer.iter().chain(touchers.iter().filter(|_| is_written));
                for earlier in others.filter(|earlier| !ancestors.contains(**earlier)) {
                    raced.entry(*earlier).or_insert(field);
                }
                if is_written {
                    (*writer, *touchers) = (Some(place), Vec::new());
                } else {
                    touchers.push(place);
                }
            }
            for (earlier, field) in raced {
                let (field, a, b) = (self.field(field), work[earlier].index(), n.index());
                self.error(format!("n{a} and n{b} both touch `{field}`, one writes it, and nothing orders them"));
            }
            before.push(ancestors);
        }
    }
}
