//! Locks that nobody waits for.

use std::sync::{Mutex, TryLockError};

/// Does something to what a lock protects, unless another thread does so at this moment. In a process that was forked, that may be
/// a thread of its parent, which never lets go.
pub(crate) fn unless_locked<T, R>(lock: &Mutex<T>, change: impl FnOnce(&mut T) -> R) -> Option<R> {
    match lock.try_lock() {
        Ok(mut found) => Some(change(&mut found)),
        Err(TryLockError::Poisoned(found)) => Some(change(&mut found.into_inner())),
        Err(TryLockError::WouldBlock) => None,
    }
}
