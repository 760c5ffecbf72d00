//! Passes on the data of a program, one a file, by the contract of [`tradewind_ir::pass`].

mod dead_steps;
mod extend_calls;
mod fold_constants;
mod forward_copies;
mod hoist_steps;
mod narrow_exchanges;
mod rename_fields;
mod share_values;
mod swap_copies;
mod valid_halos;

use crate::analyzed::Analyzed;
use tradewind_ir::pass::{Pass, run_passes};
use tradewind_ir::{Diagnostic, Domain, Program, Verified, Verify};

pub use dead_steps::DeadSteps;
pub use extend_calls::ExtendCalls;
pub use fold_constants::FoldConstants;
pub use forward_copies::ForwardCopies;
pub use hoist_steps::HoistSteps;
pub use narrow_exchanges::NarrowExchanges;
pub use rename_fields::RenameFields;
pub use share_values::ShareValues;
pub use swap_copies::SwapCopies;
pub use valid_halos::ValidHalos;

/// All passes, in the order in which they are run by default.
pub static ALL: [&dyn Pass<Analyzed>; 10] = [
    &FoldConstants,
    &ValidHalos,
    &ForwardCopies,
    &DeadSteps,
    &SwapCopies,
    &HoistSteps,
    &ExtendCalls,
    &NarrowExchanges,
    &RenameFields,
    &ShareValues,
];

/// The pass with this name.
pub fn by_name(name: &str) -> Option<&'static dyn Pass<Analyzed>> {
    ALL.into_iter().find(|p| p.name() == name)
}

/// Runs all passes. Decisions are made for a domain of these sizes, in points; the program runs on all domains.
///
/// # Errors
/// What the verifier finds in the result: an error of a pass.
pub fn optimize(program: &Verified<Program>, domain: Domain) -> Result<Verified<Program>, Vec<Diagnostic>> {
    let (found, _) = run_passes(Analyzed::of(program, domain), &ALL, &mut |_, _| ())?;
    found.into_inner().program.verify()
}
