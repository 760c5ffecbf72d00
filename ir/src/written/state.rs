//! What has been written at a point of a program, with a journal of changes: a branch or a round of a loop is walked, compared
//! and taken back at the cost of what it changes.

use super::block::{Block, Blocks};
use crate::source::Span;
use std::collections::HashMap;

/// What is known of one component of a field, or of a scalar.
#[derive(Clone, Default, Debug)]
pub struct Written {
    /// Written for certain.
    pub must: Blocks,
    /// Written on some way here.
    pub may: Blocks,
    /// The last step that wrote, and where.
    pub last: Option<(Span, Block)>,
}

impl Written {
    /// All of it, from the start.
    pub fn everything() -> Written {
        let mut all = Blocks::default();
        all.add(Block::ALL, [1; 3]);
        Written { must: all.clone(), may: all, last: None }
    }
    /// What is known where two ways meet.
    fn join(&self, other: &Written, min: [i64; 3]) -> Written {
        let (must, may) = (self.must.both(&other.must, min), self.may.either(&other.may, min));
        Written { must, may, last: other.last.or(self.last) }
    }
    /// Whether joining `other` would change nothing.
    fn absorbs(&self, other: &Written, min: [i64; 3]) -> bool {
        other.must.covers(&self.must, min) && self.may.covers(&other.may, min)
    }
}

/// Values of changed entries, by their index.
pub type Changes = HashMap<usize, Written>;

/// What is known of every entry.
pub struct State {
    now: Vec<Written>,
    /// For each branch or round that is being walked, what its changed entries were before it.
    journal: Vec<Changes>,
    min: [i64; 3],
}

impl State {
    /// The state at the start, on domains of at least `min` points.
    pub fn new(start: Vec<Written>, min: [i64; 3]) -> State {
        State { now: start, journal: Vec::new(), min }
    }
    /// What is known of an entry.
    pub fn of(&self, entry: usize) -> &Written {
        &self.now[entry]
    }
    /// What is known of an entry, to be changed.
    pub fn change(&mut self, entry: usize) -> &mut Written {
        if let Some(changes) = self.journal.last_mut() {
            changes.entry(entry).or_insert_with(|| self.now[entry].clone());
        }
        &mut self.now[entry]
    }
    /// Adds to what is written.
    pub fn write(&mut self, entry: usize, block: Block, certain: bool, span: Span) {
        let min = self.min;
        let written = self.change(entry);
        if certain {
            written.must.add(block, min);
        }
        written.may.add_or_all(block, min);
        written.last = Some((span, block));
    }
    /// Begins a branch or a round.
    pub fn enter(&mut self) {
        self.journal.push(Changes::new());
    }
    /// Ends it: the state is what it was before, and what it had become of the changed entries is handed back.
    pub fn leave(&mut self) -> Changes {
        let before = self.journal.pop().unwrap_or_default();
        before.into_iter().map(|(entry, old)| (entry, std::mem::replace(&mut self.now[entry], old))).collect()
    }
    /// Takes the state at the end of a branch.
    pub fn take(&mut self, changes: Changes) {
        changes.into_iter().for_each(|(entry, new)| *self.change(entry) = new);
    }
    /// The state where two branches meet.
    pub fn meet(&mut self, mut one: Changes, mut other: Changes) {
        let entries: Vec<usize> = one.keys().chain(other.keys().filter(|entry| !one.contains_key(entry))).copied().collect();
        for entry in entries {
            let side = |changes: &mut Changes| changes.remove(&entry).unwrap_or_else(|| self.now[entry].clone());
            let (a, b) = (side(&mut one), side(&mut other));
            *self.change(entry) = a.join(&b, self.min);
        }
    }
    /// Joins the end of a round to the start of the next one; says whether that changed nothing.
    pub fn repeat(&mut self, round: &Changes) -> bool {
        let mut stable = true;
        for (entry, end) in round {
            if !self.now[*entry].absorbs(end, self.min) {
                stable = false;
                let joined = self.now[*entry].join(end, self.min);
                *self.change(*entry) = joined;
            } else if self.now[*entry].last.is_none() {
                self.change(*entry).last = end.last;
            }
        }
        stable
    }
    /// Forgets what is certain of an entry, and holds everything for possible.
    pub fn forget(&mut self, entry: usize) {
        let last = self.now[entry].last;
        *self.change(entry) = Written { must: Blocks::default(), may: Written::everything().may, last };
    }
}
