//! One chunk of straight-line code through the e-graph and back.
//!
//! Loads, stores and loops keep their places; pure operations are written where they are first needed.

use super::term;
use super::{Later, Writer, free_values};
use crate::code::{Inst, Op, ValueId};
use egg::{EGraph, Id, Language};
use std::collections::{HashMap, HashSet};
use tradewind_ir::Numerics;
use tradewind_program::expressions::cost;
use tradewind_program::expressions::extract::Choice;
use tradewind_program::expressions::known::Types;
use tradewind_program::expressions::saturate::{Limits, saturate};
use tradewind_program::expressions::term::Term;

/// Limits of one saturation.
const LIMITS: Limits = Limits { rounds: 6, terms: 2000 };

impl Writer<'_> {
    /// Writes a chunk, of which the values in `later` are used behind it.
    pub(super) fn chunk(&mut self, chunk: &[Inst], later: &Later<'_>) {
        let terms = Terms::of(chunk, self);
        let (egraph, _) = saturate(terms.egraph.clone(), Numerics::Strict, LIMITS);
        let choice = Choice::of(&egraph, cost::here(), &|n| terms.is_load(n));
        match Needs::of(chunk, later, &terms, &choice) {
            Some(needs) if needs.cost < terms.cost => self.chosen(chunk, later, &terms, &choice, &needs),
            _ => self.as_it_is(chunk),
        }
    }

    fn chosen(&mut self, chunk: &[Inst], later: &Later<'_>, terms: &Terms, choice: &Choice<'_>, needs: &Needs) {
        let mut emit = Emit { terms, choice, written: HashMap::new() };
        for inst in chunk {
            match inst {
                Inst::Let(_, op) if !matches!(op, Op::Load { .. }) => {}
                Inst::Let(v, _) if !needs.loads.contains(v) => {}
                pinned => {
                    free_values(pinned).into_iter().for_each(|v| emit.value(v, self));
                    self.pinned(pinned);
                }
            }
        }
        let results = chunk.iter().filter_map(|inst| if let Inst::Let(v, _) = inst { Some(*v) } else { None });
        results.filter(|v| later.contains(*v)).for_each(|v| emit.value(v, self));
    }

    /// Writes a chunk without changes, except operations that are there already.
    fn as_it_is(&mut self, chunk: &[Inst]) {
        for inst in chunk {
            match inst {
                Inst::Let(v, op) if !matches!(op, Op::Load { .. }) => {
                    let op = op.map_operands(|v| self.value(v));
                    let value = self.pure(op, self.old.values[*v]);
                    self.new.insert(*v, value);
                }
                pinned => self.pinned(pinned),
            }
        }
    }

    fn pinned(&mut self, inst: &Inst) {
        match inst {
            Inst::Let(v, op) => self.load(*v, *op),
            Inst::Store { .. } | Inst::Check { .. } => self.effect(inst),
            Inst::While { carried, head, condition, body } => self.repeat(carried, head, *condition, body),
        }
    }
}

/// A chunk as terms.
struct Terms {
    egraph: EGraph<Term, Types>,
    /// The class of each old value that the chunk defines or uses.
    classes: HashMap<ValueId, Id>,
    leaves: Vec<Leaf>,
    /// What the chunk costs as it is.
    cost: u32,
}

/// A value that the e-graph does not look into.
struct Leaf {
    value: ValueId,
    source: Source,
    /// How many instructions of the chunk come up to the one that it has to stand behind; none for values from elsewhere.
    at: usize,
}

/// Where a leaf comes from.
#[derive(Clone, Copy)]
enum Source {
    /// It is written already, or what the chunk writes anyhow: a loop's result.
    There,
    /// A load of the chunk, and its level and component where these are values.
    Load([Option<ValueId>; 2]),
    /// An operation without operands, such as a scalar.
    Op(Op),
}

impl Terms {
    fn of(chunk: &[Inst], writer: &Writer<'_>) -> Terms {
        let mut terms = Terms { egraph: EGraph::default(), classes: HashMap::new(), leaves: Vec::new(), cost: 0 };
        for (at, inst) in chunk.iter().enumerate() {
            for v in free_values(inst) {
                if !terms.classes.contains_key(&v) {
                    terms.leaf(Leaf { value: v, source: Source::There, at: 0 }, writer);
                }
            }
            match inst {
                Inst::Let(v, op) => match (term::term(op, writer.old.values[*v], &terms.classes), op) {
                    (Some(term), _) => {
                        terms.cost += cost::here().term(&term, &|_| false).throughput;
                        let class = terms.egraph.add(term);
                        terms.classes.insert(*v, class);
                    }
                    (None, Op::Load { k, component, .. }) => {
                        terms.cost += cost::here().load.throughput;
                        let source = Source::Load([k.value(), component.value()]);
                        terms.leaf(Leaf { value: *v, source, at: at + 1 }, writer);
                    }
                    (None, op) => terms.leaf(Leaf { value: *v, source: Source::Op(*op), at: 0 }, writer),
                },
                Inst::While { carried, .. } => {
                    carried.iter().for_each(|c| terms.leaf(Leaf { value: c.param, source: Source::There, at: at + 1 }, writer));
                }
                Inst::Store { .. } | Inst::Check { .. } => {}
            }
        }
        terms.egraph.rebuild();
        terms
    }

