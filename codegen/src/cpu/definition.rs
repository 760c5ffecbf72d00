//! Functions made from the definitions of transcendental functions: one for each in use, on pairs of doubles.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value, types};
use cranelift_frontend::FunctionBuilder;
use std::ops::Range;
use tradewind_ir::Native;
use tradewind_ir::math::{self, Definition, Id, Lane, Op, Rare};

use super::blocks::block_args;
use super::emit::{bitcast, vector_const};
use super::host::Host;

/// Emits the function: `fn(f64x2, …) -> f64x2`, lane by lane what the definition says. Operations that are rarely needed
/// stand behind a branch.
pub(super) fn emit(mut b: FunctionBuilder<'_>, host: &Host, native: Native) {
    let definition = math::definition(native).expect("only functions with a definition are declared");
    let entry = b.create_block();
    b.append_block_params_for_function_params(entry);
    b.switch_to_block(entry);
    b.seal_block(entry);
    let args = b.block_params(entry).to_vec();
    let mut line = Line { b, host, native, definition, args, values: Vec::with_capacity(definition.ops.len()) };
    for rare in &definition.rare {
        line.straight(line.values.len()..rare.ops.start);
        line.rare(rare);
    }
    line.straight(line.values.len()..definition.ops.len());
    let result = line.get(definition.result);
    line.b.ins().return_(&[result]);
    line.b.finalize(host.config());
}

/// A definition on its way.
struct Line<'a, 'f> {
    b: FunctionBuilder<'f>,
    host: &'a Host,
    native: Native,
    definition: &'a Definition,
    args: Vec<Value>,
    values: Vec<Value>,
}

impl Line<'_, '_> {
    fn get(&self, id: Id) -> Value {
        self.values[id.index()]
    }

    fn straight(&mut self, ops: Range<usize>) {
        for op in &self.definition.ops[ops] {
            let value = self.op(*op);
            self.values.push(value);
        }
    }

    /// Operations that are skipped unless the mask holds in some lane.
    fn rare(&mut self, rare: &Rare) {
        let (inside, after) = (self.b.create_block(), self.b.create_block());
        let (mut merged, mut unused) = (Vec::new(), Vec::new());
        for id in &rare.results {
            let ty = if self.definition.lane(*id) == Lane::F64 { types::F64X2 } else { types::I64X2 };
            merged.push(self.b.append_block_param(after, ty));
            unused.push(vector_const(&mut self.b, ty, 0));
        }
        let mask = self.get(rare.mask);
        let some = self.b.ins().vany_true(mask);
        self.b.ins().brif(some, inside, &[], after, &block_args(&unused));
        self.b.set_cold_block(inside);
        self.b.switch_to_block(inside);
        self.b.seal_block(inside);
        self.straight(rare.ops.clone());
        let results: Vec<Value> = rare.results.iter().map(|id| self.get(*id)).collect();
        self.b.ins().jump(after, &block_args(&results));
        self.b.switch_to_block(after);
        self.b.seal_block(after);
        for (id, value) in rare.results.iter().zip(merged) {
            self.values[id.index()] = value;
        }
    }

    fn op(&mut self, op: Op) -> Value {
        let v = |id: Id| self.values[id.index()];
        let b = &mut self.b;
        match op {
            Op::Param(n) => self.args[n],
            Op::F64(x) => vector_const(b, types::F64X2, x.to_bits()),
            Op::I64(n) => vector_const(b, types::I64X2, n as u64),
            Op::Add(x, y) => b.ins().fadd(v(x), v(y)),
            Op::Sub(x, y) => b.ins().fsub(v(x), v(y)),
            Op::Mul(x, y) => b.ins().fmul(v(x), v(y)),
            Op::Div(x, y) => b.ins().fdiv(v(x), v(y)),
            Op::Fma(x, y, z) => b.ins().fma(v(x), v(y), v(z)),
            Op::Sqrt(x) => b.ins().sqrt(v(x)),
            Op::Nearest(x) => b.ins().nearest(v(x)),
            Op::Lt(x, y) => b.ins().fcmp(FloatCC::LessThan, v(x), v(y)),
            Op::Le(x, y) => b.ins().fcmp(FloatCC::LessThanOrEqual, v(x), v(y)),
            Op::Eq(x, y) => b.ins().fcmp(FloatCC::Equal, v(x), v(y)),
            Op::Unordered(x, y) => b.ins().fcmp(FloatCC::Unordered, v(x), v(y)),
            Op::IAdd(x, y) => b.ins().iadd(v(x), v(y)),
            Op::ISub(x, y) => b.ins().isub(v(x), v(y)),
            Op::And(x, y) => b.ins().band(v(x), v(y)),
            Op::Or(x, y) => b.ins().bor(v(x), v(y)),
            Op::Xor(x, y) => b.ins().bxor(v(x), v(y)),
            Op::Shl(x, n) => {
                let n = b.ins().iconst(types::I32, i64::from(n));
                b.ins().ishl(v(x), n)
            }
            Op::Shr(x, n) => {
                let n = b.ins().iconst(types::I32, i64::from(n));
                b.ins().ushr(v(x), n)
            }
            Op::IEq(x, y) => b.ins().icmp(IntCC::Equal, v(x), v(y)),
            Op::IGt(x, y) => b.ins().icmp(IntCC::SignedGreaterThan, v(x), v(y)),
            Op::Select(c, x, y) => {
                let ty = b.func.dfg.value_type(v(x));
                let mask = bitcast(b, ty, v(c));
                b.ins().bitselect(mask, v(x), v(y))
            }
            Op::ToBits(x) => bitcast(b, types::I64X2, v(x)),
            Op::FromBits(x) => bitcast(b, types::F64X2, v(x)),
            Op::Table(table, index) => {
                let index = v(index);
                self.look_up(table, index)
            }
        }
    }

    /// Elements of a constant table.
    fn look_up(&mut self, table: usize, index: Value) -> Value {
        let table = self.host.table(self.native, table, self.b.func);
        let start = self.b.ins().symbol_value(types::I64, table);
        let flags = MemFlagsData::trusted().with_readonly().with_can_move();
        let [low, high] = [0, 1].map(|lane: u8| {
            let index = self.b.ins().extractlane(index, lane);
            let bytes = self.b.ins().ishl_imm_u(index, 3);
            let address = self.b.ins().iadd(start, bytes);
            self.b.ins().load(types::F64, flags, address, 0)
        });
        let both = self.b.ins().scalar_to_vector(types::F64X2, low);
        self.b.ins().insertlane(both, high, 1)
    }
}
