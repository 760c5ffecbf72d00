//! The time of a loop nest on a machine, in the manner of the execution-cache-memory model (Stengel, Treibig, Hager, Wellein: Quantifying
//! performance bottlenecks of stencil computations, ICS 2015).
//!
//! The walk goes from the innermost statements outwards. For everything below a node it knows what one execution touches (a box of
//! each container), how many cycles the core takes, and how many bytes go into L1, L2 and L3. If what one iteration of a loop touches
//! fits in a cache, then the loop moves each element into that cache once (the *layer condition*); if all of the loop fits, neighbours
//! find it there too; otherwise every iteration moves all that it touches. A temporary whose uses are all inside is stored as far
//! inside as [`crate::storage`] allows: along a contracted axis it is one element, along a window a few.

use super::Target;
use super::machine::Core;
use crate::access::accesses_of;
use crate::tree::{Leaf, Loop, Node, NodeId, Tree};
use std::collections::{BTreeMap, BTreeSet};
use tradewind_ir::memory::bytes;
use tradewind_ir::{
    Axis, BinaryOp, BlockSize, DType, Expr, ExprKind, FieldId, IdVec, KIndex, Native, Scope, Steps, Stmt, UnaryOp,
};

/// How long a nest is predicted to take, and why.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Estimate {
    /// Nanoseconds of all threads together, for each part of the machine that can hold the nest up.
    pub core_ns: f64,
    pub l2_ns: f64,
    pub l3_ns: f64,
    pub memory_ns: f64,
    /// Nanoseconds to begin and end the nest on all threads.
    pub launch_ns: f64,
    /// Bytes from and to L2, L3, and the memory.
    pub bytes: [f64; 3],
}

impl Estimate {
    /// Nanoseconds: what holds the nest up most, and a part of the rest, which does not overlap in full.
    pub fn ns(&self) -> f64 {
        let parts = [self.core_ns, self.l2_ns, self.l3_ns, self.memory_ns];
        let most = parts.into_iter().fold(0.0, f64::max);
        let all: f64 = parts.iter().sum();
        most + EXPOSED * (all - most) + self.launch_ns
    }
    /// What holds the nest up most: `arithmetic`, `L2`, `L3`, `memory` or `start`.
    pub fn bound(&self) -> &'static str {
        let parts = [
            (self.core_ns, "arithmetic"),
            (self.l2_ns, "L2"),
            (self.l3_ns, "L3"),
            (self.memory_ns, "memory"),
            (self.launch_ns, "start"),
        ];
        parts.into_iter().max_by(|a, b| a.0.total_cmp(&b.0)).map_or("arithmetic", |(_, name)| name)
    }
    /// One after the other.
    pub fn plus(self, other: Estimate) -> Estimate {
        Estimate {
            core_ns: self.core_ns + other.core_ns,
            l2_ns: self.l2_ns + other.l2_ns,
            l3_ns: self.l3_ns + other.l3_ns,
            memory_ns: self.memory_ns + other.memory_ns,
            launch_ns: self.launch_ns + other.launch_ns,
            bytes: std::array::from_fn(|n| self.bytes[n] + other.bytes[n]),
        }
    }
}

/// The part of what does not hold a nest up most that adds to its time.
const EXPOSED: f64 = 0.2;
/// The part of a cache that a nest can count on.
const USABLE: f64 = 0.75;
/// The part of the latency that the first lines of a row cost, if it is not beside the row before it.
const JUMP: f64 = 0.25;
/// Nanoseconds to find the page of such a row.
const PAGE: f64 = 28.0;
/// Cycles of the test whether a shifted statement runs in an iteration.
const TEST: f64 = 4.0;

/// Predicts the nests of one tree.
pub struct Predictor<'a> {
    pub tree: &'a Tree,
    pub target: &'a Target,
    pub whole: &'a Whole,
}

/// What the prediction of one nest has to know of the whole tree. No fusion of loops changes it.
#[derive(Default)]
pub struct Whole {
    /// How many accesses of each container there are.
    accesses: IdVec<FieldId, u32>,
    /// Whether the fields of the program fit in L3 together, and so stay there from one nest to the next.
    resident: bool,
}

impl Whole {
    /// Of a tree that runs on a target.
    pub fn of(tree: &Tree, target: &Target) -> Whole {
        let mut accesses: IdVec<FieldId, u32> = tree.fields.values().map(|_| 0).collect();
        tree.walk(tree.root, &mut |_, node| {
            if let Node::Leaf(leaf) = node {
                leaf.stmts.iter().flat_map(accesses_of).for_each(|touch| accesses[touch.access.field] += 1);
            }
        });
        let fields = tree.fields.values().filter(|f| f.scope != Scope::Temporary);
        let bytes: f64 = fields.map(|f| bytes(f.dtype.size() * f.components() as usize, f.axes, target.domain, f.extent)).sum();
        Whole { accesses, resident: bytes <= USABLE * target.machine.l3.bytes as f64 }
    }
}

