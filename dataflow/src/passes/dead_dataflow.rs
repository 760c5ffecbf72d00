//! Removes what nothing reads.

use crate::code::{Carried, Code, Inst, Op, ValueId};
use crate::connect::rebuild;
use crate::graph::{Control, Graph, Node, Region};
use std::collections::HashSet;
use tradewind_ir::pass::Pass;
use tradewind_ir::{Diagnostic, FieldId, Scope};

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
        let root = std::mem::take(&mut graph.root);
        graph.root = rebuild(root, &graph.fields, &mut |node| {
            let (kept, removed) = without_dead(node, &live);
            changes += removed;
            kept
        });
        Ok(changes)
    }
}

/// The containers whose contents can reach an argument, a callback or the host.
fn live_containers(graph: &Graph) -> HashSet<FieldId> {
    let mut nodes = Vec::new();
    region_nodes(&graph.root, &mut nodes);
    let arguments = graph.fields.iter().filter(|(_, c)| c.scope == Scope::Argument).map(|(id, _)| id);
    let mut live: HashSet<FieldId> = arguments.collect();
    let mut known = 0;
    while known < live.len() {
        known = live.len();
        for node in &nodes {
            match node {
                Node::Tasklet { code, .. } => live.extend(Uses::of(code, &live).loads),
                Node::Copy { to, from } if live.contains(to) => live.extend([*from]),
                Node::Swap { a, b } if live.contains(a) || live.contains(b) => live.extend([*a, *b]),
                Node::Callback { fields, .. } => live.extend(fields),
                _ => {}
            }
        }
    }
    live
}

/// The nodes of a region and all regions inside it, but for access nodes and maps.
fn region_nodes<'g>(region: &'g Region, nodes: &mut Vec<&'g Node>) {
    for item in &region.items {
        match item {
            Control::State(state) => state.graph.node_weights().for_each(|node| match node {
                Node::Access(_) => {}
                Node::Map(map) => region_nodes(&map.body, nodes),
                other => nodes.push(other),
            }),
            Control::Sequential(l) => region_nodes(&l.body, nodes),
            Control::For { body, .. } | Control::While { body, .. } => region_nodes(body, nodes),
            Control::Branch { then, otherwise, .. } => {
                region_nodes(then, nodes);
                region_nodes(otherwise, nodes);
            }
            Control::Let { .. } => {}
        }
    }
}

/// The node without its dead parts, and how many were removed.
fn without_dead(node: Node, live: &HashSet<FieldId>) -> (Option<Node>, usize) {
    let is_live = |f: &FieldId| live.contains(f);
    match node {
        Node::Tasklet { label, mut code } => {
            let used = Uses::of(&code, live).values;
            let body = std::mem::take(&mut code.body);
            let mut removed = 0;
            code.body = kept(body, &used, live, &mut removed);
            let node = (!code.body.is_empty()).then(|| Node::Tasklet { label, code: code.compacted() });
            (node, removed)
        }
        Node::Exchange { fields, width } => {
            let count = fields.len();
            let fields: Vec<FieldId> = fields.into_iter().filter(is_live).collect();
            let removed = count - fields.len();
            ((!fields.is_empty()).then_some(Node::Exchange { fields, width }), removed)
        }
        Node::Copy { to, .. } if !is_live(&to) => (None, 1),
        Node::Swap { a, b } if !is_live(&a) && !is_live(&b) => (None, 1),
        other => (Some(other), 0),
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
    fn of(code: &Code, live: &HashSet<FieldId>) -> Uses {
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
                Inst::Store { field, k, value, predicate } if live.contains(field) => {
                    self.values.extend(k.value().into_iter().chain([*value]).chain(*predicate));
                }
                Inst::While { carried, head, condition, body } => {
                    let results: Vec<&Carried> = carried.iter().filter(|c| self.values.contains(&c.param)).collect();
                    if !results.is_empty() || stores_live(body, live) {
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

fn stores_live(insts: &[Inst], live: &HashSet<FieldId>) -> bool {
    let mut any = false;
    insts.iter().for_each(|inst| inst.walk(&mut |i| any |= matches!(i, Inst::Store { field, .. } if live.contains(field))));
    any
}
