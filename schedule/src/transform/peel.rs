//! Makes a loop of its own of a loop's first or last iterations.

use super::cut::in_parts;
use super::{Args, Plan, Refusal, Transformation};
use crate::bounds::{cut, is_empty};
use crate::tree::{LoopKind, Tree};
use tradewind_ir::BlockSize;

#[doc = include_str!("peel.md")]
#[derive(Debug)]
pub struct Peel;

const NAME: &str = "peel";

impl Transformation for Peel {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "make a loop of its own of the first or last iterations of a loop"
    }
    fn page(&self) -> &'static str {
        include_str!("peel.md")
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("at", "the loop"),
            ("size", "how many iterations, at least 1"),
            ("last", "whether these are the last iterations; by default they are the first ones"),
        ]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let id = args.at.unwrap_or(tree.root);
        let shape = |message: &str, help| Err(Refusal::shape(NAME, tree, id, message, help));
        let Some(l) = tree.as_loop(id) else { return shape("this is not a loop", "name a loop with `at`") };
        if l.blocking.near.is_some() {
            return shape("the loop runs near the position of one around it", "peel the loop around it");
        }
        let size = match args.size {
            BlockSize::Points(size @ 1..) => size,
            _ => return shape("no number of iterations is given", "give the number with `size`, at least 1"),
        };
        let BlockSize::Points(step) = l.blocking.step else {
            return shape("how many points a block has differs from call to call", "peel before `split`");
        };
        let Some(points) = size.checked_mul(step).filter(|points| *points <= MOST).map(|points| points as i32) else {
            return shape("there are too many iterations to peel", "give a `size` of at most 1048576 points");
        };
        let low = args.last == (l.kind == LoopKind::Backward);
        if !low && step != 1 {
            return shape("where the last block begins depends on the domain", "peel before `split`, or peel the first blocks");
        }
        let border = match (l.range.lo.as_slice(), l.range.hi.as_slice()) {
            ([lo], _) if low => lo.shift(points),
            (_, [hi]) if !low => hi.shift(-points),
            _ => return shape("where the loop begins there depends on the domain", "peel at the other end of the range"),
        };
        let parts = cut(&l.range, border);
        if parts.iter().any(is_empty) {
            return shape("the loop never has more iterations than these", "give a smaller `size`");
        }
        in_parts(NAME, tree, id, l, parts.into())
    }
}

/// More points than anybody peels.
const MOST: u32 = 1 << 20;
