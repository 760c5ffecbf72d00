//! Computes what is known when compiling: variables that hold a constant or the same as another scalar, conditions, and parameters of
//! stencils to which all calls bind one constant.
//!
//! ```text
//! let $deep = (2i64 > 1i64)             call @damp(%q, %zero, %r; 0.5f64)
//! let $w = 0.5f64                       copy %q = %r
//! call @fill(%zero; 0.0f64)      =>     …
//! if ($deep) {
//!   call @damp(%q, %zero, %r; $w)       where @damp reads 0.0f64 in place of its second field, and 0.5f64 in place of $w
//! }
//! copy %q = %r
//! ```
//!
//! One walk follows the steps with what is known of each scalar, and of each field: that all points of a box hold one value, because a
//! call has written it there, or because nothing has been written since the start ([`facts`]). Two branches meet in what both know. At the
//! start of a loop only that is known which holds at the end of a round, too. A condition that is known leaves one branch, `while (false)` goes, and
//! so does what a loop without rounds holds; an outermost one stays, because an observer looks at the fields behind it.
//!
//! A parameter that a stencil does not write is a constant in it if all calls bind that constant ([`bindings`]). Masks that are decided by it
//! go. A call that fills a field of which nothing is read any more is then left out (`dead-steps`). All values are
//! computed as the interpreter does ([`tradewind_ir::eval`]).

mod bindings;
mod facts;

use crate::analyzed::Analyzed;
use crate::effects::{Effects, Written, around, inside};
use crate::touched::Touched;
use bindings::{Called, settle_stencils};
use facts::{Fact, Facts, Name};
use std::collections::HashSet;
use tradewind_ir::footprint::Clip;
use tradewind_ir::pass::Pass;
use tradewind_ir::written::Block;
use tradewind_ir::{
    Axis, Counter, Diagnostic, Expr, Extent, FieldId, HostStep, IdVec, Lifetime, ProgramStmt, Range, ScalarId, StencilId,
    Value, settle,
};

/// The pass `fold-constants`.
pub struct FoldConstants;

/// Once stencils are settled, more may be known: so many walks at most.
const WALKS: usize = 3;

/// After so many rounds of a loop, all that it touches is taken to be unknown at its start.
const ROUNDS: usize = 3;

impl Pass<Analyzed> for FoldConstants {
    fn name(&self) -> &'static str {
        "fold-constants"
    }
    fn doc(&self) -> &'static str {
        "compute what is known when compiling: variables, conditions, fields and parameters that hold one constant"
    }
    fn run(&self, of: &mut Analyzed) -> Result<usize, Vec<Diagnostic>> {
        let mut changes = 0;
        for _ in 0..WALKS {
            let steps = std::mem::take(&mut of.program.body);
            let called = of.program.stencils.values().map(Called::of).collect();
            let mut walk = Walk { of, facts: Facts::at_start(of), called, is_trial: false, depth: 0, changes: 0 };
            let steps = walk.steps(steps);
            let (called, found) = (walk.called, walk.changes);
            of.program.body = steps;
            let settled = settle_stencils(of, &called);
            changes += found + settled;
            if settled == 0 {
                break;
            }
        }
        Ok(changes + drop_unread(&mut of.program.body))
    }
}

struct Walk<'a> {
    of: &'a Analyzed,
    facts: Facts,
    called: IdVec<StencilId, Called>,
    /// Whether the steps are copies that only serve to find out what a loop changes.
    is_trial: bool,
    /// How many loops the walk is in.
    depth: usize,
    changes: usize,
}

