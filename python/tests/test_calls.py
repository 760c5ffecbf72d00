"""Calls on arrays of all kinds, compared with NumPy."""

import numpy as np
import pytest
from conftest import reference_smooth
from stencils import chosen, column_sum, constants, root, smooth

import tradewind
from tradewind.gtscript import PARALLEL, Field, computation, interval


def test_default_origin_and_domain(rng):
    a = rng.random((9, 7, 5))
    out = np.zeros_like(a)[1:-1, 1:-1]
    smooth(a, out, 0.1)
    np.testing.assert_array_equal(out, reference_smooth(a, 0.1))


def layouts(a):
    """The same values in different memory."""
    wide = np.zeros((2 * a.shape[0], a.shape[1], 3 * a.shape[2]))
    wide[::2, :, 1::3] = a
    return {
        "c": np.ascontiguousarray(a),
        "fortran": np.asfortranarray(a),
        "negative": np.ascontiguousarray(a[::-1, :, ::-1])[::-1, :, ::-1],
        "strided": wide[::2, :, 1::3],
        "transposed": np.ascontiguousarray(a.transpose(1, 2, 0)).transpose(2, 0, 1),
    }


@pytest.mark.parametrize("into", ["c", "fortran", "negative", "strided", "transposed"])
@pytest.mark.parametrize("out_of", ["c", "fortran", "negative", "strided"])
def test_any_strides(rng, out_of, into):
    a = rng.random((11, 8, 5))
    out = layouts(np.zeros_like(a))[into]
    smooth(layouts(a)[out_of], out, weight=0.25, origin=(1, 1, 0), domain=(9, 6, 5))
    expected = np.zeros_like(a)
    expected[1:-1, 1:-1] = reference_smooth(a, 0.25)
    np.testing.assert_array_equal(out, expected)


def test_arrays_are_not_copied(rng):
    base = np.zeros((6, 6, 4, 2))
    root(rng.random((6, 6, 4)), base[..., 1])
    assert (base[..., 0] == 0).all() and (base[..., 1] > 0).all()


def test_origin_per_field(rng):
    a, out = rng.random((10, 10, 3)), np.zeros((4, 4, 3))
    smooth(a, out, 0.5, origin={"a": (3, 2, 0), "_all_": (0, 0, 0)}, domain=(4, 4, 3))
    np.testing.assert_array_equal(out, reference_smooth(a[2:8, 1:7], 0.5))


def test_a_part_of_the_domain(rng):
    a, out = rng.random((10, 10, 6)), np.full((10, 10, 6), -1.0)
    root(a, out, origin=(2, 3, 1), domain=(5, 4, 3))
    expected = np.full((10, 10, 6), -1.0)
    expected[2:7, 3:7, 1:4] = np.sqrt(a[2:7, 3:7, 1:4])
    np.testing.assert_array_equal(out, expected)


def test_fewer_axes_and_single_precision(rng):
    a = rng.random((5, 4, 6), dtype=np.float32)
    weight = rng.random(6, dtype=np.float32)
    total = np.zeros((5, 4), dtype=np.float32)
    column_sum(a, total, weight)
    expected = np.zeros((5, 4), dtype=np.float32)
    for k in range(6):
        expected += weight[k] * a[:, :, k]
    np.testing.assert_array_equal(total, expected)


def test_fewer_axes_with_an_origin_of_three(rng):
    a = np.ones((5, 4, 6), dtype=np.float32)
    total, weight = np.zeros((5, 4), dtype=np.float32), np.ones(6, dtype=np.float32)
    column_sum(a, total, weight, origin=(1, 1, 2), domain=(2, 2, 3))
    assert total.sum() == 12 and total[1:3, 1:3].min() == 3


def test_numbers_that_python_computed(rng):
    out = np.zeros((2, 2, 2))
    constants(out)
    assert (out == 0.5 + np.sqrt(2.0)).all()


def test_externals(rng):
    a = rng.random((3, 3, 3))
    out = np.zeros_like(a)
    chosen(a, out)
    np.testing.assert_array_equal(out, a * a + 0.5)


@pytest.mark.parametrize("weight", [1, np.float32(1), np.float64(1), np.int64(1), np.array(1.0)])
def test_numbers_of_numpy_are_numbers(rng, weight):
    a = rng.random((5, 5, 2))
    out = np.zeros_like(a)
    smooth(a, out, weight, origin=(1, 1, 0), domain=(3, 3, 2))
    np.testing.assert_array_equal(out[1:-1, 1:-1], reference_smooth(a, 1.0))


def test_one_thread_and_two_agree(rng):
    a = rng.random((40, 40, 20))
    outs = [np.zeros_like(a) for _ in range(2)]
    for threads, out in enumerate(outs, start=1):
        smooth(a, out, 0.1, origin=(1, 1, 0), domain=(38, 38, 20), threads=threads)
    np.testing.assert_array_equal(*outs)


def test_a_field_may_end_where_its_last_level_is_used(rng):
    def interfaces(center: Field[float], edge: Field[float]):
        with computation(PARALLEL):
            with interval(0, 1):
                edge = center
            with interval(1, -1):
                edge = 0.5 * (center[0, 0, -1] + center)
            with interval(-1, None):
                edge = center[0, 0, -1]

    stencil = tradewind.stencil(interfaces)
    center, edge = rng.random((4, 3, 5)), np.zeros((4, 3, 6))
    stencil(center, edge, domain=(4, 3, 6))
    np.testing.assert_array_equal(edge[:, :, 1:-1], 0.5 * (center[:, :, :-1] + center[:, :, 1:]))
    np.testing.assert_array_equal(edge[:, :, [0, -1]], center[:, :, [0, -1]])
    with pytest.raises(tradewind.CallValueError, match="`center`: 1 points are missing along K"):
        stencil(center[:, :, 1:], edge, domain=(4, 3, 6))
