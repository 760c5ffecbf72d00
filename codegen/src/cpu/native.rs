//! Native functions.

use cranelift_codegen::ir::{InstBuilder, Value};
use tradewind_ir::{DType, Native};

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
            Some(shape) if is_transcendental(native) => {
                let operands: Vec<(DType, Value)> = args.iter().map(|a| (dtype, *a)).collect();
                self.by_lane(shape, &operands, dtype, |e, _, args| e.transcendental(native, dtype, args))
            }
            Some(shape) => self.vector_native(shape, native, dtype, a, b),
        }
    }

    /// A function that is computed in double precision, whatever its arguments' type.
    fn transcendental(&mut self, native: Native, dtype: DType, args: &[Value]) -> Value {
        let args: Vec<Value> = args.iter().map(|a| self.cast(dtype, DType::F64, *a)).collect();
        let result = self.host_call(HostFunction::Native(native), &args);
        self.cast(DType::F64, dtype, result)
    }

    /// Calls a function of the host.
    pub(super) fn host_call(&mut self, function: HostFunction, args: &[Value]) -> Value {
        let callee = self.host.import(function, self.b.func);
        let call = self.b.ins().call(callee, args);
        self.b.inst_results(call)[0]
    }
}
