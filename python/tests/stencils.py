"""Stencils and programs for the tests, as a user would write them."""

import numpy as np

import tradewind
from tradewind.gtscript import (
    FORWARD,
    IJ,
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
