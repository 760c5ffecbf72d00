//! Allocates a temporary where it is needed, with fewer axes.

use super::{Args, Cause, Plan, Refusal, Transformation};
use crate::dependence::{Site, Sites};
use crate::tree::{Loop, Node, NodeId, Tree};
use std::collections::HashMap;
use tradewind_ir::{Axes, FieldId, IdVec, Place};

/// ```text
/// before                                   after
/// temp %t: field<f64, IJK> heap            temp %t: field<f64, IJK> row
/// alloc %t                                 for k in [start, end) any {
/// for k in [start, end) any {                for j in [start, end) any {
///   for j in [start, end) any { A }            alloc %t
/// }                                            A
///                                            }
///                                          }
/// ```
/// Moves a temporary's allocation into a loop below it: every iteration makes its own, with one element along the axes of the
/// loops that are now around it.
///
/// Legal when all accesses lie below the loop, and between the old place and the new one there are only loops along which the
/// temporary is accessed at the current point: no value goes from one iteration to another. A temporary with data dimensions
/// keeps an axis, for a register has no components to choose from.
#[derive(Debug)]
pub struct StoreAt;

const NAME: &str = "store_at";

impl Transformation for StoreAt {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "allocate a temporary inside a loop, without the axes of the loops around it: as a plane, slab, row or register"
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("temp", "the temporary; by default every one"),
            ("at", "the loop whose body allocates it; by default as far inside as possible"),
        ]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let uses = Uses::of(tree);
        let Some(field) = args.temp else {
            let moves = uses.allocs.keys().filter_map(|field| uses.deepest(*field));
            return Ok(moved(tree, moves.collect()));
        };
        let shape = |message: &str, help| Refusal::shape(NAME, tree, args.at.unwrap_or(tree.root), message, help);
        if !uses.allocs.contains_key(&field) {
            return Err(shape("the tree allocates no such temporary", "name a temporary that the tree allocates"));
        }
        let Some(at) = args.at else { return Ok(moved(tree, uses.deepest(field).into_iter().collect())) };
        let Some(target) = tree.as_loop(at) else { return Err(shape("this is not a loop", "name a loop with `at`")) };
        let mut way = uses.way(field);
        while way.seq != target.body {
            way.descend()?;
        }
        Ok(moved(tree, vec![way.end()]))
    }
}

/// Where temporaries are made and used.
struct Uses<'t> {
    tree: &'t Tree,
    parents: IdVec<NodeId, Option<NodeId>>,
    /// For each temporary its allocation.
    allocs: HashMap<FieldId, NodeId>,
    /// For each temporary the nodes around all its uses, innermost first.
    around: HashMap<FieldId, Vec<NodeId>>,
    sites: Sites,
}

impl<'t> Uses<'t> {
    fn of(tree: &'t Tree) -> Uses<'t> {
        let sites = Sites::below(tree, tree.root, [None; 3]);
        let mut uses = Uses { tree, parents: tree.parents(), allocs: HashMap::new(), around: HashMap::new(), sites };
        tree.walk(tree.root, &mut |id, node| match node {
            Node::Alloc(field) => {
                uses.allocs.insert(*field, id);
            }
            Node::Leaf(leaf) => {
                for touch in leaf.stmts.iter().flat_map(crate::access::accesses_of) {
                    uses.narrow(touch.access.field, id);
                }
            }
            _ => {}
        });
        uses
    }

    /// Keeps those nodes around a temporary's uses that are around a further leaf too.
    fn narrow(&mut self, field: FieldId, leaf: NodeId) {
        let Uses { parents, around, .. } = self;
        let up = || std::iter::successors(parents[leaf], |id| parents[*id]);
        match around.get_mut(&field) {
            None => {
                around.insert(field, up().collect());
            }
            Some(known) if known.first() == parents[leaf].as_ref() => {}
            Some(known) => {
                let common = up().find_map(|id| known.iter().position(|k| *k == id)).unwrap_or(known.len());
                known.drain(..common);
            }
        }
    }

    /// A temporary's way down from where it is made to all its uses.
    fn way(&self, field: FieldId) -> Way<'_> {
        let (tree, alloc) = (self.tree, self.allocs.get(&field).copied());
        let seq = alloc.and_then(|id| self.parents[id]).unwrap_or(tree.root);
        let around = self.around.get(&field).map_or(&[][..], Vec::as_slice);
        let place = around.iter().position(|id| *id == seq).unwrap_or(0);
        let keep = tree.fields[field].place.keep;
        Way { tree, field, alloc, start: seq, seq, below: &around[..place], sites: self.sites.of(field), keep }
    }

