"""One array as several arguments; arrays without points, with too few, and that begin where the first access is."""

import threading

import numpy as np
import pytest

import tradewind
from tradewind.gtscript import (
    BACKWARD,
    FORWARD,
    PARALLEL,
    Field,
    I,
    J,
    callback,
    computation,
    copy,
    halo_update,
    horizontal,
    interval,
    region,
    swap,
)

BACKENDS = ("cpu", "numpy", "debug")


def corner(q_in: Field[float], q_out: Field[float]):
    with computation(PARALLEL), interval(...):
        with horizontal(region[I[0] : I[0] + 2, J[0]]):
            q_out = q_in[1, 3, 0]


def lap(q: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = q[-1, 0, 0] + q[1, 0, 0] - 2.0 * q


def shift(q: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = q[1, 0, 0]


def up(q: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = q[0, 0, 1]


def march(q: Field[float], out: Field[float]):
    with computation(FORWARD), interval(1, None):
        out = q[1, 0, -1]
    with computation(BACKWARD), interval(0, -1):
        out = out + q[0, 0, 1]


def settle(a: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        while out > 1.0:
            out = 0.5 * out * a[1, 0, 0]


def sponge(out: Field[float]):
    with computation(PARALLEL), interval(5, None):
        out = 1.0


@pytest.fixture(params=BACKENDS)
def made(request):
    return lambda definition: tradewind.stencil(backend=request.param)(definition)


def random(*shape):
    return np.random.default_rng(len(shape)).random(shape)


def test_a_corner_is_filled_in_place(made):
    q, expected = random(6, 7, 3), random(6, 7, 3)
    expected[:2, 0] = expected[1:3, 3]
    fill = made(corner)
    for _ in range(2):
        fill(q, q, origin=(0, 0, 0), domain=(5, 4, 3))
    np.testing.assert_array_equal(q, expected)


def test_the_right_side_is_computed_before_anything_is_assigned(made):
    q = random(9, 4, 3)
    expected = q.copy()
    expected[1:-1] = q[:-2] + q[2:] - 2.0 * q[1:-1]
    made(lap)(q, q, origin=(1, 0, 0), domain=(7, 4, 3))
    np.testing.assert_array_equal(q, expected)


def test_levels_are_computed_together_or_one_by_one(made):
    q = random(4, 3, 5)
    expected = q.copy()
    expected[:, :, :4] = q[:, :, 1:]
    made(up)(q, q, domain=(4, 3, 4))
    np.testing.assert_array_equal(q, expected)
    for k in range(1, 5):
        expected[:3, :, k] = expected[1:, :, k - 1]
    for k in range(3, -1, -1):
        expected[:3, :, k] += expected[:3, :, k + 1]
    made(march)(q, q, domain=(3, 3, 5))
    np.testing.assert_array_equal(q, expected)


def test_what_two_array_objects_share_is_one_array():
    base = random(9, 4, 3)
    expected = base.copy()
    expected[:-1] = base[1:]
    tradewind.stencil(shift)(base, base[:, :, :], domain=(8, 4, 3))
    np.testing.assert_array_equal(base, expected)


def test_overlap_that_is_no_identity_is_refused(made):
    q = random(9, 4, 3)
    stencil = made(lap)
    for other in (q[1:], q[::-1], q.view(np.int64).view(np.float64)[:-1]):
        with pytest.raises(tradewind.CallValueError, match="shares memory") as caught:
            stencil(q, other, origin=(1, 0, 0), domain=(5, 4, 3))
        assert caught.value.code == "TW0707"


def test_a_while_beside_what_it_writes_is_refused(made):
    q = random(5, 4, 3)
    for _ in range(2):
        with pytest.raises(tradewind.CallValueError, match="`out` is `a`.*a `while` writes") as caught:
            made(settle)(q, q, domain=(4, 4, 3))
        assert caught.value.code == "TW0707"


def test_threads_share_the_program_for_one_array():
    stencil = tradewind.stencil(lap)
    arrays = [random(64, 32, 8) for _ in range(4)]
    expected = arrays[0].copy()
    expected[1:-1] = arrays[0][:-2] + arrays[0][2:] - 2.0 * arrays[0][1:-1]
    call = lambda q: stencil(q, q, origin=(1, 0, 0), domain=(62, 32, 8))  # noqa: E731
    threads = [threading.Thread(target=call, args=(q,)) for q in arrays]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    for q in arrays:
        np.testing.assert_array_equal(q, expected)


@tradewind.program
def smooth_twice(q: Field[float], p: Field[float], n: int):
    lap(q, p)
    swap(q, p)
    copy(p, q)
    lap(p, p, origin=(1, 0, 0), domain=(-1, None, None))
    for _ in range(n):
        lap(p, q)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_program_takes_one_array_for_several_fields(backend):
    program = tradewind.program(backend=backend)(smooth_twice.__wrapped__)
    q = random(9, 4, 3)
    expected = q.copy()
    for low in (1, 2, 1, 1):
        expected[low:-low] = expected[low - 1 : -low - 1] + expected[low + 1 : 10 - low] - 2.0 * expected[low:-low]
    program(q, q, 2, origin=(1, 0, 0), domain=(7, 4, 3))
    np.testing.assert_allclose(q, expected, rtol=1e-12)


@tradewind.program
def watch(q: Field[float], p: Field[float]):
    halo_update(q, p)
    callback("look", q, p)
    shift(q, p)


def test_a_callback_does_not_get_one_array_twice():
    q = random(9, 4, 3)
    with pytest.raises(tradewind.CallValueError, match="gets one array twice"):
        watch(q, q, callbacks={"look": print})


def test_an_origin_may_lie_before_the_array(made):
    q, out = random(5, 4, 3), np.zeros((5, 4, 3))
    made(shift)(q, out, origin={"q": (-1, 0, 0), "out": (0, 0, 0)})
    np.testing.assert_array_equal(out, q)
    made(up)(q, out, origin={"q": (0, 1, -1), "out": (1, 0, 0)}, domain=(4, 3, 3))
    np.testing.assert_array_equal(out[1:, :3], q[:4, 1:])
    for origin in ((-2, 0, 0), (-1, -1, 0)):
        with pytest.raises(tradewind.CallValueError, match="`q`: its origin lies outside"):
            made(shift)(q, out, origin={"q": origin, "out": (0, 0, 0)}, domain=(4, 3, 3))
    with pytest.raises(tradewind.CallValueError, match="`q`: its origin lies outside"):
        made(lap)(q, out, origin={"q": (-1, 0, 0), "out": (0, 0, 0)})


@pytest.mark.parametrize("shape", [(0, 6, 3), (5, 0, 3), (5, 6, 0), (0, 0, 0)])
def test_arrays_and_domains_without_points_do_nothing(made, shape):
    for definition in (shift, lap):
        made(definition)(np.zeros(shape), np.zeros(shape))
        q, out = random(2, 1, 1), np.zeros((1, 1, 1))
        made(definition)(q, out, domain=shape)
        assert (out == 0).all()


def test_too_few_points_and_levels_are_refused(made):
    with pytest.raises(tradewind.CallValueError, match="`q`: 1 points are missing along I") as caught:
        made(lap)(np.zeros((2, 2, 2)), np.zeros((2, 2, 2)))
    assert caught.value.code == "TW0706"
    with pytest.raises(tradewind.CallValueError, match="`sponge` needs at least 5 points along K") as caught:
        made(sponge)(np.zeros((2, 2, 3)))
    assert caught.value.code == "TW0705"
