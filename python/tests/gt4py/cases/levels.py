"""Levels that are known at run time only."""

import numpy as np
from gt4py.cartesian.gtscript import FORWARD, IJ, PARALLEL, Field, K, computation, interval
from table import case

F = Field[float]
N = Field[int]


@case(levels=6, ranges={"n": (0, 2)})
def level_above(a: F, n: N, out: F):
    with computation(PARALLEL), interval(0, -2):
        out = a[0, 0, n]


@case(levels=6, ranges={"n": (-2, 0)})
def level_below(a: F, n: N, out: F):
    with computation(PARALLEL), interval(2, None):
        out = a[0, 0, n] + a


@case(levels=6, ranges={"n": (0, 1)})
def level_of_expression(a: F, n: N, out: F):
    with computation(PARALLEL), interval(1, -1):
        out = a[0, 0, n * 2 - 1]


@case(levels=6, ranges={"n": (0, 2)})
def level_of_a_temporary(a: F, n: N, out: F):
    with computation(PARALLEL), interval(...):
        t = 2.0 * a
    with computation(PARALLEL), interval(0, -2):
        out = t[0, 0, n]


@case(levels=6, ranges={"n": (-2, -1)})
def level_in_a_sweep(a: F, n: N, out: F):
    with computation(FORWARD):
        with interval(0, 2):
            out = a
        with interval(2, None):
            out = out[0, 0, n] * 0.5 + a


@case(levels=6, ranges={"n": (0, 2)})
def level_of_a_parameter(a: F, out: F, n: int):
    with computation(PARALLEL), interval(0, -2):
        out = a[0, 0, n]


@case(levels=6, ranges={"n": (0, 2)})
def level_from_a_plane(a: F, n: Field[IJ, int], out: F):
    with computation(PARALLEL), interval(0, -2):
        out = a[0, 0, n]


@case(levels=6, ranges={"n": (0, 1)})
def level_in_a_branch(a: F, n: N, out: F):
    with computation(PARALLEL), interval(0, -1):
        if a > 0.0:
            out = a[0, 0, n]
        else:
            out = a[0, 0, 1 - n]


@case()
def current_level(out: N):
    with computation(PARALLEL), interval(...):
        out = K


@case(levels=6)
def current_level_in_an_expression(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a * K if K > 2 else a


@case(levels=6, ranges={"target": (1, 3)})
def interpolated(p: F, target: Field[IJ, int], out: F):
    with computation(FORWARD), interval(1, -2):
        lev = 0
        while lev < target and lev < 2:
            lev += 1
        out = p[0, 0, lev]


@case(levels=6, ranges={"n": (0, 2)})
def level_written(a: F, n: N, out: F):
    with computation(FORWARD), interval(0, -2):
        out[0, 0, n] = a


@case(levels=6, ranges={"n": (-2, 0)})
def level_added_to(a: F, n: N, out: F):
    with computation(BACKWARD), interval(2, None):
        out[0, 0, n] += a
        out[0, 0, n - 1 if n > -2 else n] = out * 0.5


@case(levels=6, ranges={"n": (-1, 1)})
def level_written_in_a_branch(a: F, n: N, out: F):
    with computation(FORWARD), interval(1, -1):
        if a > 0.0:
            out[0, 0, n] = a
        else:
            out[0, 0, -n] = out + out[0, 0, n]


@case(levels=6, ranges={"n": (0, 2)})
def level_of_a_temporary_written(a: F, n: Field[IJ, int], out: F):
    with computation(PARALLEL), interval(...):
        t = a * a
    with computation(FORWARD), interval(0, -2):
        t[0, 0, n] = a + t
    with computation(PARALLEL), interval(...):
        out = 2.0 * t


@case(levels=6, reference="debug", why="`numpy` lacks `.at`")
def absolute_level(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a.at(K=2)


@case(levels=6, ranges={"n": (0, 3)}, reference="debug", why="`numpy` lacks `.at`")
def absolute_level_by_field(a: F, n: N, out: F):
    with computation(PARALLEL), interval(...):
        out = a.at(K=n) - a


@case(levels=6, ranges={"n": (0, 3)}, reference="debug", why="`numpy` lacks `.at`")
def absolute_level_by_parameter(a: F, out: F, n: int):
    with computation(FORWARD), interval(...):
        out = a.at(K=n + 1)


@case(levels=6, ranges={"n": (1, 4)}, reference="debug", why="`numpy` lacks bounds at run time")
def end_by_parameter(a: F, out: F, n: int):
    with computation(FORWARD), interval(0, n):
        out = a


@case(levels=6, ranges={"x": (1.0, 4.9)}, reference="debug", why="`numpy` lacks bounds at run time")
def end_by_a_float(a: F, out: F, x: float):
    with computation(FORWARD), interval(0, x):
        out = a


@case(levels=6, ranges={"n": (1, 4)}, reference="debug", why="`numpy` lacks bounds at run time")
def start_by_parameter(a: F, out: F, n: int):
    with computation(PARALLEL), interval(n, None):
        out = a + 1.0


@case(levels=6, ranges={"n": (0, 4)}, reference="debug", why="`numpy` lacks bounds at run time")
def end_by_plane(a: F, n: Field[IJ, int], out: F):
    with computation(FORWARD), interval(0, n):
        out = a * 2.0


@case(levels=6, ranges={"n": (1, 2), "m": (3, 5)}, reference="debug", why="`numpy` lacks it")
def between_planes(a: F, n: Field[IJ, int], m: Field[IJ, int], out: F):
    with computation(FORWARD), interval(n, m):
        out = a + out[0, 0, -1]
