//! The iterations of one loop.
//!
//! A range of one point, whatever the domain, is no loop. All loops test at their end:
//!
//! ```text
//! block0:  brif lo < hi, block1(lo, …), block2(lo)
//! block1(i, …):  …  brif i + step < hi, block1(i + step, …), block2(i + step)
//! block2(i):
//! ```

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use tradewind_dataflow::Region;
use tradewind_ir::Axis;

use super::address::{Point, RowPoint};
use super::blocks::block_args;
use super::emit::{Emitter, Placed};
use super::settings::Variant;
use super::shape;

/// The order and stride of a loop's iterations.
#[derive(Clone, Copy)]
pub(super) struct Iterations {
    pub axis: Axis,
    pub lo: Value,
    pub hi: Value,
    /// Points per iteration; negative when descending.
    pub by: i64,
    /// Or the points of a block whose size a call gives, of which there is one per iteration: `by` is then 1 or -1.
    pub size: Option<Value>,
    /// Whether it is inside another loop over the axis, at whose position the pointers are.
    pub nested: bool,
    /// There is one iteration, on any domain.
    pub once: bool,
}

/// What a loop runs.
#[derive(Clone, Copy)]
pub(super) struct Body<'g, 'a, 'f> {
    pub region: &'g Region,
    /// Emits the region at a point.
    pub emit: fn(&mut Emitter<'a, 'f>, &Region, &Point),
}

impl<'a, 'f> Emitter<'a, 'f> {
    /// A loop of one kind of iteration; gives the first position that was not run.
    pub(super) fn plain(&mut self, iterations: Iterations, body: Body<'_, 'a, 'f>, at: &Point) -> Value {
        let axis = iterations.axis;
        if !shape::is_innermost(body.region) {
            // A pointer for each container and loop would be as many as their product.
            return self.counted(iterations, &[], |e, index, _| {
                let mut point = at.clone();
                point.index[axis.index()] = index;
                let points = e.further(iterations, index, at);
                e.move_pointers(&mut point, axis, body.region, points);
                (body.emit)(e, body.region, &point);
                vec![]
            });
        }
        if axis == Axis::I && self.variant == Variant::Contiguous {
            return self.along_row(iterations, body, at, &[0], None);
        }
        self.striding(iterations, body, at)
    }

    /// An innermost loop along contiguous I: one counter for all rows. The body is emitted once for each entry of `ahead`, so
    /// many points further on; it never starts beyond `last`.
    pub(super) fn along_row(
        &mut self,
        iterations: Iterations,
        body: Body<'_, 'a, 'f>,
        at: &Point,
        ahead: &[i32],
        last: Option<Value>,
    ) -> Value {
        let mut at = at.clone();
        if iterations.nested {
            // The counter is the position itself.
            let back = self.b.ins().ineg(at.index[Axis::I.index()]);
            self.move_pointers(&mut at, Axis::I, body.region, back);
        }
        let rows = self.rows(body.region, &at);
        self.counted(iterations, &[], |e, counter, _| {
            let counter = last.map_or(counter, |last| e.b.ins().smin(counter, last));
            let mut point = at.clone();
            point.index[Axis::I.index()] = counter;
            for ahead in ahead {
                point.row = Some(RowPoint { counter, ahead: *ahead, rows: rows.clone() });
                (body.emit)(e, body.region, &point);
            }
            vec![]
        })
    }

    /// An innermost loop along any axis: every pointer moves by its stride.
    fn striding(&mut self, iterations: Iterations, body: Body<'_, 'a, 'f>, at: &Point) -> Value {
        let axis = iterations.axis;
        let moving = self.placed_in(body.region, axis);
        let first = self.first(iterations);
        let points = self.further(iterations, first, at);
        let start: Vec<Value> =
            moving.iter().map(|place| self.advance(at.pointers[&place.field], *place, axis, points)).collect();
        let by = self.stride(iterations);
        let strides: Vec<Value> = moving.iter().map(|place| self.distance(*place, axis, by)).collect();
        self.counted(iterations, &start, |e, index, pointers| {
            let mut point = at.clone();
            point.index[axis.index()] = index;
            for (place, pointer) in moving.iter().zip(pointers) {
                point.pointers.insert(place.field, *pointer);
            }
            (body.emit)(e, body.region, &point);
            pointers.iter().zip(&strides).map(|(pointer, stride)| e.b.ins().iadd(*pointer, *stride)).collect()
        })
    }

    /// Emits the blocks of a loop. `body` gets the position and the loop's other variables, which start as `init`, and gives
    /// their next values. The result is the first position that was not run.
    pub(super) fn counted(
        &mut self,
        iterations: Iterations,
        init: &[Value],
        body: impl FnOnce(&mut Self, Value, &[Value]) -> Vec<Value>,
    ) -> Value {
        let (first, Iterations { lo, hi, by, once, .. }) = (self.first(iterations), iterations);
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
        let stride = self.stride(iterations);
        let next = self.b.ins().iadd(index, stride);
        branch(self, next, &variables);
        self.b.seal_block(around);
        self.b.seal_block(after);
        self.b.switch_to_block(after);
        result
    }

    /// Points from one iteration to the next.
    fn stride(&mut self, Iterations { by, size, .. }: Iterations) -> Value {
        match size {
            None => self.int(by),
            Some(size) if by < 0 => self.b.ins().ineg(size),
            Some(size) => size,
        }
    }

    /// The first position that a loop runs; one outside of its range if there is none.
    fn first(&mut self, Iterations { lo, hi, by, size, .. }: Iterations) -> Value {
        if by > 0 {
            return lo;
        }
        let last = self.b.ins().iadd_imm_s(hi, -1);
        if by == -1 && size.is_none() {
            return last;
        }
        let (distance, step) = (self.b.ins().isub(last, lo), size.unwrap_or_else(|| self.int(-by)));
        let rest = self.b.ins().urem(distance, step);
        self.b.ins().isub(last, rest)
    }

    /// How many points the pointers are to move to a position of a loop.
    fn further(&mut self, iterations: Iterations, index: Value, at: &Point) -> Value {
        if iterations.nested { self.b.ins().isub(index, at.index[iterations.axis.index()]) } else { index }
    }

    /// Moves the pointers of what a region accesses by so many points along an axis.
    pub(super) fn move_pointers(&mut self, point: &mut Point, axis: Axis, body: &Region, points: Value) {
        for place in self.placed_in(body, axis) {
            let pointer = self.advance(point.pointers[&place.field], place, axis, points);
            point.pointers.insert(place.field, pointer);
        }
    }

    /// The containers that a region accesses and whose pointers move along an axis.
    fn placed_in(&self, body: &Region, axis: Axis) -> Vec<Placed> {
        let used = shape::fields_of(body).into_iter().filter_map(|field| self.placed(field));
        used.filter(|place| place.moves().has(axis)).collect()
    }
}
