"""Vertically propagating sound waves, treated implicitly: the stiff part of a nonhydrostatic core."""

from ndsl.dsl.gt4py import BACKWARD, FORWARD, PARALLEL, computation, exp, function, interval, log, sin, sqrt
from ndsl.dsl.typing import Float, FloatField, FloatFieldIJ, FloatFieldK

R_DRY = 287.05  # J/kg/K
GAMMA = 1.4  # ratio of the heat capacities of dry air
PI = 3.141592653589793


@function
def full_pressure(dm, dz, pt):
    """Pressure by the gas law from mass dm (kg/m2), depth dz (m, negative) and temperature-like pt (K)."""
    return exp(GAMMA * log(-dm / dz * R_DRY * pt))


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
    """One implicit step of w (m/s) and layer depth dz (m, negative), after the semi-implicit solver of Harris et al. (2020).

    pm: hydrostatic pressure of the layers (Pa); ws: vertical speed of the ground; pe: nonhydrostatic pressure at interfaces.
    """
    with computation(PARALLEL), interval(...):
        perturbation = full_pressure(dm, dz, pt) - pm
    # pressure at the interfaces: a spline through the layers' perturbations
    with computation(FORWARD):
        with interval(0, 1):
            ratio = dm / dm[0, 0, 1]
            b = 2.0 * (1.0 + ratio)
            g = ratio / b
            pp = 3.0 * (perturbation + ratio * perturbation[0, 0, 1]) / b
        with interval(1, -1):
            ratio = dm / dm[0, 0, 1]
            b = 2.0 * (1.0 + ratio) - g[0, 0, -1]
            g = ratio / b
            pp = (3.0 * (perturbation + ratio * perturbation[0, 0, 1]) - pp[0, 0, -1]) / b
        with interval(-1, None):
            b = 2.0 - g[0, 0, -1]
            pp = (3.0 * perturbation - pp[0, 0, -1]) / b
    with computation(BACKWARD), interval(0, -1):
        pp = pp - g * pp[0, 0, 1]
    # the new vertical speed: a tridiagonal system whose coefficients hold the sound speed
    with computation(PARALLEL), interval(0, -1):
        stiffness = 2.0 * GAMMA * dt * dt * (pm + perturbation + pp) / (dz + dz[0, 0, 1])
    with computation(FORWARD):
        with interval(0, 1):
            pivot = dm - stiffness
            gw = stiffness / pivot
            w = (dm * w + dt * pp) / pivot
        with interval(1, -1):
            pivot = dm - (stiffness[0, 0, -1] * (1.0 + gw[0, 0, -1]) + stiffness)
            gw = stiffness / pivot
            w = (dm * w + dt * (pp - pp[0, 0, -1]) - stiffness[0, 0, -1] * w[0, 0, -1]) / pivot
        with interval(-1, None):
            ground = 2.0 * GAMMA * dt * dt * (pm + perturbation) / dz
            pivot = dm - (stiffness[0, 0, -1] * (1.0 + gw[0, 0, -1]) + ground)
            w = (dm * w + dt * (pp - pp[0, 0, -1]) - stiffness[0, 0, -1] * w[0, 0, -1] - ground * ws) / pivot
    with computation(BACKWARD), interval(0, -1):
        w = w - gw * w[0, 0, 1]
    # pressure that goes with the new speed, and the depth that goes with the pressure
    with computation(FORWARD):
        with interval(0, 1):
            pe = dm * w / dt
        with interval(1, None):
            pe = pe[0, 0, -1] + dm * (w - w[0, 0, -1]) / dt
    with computation(PARALLEL), interval(...):
        dz = -dm * R_DRY * pt * exp(-log(max(ptop, pe + pm)) / GAMMA)


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
