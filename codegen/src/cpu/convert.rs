//! Conversions of vectors between element types, and of masks between lane widths.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, Value, types};
use tradewind_ir::DType;

use super::emit::Emitter;
use super::mode::Shape;

impl Emitter<'_, '_> {
    /// Each lane converted as [`tradewind_ir::Value::cast`] does.
    pub(super) fn vector_cast(&mut self, shape: Shape, from: DType, to: DType, a: Value) -> Value {
        use DType::{Bool, F32, F64, I32, I64};
        let ty = shape.vector_type(to);
        match (from, to) {
            _ if from == to => a,
            (Bool, _) => {
                let mask = self.narrow_mask(shape, to, a);
                let mask = self.bitcast(ty, mask);
                let one = tradewind_ir::Value::Bool(true).cast(to);
                let one = self.vector_const(ty, one.bits());
                self.b.ins().band(mask, one)
            }
            (F32 | F64, Bool) => {
                let zero = self.zero(shape.vector_type(from));
                let mask = self.b.ins().fcmp(FloatCC::NotEqual, a, zero);
                self.widen_mask(shape, from, mask)
            }
            (I32 | I64, Bool) => {
                let zero = self.zero(shape.vector_type(from));
                let mask = self.b.ins().icmp(IntCC::NotEqual, a, zero);
                self.widen_mask(shape, from, mask)
            }
            (F32, F64) => self.b.ins().fvpromote_low(a),
            (F64, F32) => self.b.ins().fvdemote(a),
            (I32, F64) => {
                let wide = self.b.ins().swiden_low(a);
                self.b.ins().fcvt_from_sint(ty, wide)
            }
            (I32, F32) => self.b.ins().fcvt_from_sint(ty, a),
            (F32, I32) => self.b.ins().fcvt_to_sint_sat(ty, a),
            (I32, I64) => self.b.ins().swiden_low(a),
            (I64, I32) => self.even_words(a),
            _ => self.by_lane(shape, &[(from, a)], to, |e, _, v| e.cast(from, to, v[0])),
        }
    }

    /// The mask of a comparison of elements of a type, in the lanes that masks have.
    pub(super) fn widen_mask(&mut self, shape: Shape, dtype: DType, mask: Value) -> Value {
        if shape.lanes == 2 && dtype.size() < 8 { self.b.ins().swiden_low(mask) } else { mask }
    }

    /// A mask in the lanes of elements of a type; the type of the result is integer.
    pub(super) fn narrow_mask(&mut self, shape: Shape, dtype: DType, mask: Value) -> Value {
        let narrow = shape.lanes == 2 && dtype.size() < 8 && dtype != DType::Bool;
        if narrow { self.even_words(mask) } else { mask }
    }

    /// The low halves of 64-bit lanes in the first two of four lanes.
    fn even_words(&mut self, a: Value) -> Value {
        let bytes = self.bitcast(types::I8X16, a);
        let picked: Vec<u8> = [0u8, 8, 0, 8].iter().flat_map(|start| *start..start + 4).collect();
        let picked = self.b.func.dfg.immediates.push(picked.into());
        let words = self.b.ins().shuffle(bytes, bytes, picked);
        self.bitcast(types::I32X4, words)
    }
}
