//! Native functions. The transcendental ones are emitted from their definitions ([`tradewind_ir::math`]), two lanes at a time
//! (scalar code uses one of them: a select is no branch there); those without one call the host.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Type, Value, types};
use tradewind_ir::math::{self, Definition, Lane, Op, Rare};
use tradewind_ir::{DType, Native};

use super::emit::{Emitter, Shape, block_args};
use super::host::HostFunction;
use super::shape::is_transcendental;

/// Two doubles.
const PAIR: Shape = Shape { lanes: 2, single: false };

impl Emitter<'_, '_> {
    /// `native(args)` of one or two arguments of type `dtype`; in vectors if there is a shape.
    pub(super) fn call(&mut self, native: Native, dtype: DType, args: &[Value], shape: Option<Shape>) -> Value {
        let (a, b) = (args[0], args[args.len() - 1]);
        match shape {
            None if is_transcendental(native) => self.transcendental(native, dtype, args),
            None => self.simple_native(native, dtype, a, b),
            Some(shape) if is_transcendental(native) => {
                if let Some(definition) = math::definition(native).filter(|_| dtype.is_float() && shape.lanes == 2) {
                    let args: Vec<Value> = args.iter().map(|a| self.vector_cast(shape, dtype, DType::F64, *a)).collect();
                    let result = self.define(native, definition, &args);
                    return self.vector_cast(shape, DType::F64, dtype, result);
                }
                let operands: Vec<(DType, Value)> = args.iter().map(|a| (dtype, *a)).collect();
                self.by_lane(shape, &operands, dtype, |e, _, args| e.transcendental(native, dtype, args))
            }
            Some(shape) => self.vector_native(shape, native, dtype, a, b),
        }
    }

    /// A function that is computed in double precision, whatever its arguments' type.
    fn transcendental(&mut self, native: Native, dtype: DType, args: &[Value]) -> Value {
        let args: Vec<Value> = args.iter().map(|a| self.cast(dtype, DType::F64, *a)).collect();
        let result = match math::definition(native) {
            None => self.host_call(HostFunction::Native(native), &args),
            Some(definition) => {
                let args: Vec<Value> = args.iter().map(|a| self.b.ins().scalar_to_vector(types::F64X2, *a)).collect();
                let result = self.define(native, definition, &args);
                self.b.ins().extractlane(result, 0)
            }
        };
        self.cast(DType::F64, dtype, result)
    }

    /// Calls a function of the host.
    pub(super) fn host_call(&mut self, function: HostFunction, args: &[Value]) -> Value {
        let callee = self.host.import(function, self.b.func);
        let call = self.b.ins().call(callee, args);
        self.b.inst_results(call)[0]
    }

    /// A definition's operations on pairs of doubles, those that are rarely needed behind a branch.
    fn define(&mut self, native: Native, definition: &Definition, args: &[Value]) -> Value {
        let mut values: Vec<Value> = Vec::with_capacity(definition.ops.len());
        for rare in &definition.rare {
            self.straight(native, definition, args, values.len()..rare.ops.start, &mut values);
            self.rare(native, definition, args, rare, &mut values);
        }
        self.straight(native, definition, args, values.len()..definition.ops.len(), &mut values);
        values[definition.result.index()]
    }

    fn straight(
        &mut self,
        native: Native,
        definition: &Definition,
        args: &[Value],
        ops: std::ops::Range<usize>,
        values: &mut Vec<Value>,
    ) {
        for op in &definition.ops[ops] {
            let value = self.math_op(native, definition, *op, args, values);
            values.push(value);
        }
    }

    /// Operations that are skipped unless the mask holds in some lane.
    fn rare(&mut self, native: Native, definition: &Definition, args: &[Value], rare: &Rare, values: &mut Vec<Value>) {
        let (inside, after) = (self.b.create_block(), self.b.create_block());
        let ty = |id| if definition.lane(id) == Lane::F64 { types::F64X2 } else { types::I64X2 };
        let result_types: Vec<Type> = rare.results.iter().map(|id| ty(*id)).collect();
        let merged: Vec<Value> = result_types.iter().map(|ty| self.b.append_block_param(after, *ty)).collect();
        let unused: Vec<Value> = result_types.iter().map(|ty| self.zero(*ty)).collect();
        let some = self.b.ins().vany_true(values[rare.mask.index()]);
        self.b.ins().brif(some, inside, &[], after, &block_args(&unused));
        self.b.set_cold_block(inside);
        self.b.switch_to_block(inside);
        self.b.seal_block(inside);
        self.straight(native, definition, args, rare.ops.clone(), values);
        let results: Vec<Value> = rare.results.iter().map(|id| values[id.index()]).collect();
        self.b.ins().jump(after, &block_args(&results));
        self.b.switch_to_block(after);
        self.b.seal_block(after);
        for (id, value) in rare.results.iter().zip(merged) {
            values[id.index()] = value;
        }
    }

