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
mod transformation;
mod unroll;
mod vectorize;

pub use copy::Copy;
pub use distribute::Distribute;
pub use fuse::Fuse;
pub(crate) use fuse::fuse;
pub use hoist::Hoist;
pub use inline::Inline;
pub(crate) use inline::inline;
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
pub use transformation::{Args, Transformation};
pub use unroll::Unroll;
pub use vectorize::Vectorize;

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