    /// How a temporary gets as far inside as it can.
    fn deepest(&self, field: FieldId) -> Option<Move> {
        let mut way = self.way(field);
        while way.descend().is_ok() {}
        (way.seq != way.start).then(|| way.end())
    }
}

/// The way of an allocation down the tree.
struct Way<'t> {
    tree: &'t Tree,
    field: FieldId,
    alloc: Option<NodeId>,
    start: NodeId,
    /// The sequence that the allocation has come to.
    seq: NodeId,
    /// The nodes from there down to all uses, innermost first.
    below: &'t [NodeId],
    sites: &'t [Site],
    keep: Axes,
}

/// A temporary's allocation in another sequence.
struct Move {
    field: FieldId,
    alloc: Option<NodeId>,
    from: NodeId,
    to: NodeId,
    keep: Axes,
}

impl Way<'_> {
    /// Goes into the next loop.
    fn descend(&mut self) -> Result<(), Refusal> {
        let name = &self.tree.fields[self.field].name;
        let refuse = |at, message: String, help| Err(Refusal::shape(NAME, self.tree, at, message, help));
        let Some((next, rest)) = self.below.split_last() else {
            let message = format!("several nodes of one sequence use `{name}`");
            return refuse(self.seq, message, "fuse them first, or choose an outer loop");
        };
        let Some(Loop { axis, body, .. }) = self.tree.as_loop(*next) else {
            return refuse(*next, format!("a host loop or branch uses `{name}`"), "choose an outer loop");
        };
        if !self.keep.has(*axis) {
            let message = format!("`{name}` has no axis {axis}, so all iterations share its elements");
            return refuse(*next, message, "choose an outer loop");
        }
        if let Some(far) = self.sites.iter().find(|s| s.offset[axis.index()] != Some(0)) {
            let message = format!("`{name}` is accessed at another point along {axis}");
            let cause = Cause::Shape { message, span: far.span };
            return Err(Refusal { transformation: NAME, cause, help: "choose an outer loop" });
        }
        let keep = self.keep.without(*axis);
        if keep == Axes::NONE && self.tree.fields[self.field].components() > 1 {
            let message = format!("`{name}` has data dimensions and cannot be a register");
            return refuse(*next, message, "choose an outer loop");
        }
        self.keep = keep;
        self.seq = *body;
        self.below = rest.strip_suffix(&[*body]).unwrap_or(rest);
        Ok(())
    }

    fn end(&self) -> Move {
        Move { field: self.field, alloc: self.alloc, from: self.start, to: self.seq, keep: self.keep }
    }
}

/// The edit that makes all moves, the allocations in front of each sequence in the order of the temporaries.
fn moved(tree: &Tree, mut moves: Vec<Move>) -> Plan {
    moves.sort_by_key(|m| m.field);
    let mut plan = Plan::new(tree);
    let mut gone: Vec<NodeId> = Vec::new();
    let mut made: HashMap<NodeId, Vec<NodeId>> = HashMap::new();
    for m in moves.iter().filter(|m| m.from != m.to) {
        plan.place(m.field, Place::whole(m.keep));
        gone.extend(m.alloc);
        made.entry(m.to).or_default().extend(m.alloc);
        made.entry(m.from).or_default();
    }
    let gone: std::collections::HashSet<NodeId> = gone.into_iter().collect();
    for (seq, new) in made {
        let rest = tree.items(&seq).iter().filter(|id| !gone.contains(id));
        plan.change(seq, Node::Seq(new.iter().chain(rest).copied().collect()));
    }
    plan
}
