"""Wrong sources and wrong calls."""

import copy
import pathlib

import numpy as np
import pytest
from stencils import column_sum, diffuse, smooth

import tradewind
from tradewind import gtscript
from tradewind.gtscript import PARALLEL, Field, computation, interval


def arrays(n=2, shape=(6, 6, 4)):
    return [np.ones(shape) for _ in range(n)]


def test_missing_and_unknown_arguments():
    a, out = arrays()
    with pytest.raises(tradewind.CallTypeError, match="misses `weight`"):
        smooth(a, out)
    with pytest.raises(tradewind.CallTypeError, match="no argument `wait`"):
        smooth(a, out, wait=1.0)
    with pytest.raises(tradewind.CallTypeError, match="`a` twice"):
        smooth(a, out, 1.0, a=a)
    with pytest.raises(TypeError, match="4 were given"):
        smooth(a, out, 1.0, 2.0)


def test_wrong_dtype_and_rank():
    a, out = arrays()
    with pytest.raises(tradewind.CallTypeError, match="`a`.*f32.*f64"):
        smooth(a.astype(np.float32), out, 0.1)
    with pytest.raises(tradewind.CallTypeError, match="`a`.*2 dimensions"):
        smooth(a[0], out, 0.1)
    with pytest.raises(tradewind.CallTypeError, match="`a`.*<c16"):
        smooth(a.astype(complex), out, 0.1)
    with pytest.raises(tradewind.CallTypeError, match="`a`.*>f8"):
        smooth(a.astype(">f8"), out, 0.1)
    with pytest.raises(tradewind.CallTypeError, match="`a`.*list"):
        smooth([1.0], out, 0.1)
    with pytest.raises(tradewind.CallTypeError, match="`weight`"):
        smooth(a, out, out)


def test_read_only_and_shared_outputs():
    a, out = arrays()
    out.flags.writeable = False
    with pytest.raises(tradewind.CallValueError, match="`out`.*read-only"):
        smooth(a, out, 0.1)
    with pytest.raises(tradewind.CallValueError, match="`out`.*shares memory"):
        smooth(a, a, 0.1, origin={"a": (1, 1, 0), "out": (2, 1, 0)}, domain=(3, 4, 4))
    with pytest.raises(ValueError, match="`out`"):
        smooth(a, np.broadcast_to(np.zeros(1), a.shape), 0.1)


def test_read_only_inputs_are_fine():
    a, out = arrays()
    a.flags.writeable = False
    smooth(a, out, 0.1, origin=(1, 1, 0), domain=(4, 4, 4))


def test_arrays_too_small():
    a, out = arrays()
    with pytest.raises(tradewind.CallValueError, match="`a`: 1 points are missing along I, below"):
        smooth(a, out, 0.1, origin=(0, 1, 0), domain=(4, 4, 4))
    with pytest.raises(tradewind.CallValueError, match="`a`.*above"):
        smooth(a, out, 0.1, origin=(1, 1, 0), domain=(4, 5, 4))
    with pytest.raises(tradewind.CallValueError, match="`a`.*above"):
        smooth(a, out, 0.1, origin=(1, 1, 0), domain=(4, 4, 2**39))
    with pytest.raises(tradewind.CallValueError, match="the domain .* has a size above"):
        smooth(a, out, 0.1, origin=(1, 1, 0), domain=(4, 4, 2**63 - 1))
    assert (out == 1).all()


def test_an_incomplete_array_interface():
    a, out = arrays()

    class Strange:
        __array_interface__ = {**a.__array_interface__, "strides": (8,)}

    with pytest.raises(tradewind.CallTypeError, match="`a`: cannot be used as an array: mismatch in length of strides and shape"):
        smooth(Strange(), out, 0.1, origin=(1, 1, 0), domain=(4, 4, 4))


def test_wrong_origin_and_domain():
    a, out = arrays()
    with pytest.raises(tradewind.CallTypeError, match="`domain` has 2 entries"):
        smooth(a, out, 0.1, domain=(4, 4))
    with pytest.raises(tradewind.CallError, match="`b`"):
        smooth(a, out, 0.1, origin={"b": (1, 1, 0)})
    total, weight = np.zeros((6, 6), np.float32), np.ones(4, np.float32)
    with pytest.raises(tradewind.CallValueError, match="`total`.*origin"):
        column_sum(a.astype(np.float32), total, weight, origin={"total": (0,)})


