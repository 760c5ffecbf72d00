//! Does several iterations of a loop in one.

use super::cut::{in_parts, needs_one_loop};
use super::duplicate::Duplicates;
use super::{Args, Plan, Refusal, Transformation};
use crate::bounds::cut;
use crate::storage::{MOST_LAST, Uses, in_window};
use crate::tree::{Loop, LoopKind, Node, NodeId, Tree};
use tradewind_ir::{Axis, BlockSize, Blocking, Place, RollingWindow};

#[doc = include_str!("unroll.md")]
#[derive(Debug)]
pub struct Unroll;

const NAME: &str = "unroll";

impl Transformation for Unroll {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "do several iterations of a loop in one, or make a loop for each of a few points"
    }
    fn page(&self) -> &'static str {
        include_str!("unroll.md")
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("at", "the loop"),
            ("size", "how many iterations, from 2 to 64; by default each iteration becomes a loop of its own"),
        ]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let id = args.at.unwrap_or(tree.root);
        let shape = |message: &str, help| Err(Refusal::shape(NAME, tree, id, message, help));
        let Some(l) = tree.as_loop(id) else { return shape("this is not a loop", "name a loop with `at`") };
        if l.blocking != Blocking::POINTS {
            return shape("the loop runs over blocks, or at shifted points", "unroll loops over the points of a range");
        }
        match args.size {
            BlockSize::Points(0) => points(tree, id, l),
            _ if l.axis == Axis::I => shape("this is a loop over i", "vectors take several points of a row: `vectorize` it"),
            BlockSize::Points(size @ 2..=MOST) => {
                let mut plan = Plan::new(tree);
                widen(tree, id, size, &mut plan)?;
                repeat(tree, id, l, size as i32, &mut plan);
                Ok(plan)
            }
            _ => shape("the body cannot be there so many times", "give a `size` from 2 to 64"),
        }
    }
}

/// More copies than anybody wants.
const MOST: u32 = 64;

/// A loop for each point of a range that has only some points on any domain.
fn points(tree: &Tree, id: NodeId, l: &Loop) -> Result<Plan, Refusal> {
    let shape = |message: &str, help| Err(Refusal::shape(NAME, tree, id, message, help));
    let Some(most) = l.range.most_points() else {
        return shape("the loop has more points on larger domains", "say how many iterations to do in one with `size`");
    };
    if most < 2 {
        return shape("the loop has a single point", "name a loop with several points");
    }
    if most > i64::from(MOST) {
        return shape("the loop has more than 64 points", "say how many iterations to do in one with `size`");
    }
    let border = |n: i32| match (l.range.lo.as_slice(), l.range.hi.as_slice()) {
        ([lo], _) => Some(lo.shift(n)),
        (_, [hi]) => Some(hi.shift(n - most as i32)),
        _ => None,
    };
    let (mut parts, mut rest) = (Vec::new(), l.range.clone());
    for n in 1..most as i32 {
        let Some(border) = border(n) else {
            return shape(
                "where the loop begins and ends depends on the domain",
                "say how many iterations to do in one with `size`",
            );
        };
        let [point, more] = cut(&rest, border);
        parts.push(point);
        rest = more;
    }
    parts.push(rest);
    in_parts(NAME, tree, id, l, parts)
}

/// Stores more elements of temporaries of which the loop has used the last ones: as many as an iteration of more points uses.
fn widen(tree: &Tree, id: NodeId, size: u32, plan: &mut Plan) -> Result<(), Refusal> {
    for (field, rolls) in in_window(&Uses::below(tree, tree.root), id) {
        let container = &tree.fields[field];
        let Some(RollingWindow { axis, slots }) = container.place.window.filter(|_| rolls == id) else {
            return Err(needs_one_loop(NAME, tree, field));
        };
        let slots = (slots + size - 1).next_power_of_two();
        if slots > MOST_LAST {
            let message = format!("more than its last {MOST_LAST} elements would be stored");
            return Err(Refusal::field(NAME, tree, field, &message, "give a smaller `size`"));
        }
        let place = Place { window: Some(RollingWindow { axis, slots }), ..container.place };
        plan.temporary(field, place, container.zero);
    }
    Ok(())
}

/// Puts the body into the loop so many times.
fn repeat(tree: &Tree, id: NodeId, l: &Loop, size: i32, plan: &mut Plan) {
    let mut duplicates = Duplicates::new(tree, l.axis);
    let mut copy = |by: i32| {
        let body = duplicates.body(l.body, &l.range, by == 0, plan);
        if by == 0 {
            return body;
        }
        let (blocking, body) = (Blocking::at(by), plan.add(Node::Seq(body)));
        vec![plan.add(Node::Loop(Loop { blocking, kind: LoopKind::Any, body, ..l.clone() }))]
    };
    let children: Vec<NodeId> = match l.kind {
        LoopKind::Backward => (0..size).rev().flat_map(&mut copy).collect(),
        _ => (0..size).flat_map(&mut copy).collect(),
    };
    let body = plan.add(Node::Seq(children));
    plan.change(id, Node::Loop(Loop { blocking: Blocking::blocks(BlockSize::Points(size as u32)), body, ..l.clone() }));
}
