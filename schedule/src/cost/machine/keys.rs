//! The keys of machine files: what each means, its values, and its field.

use super::figures::Machine;

/// One key.
pub struct Key {
    /// `section.key`.
    pub name: &'static str,
    /// In one line; with the unit.
    pub meaning: &'static str,
    /// The least and the greatest value.
    pub least: f64,
    pub most: f64,
    pub field: fn(&mut Machine) -> Field<'_>,
}

/// A field of a machine.
pub enum Field<'m> {
    Count(&'m mut usize),
    Number(&'m mut f64),
}

impl Key {
    pub fn section(&self) -> &'static str {
        self.name.split_once('.').map_or("", |(section, _)| section)
    }
    /// The name inside its section.
    pub fn inner(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(_, inner)| inner)
    }
}

macro_rules! keys {
    ($($name:literal, $least:literal..=$most:literal, $kind:ident $($field:ident).+, $meaning:literal;)*) => {
        &[$(Key {
            name: $name,
            meaning: $meaning,
            least: $least,
            most: $most,
            field: |machine| Field::$kind(&mut machine.$($field).+),
        }),*]
    };
}

/// All keys, in the order in which a file is printed.
pub const KEYS: &[Key] = keys! {
    "core.clock_ghz", 0.1..=20.0, Number core.clock_ghz, "cycles per nanosecond, under load";
    "core.vector_bits", 64.0..=2048.0, Count core.vector_bits, "bits of the vectors that the compiled code uses";
    "core.vector_registers", 4.0..=256.0, Count core.vector_registers, "vector registers that code can name";
    "core.instructions", 0.5..=32.0, Number core.instructions, "per cycle: instructions of all kinds";
    "core.arithmetic", 0.25..=16.0, Number core.arithmetic, "per cycle: floating-point instructions, scalar or vector";
    "core.loads", 0.25..=16.0, Number core.loads, "per cycle: loads from L1, scalar or vector";
    "core.stores", 0.25..=16.0, Number core.stores, "per cycle: stores to L1, scalar or vector";
    "core.divide_f64", 0.25..=1000.0, Number core.divide_f64, "cycles: one division, scalar or vector";
    "core.divide_f32", 0.25..=1000.0, Number core.divide_f32, "cycles: one division, scalar or vector";
    "core.sqrt_f64", 0.25..=1000.0, Number core.sqrt_f64, "cycles: one square root, scalar or vector";
    "core.sqrt_f32", 0.25..=1000.0, Number core.sqrt_f32, "cycles: one square root, scalar or vector";
    "core.exp", 0.25..=10000.0, Number core.exp, "cycles: exp of one element, in a loop over vectors";
    "core.log", 0.25..=10000.0, Number core.log, "cycles: log of one element, in a loop over vectors";
    "core.pow", 0.25..=10000.0, Number core.pow, "cycles: pow of one element, in a loop over vectors";
    "core.function", 0.25..=10000.0, Number core.function, "cycles: any other function (sin, tanh, gamma) of one element";
    "core.row_start", 0.0..=10000.0, Number core.row_start, "cycles: to begin a row, the loop along I at one (j, k)";
    "core.l1_bytes", 1024.0..=16777216.0, Count core.l1_bytes, "bytes of the L1 data cache";
    "core.line_bytes", 16.0..=4096.0, Count core.line_bytes, "bytes of a line, in all caches";
    "l2.bytes", 0.0..=1073741824.0, Count l2.bytes, "bytes of one L2 cache; 0: there is none";
    "l2.shared_by", 1.0..=4096.0, Count l2.shared_by, "threads that share one L2 cache";
    "l2.one_gbs", 0.01..=100000.0, Number l2.rate.one_gbs, "GB/s: lines between L2 and one core, all others idle";
    "l2.all_gbs", 0.01..=1000000.0, Number l2.rate.all_gbs, "GB/s: all threads together";
    "l2.latency_ns", 0.1..=100000.0, Number l2.latency_ns, "nanoseconds: a load that L2 has and L1 has not";
    "l3.bytes", 0.0..=17179869184.0, Count l3.bytes, "bytes of one L3 cache; 0: there is none";
    "l3.shared_by", 1.0..=4096.0, Count l3.shared_by, "threads that share one L3 cache";
    "l3.one_gbs", 0.01..=100000.0, Number l3.rate.one_gbs, "GB/s: lines between L3 and one core, all others idle";
    "l3.all_gbs", 0.01..=1000000.0, Number l3.rate.all_gbs, "GB/s: all threads together";
    "l3.latency_ns", 0.1..=100000.0, Number l3.latency_ns, "nanoseconds: a load that L3 has and L2 has not";
    "memory.one_gbs", 0.01..=10000.0, Number memory.rate.one_gbs, "GB/s: lines between memory and one core, all others idle";
    "memory.all_gbs", 0.01..=100000.0, Number memory.rate.all_gbs, "GB/s: all threads together";
    "memory.latency_ns", 0.1..=100000.0, Number memory.latency_ns, "nanoseconds: a load that no cache has";
    "threads.count", 1.0..=4096.0, Count threads.count, "threads that run at once";
    "threads.launch_us", 0.0..=100000.0, Number threads.launch_us, "microseconds: a launch on all threads with nothing to do";
};