    /// Makes an old value a leaf, or a constant if it is one.
    fn leaf(&mut self, leaf: Leaf, writer: &Writer<'_>) {
        let value = leaf.value;
        let term = match writer.constant(value) {
            Some(constant) => Term::constant(constant),
            None => {
                self.egraph.analysis.leaves.push(writer.old.values[value]);
                self.leaves.push(leaf);
                Term::Leaf(self.leaves.len() as u32 - 1)
            }
        };
        let class = self.egraph.add(term);
        self.classes.insert(value, class);
    }

    fn is_load(&self, leaf: u32) -> bool {
        matches!(self.leaves[leaf as usize].source, Source::Load(_))
    }
}

/// What a choice of terms needs.
struct Needs {
    loads: HashSet<ValueId>,
    cost: u32,
}

impl Needs {
    /// `None` if something is needed before it is there.
    fn of(chunk: &[Inst], later: &Later<'_>, terms: &Terms, choice: &Choice<'_>) -> Option<Needs> {
        let mut needs = Needs { loads: HashSet::new(), cost: 0 };
        let mut ready: HashMap<Id, Option<usize>> = HashMap::new();
        for (at, inst) in chunk.iter().enumerate().rev() {
            match inst {
                Inst::Let(v, _) if later.contains(*v) => drop(needs.add(*v, terms, choice, &mut ready)?),
                Inst::Let(..) => {}
                effect => {
                    for v in free_values(effect) {
                        if needs.add(v, terms, choice, &mut ready)? > at {
                            return None;
                        }
                    }
                }
            }
        }
        Some(needs)
    }

    /// Adds a value; returns after how many instructions of the chunk it can be had.
    fn add(
        &mut self,
        value: ValueId,
        terms: &Terms,
        choice: &Choice<'_>,
        ready: &mut HashMap<Id, Option<usize>>,
    ) -> Option<usize> {
        self.class(choice.find(*terms.classes.get(&value)?), terms, choice, ready)
    }

    fn class(
        &mut self,
        class: Id,
        terms: &Terms,
        choice: &Choice<'_>,
        ready: &mut HashMap<Id, Option<usize>>,
    ) -> Option<usize> {
        if let Some(at) = ready.get(&class) {
            return *at;
        }
        // What needs itself is never there.
        ready.insert(class, None);
        let term = choice.term(class)?;
        self.cost += cost::here().term(term, &|n| terms.is_load(n)).throughput;
        let mut at = 0;
        if let Term::Leaf(n) = term {
            let leaf = &terms.leaves[*n as usize];
            at = leaf.at;
            if let Source::Load(indexes) = leaf.source {
                self.loads.insert(leaf.value);
                for index in indexes.into_iter().flatten() {
                    if self.add(index, terms, choice, ready)? >= at {
                        return None;
                    }
                }
            }
        }
        for child in term.children() {
            at = at.max(self.class(choice.find(*child), terms, choice, ready)?);
        }
        ready.insert(class, Some(at));
        Some(at)
    }
}

/// Writes chosen terms.
struct Emit<'a> {
    terms: &'a Terms,
    choice: &'a Choice<'a>,
    written: HashMap<Id, ValueId>,
}

impl Emit<'_> {
    /// Writes what stands for an old value.
    fn value(&mut self, old: ValueId, writer: &mut Writer<'_>) {
        if let Some(class) = self.terms.classes.get(&old) {
            let new = self.class(self.choice.find(*class), writer);
            writer.new.extend(new.map(|new| (old, new)));
        }
    }

    fn class(&mut self, class: Id, writer: &mut Writer<'_>) -> Option<ValueId> {
        if let Some(value) = self.written.get(&class) {
            return Some(*value);
        }
        let term = self.choice.term(class)?;
        let operands: Option<Vec<ValueId>> =
            term.children().iter().map(|child| self.class(self.choice.find(*child), writer)).collect();
        let value = match term::op(term, &operands?) {
            Some(op) => writer.pure(op, self.choice.dtype(class)),
            None => {
                let Term::Leaf(n) = term else { return None };
                let leaf = &self.terms.leaves[*n as usize];
                match leaf.source {
                    Source::Op(op) => writer.pure(op, self.choice.dtype(class)),
                    Source::There | Source::Load(_) => writer.value(leaf.value),
                }
            }
        };
        self.written.insert(class, value);
        Some(value)
    }
}
