"""The names that GTScript files import.

A stencil's body is never run by Python: its text is compiled. The names in this module let Python load such a file (imports,
annotations, decorators), and raise :class:`OutsideStencil` when they are used where they mean nothing.
"""

from ._compiled import program, stencil
from ._words import (
    __INLINED, abs, acos, acosh, arccos, arccosh, arcsin, arcsinh, arctan, arctanh, asin, asinh, atan, atanh, BACKWARD,
    bool_, callback, cbrt, ceil, compile_assert, computation, copy, cos, cosh, enum, erf, erfc, exp, externals,
    Field, float32, float64, floor, FORWARD, function, gamma, GlobalTable, halo_start, halo_update, halo_wait, horizontal, I, I_INTERFACE, IJ, IJK,
    IK, int8, int16, int32, int64, int_, interval, isfinite, isinf, isnan, J, J_INTERFACE, JK, K, K_INTERFACE, log, log10, max, min,
    mod, NI, NJ, NK, OutsideStencil, PARALLEL, pow, region, round, round_away_from_zero, sin, sinh, sqrt, swap, tan, tanh,
    trunc,
)  # fmt: skip

__all__ = [
    "BACKWARD", "FORWARD", "Field", "GlobalTable", "I", "I_INTERFACE", "IJ", "IJK", "IK", "J", "J_INTERFACE", "JK", "K", "K_INTERFACE", "NI", "NJ", "NK",
    "OutsideStencil",
    "PARALLEL", "abs", "acos", "acosh", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "asin",
    "asinh", "atan", "atanh", "bool_", "callback", "cbrt", "ceil", "compile_assert", "computation", "copy",
    "cos", "cosh", "enum", "erf", "erfc", "exp", "externals", "float32", "float64", "floor", "function",
    "gamma", "halo_start", "halo_update", "halo_wait", "horizontal", "int8", "int16", "int32", "int64", "int_", "interval", "isfinite", "isinf",
    "isnan", "log", "log10", "max", "min", "mod", "pow", "program", "region", "round", "round_away_from_zero",
    "sin", "sinh", "sqrt", "stencil", "swap", "tan", "tanh", "trunc", "__INLINED",
]  # fmt: skip
