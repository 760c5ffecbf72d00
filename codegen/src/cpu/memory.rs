//! Loads and stores of elements.
//!
//! Code only accesses points of the loop's range and their offsets. A store under a predicate loads the old value, selects, and
//! stores, at points that belong to this iteration.

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};
use tradewind_dataflow::{ComponentIndex, KOffset};
use tradewind_ir::stencil::{components, data_indexes};
use tradewind_ir::{DType, FieldId};

use super::address::Point;
use super::emit::{Emitter, Placed};
use super::mode::{Mode, Shape, scalar_type};
use super::values::Values;

/// The level of an access during emission.
#[derive(Clone, Copy)]
pub(super) enum LevelOperand {
    Constant(i32),
    /// Data-dependent: an integer of some type, one for each lane; to be clamped.
    Computed {
        dtype: DType,
        value: Value,
        relative: bool,
    },
}

/// The component of an access during emission.
#[derive(Clone, Copy)]
pub(super) enum ComponentOperand {
    Constant(u32),
    /// Data-dependent: an integer of some type, one for each lane; to be clamped.
    Computed {
        dtype: DType,
        value: Value,
    },
}

/// Level and component of an access.
pub(super) type Index = (LevelOperand, ComponentOperand);

impl Emitter<'_, '_> {
    /// The component that an access asks for.
    pub(super) fn component(&mut self, component: ComponentIndex, values: &Values<'_>) -> ComponentOperand {
        match component {
            ComponentIndex::Constant(n) => ComponentOperand::Constant(n),
            ComponentIndex::Computed(id) => ComponentOperand::Computed { dtype: values.dtype(id), value: values.get(id) },
        }
    }

    /// The level that an access asks for.
    pub(super) fn level(&mut self, k: KOffset, values: &Values<'_>) -> LevelOperand {
        let (id, relative) = match k {
            KOffset::Constant(k) => return LevelOperand::Constant(k),
            KOffset::Relative(id) => (id, true),
            KOffset::Absolute(id) => (id, false),
        };
        LevelOperand::Computed { dtype: values.dtype(id), value: values.get(id), relative }
    }

    /// The element at an offset from the point.
    pub(super) fn load(&mut self, at: &Point, field: FieldId, offset: [i32; 2], index: Index) -> Value {
        if let Some(register) = self.registers.get(&field).copied() {
            let (dtype, value) = (self.graph.fields[field].dtype, self.b.use_var(register.variable));
            return match (register.mode, at.mode) {
                (Mode::Vector(shape), Mode::Scalar) => self.lane(shape, dtype, value, at.lane),
                (Mode::Scalar, Mode::Vector(_)) => self.spread(value, dtype, at.mode),
                _ => value,
            };
        }
        let place = self.place(field);
        match at.mode {
            Mode::Scalar => {
                let (address, displacement) = self.element(at, field, offset, index, None);
                self.load_scalar(place, address, displacement)
            }
            Mode::Vector(shape) if is_constant(index) => {
                let (address, displacement) = self.element(at, field, offset, index, None);
                self.load_vector(shape, place, address, displacement)
            }
            Mode::Vector(shape) => self.by_lane(shape, &[], place.dtype, |e, lane, _| {
                let index = e.index_of_lane(shape, index, lane);
                let (address, displacement) = e.element(at, field, offset, index, Some(lane));
                e.load_scalar(place, address, displacement)
            }),
        }
    }

    /// One lane's level and component.
    fn index_of_lane(&mut self, shape: Shape, (level, component): Index, lane: u8) -> Index {
        let level = match level {
            LevelOperand::Constant(_) => level,
            LevelOperand::Computed { dtype, value, relative } => {
                LevelOperand::Computed { dtype, value: self.lane(shape, dtype, value, lane), relative }
            }
        };
        let component = match component {
            ComponentOperand::Constant(_) => component,
            ComponentOperand::Computed { dtype, value } => {
                ComponentOperand::Computed { dtype, value: self.lane(shape, dtype, value, lane) }
            }
        };
        (level, component)
    }

    /// Writes an element of the point's own column, where the predicate, if there is one, holds.
    pub(super) fn store(&mut self, at: &Point, field: FieldId, index: Index, value: Value, predicate: Option<Value>) {
        let dtype = self.graph.fields[field].dtype;
        if let Some(register) = self.registers.get(&field).copied() {
            let new = match predicate {
                None => value,
                Some(predicate) => {
                    let old = self.load(at, field, [0, 0], index);
                    self.choose(at.mode, dtype, predicate, value, old)
                }
            };
            let new = match (register.mode, at.mode) {
                (Mode::Vector(shape), Mode::Scalar) => {
                    let all = self.b.use_var(register.variable);
                    self.with_lane(shape, dtype, all, new, at.lane)
                }
                _ => new,
            };
            return self.b.def_var(register.variable, new);
        }
        let place = self.place(field);
        match at.mode {
            Mode::Scalar => {
                let (address, displacement) = self.element(at, field, [0, 0], index, None);
                self.when(predicate, |e| {
                    e.b.ins().store(place.flags, value, address, displacement);
                });
            }
            Mode::Vector(shape) if is_constant(index) => {
                let (address, displacement) = self.element(at, field, [0, 0], index, None);
                let new = match predicate {
                    None => value,
                    Some(predicate) => {
                        let old = self.load_vector(shape, place, address, displacement);
                        self.vector_select(shape, dtype, predicate, value, old)
                    }
                };
                self.store_vector(shape, place, new, address, displacement);
            }
            Mode::Vector(shape) => {
                for lane in 0..shape.points() {
                    let index = self.index_of_lane(shape, index, lane);
                    let (address, displacement) = self.element(at, field, [0, 0], index, Some(lane));
                    let value = self.lane(shape, dtype, value, lane);
                    let predicate = predicate.map(|p| self.lane(shape, DType::Bool, p, lane));
                    self.when(predicate, |e| {
                        e.b.ins().store(place.flags, value, address, displacement);
                    });
                }
            }
        }
    }

