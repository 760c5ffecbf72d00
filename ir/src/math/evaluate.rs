//! Evaluates a definition at one point.

use super::op::{Definition, Id, Op};

/// The most operations that a definition may have.
pub const MAX_OPS: usize = 512;

impl Definition {
    /// The function's value; `args` are as many as the definition has parameters.
    pub fn evaluate(&self, args: &[f64]) -> f64 {
        let mut values = [0u64; MAX_OPS];
        let mut rare = self.rare.iter().peekable();
        let mut n = 0;
        while let Some(op) = self.ops.get(n) {
            if let Some(skip) = rare.next_if(|r| r.ops.start == n)
                && values[skip.mask.index()] == 0
            {
                n = skip.ops.end;
                continue;
            }
            values[n] = self.step(op, &values, args);
            n += 1;
        }
        f64::from_bits(values[self.result.index()])
    }

    fn step(&self, op: &Op, values: &[u64; MAX_OPS], args: &[f64]) -> u64 {
        let bits = |id: Id| values[id.index() % MAX_OPS];
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
