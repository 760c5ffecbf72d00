//! Cuts a loop where regions begin and end.

use super::cut::in_parts;
use super::{Args, Plan, Refusal, Transformation};
use crate::bounds::{cut, is_empty};
use crate::tree::{Loop, Node, NodeId, Tree};
use tradewind_ir::{Axis, BlockSize, Bound, Expr, ExprKind, Stmt};

#[doc = include_str!("split_region.md")]
#[derive(Debug)]
pub struct SplitRegion;

const NAME: &str = "split_region";

impl Transformation for SplitRegion {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "cut a loop over i or j where regions inside it begin and end, so that each part needs no test"
    }
    fn page(&self) -> &'static str {
        include_str!("split_region.md")
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[("at", "the loop")]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let id = args.at.unwrap_or(tree.root);
        let shape = |message: &str, help| Err(Refusal::shape(NAME, tree, id, message, help));
        let Some(l) = tree.as_loop(id) else { return shape("this is not a loop", "name a loop with `at`") };
        if l.axis == Axis::K {
            return shape("this is a loop over k, and regions are horizontal", "name a loop over i or j");
        }
        if l.blocking.step != BlockSize::ONE {
            return shape("the loop runs over blocks", "name the loop over the points of a block");
        }
        let mut parts = vec![l.range.clone()];
        for border in borders(tree, l) {
            parts = parts.iter().flat_map(|part| cut(part, border)).filter(|part| !is_empty(part)).collect();
        }
        match parts.len() {
            0 | 1 => shape(
                "no box of a mask begins or ends within the loop's range",
                "name a loop with masks of boxes along its axis",
            ),
            2..=MOST => in_parts(NAME, tree, id, l, parts),
            _ => shape(
                "the regions cut the range into more than 16 parts",
                "keep their tests, or `peel` the borders that matter",
            ),
        }
    }
}

/// More parts than a loop is worth cutting into.
const MOST: usize = 16;

/// Where regions begin and end, as positions of the loop: those counted from the start before those counted from the end.
fn borders(tree: &Tree, l: &Loop) -> Vec<Bound> {
    let mut found = Vec::new();
    below(tree, l.body, l.axis, 0, &mut found);
    found.retain(|border| !cut(&l.range, *border).iter().any(is_empty));
    found.sort_unstable();
    found.dedup();
    found
}

/// Adds the borders below a node whose statements run `ahead` points further on than the loop.
fn below(tree: &Tree, id: NodeId, axis: Axis, ahead: i32, found: &mut Vec<Bound>) {
    match &tree.nodes[id] {
        Node::Loop(l) if l.axis == axis => {
            // The points of a block are at no single distance from the loop's position.
            if let Some(by) = l.blocking.shift() {
                let ahead = ahead.saturating_add(by);
                found.extend(l.range.lo.iter().chain(&l.range.hi).map(|bound| bound.shift(-ahead)));
                below(tree, l.body, axis, ahead, found);
            }
        }
        Node::Leaf(leaf) => {
            let mut add = |e: &Expr| {
                if let ExprKind::Inside(region) = &e.kind {
                    let (lo, hi) = region.bounds(axis);
                    found.extend(lo.into_iter().chain(hi).map(|bound| bound.shift(-ahead)));
                }
            };
            let mut add = |s: &Stmt| s.exprs().for_each(|e| e.walk(&mut add));
            leaf.stmts.iter().for_each(|stmt| stmt.walk(&mut add));
        }
        node => node.children().for_each(|child| below(tree, child, axis, ahead, found)),
    }
}
