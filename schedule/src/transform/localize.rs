//! Makes a field of the program a temporary.

use super::{Args, Plan, Refusal, Transformation};
use crate::live_range::live_ranges;
use crate::tree::{Node, NodeId, Tree};
use std::collections::{BTreeMap, HashMap, HashSet};
use tradewind_ir::{FieldId, HostStep, Scope};

#[doc = include_str!("localize.md")]
#[derive(Debug)]
pub struct Localize;

const NAME: &str = "localize";

impl Transformation for Localize {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "make a field of the program, which one sequence of loops writes and then reads, a temporary of that sequence"
    }
    fn page(&self) -> &'static str {
        include_str!("localize.md")
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[("temp", "the field; by default every field of the program's own for which this is legal")]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let mut users = Users::default();
        users.visit(tree, tree.root, true);
        let mut legal: BTreeMap<NodeId, Vec<FieldId>> = BTreeMap::new();
        match args.temp {
            Some(field) => {
                let seq =
                    users.sequence(tree, field).map_err(|(message, help)| Refusal::field(NAME, tree, field, message, help))?;
                if !exposed(tree, seq, &[field]).is_empty() {
                    let message = "an element may be read before the sequence has written it";
                    return Err(Refusal::field(NAME, tree, field, message, "write every element before it is read"));
                }
                legal.entry(seq).or_default().push(field);
            }
            None => {
                for (field, _) in tree.fields.iter().filter(|(_, f)| f.scope == Scope::Transient) {
                    if let Ok(seq) = users.sequence(tree, field) {
                        legal.entry(seq).or_default().push(field);
                    }
                }
                for (seq, fields) in &mut legal {
                    let exposed = exposed(tree, *seq, fields);
                    fields.retain(|field| !exposed.contains(field));
                }
            }
        }
        Ok(plan(tree, legal))
    }
}

fn plan(tree: &Tree, legal: BTreeMap<NodeId, Vec<FieldId>>) -> Plan {
    let mut plan = Plan::new(tree);
    for (seq, fields) in legal.into_iter().filter(|(_, fields)| !fields.is_empty()) {
        let mut children = Vec::new();
        for field in fields {
            plan.temporary(field, tree.fields[field].place, false);
            children.push(plan.add(Node::Alloc(field)));
        }
        children.extend(tree.items(&seq));
        plan.change(seq, Node::Seq(children));
    }
    plan
}

/// The fields of which a value may come from before a sequence.
fn exposed(tree: &Tree, seq: NodeId, fields: &[FieldId]) -> Vec<FieldId> {
    let live = live_ranges(tree, tree.items(&seq), fields);
    live.into_iter().filter(|(_, ranges)| ranges.iter().any(|r| r.exposed)).map(|(field, _)| field).collect()
}

/// Who uses each field.
#[derive(Default)]
struct Users {
    /// The sequences whose loop nests do.
    nests: HashMap<FieldId, Vec<NodeId>>,
    /// Whether a step of the host program does, or a nest on a part of the domain.
    host: HashSet<FieldId>,
}

impl Users {
    /// Notes the users below a node; `whole` if positions are those of the program.
    fn visit(&mut self, tree: &Tree, id: NodeId, whole: bool) {
        match &tree.nodes[id] {
            Node::Loop(_) | Node::Leaf(_) => {
                let Some(seq) = tree.parent(id) else { return };
                tree.walk(id, &mut |_, node| {
                    let Node::Leaf(leaf) = node else { return };
                    for touch in leaf.stmts.iter().flat_map(crate::access::accesses_of) {
                        let seqs = self.nests.entry(touch.access.field).or_default();
                        if seqs.last() != Some(&seq) {
                            seqs.push(seq);
                        }
                        if !whole {
                            self.host.insert(touch.access.field);
                        }
                    }
                });
            }
            Node::Host(HostStep::Within { body, .. }) => self.visit(tree, *body, false),
            Node::Host(step) => {
                self.host.extend(step.fields());
                step.bodies().for_each(|body| self.visit(tree, *body, whole));
            }
            node => node.children().for_each(|child| self.visit(tree, child, whole)),
        }
    }

    /// The one sequence whose nests use a field.
    fn sequence(&self, tree: &Tree, field: FieldId) -> Result<NodeId, (&'static str, &'static str)> {
        if tree.fields[field].scope != Scope::Transient {
            return Err(("it is not a field of the program's own", "name a field that the program declares"));
        }
        if self.host.contains(&field) {
            let message = "a step of the program, or a computation on a part of the domain, uses the field";
            return Err((message, "keep the field, or leave out the step"));
        }
        match self.nests.get(&field).map(Vec::as_slice) {
            Some([seq]) => Ok(*seq),
            Some(_) => Err(("loops of several sequences use the field", "keep the field: its values go from one to another")),
            None => Err(("no loop uses the field", "leave out the field")),
        }
    }
}
