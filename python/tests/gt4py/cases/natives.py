"""Functions of the language. Those that are not exact are within some units of the last place."""

import numpy as np
from gt4py.cartesian.gtscript import (
    PARALLEL, Field, abs, acos, acosh, asin, asinh, atan, atanh, cbrt, ceil, computation, cos, cosh, erf, erfc, exp, float32,
    float64, floor, gamma, int32, int64, interval, isfinite, isinf, isnan, log, log10, max, min, mod, round,
    round_away_from_zero, sin, sinh, sqrt, tan, tanh, trunc,
)  # fmt: skip
from table import case

F = Field[float]
N = Field[int]


@case()
def absolute(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = abs(a)


@case()
def absolute_of_integers(n: N, out: N):
    with computation(PARALLEL), interval(...):
        out = abs(n)


@case()
def least_and_greatest(a: F, b: F, out: F):
    with computation(PARALLEL), interval(...):
        out = min(a, b) * 2.0 - max(a, max(b, 0.5))


@case()
def least_of_integers(m: N, n: N, out: N):
    with computation(PARALLEL), interval(...):
        out = min(m, n) + 10 * max(m, 2)


@case()
def least_of_mixed_types(n: N, a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = min(n, a)


@case()
def square_root(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = sqrt(abs(a)) + sqrt(a)


@case(ranges={"a": (-5.0, 5.0)})
def whole_numbers(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = floor(a) + 10.0 * ceil(a) + 100.0 * trunc(a)


@case(ranges={"n": (-9, 9)})
def halves_to_even(n: N, out: F):
    with computation(PARALLEL), interval(...):
        out = round(n * 0.5)


@case(ranges={"n": (-9, 9)})
def halves_away_from_zero(n: N, out: F):
    with computation(PARALLEL), interval(...):
        out = round_away_from_zero(n * 0.5)


@case(ranges={"a": (-9.0, 9.0), "b": (0.5, 3.0)})
def remainder(a: F, b: F, out: F):
    with computation(PARALLEL), interval(...):
        out = mod(a, b) + a % -b


@case(ranges={"n": (1, 4)})
def remainder_of_integers(m: N, n: N, out: N):
    with computation(PARALLEL), interval(...):
        out = m % n + 10 * mod(m, -n)


@case()
def special_values(a: F, out: N):
    with computation(PARALLEL), interval(...):
        nothing = (a - a) / (a - a)
        infinite = a / (a - a)
        out = 1 if isnan(nothing) else 0
        out += 10 if isinf(infinite) else 0
        out += 100 if isfinite(infinite) else 0
        out += 1000 if isfinite(a) else 0


@case(ulp=4)
def sines(a: F, out: F, other: F):
    with computation(PARALLEL), interval(...):
        out = sin(a)
        other = cos(a)


@case(ulp=4)
def tangent(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = tan(a)


@case(ulp=4, ranges={"a": (-1.0, 1.0)})
def arcs(a: F, s: F, c: F, t: F):
    with computation(PARALLEL), interval(...):
        s = asin(a)
        c = acos(a)
        t = atan(a)


@case(ulp=4)
def hyperbolics(a: F, s: F, c: F, t: F):
    with computation(PARALLEL), interval(...):
        s = sinh(a)
        c = cosh(a)
        t = tanh(a)


@case(ulp=4)
def exponential(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = exp(a)


@case(ulp=4, ranges={"a": (0.01, 10.0)})
def logarithms(a: F, natural: F, decimal: F):
    with computation(PARALLEL), interval(...):
        natural = log(a)
        decimal = log10(a)


@case(ulp=4, ranges={"a": (0.1, 3.0)})
def powers(a: F, b: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a**b


@case()
def squares(a: F, whole: F, floating: F, one: F):
    with computation(PARALLEL), interval(...):
        whole = a**2
        floating = (a + 1.0) ** 2.0
        one = (a - 1.0) ** 1 + a**0


def _written_out(a, b, **_):
    p3 = a * a * a
    return {
        "three": p3,
        "eight": (a * a) * (a * a) * ((a * a) * (a * a)),
        "under": 1.0 / a + 1.0 / p3,
        "roots": np.sqrt(b) + b * np.sqrt(b) + 1.0 / (b * b * np.sqrt(b)),
    }


@case(ranges={"b": (0.1, 3.0)}, why="powers are written out, not computed by pow", truth=_written_out)
def fixed_powers(a: F, b: F, three: F, eight: F, under: F, roots: F):
    with computation(PARALLEL), interval(...):
        three = a**3.0
        eight = a**8
        under = a**-1 + a**-3.0
        roots = b**0.5 + b**1.5 + b**-2.5


def _single_powers(a, **_):
    return {"out": a * a + np.float32(1.0) / ((a + np.float32(3.0)) * (a + np.float32(3.0)) * (a + np.float32(3.0)))}


@case(bits=32, why="powers are written out, not computed by pow", truth=_single_powers)
def powers_of_single(a: Field[np.float32], out: Field[np.float32]):
    with computation(PARALLEL), interval(...):
        out = a**2 + (a + 3.0) ** -3


@case(ranges={"n": (0, 4)})
def powers_of_integers(n: N, out: N):
    with computation(PARALLEL), interval(...):
        out = n**2


@case(ranges={"n": (0, 4)})
def powers_beyond_doubles(n: N, out: N, fifth: N):
    with computation(PARALLEL), interval(...):
        out = (n + 1048573) ** 3
        fifth = (3 - n * 12345) ** 5


@case(ulp=8)
def saturation(t: F, out: F):
    with computation(PARALLEL), interval(...):
        out = 611.2 * exp(17.67 * t / (t + 243.5))


@case(bits=32, ulp=4)
def of_single(a: Field[np.float32], out: Field[np.float32]):
    with computation(PARALLEL), interval(...):
        out = exp(a)


@case(ranges={"a": (-9.0, 9.0)})
def casts_to_integers(a: F, out: N, narrow: Field[np.int32]):
    with computation(PARALLEL), interval(...):
        out = int64(a)
        narrow = int32(a * 2.0)


@case()
def casts_to_floats(n: N, a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = float64(n) / 3.0 + float32(a)


@case(ranges={"a": (-9.0, 9.0)})
def casts_by_type(a: F, n: N, out: F):
    with computation(PARALLEL), interval(...):
        out = int(a) + float(n) * 0.5


@case(ulp=4, ranges={"a": (-0.9, 0.9), "b": (1.0, 9.0)})
def inverse_hyperbolics(a: F, b: F, s: F, c: F, t: F):
    with computation(PARALLEL), interval(...):
        s = asinh(a)
        c = acosh(b)
        t = atanh(a)


@case(ulp=4, ranges={"a": (-9.0, 9.0)})
def cube_root(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = cbrt(a)


@case(ulp=32, ranges={"a": (0.1, 9.0)})
def gamma_function(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = gamma(a)


@case(ulp=8)
def error_functions(a: F, out: F, complement: F):
    with computation(PARALLEL), interval(...):
        out = erf(a)
        complement = erfc(a)


@case(bits=32, ulp=4, ranges={"a": (0.1, 0.9)})
def roots_of_single(a: Field[np.float32], out: Field[np.float32]):
    with computation(PARALLEL), interval(...):
        out = cbrt(a) + sqrt(a) * tanh(a)
