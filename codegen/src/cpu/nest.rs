//! Loops.
//!
//! A *vector* map over I whose computations all fit in vectors ([`super::shape`]) becomes up to three loops: two vectors at a
//! time while enough points remain (long bodies do not have this loop), one vector at a time, and the rest. If points may be
//! computed twice, the rest is one more vector that ends at the end of the row. Otherwise it runs one point at a time, with the
//! same vector code reduced to one lane; so do rows that have no room for a vector on any domain, such as one column. Every other
//! loop is a plain one. A range of one point, whatever the domain, is no loop. All loops test at their end:
//!
//! ```text
//! block0:  brif lo < hi, block1(lo, …), block2(lo)
//! block1(i, …):  …  brif i + step < hi, block1(i + step, …), block2(i + step)
//! block2(i):
//! ```

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use std::collections::BTreeMap;
use tradewind_dataflow::{Control, Map, MapKind, Node, Region, SequentialLoop, State};
use tradewind_ir::{Anchor, Axis, Bound, FieldId, Range};

use super::address::{Point, RowPoint};
use super::emit::{Emitter, Mode, Placed, Register, Shape, block_args, scalar_type};
use super::kernel::Variant;
use super::plan::Nest;
use super::shape;

/// Bodies of more operations than this are not unrolled.
const UNROLL_UP_TO: usize = 120;

/// The order and stride of a loop's iterations.
#[derive(Clone, Copy)]
struct Steps {
    axis: Axis,
    lo: Value,
    hi: Value,
    /// Points per iteration; negative when descending.
    by: i64,
    /// There is one iteration, on any domain.
    once: bool,
}

impl Emitter<'_, '_> {
    /// The whole of a launch.
    pub(super) fn nest(&mut self, nest: Nest<'_>) {
        let at = self.first_point();
        let range = self.range;
        match nest {
            Nest::Tasklet(state, index) => self.node(&state.graph[index], &at),
            Nest::Map(map) => self.map(map, range, &at),
            Nest::Loop(l) => self.sequential(l, range, &at),
        }
    }

    fn region(&mut self, region: &Region, at: &Point) {
        for id in &region.allocs {
            self.allocate(*id, at);
        }
        for control in &region.items {
            match control {
                Control::State(state) => self.state(state, at),
                Control::Sequential(l) => {
                    let range = self.range_of(&l.range, l.axis);
                    self.sequential(l, range, at);
                }
                // The plan has refused host control inside a nest.
                _ => {}
            }
        }
    }

    fn state(&mut self, state: &State, at: &Point) {
        for index in state.order() {
            self.node(&state.graph[index], at);
        }
    }

    fn node(&mut self, node: &Node, at: &Point) {
        match node {
            Node::Tasklet { code, .. } => self.tasklet(code, at),
            Node::Map(map) => {
                let range = self.range_of(&map.range, map.axis);
                self.map(map, range, at);
            }
            _ => {}
        }
    }

    fn sequential(&mut self, l: &SequentialLoop, (lo, hi): (Value, Value), at: &Point) {
        let by = if l.backward { -1 } else { 1 };
        self.plain(Steps { axis: l.axis, lo, hi, by, once: is_point(&l.range) }, &l.body, at);
    }

    fn map(&mut self, map: &Map, (lo, hi): (Value, Value), at: &Point) {
        let scalar = at.mode == Mode::Scalar && self.variant == Variant::Contiguous;
        let vector = scalar && map.kind == MapKind::Vector && map.axis == Axis::I;
        match vector.then(|| shape::of(self.graph, &map.body)).flatten() {
            Some(lanes) => self.vector(map, (lo, hi), lanes, at),
            None => {
                self.plain(Steps { axis: map.axis, lo, hi, by: 1, once: is_point(&map.range) }, &map.body, at);
            }
        }
    }

