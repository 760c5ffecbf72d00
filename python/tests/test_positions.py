"""Fields at interfaces: one point more than the domain has."""

import numpy as np
import pytest

import tradewind
from tradewind.gtscript import FORWARD, I, I_INTERFACE, J, K, K_INTERFACE, NI, NJ, NK, PARALLEL, Field, callback, computation, halo_update, interval

BACKENDS = ("cpu", "numpy", "debug")
Face = Field[I_INTERFACE, J, K, float]


@tradewind.stencil
def pressure(delp: Field[float], pe: Field[I, J, K_INTERFACE, float]):
    with computation(FORWARD), interval(...):
        pe[0, 0, 1] = pe + delp


def flux(q: Field[float], u: Face, fx: Face):
    with computation(PARALLEL), interval(...):
        fx = u * (q[-1, 0, 0] + q)


def diverge(fx: Face, out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = fx - fx[1, 0, 0]


def transport(q: Field[float], u: Face, out: Field[float]):
    fx: Face
    flux(q, u, fx, domain=(NI + 1, NJ, NK))
    callback("look", fx, fills="nothing")
    halo_update(u)
    diverge(fx, out)


def test_a_call_finds_the_domain_from_arrays_at_interfaces():
    delp, pe = np.ones((2, 3, 5)), np.zeros((2, 3, 6))
    pressure(delp, pe)
    np.testing.assert_array_equal(pe[1, 2], np.arange(6.0))
    assert pressure.fields["pe"].interfaces == "K" and pressure.fields["delp"].interfaces == ""
    assert pressure.fields["pe"].halo["K"] == (0, 1)
    with pytest.raises(tradewind.CallValueError, match="1 points are missing along K, above the domain.*at interfaces, one more"):
        pressure(delp, np.zeros((2, 3, 5)), domain=(2, 3, 5))
    fluxes = tradewind.stencil(diverge)
    with pytest.raises(tradewind.CallValueError, match="`fx`: 1 points are missing along I"):
        fluxes(np.zeros((4, 2, 2)), np.zeros((4, 2, 2)), domain=(4, 2, 2))


@pytest.mark.parametrize("backend", BACKENDS)
def test_fields_at_interfaces_are_stored_shown_and_updated(backend, rng):
    def look(fx):
        assert fx.domain == (5, 3, 2) and fx.inner.shape == (5, 3, 2) and fx.shape == (5, 3, 2)

    run = tradewind.program(backend=backend)(transport)
    q, u, out = rng.random((6, 3, 2)), rng.random((5, 3, 2)), np.zeros((4, 3, 2))
    before = u.copy()
    run(q, u, out, callbacks={"look": look})
    fx = before * (q[:-1] + q[1:])
    np.testing.assert_array_equal(out, fx[:-1] - fx[1:])
    np.testing.assert_array_equal(u[:-1], before[:-1])
    np.testing.assert_array_equal(u[-1], before[0])


def test_a_field_at_centres_is_no_field_at_interfaces():
    def centred(q: Field[float], out: Field[float]):
        diverge(q, out)

    with pytest.raises(tradewind.CompileError, match=r"the parameter `fx` is a Field\[I_INTERFACE, J, K, float64\]"):
        tradewind.program(centred)
