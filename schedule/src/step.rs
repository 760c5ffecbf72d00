//! Steps: transformations with their arguments, as they were made or could be made.

use crate::transform::{Args, Fuse, Interchange, Parallelize, Plan, Rename, StoreAt, Transformation, Vectorize};
use crate::tree::{Node, NodeId, Tree};
use tradewind_ir::Scope;

/// One transformation of one tree. Its ids are those of the tree before the step.
#[derive(Clone, Debug)]
pub struct Step {
    pub transformation: &'static dyn Transformation,
    pub args: Args,
}

impl Step {
    /// The edit, where the step is legal and changes something.
    pub fn plan(&self, tree: &Tree) -> Option<Plan> {
        self.transformation.check(tree, &self.args).ok().filter(|plan| !plan.is_empty())
    }
}

/// All single steps that may be worth a try on a tree, legal or not: what random tests and tuning choose from.
pub fn candidates(tree: &Tree) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut add = |transformation: &'static dyn Transformation, args: Args| steps.push(Step { transformation, args });
    tree.walk(tree.root, &mut |id, node| match node {
        Node::Loop(_) => {
            add(&Interchange, Args::at(id));
            add(&Parallelize, Args::at(id));
            add(&Vectorize, Args::at(id));
        }
        Node::Seq(children) => {
            for loops in pairs(tree, children) {
                add(&Fuse, Args { loops: vec![loops.clone()], ..Args::default() });
                add(&Fuse, Args { loops: vec![loops], sequential: true, ..Args::default() });
            }
        }
        _ => {}
    });
    for (field, _) in tree.fields.iter().filter(|(_, f)| f.scope == Scope::Temporary) {
        add(&Rename, Args { temp: Some(field), ..Args::default() });
        add(&StoreAt, Args { temp: Some(field), ..Args::default() });
    }
    steps
}

/// The pairs of loops of a sequence that run over the same range.
fn pairs(tree: &Tree, children: &[NodeId]) -> Vec<Vec<NodeId>> {
    let loops: Vec<_> = children.iter().filter_map(|id| Some((*id, tree.as_loop(*id)?))).collect();
    let alike = |n: usize| {
        let (first, a) = loops[n];
        let later = loops[n + 1..].iter().filter(move |(_, b)| (a.axis, &a.range) == (b.axis, &b.range));
        later.map(move |(second, _)| vec![first, *second])
    };
    (0..loops.len()).flat_map(alike).collect()
}
