"""The back end as GT4Py's users know back ends: storages, origins, checks, times, information, caching."""

import numpy as np
import pytest

pytest.importorskip("gt4py")

from gt4py import storage
from gt4py.cartesian import gtscript
from gt4py.cartesian.definitions import AccessKind
from gt4py.cartesian.gtscript import FORWARD, IJ, IJK, PARALLEL, Field, computation, interval

import tradewind
import tradewind.gt4py

BACKEND = "tradewind:cpu"


def mean(a: Field[float], out: Field[float], scale: float):
    with computation(PARALLEL), interval(...):
        out = scale * (a[-1, 0, 0] + a[1, 0, 0])


def total(a: Field[float], out: Field[IJ, float]):
    with computation(FORWARD), interval(...):
        out = out + a


@pytest.fixture(scope="module")
def stencil():
    return gtscript.stencil(backend=BACKEND, definition=mean)


@pytest.fixture
def arrays(rng):
    a = storage.from_array(rng.random((10, 6, 4)), backend=BACKEND)
    return a, storage.zeros((10, 6, 4), float, backend=BACKEND)


def expected(a):
    return 0.5 * (np.asarray(a)[:-2] + np.asarray(a)[2:])


def test_storages_have_neighbours_along_i_side_by_side(arrays):
    a, _ = arrays
    assert a.strides[0] == 8
    assert a.strides[0] < a.strides[1] < a.strides[2]


def test_information(stencil):
    assert stencil.backend == BACKEND
    assert stencil.field_info["a"].access == AccessKind.READ
    assert stencil.field_info["out"].access == AccessKind.WRITE
    assert stencil.field_info["a"].boundary[0] == (1, 1)
    assert stencil.parameter_info["scale"].dtype == np.dtype(float)
    assert "mean" in stencil.compiled.oir


def test_origin_and_domain(stencil, arrays):
    a, out = arrays
    stencil(a, out, 0.5, origin=(1, 0, 0), domain=(8, 6, 4))
    np.testing.assert_array_equal(np.asarray(out)[1:-1], expected(a))
    assert not np.asarray(out)[[0, -1]].any()


def test_origin_by_name_and_largest_domain(stencil, arrays):
    a, out = arrays
    stencil(a, out, 0.5, origin={"a": (1, 0, 0), "out": (0, 0, 0)})
    np.testing.assert_array_equal(np.asarray(out)[:-2], expected(a))


def test_origin_and_axes_of_an_object(stencil, rng):
    class Storage:
        __gt_origin__ = (1, 0, 0)
        __gt_dims__ = ("K", "J", "I")

        def __init__(self, array):
            self.__array_interface__ = array.__array_interface__
            self.array = array

    a, out = Storage(rng.random((4, 6, 10))), Storage(np.zeros((4, 6, 10)))
    stencil(a, out, 0.5)
    np.testing.assert_array_equal(out.array.T[1:-1], expected(a.array.T))


@pytest.mark.filterwarnings("ignore:The layout")
def test_any_strides(stencil, rng):
    a = rng.random((20, 6, 8))[::2, :, ::-2]
    out = np.zeros((10, 6, 4))
    stencil(a, out, 0.5, origin=(1, 0, 0), domain=(8, 6, 4))
    np.testing.assert_array_equal(out[1:-1], expected(a))


def test_arguments_are_validated(stencil, arrays):
    a, out = arrays
    with pytest.raises(ValueError, match="too small"):
        stencil(a, out, 0.5)
    with pytest.raises(ValueError, match="too large"):
        stencil(a, out, 0.5, origin=(1, 0, 0), domain=(9, 6, 4))
    with pytest.raises(TypeError, match="dtype of field 'a'"):
        stencil(np.asarray(a, dtype=np.float32, order="F"), out, 0.5, origin=(1, 0, 0), domain=(8, 6, 4))
    with pytest.raises(TypeError, match="parameter 'scale'"):
        stencil(a, out, 1, origin=(1, 0, 0), domain=(8, 6, 4))


def test_nothing_outside_is_touched_without_validation(stencil, arrays):
    a, out = arrays
    with pytest.raises(tradewind.CallValueError, match="`a`.*missing along I"):
        stencil(a, out, 0.5, origin=(0, 0, 0), domain=(8, 6, 4), validate_args=False)
    stencil(a, out, 1, origin=(1, 0, 0), domain=(8, 6, 4), validate_args=False)


