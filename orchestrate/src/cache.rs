//! Results of steps, cached in memory by the content of the program from which they come.

use crate::lock::unless_locked;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::fmt::{self, Display, Write};
use std::hash::Hasher;
use std::sync::{Arc, Mutex};

/// The content of a program, as a hash of its text form and of all options and places in the source that matter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Key(u64, u64);

impl Key {
    /// The key of what these print, in this order.
    pub fn of(parts: &[&dyn Display]) -> Key {
        let mut digest = Digest::default();
        digest.0[0].write_u8(0);
        digest.0[1].write_u8(1);
        for part in parts {
            // What takes the text never fails.
            let _ = write!(digest, "{part}");
            digest.0.iter_mut().for_each(|half| half.write_u8(END));
        }
        Key(digest.0[0].finish(), digest.0[1].finish())
    }
}

/// Stands after each text, and in none.
const END: u8 = 0xff;

/// Takes a text as it is printed: that of a large program is longer than the program.
#[derive(Default)]
struct Digest([DefaultHasher; 2]);

impl Write for Digest {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.iter_mut().for_each(|half| half.write(text.as_bytes()));
        Ok(())
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