/// What one execution of a node touches of a container.
#[derive(Clone, Copy)]
struct Footprint {
    /// Offsets from the current point, on axes that no loop inside runs over; of the range's ends on the others.
    lo: [i32; 3],
    hi: [i32; 3],
    /// Points of the loops inside; 1 on other axes.
    points: [f64; 3],
    accesses: u32,
    written: bool,
}

impl Footprint {
    /// Elements along an axis.
    fn along(&self, axis: Axis) -> f64 {
        let n = axis.index();
        self.points[n] + f64::from(self.hi[n] - self.lo[n])
    }
    fn join(&mut self, other: &Footprint) {
        for n in 0..3 {
            self.lo[n] = self.lo[n].min(other.lo[n]);
            self.hi[n] = self.hi[n].max(other.hi[n]);
            self.points[n] = self.points[n].max(other.points[n]);
        }
        self.accesses += other.accesses;
        self.written |= other.written;
    }
}

/// One execution of a node.
#[derive(Default)]
struct Visit {
    parts: BTreeMap<FieldId, Footprint>,
    cycles: f64,
    /// Bytes into L1, L2, L3 if nothing is there before.
    moved: [f64; 3],
    /// Rows of containers from outside the nest in loops along I that no loop is around yet.
    rows: f64,
    /// Such rows that are not beside the row before them.
    jumps: f64,
}

impl<'a> Predictor<'a> {
    /// The time of a nest: a child of a sequence of the host program.
    pub fn nest(&self, id: NodeId) -> Estimate {
        let visit = self.node(id);
        let machine = &self.target.machine;
        let threads = if self.tree.loop_kind(id).is_free() { self.target.threads.max(1) } else { 1 };
        let mut bytes = visit.moved;
        if self.whole.resident {
            bytes[2] = 0.0;
        }
        let latency = if self.whole.resident { machine.l3.latency_ns } else { machine.memory.latency_ns };
        Estimate {
            core_ns: visit.cycles / machine.core.clock_ghz / threads as f64,
            l2_ns: bytes[0] / machine.l2.rate.at(threads),
            l3_ns: bytes[1] / machine.l3.rate.at(threads),
            memory_ns: bytes[2] / machine.memory.rate.at(threads) + (JUMP * latency + PAGE) * visit.jumps / threads as f64,
            launch_ns: if threads > 1 { 1e3 * machine.threads.launch_us } else { 0.0 },
            bytes,
        }
    }

    fn node(&self, id: NodeId) -> Visit {
        match &self.tree.nodes[id] {
            Node::Seq(children) => self.sequence(children),
            Node::Loop(l) => self.axis_loop(id, l),
            Node::Leaf(leaf) => self.leaf(id, leaf),
            _ => Visit::default(),
        }
    }

    fn sequence(&self, children: &[NodeId]) -> Visit {
        let mut all = Visit::default();
        for visit in children.iter().map(|id| self.node(*id)) {
            all.cycles += visit.cycles;
            all.rows += visit.rows;
            all.jumps += visit.jumps;
            (0..3).for_each(|n| all.moved[n] += visit.moved[n]);
            for (field, part) in visit.parts {
                all.parts.entry(field).and_modify(|known| known.join(&part)).or_insert(part);
            }
        }
        self.fit(&mut all);
        all
    }

    /// Lets everything that fits in a cache be moved there once.
    fn fit(&self, visit: &mut Visit) {
        let size: f64 = visit.parts.iter().map(|(f, part)| self.bytes(*f, part)).sum();
        let once: f64 = visit.parts.iter().map(|(f, part)| self.transfer(*f, part)).sum();
        for n in 0..3 {
            if size <= self.capacity(n) {
                visit.moved[n] = visit.moved[n].min(once);
            }
        }
    }

    fn axis_loop(&self, id: NodeId, l: &Loop) -> Visit {
        let mut visit = self.node(l.body);
        let axis = l.axis.index();
        if let Some(by) = l.blocking.shift() {
            for part in visit.parts.values_mut() {
                (part.lo[axis], part.hi[axis]) = (part.lo[axis] + by, part.hi[axis] + by);
            }
            let share = self.share(id, l);
            visit.cycles = visit.cycles * share + TEST;
            visit.moved = visit.moved.map(|bytes| bytes * share);
            visit.jumps *= share;
            return visit;
        }
        let count = self.positions(l) as f64;
        let body_size: f64 = visit.parts.iter().map(|(f, part)| self.bytes(*f, part)).sum();
        let core = &self.target.machine.core;
        visit.cycles = visit.cycles * count + if l.axis == Axis::I { core.row_start } else { 0.0 };
        if l.axis == Axis::I {
            visit.rows = visit.parts.keys().filter(|f| self.tree.fields[**f].scope != Scope::Temporary).count() as f64;
        } else {
            visit.jumps = visit.jumps * count + if l.axis == Axis::K { visit.rows * count } else { 0.0 };
            visit.rows = if l.blocking.near.is_some() { visit.rows } else { 0.0 };
        }
        let ordered = !l.kind.is_free();
        visit.parts.iter_mut().for_each(|(field, part)| self.sweep(*field, part, l.axis, count, ordered));
        let once: f64 = visit.parts.iter().map(|(f, part)| self.transfer(*f, part)).sum();
        for n in 0..3 {
            let each = visit.moved[n] * count;
            visit.moved[n] = if body_size <= self.capacity(n) { once.min(each) } else { each };
        }
        self.fit(&mut visit);
        visit
    }

