//! The addresses of the elements at the current point.
//!
//! A [`Point`] holds, for every container in use, a pointer to the element at the current point of the loops entered so far.
//! Entering an outer loop adds `position × stride` once per iteration. The innermost loop does less. Along contiguous I, one
//! counter serves all containers: each element is at `row + counter × size + constant`, where the rows (one for each offset in
//! J and K) are computed before the loop. Along other axes the pointer of every container is a loop variable that moves by its
//! stride.
//!
//! Inside another loop over its axis, a loop adds what its position is further on than that one's. Along the axis of a window the
//! pointer does not move: an element at position `p` is at `p mod slots` times the stride.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value, types};
use std::collections::BTreeMap;
use tradewind_dataflow::Region;
use tradewind_ir::{Axis, FieldId, RollingWindow};

use super::emit::{Emitter, Placed};
use super::mode::Mode;
use super::settings::Variant;
use super::shape::{self, Row};

/// A point of the grid during emission.
#[derive(Clone)]
pub(super) struct Point {
    /// The position on each axis, of the first lane.
    pub index: [Value; 3],
    pub pointers: BTreeMap<FieldId, Value>,
    /// Inside an innermost loop along contiguous I.
    pub row: Option<RowPoint>,
    pub mode: Mode,
    /// Which lane of the registers of vector code scalar code inside it works on.
    pub lane: u8,
}

/// A point of a row.
#[derive(Clone)]
pub(super) struct RowPoint {
    /// Elements from point zero of the row; pointers do not include it.
    pub counter: Value,
    /// Elements to add to the counter: the copy of an unrolled body.
    pub ahead: i32,
    /// Pointers to point zero of each row in use.
    pub rows: BTreeMap<Row, Value>,
}

impl Emitter<'_, '_> {
    /// The point that the host has positioned, before any loop of the function.
    pub(super) fn first_point(&mut self) -> Point {
        let mut point = Point { index: self.position, pointers: BTreeMap::new(), row: None, mode: Mode::Scalar, lane: 0 };
        let swept = self.swept;
        for place in self.placed.clone() {
            let mut pointer = place.address;
            for axis in place.moves().iter().filter(|axis| swept.has(*axis)) {
                pointer = self.advance(pointer, place, axis, self.position[axis.index()]);
            }
            point.pointers.insert(place.field, pointer);
        }
        point
    }

    /// Whether neighbours along I lie side by side.
    pub(super) fn contiguous(&self, place: Placed) -> bool {
        self.variant == Variant::Contiguous && place.stored.has(Axis::I) && !place.vector
    }

    /// A pointer moved by so many points along an axis.
    pub(super) fn advance(&mut self, pointer: Value, place: Placed, axis: Axis, points: Value) -> Value {
        let bytes = self.distance(place, axis, points);
        self.b.ins().iadd(pointer, bytes)
    }

    /// Bytes between elements so many points apart along an axis.
    pub(super) fn distance(&mut self, place: Placed, axis: Axis, points: Value) -> Value {
        if axis == Axis::I && self.contiguous(place) {
            return self.scaled(points, place);
        }
        self.b.ins().imul(points, place.strides[axis.index()])
    }

    /// Elements to bytes.
    fn scaled(&mut self, elements: Value, place: Placed) -> Value {
        match place.dtype.size().trailing_zeros() {
            0 => elements,
            shift => self.b.ins().ishl_imm_u(elements, i64::from(shift)),
        }
    }

    /// A pointer to the element at constant offsets along stored axes, those of J and K and, unless contiguous, I.
    fn offset_pointer(&mut self, at: &Point, place: Placed, offset: [i32; 3]) -> Value {
        let pointer = at.pointers[&place.field];
        let mut sum: Option<Value> = None;
        for axis in place.stored.iter() {
            let (points, window) = (offset[axis.index()], place.window.filter(|window| window.axis == axis));
            if window.is_none() && points == 0 || axis == Axis::I && self.contiguous(place) {
                continue;
            }
            let stride = place.strides[axis.index()];
            let bytes = match (window, points) {
                (Some(window), _) => {
                    let slot = self.slot(at, window, points);
                    self.b.ins().imul(slot, stride)
                }
                (None, 1) => stride,
                (None, _) => self.b.ins().imul_imm_s(stride, i64::from(points)),
            };
            sum = Some(sum.map_or(bytes, |sum| self.b.ins().iadd(sum, bytes)));
        }
        sum.map_or(pointer, |sum| self.b.ins().iadd(pointer, sum))
    }

