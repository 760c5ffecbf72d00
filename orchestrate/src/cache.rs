//! Results of steps, kept in memory by the content of what went in.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

/// The content of a step's input, as a hash of its text form and of all options and places in the source that matter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Key(u64, u64);

impl Key {
    /// The key of these texts, in this order.
    pub fn of(parts: &[&str]) -> Key {
        let half = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            (salt, parts).hash(&mut hasher);
            hasher.finish()
        };
        Key(half(0), half(1))
    }
}

/// Results of one step.
pub struct Cache<T> {
    found: Mutex<HashMap<Key, Arc<T>>>,
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Cache { found: Mutex::new(HashMap::new()) }
    }
}

impl<T> Cache<T> {
    /// The result for `key`, made by `make` if it is not here yet; says whether it was. Failures are not kept.
    pub fn get_or_make<E>(&self, key: Key, make: impl FnOnce() -> Result<T, E>) -> Result<(Arc<T>, bool), E> {
        let lock = || self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = lock().get(&key) {
            return Ok((found.clone(), true));
        }
        let made = Arc::new(make()?);
        lock().insert(key, made.clone());
        Ok((made, false))
    }
    /// How many results are kept.
    pub fn len(&self) -> usize {
        self.found.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