    /// What a part becomes when a loop runs over so many points of an axis.
    fn sweep(&self, field: FieldId, part: &mut Footprint, axis: Axis, count: f64, ordered: bool) {
        let (n, container) = (axis.index(), &self.tree.fields[field]);
        if !container.axes.has(axis) {
            return;
        }
        let inside = container.scope == Scope::Temporary && part.accesses == self.whole.accesses[field];
        let few = part.points[n] == 1.0 && (part.lo[n] == part.hi[n] || ordered && axis != Axis::I && !container.zero);
        if !(inside && few) {
            part.points[n] = (part.points[n] * count).max(1.0);
        }
    }

    fn leaf(&self, id: NodeId, leaf: &Leaf) -> Visit {
        let row = self.row(id);
        let start = if row.is_none() { self.target.machine.core.row_start } else { 0.0 };
        let mut visit = Visit { cycles: self.cycles(leaf, row.unwrap_or(1)) + start, ..Visit::default() };
        for touch in leaf.stmts.iter().flat_map(accesses_of) {
            let access = touch.access;
            let mut part = Footprint {
                lo: [access.offset[0], access.offset[1], 0],
                hi: [access.offset[0], access.offset[1], 0],
                points: [1.0; 3],
                accesses: 1,
                written: touch.write,
            };
            match access.k {
                KIndex::Offset(k) => (part.lo[2], part.hi[2]) = (k, k),
                _ => part.hi[2] = (self.target.domain[2] - 1).clamp(0, 1 << 20) as i32,
            }
            visit.parts.entry(access.field).and_modify(|known| known.join(&part)).or_insert(part);
        }
        let once: f64 = visit.parts.iter().map(|(f, part)| self.transfer(*f, part)).sum();
        visit.moved = [once; 3];
        visit
    }

    /// In which part of the iterations of the loop around it a shifted statement runs.
    fn share(&self, id: NodeId, l: &Loop) -> f64 {
        let around = self.tree.around(id).filter_map(|id| self.tree.as_loop(id)).find(|around| around.axis == l.axis);
        let points = |l: &Loop| {
            let (lo, hi) = l.range.at(self.target.domain[l.axis.index()]);
            (hi - lo).max(0) as f64
        };
        around.map_or(1.0, |around| (points(l) / points(around).max(1.0)).min(1.0))
    }

    /// How many positions a loop has; inside another one over its axis, near most of that one's positions.
    fn positions(&self, l: &Loop) -> i64 {
        let (lo, hi) = l.range.at(self.target.domain[l.axis.index()]);
        let size = |_| BlockSize::EXPECTED;
        let near = l.blocking.near.map(|near| near.points(size));
        near.map_or(Steps { lo, hi, step: l.blocking.step.points(size) }.count(), |(first, end)| {
            (end - first).min(hi - lo).max(0)
        })
    }

    /// How many points side by side the loop around a leaf runs over; nothing, if it is not a loop over I.
    fn row(&self, leaf: NodeId) -> Option<i64> {
        let around = self.tree.around(leaf).find_map(|id| self.tree.as_loop(id));
        let l = around.filter(|l| l.axis == Axis::I && l.blocking.step == BlockSize::ONE)?;
        Some(self.positions(l))
    }

    /// Cycles of one point, with so many side by side.
    fn cycles(&self, leaf: &Leaf, row: i64) -> f64 {
        let core = &self.target.machine.core;
        let mut work = Work { registers: self.registers(leaf), ..Work::default() };
        leaf.stmts.iter().for_each(|stmt| work.statement(core, stmt));
        let (loads, stores) = (work.loads.len() as f64, work.stores.len() as f64);
        let ports = [
            work.arithmetic / core.arithmetic,
            loads / core.loads,
            stores / core.stores,
            (work.arithmetic + loads + stores) / core.instructions,
        ];
        let wide = if work.wide || !work.narrow { 8 } else { 4 };
        let lanes = (core.vector_bits / 8 / wide).max(1) as f64;
        let lanes = if work.scalar || row < lanes as i64 { 1.0 } else { lanes };
        let divider = if wide == 8 {
            work.divisions * core.divide_f64 + work.roots * core.sqrt_f64
        } else {
            work.divisions * core.divide_f32 + work.roots * core.sqrt_f32
        };
        ports.into_iter().fold(divider, f64::max) / lanes + work.functions
    }

