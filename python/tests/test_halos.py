"""Halos that the host fills."""

import numpy as np
import pytest

import tradewind
from tradewind.gtscript import I_INTERFACE, NI, NJ, NK, PARALLEL, Field, J, K, computation, halo_start, halo_update, halo_wait, interval


def slope(q: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = q[1, 0, 0] - q[-1, 0, 0] + 0.5 * q[0, 1, 0]


def mean(u: Field[I_INTERFACE, J, K, float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out += 0.5 * (u + u[1, 0, 0]) + u[-1, 0, 0]


def double(q: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = 2.0 * q


def model(q: Field[float], u: Field[I_INTERFACE, J, K, float], out: Field[float], steps: int):
    new: Field[float]
    for n in range(steps):
        halo_update(q, u, width=1)
        slope(q, new)
        mean(u, new)
        update = halo_start(new)
        double(new, q)
        halo_wait(update)
        slope(new, out)


def fill_periodic(update, *fields):
    """What a periodic box does, with NumPy."""
    for field in fields:
        for axis in (0, 1):
            # An interface is the first one of the next period.
            period = 5 if axis == 0 else 4
            position = np.arange(field.shape[axis]) - field.origin[axis]
            field[:] = np.take(field, position % period + field.origin[axis], axis)


@pytest.fixture
def given(rng):
    def arrays():
        return [a.copy() for a in made]

    made = [rng.random((7, 6, 3)), rng.random((8, 6, 3)), np.zeros((5, 4, 3))]
    place = {"origin": {"q": (1, 1, 0), "u": (1, 1, 0), "out": (0, 0, 0)}, "domain": (5, 4, 3)}
    return arrays, place


def test_halos_of_the_host_are_those_that_it_fills(given):
    arrays, place = given
    expected, found, silent = arrays(), arrays(), arrays()
    tradewind.program(model)(*expected, 3, **place)
    by_host = tradewind.program(halos="host")(model)
    phases = []

    def fill(update, *fields):
        phases.append((update.id, update.phase, update.fields))
        fill_periodic(update, *fields)

    by_host(*found, 3, **place, halo=fill)
    assert phases[:3] == [(0, "update", ("q",)), (1, "update", ("u",)), (2, "wait", ("new",))] and len(phases) == 9
    by_host(*silent, 3, **place)
    for one, other, default in zip(expected, found, silent):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(one, default)


def test_updates_are_described():
    first, second, third = tradewind.program(halos="host")(model).halo_updates
    assert first == tradewind.HaloUpdate(0, "update", ("q",), (((1, 1), (1, 1)),))
    assert second.fields == ("u",) and second.reach == (((1, 1), (1, 1)),)
    assert (third.id, third.phase) == (2, "start")


def winds(u: Field[float], v: Field[float], q: Field[float]):
    halo_update(q, (u, v), width=1)


def test_components_of_vectors_are_described():
    (only,) = tradewind.program(halos="host")(winds).halo_updates
    assert only.fields == ("q", "u", "v") and only.vectors == ((1, 2),)


def test_an_object_may_have_both_steps(given):
    class Transport:
        def __init__(self):
            self.started = []

        def start(self, update, *fields):
            assert update.phase == "start" or update.id < 2
            self.started.append(update.id)
            assert update.id < 2 or not fields[0].flags.writeable

        def wait(self, update, *fields):
            assert self.started.pop() == update.id
            for field in fields:
                field[...] = field.inner.max()

    arrays, place = given
    transport, (q, u, out) = Transport(), arrays()
    tradewind.program(halos="host")(model)(q, u, out, 2, **place, halo=transport)
    assert transport.started == [] and (out == out[0, 0, 0]).all()


def test_errors_of_the_host_are_those_of_the_call(given):
    arrays, place = given
    by_host = tradewind.program(halos="host")(model)

    def fails(update, *fields):
        raise ZeroDivisionError(f"no neighbour for {update.fields[0]}")

    with pytest.raises(tradewind.CallError, match="halo_update.*no neighbour for q") as caught:
        by_host(*arrays(), 1, **place, halo=fails)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)

    def stops(update, *fields):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        by_host(*arrays(), 1, **place, halo=stops)
    with pytest.raises(tradewind.CallTypeError, match="`halo` must be a function, or an object with the methods"):
        by_host(*arrays(), 1, **place, halo=3)
    with pytest.raises(tradewind.CallValueError, match="compiled for a periodic box"):
        tradewind.program(model)(*arrays(), 1, **place, halo=fill_periodic)
    with pytest.raises(tradewind.CallValueError, match="the back end `numpy` is periodic"):
        tradewind.program(backend="numpy")(model)(*arrays(), 1, **place, halo=fill_periodic)
    with pytest.raises(tradewind.CompileError, match="the back end `debug` is periodic"):
        tradewind.program(backend="debug", halos="host")(model)
    with pytest.raises(tradewind.CompileError, match="`halos` must be 'periodic' or 'host'"):
        tradewind.program(halos="mirror")(model)
