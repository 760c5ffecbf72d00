//! Results of steps, cached in memory by the content of their input.

use crate::lock::unless_locked;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex};

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
        let known = unless_locked(&self.found, |found| found.get(&key).cloned());
        if let Some(found) = known.flatten() {
            return Ok((found, true));
        }
        let made = Arc::new(make()?);
        unless_locked(&self.found, |found| found.insert(key, made.clone()));
        Ok((made, false))
    }
    /// How many results are kept.
    pub fn len(&self) -> usize {
        unless_locked(&self.found, |found| found.len()).unwrap_or(0)
    }
    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
