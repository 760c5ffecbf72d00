"""What a call costs on arrays so small that the call itself is what it costs: 16×16×4 points.

    pip install "./python[gt4py]"
    python benches/call_overhead.py

Microseconds of the best of several rounds, for a copy and for horizontal diffusion (about a microsecond of arithmetic a level):
Tradewind's own calls with all their checks, its back end for GT4Py, and GT4Py's own back ends, these with origin, domain and
`validate_args=False`. What is not there (GT4Py, a C++ compiler) is said and left out.
"""

import os
import shutil
import time
import warnings

import numpy as np

import tradewind

DOMAIN, HALO = (16, 16, 4), 2
ROUNDS, CALLS = 15, 500
BACKENDS = ("tradewind:cpu", "numpy", "gt:cpu_ifirst")

try:
    from gt4py.cartesian import gtscript
    from gt4py.cartesian.gtscript import PARALLEL, Field, computation, interval
except ImportError:
    gtscript = None
    from tradewind.gtscript import PARALLEL, Field, computation, interval


def copy(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = a


def diffusion(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        lap = 4.0 * a - (a[1, 0, 0] + a[-1, 0, 0] + a[0, 1, 0] + a[0, -1, 0])
        fx = lap[1, 0, 0] - lap
        fy = lap[0, 1, 0] - lap
        out = a - 0.1 * (fx - fx[-1, 0, 0] + fy - fy[0, -1, 0])


def microseconds(call):
    """The time of one call in the best round."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(CALLS):
            call()
        best = min(best, (time.perf_counter() - start) / CALLS)
    return best * 1e6


def show(definition, way, call):
    call()
    print(f"{definition.__name__:10} {way:34} {microseconds(call):8.2f} µs", flush=True)


def measure(definition):
    shape = tuple(n + 2 * h for n, h in zip(DOMAIN, (HALO, HALO, 0)))
    a = np.asfortranarray(np.random.default_rng(0).random(shape))
    out = np.zeros_like(a)
    place = {"origin": (HALO, HALO, 0), "domain": DOMAIN}
    own = tradewind.stencil(definition)
    inner = a[HALO:-HALO, HALO:-HALO] if definition is copy else a
    target = out[HALO:-HALO, HALO:-HALO]
    show(definition, "tradewind", lambda: own(inner, target))
    show(definition, "tradewind, origin and domain", lambda: own(a, out, **place))
    for backend in BACKENDS if gtscript else ():
        if backend.startswith("gt:") and not shutil.which(os.environ.get("CXX", "c++")):
            print(f"{definition.__name__:10} gt4py {backend}: left out, there is no C++ compiler")
            continue
        stencil = gtscript.stencil(backend=backend, definition=definition)
        show(definition, f"gt4py {backend}", lambda: stencil(a, out, **place, validate_args=False))
        if backend == "tradewind:cpu":
            show(definition, f"gt4py {backend}, validated", lambda: stencil(a, out, **place))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if gtscript is None:
        print("gt4py is not installed: its back ends are left out")
    else:
        import tradewind.gt4py  # noqa: F401  (registers the back end)
    for definition in (copy, diffusion):
        measure(definition)
