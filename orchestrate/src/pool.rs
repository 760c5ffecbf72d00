//! Thread pools, made once per number of threads and kept.

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// Asking the system takes longer than a small call.
static AVAILABLE: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));
static POOLS: Mutex<Option<HashMap<usize, Arc<ThreadPool>>>> = Mutex::new(None);

/// The pool of so many threads (default: one per core); `None` for one thread, which needs no pool.
///
/// # Errors
/// When the system gives no threads.
pub fn of(threads: Option<usize>) -> Result<Option<Arc<ThreadPool>>, ThreadPoolBuildError> {
    let threads = threads.filter(|n| *n > 0).unwrap_or(*AVAILABLE);
    if threads == 1 {
        return Ok(None);
    }
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    let pools = pools.get_or_insert_with(HashMap::new);
    if let Some(pool) = pools.get(&threads) {
        return Ok(Some(pool.clone()));
    }
    let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(|n| format!("tradewind-{n}")).build()?;
    Ok(Some(pools.entry(threads).or_insert(Arc::new(pool)).clone()))
}