def refine(a: Field[float], b: Field[float], out: Field[float], scale: float):
    with computation(FORWARD):
        with interval(0, 1):
            out = a + scale * b
        with interval(1, None):
            out = a + scale * out[0, 0, -1] + b
    with computation(PARALLEL), interval(...):
        out = out * 2.0 + a


@pytest.mark.filterwarnings("ignore:The layout")
@pytest.mark.parametrize("same", ["a b", "a out", "b out", "a b out"])
@pytest.mark.parametrize("backend", [BACKEND, "tradewind:numpy", "tradewind:debug"])
def test_one_array_as_several_arguments(backend, same, rng):
    start = {name: rng.random((5, 4, 3)) for name in ("a", "b", "out")}
    results = []
    for each in ("numpy", backend):
        arrays = {name: values.copy() for name, values in start.items()}
        arrays.update(dict.fromkeys(same.split(), arrays[same.split()[0]]))
        refine_each = gtscript.stencil(backend=each, definition=refine)
        for _ in range(2):
            refine_each(**arrays, scale=0.5)
        results.append(arrays)
    for name in start:
        np.testing.assert_array_equal(results[1][name], results[0][name])


@pytest.mark.filterwarnings("ignore:The layout")
def test_windows_and_components_of_one_array(stencil, arrays):
    a, _ = arrays
    wide = np.asfortranarray(np.concatenate([np.asarray(a), np.zeros((10, 6, 4))]))
    stencil(wide, wide, 0.5, origin={"a": (1, 0, 0), "out": (11, 0, 0)}, domain=(8, 6, 4))
    np.testing.assert_array_equal(wide[11:19], expected(a))
    both = np.zeros((10, 6, 4, 2))
    both[..., 0] = a
    stencil(both[..., 0], both[..., 1], 0.5, origin=(1, 0, 0), domain=(8, 6, 4))
    np.testing.assert_array_equal(both[1:9, ..., 1], expected(a))


@pytest.mark.filterwarnings("ignore:The layout")
def test_arrays_that_overlap_otherwise_are_refused(stencil, arrays):
    a, _ = arrays
    before = np.array(a)
    with pytest.raises(tradewind.CallValueError, match="shares memory"):
        stencil(a, a, 0.5, origin={"a": (1, 0, 0), "out": (2, 0, 0)}, domain=(7, 6, 4))
    np.testing.assert_array_equal(a, before)


