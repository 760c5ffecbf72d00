"""Types, constants and names of operations: GT4Py's on the left, those of the text form on the right."""

from __future__ import annotations

import math

import numpy as np
from gt4py.cartesian.gtc.common import BuiltInLiteral, DataType, NativeFunction

DTYPES = {
    DataType.BOOL: "bool",
    DataType.INT8: "i8",
    DataType.INT16: "i16",
    DataType.INT32: "i32",
    DataType.INT64: "i64",
    DataType.FLOAT32: "f32",
    DataType.FLOAT64: "f64",
}

#: GT4Py's casts, which it has as functions.
CASTS = {
    NativeFunction.INT32: DataType.INT32,
    NativeFunction.INT64: DataType.INT64,
    NativeFunction.FLOAT32: DataType.FLOAT32,
    NativeFunction.FLOAT64: DataType.FLOAT64,
}

#: Functions whose name in the text form is another one.
RENAMED = {
    NativeFunction.ARCSIN: "asin",
    NativeFunction.ARCCOS: "acos",
    NativeFunction.ARCTAN: "atan",
    NativeFunction.ARCSINH: "asinh",
    NativeFunction.ARCCOSH: "acosh",
    NativeFunction.ARCTANH: "atanh",
    NativeFunction.ROUND_AWAY_FROM_ZERO: "round_away",
}

#: Functions that give an integer back as it is.
ROUNDING = {
    NativeFunction.FLOOR,
    NativeFunction.CEIL,
    NativeFunction.TRUNC,
    NativeFunction.ROUND,
    NativeFunction.ROUND_AWAY_FROM_ZERO,
}

PREDICATES = {NativeFunction.ISFINITE, NativeFunction.ISINF, NativeFunction.ISNAN}


def literal(value: BuiltInLiteral | str, dtype: DataType) -> str:
    """A constant: ``2.5f64``, ``-1i32``, ``true``. A float has the fewest digits that give it back."""
    if isinstance(value, BuiltInLiteral):
        value = _builtin(value, dtype)
    if dtype is DataType.BOOL:
        return "true" if str(value).lower() in ("true", "1") else "false"
    name = DTYPES[dtype]
    if dtype.isinteger():
        return f"{int(value)}{name}"
    number = np.dtype(name.replace("f", "float")).type(value)
    if math.isnan(number):
        return f"nan_{name}"
    if math.isinf(number):
        return f"{'-' if number < 0 else ''}inf_{name}"
    return f"{number!s}{name}"


def _builtin(value: BuiltInLiteral, dtype: DataType) -> str:
    fixed = {BuiltInLiteral.TRUE: "true", BuiltInLiteral.FALSE: "false", BuiltInLiteral.ZERO: "0", BuiltInLiteral.ONE: "1"}
    if value in fixed:
        return fixed[value]
    kind = np.dtype(dtype.name.lower())
    limits = np.iinfo(kind) if dtype.isinteger() else np.finfo(kind)
    return str(limits.max if value is BuiltInLiteral.MAX_VALUE else limits.min)
