"""Neighbours, and temporaries that are needed beyond the domain."""

from gt4py.cartesian.gtscript import PARALLEL, Field, I, J, K, computation, interval
from table import case

F = Field[float]


@case()
def laplacian(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a[-1, 0, 0] + a[1, 0, 0] + a[0, -1, 0] + a[0, 1, 0] - 4.0 * a


@case()
def named_axes(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a[I + 1, J, K] - a[I - 1] + a[J + 2] * a[I - 1, J - 2]


@case(externals={"n": 2})
def sums_of_terms(a: F, out: F):
    from __externals__ import n

    with computation(PARALLEL), interval(...):
        out = a[J + 1 - 2] - a[I - n + 1, J, K]


@case()
def one_sided(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a[3, 0, 0] - a[0, -2, 0]


@case()
def corners(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = 0.25 * (a[-1, -1, 0] + a[1, -1, 0] + a[-1, 1, 0] + a[1, 1, 0])


@case(levels=3)
def levels_around(a: F, out: F):
    with computation(PARALLEL), interval(1, -1):
        out = a[0, 0, 1] - 2.0 * a + a[0, 0, -1]


@case()
def biharmonic(a: F, out: F):
    with computation(PARALLEL), interval(...):
        lap = a[-1, 0, 0] + a[1, 0, 0] + a[0, -1, 0] + a[0, 1, 0] - 4.0 * a
        out = lap[-1, 0, 0] + lap[1, 0, 0] + lap[0, -1, 0] + lap[0, 1, 0] - 4.0 * lap


@case()
def limited_diffusion(a: F, w: F, out: F):
    with computation(PARALLEL), interval(...):
        lap = a[-1, 0, 0] + a[1, 0, 0] + a[0, -1, 0] + a[0, 1, 0] - 4.0 * a
        fx = lap[1, 0, 0] - lap
        fx = 0.0 if fx * (a[1, 0, 0] - a) > 0.0 else fx
        fy = lap[0, 1, 0] - lap
        fy = 0.0 if fy * (a[0, 1, 0] - a) > 0.0 else fy
        out = a - w * (fx - fx[-1, 0, 0] + fy - fy[0, -1, 0])


@case()
def two_outputs(a: F, here: F, there: F):
    with computation(PARALLEL), interval(...):
        t = a * a
        here = t
        there = t[1, 0, 0] + t[0, 1, 0]


@case()
def overwritten(a: F, out: F):
    with computation(PARALLEL), interval(...):
        t = a[1, 0, 0]
        u = t[-1, 0, 0]
        t = u[0, 1, 0]
        out = t[0, -1, 0] + t


@case()
def across_computations(a: F, out: F):
    with computation(PARALLEL), interval(...):
        t = a + 1.0
    with computation(PARALLEL), interval(...):
        u = t[1, 0, 0] * t[-1, 0, 0]
    with computation(PARALLEL), interval(...):
        out = u[0, 1, 0] - u[0, -1, 0]


@case()
def levels_of_a_temporary(a: F, out: F):
    with computation(PARALLEL), interval(...):
        t = a[1, 0, 0] - a
    with computation(PARALLEL), interval(1, None):
        out = t - t[0, 0, -1]


@case()
def finite_volume(q: F, u: F, v: F, out: F):
    with computation(PARALLEL), interval(...):
        fx = u * (q[-1, 0, 0] if u > 0.0 else q)
        fy = v * (q[0, -1, 0] if v > 0.0 else q)
        out = q - (fx[1, 0, 0] - fx) - (fy[0, 1, 0] - fy)