    /// The slot of the element at an offset from the point along the axis of a window.
    fn slot(&mut self, at: &Point, window: RollingWindow, offset: i32) -> Value {
        let position = self.b.ins().iadd_imm_s(at.index[window.axis.index()], i64::from(offset));
        self.b.ins().band_imm_u(position, i64::from(window.slots) - 1)
    }

    /// Pointers to point zero of each row of a container that an innermost region touches, for a loop along contiguous I.
    pub(super) fn rows(&mut self, body: &Region, at: &Point) -> BTreeMap<Row, Value> {
        let mut rows = BTreeMap::new();
        for (field, offset) in shape::rows_of(body) {
            if let Some(place) = self.placed(field).filter(|place| self.contiguous(*place)) {
                rows.insert((field, offset), self.offset_pointer(at, place, [0, offset[0], offset[1]]));
            }
        }
        rows
    }

    /// The address, and bytes to add to it, of an element at a constant offset from the point.
    pub(super) fn address(&mut self, at: &Point, field: FieldId, offset: [i32; 3]) -> (Value, i32) {
        let place = self.place(field);
        let contiguous = self.contiguous(place);
        let size = place.dtype.size() as i32;
        let displacement = if contiguous { offset[0] * size } else { 0 };
        let Some(row) = at.row.as_ref().filter(|_| contiguous) else {
            return (self.offset_pointer(at, place, offset), displacement);
        };
        let start = match row.rows.get(&(field, [offset[1], offset[2]])) {
            Some(start) => *start,
            None => self.offset_pointer(at, place, offset),
        };
        let along = self.scaled(row.counter, place);
        (self.b.ins().iadd(start, along), displacement + row.ahead * size)
    }

    /// The address of an element at a data-dependent level (64 bits; relative to the point or absolute; clamped here) of the column
    /// at `di`, `dj`.
    pub(super) fn address_at_level(
        &mut self,
        at: &Point,
        field: FieldId,
        offset: [i32; 2],
        (level, relative): (Value, bool),
    ) -> (Value, i32) {
        let place = self.place(field);
        let (address, displacement) = self.address(at, field, [offset[0], offset[1], 0]);
        if !place.stored.has(Axis::K) {
            return (address, displacement);
        }
        let here = at.index[Axis::K.index()];
        let (mut lowest, mut highest) = place.levels;
        if relative {
            (lowest, highest) = (self.b.ins().isub(lowest, here), self.b.ins().isub(highest, here));
        }
        let low = self.b.ins().icmp(IntCC::SignedLessThan, level, lowest);
        let level = self.b.ins().select(low, lowest, level);
        let high = self.b.ins().icmp(IntCC::SignedGreaterThan, level, highest);
        let level = self.b.ins().select(high, highest, level);
        let levels = if relative { level } else { self.b.ins().isub(level, here) };
        (self.advance(address, place, Axis::K, levels), displacement)
    }

    /// The first lane's position on an axis.
    pub(super) fn position_on(&mut self, at: &Point, axis: Axis) -> Value {
        let ahead = at.row.as_ref().map_or(0, |row| row.ahead);
        let index = at.index[axis.index()];
        match (axis, ahead) {
            (Axis::I, 1..) => self.b.ins().iadd_imm_s(index, i64::from(ahead)),
            _ => index,
        }
    }

    /// A position as the 32-bit integer that the language has.
    pub(super) fn position_i32(&mut self, at: &Point, axis: Axis) -> Value {
        let position = self.position_on(at, axis);
        self.b.ins().ireduce(types::I32, position)
    }
}
