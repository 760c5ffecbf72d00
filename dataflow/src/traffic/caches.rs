//! The bytes that move between caches, counted: a graph runs through caches of a machine that give up what was used least recently.
//!
//! Rows along I are taken in pieces of 64 points, each as whole lines; caches find every piece anywhere (they are fully associative). A
//! piece that is written is fetched first, and written back when it is given up. One thread does the work of all, with its share of L2 and
//! all of L3. Temporaries are stored as the graph says: a window takes its slots, a register nothing. Host loops run once, both sides of a
//! branch one after the other. A level that depends on data counts as the current one. Copies count, halo updates and swaps do not.

use crate::code::{ComponentIndex, Inst, KOffset, Op, TaskletCode};
use crate::graph::{Graph, Node, Region};
use lru::LruCache;
use std::rc::Rc;
use tradewind_ir::{Axis, BlockSize, Blocking, Container, Domain, FieldId, HostStep, IdVec, Range};
use tradewind_schedule::Target;

/// Bytes between L1 and L2, L2 and L3, and L3 and memory, both directions together.
pub type CacheBytes = [u64; 3];

/// Points of a piece of a row.
const PIECE: i64 = 64;
/// Elements of a line, in pieces of containers without the axis I.
const IN_LINE: i64 = 8;

/// What the loop nests of a graph, in the order in which they run, move between the caches of a target; the caches hold what a first
/// round left there.
pub fn between_caches(graph: &Graph, target: &Target) -> Vec<CacheBytes> {
    let mut nests = Vec::new();
    super::visit_nests(&graph.root, &mut |nest| nests.push(steps_of(nest, &graph.fields)));
    let mut run = Run { fields: &graph.fields, domain: target.domain, caches: Caches::new(target), point: [0; 3] };
    let round = |run: &mut Run<'_>| -> Vec<CacheBytes> { nests.iter().map(|nest| run.nest(nest)).collect() };
    round(&mut run);
    round(&mut run)
}

/// A part of a nest.
enum NestPart {
    Loop { axis: Axis, range: Range, blocking: Blocking, backward: bool, body: Vec<NestPart> },
    Touches(Rc<[Touch]>),
    Copy { to: FieldId, from: FieldId },
}

/// An access at an offset from the current point.
#[derive(PartialEq)]
struct Touch {
    field: FieldId,
    component: u32,
    offset: [i64; 3],
    write: bool,
}

fn steps_of(nest: &Node, fields: &IdVec<FieldId, Container>) -> Vec<NestPart> {
    part(nest, fields).into_iter().collect()
}

fn parts(region: &Region, fields: &IdVec<FieldId, Container>) -> Vec<NestPart> {
    region.nodes().filter_map(|node| part(node, fields)).collect()
}

/// A node that counts.
fn part(node: &Node, fields: &IdVec<FieldId, Container>) -> Option<NestPart> {
    match node {
        Node::Tasklet { code, .. } => Some(NestPart::Touches(touches(code, fields))),
        Node::Map(map) => {
            let (range, body) = (map.range.clone(), parts(&map.body, fields));
            Some(NestPart::Loop { axis: map.axis, range, blocking: map.blocking, backward: false, body })
        }
        Node::Loop(l) => {
            let (range, body) = (l.range.clone(), parts(&l.body, fields));
            Some(NestPart::Loop { axis: l.axis, range, blocking: l.blocking, backward: l.backward, body })
        }
        Node::Host(HostStep::Copy { to, from }) => Some(NestPart::Copy { to: *to, from: *from }),
        Node::Host(_) | Node::Zero(_) => None,
    }
}

/// The accesses of code, in its order; those of registers are left out.
fn touches(code: &TaskletCode, fields: &IdVec<FieldId, Container>) -> Rc<[Touch]> {
    let mut found: Vec<Touch> = Vec::new();
    let level = |k: &KOffset| if let KOffset::Constant(k) = k { i64::from(*k) } else { 0 };
    let first = |component: &ComponentIndex| component.known().unwrap_or(0);
    code.walk(&mut |inst| {
        let touch = match inst {
            Inst::Let(_, Op::Load { field, offset: [i, j], k, component }) => {
                let offset = [i64::from(*i), i64::from(*j), level(k)];
                Touch { field: *field, component: first(component), offset, write: false }
            }
            Inst::Store { field, k, component, .. } => {
                Touch { field: *field, component: first(component), offset: [0, 0, level(k)], write: true }
            }
            _ => return,
        };
        if !fields[touch.field].place.is_register() && !found.contains(&touch) {
            found.push(touch);
        }
    });
    found.into()
}

struct Run<'g> {
    fields: &'g IdVec<FieldId, Container>,
    domain: Domain,
    caches: Caches,
    /// Of the innermost loop over each axis.
    point: [i64; 3],
}