def test_a_wrong_source_shows_where():
    with pytest.raises(tradewind.CompileError) as caught:

        @tradewind.stencil
        def wrong(a: Field[float], out: Field[float]):
            with computation(PARALLEL), interval(...):
                out = a + missing

    text = str(caught.value)
    assert "missing" in text and "test_errors.py" in text and "out = a + missing" in text
    lines = pathlib.Path(__file__).read_text(encoding="utf-8").splitlines()
    line = next(n for n, line in enumerate(lines, start=1) if line.endswith("out = a + missing"))
    assert f"test_errors.py:{line}:" in text


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(tradewind.CompileError, match="cannot read"):
        tradewind.compile(tmp_path / "nothing.py")


def test_externals_of_a_wrong_kind():
    with pytest.raises(tradewind.CompileError, match="external `a` is a list"):
        tradewind.compile(__file__, externals={"a": [1]})


def test_schedules_that_do_not_exist():
    with pytest.raises(tradewind.CompileError, match="turbo"):
        tradewind.stencil(schedule="turbo")(smooth.__wrapped__)


def test_words_mean_nothing_outside():
    for word in ("computation", "sqrt", "halo_update", "min"):
        with pytest.raises(gtscript.OutsideStencil, match=f"`{word}`"):
            getattr(gtscript, word)(1)


def test_callbacks_that_raise_or_are_missing(rng):
    q = rng.random((6, 6, 2))

    def monitor(q, n):
        raise ZeroDivisionError("as expected")

    with pytest.raises(tradewind.CallError, match="monitor.*not registered"):
        diffuse(q, 1, 0.1)
    with pytest.raises(tradewind.CallError, match="as expected") as caught:
        diffuse(q, 1, 0.1, callbacks={"monitor": monitor})
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_callbacks_that_keep_their_arrays(rng):
    kept = []
    with pytest.raises(tradewind.CallError, match="keep a copy"):
        diffuse(rng.random((6, 6, 2)), 1, 0.1, callbacks={"monitor": lambda q, n: kept.append(q)})


def test_a_mistyped_output_is_a_warning():
    with pytest.warns(tradewind.CompileWarning, match="did you mean `out`") as caught:

        @tradewind.stencil
        def typo(a: Field[float], out: Field[float]):
            with computation(PARALLEL), interval(...):
                out = a
                oot = 2.0 * a

    assert caught[0].filename == __file__


def test_optional_arguments():
    @tradewind.stencil(externals={"scaled": False})
    def maybe(a: Field[float], out: Field[float], by: Field[float] = None, factor: float = None):
        from __externals__ import scaled

        with computation(PARALLEL), interval(...):
            if __INLINED(scaled):
                out = a * by * factor
            else:
                out = a

    a, out = np.ones((3, 3, 3)), np.zeros((3, 3, 3))
    maybe(a, out)
    assert (out == 1).all()
    scaling = tradewind.stencil(externals={"scaled": True})(maybe.__wrapped__)
    with pytest.raises(tradewind.CallTypeError, match="misses `by`, `factor`"):
        scaling(a, out)
    with pytest.raises(tradewind.CallTypeError, match="`by`.*is missing"):
        scaling(a, out, None, 2.0)
    scaling(a, out, a, 2.0)
    assert (out == 2).all()


@pytest.mark.parametrize("threads", [0, -1, 1.5, "two", 1 << 70])
def test_numbers_of_threads(threads):
    a, out = arrays()
    with pytest.raises(tradewind.CallTypeError, match="`threads` must be a whole number of at least 1"):
        smooth(a, out, 0.1, origin=(1, 1, 0), domain=(4, 4, 4), threads=threads)
    assert (out == 1).all()


def test_options_that_do_not_exist():
    for decorate in (tradewind.stencil, tradewind.program):
        with pytest.raises(TypeError, match="has no option `rebuild`, only backend, externals"):
            decorate(rebuild=True)


def test_a_stencil_may_be_given_by_name_and_copied():
    copied = copy.deepcopy(tradewind.stencil(definition=smooth.__wrapped__))
    a, out, expected = arrays(3)
    a[3, 3] = 2.0
    copied(a, out, 0.1, origin=(1, 1, 0), domain=(4, 4, 4))
    smooth(a, expected, 0.1, origin=(1, 1, 0), domain=(4, 4, 4))
    assert (out == expected).all() and (out != 1).any()


HALF = 0.5


@pytest.mark.parametrize("backend", ["cpu", "numpy", "debug"])
def test_defaults_of_scalars(backend):
    @tradewind.stencil(backend=backend)
    def scale(a: Field[float], out: Field[float], by: float = HALF, add: float = 1, on: bool = True):
        with computation(PARALLEL), interval(...):
            out = a * by + add if on else 0.0

    a, out = np.full((2, 2, 2), 4.0), np.zeros((2, 2, 2))
    scale(a, out)
    assert (out == 3).all()
    scale(a, out, 2.0, add=3.0)
    assert (out == 11).all()
    scale(a, out, None, on=False)
    assert (out == 0).all()