    /// Vector code for a map, with its remainder.
    fn vector(&mut self, map: &Map, (lo, hi): (Value, Value), lanes: u8, at: &Point) {
        let mut at = at.clone();
        at.mode = Mode::Vector(Shape { lanes, single: false });
        let (axis, by, body) = (map.axis, i64::from(lanes), &map.body);
        let mut lo = lo;
        let innermost = shape::is_innermost(body);
        if innermost && shape::has_room(map, 2 * by) && shape::operations(body) <= UNROLL_UP_TO {
            let last = self.b.ins().iadd_imm_s(hi, 1 - 2 * by);
            let steps = Steps { axis, lo, hi: last, by: 2 * by, once: false };
            lo = self.along_row(steps, body, &at, &[0, lanes.into()], None);
        }
        if let Some(lanes) = shape::overlapping(self.graph, map) {
            let last = self.b.ins().iadd_imm_s(hi, -i64::from(lanes));
            self.along_row(Steps { axis, lo, hi, by, once: false }, body, &at, &[0], Some(last));
            return;
        }
        if shape::has_room(map, by) {
            let last = self.b.ins().iadd_imm_s(hi, 1 - by);
            lo = self.plain(Steps { axis, lo, hi: last, by, once: false }, body, &at);
        }
        at.mode = Mode::Vector(Shape { lanes, single: true });
        self.plain(Steps { axis, lo, hi, by: 1, once: is_point(&map.range) }, body, &at);
    }

    /// A loop of one kind of iteration; gives the first position that was not run.
    fn plain(&mut self, steps: Steps, body: &Region, at: &Point) -> Value {
        let axis = steps.axis;
        if !shape::is_innermost(body) {
            // A pointer for each container and loop would be as many as their product.
            let used = self.placed_in(body, axis);
            return self.counted(steps, &[], |e, index, _| {
                let mut point = at.clone();
                point.index[axis.index()] = index;
                for place in used {
                    let pointer = e.advance(point.pointers[&place.field], place, axis, index);
                    point.pointers.insert(place.field, pointer);
                }
                e.region(body, &point);
                vec![]
            });
        }
        if axis == Axis::I && self.variant == Variant::Contiguous {
            return self.along_row(steps, body, at, &[0], None);
        }
        self.striding(steps, body, at)
    }

    /// An innermost loop along contiguous I: one counter for all rows. The body is emitted once for each entry of `ahead`, so
    /// many points further on; it never starts beyond `last`.
    fn along_row(&mut self, steps: Steps, body: &Region, at: &Point, ahead: &[i32], last: Option<Value>) -> Value {
        let mut rows = BTreeMap::new();
        for (field, offset) in shape::rows_of(body) {
            if let Some(place) = self.placed(field).filter(|place| self.contiguous(*place)) {
                let start = self.offset_pointer(at.pointers[&field], place, [0, offset[0], offset[1]]);
                rows.insert((field, offset), start);
            }
        }
        self.counted(steps, &[], |e, counter, _| {
            let counter = last.map_or(counter, |last| e.b.ins().smin(counter, last));
            let mut point = at.clone();
            point.index[Axis::I.index()] = counter;
            for ahead in ahead {
                point.row = Some(RowPoint { counter, ahead: *ahead, rows: rows.clone() });
                e.region(body, &point);
            }
            vec![]
        })
    }

    /// An innermost loop along any axis: every pointer moves by its stride.
    fn striding(&mut self, steps: Steps, body: &Region, at: &Point) -> Value {
        let axis = steps.axis;
        let moving = self.placed_in(body, axis);
        let first = if steps.by < 0 { self.b.ins().iadd_imm_s(steps.hi, -1) } else { steps.lo };
        let start: Vec<Value> =
            moving.iter().map(|place| self.advance(at.pointers[&place.field], *place, axis, first)).collect();
        let by = self.int(steps.by);
        let strides: Vec<Value> = moving.iter().map(|place| self.distance(*place, axis, by)).collect();
        self.counted(steps, &start, |e, index, pointers| {
            let mut point = at.clone();
            point.index[axis.index()] = index;
            for (place, pointer) in moving.iter().zip(pointers) {
                point.pointers.insert(place.field, *pointer);
            }
            e.region(body, &point);
            pointers.iter().zip(&strides).map(|(pointer, stride)| e.b.ins().iadd(*pointer, *stride)).collect()
        })
    }

