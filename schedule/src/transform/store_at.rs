//! Allocates a temporary where it is needed, with fewer axes.

use super::{Args, Cause, Plan, Refusal, Transformation};
use crate::storage::{Descent, Obstacle, Uses};
use crate::tree::{Node, NodeId, Tree};
use std::collections::{BTreeMap, HashSet};

#[doc = include_str!("store_at.md")]
#[derive(Debug)]
pub struct StoreAt;

const NAME: &str = "store_at";

impl Transformation for StoreAt {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "allocate a temporary inside a loop, without the axes of the loops around it: as a plane, slab, row, register, or its last rows"
    }
    fn page(&self) -> &'static str {
        include_str!("store_at.md")
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("temp", "the temporary; by default every one"),
            ("at", "the loop whose body allocates it; by default as far inside as possible"),
        ]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let uses = Uses::below(tree, tree.root);
        let Some(field) = args.temp else {
            let moves = uses.allocs.keys().map(|field| uses.descent(*field).deepest());
            return Ok(moved(tree, &uses, moves.collect()));
        };
        let shape = |message: &str, help| Refusal::shape(NAME, tree, args.at.unwrap_or(tree.root), message, help);
        if !uses.allocs.contains_key(&field) {
            return Err(shape("the tree allocates no such temporary", "name a temporary that the tree allocates"));
        }
        let mut descent = uses.descent(field);
        let Some(at) = args.at else { return Ok(moved(tree, &uses, vec![descent.deepest()])) };
        let Some(target) = tree.as_loop(at) else { return Err(shape("this is not a loop", "name a loop with `at`")) };
        while descent.seq != target.body {
            descent.descend().map_err(|obstacle| refusal(tree, obstacle))?;
        }
        descent.roll();
        Ok(moved(tree, &uses, vec![descent]))
    }
}

fn refusal(tree: &Tree, obstacle: Obstacle<'_>) -> Refusal {
    match obstacle {
        Obstacle::Node(at, message, help) => Refusal::shape(NAME, tree, at, message, help),
        Obstacle::Access(site, message, help) => {
            Refusal { transformation: NAME, cause: Cause::Shape { message, span: site.span }, help }
        }
    }
}

/// The edit that makes all moves, the allocations in front of each sequence in the order of the temporaries.
fn moved(tree: &Tree, uses: &Uses<'_>, mut moves: Vec<Descent<'_>>) -> Plan {
    moves.retain(Descent::moves);
    moves.sort_by_key(|m| m.field);
    let mut plan = Plan::new(tree);
    let mut gone: HashSet<NodeId> = HashSet::new();
    let mut made: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
    for m in &moves {
        plan.temporary(m.field, m.place, tree.fields[m.field].zero);
        if m.seq != m.start {
            let alloc = uses.allocs.get(&m.field).copied();
            gone.extend(alloc);
            made.entry(m.seq).or_default().extend(alloc);
            made.entry(m.start).or_default();
        }
    }
    for (seq, new) in made {
        let rest = tree.items(&seq).iter().filter(|id| !gone.contains(id));
        plan.change(seq, Node::Seq(new.iter().chain(rest).copied().collect()));
    }
    plan
}
