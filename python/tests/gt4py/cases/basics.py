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


@case()
def long_sum(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = (
            0.5 * a + 1.5 * a + 2.5 * a + 3.5 * a + 4.5 * a + 5.5 * a + 6.5 * a + 7.5 * a
            + 8.5 * a + 9.5 * a + 10.5 * a + 11.5 * a + 12.5 * a + 13.5 * a + 14.5 * a + 15.5 * a
            + 16.5 * a + 17.5 * a + 18.5 * a + 19.5 * a + 20.5 * a + 21.5 * a + 22.5 * a + 23.5 * a
            + 24.5 * a + 25.5 * a + 26.5 * a + 27.5 * a + 28.5 * a + 29.5 * a + 30.5 * a + 31.5 * a
            + 32.5 * a + 33.5 * a + 34.5 * a + 35.5 * a + 36.5 * a + 37.5 * a + 38.5 * a + 39.5 * a
            + 40.5 * a + 41.5 * a + 42.5 * a + 43.5 * a + 44.5 * a + 45.5 * a + 46.5 * a + 47.5 * a
            + 48.5 * a + 49.5 * a + 50.5 * a + 51.5 * a + 52.5 * a + 53.5 * a + 54.5 * a + 55.5 * a
            + 56.5 * a + 57.5 * a + 58.5 * a + 59.5 * a + 60.5 * a + 61.5 * a + 62.5 * a + 63.5 * a
            + 64.5 * a + 65.5 * a + 66.5 * a + 67.5 * a + 68.5 * a + 69.5 * a + 70.5 * a + 71.5 * a
            + 72.5 * a + 73.5 * a + 74.5 * a + 75.5 * a + 76.5 * a + 77.5 * a + 78.5 * a + 79.5 * a
            + 80.5 * a + 81.5 * a + 82.5 * a + 83.5 * a + 84.5 * a + 85.5 * a + 86.5 * a + 87.5 * a
            + 88.5 * a + 89.5 * a + 90.5 * a + 91.5 * a + 92.5 * a + 93.5 * a + 94.5 * a + 95.5 * a
            + 96.5 * a + 97.5 * a + 98.5 * a + 99.5 * a + 100.5 * a + 101.5 * a + 102.5 * a + 103.5 * a
            + 104.5 * a + 105.5 * a + 106.5 * a + 107.5 * a + 108.5 * a + 109.5 * a + 110.5 * a + 111.5 * a
            + 112.5 * a + 113.5 * a + 114.5 * a + 115.5 * a + 116.5 * a + 117.5 * a + 118.5 * a + 119.5 * a
        )
