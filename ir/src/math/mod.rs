//! # Transcendental functions, defined once
//!
//! The language defines the value of `exp x` to the last bit. A [`Definition`] is a straight line of primitive operations on
//! 64-bit lanes: IEEE arithmetic with fused multiply-add, integer and bit operations, comparisons that give masks, selects, and
//! table look-ups at indices that are in range by construction. There are no branches, so a code generator can emit the
//! operations for one lane, for a vector, or for a GPU thread, and [`Definition::evaluate`] runs them for the interpreter. All
//! executors get the same bits, because every operation is exactly specified. (Only the bits of a NaN are not specified; all
//! NaNs count as one value.)
//!
//! Definitions are within 1 ulp of the true value (for `pow`, 2 ulp would be allowed), with the special values of C99's Annex
//! F. `tests/math.rs` measures this. A function of `f32` widens its arguments, uses the same definition, and rounds the result
//! to `f32`.
//!
//! The text form of a definition, here parts of that of [`Native::Exp`]: the argument held in range, the whole number `k`
//! in the low bits of `v9`, and the result scaled by the first half of `2^k`.
//!
//! ```text
//! define exp(1) {
//!   v0 = param 0
//!   v1 = f64 710.0
//!   v2 = lt v1, v0
//!   v3 = select v2, v1, v0
//!   ...
//!   v7 = f64 1.4426950408889634
//!   v8 = f64 6755399441055744.0
//!   v9 = fma v6, v7, v8
//!   v10 = to_bits v9
//!   ...
//!   v42 = shr v10, 1
//!   v43 = shl v42, 52
//!   v44 = i64 0x3ff0000000000000
//!   v45 = iadd v43, v44
//!   v46 = from_bits v45
//!   v47 = mul v41, v46
//!   ...
//!   return v52
//! }
//! ```
//!
//! Parts that only few arguments need, such as the reduction of huge angles, are marked [`Rare`]: an executor may branch around
//! them.
//!
//! [`build`] has the operators that definitions are written with; then there is a file for each family: [`exp`], [`log`],
//! [`pow`], [`root`], [`trig`], [`arc`], [`hyperbolic`], [`area`], [`mod@erf`], [`mod@gamma`].

pub mod angle;
pub mod arc;
pub mod area;
pub mod build;
pub mod erf;
pub mod evaluate;
pub mod exp;
pub mod gamma;
pub mod hyperbolic;
pub mod log;
pub mod op;
mod pair;
pub mod pow;
pub mod root;
pub mod trig;

use crate::expr::Native;
pub use op::{Definition, Id, Lane, Op, Rare};

/// The function's definition; nothing for functions that are primitive operations themselves.
pub fn definition(native: Native) -> Option<&'static Definition> {
    Some(match native {
        Native::Exp => &exp::EXP,
        Native::Log => &log::LOG,
        Native::Log10 => &log::LOG10,
        Native::Pow => &pow::POW,
        Native::Sin => &trig::SIN,
        Native::Cos => &trig::COS,
        Native::Tan => &trig::TAN,
        Native::Asin => &arc::ASIN,
        Native::Acos => &arc::ACOS,
        Native::Atan => &arc::ATAN,
        Native::Sinh => &hyperbolic::SINH,
        Native::Cosh => &hyperbolic::COSH,
        Native::Tanh => &hyperbolic::TANH,
        Native::Asinh => &area::ASINH,
        Native::Acosh => &area::ACOSH,
        Native::Atanh => &area::ATANH,
        Native::Cbrt => &root::CBRT,
        Native::Gamma => &gamma::GAMMA,
        Native::Erf => &erf::ERF,
        Native::Erfc => &erf::ERFC,
        _ => return None,
    })
}

/// The value of a function that has a definition. Arguments beyond those that the function takes are ignored.
pub fn evaluate(native: Native, args: &[f64]) -> Option<f64> {
    Some(definition(native)?.evaluate(args))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = &'static Definition> {
        Native::TABLE.into_iter().filter_map(|(native, ..)| definition(native))
    }

    /// Operands come earlier and have the lane type of the operation; a table's index is masked to its length.
    #[test]
    fn definitions_are_well_formed() {
        for d in all() {
            assert!(d.ops.len() <= evaluate::MAX_OPS && d.lane(d.result) == Lane::F64, "{}", d.name);
            for (id, op) in d.values() {
                assert!(op.operands().iter().all(|a| a.index() < id.index()), "{}: {id} = {op}", d.name);
                let lanes: Vec<Lane> = op.operands().iter().map(|a| d.lane(*a)).collect();
                let good = match op {
                    Op::Select(..) => lanes[0] == Lane::I64 && lanes[1] == lanes[2],
                    Op::ToBits(_) | Op::Lt(..) | Op::Le(..) | Op::Eq(..) | Op::Unordered(..) => {
                        lanes.iter().all(|l| *l == Lane::F64)
                    }
                    Op::FromBits(_) | Op::Table(..) => lanes == [Lane::I64],
                    _ => lanes.iter().all(|l| *l == d.lane(id)),
                };
                assert!(good, "{}: {id} = {op}", d.name);
                if let Op::Table(table, index) = *op {
                    let Op::And(_, mask) = d.ops[index.index()] else { panic!("{}: {id} is not masked", d.name) };
                    assert_eq!(d.ops[mask.index()], Op::I64(d.tables[table].len() as i64 - 1), "{}", d.name);
                }
            }
        }
    }

    #[test]
    fn the_example_above_is_real() {
        let (here, text) = (include_str!("mod.rs"), exp::EXP.to_string());
        let (_, example) = here.split_once("```text\n").expect("an example");
        let (example, _) = example.split_once("//! ```").expect("its end");
        for line in example.lines().map(|l| &l[4..]).filter(|l| l.trim() != "...") {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
    }

    /// Any bits are good arguments, and rare operations may be skipped or not.
    #[test]
    fn definitions_are_total() {
        let mut bits = 1u64;
        let mut next = || {
            bits = bits.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            f64::from_bits(bits ^ (bits >> 29))
        };
        for d in all() {
            let unhinted = Definition { rare: vec![], ..d.clone() };
            for _ in 0..10_000 {
                let args = [next(), next()];
                let (skipped, full) = (d.evaluate(&args), unhinted.evaluate(&args));
                assert!(skipped.to_bits() == full.to_bits() || skipped.is_nan() && full.is_nan(), "{} of {args:?}", d.name);
            }
        }
    }
}