    /// Emits the blocks of a loop. `body` gets the position and the loop's other variables, which start as `init`, and gives
    /// their next values. The result is the first position that was not run.
    fn counted(
        &mut self,
        Steps { lo, hi, by, once, .. }: Steps,
        init: &[Value],
        body: impl FnOnce(&mut Self, Value, &[Value]) -> Vec<Value>,
    ) -> Value {
        let first = if by < 0 { self.b.ins().iadd_imm_s(hi, -1) } else { lo };
        if once {
            body(self, first, init);
            return self.b.ins().iadd_imm_s(first, by);
        }
        let (around, after) = (self.b.create_block(), self.b.create_block());
        let (index, result) = (self.b.append_block_param(around, types::I64), self.b.append_block_param(after, types::I64));
        let variables: Vec<Value> = init.iter().map(|_| self.b.append_block_param(around, types::I64)).collect();
        let (order, end) = if by < 0 { (IntCC::SignedGreaterThanOrEqual, lo) } else { (IntCC::SignedLessThan, hi) };
        let branch = |e: &mut Self, index: Value, variables: &[Value]| {
            let more = e.b.ins().icmp(order, index, end);
            let again = block_args(&[&[index], variables].concat());
            e.b.ins().brif(more, around, &again, after, &block_args(&[index]));
        };
        branch(self, first, init);
        self.b.switch_to_block(around);
        let variables = body(self, index, &variables);
        let next = self.b.ins().iadd_imm_s(index, by);
        branch(self, next, &variables);
        self.b.seal_block(around);
        self.b.seal_block(after);
        self.b.switch_to_block(after);
        result
    }

    /// The containers that a region accesses and that have more than one element along an axis.
    fn placed_in(&self, body: &Region, axis: Axis) -> Vec<Placed> {
        let used = shape::fields_of(body).into_iter().filter_map(|field| self.placed(field));
        used.filter(|place| place.stored.has(axis)).collect()
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

    /// The position of a bound.
    pub(super) fn bound(&mut self, axis: Axis, bound: Bound) -> Value {
        match bound.anchor {
            Anchor::Start => self.int(bound.offset.into()),
            Anchor::End => self.b.ins().iadd_imm_s(self.domain[axis.index()], i64::from(bound.offset)),
        }
    }

    /// Brings a temporary to life.
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
        } else if container.zero {
            self.clear(field);
        }
    }

    /// Sets a private temporary's storage to zero, sixteen bytes at a time.
    fn clear(&mut self, field: FieldId) {
        let place = self.place(field);
        let Some((start, bytes)) = place.storage else {
            return;
        };
        let (lo, zero) = (self.int(0), self.zero(types::I64X2));
        self.counted(Steps { axis: Axis::I, lo, hi: bytes, by: 16, once: false }, &[], |e, index, _| {
            let address = e.b.ins().iadd(start, index);
            e.b.ins().store(place.flags, zero, address, 0);
            vec![]
        });
    }

    /// The zero of a Cranelift type.
    pub(super) fn zero(&mut self, ty: cranelift_codegen::ir::Type) -> Value {
        match ty {
            types::F32 => self.b.ins().f32const(0.0),
            types::F64 => self.b.ins().f64const(0.0),
            _ if ty.is_vector() => self.vector_const(ty, 0),
            _ => self.b.ins().iconst(ty, 0),
        }
    }
}

/// Whether a range has one point on any domain.
fn is_point(range: &Range) -> bool {
    range.levels() == Some(1)
}
