//! Vectors made of scalars, and the scalars of vectors.

use cranelift_codegen::ir::{InstBuilder, Value, types};
use tradewind_ir::DType;

use super::emit::Emitter;
use super::mode::{Mode, Shape};

impl Emitter<'_, '_> {
    /// A scalar in every lane.
    pub(super) fn spread(&mut self, value: Value, dtype: DType, mode: Mode) -> Value {
        let Mode::Vector(shape) = mode else {
            return value;
        };
        let ty = shape.vector_type(dtype);
        match dtype {
            DType::Bool => {
                let mask = self.b.ins().uextend(ty.lane_type(), value);
                let mask = self.b.ins().ineg(mask);
                self.b.ins().splat(ty, mask)
            }
            DType::I8 | DType::I16 => {
                let wide = self.b.ins().sextend(types::I32, value);
                self.b.ins().splat(ty, wide)
            }
            _ => self.b.ins().splat(ty, value),
        }
    }

    /// One lane as a scalar.
    pub(super) fn lane(&mut self, shape: Shape, dtype: DType, value: Value, lane: u8) -> Value {
        let element = self.b.ins().extractlane(value, lane);
        match dtype {
            DType::Bool => {
                let bits = self.b.ins().ireduce(types::I8, element);
                self.b.ins().band_imm_u(bits, 1)
            }
            DType::I8 | DType::I16 => {
                debug_assert!(shape.lanes >= 2, "narrow integers are not in vectors");
                self.cast(DType::I32, dtype, element)
            }
            _ => element,
        }
    }

    /// The vector with a scalar in one lane.
    pub(super) fn with_lane(&mut self, shape: Shape, dtype: DType, vector: Value, value: Value, lane: u8) -> Value {
        let value = if dtype == DType::Bool {
            let mask = self.b.ins().uextend(shape.mask_type().lane_type(), value);
            self.b.ins().ineg(mask)
        } else {
            value
        };
        self.b.ins().insertlane(vector, value, lane)
    }

    /// A vector made of scalars: `f` gets each lane's number and operands. Lanes that stand for no point repeat the first.
    pub(super) fn by_lane(
        &mut self,
        shape: Shape,
        operands: &[(DType, Value)],
        result: DType,
        mut f: impl FnMut(&mut Self, u8, &[Value]) -> Value,
    ) -> Value {
        let ty = shape.vector_type(result);
        let mut vector = None;
        for lane in 0..shape.points() {
            let scalars: Vec<Value> = operands.iter().map(|(dtype, v)| self.lane(shape, *dtype, *v, lane)).collect();
            let value = f(self, lane, &scalars);
            vector = Some(match vector {
                None => self.spread(value, result, Mode::Vector(shape)),
                Some(vector) => self.with_lane(shape, result, vector, value, lane),
            });
        }
        vector.unwrap_or_else(|| self.vector_const(ty, 0))
    }
}
