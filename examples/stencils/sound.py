"""Vertically propagating sound waves, treated implicitly: the stiff part of a nonhydrostatic core."""

from ndsl.dsl.gt4py import BACKWARD, FORWARD, PARALLEL, computation, exp, function, interval, log, sin, sqrt
from ndsl.dsl.typing import Float, FloatField, FloatFieldIJ, FloatFieldK

R_DRY = 287.05  # J/kg/K
GAMMA = 1.4  # ratio of the heat capacities of dry air
PI = 3.141592653589793


@function
def gas_pressure(dm, dz, pt):
    """Pressure (Pa) by the gas law from mass dm (kg/m2), depth dz (m) and virtual potential temperature pt (scaled, K)."""
    return exp(GAMMA * log(dm / dz * R_DRY * pt))


def riemann(
    dm: FloatField,
    pt: FloatField,
    pm: FloatField,
    ws: FloatFieldIJ,
    dz: FloatField,
    w: FloatField,
    pe: FloatField,
    dt: Float,
    ptop: Float,
):
    """One implicit step of vertical speed w (m/s) and layer depth dz (m), after the solver of FV3 (Harris et al. 2021).

    pm: hydrostatic pressure of the layers (Pa); ws: vertical speed at the ground (m/s);
    pe: the new nonhydrostatic part of the pressure at the lower interfaces (Pa).
    """
    with computation(PARALLEL), interval(...):
        w_old = w
        excess = gas_pressure(dm, dz, pt) - pm
    # Its value at the lower interfaces: a cubic spline through the layers.
    with computation(FORWARD):
        with interval(0, 1):
            ratio = dm / dm[0, 0, 1]
            pivot = 2.0 * (1.0 + ratio)
            g = ratio / pivot
            pp = 3.0 * (excess + ratio * excess[0, 0, 1]) / pivot
        with interval(1, -1):
            ratio = dm / dm[0, 0, 1]
            pivot = 2.0 * (1.0 + ratio) - g[0, 0, -1]
            g = ratio / pivot
            pp = (3.0 * (excess + ratio * excess[0, 0, 1]) - pp[0, 0, -1]) / pivot
        with interval(-1, None):
            pivot = 2.0 - g[0, 0, -1]
            pp = (3.0 * excess - pp[0, 0, -1]) / pivot
    with computation(BACKWARD), interval(0, -1):
        pp -= g * pp[0, 0, 1]
    # The new w: compression on both sides of an interface answers at once, so the columns are tridiagonal systems.
    with computation(PARALLEL):
        with interval(0, -1):
            spring = GAMMA * dt * dt * (pm + pm[0, 0, 1] + 2.0 * pp) / (dz + dz[0, 0, 1])
        with interval(-1, None):
            spring = 2.0 * GAMMA * dt * dt * (pm + pp) / dz
    with computation(FORWARD):
        with interval(0, 1):
            pivot = dm + spring
            share = spring / pivot
            w = (dm * w + dt * pp) / pivot
        with interval(1, -1):
            pivot = dm + spring + spring[0, 0, -1] * (1.0 - share[0, 0, -1])
            share = spring / pivot
            w = (dm * w + dt * (pp - pp[0, 0, -1]) + spring[0, 0, -1] * w[0, 0, -1]) / pivot
        with interval(-1, None):
            pivot = dm + spring + spring[0, 0, -1] * (1.0 - share[0, 0, -1])
            w = (dm * w + dt * (pp - pp[0, 0, -1]) + spring[0, 0, -1] * w[0, 0, -1] + spring * ws) / pivot
    with computation(BACKWARD), interval(0, -1):
        w += share * w[0, 0, 1]
    # The pressure that has accelerated the layers, and the depth that goes with it.
    with computation(FORWARD):
        with interval(0, 1):
            pe = dm * (w - w_old) / dt
            middle = 0.5 * pe
        with interval(1, None):
            pe = pe[0, 0, -1] + dm * (w - w_old) / dt
            middle = 0.5 * (pe[0, 0, -1] + pe)
    with computation(PARALLEL), interval(...):
        dz = dm * R_DRY * pt * exp(-log(max(ptop, pm + middle)) / GAMMA)


def sound_speed_limit(dz: FloatField, pt: FloatField, w: FloatField, pressure: FloatField, courant: FloatFieldIJ, dt: Float):
    """Largest vertical Courant number of sound in each column; says how implicit the solver must be."""
    with computation(FORWARD):
        with interval(0, 1):
            speed = sqrt(GAMMA * R_DRY * pt * (pressure / 1.0e5) ** (2.0 / 7.0))
            courant = (abs(w) + speed) * dt / abs(dz)
        with interval(1, None):
            speed = sqrt(GAMMA * R_DRY * pt * (pressure / 1.0e5) ** (2.0 / 7.0))
            courant = max(courant, (abs(w) + speed) * dt / abs(dz))


def rayleigh_friction(
    w: FloatField, pt: FloatField, level: FloatFieldK, w_out: FloatField, heat: FloatField, rate: Float, cut: Float
):
    """Implicit damping of w above `cut` (level from 0 at the top to 1 at the ground); the lost energy warms the air."""
    with computation(PARALLEL), interval(...):
        shape = sin(0.5 * PI * max(0.0, (cut - level) / cut))
        w_out = w / (1.0 + rate * shape * shape)
        heat = pt + 0.5 * (w * w - w_out * w_out) / 717.5
