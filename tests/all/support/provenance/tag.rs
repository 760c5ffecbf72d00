//! Tags: what an element holds, as a hash of the way in which it was computed.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use tradewind::ir::Value;

/// A version: equal tags are equal computations on equal versions of the arguments.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Tag(pub u64);

impl Tag {
    /// What an element of a temporary holds that nothing has written since it was allocated, or that is no longer stored.
    pub const UNWRITTEN: Tag = Tag(0xdead);

    /// The tag of an operation on some operands.
    pub fn of(operation: impl Hash, operands: &[Tag]) -> Tag {
        let mut hasher = Mixer::default();
        (operation, operands).hash(&mut hasher);
        Tag(hasher.finish())
    }
    /// `then` where a condition holds, else `otherwise`.
    pub fn select(condition: Tag, then: Tag, otherwise: Tag) -> Tag {
        if then == otherwise { then } else { Tag::of("select", &[condition, then, otherwise]) }
    }
}

/// A fast hash of 64 bits: each word is multiplied with the state, and the halves of the product are joined.
#[derive(Clone, Copy, Default)]
pub struct Mixer(u64);

/// A map of keys that are hashed fast.
pub type Map<K, V> = HashMap<K, V, BuildHasherDefault<Mixer>>;

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }
    fn write_u64(&mut self, word: u64) {
        let product = u128::from(self.0 ^ 0x9e37_79b9_7f4a_7c15) * u128::from(word ^ 0xd6e8_feb8_6659_fd93);
        self.0 = (product as u64 ^ (product >> 64) as u64).rotate_left(23).wrapping_add(word);
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

/// The value of an expression at a point.
#[derive(Clone, Copy, Debug)]
pub enum Symbol {
    /// It does not depend on what the arguments hold.
    Known(Value),
    Tagged(Tag),
}

impl Symbol {
    /// The version that an element holds once this is written to it.
    pub fn tag(self) -> Tag {
        match self {
            Symbol::Known(value) => Tag::of(("value", value.dtype() as u8, value.bits()), &[]),
            Symbol::Tagged(tag) => tag,
        }
    }
    /// The truth value, if it is known.
    pub fn known_truth(self) -> Option<bool> {
        if let Symbol::Known(value) = self { Some(value.is_true()) } else { None }
    }
}
