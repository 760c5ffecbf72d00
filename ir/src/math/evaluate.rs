//! Evaluates a definition at one point.

use super::op::{Definition, Id, Op};

/// The most operations that a definition may have.
pub const MAX_OPS: usize = 512;

/// Most definitions have fewer; their values are sooner set to zero.
const FEW_OPS: usize = 256;

impl Definition {
    /// The function's value; `args` are at least as many as the definition has parameters.
    pub fn evaluate(&self, args: &[f64]) -> f64 {
        if self.ops.len() <= FEW_OPS { self.evaluate_in::<FEW_OPS>(args) } else { self.evaluate_in::<MAX_OPS>(args) }
    }

    /// The same, with room for `N` values: the operations so far, as bits.
    fn evaluate_in<const N: usize>(&self, args: &[f64]) -> f64 {
        let mut values = [0; N];
        let mut done = 0;
        for rare in &self.rare {
            self.straight(done, rare.ops.start, args, &mut values);
            if values[rare.mask.index()] != 0 {
                self.straight(rare.ops.start, rare.ops.end, args, &mut values);
            }
            done = rare.ops.end;
        }
        self.straight(done, self.ops.len(), args, &mut values);
        f64::from_bits(values[self.result.index()])
    }

    fn straight<const N: usize>(&self, from: usize, to: usize, args: &[f64], values: &mut [u64; N]) {
        for (n, op) in self.ops[from..to].iter().enumerate() {
            values[(from + n) % N] = self.step(op, values, args);
        }
    }

    #[inline(always)]
    fn step<const N: usize>(&self, op: &Op, values: &[u64; N], args: &[f64]) -> u64 {
        let bits = |id: Id| values[id.index() % N];
        let float = |id: Id| f64::from_bits(bits(id));
        let mask = |holds: bool| (holds as u64).wrapping_neg();
        match *op {
            Op::Param(n) => args[n].to_bits(),
            Op::F64(x) => x.to_bits(),
            Op::I64(n) => n as u64,
            Op::Add(a, b) => (float(a) + float(b)).to_bits(),
            Op::Sub(a, b) => (float(a) - float(b)).to_bits(),
            Op::Mul(a, b) => (float(a) * float(b)).to_bits(),
            Op::Div(a, b) => (float(a) / float(b)).to_bits(),
            Op::Fma(a, b, c) => float(a).mul_add(float(b), float(c)).to_bits(),
            Op::Sqrt(a) => float(a).sqrt().to_bits(),
            Op::Nearest(a) => float(a).round_ties_even().to_bits(),
            Op::Lt(a, b) => mask(float(a) < float(b)),
            Op::Le(a, b) => mask(float(a) <= float(b)),
            Op::Eq(a, b) => mask(float(a) == float(b)),
            Op::Unordered(a, b) => mask(float(a).is_nan() || float(b).is_nan()),
            Op::IAdd(a, b) => bits(a).wrapping_add(bits(b)),
            Op::ISub(a, b) => bits(a).wrapping_sub(bits(b)),
            Op::And(a, b) => bits(a) & bits(b),
            Op::Or(a, b) => bits(a) | bits(b),
            Op::Xor(a, b) => bits(a) ^ bits(b),
            Op::Shl(a, by) => bits(a) << by,
            Op::Shr(a, by) => bits(a) >> by,
            Op::IEq(a, b) => mask(bits(a) == bits(b)),
            Op::IGt(a, b) => mask(bits(a) as i64 > bits(b) as i64),
            Op::Select(m, a, b) => (bits(m) & bits(a)) | (!bits(m) & bits(b)),
            Op::ToBits(a) | Op::FromBits(a) => bits(a),
            Op::Table(t, index) => self.tables[t][bits(index) as usize].to_bits(),
        }
    }
}
