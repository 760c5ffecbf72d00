//! Which points of each field are live: read later, or left to the caller.

use crate::analyzed::Analyzed;
use crate::effects::{Effects, around, updated};
use std::rc::Rc;
use tradewind_ir::footprint::Clip;
use tradewind_ir::ids::Id;
use tradewind_ir::program::HALO_AXES;
use tradewind_ir::written::{Block, Blocks};
use tradewind_ir::{Axis, Bound, Domain, Extent, FieldId, HostStep, Lifetime, ProgramField, ProgramStmt, Range};

/// After so many rounds of a loop, all of what still changes is taken to be live.
const ROUNDS: usize = 3;

/// The points of each field whose values may be read from here on.
#[derive(Clone, PartialEq, Debug)]
pub struct Live {
    points: Vec<Blocks>,
    /// The levels that each field may have, and all points of the plane.
    storage: Rc<[Block]>,
    min: Domain,
}

impl Live {
    /// At the end of a program: what arguments hold.
    fn at_end(of: &Analyzed) -> Live {
        let storage = of.program.fields.iter().map(|(id, field)| match field.lifetime {
            Lifetime::Argument => Block::ALL,
            // Passes let calls reach further along I and J, never along K.
            Lifetime::Transient => Block::ALL.with(Axis::K, around(field, of.halos[id]).0[Axis::K.index()]),
        });
        let points = vec![Blocks::default(); of.program.fields.len()];
        let mut live = Live { points, storage: storage.collect(), min: of.min_size };
        live.add_arguments(of);
        live
    }
    /// All points of the arguments: the caller looks at them.
    fn add_arguments(&mut self, of: &Analyzed) {
        let arguments = of.program.fields.iter().filter(|(_, f)| f.lifetime == Lifetime::Argument);
        arguments.for_each(|(field, _)| self.add(field, Block::ALL));
    }
    /// Whether any point of a box is live.
    pub fn meets(&self, field: FieldId, block: Block) -> bool {
        self.points[field.index()].meets(block, self.min)
    }
    /// Whether any point of a field is live.
    pub fn has(&self, field: FieldId) -> bool {
        !self.points[field.index()].is_empty()
    }
    /// Whether no point of a field is live outside of some boxes.
    pub fn is_dead_without(&self, field: FieldId, blocks: impl Iterator<Item = Block>) -> bool {
        let mut left = self.points[field.index()].clone();
        blocks.for_each(|block| left.cut_what_fits(block, self.min));
        left.is_empty()
    }
    /// How far a halo update has to reach, of what it does, for the points that are live behind it.
    pub fn halo(&self, declared: &ProgramField, field: FieldId, reach: Option<Extent>) -> Option<Extent> {
        let mut needed = Extent::ZERO;
        for axis in HALO_AXES.into_iter().filter(|axis| declared.axes.has(*axis)) {
            let n = axis.index();
            let most = reach.map(|reach| (-reach.0[n].0, reach.0[n].1));
            let depth = |most: Option<i32>, beyond: &dyn Fn(i32) -> Range| {
                let reads = |depth: i32| self.meets(field, Block::ALL.with(axis, Clip::of_range(&beyond(depth))));
                (0..most.unwrap_or(DEEPEST)).find(|depth| !reads(*depth)).or(most)
            };
            let below = |depth: i32| Range { lo: Vec::new(), hi: vec![Bound::start(-depth)] };
            let above = |depth: i32| Range { lo: vec![Bound::end(depth)], hi: Vec::new() };
            needed.0[n] = (-depth(most.map(|(low, _)| low), &below)?, depth(most.map(|(_, high)| high), &above)?);
        }
        Some(needed)
    }
    fn add(&mut self, field: FieldId, block: Block) {
        self.points[field.index()].add_or_all(block.and(self.storage[field.index()]), self.min);
    }
    fn remove(&mut self, field: FieldId, block: Block) {
        self.points[field.index()].cut_what_fits(block, self.min);
    }
    fn join(&mut self, other: &Live) {
        for (points, other) in self.points.iter_mut().zip(&other.points) {
            if points != other {
                *points = points.either(other, self.min);
            }
        }
    }
    /// Adds all of each field of which another set does not have every point.
    fn take_all_that_differs(&mut self, other: &Live) {
        for ((points, other), storage) in self.points.iter_mut().zip(&other.points).zip(&self.storage[..]) {
            if !other.covers(points, self.min) {
                *points = Blocks::default();
                points.add(*storage, self.min);
            }
        }
    }
    fn has_all(&self, other: &Live) -> bool {
        self.points.iter().zip(&other.points).all(|(points, other)| points.covers(other, self.min))
    }
}

/// Points from here on are not looked at: offsets of accesses are small.
const DEEPEST: i32 = 64;

/// A step, by its place in memory, as a key: steps in front of the one that is asked for do not move.
pub type Place = *const ProgramStmt;

/// What is asked of each step, with what is live behind it: the steps that take its place, if it does not stay. Those inside a loop or branch
/// are asked before it.
pub type Visit<'v> = dyn FnMut(&ProgramStmt, &Live) -> Option<Vec<ProgramStmt>> + 'v;