    /// The address of an element: the first lane's, or that of a lane. Data-dependent indexes are one lane's.
    fn element(
        &mut self,
        at: &Point,
        field: FieldId,
        [di, dj]: [i32; 2],
        (level, component): Index,
        lane: Option<u8>,
    ) -> (Value, i32) {
        let (address, displacement) = match level {
            LevelOperand::Constant(k) => self.address(at, field, [di, dj, k]),
            LevelOperand::Computed { dtype, value, relative } => {
                let level = self.cast(dtype, DType::I64, value);
                self.address_at_level(at, field, [di, dj], (level, relative))
            }
        };
        let place = self.place(field);
        let address = self.at_component(place, address, component);
        let beside = place.vector || self.contiguous(place);
        let size = if beside { place.dtype.size() as i32 } else { 0 };
        (address, displacement + size * i32::from(lane.unwrap_or(0)))
    }

    /// An address moved to a component; one that depends on data is clamped.
    fn at_component(&mut self, place: Placed, address: Value, component: ComponentOperand) -> Value {
        let (Some(strides), data) = (place.data, &self.graph.fields[place.field].data) else { return address };
        let indexes: Vec<Value> = match component {
            ComponentOperand::Constant(0) => return address,
            ComponentOperand::Constant(n) => data_indexes(n, data).into_iter().map(|n| self.int(n.into())).collect(),
            ComponentOperand::Computed { dtype, value } => {
                let (last, zero) = (self.int(i64::from(components(data)) - 1), self.int(0));
                let mut rest = self.cast(dtype, DType::I64, value);
                rest = self.b.ins().smin(rest, last);
                rest = self.b.ins().smax(rest, zero);
                let mut indexes = vec![rest; data.len()];
                for (n, size) in data.iter().enumerate().skip(1).rev() {
                    let size = self.int((*size).into());
                    indexes[n] = self.b.ins().urem(rest, size);
                    rest = self.b.ins().udiv(rest, size);
                    indexes[0] = rest;
                }
                indexes
            }
        };
        indexes.into_iter().zip(strides).fold(address, |address, (index, stride)| {
            let bytes = self.b.ins().imul(index, stride);
            self.b.ins().iadd(address, bytes)
        })
    }

    fn load_scalar(&mut self, place: Placed, address: Value, displacement: i32) -> Value {
        let value = self.b.ins().load(scalar_type(place.dtype), place.flags, address, displacement);
        if place.dtype == DType::Bool { self.cast(DType::I8, DType::Bool, value) } else { value }
    }

    fn load_vector(&mut self, shape: Shape, place: Placed, address: Value, displacement: i32) -> Value {
        let (ty, dtype) = (shape.vector_type(place.dtype), place.dtype);
        let size = dtype.size() as i32;
        if !place.vector && !self.contiguous(place) {
            let value = self.load_scalar(place, address, displacement);
            return self.spread(value, dtype, Mode::Vector(shape));
        }
        if dtype == DType::Bool {
            return self
                .by_lane(shape, &[], dtype, |e, lane, _| e.load_scalar(place, address, displacement + size * i32::from(lane)));
        }
        if shape.single {
            let value = self.load_scalar(place, address, displacement);
            return self.b.ins().scalar_to_vector(ty, value);
        }
        if shape.lanes == 2 && size == 4 {
            let pair = self.b.ins().load(types::F64, place.flags, address, displacement);
            let pair = self.b.ins().scalar_to_vector(types::F64X2, pair);
            return self.bitcast(ty, pair);
        }
        self.b.ins().load(ty, place.flags, address, displacement)
    }

    fn store_vector(&mut self, shape: Shape, place: Placed, value: Value, address: Value, displacement: i32) {
        let size = place.dtype.size() as i32;
        let flags: MemFlagsData = place.flags;
        if shape.single || place.dtype == DType::Bool || !(place.vector || self.contiguous(place)) {
            for lane in 0..shape.points() {
                let element = self.lane(shape, place.dtype, value, lane);
                self.b.ins().store(flags, element, address, displacement + size * i32::from(lane));
            }
        } else if shape.lanes == 2 && size == 4 {
            let pair = self.bitcast(types::F64X2, value);
            let pair = self.b.ins().extractlane(pair, 0);
            self.b.ins().store(flags, pair, address, displacement);
        } else {
            self.b.ins().store(flags, value, address, displacement);
        }
    }

    fn choose(&mut self, mode: Mode, dtype: DType, condition: Value, a: Value, b: Value) -> Value {
        match mode {
            Mode::Scalar => self.b.ins().select(condition, a, b),
            Mode::Vector(shape) => self.vector_select(shape, dtype, condition, a, b),
        }
    }
}

/// Whether neither level nor component depends on data.
fn is_constant(index: Index) -> bool {
    matches!(index, (LevelOperand::Constant(_), ComponentOperand::Constant(_)))
}
