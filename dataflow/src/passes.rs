//! Rewrites of graphs, one a file, by the contract of [`tradewind_ir::pass`].

mod dead_dataflow;
mod overlap_exchanges;
mod share_storage;
pub mod simplify;

use crate::graph::Graph;
use tradewind_ir::pass::Pass;

pub use dead_dataflow::DeadDataflow;
pub use overlap_exchanges::OverlapExchanges;
pub use share_storage::ShareStorage;
pub use simplify::Simplify;

/// All passes, in the order in which they are run by default.
pub static ALL: [&dyn Pass<Graph>; 4] = [&Simplify, &DeadDataflow, &OverlapExchanges, &ShareStorage];

/// The pass with this name.
pub fn by_name(name: &str) -> Option<&'static dyn Pass<Graph>> {
    ALL.into_iter().find(|p| p.name() == name)
}
