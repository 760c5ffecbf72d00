//! What a stencil reads and writes of its parameters, as boxes of its own domain.

use super::block::Block;
use crate::defined::Definedness;
use crate::domain::{Axes, Axis, Range};
use crate::footprint::{Clip, Use, uses};
use crate::ids::{FieldId, Id};
use crate::source::Span;
use crate::stencil::{HorizontalExecution, Order, Section, Stencil};
use std::collections::HashMap;

/// What a stencil does to one of its parameters.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Touched {
    /// Reads of values from before the call.
    pub reads: Vec<Read>,
    pub writes: Vec<Write>,
    /// Whether branches, levels and regions together write every component on the whole domain.
    pub complete: bool,
}

/// Values from before the call that are read.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Read {
    pub block: Block,
    /// `None` if it may be any of them.
    pub component: Option<u32>,
    /// Whether every point is read whenever the stencil runs: no condition and no computed index stands before it.
    pub certain: bool,
    /// Whether the stencil itself may have written the points.
    pub possible: bool,
    pub span: Span,
}

/// Points that are written.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Write {
    pub block: Block,
    pub component: Option<u32>,
    /// Whether every point is written whenever the stencil runs.
    pub certain: bool,
}

/// What a stencil whose extents are set does to its parameters, in the order of its fields.
pub fn touched(stencil: &Stencil, definedness: &Definedness) -> Vec<Touched> {
    let mut walk = Walk {
        stencil,
        early: definedness.early.iter().map(|e| (e.number, e.possible)).collect(),
        touched: stencil
            .fields
            .ids()
            .map(|id| Touched { complete: definedness.is_complete(id), ..Touched::default() })
            .collect(),
        earlier: vec![Vec::new(); stencil.fields.len()],
        reads: 0,
    };
    let mut place = 0;
    for vertical in &stencil.loops {
        for section in &vertical.sections {
            walk.section(vertical.order, place, section);
            place += 1;
        }
    }
    walk.touched
}

struct Walk<'a> {
    stencil: &'a Stencil,
    /// The numbers of the reads that may come before a write of the stencil, and whether some write may come before them.
    early: HashMap<usize, bool>,
    touched: Vec<Touched>,
    /// By field, the writes of the sections so far.
    earlier: Vec<Vec<Earlier>>,
    reads: usize,
}

/// A write that a later read of the same stencil may meet.
#[derive(Clone, Copy)]
struct Earlier {
    write: Write,
    section: usize,
    /// The number of the access in its section.
    number: usize,
    level: i32,
}

impl Walk<'_> {
    fn section(&mut self, order: Order, place: usize, section: &Section) {
        let accesses = || section.executions.iter().flat_map(|e| uses(&e.body).into_iter().map(move |u| (e, u))).enumerate();
        for (number, (execution, u)) in accesses().filter(|(_, (_, u))| u.write) {
            self.write(&u, (place, number), section, execution);
        }
        for (number, (execution, u)) in accesses().filter(|(_, (_, u))| !u.write) {
            let before = |e: &Earlier, level: Option<i32>| {
                e.section < place || level.is_some_and(|read| met(order, (read, number), (e.level, e.number)))
            };
            self.read(&u, &before, section, execution);
        }
    }

    fn write(&mut self, u: &Use<'_>, (section, number): (usize, usize), around: &Section, execution: &HorizontalExecution) {
        let id = u.access.field;
        let Some(field) = self.stencil.fields.get(id).filter(|f| !f.is_temporary()) else { return };
        let (block, level, certain) = access(u, field.axes, around, execution);
        let write = Write { block, component: u.access.component.known(), certain };
        self.earlier[id.index()].extend(level.map(|level| Earlier { write, section, number, level }));
        let writes = &mut self.touched[id.index()].writes;
        if !writes.contains(&write) {
            writes.push(write);
        }
    }

    fn read(
        &mut self,
        u: &Use<'_>,
        before: &dyn Fn(&Earlier, Option<i32>) -> bool,
        around: &Section,
        execution: &HorizontalExecution,
    ) {
        let possible = self.early.get(&self.reads).copied();
        self.reads += 1;
        let id = u.access.field;
        let Some(field) = self.stencil.fields.get(id).filter(|f| !f.is_temporary()) else { return };
        let Some(possible) = possible else { return };
        let (block, level, certain) = access(u, field.axes, around, execution);
        let component = u.access.component.known();
        let counts = |e: &&Earlier| e.write.certain && e.write.component == component && before(e, level);
        let mut left = vec![block];
        for earlier in self.earlier[id.index()].iter().filter(counts) {
            left = left.into_iter().flat_map(|block| block.without(earlier.write.block, [1; 3])).collect();
        }
        let reads = &mut self.touched[id.index()].reads;
        for block in left.into_iter().filter(|block| !block.is_empty([1; 3])) {
            let read = Read { block, component, certain, possible, span: u.span };
            if !reads.iter().any(|known| Read { span: u.span, ..*known } == read) {
                reads.push(read);
            }
        }
    }
}

/// The points of an access, its level's offset if it has one, and whether it is made whatever the data and the domain's size.
fn access(u: &Use<'_>, axes: Axes, section: &Section, execution: &HorizontalExecution) -> (Block, Option<i32>, bool) {
    let level = u.access.k.known();
    let plane = |axis: Axis| Clip::of_range(&execution.extent.range(axis)).and(u.clip[axis.index()]);
    let from = [plane(Axis::I), plane(Axis::J), Clip::of_range(&section.interval)];
    let [i, j] = u.access.offset;
    let k = level.map_or(Clip::of_range(&Range::full()), |k| from[2].shift(k));
    let there = Block([from[0].shift(i), from[1].shift(j), k]);
    let complete = Axis::ALL.into_iter().all(|axis| axes.has(axis) || from[axis.index()].has_points(1));
    let certain = !u.conditional && level.is_some() && u.access.component.known().is_some() && complete;
    (on_axes(there, axes), level, certain)
}

fn on_axes(block: Block, axes: Axes) -> Block {
    Axis::ALL.into_iter().filter(|axis| !axes.has(*axis)).fold(block, |block, axis| block.with(axis, Clip::ALL))
}

/// Whether a read meets what a write of the same section has left, at an earlier level or before it. Both are given by the
/// offset of their level and their number in the section.
fn met(order: Order, (read, at): (i32, usize), (written, before): (i32, usize)) -> bool {
    match order {
        Order::Parallel => before < at,
        _ if read == written => before < at,
        Order::Forward => read < written,
        Order::Backward => read > written,
    }
}

/// The fields that a call binds, each with what the stencil does to it.
pub fn bound<'a>(
    stencil: &'a Stencil,
    touched: &'a [Touched],
    fields: &'a [FieldId],
) -> impl Iterator<Item = (FieldId, &'a Touched)> + 'a {
    let params = stencil.fields.ids().zip(touched);
    fields.iter().copied().zip(params.map(|(_, touched)| touched))
}