impl Run<'_> {
    /// What a nest moves.
    fn nest(&mut self, steps: &[NestPart]) -> CacheBytes {
        let before = self.caches.moved;
        steps.iter().for_each(|step| self.step(step));
        std::array::from_fn(|n| self.caches.moved[n] - before[n])
    }

    fn step(&mut self, step: &NestPart) {
        match step {
            NestPart::Touches(touches) => self.row(touches, 1),
            NestPart::Copy { to, from } => self.copy(*to, *from),
            NestPart::Loop { axis, range, blocking, backward, body } => {
                let n = axis.index();
                let around = self.point[n];
                let mut steps = blocking.steps(range.at(self.domain[n]), around, |_| BlockSize::EXPECTED);
                let in_pieces = *axis == Axis::I && body.iter().all(|step| matches!(step, NestPart::Touches(_)));
                if in_pieces {
                    steps.step = PIECE;
                }
                for position in steps.each(*backward) {
                    self.point[n] = position;
                    let points = if in_pieces { PIECE.min(steps.hi - position) } else { 1 };
                    body.iter().for_each(|step| match step {
                        NestPart::Touches(touches) => self.row(touches, points),
                        step => self.step(step),
                    });
                }
                self.point[n] = around;
            }
        }
    }

    /// Accesses at so many points along I from the current one.
    fn row(&mut self, touches: &[Touch], points: i64) {
        for touch in touches {
            let at = std::array::from_fn(|n| self.point[n] + touch.offset[n]);
            self.elements(touch.field, touch.component, at, points, touch.write);
        }
    }

    /// Accesses elements of a container, so many along I from a point.
    fn elements(&mut self, field: FieldId, component: u32, at: [i64; 3], points: i64, write: bool) {
        let container = &self.fields[field];
        let stored = container.stored_axes();
        let place = |axis: Axis| match container.place.slots(axis) {
            _ if !stored.has(axis) => 0,
            Some(slots) => at[axis.index()].rem_euclid(slots.into()),
            None => at[axis.index()],
        };
        let (mut j, mut k) = (place(Axis::J), place(Axis::K));
        if !stored.has(Axis::I) {
            // Elements along the next axis share lines.
            let inner = if stored.has(Axis::J) { &mut j } else { &mut k };
            *inner = inner.div_euclid(IN_LINE);
            let key = Key { field, component, piece: 0, j, k };
            return self.caches.touch(0, key, self.caches.line, write);
        }
        let size = container.dtype.size() as i64;
        let (low, high) = container.extent.range(Axis::I).at(self.domain[0]);
        for piece in at[0].div_euclid(PIECE)..=(at[0] + points - 1).div_euclid(PIECE) {
            let held = (high.min((piece + 1) * PIECE) - low.max(piece * PIECE)).max(1);
            let line = self.caches.line as i64;
            let bytes = ((held * size + line - 1) / line * line) as u64;
            self.caches.touch(0, Key { field, component, piece, j, k }, bytes, write);
        }
    }

    fn copy(&mut self, to: FieldId, from: FieldId) {
        let extent = self.fields[to].extent;
        let [i, j, k] = Axis::ALL.map(|axis| match self.fields[to].axes.has(axis) {
            true => extent.range(axis).at(self.domain[axis.index()]),
            false => (0, 1),
        });
        for k in k.0..k.1 {
            for j in j.0..j.1 {
                for component in 0..self.fields[to].components() {
                    self.elements(from, component, [i.0, j, k], i.1 - i.0, false);
                    self.elements(to, component, [i.0, j, k], i.1 - i.0, true);
                }
            }
        }
    }
}

/// A piece of a row.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    field: FieldId,
    component: u32,
    piece: i64,
    j: i64,
    k: i64,
}

/// What a cache knows of a piece that it holds.
struct Held {
    bytes: u64,
    written: bool,
}

struct Caches {
    line: u64,
    /// L1, L2, L3.
    caches: [Cache; 3],
    moved: CacheBytes,
}

struct Cache {
    capacity: u64,
    used: u64,
    held: LruCache<Key, Held>,
}

impl Caches {
    fn new(target: &Target) -> Caches {
        let (machine, threads) = (&target.machine, target.threads);
        let sizes = [machine.core.l1_bytes, machine.l2.bytes_each(threads), machine.l3.bytes];
        let caches = sizes.map(|bytes| Cache { capacity: bytes as u64, used: 0, held: LruCache::unbounded() });
        Caches { line: machine.core.line_bytes as u64, caches, moved: [0; 3] }
    }

    /// Accesses a piece in the cache of a level, which fetches it from the next one.
    fn touch(&mut self, level: usize, key: Key, bytes: u64, write: bool) {
        let Some(cache) = self.caches.get_mut(level) else { return };
        if let Some(held) = cache.held.get_mut(&key) {
            held.written |= write;
            return;
        }
        self.moved[level] += bytes;
        self.touch(level + 1, key, bytes, false);
        let cache = &mut self.caches[level];
        cache.used += bytes;
        cache.held.push(key, Held { bytes, written: write });
        self.shrink(level);
    }

    /// Lets a cache give up pieces until all fit; those written go to the next one.
    fn shrink(&mut self, level: usize) {
        while self.caches[level].used > self.caches[level].capacity {
            let Some((key, Held { bytes, written })) = self.caches[level].held.pop_lru() else { return };
            self.caches[level].used -= bytes;
            if written {
                self.moved[level] += bytes;
                self.store(level + 1, key, bytes);
            }
        }
    }

    /// Puts a written piece, whole, in the cache of a level.
    fn store(&mut self, level: usize, key: Key, bytes: u64) {
        let Some(cache) = self.caches.get_mut(level) else { return };
        match cache.held.get_mut(&key) {
            Some(held) => held.written = true,
            None => {
                cache.used += bytes;
                cache.held.push(key, Held { bytes, written: true });
                self.shrink(level);
            }
        }
    }
}
