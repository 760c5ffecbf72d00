//! What the threads of a run have done so far, for each step of the plan.
//!
//! Every thread walks through the whole plan. A step that has work is cut into parts; each thread has a share of them, and takes parts of
//! others' once its own are taken. Nothing is handed out and nobody is waited for at the end of a step: a thread goes on when no part is left
//! to take, and waits where it comes to a step that must come after one which is not done. All counts go up only: in the next round of a
//! loop, there are more parts.

use crossbeam_utils::CachePadded;
use std::sync::atomic::{AtomicU64, Ordering};

/// The counts that all threads share.
pub(crate) struct Progress {
    threads: usize,
    /// For each step and thread, how many parts of that thread's shares have been taken.
    taken: Vec<CachePadded<AtomicU64>>,
    /// For each step, how many parts are done.
    done: Vec<CachePadded<AtomicU64>>,
}

/// How many parts there have been in all rounds so far, as one thread knows.
pub(crate) struct Tally {
    /// As [`Progress::taken`].
    shares: Vec<u64>,
    /// For each step.
    parts: Vec<u64>,
}

impl Progress {
    /// Nothing done, in a plan of so many steps.
    pub fn new(steps: usize, threads: usize) -> Progress {
        let zeros = |count| (0..count).map(|_| CachePadded::default()).collect();
        Progress { threads, taken: zeros(steps * threads), done: zeros(steps) }
    }
    /// How many threads have shares.
    pub fn threads(&self) -> usize {
        self.threads
    }
    /// Nothing done again.
    pub fn reset(&mut self) {
        self.taken.iter_mut().chain(&mut self.done).for_each(|count| *count.get_mut() = 0);
    }
    /// What a thread knows at the start.
    pub fn tally(&self) -> Tally {
        Tally { shares: vec![0; self.taken.len()], parts: vec![0; self.done.len()] }
    }
    /// Takes one of `parts` parts of a step: its number, or nothing if none is left.
    pub fn take(&self, tally: &Tally, step: usize, parts: u64, thread: usize) -> Option<u64> {
        (thread..self.threads).chain(0..thread).find_map(|owner| {
            let (slot, first) = (step * self.threads + owner, self.first(parts, owner));
            let before = tally.shares[slot];
            let end = before + self.first(parts, owner + 1) - first;
            let next = |taken| (taken < end).then_some(taken + 1);
            let taken = self.taken[slot].fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok()?;
            Some(first + taken - before)
        })
    }
    /// Takes note that so many parts of a step are done; what they wrote is seen by whoever finds the step done.
    pub fn finish(&self, step: usize, parts: u64) {
        self.done[step].fetch_add(parts, Ordering::Release);
    }
    /// Whether all parts of a step that a thread knows of are done.
    pub fn is_done(&self, tally: &Tally, step: usize) -> bool {
        self.done[step].load(Ordering::Acquire) >= tally.parts[step]
    }
    /// Counts the parts of a step in the tally of a thread that takes no more of them.
    pub fn pass(&self, tally: &mut Tally, step: usize, parts: u64) {
        for owner in 0..self.threads {
            tally.shares[step * self.threads + owner] += self.first(parts, owner + 1) - self.first(parts, owner);
        }
        tally.parts[step] += parts;
    }
    /// The first part of a thread's share.
    fn first(&self, parts: u64, thread: usize) -> u64 {
        (u128::from(parts) * thread as u128 / self.threads as u128) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_taken_once_in_every_round() {
        for (threads, parts) in [(1, 1), (2, 8), (3, 2), (4, 0), (5, 23)] {
            let progress = Progress::new(2, threads);
            let runs: Vec<AtomicU64> = (0..parts).map(|_| AtomicU64::new(0)).collect();
            let walk = |thread| {
                let mut tally = progress.tally();
                for round in 1..4 {
                    while let Some(part) = progress.take(&tally, 1, parts, thread) {
                        runs[part as usize].fetch_add(1, Ordering::Relaxed);
                        progress.finish(1, 1);
                    }
                    progress.pass(&mut tally, 1, parts);
                    while !progress.is_done(&tally, 1) {
                        std::thread::yield_now();
                    }
                    assert!(runs.iter().all(|runs| runs.load(Ordering::Relaxed) >= round), "{threads} threads, {parts} parts");
                }
            };
            // One of them may not come at all.
            std::thread::scope(|scope| {
                (0..threads.max(2) - 1).for_each(|thread| {
                    scope.spawn(move || walk(thread));
                });
            });
            assert!(runs.iter().all(|runs| runs.load(Ordering::Relaxed) == 3), "{threads} threads, {parts} parts");
        }
    }
}
