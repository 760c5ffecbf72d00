//! What a schedule does and why: for people and tools that ask why two loops were not fused, or where a temporary is stored.
//!
//! All answers come from the tree as it is: the transformations' own refusals, the cost model's predictions for the tree and for the
//! change that was not made, and the analysis of storage.

pub use crate::reason::Reason;

use crate::access::accesses_of;
use crate::choose;
use crate::cost::Target;
use crate::cost::predict::{Estimate, Predictor, Whole};
use crate::dependence::{Dependence, Sites, carried};
use crate::storage::{Obstacle, Uses};
use crate::tree::{Loop, LoopKind, Node, NodeId, Tree};
use std::collections::{BTreeMap, HashMap, HashSet};
use tradewind_ir::{Axis, FieldId, HostStep, Scope, Span};

/// A schedule explained.
#[derive(Debug)]
pub struct Report {
    /// The program as lifted, and as scheduled.
    pub before: Total,
    pub after: Total,
    /// In program order.
    pub nests: Vec<Nest>,
    pub pairs: Vec<Pair>,
    pub temporaries: Vec<Stored>,
}

/// All nests of a program, each run once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Total {
    pub nests: usize,
    pub estimate: Estimate,
}

/// A loop nest.
#[derive(Debug)]
pub struct Nest {
    /// The calls inside, numbered, joined by `+`.
    pub label: String,
    /// The first statement.
    pub span: Span,
    pub estimate: Estimate,
    /// Containers that one statement inside writes and a later one reads: these two were fused.
    pub fused: Vec<String>,
    /// Outermost first; loops side by side follow each other.
    pub loops: Vec<LoopNote>,
}

/// A loop, and why it runs as it does.
#[derive(Debug)]
pub struct LoopNote {
    /// How many loops are around it.
    pub depth: usize,
    /// As the tree prints it: `for j in [start, end) forward`.
    pub head: String,
    pub why: String,
}

/// A producer and a consumer in different nests.
#[derive(Debug)]
pub struct Pair {
    /// The containers that go from the one to the other.
    pub containers: Vec<String>,
    /// Label and first statement of each nest.
    pub producer: (String, Span),
    pub consumer: (String, Span),
    pub reason: Reason,
}

/// Where a temporary is stored.
#[derive(Debug)]
pub struct Stored {
    pub name: String,
    pub span: Span,
    /// `register`, `row`, `plane last 2 along j`, `heap` …
    pub place: String,
    /// Why it is not stored closer; nothing for a register.
    pub why: Option<String>,
}

/// Explains a scheduled tree, which the program `lifted` has become for `target`.
pub fn explain(lifted: &Tree, tree: &Tree, target: &Target) -> Report {
    let found = nests(tree);
    let predictor = Predictor { tree, target, whole: &Whole::of(tree, target) };
    let notes = found.iter().map(|(id, _)| nest(tree, *id, &predictor)).collect();
    Report {
        before: total(lifted, target),
        after: total(tree, target),
        nests: notes,
        pairs: pairs(tree, &found, target),
        temporaries: temporaries(tree),
    }
}

/// How many nests a tree has, and how many of these compute something of several calls.
pub fn count(tree: &Tree) -> (usize, usize) {
    let found = nests(tree);
    let several = found.iter().filter(|(id, _)| name(tree, *id).0.contains('+')).count();
    (found.len(), several)
}

/// The nests of a tree in program order, each with the sequence in which it stands.
fn nests(tree: &Tree) -> Vec<(NodeId, NodeId)> {
    let mut found = Vec::new();
    collect(tree, tree.root, &mut found);
    found
}

fn collect(tree: &Tree, id: NodeId, found: &mut Vec<(NodeId, NodeId)>) {
    match &tree.nodes[id] {
        Node::Loop(_) | Node::Leaf(_) => found.push((id, tree.parent(id).unwrap_or(tree.root))),
        node => node.children().for_each(|child| collect(tree, child, found)),
    }
}

