"""Fields with fewer axes, temporaries, optional arguments."""

import numpy as np
from gt4py.cartesian.gtscript import BACKWARD, FORWARD, IJ, PARALLEL, Field, I, J, K, computation, interval
from table import case

F = Field[float]
FIJ = Field[IJ, float]
FK = Field[K, float]


@case()
def from_a_plane(a: F, p: FIJ, out: F):
    with computation(PARALLEL), interval(...):
        out = a * p


@case()
def neighbours_in_a_plane(p: FIJ, out: F):
    with computation(PARALLEL), interval(...):
        out = p[1, 0] - p[-1, 0] + p[0, 1]


@case()
def from_a_column(a: F, c: FK, out: F):
    with computation(PARALLEL), interval(...):
        out = a * c


@case(levels=2)
def levels_of_a_column(c: FK, out: F):
    with computation(PARALLEL), interval(1, None):
        out = c - c[-1]


@case()
def along_one_axis(x: Field[I, float], y: Field[J, float], out: F):
    with computation(PARALLEL), interval(...):
        out = x * y


@case()
def into_a_plane(a: F, total: FIJ):
    with computation(FORWARD):
        with interval(0, 1):
            total = a
        with interval(1, None):
            total = total + a


@case()
def into_a_plane_downward(a: F, last: FIJ):
    with computation(BACKWARD), interval(...):
        last = a


@case()
def plane_as_a_carrier(a: F, p: FIJ, out: F):
    with computation(FORWARD), interval(...):
        out = p + a
        p = out


@case()
def temporary_plane(a: F, out: F):
    with computation(FORWARD), interval(0, 1):
        base: Field[IJ, float] = a
    with computation(PARALLEL), interval(...):
        out = a - base


@case()
def typed_temporary(a: F, out: F):
    with computation(PARALLEL), interval(...):
        t: np.float32 = a
        out = t


@case()
def typed_temporary_plane(a: F, out: F):
    with computation(FORWARD), interval(0, 1):
        base: Field[IJ, np.float32] = a * 1.1
    with computation(PARALLEL), interval(...):
        out = base[1, 0] - base


@case()
def temporary_of_first_type(a: F, out: F):
    with computation(PARALLEL), interval(...):
        n = 1
        n = n + 1
        out = a * n


@case()
def flags_in_a_temporary(a: F, out: F):
    with computation(PARALLEL), interval(...):
        positive = a > 0.0
        out = 1.0 if positive[1, 0, 0] and not positive else 0.0


@case(externals={"with_bias": False}, absent=("bias",))
def left_out(a: F, out: F, bias: F = None):
    from __externals__ import with_bias

    with computation(PARALLEL), interval(...):
        out = a
        if __INLINED(with_bias):
            out = out + bias


@case(externals={"with_bias": True})
def not_left_out(a: F, out: F, bias: F = None):
    from __externals__ import with_bias

    with computation(PARALLEL), interval(...):
        out = a
        if __INLINED(with_bias):
            out = out + bias


@case(levels=2)
def kept_between_computations(a: F, out: F):
    with computation(FORWARD):
        with interval(0, 1):
            t = a
        with interval(1, None):
            t = t[0, 0, -1] + a
    with computation(PARALLEL), interval(0, -1):
        out = t[0, 0, 1] - t


@case(ranges={"n": (0, 3)})
def integer_plane(a: F, n: Field[IJ, int], out: F):
    with computation(PARALLEL), interval(...):
        out = a if n > 1 else -a
