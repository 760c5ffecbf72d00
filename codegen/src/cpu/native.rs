//! Native functions. The transcendental ones call a function of the module made from the definition ([`super::definition`]), two
//! lanes at a time (scalar code uses one of them); those without a definition call the host.

use cranelift_codegen::ir::{InstBuilder, Value, types};
use tradewind_ir::{DType, Native, math};

use super::emit::{Emitter, Shape};
use super::host::HostFunction;
use super::shape::is_transcendental;

impl Emitter<'_, '_> {
    /// `native(args)` of one or two arguments of type `dtype`; in vectors if there is a shape.
    pub(super) fn call(&mut self, native: Native, dtype: DType, args: &[Value], shape: Option<Shape>) -> Value {
        let (a, b) = (args[0], args[args.len() - 1]);
        match shape {
            None if is_transcendental(native) => self.transcendental(native, dtype, args),
            None => self.simple_native(native, dtype, a, b),
            Some(shape) if is_transcendental(native) => self.vector_transcendental(shape, native, dtype, args),
            Some(shape) => self.vector_native(shape, native, dtype, a, b),
        }
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

    /// Calls a function of the host or of the module.
    pub(super) fn host_call(&mut self, function: HostFunction, args: &[Value]) -> Value {
        let callee = self.host.import(function, self.b.func);
        let call = self.b.ins().call(callee, args);
        self.b.inst_results(call)[0]
    }
}
