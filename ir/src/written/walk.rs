//! Follows a program's steps: what each reads of what has been written so far, and what it writes.

use super::block::{Block, Blocks};
use super::exchange;
use super::state::{Changes, State, Written};
use super::touched::{Read, Touched, bound};
use crate::access::Summary;
use crate::domain::{Extent, Range};
use crate::expr::{Expr, ExprKind};
use crate::fills::Fills;
use crate::footprint::Clip;
use crate::host::HostStep;
use crate::ids::{FieldId, Id, IdVec, ScalarId, StencilId};
use crate::program::{Lifetime, Program, ProgramStmt, ScalarKind};
use crate::source::Span;

/// Components beyond which a field is followed as a whole: what is written of one component is then possible only.
const COMPONENTS: u32 = 32;
/// Rounds after which what a loop changes is taken to be unknown at its start.
const ROUNDS: usize = 8;
/// Steps that may be walked for each step of the program: every loop walks its body twice or more, and loops stand in loops.
const STEPS_EACH: usize = 64;

/// A field or scalar.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Name {
    Field(FieldId),
    Scalar(ScalarId),
}

/// A read of points that nothing may have written.
#[derive(Clone, PartialEq, Debug)]
pub struct Unwritten {
    pub name: Name,
    /// Whether nothing can have written some of the points: the read meets them whenever the step runs.
    pub never: bool,
    /// The step that reads.
    pub step: Span,
    /// The access in the step.
    pub access: Span,
    /// The points that are read, and those of them that are not written.
    pub block: Block,
    pub missing: Block,
    /// The last step before this that wrote something of it, and where.
    pub last: Option<(Span, Block)>,
}

/// What the walk starts from, and which reads count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// Arguments hold values. Copies, swaps and halo updates pass on what is not written.
    Arguments,
    /// Nothing is written; everything that may move or use a value from before the run reads it.
    Nothing,
}

/// The facts about a program that the walk needs.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    pub program: &'a Program,
    pub stencils: &'a IdVec<StencilId, Summary>,
    pub halos: &'a [Extent],
    pub min: [i64; 3],
}

pub struct Walk<'a> {
    pub facts: Facts<'a>,
    start: Start,
    /// The first entry of each field, one for each component, and one past the last; scalars come after.
    entries: Vec<(usize, usize)>,
    state: State,
    /// By field, whether a value may be read that was there before anything was written.
    pub reads_old: Vec<bool>,
    pub found: Vec<Unwritten>,
    steps_left: usize,
}

