//! Asks a condition once, outside of a nest.

use super::cut::single_window;
use super::duplicate::Duplicates;
use super::{Args, Plan, Refusal, Transformation};
use crate::tree::{Loop, Node, NodeId, Tree};
use tradewind_ir::{Axis, BinaryOp, Blocking, DType, Expr, ExprKind, HostStep, StmtKind, UnaryOp};

#[doc = include_str!("hoist.md")]
#[derive(Debug)]
pub struct Hoist;

const NAME: &str = "hoist";

impl Transformation for Hoist {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "make a branch of the program of a mask whose condition is the same at all points of a nest"
    }
    fn page(&self) -> &'static str {
        include_str!("hoist.md")
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[("at", "the outermost loop of the nest")]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let id = args.at.unwrap_or(tree.root);
        let shape = |message: &str, help| Err(Refusal::shape(NAME, tree, id, message, help));
        if tree.as_loop(id).is_none() {
            return shape("this is not a loop", "name a loop with `at`");
        }
        if !tree.loops_around(id).is_empty() {
            return shape("another loop is around this one, and branches are outside of all loops", "name the outermost loop");
        }
        if tree.around(id).any(|n| matches!(tree.nodes[n], Node::Host(HostStep::Within { .. }))) {
            return shape("it runs on a part of the domain, which holds no branches", "keep the mask");
        }
        let Some((condition, asked)) = uniform(tree, id) else {
            let help = "masks of fields and positions stay; `split_region` takes boxes out of a loop";
            return shape("no mask in the nest has a condition that is the same at all points", help);
        };
        single_window(NAME, tree, id)?;
        Ok(branched(tree, id, &condition, asked))
    }
}

/// The nest once for each value of a condition, which the host program can ask as `asked`.
fn branched(tree: &Tree, id: NodeId, condition: &Expr, asked: Expr) -> Plan {
    let mut plan = Plan::new(tree);
    let mut versions = Duplicates::of_nest(tree);
    let (then, otherwise, condition) = match versions.where_is(id, condition, true, true, &mut plan) {
        Some(then) => (Some(then), versions.where_is(id, condition, false, false, &mut plan), asked),
        None => {
            let span = asked.span;
            let not = Expr { kind: ExprKind::Unary(UnaryOp::Not, Box::new(asked)), dtype: DType::Bool, span };
            (versions.where_is(id, condition, false, true, &mut plan), None, not)
        }
    };
    then.iter().for_each(|new| plan.replaced(id, *new));
    let mut body = |nest: Option<NodeId>| plan.add(Node::Seq(nest.into_iter().collect()));
    let (then, otherwise) = (body(then), body(otherwise));
    let branch = plan.add(Node::Host(HostStep::Branch { condition, then, otherwise }));
    plan.put(tree, id, vec![branch]);
    plan
}

/// The condition of a mask, or an operand of it, that is the same at all points of a nest; and as the host program can ask it.
fn uniform(tree: &Tree, nest: NodeId) -> Option<(Expr, Expr)> {
    let single = Axis::ALL.map(|axis| point(tree, nest, axis));
    let mut found = None;
    tree.walk(nest, &mut |_, node| {
        let Node::Leaf(leaf) = node else { return };
        for stmt in &leaf.stmts {
            stmt.walk(&mut |s| {
                if let (None, StmtKind::Mask { condition, .. }) = (&found, &s.kind) {
                    found = part(condition, &single);
                }
            });
        }
    });
    found
}

/// The one point of a nest along an axis, if there is a single one on any domain.
fn point(tree: &Tree, nest: NodeId, axis: Axis) -> Option<ExprKind> {
    let mut loops: Vec<&Loop> = Vec::new();
    tree.walk(nest, &mut |id, _| loops.extend(tree.as_loop(id).filter(|l| l.axis == axis)));
    match loops[..] {
        [l] if l.blocking == Blocking::POINTS && l.range.levels() == Some(1) => {
            let [lo] = l.range.lo[..] else { return None };
            Some(ExprKind::Bound(axis, lo))
        }
        _ => None,
    }
}

fn part(condition: &Expr, single: &[Option<ExprKind>; 3]) -> Option<(Expr, Expr)> {
    match &condition.kind {
        ExprKind::Unary(UnaryOp::Not, of) => return part(of, single),
        ExprKind::Literal(_) => return None,
        _ => {}
    }
    let mut asked = condition.clone();
    asked.walk_mut(&mut |e| {
        if let ExprKind::Index(axis) = e.kind
            && let Some(point) = &single[axis.index()]
        {
            e.kind = point.clone();
        }
    });
    match &condition.kind {
        _ if asked.is_uniform() => Some((condition.clone(), asked)),
        ExprKind::Binary(BinaryOp::And | BinaryOp::Or, a, b) => part(a, single).or_else(|| part(b, single)),
        _ => None,
    }
}
