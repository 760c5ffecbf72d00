"""Programs: loops, halo updates, swaps, callbacks."""

import numpy as np
import pytest
import stencils
from stencils import diffuse, fill, smooth

import tradewind
from tradewind.gtscript import Field


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
        seen.append((step, field.shape, field.origin, field.inner.shape))
        field.inner[:] = step

    diffuse(q, 3, 0.1, origin=(1, 1, 0), domain=(8, 6, 3), callbacks={"monitor": monitor})
    assert seen == [(n, (10, 8, 3), (1, 1, 0), (8, 6, 3)) for n in range(3)]
    assert (q[1:-1, 1:-1] == 2).all()


@pytest.mark.parametrize("backend", ("cpu", "numpy", "debug"))
def test_open_boundary_by_callback(backend, rng):
    def walls(w):
        assert w.shape == (6, 4, 2) and w.origin == (1, 0, 0) and w.domain == (4, 4, 2)
        w[0], w[-1] = w[1], w[-2]

    def watch(w):
        with pytest.raises(ValueError, match="read-only"):
            w[0] = 1.0

    q, out = rng.random((6, 4, 2)), np.zeros((4, 4, 2))
    curvature = tradewind.program(backend=backend)(stencils.curvature.__wrapped__)
    given = {"origin": {"q": (1, 0, 0), "out": (0, 0, 0)}, "domain": (4, 4, 2)}
    curvature(q, out, **given, callbacks={"walls": walls, "watch": watch})
    w = np.empty((6, 4, 2))
    w[1:-1] = q[2:] - q[:-2]
    w[0], w[-1] = w[1], w[-2]
    np.testing.assert_array_equal(out, w[2:] - w[:-2])
    q.flags.writeable = False
    curvature(q, out, **given, callbacks={"walls": walls, "watch": watch})


@pytest.mark.parametrize("backend", ("cpu", "numpy", "debug"))
def test_faces_reach_beyond_the_domain(backend, rng):
    q, out = rng.random((7, 5, 3)), np.zeros((5, 5, 3))
    upwind = tradewind.program(backend=backend)(stencils.upwind.__wrapped__)
    upwind(q, out)
    faces = 0.5 * (q[:-1] + q[1:])
    np.testing.assert_array_equal(out, q[1:-1] - (faces[1:] - faces[:-1]))


def test_unwritten_points_are_reported(tmp_path):
    source = """
def double(a: Field[float], o: Field[float]):
    with computation(PARALLEL), interval(...):
        o = 2.0 * a[1, 0, 0]

@program
def run(q: Field[float], out: Field[float]):
    w: Field[float]
    double(q, w)
    double(w, out)
"""
    file = tmp_path / "unwritten.py"
    file.write_text(source)
    with pytest.raises(tradewind.CompileError, match=r"TW0613\]: `w` is read where nothing has written it") as caught:
        tradewind.compile(file)["run"]
    assert "this reads `w` at I = NI" in str(caught.value)
    file.write_text(source.replace("double(q, w)", "double(q, w, domain=(NI + 1, NJ, NK))"))
    q, out = np.arange(36.0).reshape(6, 3, 2), np.zeros((4, 3, 2))
    tradewind.compile(file)["run"](q, out)
    np.testing.assert_array_equal(out, 4.0 * q[2:])


def test_scalars_that_no_step_has_assigned():
    with pytest.warns(UserWarning, match="`x` may be read before it is assigned"):

        @tradewind.program
        def last(out: Field[float], n: int):
            for i in range(n):
                x = 2.0 * i
            fill(out, x)


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


PARTS = """
def smooth(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(0, 2):
        out = a[-1, 0, 0] + a[1, 0, 0] + K

@program
def parts(a: Field[float], out: Field[float], n: int, l: int):
    for i in range(n):
        smooth(a, out, origin=(i, 0, 0), domain=(n - i, -1, l))
"""


@pytest.mark.parametrize("backend", ["cpu", "numpy", "debug"])
def test_the_domain_of_a_call_is_computed(rng, tmp_path, backend):
    file = tmp_path / "parts.py"
    file.write_text(PARTS)
    parts = tradewind.compile(file, backend=backend)["parts"]
    a, out = rng.random((8, 5, 4)), np.zeros((6, 5, 4))
    parts(a, out, 4, 3)
    expected = np.zeros((6, 5, 4))
    expected[:4, :4, :2] = a[0:4, :4, :2] + a[2:6, :4, :2] + np.arange(2)
    np.testing.assert_array_equal(out, expected)
    parts(a, out, 4, 0)
    np.testing.assert_array_equal(out, expected)
    for n, l, message in [(7, 3, "7 points along i from 0"), (4, 5, "5 points along k"), (4, 1, "needs 2"), (2, -1, "-1 points")]:
        with pytest.raises(ValueError, match=message):
            parts(a, out, n, l)
