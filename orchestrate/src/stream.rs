//! The reference for memory-bound kernels: a STREAM copy of arrays far larger than the caches.

use rayon::prelude::*;
use std::time::Instant;

/// Bytes of each of the two arrays: several times a large last-level cache.
const ARRAY_BYTES: usize = 256 << 20;
const CHUNK: usize = 1 << 17;

/// Bytes per second that a copy moves, read and written bytes counted (not what a write fetches first), as the median of
/// `rounds` on the threads of `pool`.
pub fn copy_bandwidth(pool: &rayon::ThreadPool, rounds: usize) -> f64 {
    let count = ARRAY_BYTES / 8;
    let from = vec![1.0f64; count];
    let mut to = vec![0.0f64; count];
    let mut seconds: Vec<f64> = (0..rounds.max(1) + 1)
        .map(|_| {
            let start = Instant::now();
            pool.install(|| {
                to.par_chunks_mut(CHUNK).zip(from.par_chunks(CHUNK)).for_each(|(to, from)| to.copy_from_slice(from));
            });
            std::hint::black_box(&to);
            start.elapsed().as_secs_f64()
        })
        .skip(1)
        .collect();
    seconds.sort_by(f64::total_cmp);
    2.0 * ARRAY_BYTES as f64 / seconds[seconds.len() / 2]
}
