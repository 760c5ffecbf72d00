//! The figures of a machine.

use serde::Serialize;

/// The figures of a machine.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Machine {
    pub core: Core,
    pub l2: Cache,
    pub l3: Cache,
    pub memory: Memory,
    pub threads: Threads,
}

/// One core, with its L1 data cache.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Core {
    /// Cycles per nanosecond, under load.
    pub clock_ghz: f64,
    /// Bits of the vectors that the compiled code uses, not of the widest that the core has.
    pub vector_bits: usize,
    /// Vector registers that code can name.
    pub vector_registers: usize,
    /// Instructions of all kinds that a cycle can start.
    pub instructions: f64,
    /// Floating-point instructions that a cycle can start (additions, products, comparisons, selections), scalar or vector.
    pub arithmetic: f64,
    /// Loads from L1 that a cycle can start, scalar or vector.
    pub loads: f64,
    /// Stores to L1 that a cycle can start, scalar or vector.
    pub stores: f64,
    /// Cycles for which one division, scalar or vector, keeps the divider busy.
    pub divide_f64: f64,
    pub divide_f32: f64,
    /// Cycles for which one square root, scalar or vector, keeps the divider busy.
    pub sqrt_f64: f64,
    pub sqrt_f32: f64,
    /// Cycles of `exp` for one element, in a loop over vectors of f64.
    pub exp: f64,
    /// Cycles of `log` for one element, in a loop over vectors of f64.
    pub log: f64,
    /// Cycles of `pow` for one element, in a loop over vectors of f64.
    pub pow: f64,
    /// Cycles of any other function (`sin`, `tanh`, `gamma`, …) for one element, in a loop over vectors of f64.
    pub function: f64,
    /// Cycles to begin a row: the loop along I for another (j, k), or its next part.
    pub row_start: f64,
    /// Bytes of the L1 data cache.
    pub l1_bytes: usize,
    /// Bytes of a line, in all caches.
    pub line_bytes: usize,
}

/// A cache behind L1.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Cache {
    /// Bytes of one such cache; zero if the machine has none.
    pub bytes: usize,
    /// Threads that share one such cache: 1 if each has its own.
    pub shared_by: usize,
    #[serde(flatten)]
    pub rate: Rate,
    /// From a load that misses all nearer caches, and that nothing has foreseen, to its value.
    pub latency_ns: f64,
}

/// The memory behind the last cache.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Memory {
    #[serde(flatten)]
    pub rate: Rate,
    /// From a load that misses all caches, and that nothing has foreseen, to its value.
    pub latency_ns: f64,
}

/// How fast whole lines move between a cache or the memory and the core, sustained over long contiguous arrays. All lines
/// count: those read, those that a write fetches first, and those written back. The time of loads and stores of the elements is
/// not in it: it adds to that of lines from L2 and L3, and from memory the longer one counts.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Rate {
    /// GB/s of one thread, with all others idle.
    pub one_gbs: f64,
    /// GB/s of all threads together.
    pub all_gbs: f64,
}

/// Threads, and what it takes to use them.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Threads {
    /// How many run at once.
    pub count: usize,
    /// Microseconds from the start of a launch on all threads to its end, if there is nothing to do.
    pub launch_us: f64,
}

impl Machine {
    /// A fixed machine: for tests, and where a figure cannot be found. It is a server of 2021 (AMD Zen 3) with two cores.
    pub fn reference() -> Machine {
        let rate = |one_gbs, all_gbs| Rate { one_gbs, all_gbs };
        Machine {
            core: Core {
                clock_ghz: 3.2,
                vector_bits: 128,
                vector_registers: 16,
                instructions: 4.0,
                arithmetic: 2.0,
                loads: 2.0,
                stores: 1.0,
                divide_f64: 5.0,
                divide_f32: 3.5,
                sqrt_f64: 9.5,
                sqrt_f32: 5.5,
                exp: 13.0,
                log: 18.0,
                pow: 50.0,
                function: 30.0,
                row_start: 5.0,
                l1_bytes: 32 << 10,
                line_bytes: 64,
            },
            l2: Cache { bytes: 512 << 10, shared_by: 1, rate: rate(130.0, 260.0), latency_ns: 4.0 },
            l3: Cache { bytes: 32 << 20, shared_by: 2, rate: rate(80.0, 150.0), latency_ns: 16.0 },
            memory: Memory { rate: rate(27.0, 40.0), latency_ns: 140.0 },
            threads: Threads { count: 2, launch_us: 10.0 },
        }
    }
}

impl Rate {
    /// GB/s of so many threads together.
    pub fn at(&self, threads: usize) -> f64 {
        (threads as f64 * self.one_gbs).min(self.all_gbs)
    }
}

impl Cache {
    /// Bytes that each of so many threads has for itself.
    pub fn bytes_each(&self, threads: usize) -> usize {
        self.bytes / threads.clamp(1, self.shared_by)
    }
}
