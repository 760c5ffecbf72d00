//! Extraction by DAG cost: a term that is used twice is paid for once.
//!
//! Greedy, as `faster-greedy-dag` of the extraction gym: each class keeps the cheapest known choice together with the set of
//! classes that the choice needs, and the cost of a set is the sum over its members.

use super::cost;
use super::term::{Term, Types};
use egg::{EGraph, Id, Language};
use std::collections::HashMap;
use tradewind_ir::DType;

/// One term for each class.
pub struct Choice<'e> {
    egraph: &'e EGraph<Term, Types>,
    /// The number of a class among all.
    number: HashMap<Id, usize>,
    best: Vec<Option<Candidate>>,
}

/// A term and all that it needs.
#[derive(Clone)]
struct Candidate {
    term: Term,
    cost: u32,
    /// The classes needed, the term's own included, with one bit each.
    needs: Vec<u64>,
}

impl<'e> Choice<'e> {
    /// The cheapest terms. `is_load` tells which leaves are loads.
    pub fn of(egraph: &'e EGraph<Term, Types>, is_load: &impl Fn(u32) -> bool) -> Choice<'e> {
        let number: HashMap<Id, usize> = egraph.classes().enumerate().map(|(n, class)| (class.id, n)).collect();
        let mut choice = Choice { egraph, best: vec![None; number.len()], number };
        let mut own = vec![0; choice.best.len()];
        let mut needs = vec![0; choice.best.len().div_ceil(64)];
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for class in egraph.classes() {
                let n = choice.number[&class.id];
                for term in &class.nodes {
                    let alone = cost::term(term, is_load);
                    if let Some(cost) = choice.cost(term, alone, n, &own, &mut needs) {
                        own[n] = alone;
                        choice.best[n] = Some(Candidate { term: term.clone(), cost, needs: needs.clone() });
                        changed = true;
                    }
                }
            }
        }
        choice
    }

    /// What a term of class `n` that costs `alone` would cost with all that it needs, which goes to `needs`; `None` if that is
    /// no less than the best so far, or while an operand has no choice or needs the class itself.
    fn cost(&self, term: &Term, alone: u32, n: usize, own: &[u32], needs: &mut [u64]) -> Option<u32> {
        let best = self.best[n].as_ref().map_or(u32::MAX, |best| best.cost);
        // Not less than what the dearest operand needs: most terms need not be looked at any further.
        for child in term.children() {
            let operand = self.best[self.number(*child)].as_ref()?;
            if operand.cost + alone >= best {
                return None;
            }
        }
        needs.fill(0);
        for child in term.children() {
            let operand = self.best[self.number(*child)].as_ref()?;
            needs.iter_mut().zip(&operand.needs).for_each(|(all, some)| *all |= some);
        }
        if needs[n / 64] & (1 << (n % 64)) != 0 {
            return None;
        }
        let cost = alone + bits(needs).map(|n| own[n]).sum::<u32>();
        needs[n / 64] |= 1 << (n % 64);
        (cost < best).then_some(cost)
    }

    fn number(&self, class: Id) -> usize {
        self.number[&self.egraph.find(class)]
    }

    /// The term chosen for a class.
    pub fn term(&self, class: Id) -> Option<&Term> {
        self.best[self.number(class)].as_ref().map(|c| &c.term)
    }

    /// The class's canonical id.
    pub fn find(&self, class: Id) -> Id {
        self.egraph.find(class)
    }

    /// The type of a class.
    pub fn dtype(&self, class: Id) -> DType {
        self.egraph[class].data.dtype
    }
}

/// The numbers of the bits that are set.
fn bits(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(w, word)| {
        let rest = std::iter::successors(Some(*word), |rest| Some(rest & rest.wrapping_sub(1)));
        rest.take_while(|rest| *rest != 0).map(move |rest| w * 64 + rest.trailing_zeros() as usize)
    })
}
