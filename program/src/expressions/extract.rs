//! Extraction by DAG cost: a term that is used twice is paid for once.
//!
//! Greedy, as `faster-greedy-dag` of the extraction gym: each class keeps the cheapest known choice together with the set of
//! classes that the choice needs, and the cost of a set is the sum over its members. What several terms would share only if all of
//! them changed (`x / z` and `y / z` as products with one reciprocal), the greedy choice does not see. [`cheapest`] therefore tries
//! it: dear classes, one after the other, as if they were there already.

use super::cost::{Cost, Target};
use super::known::Types;
use super::term::Term;
use egg::{EGraph, Id, Language};
use std::collections::{HashMap, HashSet};
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
    /// Of all that it needs; its latency is that of the longest chain.
    cost: Cost,
    /// The classes needed, the term's own included, with one bit each.
    needs: Vec<u64>,
}

/// At most so many classes are tried as if they were there already.
const TRIALS: usize = 24;

/// The choice that is cheapest for some classes together, and what they cost; `None` if it is not possible without a circle.
pub fn cheapest<'e>(egraph: &'e EGraph<Term, Types>, target: &Target, roots: &[Id]) -> Option<(Choice<'e>, Cost)> {
    let mut free = HashSet::new();
    let choice = Choice::with(egraph, target, &|_| false, &free);
    let mut best = choice.total(target, roots).map(|cost| (choice, cost))?;
    for class in shared(egraph, target) {
        free.insert(class);
        let choice = Choice::with(egraph, target, &|_| false, &free);
        match choice.total(target, roots).filter(|cost| *cost < best.1) {
            Some(cost) => best = (choice, cost),
            None => drop(free.remove(&class)),
        }
    }
    Some(best)
}

/// Classes that several terms use, the dearest first.
fn shared(egraph: &EGraph<Term, Types>, target: &Target) -> Vec<Id> {
    let alone = |term: &Term| target.term(term, &|_| false);
    let mut users: HashMap<Id, usize> = HashMap::new();
    for term in egraph.classes().flat_map(|class| &class.nodes) {
        term.children().iter().for_each(|child| *users.entry(egraph.find(*child)).or_default() += 1);
    }
    let cost = |id: Id| egraph[id].nodes.iter().map(alone).min().unwrap_or_default();
    let mut found: Vec<(Cost, Id)> = users.into_iter().filter(|(_, users)| *users > 1).map(|(id, _)| (cost(id), id)).collect();
    found.retain(|(cost, _)| cost.throughput > 1);
    found.sort_by_key(|(cost, id)| (std::cmp::Reverse(*cost), *id));
    found.truncate(TRIALS);
    found.into_iter().map(|(_, id)| id).collect()
}

impl<'e> Choice<'e> {
    /// The cheapest terms. `is_load` tells which leaves are loads.
    pub fn of(egraph: &'e EGraph<Term, Types>, target: &Target, is_load: &impl Fn(u32) -> bool) -> Choice<'e> {
        Choice::with(egraph, target, is_load, &HashSet::new())
    }

    /// The same, where some classes cost nothing to those that use them.
    fn with(
        egraph: &'e EGraph<Term, Types>,
        target: &Target,
        is_load: &impl Fn(u32) -> bool,
        free: &HashSet<Id>,
    ) -> Choice<'e> {
        let number: HashMap<Id, usize> = egraph.classes().enumerate().map(|(n, class)| (class.id, n)).collect();
        let mut choice = Choice { egraph, best: vec![None; number.len()], number };
        let mut own = vec![Cost::default(); choice.best.len()];
        let mut needs = vec![0; choice.best.len().div_ceil(64)];
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for class in egraph.classes() {
                let n = choice.number[&class.id];
                for term in &class.nodes {
                    let alone = target.term(term, is_load);
                    if let Some(cost) = choice.cost(term, alone, n, (&own, free), &mut needs) {
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
    fn cost(
        &self,
        term: &Term,
        alone: Cost,
        n: usize,
        (own, free): (&[Cost], &HashSet<Id>),
        needs: &mut [u64],
    ) -> Option<Cost> {
        let infinite = Cost { throughput: u32::MAX, latency: u32::MAX };
        let best = self.best[n].as_ref().map_or(infinite, |best| best.cost);
        let mut latency = 0;
        // Not less than what the dearest operand needs: most terms need not be looked at any further.
        for child in term.children() {
            let operand = self.best[self.number(*child)].as_ref()?;
            latency = latency.max(operand.cost.latency);
            let paid = if free.contains(&self.find(*child)) { 0 } else { operand.cost.throughput };
            if alone + (Cost { throughput: paid, latency }) >= best {
                return None;
            }
        }
        needs.fill(0);
        for child in term.children().iter().filter(|child| !free.contains(&self.find(**child))) {
            let operand = self.best[self.number(*child)].as_ref()?;
            needs.iter_mut().zip(&operand.needs).for_each(|(all, some)| *all |= some);
        }
        if needs[n / 64] & (1 << (n % 64)) != 0 {
            return None;
        }
        let all = bits(needs).fold(alone, |all, n| all + own[n]);
        let cost = Cost { throughput: all.throughput, latency: latency.saturating_add(alone.latency) };
        needs[n / 64] |= 1 << (n % 64);
        (cost < best).then_some(cost)
    }

    fn number(&self, class: Id) -> usize {
        self.number[&self.find(class)]
    }

    /// What some classes cost together; `None` if one needs itself.
    fn total(&self, target: &Target, roots: &[Id]) -> Option<Cost> {
        let mut walk = Walk { choice: self, target, found: HashMap::new(), throughput: 0 };
        let latency = roots.iter().map(|root| walk.class(self.find(*root))).collect::<Option<Vec<_>>>()?.into_iter().max();
        Some(Cost { throughput: walk.throughput, latency: latency.unwrap_or(0) })
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

/// Adds up what is needed.
struct Walk<'a, 'e> {
    choice: &'a Choice<'e>,
    target: &'a Target,
    /// The latency up to a class; nothing while the class is being walked.
    found: HashMap<Id, Option<u32>>,
    throughput: u32,
}

impl Walk<'_, '_> {
    fn class(&mut self, class: Id) -> Option<u32> {
        if let Some(known) = self.found.get(&class) {
            return *known;
        }
        self.found.insert(class, None);
        let choice = self.choice;
        let term = choice.term(class)?;
        let cost = self.target.term(term, &|_| false);
        self.throughput = self.throughput.saturating_add(cost.throughput);
        let mut latency = 0;
        for child in term.children() {
            latency = latency.max(self.class(choice.find(*child))?);
        }
        let latency = latency.saturating_add(cost.latency);
        self.found.insert(class, Some(latency));
        Some(latency)
    }
}

/// The numbers of the bits that are set.
fn bits(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(w, word)| {
        let rest = std::iter::successors(Some(*word), |rest| Some(rest & rest.wrapping_sub(1)));
        rest.take_while(|rest| *rest != 0).map(move |rest| w * 64 + rest.trailing_zeros() as usize)
    })
}
