//! The functions of the language in NumPy.

use tradewind_ir::Native;

/// The NumPy function, or the helper of [`super::prelude`], that computes a native function; `min`, `max` and `abs`, which are
/// Python's own for numbers, are not asked for.
pub fn spelling(native: Native) -> &'static str {
    match native {
        Native::Abs => "abs",
        Native::Min => "smaller",
        Native::Max => "larger",
        Native::Sqrt => "np.sqrt",
        Native::IsFinite => "np.isfinite",
        Native::IsInf => "np.isinf",
        Native::IsNan => "np.isnan",
        Native::Floor => "np.floor",
        Native::Ceil => "np.ceil",
        Native::Trunc => "np.trunc",
        Native::Round => "np.rint",
        Native::RoundAway => "round_away",
        Native::Sin => "np.sin",
        Native::Cos => "np.cos",
        Native::Tan => "np.tan",
        Native::Asin => "np.arcsin",
        Native::Acos => "np.arccos",
        Native::Atan => "np.arctan",
        Native::Sinh => "np.sinh",
        Native::Cosh => "np.cosh",
        Native::Tanh => "np.tanh",
        Native::Exp => "np.exp",
        Native::Log => "np.log",
        Native::Log10 => "np.log10",
        Native::Asinh => "np.arcsinh",
        Native::Acosh => "np.arccosh",
        Native::Atanh => "np.arctanh",
        Native::Cbrt => "cbrt",
        Native::Gamma => "gamma",
        Native::Erf => "erf",
        Native::Erfc => "erfc",
        Native::Pow => "power",
        Native::Fma => "fma",
    }
}
