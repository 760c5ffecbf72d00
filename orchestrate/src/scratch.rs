//! Scratch memory for the threads that run the parts of launches.

use crate::memory::STALE;
use tradewind_ir::memory::{self, LINE, Line};

/// Scratch memory for so many threads, which is there before a launch starts: in the middle of it nothing is allocated.
pub(crate) struct Scratch {
    /// Bytes that a part is given.
    bytes: usize,
    /// Lines that each thread has.
    lines: usize,
    memory: Vec<Line>,
}

impl Scratch {
    /// So many bytes for each of so many threads; nothing if the system does not give them.
    pub fn new(threads: usize, bytes: usize) -> Option<Scratch> {
        let lines = bytes.div_ceil(LINE).max(1);
        Some(Scratch { bytes, lines, memory: memory::zeros(lines.checked_mul(threads)?)? })
    }
    /// Each thread's own.
    pub fn seats(&mut self) -> impl Iterator<Item = Seat<'_>> {
        let bytes = self.bytes;
        self.memory.chunks_mut(self.lines).map(move |lines| Seat { lines, bytes })
    }
}

/// The scratch memory of one thread.
pub(crate) struct Seat<'s> {
    lines: &'s mut [Line],
    bytes: usize,
}

impl Seat<'_> {
    /// Memory for a part, from a multiple of 64 bytes on. Where assertions are on, nothing of an earlier part is left in it.
    pub fn memory(&mut self) -> &mut [u8] {
        if cfg!(debug_assertions) {
            self.lines.fill(Line([STALE; LINE]));
        }
        &mut memory::bytes_of(self.lines)[..self.bytes]
    }
}
