//! The threads that run the parts of a launch: scratch memory for each of them, and the parts that are left.

use crate::memory::STALE;
use rayon::prelude::*;
use std::sync::atomic::{AtomicI64, Ordering};
use tradewind_ir::memory::{self, LINE, Line};

/// So many threads at most run the parts of a launch. All that they need is here before a launch starts: in the middle of it nothing
/// is allocated, and none waits for another.
pub(crate) struct Workers {
    /// Bytes of scratch memory that a part is given.
    bytes: usize,
    /// Lines that each worker has of `scratch`.
    lines: usize,
    scratch: Vec<Line>,
    /// For each worker, the next part of its share.
    next: Vec<AtomicI64>,
}

impl Workers {
    /// So many workers, each with so many bytes of scratch memory; nothing if the system does not give them.
    pub fn new(count: usize, bytes: usize) -> Option<Workers> {
        let lines = bytes.div_ceil(LINE).max(1);
        let scratch = memory::zeros(lines.checked_mul(count)?)?;
        Some(Workers { bytes, lines, scratch, next: (0..count).map(|_| AtomicI64::new(0)).collect() })
    }
    /// How many there are.
    pub fn count(&self) -> usize {
        self.next.len()
    }
    /// Runs one part on this thread, with scratch memory that starts at a multiple of 64 bytes.
    pub fn run(&mut self, part: impl FnOnce(&mut [u8])) {
        part(cleared(&mut self.scratch[..self.lines], self.bytes));
    }
    /// Runs parts 0 to `parts` on the threads of the pool, in any order. A worker that has done its share takes parts from others'.
    pub fn share(&mut self, parts: i64, part: impl Fn(i64, &mut [u8]) + Sync) {
        let count = self.next.len();
        let first = |worker: usize| (i128::from(parts) * worker as i128 / count as i128) as i64;
        self.next.iter().enumerate().for_each(|(worker, next)| next.store(first(worker), Ordering::Relaxed));
        let (next, bytes) = (&self.next, self.bytes);
        let workers = self.scratch.par_chunks_mut(self.lines).enumerate().with_max_len(1);
        workers.for_each(|(own, scratch)| {
            for worker in (own..count).chain(0..own) {
                let take = || Some(next[worker].fetch_add(1, Ordering::Relaxed)).filter(|n| *n < first(worker + 1));
                while let Some(n) = take() {
                    part(n, cleared(scratch, bytes));
                }
            }
        });
    }
}

/// Scratch memory for a part. Where assertions are on, nothing of an earlier part is left in it.
fn cleared(scratch: &mut [Line], bytes: usize) -> &mut [u8] {
    if cfg!(debug_assertions) {
        scratch.fill(Line([STALE; LINE]));
    }
    &mut memory::bytes_of(scratch)[..bytes]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_runs_once_whoever_runs_it() {
        for (count, parts) in [(1, 1), (2, 8), (3, 2), (4, 0), (5, 23)] {
            let mut workers = Workers::new(count, 100).expect("little memory");
            let runs: Vec<AtomicI64> = (0..parts).map(|_| AtomicI64::new(0)).collect();
            for round in 1..4 {
                workers.share(parts, |n, scratch| {
                    assert_eq!((scratch.len(), scratch.as_ptr() as usize % LINE), (100, 0));
                    scratch.fill(n as u8);
                    runs[n as usize].fetch_add(1, Ordering::Relaxed);
                    assert!(scratch.iter().all(|byte| *byte == n as u8), "scratch memory is one part's");
                });
                assert!(runs.iter().all(|runs| runs.load(Ordering::Relaxed) == round), "{count} workers, {parts} parts");
            }
        }
    }
}
