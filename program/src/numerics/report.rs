//! What became of a program's statements.

use crate::expressions::saturate::Stop;
use std::fmt;
use tradewind_ir::Numerics;

/// What became of a program's statements.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Report {
    pub mode: Numerics,
    /// How many assignments of floats there are, and how many of them changed.
    pub statements: usize,
    pub changed: usize,
    /// Operations on floats in these statements, before and after. Negations do not count: they are part of a fused multiply-add.
    pub operations: (usize, usize),
    /// How many searches for a cheaper form found nothing new any more, and how many a limit ended: on rounds, on terms.
    pub stops: [usize; 3],
}

impl Report {
    /// Takes note of how a search ended.
    pub(super) fn stopped(&mut self, stop: Stop) {
        self.stops[stop as usize] += 1;
    }
}

impl fmt::Display for Report {
    /// `contract: 12 of 40 statements changed, 310 operations instead of 364; 52 searches complete, 3 ended by a limit`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { mode, statements, changed, operations: (before, after), stops: [complete, rounds, terms] } = self;
        if *mode == Numerics::Strict {
            return write!(f, "{mode}: every operation is rounded as it is written");
        }
        write!(
            f,
            "{mode}: {changed} of {statements} statements changed, {after} operations instead of {before}; {complete} searches "
        )?;
        write!(f, "complete, {rounds} ended by the limit on rounds, {terms} by the limit on terms")
    }
}
