"""Programs: loops, halo updates, swaps, callbacks."""

import numpy as np
from stencils import diffuse, smooth

import tradewind


def periodic(q, weight):
    neighbours = sum(np.roll(q, shift, axis) for axis in (0, 1) for shift in (1, -1))
    return q + weight * (neighbours - 4.0 * q)


def with_halo(q):
    return np.pad(q, ((1, 1), (1, 1), (0, 0)))


def test_halo_update_and_swap(rng):
    inner = rng.random((8, 6, 3))
    q = with_halo(inner)
    diffuse(q, 5, 0.1, origin=(1, 1, 0), domain=(8, 6, 3), callbacks={"monitor": lambda q, n: None})
    for _ in range(5):
        inner = periodic(inner, 0.1)
    np.testing.assert_allclose(q[1:-1, 1:-1], inner, rtol=1e-14)


def test_callbacks_see_and_change_fields(rng):
    q = with_halo(rng.random((8, 6, 3)))
    seen = []

    def monitor(field, step):
        seen.append((step, field.shape, float(field.sum())))
        field[:] = step

    diffuse(q, 3, 0.1, origin=(1, 1, 0), domain=(8, 6, 3), callbacks={"monitor": monitor})
    assert [(step, shape) for step, shape, _ in seen] == [(n, (8, 6, 3)) for n in range(3)]
    assert (q[1:-1, 1:-1] == 2).all()


def test_information():
    assert diffuse.fields["q"].access == "read-write"
    assert diffuse.fields["q"].halo["I"] == (1, 1)
    assert diffuse.scalars == {"steps": np.dtype("int64"), "weight": np.dtype("float64")}
    assert smooth.fields["a"] == tradewind._compiled.FieldInfo(
        "a", np.dtype("float64"), "IJK", "read", {"I": (1, 1), "J": (1, 1), "K": (0, 0)}
    )
    assert smooth.fields["out"].access == "write"
    assert smooth.__doc__ == "Smooths horizontally." and smooth.__name__ == "smooth"
    assert str(smooth.__signature__) == "(a, out, weight)"


def test_stages():
    assert smooth.oir.startswith("stencil smooth(") or "stencil smooth(" in smooth.oir
    for program in (smooth, diffuse):
        assert "tree" in program.tree and "graph" in program.graph and "digraph" in program.dot
        assert "function" in program.clif and program.asm
