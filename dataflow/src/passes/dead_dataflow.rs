//! Removes what nothing reads.

use crate::code::{Carried, Inst, Op, TaskletCode, ValueId};
use crate::connect::{Edit, edit};
use crate::graph::{Graph, Node};
use crate::memlet::node_effects;
use std::collections::{BTreeSet, HashMap, HashSet};
use tradewind_ir::pass::Pass;
use tradewind_ir::{Diagnostic, FieldId, HostStep, Scope};

/// The pass `dead-dataflow`.
///
/// ```text
/// before                      after
/// v0 = %a[0,0,0]              v0 = %a[0,0,0]
/// v1 = v0 + v0                store %out[0] = v0
/// store %t[0] = v1
/// store %out[0] = v0
/// ```
pub struct DeadDataflow;

impl Pass<Graph> for DeadDataflow {
    fn name(&self) -> &'static str {
        "dead-dataflow"
    }
    fn doc(&self) -> &'static str {
        "remove values, stores, tasklets, maps and temporaries whose results nothing reads"
    }
    fn run(&self, graph: &mut Graph) -> Result<usize, Vec<Diagnostic>> {
        let live = live_containers(graph);
        let mut changes = 0;
        edit(graph, &mut |node, fields| {
            let before = node_effects(node, fields);
            let removed = remove_dead(node, &live);
            changes += removed;
            match removed {
                0 => Edit::Nothing,
                _ if is_empty(node) => Edit::Gone,
                _ if before == node_effects(node, fields) => Edit::Inside,
                _ => Edit::Effects,
            }
        });
        Ok(changes)
    }
}

/// The containers whose contents can reach an argument, a callback or the host.
fn live_containers(graph: &Graph) -> HashSet<FieldId> {
    let mut nodes: Vec<&Node> = Vec::new();
    graph.root.walk(&mut |region| nodes.extend(region.graph.node_weights()));
    let mut writers: HashMap<FieldId, Vec<usize>> = HashMap::new();
    for (n, node) in nodes.iter().enumerate() {
        written(node).for_each(|field| writers.entry(field).or_default().push(n));
    }
    let arguments = graph.fields.iter().filter(|(_, c)| c.scope == Scope::Argument).map(|(id, _)| id);
    let mut live: HashSet<FieldId> = arguments.collect();
    // From the last node back, so that what reads a container is mostly seen before what writes it; again those that write what
    // has become live since.
    let mut waiting: BTreeSet<usize> = (0..nodes.len()).collect();
    while let Some(n) = waiting.pop_last() {
        for field in needed(nodes[n], &live) {
            if live.insert(field) {
                waiting.extend(writers.get(&field).into_iter().flatten());
            }
        }
    }
    live
}

/// The containers whose contents a node uses for what is live.
fn needed(node: &Node, live: &HashSet<FieldId>) -> Vec<FieldId> {
    match node {
        Node::Tasklet { code, .. } => Uses::of(code, live).loads.into_iter().collect(),
        Node::Host(HostStep::Copy { to, from }) if live.contains(to) => vec![*from],
        Node::Host(HostStep::Swap { a, b }) if live.contains(a) || live.contains(b) => vec![*a, *b],
        Node::Host(HostStep::Callback { fields, .. }) => fields.clone(),
        _ => Vec::new(),
    }
}

/// The containers that a node itself writes; some of them several times.
fn written(node: &Node) -> impl Iterator<Item = FieldId> {
    let mut fields = Vec::new();
    match node {
        Node::Tasklet { code, .. } => code.walk(&mut |inst| {
            if let Inst::Store { field, .. } = inst {
                fields.push(*field);
            }
        }),
        Node::Host(HostStep::Copy { to, .. }) | Node::Zero(to) => fields.push(*to),
        Node::Host(step) => fields = step.fields(),
        Node::Map(_) | Node::Loop(_) => {}
    }
    fields.into_iter()
}

