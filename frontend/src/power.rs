//! `a ** b`: products, reciprocals and roots where the exponent is a small constant, else the function `pow`.
//!
//! Every executor gets the operations written out, so that all of them give the same bits and none calls `pow` for a square.

use crate::convert::{self, cast, common, int_literal};
use crate::expression::{REPEAT_LIMIT, size};
use crate::lower::Lower;
use crate::vector::TERM_LIMIT;
use tradewind_ir::{BinaryOp, Code, DType, Diagnostic, Expr, ExprKind, Native, Span, Value};

/// The largest exponent, on either side of zero, that is written out.
const LARGEST: f64 = 8.0;

/// A constant exponent: a whole number or one and a half.
#[derive(Clone, Copy)]
struct Exponent {
    whole: usize,
    has_half: bool,
    is_negative: bool,
}

impl Exponent {
    fn of(value: f64) -> Option<Exponent> {
        let (distance, has_half) = (value.abs(), value.abs().fract() == 0.5);
        let is_written_out = distance <= LARGEST && (has_half || distance.fract() == 0.0);
        is_written_out.then_some(Exponent { whole: distance as usize, has_half, is_negative: value < 0.0 })
    }
    /// How often the base stands in what is written out.
    fn uses(self) -> usize {
        self.whole + usize::from(self.has_half)
    }
}

impl Lower<'_> {
    /// `a ** b`: of integers with a constant exponent from zero on an integer, with a negative one a float.
    pub fn power(&mut self, a: Expr, b: Expr, span: Span) -> Option<Expr> {
        if let (Some(a), Some(b)) = (int_literal(&a), int_literal(&b))
            && let Some(value) = u32::try_from(b).ok().and_then(|b| a.checked_pow(b))
        {
            return Some(convert::int(value, self.options, span));
        }
        let known = constant(&b).map(|value| value.as_f64());
        let exponent = known.and_then(Exponent::of);
        let is_negative = known.is_some_and(|value| value < 0.0);
        let (work, result) = match common(&a, &b) {
            dtype if dtype.is_float() => (dtype, dtype),
            _ if is_negative && int_literal(&a).is_some() => (self.options.literal_float, self.options.literal_float),
            _ if is_negative => (DType::F64, DType::F64),
            dtype => {
                let whole = if dtype == DType::Bool { self.options.literal_int } else { dtype };
                (if exponent.is_some() { whole } else { DType::F64 }, whole)
            }
        };
        let value = match exponent {
            Some(exponent) => self.written_out(cast(a, work), exponent, span)?,
            None => Expr { kind: ExprKind::Call(Native::Pow, vec![cast(a, work), cast(b, work)]), dtype: work, span },
        };
        Some(Expr { span, ..cast(value, result) })
    }

    /// `a` to a constant power: `a * a`, `sqrt(a)`, `1.0 / (a * a)`.
    fn written_out(&mut self, a: Expr, exponent: Exponent, span: Span) -> Option<Expr> {
        let one = |dtype| Expr::literal(Value::I64(1).cast(dtype), span);
        let a = self.repeatable(a, exponent.uses(), span)?;
        let dtype = a.dtype;
        let product = (exponent.whole > 0).then(|| self.times_itself(&a, exponent.whole));
        let root = exponent.has_half.then(|| Expr { kind: ExprKind::Call(Native::Sqrt, vec![a]), dtype, span });
        let value = match (product, root) {
            (Some(product), Some(root)) => convert::binary(BinaryOp::Mul, product, root, self.options),
            (product, root) => product.or(root).unwrap_or_else(|| one(dtype)),
        };
        Some(match exponent.is_negative {
            true => convert::binary(BinaryOp::Div, one(dtype), value, self.options),
            false => value,
        })
    }

    /// `a` times itself, `n` of them: the square of the half, and once more `a` if `n` is odd.
    fn times_itself(&self, a: &Expr, n: usize) -> Expr {
        if n == 1 {
            return a.clone();
        }
        let half = self.times_itself(a, n / 2);
        let even = convert::binary(BinaryOp::Mul, half.clone(), half, self.options);
        if n.is_multiple_of(2) { even } else { convert::binary(BinaryOp::Mul, even, a.clone(), self.options) }
    }

    /// A value to be used several times: what is large is computed once into a temporary, where that may be.
    fn repeatable(&mut self, a: Expr, uses: usize, span: Span) -> Option<Expr> {
        let terms = size(&a).saturating_mul(uses);
        if uses <= 1 || terms <= REPEAT_LIMIT {
            return Some(a);
        }
        if self.may_keep(&a) {
            return Some(self.keep("base", a, span));
        }
        if terms <= TERM_LIMIT {
            return Some(a);
        }
        let message = format!("this power has more than {TERM_LIMIT} terms");
        let found = Diagnostic::error(Code::LIMIT, message, span, "the limit is passed here");
        self.fail(found.help("assign its base to a temporary first"))
    }
}

/// The value of an expression of constants.
fn constant(e: &Expr) -> Option<Value> {
    let mut is_known = true;
    e.walk(&mut |e| {
        is_known &= match e.kind {
            ExprKind::Literal(_) | ExprKind::Unary(..) | ExprKind::Binary(..) | ExprKind::Ternary(..) => true,
            ExprKind::Cast(_) | ExprKind::Call(..) => true,
            ExprKind::Scalar(_) | ExprKind::Field(_) | ExprKind::Index(_) | ExprKind::Bound(..) | ExprKind::Inside(_) => false,
        }
    });
    let value = is_known.then(|| tradewind_ir::eval::uniform(e, &|_| Value::Bool(false), [0; 3]));
    value.flatten()
}
