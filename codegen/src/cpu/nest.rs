//! Loops.
//!
//! A *vector* map over I whose computations all fit in vectors ([`super::shape`]) becomes up to three loops: two vectors at a
//! time while enough points remain (long bodies do not have this loop), one vector at a time, and the rest. If points may be
//! computed twice, the rest is one more vector that ends at the end of the row. Otherwise it runs one point at a time, with the
//! same vector code reduced to one lane; so do rows that have no room for a vector on any domain, such as one column. Every other
//! loop is a plain one.
//!
//! A loop inside another one over its axis runs from where its range or its distance from that one's position begins to where the first
//! of them ends; one of at most one iteration is a branch.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use tradewind_dataflow::{Map, MapKind, Node, Region, SequentialLoop};
use tradewind_ir::{Axis, BlockSize, Blocking, Bound, FieldId, Near, Range, ScalarId};

use super::address::Point;
use super::emit::{Emitter, Register};
use super::iterations::{Body, Iterations};
use super::mode::{Mode, Shape, scalar_type};
use super::settings::Variant;
use super::shape;

/// Bodies of more operations than this are not unrolled.
const UNROLL_UP_TO: usize = 120;

/// A loop or map over an axis without its order.
#[derive(Clone, Copy)]
struct Over<'g> {
    axis: Axis,
    range: &'g Range,
    blocking: Blocking,
    body: &'g Region,
}

impl Emitter<'_, '_> {
    /// The whole of a launch.
    pub(super) fn nest(&mut self, nest: &Node) {
        let at = self.first_point();
        let range = self.range;
        match nest {
            Node::Map(map) => self.map(map, range, &at),
            Node::Loop(l) => self.sequential(l, range, &at),
            node => self.node(node, &at),
        }
    }

    fn region(&mut self, region: &Region, at: &Point) {
        for id in &region.allocs {
            self.allocate(*id, at);
        }
        region.nodes().for_each(|node| self.node(node, at));
    }

    fn node(&mut self, node: &Node, at: &Point) {
        match node {
            Node::Tasklet { code, .. } => self.tasklet(code, at),
            Node::Map(map) => {
                let over = Over { axis: map.axis, range: &map.range, blocking: map.blocking, body: &map.body };
                self.enter(over, at, |e, range| e.map(map, range, at));
            }
            Node::Loop(l) => {
                let over = Over { axis: l.axis, range: &l.range, blocking: l.blocking, body: &l.body };
                self.enter(over, at, |e, range| e.sequential(l, range, at));
            }
            Node::Zero(field) => self.clear(*field),
            // The plan has refused steps of the host program inside a nest.
            Node::Host(_) => {}
        }
    }

    /// A loop that the function runs as a whole.
    fn enter(&mut self, over: Over<'_>, at: &Point, run: impl FnOnce(&mut Self, (Value, Value))) {
        let (lo, hi) = self.range_of(over.range, over.axis);
        if let Some(by) = over.blocking.shift() {
            return self.shifted(over, (lo, hi), by, at);
        }
        let range = match over.blocking.near {
            None => (lo, hi),
            Some(near) => {
                let (first, end) = self.near(near, at.index[over.axis.index()]);
                (self.b.ins().smax(lo, first), self.b.ins().smin(hi, end))
            }
        };
        run(self, range);
    }

    /// A loop of at most one iteration: so many points after the position of the loop around it over the axis, if that is in range.
    fn shifted(&mut self, over: Over<'_>, (lo, hi): (Value, Value), by: i32, at: &Point) {
        let n = over.axis.index();
        let mut point = at.clone();
        point.index[n] = self.b.ins().iadd_imm_s(at.index[n], i64::from(by));
        let (after_lo, before_hi) = (
            self.b.ins().icmp(IntCC::SignedGreaterThanOrEqual, point.index[n], lo),
            self.b.ins().icmp(IntCC::SignedLessThan, point.index[n], hi),
        );
        let runs = self.b.ins().band(after_lo, before_hi);
        self.when(Some(runs), |e| {
            if by != 0 {
                let by = e.int(by.into());
                e.move_pointers(&mut point, over.axis, over.body, by);
            }
            e.region(over.body, &point);
        });
    }

    fn sequential(&mut self, l: &SequentialLoop, (lo, hi): (Value, Value), at: &Point) {
        let ((step, size), nested) = (self.step(l.blocking.step), l.blocking.near.is_some());
        let (by, once) = (if l.backward { -step } else { step }, is_point(&l.range, l.blocking));
        self.plain(
            Iterations { axis: l.axis, lo, hi, by, size, nested, once },
            Body { region: &l.body, emit: Self::region },
            at,
        );
    }

    fn map(&mut self, map: &Map, (lo, hi): (Value, Value), at: &Point) {
        let scalar = at.mode == Mode::Scalar && self.variant == Variant::Contiguous;
        let vector = scalar && map.kind == MapKind::Vector && map.axis == Axis::I;
        match vector.then(|| shape::of(self.graph, &map.body)).flatten() {
            Some(lanes) => self.vector(map, (lo, hi), lanes, at),
            None => {
                let ((by, size), nested) = (self.step(map.blocking.step), map.blocking.near.is_some());
                let once = is_point(&map.range, map.blocking);
                self.plain(
                    Iterations { axis: map.axis, lo, hi, by, size, nested, once },
                    Body { region: &map.body, emit: Self::region },
                    at,
                );
            }
        }
    }

