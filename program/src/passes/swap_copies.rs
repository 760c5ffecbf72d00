//! Makes swaps of copies whose source is not read again: a swap exchanges addresses, a copy moves all elements.
//!
//! ```text
//! for $n in [0, $nt) {                  for $n in [0, $nt) {
//!   call @advect(%q, %r)                  call @advect(%q, %r)
//!   copy %q = %r                   =>     swap %q, %r
//!   halo_update %q                        halo_update %q
//! }                                     }
//! ```
//!
//! A copy takes the halo along. Without the halo update, the halo of `%r` would be read: it would be that of `%q` at the end of the program.

use crate::analyzed::Analyzed;
use crate::live::{Live, Walk};
use tradewind_ir::pass::Pass;
use tradewind_ir::{Diagnostic, HostStep, ProgramStmt};

/// The pass `swap-copies`.
pub struct SwapCopies;

impl Pass<Analyzed> for SwapCopies {
    fn name(&self) -> &'static str {
        "swap-copies"
    }
    fn doc(&self) -> &'static str {
        "make swaps of copies whose source is not read again"
    }
    fn run(&self, of: &mut Analyzed) -> Result<usize, Vec<Diagnostic>> {
        let (mut steps, mut changes) = (std::mem::take(&mut of.program.body), 0);
        let visit = &mut |step: &ProgramStmt, live: &Live| {
            let ProgramStmt::Host(HostStep::Copy { to, from }, span) = step else { return None };
            if live.has(*from) {
                return None;
            }
            changes += 1;
            Some(vec![ProgramStmt::Host(HostStep::Swap { a: *to, b: *from }, *span)])
        };
        Walk::new(of).steps(&mut steps, Some(visit));
        of.program.body = steps;
        Ok(changes)
    }
}
