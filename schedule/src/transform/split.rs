//! Makes two loops of one: over blocks, and over the points of a block.

use super::{Args, Plan, Refusal, Transformation};
use crate::tree::{Loop, LoopKind, Node, Tree};
use tradewind_ir::{Axis, BlockSize, Blocking};

#[doc = include_str!("split.md")]
#[derive(Debug)]
pub struct Split;

const NAME: &str = "split";

impl Transformation for Split {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "make a loop over blocks of points, and a loop over the points of a block inside it"
    }
    fn page(&self) -> &'static str {
        include_str!("split.md")
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("at", "the loop"),
            ("size", "how many points a block has, at least 2; or an integer argument of the program, such as \"$rows\""),
        ]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let id = args.at.unwrap_or(tree.root);
        let shape = |message: &str, help| Err(Refusal::shape(NAME, tree, id, message, help));
        let Some(l) = tree.as_loop(id) else { return shape("this is not a loop", "name a loop with `at`") };
        if l.axis == Axis::I {
            return shape("this is a loop over i", "split loops over j or k: rows along i are contiguous");
        }
        if l.blocking != Blocking::POINTS {
            return shape("the loop runs over blocks, or at shifted points", "split loops over the points of a range");
        }
        if l.kind == LoopKind::Backward {
            return shape("the loop descends", "split free and ascending loops");
        }
        match args.size {
            BlockSize::Points(..2) => {
                let help = "give the number of points with `size`, or the argument of the program that has it";
                return shape("no size of a block is given, or one below 2", help);
            }
            BlockSize::Points(size) if size > BlockSize::MOST => {
                return shape("a block is too large", "give a `size` of at most 1048576");
            }
            BlockSize::Scalar(id) => {
                if let Some(scalar) = tree.scalars.get(id).filter(|scalar| !scalar.is_size()) {
                    let help = "name an integer argument, which has the same value throughout a run";
                    return shape(&format!("`${}` is not an integer argument of the program", scalar.name), help);
                }
            }
            BlockSize::Points(_) => {}
        }
        let mut plan = Plan::new(tree);
        let kind = if l.kind == LoopKind::Parallel { LoopKind::Any } else { l.kind };
        let points = plan.add(Node::Loop(Loop { blocking: Blocking::block(args.size), kind, ..l.clone() }));
        let body = plan.add(Node::Seq(vec![points]));
        plan.change(id, Node::Loop(Loop { blocking: Blocking::blocks(args.size), body, ..l.clone() }));
        Ok(plan)
    }
}
