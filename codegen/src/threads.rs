//! The threads that compile and run: pools, made once per number of threads and kept.
//!
//! A process that was forked has the thread that called `fork` and no other; the pools of its parent never do anything for it.
//! Pools belong to a *generation*, which ends with a fork. Those of earlier ones are never touched again, nor are their locks, which
//! another thread may have held when the process was forked.

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use std::collections::HashMap;
use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};

/// Asking the system takes longer than a small call.
static AVAILABLE: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));

/// Pools have up to so many threads for each core, and may always have [`FEW`]: more do nothing sooner, and thousands of them
/// take seconds to start.
const PER_CORE: usize = 4;
const FEW: usize = 16;

/// The greatest number of threads that a pool has.
pub fn most() -> usize {
    FEW.max(PER_CORE * *AVAILABLE)
}

/// The pool of so many threads (default: one per core), at most [`most`].
///
/// # Errors
/// When the system gives no threads.
pub fn exactly(threads: Option<usize>) -> Result<&'static ThreadPool, ThreadPoolBuildError> {
    generation().pool(number(threads))
}

/// How many threads a run gets that asks for so many (default: one per core).
pub fn number(threads: Option<usize>) -> usize {
    threads.filter(|n| *n > 0).unwrap_or(*AVAILABLE).min(most())
}

/// Threads that take part in runs, and in nothing else: one that is idle begins at once.
pub struct Helpers {
    pool: ThreadPool,
    /// How many are idle; less than none where some are waited for.
    idle: AtomicIsize,
}

/// So many helpers that are shared by all runs that ask for as many.
///
/// # Errors
/// When the system gives no threads.
pub fn helpers(count: usize) -> Result<&'static Helpers, ThreadPoolBuildError> {
    generation().helpers(count)
}

impl Helpers {
    /// Does `own` on this thread and, meanwhile, `help` with each of the seats for which a helper is idle, on that one. Ends when all
    /// have ended. The first `least` seats wait for helpers that other runs have, the others do without.
    pub fn join<S: Send, R>(
        &self,
        seats: impl IntoIterator<Item = S>,
        least: usize,
        help: impl Fn(S) + Sync,
        own: impl FnOnce() -> R,
    ) -> R {
        let help = &help;
        self.pool.in_place_scope(|scope| {
            for (n, seat) in seats.into_iter().enumerate() {
                if n < least {
                    self.idle.fetch_sub(1, Ordering::AcqRel);
                } else if !self.take() {
                    break;
                }
                scope.spawn(move |_| {
                    let _idle_again = Lent(&self.idle);
                    help(seat);
                });
            }
            own()
        })
    }
    fn take(&self) -> bool {
        self.idle.fetch_update(Ordering::AcqRel, Ordering::Relaxed, |idle| (idle > 0).then_some(idle - 1)).is_ok()
    }
}

/// A helper that has something to do, until this goes.
struct Lent<'h>(&'h AtomicIsize);

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}

/// The pools that were made between two forks.
struct Generation {
    /// How many forks there were before.
    forks: usize,
    pools: Mutex<HashMap<usize, &'static ThreadPool>>,
    helpers: Mutex<HashMap<usize, &'static Helpers>>,
    next: OnceLock<Box<Generation>>,
}

impl Generation {
    fn new(forks: usize) -> Generation {
        Generation { forks, pools: Mutex::default(), helpers: Mutex::default(), next: OnceLock::new() }
    }
    fn pool(&self, threads: usize) -> Result<&'static ThreadPool, ThreadPoolBuildError> {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = pools.get(&threads) {
            return Ok(pool);
        }
        Ok(pools.entry(threads).or_insert(Box::leak(Box::new(started(threads)?))))
    }
    fn helpers(&self, count: usize) -> Result<&'static Helpers, ThreadPoolBuildError> {
        let mut known = self.helpers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(helpers) = known.get(&count) {
            return Ok(helpers);
        }
        let helpers = Helpers { pool: started(count)?, idle: AtomicIsize::new(count as isize) };
        Ok(known.entry(count).or_insert(Box::leak(Box::new(helpers))))
    }
}

fn started(threads: usize) -> Result<ThreadPool, ThreadPoolBuildError> {
    ThreadPoolBuilder::new().num_threads(threads).thread_name(|n| format!("tradewind-{n}")).build()
}

/// The generation of this process.
fn generation() -> &'static Generation {
    static FIRST: OnceLock<Generation> = OnceLock::new();
    let forks = forks();
    let mut generation = FIRST.get_or_init(|| Generation::new(forks));
    while generation.forks != forks {
        generation = generation.next.get_or_init(|| Box::new(Generation::new(forks)));
    }
    generation
}

/// How many forks led to this process since the first call.
fn forks() -> usize {
    static FORKS: AtomicUsize = AtomicUsize::new(0);
    static WATCHED: OnceLock<()> = OnceLock::new();
    extern "C" fn forked() {
        FORKS.fetch_add(1, Ordering::Relaxed);
    }
    WATCHED.get_or_init(|| {
        // SAFETY: the function does nothing but add to an atomic, which is allowed between `fork` and `exec`, and never unloaded
        // before the process ends.
        unsafe { libc::pthread_atfork(None, None, Some(forked)) };
    });
    FORKS.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absurd_numbers_of_threads_become_useful_ones() {
        let pool = exactly(Some(3000)).unwrap();
        assert_eq!(pool.current_num_threads(), most());
        assert!(pool.install(rayon::current_thread_index).is_some());
    }

    #[test]
    fn a_run_does_without_the_helpers_that_another_one_has() {
        let helpers = helpers(2).unwrap();
        let (outer, inner) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let count = |of: &AtomicUsize| {
            of.fetch_add(1, Ordering::Relaxed);
        };
        let busy = std::sync::Barrier::new(2);
        helpers.join(
            [(); 1],
            0,
            |()| {
                busy.wait();
                busy.wait();
                count(&outer);
            },
            || {
                busy.wait();
                // One of two is left, and comes back each time.
                for _ in 0..3 {
                    helpers.join([(); 5], 1, |()| count(&inner), || ());
                }
                busy.wait();
            },
        );
        assert_eq!((outer.into_inner(), inner.into_inner() >= 3), (1, true));
        assert_eq!(helpers.idle.load(Ordering::Relaxed), 2);
    }
}