def right(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = a[1, 0, 0]


def above(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = a[0, 0, 1]


@pytest.mark.filterwarnings("ignore:The layout")
@pytest.mark.parametrize("definition, origin", [(right, (-1, 0, 0)), (above, (0, 0, -1))])
@pytest.mark.parametrize("backend", [BACKEND, "tradewind:numpy", "tradewind:debug"])
def test_an_origin_before_the_array(backend, definition, origin, rng):
    a, out = rng.random((4, 3, 2)), np.zeros((4, 3, 2))
    moved = gtscript.stencil(backend=backend, definition=definition)
    moved(a, out, origin={"_all_": (0, 0, 0), "a": origin}, domain=(4, 3, 2))
    np.testing.assert_array_equal(out, a)


def test_frozen_stencils_take_lists(stencil, arrays):
    a, out = arrays
    frozen = stencil.freeze(origin={"a": [1, 0, 0], "out": [0, 0, 0]}, domain=[8, 6, 4])
    frozen(a=a, out=out, scale=0.5)
    np.testing.assert_array_equal(np.asarray(out)[:8], expected(a))


@pytest.mark.parametrize("threads", [0, -1, "two", 1.5])
def test_a_number_of_threads_that_is_none(threads):
    with pytest.raises(ValueError, match="`threads` must be a whole number of at least 1"):
        gtscript.stencil(backend=BACKEND, definition=mean, threads=threads)


def test_times(stencil, arrays):
    a, out = arrays
    info = {"__aggregate_data": True}
    for _ in range(3):
        stencil(a, out, 0.5, origin=(1, 0, 0), domain=(8, 6, 4), exec_info=info)
    order = ("call_start_time", "run_start_time", "run_end_time", "call_end_time")
    assert sorted(info[name] for name in order) == [info[name] for name in order]
    (sums,) = (value for name, value in info.items() if name.startswith("mean"))
    assert sums["ncalls"] == 3
    assert sums["total_run_time"] <= sums["total_call_time"]


def test_frozen(stencil, arrays):
    a, out = arrays
    frozen = stencil.freeze(origin={"a": (1, 0, 0), "out": (0, 0, 0)}, domain=(8, 6, 4))
    frozen(a=a, out=out, scale=0.5)
    np.testing.assert_array_equal(np.asarray(out)[:-2], expected(a))


def test_lazy(arrays):
    a, out = arrays
    lazy = gtscript.lazy_stencil(backend=BACKEND, definition=mean)
    lazy(a, out, 0.5, origin=(1, 0, 0), domain=(8, 6, 4))
    np.testing.assert_array_equal(np.asarray(out)[1:-1], expected(a))


def test_loaded_from_the_cache(monkeypatch):
    build = {}
    first = gtscript.stencil(backend=BACKEND, definition=total, rebuild=True, build_info=build)
    assert build["module_time"] > 0
    monkeypatch.setattr(tradewind.gt4py.CpuBackend, "generate", lambda self: pytest.fail("is in the cache"))
    again = gtscript.stencil(backend=BACKEND, definition=total)
    a, out = np.asfortranarray(np.ones((3, 2, 5))), np.asfortranarray(np.zeros((3, 2)))
    again(a, out)
    assert (out == 5).all()
    assert again.compiled.oir == first.compiled.oir


def test_schedule_is_an_option_and_part_of_the_cache():
    naive = gtscript.stencil(backend=BACKEND, definition=mean, schedule="naive")
    assert naive._gt_id_ != gtscript.stencil(backend=BACKEND, definition=mean)._gt_id_
    with pytest.raises(tradewind.CompileError, match="no schedule preset `fast`"):
        gtscript.stencil(backend=BACKEND, definition=mean, schedule="fast")


def test_text_does_not_depend_on_addresses():
    def masked(a: Field[float], out: Field[float]):
        with computation(PARALLEL), interval(...):
            if a > 0.0:
                out = a

    texts = {gtscript.stencil(backend=BACKEND, definition=masked, rebuild=True)._tradewind_oir_ for _ in range(3)}
    assert len(texts) == 1


def test_carried_extent_is_refused():
    def growing(a: Field[float], out: Field[float]):
        with computation(FORWARD):
            with interval(0, 1):
                s = a
            with interval(1, None):
                t = s[0, 0, -1] + a
                s = t[1, 0, 0]
        with computation(PARALLEL), interval(...):
            out = s

    with pytest.raises(tradewind.CompileError, match="extent"):
        gtscript.stencil(backend=BACKEND, definition=growing)


def test_gt4pys_own_passes(arrays):
    from gt4py.cartesian.gtc.passes import DefaultPipeline

    a, out = arrays
    merged = gtscript.stencil(backend=BACKEND, definition=mean, oir_pipeline=DefaultPipeline())
    merged(a, out, 0.5, origin=(1, 0, 0), domain=(8, 6, 4))
    np.testing.assert_array_equal(np.asarray(out)[1:-1], expected(a))


def test_level_that_does_not_exist():
    def shifted(a: Field[float], n: Field[int], out: Field[float]):
        with computation(PARALLEL), interval(...):
            out = a[0, 0, n] if n < 5 else a

    stencil = gtscript.stencil(backend=BACKEND, definition=shifted)
    a, n, out = (np.asfortranarray(np.zeros((3, 2, 4), dtype)) for dtype in (float, int, float))
    n[1, 0, 2] = 7
    stencil(a, n, out)
    n[2, 1, 3] = 1
    with pytest.raises(tradewind.CallIndexError, match="level 4 of `a` does not exist(.|\n)*point \\(2, 1, 3\\)"):
        stencil(a, n, out)


@pytest.mark.filterwarnings("ignore:The layout")
@pytest.mark.parametrize("n, m, text", [(0, 3, "index 3 of `q`(.|\n)*data dimension 2"), (2, 0, "index 2 of `q`(.|\n)*data dimension 1")])
@pytest.mark.parametrize("backend", [BACKEND, "tradewind:numpy"])
def test_each_data_index_is_checked_along_its_dimension(backend, n, m, text):
    @gtscript.stencil(backend=backend)
    def pick(q: Field[IJK, (float, (2, 3))], n: int, m: int, out: Field[float]):
        with computation(PARALLEL), interval(...):
            out = q[0, 0, 0][n, m]

    q, out = np.asfortranarray(np.arange(6.0).reshape(1, 1, 1, 2, 3)), np.zeros((1, 1, 1))
    pick(q, 1, 1, out)
    assert out == 4.0
    with pytest.raises(tradewind.CallIndexError, match=text):
        pick(q, n, m, out)