/// What one round of the loops of a program is predicted to take; all of it, if it has no loops. Of a branch, the side counts that takes
/// longer.
pub fn round(tree: &Tree, target: &Target) -> Estimate {
    let predictor = Predictor { tree, target, whole: &Whole::of(tree, target) };
    let (inside, outside) = rounds(tree, tree.root, &predictor);
    if inside.ns() > 0.0 { inside } else { outside }
}

/// What is inside the loops of the host program below a node, and what is outside.
fn rounds(tree: &Tree, id: NodeId, predictor: &Predictor<'_>) -> (Estimate, Estimate) {
    let below = |id: &NodeId| rounds(tree, *id, predictor);
    let plus = |a: (Estimate, Estimate), b: (Estimate, Estimate)| (a.0.plus(b.0), a.1.plus(b.1));
    let nothing = <(Estimate, Estimate)>::default();
    match &tree.nodes[id] {
        Node::Loop(_) | Node::Leaf(_) => (Estimate::default(), predictor.nest(id)),
        Node::Host(HostStep::For { body, .. } | HostStep::While { body, .. }) => {
            let (inside, outside) = below(body);
            (inside.plus(outside), Estimate::default())
        }
        Node::Host(HostStep::Branch { then, otherwise, .. }) => {
            let (then, otherwise) = (below(then), below(otherwise));
            let longer = |a: Estimate, b: Estimate| if a.ns() < b.ns() { b } else { a };
            (longer(then.0, otherwise.0), longer(then.1, otherwise.1))
        }
        node => node.children().fold(nothing, |sum, child| plus(sum, below(&child))),
    }
}

fn total(tree: &Tree, target: &Target) -> Total {
    let (found, predictor) = (nests(tree), Predictor { tree, target, whole: &Whole::of(tree, target) });
    let estimate = found.iter().fold(Estimate::default(), |sum, (id, _)| sum.plus(predictor.nest(*id)));
    Total { nests: found.len(), estimate }
}

fn nest(tree: &Tree, id: NodeId, predictor: &Predictor<'_>) -> Nest {
    let (label, span) = name(tree, id);
    let mut loops = Vec::new();
    note_loops(tree, id, 0, &mut loops);
    Nest { label, span, estimate: predictor.nest(id), fused: fused(tree, id), loops }
}

/// The labels of the leaves below a node, and the first statement.
fn name(tree: &Tree, id: NodeId) -> (String, Span) {
    let (mut labels, mut span): (Vec<String>, _) = (Vec::new(), Span::NONE);
    tree.walk(id, &mut |_, node| {
        let Node::Leaf(leaf) = node else { return };
        for label in leaf.label.split('+') {
            if !labels.iter().any(|known| known == label) {
                labels.push(label.to_string());
            }
        }
        if span.is_none() {
            span = leaf.stmts.first().map_or(leaf.span, |stmt| stmt.span);
        }
    });
    (labels.join("+"), span)
}

/// The containers that one statement of a nest writes and another one reads.
fn fused(tree: &Tree, id: NodeId) -> Vec<String> {
    let (mut written, mut found): (HashSet<FieldId>, Vec<FieldId>) = Default::default();
    tree.walk(id, &mut |_, node| {
        let Node::Leaf(leaf) = node else { return };
        for touch in leaf.stmts.iter().flat_map(accesses_of) {
            let field = touch.access.field;
            if touch.write {
                written.insert(field);
            } else if written.contains(&field) && !found.contains(&field) {
                found.push(field);
            }
        }
    });
    found.into_iter().map(|field| tree.fields[field].name.clone()).collect()
}

fn note_loops(tree: &Tree, id: NodeId, depth: usize, notes: &mut Vec<LoopNote>) {
    let inner = match &tree.nodes[id] {
        Node::Loop(l) => {
            notes.push(LoopNote { depth, head: crate::text::loop_head(tree, l), why: why(tree, id, l) });
            depth + 1
        }
        _ => depth,
    };
    tree.nodes[id].children().for_each(|child| note_loops(tree, child, inner, notes));
}

