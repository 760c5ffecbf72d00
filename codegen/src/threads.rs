//! The threads that compile and run: pools, made once per number of threads and kept.
//!
//! A process that was forked has the thread that called `fork` and no other; the pools of its parent never do anything for it.
//! Pools belong to a *generation*, which ends with a fork. Those of earlier ones are never touched again, nor are their locks, which
//! another thread may have held when the process was forked.

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
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

/// The pool of so many threads (default: one per core), at most [`most`]; `None` for one thread, which needs no pool.
///
/// # Errors
/// When the system gives no threads.
pub fn pool(threads: Option<usize>) -> Result<Option<&'static ThreadPool>, ThreadPoolBuildError> {
    if number(threads) == 1 { Ok(None) } else { exactly(threads).map(Some) }
}

/// [`pool`], for a single thread too.
///
/// # Errors
/// When the system gives no threads.
pub fn exactly(threads: Option<usize>) -> Result<&'static ThreadPool, ThreadPoolBuildError> {
    generation().pool(number(threads))
}

fn number(threads: Option<usize>) -> usize {
    threads.filter(|n| *n > 0).unwrap_or(*AVAILABLE).min(most())
}

/// The pools that were made between two forks.
struct Generation {
    /// How many forks there were before.
    forks: usize,
    pools: Mutex<HashMap<usize, &'static ThreadPool>>,
    next: OnceLock<Box<Generation>>,
}

impl Generation {
    fn new(forks: usize) -> Generation {
        Generation { forks, pools: Mutex::default(), next: OnceLock::new() }
    }
    fn pool(&self, threads: usize) -> Result<&'static ThreadPool, ThreadPoolBuildError> {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = pools.get(&threads) {
            return Ok(pool);
        }
        let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(|n| format!("tradewind-{n}")).build()?;
        Ok(pools.entry(threads).or_insert(Box::leak(Box::new(pool))))
    }
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
        let pool = pool(Some(3000)).unwrap().unwrap();
        assert_eq!(pool.current_num_threads(), most());
        assert!(pool.install(rayon::current_thread_index).is_some());
    }
}
