"""Geometry of the sphere, numbers that describe a flow: trigonometry, hyperbolic functions, tests for NaN and infinity."""

from tradewind.gtscript import (
    IJ, PARALLEL, FORWARD, Field, I, J, acos, asin, atan, computation, cos, cosh, function, interval, isfinite, isinf,
    isnan, log, sin, sinh, sqrt, tan, tanh,
)  # fmt: skip

FloatField = Field[float]
FloatFieldIJ = Field[IJ, float]

externals = {"apply_tendency": {"has_forcing": True}}


@function
def arc(lon1, lat1, lon2, lat2):
    """Angle between two points of the sphere (haversine formula); everything in radians."""
    s_lat = sin(0.5 * (lat2 - lat1))
    s_lon = sin(0.5 * (lon2 - lon1))
    return 2.0 * asin(sqrt(min(s_lat * s_lat + cos(lat1) * cos(lat2) * s_lon * s_lon, 1.0)))


def cell_metrics(
    lon: Field[I, float], lat: Field[J, float], dx: FloatFieldIJ, dy: FloatFieldIJ, area: FloatFieldIJ, radius: float
):
    """Lengths (m) of the south and west side and area (m2) of the cells between lines of longitude and latitude (radians)."""
    with computation(FORWARD), interval(0, 1):
        dx = radius * arc(lon, lat, lon[1], lat)
        dy = radius * arc(lon, lat, lon, lat[1])
        area = radius * radius * (lon[1] - lon) * (sin(lat[1]) - sin(lat))


def mercator(lat: FloatFieldIJ, y: FloatField, back: FloatField, excess: FloatField):
    """Mercator ordinate of a latitude, the latitude of that ordinate, and spherical excess of a triangle at the pole."""
    with computation(PARALLEL), interval(...):
        phi = 1.5 * tanh(lat - 1.25)
        y = log_tangent(phi)
        back = atan(sinh(y))
        excess = 2.0 * acos(max(-1.0, min(cos(phi) / cosh(0.1 * y), 1.0)))


@function
def log_tangent(phi):
    """Inverse Gudermannian function: log(tan(pi/4 + phi/2)), odd in phi."""
    return log(tan(0.7853981633974483 + 0.5 * phi))


def inverse_froude(stability: FloatField, wind: FloatField, out: FloatField, flag: Field[int], mean: float, calm: float):
    """How much air flows around a hill of unit height: sqrt(N2) / U, repaired where it has no value.

    flag: 2 where the air is unstable (root of a negative number; the neighbours' mean is taken), 1 in a calm, 0 elsewhere.
    """
    with computation(PARALLEL), interval(...):
        raw = sqrt(stability - mean) / max(wind - calm, 0.0)
        flag = 2 if isnan(raw) else (1 if isinf(raw) else 0)
        around = 0.25 * (raw[-1, 0, 0] + raw[1, 0, 0] + raw[0, -1, 0] + raw[0, 1, 0])
        out = around if isnan(raw) else raw
        if not isfinite(out):
            out = 10.0


def apply_tendency(q: FloatField, tendency: FloatField, out: FloatField, dt: float, forcing: FloatField = None):
    """Euler step; `forcing` may be left out when the external `has_forcing` is false."""
    from __externals__ import has_forcing

    with computation(PARALLEL), interval(...):
        out = q + dt * tendency
        if __INLINED(has_forcing):
            out += dt * forcing
