"""Assignments, arithmetic, comparisons, scalars, constants."""

import numpy as np
from gt4py.cartesian.gtscript import PARALLEL, Field, computation, interval
from table import case

F = Field[float]
N = Field[int]
B = Field[bool]
SINGLE = Field[np.float32]


@case()
def copy(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = a


@case()
def weighted_sum(a: F, b: F, out: F, w: float):
    with computation(PARALLEL), interval(...):
        out = w * a + (1.0 - w) * b


@case()
def augmented(a: F, b: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a
        out += b
        out *= 2.5
        out -= a * b
        out /= 3.0


@case()
def in_place(q: F, w: float):
    with computation(PARALLEL), interval(...):
        q = w * q + 1.0


@case()
def swapped(a: F, b: F):
    with computation(PARALLEL), interval(...):
        t = a
        a = b
        b = t


@case()
def signs(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = -a + (+a) * 2.0 - (-3.0)


@case()
def negative_zero(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = -(a - a)


@case(ranges={"b": (0.5, 2.0)})
def quotient(a: F, b: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a / b / 3


@case()
def by_zero(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a / (a - a)


@case()
def not_reassociated(a: F, b: F, c: F, out: F):
    with computation(PARALLEL), interval(...):
        out = (a + 1e17) - 1e17 + (b * c - c * b) + (a + b + c) * 0.1


@case(own=lambda out: {"out": 0.1 + 1e-300 * 1e3 + 123456789.123456789 + 1 / 3}, why="1 / 3 is of single precision")
def constants(out: F):
    with computation(PARALLEL), interval(...):
        out = 0.1 + 1e-300 * 1e3 + 123456789.123456789 + 1 / 3


@case()
def integers(m: N, n: N, out: N):
    with computation(PARALLEL), interval(...):
        out = m * n - 3 * m + n - 7


@case(ranges={"n": (1, 5)}, own=lambda m, n, out: {"out": m / n}, why="quotients of integers are of single precision")
def quotient_of_integers(m: N, n: N, out: F):
    with computation(PARALLEL), interval(...):
        out = m / n


@case(
    ranges={"n": (1, 5)},
    own=lambda m, n, a, out: {"out": a * (m / n) + m / 2},
    why="quotients of integers are of single precision",
)
def quotient_of_integers_in_float(m: N, n: N, a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a * (m / n) + m / 2


@case()
def integer_and_float(m: N, a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = m * a + m


@case()
def comparisons(a: F, b: F, out: N):
    with computation(PARALLEL), interval(...):
        out = 1 if a < b else 2
        out += 10 if a <= b else 20
        out += 100 if a > b else 200
        out += 1000 if a >= b else 2000
        out += 10000 if a == b else 20000
        out += 100000 if a != b else 200000


@case()
def logic(a: F, b: F, out: B):
    with computation(PARALLEL), interval(...):
        out = (a > 0 and b > 0) or not (a < -1 or b < -1)


@case()
def flags(p: B, q: B, out: B):
    with computation(PARALLEL), interval(...):
        out = (p and not q) or (q and not p)


@case()
def flags_compared(p: B, q: B, out: B):
    with computation(PARALLEL), interval(...):
        out = p == q


@case()
def chosen(a: F, b: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a if a > b else (b if b > 1.0 else a * b)


@case()
def chosen_by_flag(p: B, a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a if p else -a


@case()
def flag_parameter(a: F, out: F, negate: bool):
    with computation(PARALLEL), interval(...):
        out = -a if negate else a


@case(ranges={"n": (0, 9)})
def integer_parameter(a: F, out: F, n: int):
    with computation(PARALLEL), interval(...):
        out = a * n


@case()
def keyword_only(a: F, out: F, *, scale: float, shift: float):
    with computation(PARALLEL), interval(...):
        out = a * scale + shift


@case()
def unused(a: F, nothing: F, out: F, ignored: float):
    with computation(PARALLEL), interval(...):
        out = a


@case(bits=32)
def single(a: SINGLE, out: SINGLE, w: np.float32):
    with computation(PARALLEL), interval(...):
        out = 0.1 * a + w / 3


@case(
    bits=32,
    ranges={"m": (-100, 100)},
    own=lambda m, out: {"out": m * np.float64(np.float32(0.1)) + 1},
    why="an integer and a single are a single, not a double as in NumPy",
)
def single_of_integers(m: Field[np.int32], out: SINGLE):
    with computation(PARALLEL), interval(...):
        out = m * 0.1 + 1


@case()
def single_and_double(a: SINGLE, b: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a * b + a


@case()
def rounded_to_single(a: F, out: SINGLE):
    with computation(PARALLEL), interval(...):
        out = a * 1.1


@case()
def small_integers(a: Field[np.int8], b: Field[np.int16], out: Field[np.int32]):
    with computation(PARALLEL), interval(...):
        out = a + b


@case(
    ranges={"n": (-100, 100), "m": (3, 100)},
    own=lambda n, m, out: {"out": n / m},
    why="both are rounded to single precision and divided there",
)
def quotient_of_integers(n: N, m: N, out: F):
    with computation(PARALLEL), interval(...):
        out = n / m


@case()
def narrowing(m: N, out: Field[np.int16]):
    with computation(PARALLEL), interval(...):
        out = m + 1


@case()
def truncated(a: F, out: N):
    with computation(PARALLEL), interval(...):
        out = a * 10.0