    /// Vector code for a map, with its remainder.
    fn vector(&mut self, map: &Map, (lo, hi): (Value, Value), lanes: u8, at: &Point) {
        let mut at = at.clone();
        at.mode = Mode::Vector(Shape { lanes, single: false });
        let (axis, by, body, nested) =
            (map.axis, i64::from(lanes), Body { region: &map.body, emit: Self::region }, map.blocking.near.is_some());
        let size = None;
        let mut lo = lo;
        let innermost = shape::is_innermost(body.region);
        if innermost && shape::has_room(map, 2 * by) && shape::operations(body.region) <= UNROLL_UP_TO {
            let last = self.b.ins().iadd_imm_s(hi, 1 - 2 * by);
            let iterations = Iterations { axis, lo, hi: last, by: 2 * by, size, nested, once: false };
            lo = self.along_row(iterations, body, &at, &[0, lanes.into()], None);
        }
        if let Some(lanes) = shape::overlapping(self.graph, map) {
            let last = self.b.ins().iadd_imm_s(hi, -i64::from(lanes));
            self.along_row(Iterations { axis, lo, hi, by, size, nested, once: false }, body, &at, &[0], Some(last));
            return;
        }
        if shape::has_room(map, by) {
            let last = self.b.ins().iadd_imm_s(hi, 1 - by);
            lo = self.plain(Iterations { axis, lo, hi: last, by, size, nested, once: false }, body, &at);
        }
        at.mode = Mode::Vector(Shape { lanes, single: true });
        let once = is_point(&map.range, map.blocking);
        self.plain(Iterations { axis, lo, hi, by: 1, size, nested, once }, body, &at);
    }

    /// Points from one position to the next; or one, and the points of a block where a call gives them.
    fn step(&mut self, step: BlockSize) -> (i64, Option<Value>) {
        match step {
            BlockSize::Points(points) => (points.into(), None),
            BlockSize::Scalar(scalar) => (1, Some(self.block_size(scalar))),
        }
    }

    /// The points of a block whose size is an argument.
    fn block_size(&mut self, scalar: ScalarId) -> Value {
        let value = self.scalar(scalar);
        let narrow = self.b.func.dfg.value_type(value) != types::I64;
        let value = if narrow { self.b.ins().sextend(types::I64, value) } else { value };
        let (least, most) = (self.int(1), self.int(BlockSize::MOST.into()));
        let value = self.b.ins().smax(value, least);
        self.b.ins().smin(value, most)
    }

    /// First position near one, and one past the last.
    fn near(&mut self, near: Near, around: Value) -> (Value, Value) {
        match near {
            Near::Points(first, end) => {
                let [first, end] = [first, end].map(|by| self.b.ins().iadd_imm_s(around, i64::from(by)));
                (first, end)
            }
            Near::Block(scalar) => {
                let size = self.block_size(scalar);
                (around, self.b.ins().iadd(around, size))
            }
        }
    }

    /// First position of a range and one past its last.
    fn range_of(&mut self, range: &Range, axis: Axis) -> (Value, Value) {
        let mut fold = |bounds: &[Bound], order| {
            let mut positions = bounds.iter().map(|b| self.bound(axis, *b)).collect::<Vec<_>>().into_iter();
            let first = positions.next().unwrap_or_else(|| self.int(0));
            positions.fold(first, |best, next| {
                let replace = self.b.ins().icmp(order, next, best);
                self.b.ins().select(replace, next, best)
            })
        };
        (fold(&range.lo, IntCC::SignedGreaterThan), fold(&range.hi, IntCC::SignedLessThan))
    }

    /// Brings a temporary to life: a register as zero.
    fn allocate(&mut self, field: FieldId, at: &Point) {
        let container = &self.graph.fields[field];
        if container.place.is_register() {
            let ty = match at.mode {
                Mode::Scalar => scalar_type(container.dtype),
                Mode::Vector(shape) => shape.vector_type(container.dtype),
            };
            let variable = self.b.declare_var(ty);
            let zero = self.zero(ty);
            self.b.def_var(variable, zero);
            self.registers.insert(field, Register { variable, mode: at.mode });
        }
    }

    /// Sets a private temporary's storage to zero, sixteen bytes at a time.
    fn clear(&mut self, field: FieldId) {
        let place = self.place(field);
        let Some((start, bytes)) = place.storage else {
            return;
        };
        let (lo, zero) = (self.int(0), self.zero(types::I64X2));
        let iterations = Iterations { axis: Axis::I, lo, hi: bytes, by: 16, size: None, nested: false, once: false };
        self.counted(iterations, &[], |e, index, _| {
            let address = e.b.ins().iadd(start, index);
            e.b.ins().store(place.flags, zero, address, 0);
            vec![]
        });
    }
}

/// Whether a loop has one iteration on any domain.
fn is_point(range: &Range, blocking: Blocking) -> bool {
    blocking == Blocking::POINTS && range.levels() == Some(1)
}