/// Follows a program's steps from the last one to the first.
pub struct Walk<'a> {
    of: &'a Analyzed,
    live: Live,
    /// How many loops the walk is in.
    depth: usize,
}

impl<'a> Walk<'a> {
    /// At the end of a program.
    pub fn new(of: &'a Analyzed) -> Walk<'a> {
        Walk { of, live: Live::at_end(of), depth: 0 }
    }

    /// Follows steps. With `visit`, each of them is asked whether it stays.
    pub fn steps(&mut self, steps: &mut Vec<ProgramStmt>, mut visit: Option<&mut Visit>) {
        for at in (0..steps.len()).rev() {
            match &mut steps[at] {
                ProgramStmt::Host(HostStep::For { body, .. } | HostStep::While { body, .. }, _) if visit.is_some() => {
                    let behind = self.live.clone();
                    self.repeat(body, visit.as_deref_mut());
                    self.replace(steps, at, behind, visit.as_deref_mut());
                }
                ProgramStmt::Host(HostStep::For { body, .. } | HostStep::While { body, .. }, _) => self.repeat(body, None),
                ProgramStmt::Host(HostStep::Branch { then, otherwise, .. }, _) => {
                    let end = self.live.clone();
                    self.steps(then, visit.as_deref_mut());
                    let start = std::mem::replace(&mut self.live, end);
                    self.steps(otherwise, visit.as_deref_mut());
                    self.live.join(&start);
                }
                step => match visit.as_deref_mut().and_then(|visit| visit(step, &self.live)) {
                    Some(instead) => {
                        instead.iter().rev().for_each(|step| self.step(step, true));
                        steps.splice(at..=at, instead);
                    }
                    None => self.step(step, true),
                },
            }
        }
    }

    /// Asks whether a loop that was followed stays.
    fn replace(&mut self, steps: &mut Vec<ProgramStmt>, at: usize, behind: Live, visit: Option<&mut Visit>) {
        if let Some(mut instead) = visit.and_then(|visit| visit(&steps[at], &behind)) {
            self.live = behind;
            self.steps(&mut instead, None);
            steps.splice(at..=at, instead);
        }
    }

    /// A loop: what is live behind a round is what is live behind the loop or at the start of the next round. An observer looks at
    /// the arguments before and after each round of an outermost loop.
    fn repeat(&mut self, body: &mut Vec<ProgramStmt>, visit: Option<&mut Visit>) {
        if self.depth == 0 {
            self.live.add_arguments(self.of);
        }
        self.depth += 1;
        let after = self.live.clone();
        let mut end = after.clone();
        for round in 0.. {
            self.live = end.clone();
            self.steps(body, None);
            if end.has_all(&self.live) {
                break;
            }
            if round >= ROUNDS {
                self.live.take_all_that_differs(&end);
            }
            end.join(&self.live);
        }
        self.live = end;
        self.steps(body, visit);
        // The loop may run no round.
        self.live.join(&after);
        self.depth -= 1;
    }

    /// From behind a step to before it. A call is `placed` unless it runs on a part of the domain that is found at run time.
    fn step(&mut self, step: &ProgramStmt, placed: bool) {
        match step {
            ProgramStmt::Call { stencil, fields, domain, .. } => {
                let effects = Effects::of_call(self.of, *stencil, fields, domain, placed);
                effects.writes.iter().filter(|w| w.certain).for_each(|w| self.live.remove(w.field, w.block));
                effects.reads.iter().for_each(|(field, block)| self.live.add(*field, *block));
            }
            ProgramStmt::Host(step, _) => self.host(step),
        }
    }

    fn host(&mut self, step: &HostStep<Vec<ProgramStmt>>) {
        match step {
            HostStep::Within { body, .. } => body.iter().rev().for_each(|step| self.step(step, false)),
            HostStep::Exchange { fields, reach, .. } => fields.iter().for_each(|field| self.update(*field, *reach)),
            HostStep::Copy { to, from } => {
                let live = std::mem::take(&mut self.live.points[to.index()]);
                live.iter().for_each(|block| self.live.add(*from, block));
            }
            HostStep::Swap { a, b } => self.live.points.swap(a.index(), b.index()),
            HostStep::Callback { fields, .. } => fields.iter().for_each(|field| self.live.add(*field, Block::ALL)),
            HostStep::Let { .. } | HostStep::For { .. } | HostStep::While { .. } | HostStep::Branch { .. } => {}
        }
    }

    /// A halo update writes the halo as far as it goes, and reads the domain if any of that is live.
    fn update(&mut self, field: FieldId, reach: Option<Extent>) {
        let Some(declared) = self.of.program.fields.get(field) else { return };
        let (domain, halo) = updated(declared, reach, self.live.min);
        if halo.iter().any(|side| self.live.meets(field, *side)) {
            halo.iter().for_each(|side| self.live.remove(field, *side));
            self.live.add(field, domain);
        }
    }
}
