//! Native functions. The transcendental ones call a function of the module made from the definition ([`super::definition`]), two
//! lanes at a time (scalar code uses one of them); those without a definition call the host.

use cranelift_codegen::ir::{InstBuilder, InstructionData, Opcode, Value, types};
use tradewind_ir::{DType, Native, math};

use super::emit::Emitter;
use super::host::HostFunction;
use super::mode::Shape;
use super::shape::is_transcendental;

impl Emitter<'_, '_> {
    /// `native(args)` of one to three arguments of type `dtype`; in vectors if there is a shape.
    pub(super) fn call(&mut self, native: Native, dtype: DType, args: &[Value], shape: Option<Shape>) -> Value {
        if let (Native::Fma, [a, b, c]) = (native, args) {
            let [a, b, c] = [*a, *b, *c].map(|v| self.with_plain_sign(dtype, v));
            return self.b.ins().fma(a, b, c);
        }
        let (a, b) = (args[0], args[args.len() - 1]);
        match shape {
            None if is_transcendental(native) => self.transcendental(native, dtype, args),
            None => self.simple_native(native, dtype, a, b),
            Some(shape) if is_transcendental(native) => self.vector_transcendental(shape, native, dtype, args),
            Some(shape) => self.vector_native(shape, native, dtype, a, b),
        }
    }

    /// The value; where its sign bit was flipped with a mask, as vectors do it, flipped by the operation that is part of a
    /// fused multiply-add's instruction.
    fn with_plain_sign(&mut self, dtype: DType, value: Value) -> Value {
        let dfg = &self.b.func.dfg;
        let data = |value| dfg.value_def(value).inst().map(|inst| &dfg.insts[inst]);
        let Some(InstructionData::Binary { opcode: Opcode::Bxor, args: [plain, mask] }) = data(value) else { return value };
        let Some(InstructionData::UnaryConst { constant_handle, .. }) = data(*mask) else { return value };
        let sign: &[u8] = if dtype == DType::F32 { &[0, 0, 0, 0x80] } else { &[0, 0, 0, 0, 0, 0, 0, 0x80] };
        let plain =
            dfg.constants.get(*constant_handle).as_slice().chunks(sign.len()).all(|lane| lane == sign).then_some(*plain);
        plain.map_or(value, |plain| self.b.ins().fneg(plain))
    }

    /// A function that is computed in double precision, whatever its arguments' type.
    fn transcendental(&mut self, native: Native, dtype: DType, args: &[Value]) -> Value {
        let args: Vec<Value> = args.iter().map(|a| self.cast(dtype, DType::F64, *a)).collect();
        let result = if math::definition(native).is_some() {
            let args: Vec<Value> = args.iter().map(|a| self.b.ins().scalar_to_vector(types::F64X2, *a)).collect();
            let result = self.host_call(HostFunction::Defined(native), &args);
            self.b.ins().extractlane(result, 0)
        } else {
            self.host_call(HostFunction::Native(native), &args)
        };
        self.cast(DType::F64, dtype, result)
    }

    fn vector_transcendental(&mut self, shape: Shape, native: Native, dtype: DType, args: &[Value]) -> Value {
        if math::definition(native).is_some() && dtype.is_float() && shape.lanes == 2 {
            let args: Vec<Value> = args.iter().map(|a| self.vector_cast(shape, dtype, DType::F64, *a)).collect();
            let result = self.host_call(HostFunction::Defined(native), &args);
            return self.vector_cast(shape, DType::F64, dtype, result);
        }
        let operands: Vec<(DType, Value)> = args.iter().map(|a| (dtype, *a)).collect();
        self.by_lane(shape, &operands, dtype, |e, _, args| e.transcendental(native, dtype, args))
    }
}