    /// Bytes of a part: of each row, whole lines.
    fn bytes(&self, field: FieldId, part: &Footprint) -> f64 {
        let container = &self.tree.fields[field];
        let row = part.along(Axis::I) * (container.dtype.size() * container.components() as usize) as f64;
        let line = self.target.machine.core.line_bytes as f64;
        let row = if container.axes.has(Axis::I) { row.max(line) } else { row };
        row * part.along(Axis::J) * part.along(Axis::K)
    }

    /// Bytes that move if a part is fetched, and written back if it is written.
    fn transfer(&self, field: FieldId, part: &Footprint) -> f64 {
        self.bytes(field, part) * if part.written { 2.0 } else { 1.0 }
    }

    /// Bytes that L1, L2, L3 hold of what a nest touches.
    fn capacity(&self, level: usize) -> f64 {
        let (machine, threads) = (&self.target.machine, self.target.threads);
        USABLE
            * match level {
                0 => machine.core.l1_bytes,
                1 => machine.l2.bytes_each(threads),
                _ => machine.l3.bytes_each(threads),
            } as f64
    }

    /// The temporaries that only a leaf uses: they are in registers.
    fn registers(&self, leaf: &Leaf) -> BTreeSet<FieldId> {
        let mut count: BTreeMap<FieldId, u32> = BTreeMap::new();
        leaf.stmts.iter().flat_map(accesses_of).for_each(|touch| *count.entry(touch.access.field).or_insert(0) += 1);
        let all = |(field, n): &(FieldId, u32)| {
            self.tree.fields[*field].scope == Scope::Temporary && self.whole.accesses[*field] == *n
        };
        count.into_iter().filter(all).map(|(field, _)| field).collect()
    }
}

/// What the core does for one point.
#[derive(Default)]
struct Work {
    arithmetic: f64,
    divisions: f64,
    roots: f64,
    /// Cycles in functions.
    functions: f64,
    loads: BTreeSet<(FieldId, [i32; 3], u32)>,
    stores: BTreeSet<(FieldId, i32, u32)>,
    registers: BTreeSet<FieldId>,
    wide: bool,
    narrow: bool,
    /// Whether points are computed one at a time.
    scalar: bool,
}

impl Work {
    fn statement(&mut self, core: &Core, stmt: &Stmt) {
        stmt.walk(&mut |s| {
            s.exprs().for_each(|e| e.walk(&mut |e| self.operation(core, e)));
            self.scalar |= matches!(s.kind, tradewind_ir::StmtKind::While { .. } | tradewind_ir::StmtKind::Check { .. });
            if let Some(target) = s.target() {
                let k = if let KIndex::Offset(k) = target.k { k } else { 0 };
                if !self.registers.contains(&target.field) {
                    self.stores.insert((target.field, k, target.component.known().unwrap_or(0)));
                }
            }
        });
    }

    fn operation(&mut self, core: &Core, e: &Expr) {
        match e.dtype {
            DType::F64 | DType::I64 => self.wide = true,
            DType::F32 | DType::I32 => self.narrow = true,
            _ => {}
        }
        match &e.kind {
            ExprKind::Field(access) => {
                let k = if let KIndex::Offset(k) = access.k { k } else { i32::MAX };
                let offset = [access.offset[0], access.offset[1], k];
                let component = access.component.known().unwrap_or(0);
                let known = self.stores.contains(&(access.field, k, component)) && access.offset == [0, 0];
                if !known && !self.registers.contains(&access.field) {
                    self.loads.insert((access.field, offset, component));
                }
            }
            ExprKind::Binary(BinaryOp::Div, ..) => self.divisions += 1.0,
            ExprKind::Binary(..) | ExprKind::Cast(_) => self.arithmetic += 1.0,
            ExprKind::Ternary(..) => self.arithmetic += 2.0,
            ExprKind::Unary(UnaryOp::Neg | UnaryOp::Not, _) => self.arithmetic += 1.0,
            ExprKind::Call(Native::Sqrt, _) => self.roots += 1.0,
            ExprKind::Call(native, _) => match native {
                Native::Exp => self.functions += core.exp,
                Native::Log => self.functions += core.log,
                Native::Pow => self.functions += core.pow,
                Native::Fma => self.arithmetic += 1.0,
                native if tradewind_ir::math::definition(*native).is_some() => self.functions += core.function,
                _ => self.arithmetic += 2.0,
            },
            _ => {}
        }
    }
}
