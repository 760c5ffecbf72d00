//! What all transformations have in common: what they are asked and what they answer.

use super::plan::Plan;
use super::refusal::Refusal;
use crate::tree::{NodeId, Tree, Unit};
use std::fmt::Debug;
use tradewind_ir::{BlockSize, FieldId};

/// An edit of the tree that keeps its meaning, to the bit.
pub trait Transformation: Send + Sync + Debug {
    /// The name in schedule files: `fuse`.
    fn name(&self) -> &'static str;
    /// One line that says what it does.
    fn doc(&self) -> &'static str;
    /// The tree before and after, and when it is legal, as Markdown.
    fn page(&self) -> &'static str;
    /// What it takes: name and meaning.
    fn options(&self) -> &'static [(&'static str, &'static str)];
    /// Whether it is legal, and then what to edit.
    ///
    /// # Errors
    /// What forbids it.
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal>;
}

/// What a transformation is asked to do. Each one says which of these it takes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Args {
    /// A loop.
    pub at: Option<NodeId>,
    /// Loops, in their order.
    pub loops: Vec<NodeId>,
    /// A temporary.
    pub temp: Option<FieldId>,
    /// Points of a block, or a number of iterations.
    pub size: BlockSize,
    /// Whether a loop whose iterations are free may become one whose iterations have an order.
    pub sequential: bool,
    /// Whether loops may run some points ahead of others, and over ranges of their own.
    pub shift: bool,
    /// What to move.
    pub unit: Option<Unit>,
    /// What something is to come before.
    pub before: Option<Unit>,
    /// What something is to come behind.
    pub after: Option<Unit>,
    /// Whether the last iterations of a loop are meant, and not the first ones.
    pub last: bool,
}

impl Args {
    /// The arguments of a transformation of one loop.
    pub fn at(id: NodeId) -> Args {
        Args { at: Some(id), ..Args::default() }
    }
}
