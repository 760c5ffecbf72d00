"""Parts of the language on arrays: machine code, NumPy code and plain loops."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

import tradewind
from tradewind.gtscript import FORWARD, IJK, PARALLEL, Field, K, computation, interval

BACKENDS = ("cpu", "numpy", "debug")


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_sum_of_a_thousand_terms_is_added_from_the_left(tmp_path, rng, backend):
    terms = " + ".join(f"{n}.5 * a" for n in range(1000))
    file = tmp_path / "long.py"
    file.write_text(f"""
def total(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = {terms}
""")
    a, out = rng.random((3, 2, 2)), np.zeros((3, 2, 2))
    tradewind.compile(file, backend=backend)["total"](a, out)
    expected = 0.5 * a
    for n in range(1, 1000):
        expected = expected + (n + 0.5) * a
    np.testing.assert_array_equal(out, expected)


def test_a_function_may_hold_a_long_sum(tmp_path, monkeypatch):
    terms = " + ".join(f"{n}.0 * a" for n in range(1000))
    (tmp_path / "long_sum.py").write_text(f"""
from tradewind.gtscript import PARALLEL, Field, computation, interval

def total(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = {terms}
""")
    monkeypatch.syspath_prepend(tmp_path)
    a, out = np.ones((2, 2, 2)), np.zeros((2, 2, 2))
    tradewind.stencil(importlib.import_module("long_sum").total)(a, out)
    assert (out == sum(range(1000))).all()


def slopes(q: Field[float], above: Field[float], below: Field[float]):
    with computation(FORWARD), interval(...):
        above = 0.0
        if K < K[-1]:
            if q[0, 0, 1] > q:
                above = q[0, 0, 1] - q
        below = q - q[0, 0, -1] if K >= 1 else 0.0


@pytest.mark.parametrize("backend", BACKENDS)
def test_arrays_have_no_levels_beyond_a_condition(rng, backend):
    stencil = tradewind.stencil(backend=backend)(slopes)
    assert stencil.fields["q"].halo["K"] == (0, 0)
    q = rng.random((3, 3, 5))
    above, below = np.full_like(q, np.nan), np.full_like(q, np.nan)
    stencil(q, above, below)
    step = np.diff(q, axis=2)
    np.testing.assert_array_equal(above[:, :, :-1], np.maximum(step, 0.0))
    np.testing.assert_array_equal(below[:, :, 1:], step)
    assert (above[:, :, -1] == 0.0).all() and (below[:, :, 0] == 0.0).all()


WEIGHTS = (0.25, 0.5, 0.25)


def combined(q: Field[IJK, (float, (3,))], a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = 0.0
        for n in range(q.shape[-1]):
            out += q[0, 0, 0][n] ** (n + 1)
        for n, w in enumerate(WEIGHTS):
            out += w * a[n - 1, 0, 0]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_loop_is_what_its_rounds_are_one_after_another(rng, backend):
    q, a, out = rng.random((4, 2, 2, 3)), rng.random((6, 2, 2)), np.zeros((4, 2, 2))
    tradewind.stencil(backend=backend)(combined)(q, a, out)
    x, y, z = (q[..., n] for n in range(3))
    expected = 0.0 + x + y * y + z * z * z + 0.25 * a[:-2] + 0.5 * a[1:-1] + 0.25 * a[2:]
    np.testing.assert_array_equal(out, expected)