/// Removes the dead parts of a node and says how many there were.
fn remove_dead(node: &mut Node, live: &HashSet<FieldId>) -> usize {
    match node {
        Node::Tasklet { code, .. } => {
            let used = Uses::of(code, live).values;
            let mut removed = 0;
            code.body = kept(std::mem::take(&mut code.body), &used, live, &mut removed);
            if removed > 0 {
                *code = code.compacted();
            }
            removed
        }
        Node::Host(HostStep::Exchange { fields, .. }) => {
            let count = fields.len();
            fields.retain(|f| live.contains(f));
            count - fields.len()
        }
        Node::Host(HostStep::Copy { to, .. }) | Node::Zero(to) => usize::from(!live.contains(to)),
        Node::Host(HostStep::Swap { a, b }) => usize::from(!live.contains(a) && !live.contains(b)),
        Node::Map(_) | Node::Loop(_) | Node::Host(_) => 0,
    }
}

/// Whether a node that lost something has nothing left to do.
fn is_empty(node: &Node) -> bool {
    match node {
        Node::Tasklet { code, .. } => code.body.is_empty(),
        Node::Host(HostStep::Exchange { fields, .. }) => fields.is_empty(),
        Node::Host(HostStep::Copy { .. } | HostStep::Swap { .. }) | Node::Zero(_) => true,
        Node::Map(_) | Node::Loop(_) | Node::Host(_) => false,
    }
}

fn kept(insts: Vec<Inst>, used: &HashSet<ValueId>, live: &HashSet<FieldId>, removed: &mut usize) -> Vec<Inst> {
    let count = insts.len();
    let kept: Vec<Inst> = insts
        .into_iter()
        .filter(|inst| is_kept(inst, used, live))
        .map(|inst| match inst {
            Inst::While { mut carried, head, condition, body } => {
                carried.retain(|c| used.contains(&c.param));
                let (head, body) = (kept(head, used, live, removed), kept(body, used, live, removed));
                Inst::While { carried, head, condition, body }
            }
            other => other,
        })
        .collect();
    *removed += count - kept.len();
    kept
}

fn is_kept(inst: &Inst, used: &HashSet<ValueId>, live: &HashSet<FieldId>) -> bool {
    match inst {
        Inst::Let(v, _) => used.contains(v),
        Inst::Store { field, .. } => live.contains(field),
        Inst::Check { .. } => true,
        Inst::While { condition, .. } => used.contains(condition),
    }
}

/// What the live results of code come from.
#[derive(Default)]
struct Uses {
    values: HashSet<ValueId>,
    loads: HashSet<FieldId>,
}

impl Uses {
    fn of(code: &TaskletCode, live: &HashSet<FieldId>) -> Uses {
        let mut uses = Uses::default();
        let mut known = usize::MAX;
        // Once for straight lines; again while what loops carry backward is still found.
        while known != uses.values.len() {
            known = uses.values.len();
            uses.body(&code.body, live);
        }
        uses
    }

    /// Goes through instructions from the last to the first.
    fn body(&mut self, insts: &[Inst], live: &HashSet<FieldId>) {
        for inst in insts.iter().rev() {
            match inst {
                Inst::Let(v, op) if self.values.contains(v) => {
                    self.values.extend(op.operands());
                    self.loads.extend(if let Op::Load { field, .. } = op { Some(*field) } else { None });
                }
                Inst::Store { field, .. } if live.contains(field) => self.values.extend(inst.operands()),
                Inst::Check { .. } => self.values.extend(inst.operands()),
                Inst::While { carried, head, condition, body } => {
                    let results: Vec<&Carried> = carried.iter().filter(|c| self.values.contains(&c.param)).collect();
                    if !results.is_empty() || acts(body, live) || acts(head, live) {
                        self.values.extend(results.into_iter().flat_map(|c| [c.init, c.next]));
                        self.values.insert(*condition);
                        self.body(body, live);
                        self.body(head, live);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether instructions store to what is live, or check anything.
fn acts(insts: &[Inst], live: &HashSet<FieldId>) -> bool {
    let acts = |inst: &Inst| match inst {
        Inst::Store { field, .. } => live.contains(field),
        Inst::Check { .. } => true,
        _ => false,
    };
    let mut any = false;
    insts.iter().for_each(|inst| inst.walk(&mut |i| any |= acts(i)));
    any
}
