//! Transformations: all allowed edits of a tree. Each one is checked against the exact dependences before it edits anything. A
//! refusal names the two statements that forbid it.
//!
//! To add one: a file in `transform/` with a unit type that implements [`Transformation`], and a line in [`ALL`].

mod copy;
mod cut;
mod distribute;
mod duplicate;
mod fuse;
mod hoist;
mod inline;
mod interchange;
mod localize;
mod masks;
mod moved;
mod parallelize;
mod peel;
mod plan;
mod refusal;
mod rename;
mod reorder;
mod split;
mod split_region;
mod store_at;
mod temporary;
mod unroll;
mod vectorize;

pub use copy::Copy;
pub use distribute::Distribute;
pub use fuse::Fuse;
pub(crate) use fuse::fuse;
pub use hoist::Hoist;
pub use inline::Inline;
pub use interchange::Interchange;
pub use localize::Localize;
pub use parallelize::Parallelize;
pub use peel::Peel;
pub use plan::{Plan, Undo};
pub use refusal::{Cause, Refusal};
pub use rename::Rename;
pub use reorder::Reorder;
pub use split::Split;
pub use split_region::SplitRegion;
pub use store_at::StoreAt;
pub use unroll::Unroll;
pub use vectorize::Vectorize;

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

/// All transformations, in the order in which they are listed to people.
pub static ALL: [&dyn Transformation; 16] = [
    &Localize,
    &Inline,
    &Copy,
    &Fuse,
    &Distribute,
    &Reorder,
    &Interchange,
    &Split,
    &Peel,
    &SplitRegion,
    &Unroll,
    &Hoist,
    &Rename,
    &StoreAt,
    &Parallelize,
    &Vectorize,
];

/// The transformation with this name.
pub fn by_name(name: &str) -> Option<&'static dyn Transformation> {
    ALL.into_iter().find(|t| t.name() == name)
}

/// The pages of all transformations, as Markdown.
pub fn pages() -> String {
    let page = |t: &&dyn Transformation| {
        let options = t.options().iter().map(|(name, meaning)| format!("| `{name}` | {meaning} |\n"));
        let table = match t.options() {
            [] => "It takes no arguments.\n".to_string(),
            _ => format!("| argument | meaning |\n| --- | --- |\n{}", options.collect::<String>()),
        };
        format!("\n### `{}`: {}\n\n{table}\n{}", t.name(), t.doc(), t.page())
    };
    ALL.iter().map(page).collect()
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
