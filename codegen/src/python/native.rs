//! How the functions of the language are called in NumPy.

use tradewind_ir::Native;

/// The NumPy function, or the helper of [`super::prelude`], that computes a native function.
#[derive(Clone, Copy, Debug)]
pub struct Spelling {
    pub name: &'static str,
    /// Whether every correct implementation gives the same bits. Functions that are not exact are computed in double, also for
    /// `f32`, as the interpreter does.
    pub exact: bool,
}

/// The spelling of a native function; `min`, `max` and `abs`, which are Python's own for numbers, are not asked for.
pub fn spelling(native: Native) -> Spelling {
    let exact = |name| Spelling { name, exact: true };
    let near = |name| Spelling { name, exact: false };
    match native {
        Native::Abs => exact("abs"),
        Native::Min => exact("smaller"),
        Native::Max => exact("larger"),
        Native::Sqrt => exact("np.sqrt"),
        Native::IsFinite => exact("np.isfinite"),
        Native::IsInf => exact("np.isinf"),
        Native::IsNan => exact("np.isnan"),
        Native::Floor => exact("np.floor"),
        Native::Ceil => exact("np.ceil"),
        Native::Trunc => exact("np.trunc"),
        Native::Round => exact("np.rint"),
        Native::RoundAway => exact("round_away"),
        Native::Sin => near("np.sin"),
        Native::Cos => near("np.cos"),
        Native::Tan => near("np.tan"),
        Native::Asin => near("np.arcsin"),
        Native::Acos => near("np.arccos"),
        Native::Atan => near("np.arctan"),
        Native::Sinh => near("np.sinh"),
        Native::Cosh => near("np.cosh"),
        Native::Tanh => near("np.tanh"),
        Native::Exp => near("np.exp"),
        Native::Log => near("np.log"),
        Native::Log10 => near("np.log10"),
        Native::Asinh => near("np.arcsinh"),
        Native::Acosh => near("np.arccosh"),
        Native::Atanh => near("np.arctanh"),
        Native::Cbrt => near("np.cbrt"),
        Native::Gamma => near("gamma"),
        Native::Erf => near("erf"),
        Native::Erfc => near("erfc"),
        Native::Pow => near("power"),
    }
}