impl<'a> Walk<'a> {
    /// Follows the whole program.
    pub fn of(facts: Facts<'a>, start: Start) -> Walk<'a> {
        let program = facts.program;
        let (mut entries, mut state) = (Vec::new(), Vec::new());
        for field in program.fields.values() {
            let count = if field.components() <= COMPONENTS { field.components() as usize } else { 1 };
            let is_written = field.lifetime == Lifetime::Argument && start == Start::Arguments;
            let written = if is_written { Written::everything() } else { Written::default() };
            entries.push((state.len(), state.len() + count));
            state.resize(state.len() + count, written);
        }
        state.extend(program.scalars.values().map(|scalar| match scalar.kind {
            ScalarKind::Argument => Written::everything(),
            ScalarKind::Variable => Written::default(),
        }));
        let steps_left = STEPS_EACH * count(&program.body);
        let (reads_old, found) = (vec![false; program.fields.len()], Vec::new());
        let mut walk = Walk { facts, start, entries, state: State::new(state, facts.min), reads_old, found, steps_left };
        walk.body(&program.body);
        walk
    }

    /// Whether every component of a field is written on a box for certain, after the steps that were followed.
    pub fn is_written(&self, field: FieldId, block: Block) -> bool {
        self.entries_of(field).all(|entry| self.state.of(entry).must.missing(block, self.facts.min).is_empty())
    }

    /// The domain, with so many points around it, on the axes that a field has.
    pub fn block(&self, field: FieldId, around: Extent) -> Block {
        let axes = self.facts.program.fields.get(field).map(|f| f.axes).unwrap_or_default();
        axes.iter().fold(Block::ALL, |block, axis| block.with(axis, Clip::of_range(&around.range(axis))))
    }

    /// The points of a field without its halo: the domain, and the last interface of a field at interfaces.
    pub fn inside(&self, field: FieldId) -> Block {
        let interfaces = self.facts.program.fields.get(field).map(|f| f.interfaces).unwrap_or_default();
        self.block(field, Extent::of_interfaces(interfaces))
    }

    /// What a field's memory holds: its points and its halo.
    pub fn storage(&self, field: FieldId) -> Block {
        self.block(field, self.facts.halos.get(field.index()).copied().unwrap_or_default())
    }

    fn entries_of(&self, field: FieldId) -> std::ops::Range<usize> {
        self.entries.get(field.index()).map_or(0..0, |(first, end)| *first..*end)
    }

    /// The entries of a field that an access touches.
    fn touched(&self, field: FieldId, component: Option<u32>) -> std::ops::Range<usize> {
        let all = self.entries_of(field);
        match component {
            Some(n) if (n as usize) < all.len() && all.len() > 1 => all.start + n as usize..all.start + n as usize + 1,
            _ => all,
        }
    }

    fn body(&mut self, body: &[ProgramStmt]) {
        body.iter().for_each(|step| self.step(step));
    }

    fn step(&mut self, step: &ProgramStmt) {
        self.steps_left = self.steps_left.saturating_sub(1);
        match step {
            ProgramStmt::Host(HostStep::For { counter, .. }, _) => counter.bounds().into_iter().for_each(|e| self.scalars(e)),
            // What a loop asks before each round is read there.
            ProgramStmt::Host(HostStep::While { .. }, _) => {}
            _ => step.exprs().into_iter().for_each(|e| self.scalars(e)),
        }
        match step {
            ProgramStmt::Call { stencil, fields, domain, span, .. } => self.call(*stencil, fields, domain, true, *span),
            ProgramStmt::Host(step, span) => self.host(step, *span),
        }
    }

    fn host(&mut self, step: &HostStep<Vec<ProgramStmt>>, span: Span) {
        match step {
            HostStep::Within { body, .. } => {
                for step in body {
                    if let ProgramStmt::Call { stencil, fields, domain, scalars, span } = step {
                        scalars.iter().for_each(|e| self.scalars(e));
                        self.call(*stencil, fields, domain, false, *span);
                    }
                }
            }
            HostStep::Exchange { fields, reach, .. } => {
                fields.iter().for_each(|field| self.halo_update(*field, *reach, span));
            }
            HostStep::Copy { to, from } => {
                self.moved(*from);
                self.copy(*to, *from, span);
            }
            HostStep::Swap { a, b } => {
                self.moved(*a);
                self.moved(*b);
                for (a, b) in self.entries_of(*a).zip(self.entries_of(*b)) {
                    let other = self.state.of(b).clone();
                    *self.state.change(b) = std::mem::replace(self.state.change(a), other);
                }
            }
            HostStep::Callback { fields, fills, .. } => {
                fields.iter().for_each(|field| self.callback(*field, *fills, span));
            }
            HostStep::For { counter, body } => {
                let runs = counter.known_rounds().is_some_and(|rounds| rounds.count() > 0);
                let end = |walk: &mut Self| counter.until.iter().for_each(|e| walk.scalars(e));
                self.repeat(body, runs, &|walk| walk.set(counter.var, span), &end);
            }
            HostStep::While { condition, body } => self.repeat(body, false, &|walk| walk.scalars(condition), &|_| ()),
            HostStep::Branch { then, otherwise, .. } => {
                let mut branch = |body: &[ProgramStmt]| {
                    self.state.enter();
                    self.body(body);
                    self.state.leave()
                };
                let (then, otherwise) = (branch(then), branch(otherwise));
                self.state.meet(then, otherwise);
            }
            HostStep::Let { scalar, .. } => self.set(*scalar, span),
        }
    }

    /// A loop: walked until another round finds nothing new at its start. `begin` and `end` are what each round does besides.
    fn repeat(&mut self, body: &[ProgramStmt], runs: bool, begin: &dyn Fn(&mut Self), end: &dyn Fn(&mut Self)) {
        let known = self.found.len();
        for round in 0.. {
            if self.steps_left == 0 {
                self.found.truncate(known);
                return self.give_up(body);
            }
            self.state.enter();
            begin(self);
            self.body(body);
            end(self);
            let changes = self.state.leave();
            if self.state.repeat(&changes) {
                if runs {
                    self.state.take(changes);
                }
                return;
            }
            self.found.truncate(known);
            if round > ROUNDS {
                self.forget(&changes);
            }
        }
    }

    fn forget(&mut self, changes: &Changes) {
        changes.keys().for_each(|entry| self.state.forget(*entry));
    }

    /// Follows a body no further: everything that it names is unknown afterwards.
    fn give_up(&mut self, body: &[ProgramStmt]) {
        for step in body {
            for field in step.fields() {
                self.entries_of(field).for_each(|entry| self.state.forget(entry));
                if let Some(old) = self.reads_old.get_mut(field.index()) {
                    *old = true;
                }
            }
            step.sets().into_iter().for_each(|id| self.state.forget(self.scalar(id)));
            step.bodies().for_each(|body| self.give_up(body));
        }
    }

    fn scalar(&self, id: ScalarId) -> usize {
        self.entries.last().map_or(0, |(_, end)| *end) + id.index()
    }

    fn set(&mut self, id: ScalarId, span: Span) {
        if self.facts.program.scalars.get(id).is_some() {
            self.state.write(self.scalar(id), Block::ALL, true, span);
        }
    }

    /// The scalars that an expression reads.
    fn scalars(&mut self, expr: &Expr) {
        let mut read = Vec::new();
        expr.walk(&mut |e| {
            if let ExprKind::Scalar(id) = e.kind {
                read.push((id, e.span));
            }
        });
        for (id, span) in read.into_iter().filter(|(id, _)| self.facts.program.scalars.get(*id).is_some()) {
            let whole = Read { block: Block::ALL, component: None, certain: true, possible: false, span };
            self.read(Name::Scalar(id), self.scalar(id), whole, span);
        }
    }

    /// A call. Where its part of the domain is found at run time, it is not `placed`: it may write any points, and none for certain.
    fn call(&mut self, id: StencilId, fields: &[FieldId], domain: &[Range; 3], placed: bool, span: Span) {
        let (Some(stencil), Some(summary)) = (self.facts.program.stencils.get(id), self.facts.stencils.get(id)) else { return };
        let on = |block: Block| Block(std::array::from_fn(|n| block.0[n].of_part(&domain[n])));
        // Where it matters whether a value from before the run may be used, a part that is not placed may be anywhere.
        let anywhere = !placed && self.start == Start::Nothing;
        let pairs: Vec<(FieldId, &Touched)> = bound(stencil, &summary.touched, fields).collect();
        for (field, touched) in &pairs {
            for read in &touched.reads {
                for entry in self.touched(*field, read.component) {
                    let is_whole = read.component.is_some() || self.entries_of(*field).len() == 1;
                    let block = if anywhere { Block::ALL } else { on(read.block) };
                    let here = Read { block, certain: read.certain && is_whole && placed, ..*read };
                    self.read(Name::Field(*field), entry, here, span);
                }
            }
        }
        for (field, touched) in &pairs {
            let is_one = |field: FieldId| self.facts.program.fields.get(field).is_some_and(|f| f.components() == 1);
            let followed = self.entries_of(*field).len() > 1 || is_one(*field);
            for write in &touched.writes {
                for entry in self.touched(*field, write.component) {
                    let block = if placed { on(write.block) } else { Block::ALL };
                    self.state.write(entry, block, write.certain && followed && placed, span);
                }
            }
            if placed && touched.complete && !touched.writes.is_empty() {
                let block = on(self.block(*field, Extent::ZERO));
                self.entries_of(*field).for_each(|entry| self.state.write(entry, block, true, span));
            }
        }
    }

    /// A step reads points of one entry.
    fn read(&mut self, name: Name, entry: usize, read: Read, step: Span) {
        let is_known = |id: FieldId| self.start == Start::Nothing && self.reads_old.get(id.index()) == Some(&true);
        if matches!(name, Name::Field(id) if is_known(id)) {
            return;
        }
        let (written, min) = (self.state.of(entry), self.facts.min);
        let left = written.must.missing(read.block, min);
        let Some(first) = left.first().copied() else { return };
        if let Name::Field(id) = name
            && let Some(old) = self.reads_old.get_mut(id.index())
        {
            *old = true;
        }
        if self.start == Start::Nothing {
            return;
        }
        let never = match (read.certain, read.possible) {
            (true, false) => {
                let lost = left.iter().flat_map(|block| written.may.missing(*block, min));
                lost.into_iter().find(|block| block.has_points_on_large() && !written.may.meets(*block, min))
            }
            (false, false) if !written.may.meets(read.block, min) => Some(first),
            _ => None,
        };
        let (missing, last) = (never.unwrap_or(first), written.last);
        let (block, access) = (read.block, read.span);
        self.found.push(Unwritten { name, never: never.is_some(), step, access, block, missing, last });
    }

    /// A copy, a swap: where nothing counts as written at the start, they use what was there.
    fn moved(&mut self, field: FieldId) {
        if self.start == Start::Nothing {
            self.used(field);
        }
    }

    /// All of a field's memory is used, written or not.
    fn used(&mut self, field: FieldId) {
        if !self.is_written(field, self.storage(field))
            && let Some(old) = self.reads_old.get_mut(field.index())
        {
            *old = true;
        }
    }

    fn copy(&mut self, to: FieldId, from: FieldId, span: Span) {
        let storage = self.storage(to);
        for (to, from) in self.entries_of(to).zip(self.entries_of(from)) {
            let source = self.state.of(from).clone();
            let last = Some((span, storage));
            *self.state.change(to) = Written { last, ..source };
        }
    }

    /// A callback may use all that a field holds, and writes of it what it says.
    fn callback(&mut self, field: FieldId, fills: Fills, span: Span) {
        self.used(field);
        let (inside, storage, min) = (self.inside(field), self.storage(field), self.facts.min);
        let (blocks, certain) = match fills {
            Fills::Nothing => (Vec::new(), true),
            Fills::Some => (vec![storage], false),
            Fills::Domain => (vec![inside], true),
            Fills::Halo => (storage.without(inside, min).collect(), true),
            Fills::All => (vec![storage], true),
        };
        for entry in self.entries_of(field) {
            blocks.iter().for_each(|block| self.state.write(entry, *block, certain, span));
        }
    }

    fn halo_update(&mut self, field: FieldId, reach: Option<Extent>, span: Span) {
        let Some(axes) = self.facts.program.fields.get(field).map(|f| f.axes) else { return };
        let inside = self.block(field, Extent::ZERO);
        if self.start == Start::Nothing && !self.is_written(field, inside) {
            self.reads_old[field.index()] = true;
        }
        let halo = self.facts.halos.get(field.index()).copied().unwrap_or_default();
        let reach = reach.map_or(halo, |reach| reach.intersect(halo));
        let storage = self.storage(field);
        for entry in self.entries_of(field) {
            let Written { must, may, .. } = self.state.of(entry);
            if may.is_empty() {
                continue;
            }
            let must: Blocks = exchange::certain(must, axes, reach, self.facts.min);
            let may = exchange::possible(may, axes, reach, self.facts.min);
            *self.state.change(entry) = Written { must, may, last: Some((span, storage)) };
        }
    }
}

/// How many steps there are, those inside of others included.
fn count(body: &[ProgramStmt]) -> usize {
    let mut count = 0;
    body.iter().for_each(|step| step.walk(&mut |_| count += 1));
    count
}