impl Walk<'_> {
    fn steps(&mut self, steps: Vec<ProgramStmt>) -> Vec<ProgramStmt> {
        let mut left = Vec::with_capacity(steps.len());
        steps.into_iter().for_each(|step| self.step(step, &mut left));
        left
    }

    /// Follows a step, and adds what is left of it.
    fn step(&mut self, step: ProgramStmt, left: &mut Vec<ProgramStmt>) {
        match step {
            ProgramStmt::Call { stencil, fields, mut scalars, domain, span } => {
                scalars.iter_mut().for_each(|e| self.settle(e));
                self.call(stencil, &fields, &scalars, &domain, true);
                left.push(ProgramStmt::Call { stencil, fields, scalars, domain, span });
            }
            ProgramStmt::Host(HostStep::Branch { mut condition, mut then, mut otherwise }, span) => {
                self.settle(&mut condition);
                if let Some(value) = condition.known() {
                    self.changes += 1;
                    let taken = if value.is_true() { then } else { otherwise };
                    return taken.into_iter().for_each(|step| self.step(step, left));
                }
                self.branch(&mut then, &mut otherwise);
                match then.is_empty() && otherwise.is_empty() {
                    true => self.changes += 1,
                    false => left.push(ProgramStmt::Host(HostStep::Branch { condition, then, otherwise }, span)),
                }
            }
            ProgramStmt::Host(HostStep::For { .. } | HostStep::While { .. }, _) => left.extend(self.repeat(step)),
            ProgramStmt::Host(mut step, span) => {
                self.host(&mut step);
                left.push(ProgramStmt::Host(step, span));
            }
        }
    }

    /// Follows a step without steps of its own in it, or with calls only.
    fn host(&mut self, step: &mut HostStep<Vec<ProgramStmt>>) {
        match step {
            HostStep::Within { window, body } => {
                window.stretches.iter_mut().flat_map(|s| [&mut s.first, &mut s.size]).for_each(|e| self.settle(e));
                for inner in body {
                    if let ProgramStmt::Call { stencil, fields, scalars, domain, .. } = inner {
                        scalars.iter_mut().for_each(|e| self.settle(e));
                        self.call(*stencil, fields, scalars, domain, false);
                    }
                }
            }
            HostStep::Exchange { fields, reach, phase, .. } => {
                fields.iter().filter(|_| phase.fills()).for_each(|field| self.halo_update(*field, *reach));
            }
            HostStep::Copy { to, from } => self.facts.set(Name::Field(*to), self.moved(*from, *to)),
            HostStep::Swap { a, b } => {
                let (from_a, from_b) = (self.moved(*a, *b), self.moved(*b, *a));
                self.facts.set(Name::Field(*a), from_b);
                self.facts.set(Name::Field(*b), from_a);
            }
            HostStep::Callback { fields, scalars, fills, .. } => {
                scalars.iter_mut().for_each(|e| self.settle(e));
                fields.iter().filter(|_| fills.writes()).for_each(|field| self.facts.forget(Name::Field(*field)));
            }
            HostStep::Let { scalar, value } => {
                self.settle(value);
                self.facts.assign(*scalar, value);
            }
            HostStep::For { .. } | HostStep::While { .. } | HostStep::Branch { .. } => {}
        }
    }

    fn settle(&mut self, e: &mut Expr) {
        self.changes += settle::expr(e, &|e| self.facts.known(e));
    }

    fn branch(&mut self, then: &mut Vec<ProgramStmt>, otherwise: &mut Vec<ProgramStmt>) {
        let mut ends = [then, otherwise].map(|steps| {
            let mark = self.facts.mark();
            *steps = self.steps(std::mem::take(steps));
            self.facts.take_back(mark)
        });
        let [one, other] = &mut ends;
        self.facts.join(one, other);
    }

    /// A loop; nothing if it goes.
    fn repeat(&mut self, mut step: ProgramStmt) -> Option<ProgramStmt> {
        let touched = Touched::of(self.of, &step);
        match &mut step {
            ProgramStmt::Host(HostStep::For { counter, body }, _) => {
                [&mut counter.from, &mut counter.to, &mut counter.step].into_iter().for_each(|e| self.settle(e));
                if counter.known_rounds().is_some_and(|rounds| rounds.count() == 0) {
                    self.changes += usize::from(self.depth > 0 || !body.is_empty());
                    body.clear();
                    return (self.depth == 0).then_some(step);
                }
                self.enter(&touched, body, Some(counter));
                self.round(body, Some(counter));
            }
            ProgramStmt::Host(HostStep::While { condition, body }, _) => {
                let mut first = condition.clone();
                settle::expr(&mut first, &|e| self.facts.known(e));
                if first.known().is_some_and(|value| !value.is_true()) {
                    self.changes += 1;
                    return None;
                }
                self.enter(&touched, body, None);
                self.settle(condition);
                self.round(body, None);
            }
            _ => {}
        }
        Some(step)
    }

    /// Follows one round of a loop, and takes back what it changes: behind the loop is known what is known at the start of each round.
    fn round(&mut self, body: &mut Vec<ProgramStmt>, counter: Option<&mut Counter>) -> facts::Changes {
        let mark = self.facts.mark();
        self.depth += 1;
        match &counter {
            Some(Counter { var, from, .. }) if counter.as_ref().is_some_and(|c| is_once(c)) => self.facts.assign(*var, from),
            Some(Counter { var, .. }) => self.facts.forget(Name::Scalar(*var)),
            None => {}
        }
        *body = self.steps(std::mem::take(body));
        if let Some(until) = counter.and_then(|counter| counter.until.as_mut()) {
            self.settle(until);
        }
        self.depth -= 1;
        self.facts.take_back(mark)
    }

    /// Forgets what does not hold at the start of each round of a loop. Inside of a trial that is all that the loop touches.
    fn enter(&mut self, touched: &Touched, body: &[ProgramStmt], mut counter: Option<&mut Counter>) {
        let fields = touched.writes.iter().map(|w| Name::Field(w.field));
        let mut left: HashSet<Name> = touched.sets.iter().map(|id| Name::Scalar(*id)).chain(fields).collect();
        for _ in 0..if self.is_trial { 0 } else { ROUNDS } {
            let before = self.changes;
            self.is_trial = true;
            let changes = self.round(&mut body.to_vec(), counter.as_deref_mut());
            (self.is_trial, self.changes) = (false, before);
            let differs = |name: &Name| changes.get(name).is_some_and(|fact| *fact != self.facts.of(*name));
            let different: Vec<Name> = left.iter().copied().filter(differs).collect();
            if different.is_empty() {
                return;
            }
            different.into_iter().for_each(|name| {
                left.remove(&name);
                self.facts.forget(name);
            });
        }
        left.into_iter().for_each(|name| self.facts.forget(name));
    }

    /// A call. It is `placed` unless it runs on a part of the domain that is found at run time.
    fn call(&mut self, id: StencilId, fields: &[FieldId], scalars: &[Expr], domain: &[Range; 3], placed: bool) {
        let effects = Effects::of_call(self.of, id, fields, domain, placed);
        if !self.is_trial {
            self.called[id].bind_scalars(scalars);
            self.bind_fields(id, fields, &effects);
        }
        let written = fields.iter().zip(&self.called[id].fields).filter(|(_, parameter)| parameter.is_written);
        let written: Vec<(FieldId, Option<Value>)> = written.map(|(field, p)| (*field, p.filled(scalars))).collect();
        for (field, value) in written {
            let writes: Vec<&Written> = effects.writes.iter().filter(|w| w.field == field).collect();
            self.write(field, value, &writes);
        }
    }

    fn bind_fields(&mut self, id: StencilId, fields: &[FieldId], effects: &Effects) {
        for (n, field) in fields.iter().enumerate() {
            let parameter = &self.called[id].fields[n];
            if parameter.is_read && !parameter.is_written {
                let reads = effects.reads.iter().filter(|(read, _)| read == field).map(|(_, block)| *block);
                let value = self.filled(*field, reads);
                self.called[id].bind_field(FieldId(n as u32), value);
            }
        }
    }

    /// What all points of some boxes of a field hold.
    fn filled(&self, field: FieldId, mut boxes: impl Iterator<Item = Block>) -> Option<Value> {
        let Fact::Filled { value, block } = self.facts.of(Name::Field(field)) else { return None };
        boxes.all(|b| self.has_all(block, b)).then_some(value)
    }

    fn has_all(&self, block: Block, of: Block) -> bool {
        of.without(block, self.of.min_size).next().is_none()
    }

    /// Points of a field are written, with one value if that is given.
    fn write(&mut self, field: FieldId, written: Option<Value>, writes: &[&Written]) {
        let name = Name::Field(field);
        let fact = self.facts.of(name);
        let known = match fact {
            Fact::Filled { value, .. } if written == Some(value) => Some(fact),
            Fact::Filled { block, .. } if !writes.iter().any(|w| w.block.meets(block, self.of.min_size)) => Some(fact),
            _ => None,
        };
        let certain = writes.iter().filter(|w| w.certain).map(|w| w.block);
        let largest = certain.reduce(|a, b| if self.has_all(b, a) { b } else { a });
        match (known, written.zip(largest)) {
            (Some(Fact::Filled { value, block }), Some((same, large))) if value == same && self.has_all(large, block) => {
                self.facts.set(name, Fact::Filled { value, block: large });
            }
            (Some(_), _) => {}
            (None, Some((value, block))) => self.facts.set(name, Fact::Filled { value, block }),
            (None, None) => self.facts.forget(name),
        }
    }

    /// The halo gets what the domain holds, on each level.
    fn halo_update(&mut self, field: FieldId, reach: Option<Extent>) {
        let Fact::Filled { value, block } = self.facts.of(Name::Field(field)) else { return };
        let declared = &self.of.program.fields[field];
        let levels = |of: Block| of.with(Axis::K, block.0[Axis::K.index()]);
        let domain = levels(inside(declared));
        let after = match self.has_all(block, domain) {
            true => {
                let updated = levels(reach.map_or(Block::ALL, |reach| around(declared, reach)));
                if self.has_all(block, updated) { block } else { updated }
            }
            false => block.and(domain),
        };
        self.facts.set(Name::Field(field), Fact::Filled { value, block: after });
    }

    /// What is known of `to` once it has the contents of `from`: no more than both arrays have for certain. Storage of the program's own
    /// may end where nothing reads it; then the halo of an argument keeps what it holds.
    fn moved(&self, from: FieldId, to: FieldId) -> Fact {
        let Fact::Filled { value, block } = self.facts.of(Name::Field(from)) else { return Fact::Unknown };
        let (source, target) = (&self.of.program.fields[from], &self.of.program.fields[to]);
        let both = match (source.lifetime, target.lifetime) {
            (Lifetime::Transient, Lifetime::Transient) => Block::ALL,
            (Lifetime::Transient, Lifetime::Argument) => inside(target),
            (Lifetime::Argument, _) => around(source, source.halo),
        };
        Fact::Filled { value, block: block.and(both.with(Axis::K, Clip::ALL)) }
    }
}

/// Whether a loop runs one round, whatever ends it early.
fn is_once(counter: &Counter) -> bool {
    counter.known_rounds().is_some_and(|rounds| rounds.count() == 1)
}

/// Drops assignments to variables that nothing reads; how many.
fn drop_unread(steps: &mut Vec<ProgramStmt>) -> usize {
    let mut dropped = 0;
    loop {
        let mut read: HashSet<ScalarId> = HashSet::new();
        let mut note = |step: &ProgramStmt| read.extend(step.exprs().into_iter().flat_map(Expr::scalars));
        steps.iter().for_each(|step| step.walk(&mut note));
        let found = drop_lets(steps, &read);
        if found == 0 {
            return dropped;
        }
        dropped += found;
    }
}

fn drop_lets(steps: &mut Vec<ProgramStmt>, read: &HashSet<ScalarId>) -> usize {
    let before = steps.len();
    steps.retain(|step| !matches!(step, ProgramStmt::Host(HostStep::Let { scalar, .. }, _) if !read.contains(scalar)));
    let inside: usize = steps.iter_mut().flat_map(ProgramStmt::bodies_mut).map(|body| drop_lets(body, read)).sum();
    before - steps.len() + inside
}
