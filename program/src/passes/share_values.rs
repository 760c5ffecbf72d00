//! Computes once what a stencil writes out at several points.
//!
//! ```text
//! execute { %out = (f(%q[0,0,0], %q[1,0,0]) - f(%q[-1,0,0], %q[0,0,0])) }
//! =>
//! execute i(-1,0) j(0,0) { %shared0 = f(%q[0,0,0], %q[1,0,0]) }
//! execute { %out = (%shared0 - %shared0[-1,0,0]) }
//! ```
//!
//! Two expressions are one value if they are the same operations on the same elements, moved by the same number of points
//! ([`values`]). The schedule stores the value, in a register, a row or a plane, as it does with every temporary. All uses are in
//! one interval of levels. The value is computed before the first of them or, where they are at several levels, in a loop of its own before
//! all; fields that it reads are not written in between.
//!
//! What is not shared: an expression that depends on the position, on a level or a component found at run time; what stands under a
//! region or in a `while`; and what costs less than it takes to store and load it ([`mod@gain`]).

mod gain;
mod insert;
mod values;

use crate::analyzed::Analyzed;
use gain::gain;
use insert::{has_place, shared};
use tradewind_ir::pass::Pass;
use tradewind_ir::{Diagnostic, Stencil};
use values::Values;

/// The pass `share-values`.
pub struct ShareValues;

/// More values of one interval are not shared.
const MOST: usize = 16;
/// How many values are tried for one that can be shared.
const TRIES: usize = 8;

impl Pass<Analyzed> for ShareValues {
    fn name(&self) -> &'static str {
        "share-values"
    }
    fn doc(&self) -> &'static str {
        "compute once, into a temporary, what a stencil computes at several points"
    }
    fn run(&self, of: &mut Analyzed) -> Result<usize, Vec<Diagnostic>> {
        Ok(of.program.stencils.iter_mut().map(|(_, stencil)| share(stencil)).sum())
    }
}

/// Shares values of all intervals; how many.
fn share(stencil: &mut Stencil) -> usize {
    let (mut changes, mut at) = (0, stencil.loops.len());
    while at > 0 {
        at -= 1;
        for section in 0..stencil.loops[at].sections.len() {
            for _ in 0..MOST {
                let Some(new) = best(stencil, [at, section]) else { break };
                // A loop that was put in front is the next to be looked at.
                at += new.loops.len() - stencil.loops.len();
                (*stencil, changes) = (new, changes + 1);
            }
        }
    }
    changes
}

/// The stencil with the value shared that saves most, of one section of one loop.
fn best(stencil: &Stencil, at: [usize; 2]) -> Option<Stencil> {
    let values = Values::of(stencil, at);
    let repeated = values.repeated().filter(|value| has_place(stencil, at, &values, value));
    let mut found: Vec<_> = repeated.filter_map(|value| Some((gain(&values, &value)?, value))).collect();
    found.sort_by_key(|(gain, value)| (std::cmp::Reverse(*gain), value.id));
    found.into_iter().take(TRIES).find_map(|(_, value)| shared(stencil, at, &values, &value))
}
