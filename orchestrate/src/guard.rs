//! Memory between two inaccessible pages, so that any access outside an array ends the process at once: for tests of
//! compiled code, and for `tradewind verify`.

use std::io;

/// Which end of the memory lies flush against an inaccessible page.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Flush {
    Low,
    High,
}

/// Zeroed memory with inaccessible pages before and after it.
pub struct Guarded {
    map: *mut u8,
    mapped: usize,
    start: usize,
    len: usize,
}

// SAFETY: the memory is owned by the value and plain bytes.
unsafe impl Send for Guarded {}

impl Guarded {
    /// `len` bytes, flush against the inaccessible page on one side; the other side is padded up to a whole page.
    ///
    /// # Errors
    /// When the system does not give the memory.
    pub fn new(len: usize, flush: Flush) -> io::Result<Guarded> {
        // SAFETY: asks for a number; no memory is involved.
        let page = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096);
        let inner = len.max(1).next_multiple_of(page);
        let mapped = inner + 2 * page;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: a fresh private mapping at an address of the system's choice.
        let map = unsafe { libc::mmap(std::ptr::null_mut(), mapped, libc::PROT_NONE, flags, -1, 0) };
        if map == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        let map: *mut u8 = map.cast();
        let start = if flush == Flush::Low { page } else { page + inner - len };
        let guarded = Guarded { map, mapped, start, len };
        // SAFETY: `page..page + inner` lies within the mapping just made.
        if unsafe { libc::mprotect(map.add(page).cast(), inner, libc::PROT_READ | libc::PROT_WRITE) } != 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(guarded)
    }
    /// The memory's start.
    pub fn start(&mut self) -> *mut u8 {
        self.map.wrapping_add(self.start)
    }
    /// The memory.
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: `start..start + len` is readable, initialised (zero) and owned.
        unsafe { std::slice::from_raw_parts(self.map.add(self.start), self.len) }
    }
    /// The memory, to be changed.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as for `bytes`, and borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.map.add(self.start), self.len) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: the whole mapping, made in `new`, and nothing borrows it any more. A failure leaks it, no more.
        unsafe { libc::munmap(self.map.cast(), self.mapped) };
    }
}