/// Why a loop runs as it does.
fn why(tree: &Tree, id: NodeId, l: &Loop) -> String {
    let around = tree.loops_around(id);
    match l.kind {
        _ if l.blocking.shift().is_some() => "runs where the range of its statements has the shifted point".to_string(),
        LoopKind::Parallel => "no iteration reads or overwrites what another one writes".to_string(),
        LoopKind::Vector => "several points at a time: innermost, and its iterations are independent".to_string(),
        LoopKind::Any if around.iter().any(|outer| tree.loop_kind(*outer) == LoopKind::Parallel) => {
            "independent iterations, inside a parallel loop".to_string()
        }
        LoopKind::Any => "independent iterations, too few or too small to share among threads".to_string(),
        LoopKind::Forward | LoopKind::Backward => {
            let sites = Sites::below(tree, id, &around);
            carried(tree, id, &sites, &around)
                .map_or("keeps the order in which it was written".to_string(), |d| chain(tree, &d))
        }
    }
}

fn chain(tree: &Tree, d: &Dependence) -> String {
    let field = tree.fields.get(d.field).map_or("?", |f| f.name.as_str());
    format!("an iteration uses `{field}` of another one: a statement {}", d.kind.describe())
}

/// Producers and consumers in different nests, each pair once.
fn pairs(tree: &Tree, found: &[(NodeId, NodeId)], target: &Target) -> Vec<Pair> {
    let mut writers: HashMap<FieldId, (NodeId, NodeId)> = HashMap::new();
    let mut between: BTreeMap<(usize, usize), Vec<FieldId>> = BTreeMap::new();
    let place: HashMap<NodeId, usize> = found.iter().enumerate().map(|(n, (id, _))| (*id, n)).collect();
    for (n, (id, seq)) in found.iter().enumerate() {
        let sites = Sites::below(tree, *id, &tree.loops_around(*id));
        let mut fields: Vec<(FieldId, bool, bool)> =
            sites.fields().map(|(f, s)| (f, s.iter().any(|s| !s.write), s.iter().any(|s| s.write))).collect();
        fields.sort_unstable();
        for (field, read, written) in fields {
            if let Some((writer, _)) = writers.get(&field).filter(|_| read) {
                between.entry((place[writer], n)).or_default().push(field);
            }
            if written {
                writers.insert(field, (*id, *seq));
            }
        }
    }
    let asked: Vec<(NodeId, NodeId)> = between.keys().map(|(a, b)| (found[*a].0, found[*b].0)).collect();
    let reasons = choose::reasons(tree, target, &asked);
    let pair = |(((a, b), fields), reason): (((usize, usize), Vec<FieldId>), Reason)| Pair {
        containers: fields.into_iter().map(|f| tree.fields[f].name.clone()).collect(),
        producer: name(tree, found[a].0),
        consumer: name(tree, found[b].0),
        reason,
    };
    between.into_iter().zip(reasons).map(pair).collect()
}

fn temporaries(tree: &Tree) -> Vec<Stored> {
    let uses = Uses::below(tree, tree.root);
    let stored = |(id, field): (FieldId, &tradewind_ir::Container)| {
        let why = (!field.place.is_register()).then(|| obstacle(tree, &uses, id));
        Stored { name: field.name.clone(), span: field.span, place: field.place.to_string(), why }
    };
    tree.fields.iter().filter(|(id, f)| f.scope == Scope::Temporary && !uses.sites(*id).is_empty()).map(stored).collect()
}

/// What keeps a temporary from moving further inside.
fn obstacle(tree: &Tree, uses: &Uses<'_>, field: FieldId) -> String {
    let mut descent = uses.descent(field);
    loop {
        match descent.descend() {
            Ok(()) => {}
            Err(Obstacle::Node(at, message, _)) => {
                let axis = tree.as_loop(at).map(|l| l.axis);
                return if axis == Some(Axis::I) { format!("{message}, so its row stays") } else { message };
            }
            Err(Obstacle::Access(_, message, _)) => return message,
        }
    }
}
