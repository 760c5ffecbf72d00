"""Stencils and programs for the tests, as a user would write them."""

import numpy as np

import tradewind
from tradewind.gtscript import (
    FORWARD,
    IJ,
    NI,
    NJ,
    NK,
    PARALLEL,
    Field,
    K,
    callback,
    computation,
    function,
    halo_update,
    interval,
    sqrt,
    swap,
)

HALF = 1.0 / 2.0
COMPUTED = float(np.sqrt(2.0))


@function
def laplacian(a):
    return a[-1, 0, 0] + a[1, 0, 0] + a[0, -1, 0] + a[0, 1, 0] - 4.0 * a


@tradewind.stencil
def smooth(a: Field[float], out: Field[float], weight: float):
    """Smooths horizontally."""
    with computation(PARALLEL), interval(...):
        out = a + weight * laplacian(a)


@tradewind.stencil
def constants(out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = HALF + COMPUTED


@tradewind.stencil(externals={"order": 2, "shift": 0.5})
def chosen(a: Field[float], out: Field[float]):
    from __externals__ import order, shift

    with computation(PARALLEL), interval(...):
        if __INLINED(order > 1):
            out = a * a + shift
        else:
            out = a


@tradewind.stencil
def column_sum(a: Field[np.float32], total: Field[IJ, np.float32], weight: Field[K, np.float32]):
    with computation(FORWARD), interval(...):
        total = total + weight * a


@tradewind.stencil
def root(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = sqrt(a)


@tradewind.program
def diffuse(q: Field[float], steps: int, weight: float):
    new: Field[float]
    for n in range(steps):
        halo_update(q)
        smooth(q, new, weight)
        swap(q, new)
        callback("monitor", q, n)


@tradewind.stencil
def slope(q: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = q[1, 0, 0] - q[-1, 0, 0]


@tradewind.program
def curvature(q: Field[float], out: Field[float]):
    w: Field[float]
    slope(q, w)
    callback("walls", w, fills="halo")
    callback("watch", q, fills="nothing")
    slope(w, out)


@tradewind.stencil
def face(q: Field[float], fx: Field[float]):
    with computation(PARALLEL), interval(...):
        fx = 0.5 * (q[-1, 0, 0] + q)


@tradewind.stencil
def update(q: Field[float], fx: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = q - (fx[1, 0, 0] - fx)


@tradewind.program
def upwind(q: Field[float], out: Field[float]):
    fx: Field[float]
    face(q, fx, domain=(NI + 1, NJ, NK))
    update(q, fx, out)


@tradewind.stencil
def fill(out: Field[float], value: float):
    with computation(PARALLEL), interval(...):
        out = value
