//! The machine: the figures from which the time of a loop nest is predicted, in the manner of the execution-cache-memory model
//! (Stengel, Treibig, Hager, Wellein: Quantifying performance bottlenecks of stencil computations, ICS 2015).
//!
//! What happens inside a core is counted in cycles, what happens outside in nanoseconds and bytes: 1 GB/s is 1 byte per
//! nanosecond. A machine without an L3 cache, or without an L2 cache, has one of no bytes.

mod figures;
mod keys;
mod text;

pub use figures::{Cache, Core, Machine, Memory, Rate, Threads};

use keys::{Field, KEYS};

impl Machine {
    /// The machine with figures that a machine can have: each moved into the range of its key, all threads at least as fast as
    /// one, and none of the caches that are no larger than a nearer one.
    pub fn clamped(mut self) -> Machine {
        for key in KEYS {
            match (key.field)(&mut self) {
                Field::Count(n) => *n = (*n).clamp(key.least as usize, key.most as usize),
                Field::Number(x) if x.is_nan() => *x = key.least,
                Field::Number(x) => *x = x.clamp(key.least, key.most),
            }
        }
        for rate in [&mut self.l2.rate, &mut self.l3.rate, &mut self.memory.rate] {
            rate.all_gbs = rate.all_gbs.max(rate.one_gbs);
        }
        let mut largest = self.core.l1_bytes;
        for cache in [&mut self.l2, &mut self.l3] {
            cache.bytes = if cache.bytes > largest { cache.bytes } else { 0 };
            largest = largest.max(cache.bytes);
        }
        self
    }
}
