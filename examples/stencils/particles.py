"""Particles, clouds and coordinates: the error function, the gamma function, cube roots and inverse hyperbolic functions."""

from tradewind.gtscript import (
    PARALLEL,
    Field,
    acosh,
    asinh,
    atanh,
    cbrt,
    computation,
    erf,
    erfc,
    exp,
    function,
    gamma,
    interval,
    log,
    max,
    min,
    sqrt,
)

FloatField = Field[float]

PI = 3.14159265358979323846
ROOT_TWO = 1.41421356237309504880
WATER = 1000.0  # density of water, kg/m3
SMALLEST = 1.0e-12


@function
def slope(q, n, mu):
    """Slope (1/m) of a gamma size distribution with exponent mu of n spheres of water (1/kg) that weigh q (kg/kg)."""
    return cbrt(PI / 6.0 * WATER * n * gamma(mu + 4.0) / (gamma(mu + 1.0) * q))


def rain_moments(q: FloatField, n: FloatField, mu: FloatField, radius: FloatField, fall: FloatField):
    """Effective radius (m) and mean fall speed (m/s) of drops whose sizes are gamma distributed."""
    with computation(PARALLEL), interval(...):
        shape = min(max(abs(mu), 0.0), 10.0)
        steepness = slope(max(q, SMALLEST), max(n, 1.0), shape)
        radius = 0.5 * gamma(shape + 4.0) / (gamma(shape + 3.0) * steepness)
        fall = 842.0 * gamma(shape + 4.8) / gamma(shape + 4.0) / steepness**0.8


def cloud_fraction(qt: FloatField, qs: FloatField, spread: FloatField, fraction: FloatField, ql: FloatField):
    """Cloud fraction and mean condensate of air whose total water is normally distributed (Sommeria and Deardorff, 1977)."""
    with computation(PARALLEL), interval(...):
        sigma = max(abs(spread), 0.01)
        excess = (qt - qs) / sigma
        fraction = 0.5 * erfc(-excess / ROOT_TWO)
        ql = sigma * (fraction * excess + exp(-0.5 * excess * excess) / sqrt(2.0 * PI))


def activation(supersaturation: FloatField, width: FloatField, active: FloatField):
    """Part of a lognormal aerosol that becomes drops (Abdul-Razzak and Ghan, 2000)."""
    with computation(PARALLEL), interval(...):
        u = 2.0 * log(0.3 / max(abs(supersaturation), 0.001)) / (3.0 * ROOT_TWO * log(1.1 + abs(width)))
        active = 0.5 * (1.0 - erf(u))


def stretched_height(eta: FloatField, strength: float, z: FloatField, back: FloatField):
    """Levels that are dense near the ground, z = sinh(s eta) / sinh(s), and the way back."""
    with computation(PARALLEL), interval(...):
        s = 1.0 + abs(strength)
        z = (exp(s * eta) - exp(-s * eta)) / (exp(s) - exp(-s))
        back = asinh(z * (0.5 * (exp(s) - exp(-s)))) / s


def mercator(latitude: FloatField, y: FloatField, distance: FloatField):
    """The ordinate of the Mercator projection of a latitude (rad), and the hyperbolic distance between latitude and pole."""
    with computation(PARALLEL), interval(...):
        s = min(max(latitude, -0.999), 0.999)
        y = atanh(s)
        distance = acosh(1.0 / (1.0 - s * s))