    fn math_op(&mut self, native: Native, definition: &Definition, op: Op, args: &[Value], values: &[Value]) -> Value {
        let v = |id: math::Id| values[id.index()];
        match op {
            Op::Param(n) => args[n],
            Op::F64(x) => self.vector_const(types::F64X2, x.to_bits()),
            Op::I64(n) => self.vector_const(types::I64X2, n as u64),
            Op::Add(a, b) => self.b.ins().fadd(v(a), v(b)),
            Op::Sub(a, b) => self.b.ins().fsub(v(a), v(b)),
            Op::Mul(a, b) => self.b.ins().fmul(v(a), v(b)),
            Op::Div(a, b) => self.b.ins().fdiv(v(a), v(b)),
            Op::Fma(a, b, c) => self.b.ins().fma(v(a), v(b), v(c)),
            Op::Sqrt(a) => self.b.ins().sqrt(v(a)),
            Op::Nearest(a) => self.b.ins().nearest(v(a)),
            Op::Lt(a, b) => self.b.ins().fcmp(FloatCC::LessThan, v(a), v(b)),
            Op::Le(a, b) => self.b.ins().fcmp(FloatCC::LessThanOrEqual, v(a), v(b)),
            Op::Eq(a, b) => self.b.ins().fcmp(FloatCC::Equal, v(a), v(b)),
            Op::Unordered(a, b) => self.b.ins().fcmp(FloatCC::Unordered, v(a), v(b)),
            Op::IAdd(a, b) => self.b.ins().iadd(v(a), v(b)),
            Op::ISub(a, b) => self.b.ins().isub(v(a), v(b)),
            Op::And(a, b) => self.b.ins().band(v(a), v(b)),
            Op::Or(a, b) => self.b.ins().bor(v(a), v(b)),
            Op::Xor(a, b) => self.b.ins().bxor(v(a), v(b)),
            Op::Shl(a, n) => {
                let n = self.b.ins().iconst(types::I32, i64::from(n));
                self.b.ins().ishl(v(a), n)
            }
            Op::Shr(a, n) => {
                let n = self.b.ins().iconst(types::I32, i64::from(n));
                self.b.ins().ushr(v(a), n)
            }
            Op::IEq(a, b) => self.b.ins().icmp(IntCC::Equal, v(a), v(b)),
            Op::IGt(a, b) => self.b.ins().icmp(IntCC::SignedGreaterThan, v(a), v(b)),
            Op::Select(c, a, b) => {
                let ty = self.b.func.dfg.value_type(v(a));
                let mask = self.bitcast(ty, v(c));
                self.b.ins().bitselect(mask, v(a), v(b))
            }
            Op::ToBits(a) => self.bitcast(types::I64X2, v(a)),
            Op::FromBits(a) => self.bitcast(types::F64X2, v(a)),
            Op::Table(table, index) => {
                debug_assert!(table < definition.tables.len());
                self.look_up(native, table, v(index))
            }
        }
    }

    /// Elements of a constant table.
    fn look_up(&mut self, native: Native, table: usize, index: Value) -> Value {
        let table = self.host.table(native, table, self.b.func);
        let start = self.b.ins().symbol_value(types::I64, table);
        let flags = MemFlagsData::trusted().with_readonly().with_can_move();
        self.by_lane(PAIR, &[(DType::I64, index)], DType::F64, |e, _, index| {
            let bytes = e.b.ins().ishl_imm_u(index[0], 3);
            let address = e.b.ins().iadd(start, bytes);
            e.b.ins().load(types::F64, flags, address, 0)
        })
    }
}
