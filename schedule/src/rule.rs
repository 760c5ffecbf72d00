//! Rules: transformations with the places where presets try them.

use crate::columns::Columns;
use crate::siblings::Siblings;
use crate::step::Step;
use crate::transform::{Args, Fuse, Fusion, Interchange, Plan, Transformation};
use crate::tree::{LoopKind, Node, NodeId, Tree};
use tradewind_ir::{Axis, IdVec};

/// Where to try which transformation. What is refused is left as it is.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// `fuse` loops over an axis with earlier ones of their sequence, outside all loops. Free loops stay free.
    Fuse(Axis),
    /// `fuse` loops over an axis with earlier ones of their sequence, inside loops.
    FuseInside(Axis),
    /// `fuse` loops over an axis with earlier ones of their sequence, directly inside ascending and descending loops.
    FuseInsideSequential(Axis),
    /// `interchange` every ascending or descending outermost loop with the free loop inside it.
    InterchangeSequential,
    /// `interchange` free loops over K with the one over J inside where the latter could then be fused with a neighbour over
    /// J that has something to do with it.
    JoinColumns,
    /// A transformation that finds its places itself: `rename`, `store_at`, `parallelize`, `vectorize`.
    Everywhere(&'static dyn Transformation),
}

/// The tree after a rule was tried everywhere; what was done is added to `steps`.
pub fn run(rule: Rule, tree: Tree, steps: &mut Vec<Step>) -> Tree {
    let mut editor = Editor { tree, steps };
    match rule {
        Rule::Fuse(axis) => editor.fuse(axis, |around| around.iter().all(Option::is_none), true),
        Rule::FuseInside(axis) => editor.fuse(axis, |around| around.iter().any(Option::is_some), false),
        Rule::FuseInsideSequential(axis) => editor.fuse_inside_sequential(axis),
        Rule::InterchangeSequential => editor.interchange_sequential(),
        Rule::JoinColumns => editor.join_columns(),
        Rule::Everywhere(transformation) => editor.attempt(transformation, Args::default()),
    }
    editor.tree
}

/// A tree under transformation.
struct Editor<'s> {
    tree: Tree,
    steps: &'s mut Vec<Step>,
}

type Parents = IdVec<NodeId, Option<NodeId>>;

impl Editor<'_> {
    /// Makes a step if it is legal.
    fn attempt(&mut self, transformation: &'static dyn Transformation, args: Args) {
        if let Ok(plan) = transformation.check(&self.tree, &args) {
            self.apply(transformation, args, plan);
        }
    }

    fn apply(&mut self, transformation: &'static dyn Transformation, args: Args, plan: Plan) {
        let tree = std::mem::replace(&mut self.tree, Tree::empty());
        (self.tree, _) = transformation.apply(tree, plan);
        self.steps.push(Step { transformation, args });
    }

    /// The nodes below the root, outer before inner, for which `wanted` holds.
    fn select(&self, mut wanted: impl FnMut(NodeId, &Node) -> bool) -> Vec<NodeId> {
        let mut found = Vec::new();
        self.tree.walk(self.tree.root, &mut |id, node| {
            if wanted(id, node) {
                found.push(id);
            }
        });
        found
    }

    fn fuse(&mut self, axis: Axis, place: impl Fn([Option<NodeId>; 3]) -> bool, keep_free: bool) {
        let parents = self.tree.parents();
        let several = |node: &Node| match node {
            Node::Seq(children) => {
                children.iter().filter(|c| self.tree.as_loop(**c).is_some_and(|l| l.axis == axis)).nth(1).is_some()
            }
            _ => false,
        };
        let seqs = self.select(|id, node| several(node) && place(self.tree.loops_around(id, &parents)));
        for seq in seqs {
            self.fuse_in(seq, axis, &parents, keep_free);
        }
    }

    fn fuse_inside_sequential(&mut self, axis: Axis) {
        let parents = self.tree.parents();
        let sequential = |id: NodeId| self.tree.as_loop(id).is_some_and(|l| !l.kind.is_free());
        let bodies = self.select(|id, node| matches!(node, Node::Seq(_)) && parents[id].is_some_and(sequential));
        for seq in bodies {
            self.fuse_in(seq, axis, &parents, false);
        }
    }

    /// Fuses every loop over `axis` of a sequence with the nearest earlier one that it can be fused with.
    fn fuse_in(&mut self, seq: NodeId, axis: Axis, parents: &Parents, keep_free: bool) {
        let mut fusion = Fusion::new(&self.tree, Siblings::new(&self.tree, seq, parents), false);
        // The items are put back one by one, so that nothing stands behind the one that is looked at.
        for item in std::mem::take(&mut fusion.siblings.items) {
            let place = fusion.siblings.items.len();
            fusion.siblings.items.push(item);
            if fusion.siblings.loop_at(place).is_some_and(|l| l.axis == axis) {
                fuse_backwards(&mut fusion, place, keep_free);
            }
        }
        let loops: Vec<Vec<NodeId>> = fusion.siblings.items.iter().map(|i| i.nodes.clone()).filter(|n| n.len() > 1).collect();
        if !loops.is_empty() {
            let plan = fusion.plan(seq);
            self.apply(&Fuse, Args { loops, ..Args::default() }, plan);
        }
    }

    fn interchange_sequential(&mut self) {
        let outermost = self.outermost(|l| !l.kind.is_free());
        for id in outermost {
            self.attempt(&Interchange, Args::at(id));
        }
    }

    /// The loops outside all others for which `wanted` holds.
    fn outermost(&self, wanted: impl Fn(&crate::tree::Loop) -> bool) -> Vec<NodeId> {
        let mut found = Vec::new();
        self.collect_outermost(self.tree.root, &wanted, &mut found);
        found
    }

    fn collect_outermost(&self, id: NodeId, wanted: &impl Fn(&crate::tree::Loop) -> bool, found: &mut Vec<NodeId>) {
        match &self.tree.nodes[id] {
            Node::Loop(l) if wanted(l) => found.push(id),
            Node::Loop(_) => {}
            node => node.children().for_each(|child| self.collect_outermost(child, wanted, found)),
        }
    }

    fn join_columns(&mut self) {
        let parents = self.tree.parents();
        let seqs = self.select(|_, node| match node {
            Node::Seq(children) => children.iter().any(|c| self.tree.as_loop(*c).is_some_and(|l| l.axis == Axis::J)),
            _ => false,
        });
        for seq in seqs {
            let joining = Columns::new(&self.tree, seq, &parents).joining();
            for id in joining {
                self.attempt(&Interchange, Args::at(id));
            }
        }
    }
}

/// Fuses a loop with the nearest earlier one that it can be fused with, if there is one.
fn fuse_backwards(fusion: &mut Fusion, place: usize, keep_free: bool) {
    let mut before = Vec::new();
    for earlier in (0..place).rev() {
        let free = |n: usize| fusion.siblings.items[n].kind.is_some_and(LoopKind::is_free);
        let alike = !keep_free || free(earlier) == free(place);
        if alike
            && let Ok(kind) = fusion.legal(earlier, place)
            && before.iter().all(|b| fusion.siblings.independent(earlier, *b))
        {
            return fusion.join(earlier, place, &before, kind);
        }
        if fusion.siblings.precedes(earlier, place, &before) {
            before.push(earlier);
        }
    }
}
