"""Copies, averages and differences on the C grid: the smallest stencils of a dynamical core."""

from tradewind.gtscript import FORWARD, IJ, PARALLEL, Field, I, J, K, computation, interval, sin

EARTH_OMEGA = 7.292e-5  # rotation of the Earth, 1/s

# Weights of the fourth-order mean of four points in a row, at their middle.
NEAR = 7.0 / 12.0
FAR = -1.0 / 12.0


def copy(src: Field[float], dst: Field[float]):
    """dst = src."""
    with computation(PARALLEL), interval(...):
        dst = src


def add_scaled(x: Field[float], y: Field[float], out: Field[float], a: float):
    """out = a x + y, in single steps of assignment (`+=`, `*=`)."""
    with computation(PARALLEL), interval(...):
        out = x
        out *= a
        out += y


def laplacian(q: Field[float], out: Field[float]):
    """Five-point Laplacian on a unit grid, second order."""
    with computation(PARALLEL), interval(...):
        out = q[-1, 0, 0] + q[1, 0, 0] + q[0, -1, 0] + q[0, 1, 0] - 4.0 * q


def biharmonic(q: Field[float], out: Field[float]):
    """Laplacian of the Laplacian: the temporary is needed one point beyond the domain, q two."""
    with computation(PARALLEL), interval(...):
        lap = q[I - 1] + q[I + 1] + q[J - 1] + q[J + 1] - 4.0 * q
        out = lap[I - 1] + lap[I + 1] + lap[J - 1] + lap[J + 1] - 4.0 * lap


def centers_to_corners(q: Field[float], out: Field[float]):
    """Fourth-order mean at the south-west corner of each cell, along I and then along J."""
    with computation(PARALLEL), interval(...):
        on_west = NEAR * (q[-1, 0, 0] + q) + FAR * (q[-2, 0, 0] + q[1, 0, 0])
        out = NEAR * (on_west[0, -1, 0] + on_west) + FAR * (on_west[0, -2, 0] + on_west[0, 1, 0])


def kinetic_energy_and_vorticity(
    u: Field[float],
    v: Field[float],
    dx: Field[IJ, float],
    dy: Field[IJ, float],
    rarea: Field[IJ, float],
    latitude: Field[IJ, float],
    ke: Field[float],
    vorticity: Field[float],
):
    """Kinetic energy (m2/s2) and absolute vorticity (1/s) of winds on the D grid.

    u stands on the south face, v on the west face of a cell (m/s); dx, dy are the lengths of these faces (m);
    rarea is one over the cell's area (1/m2); latitude in radians.
    """
    with computation(PARALLEL), interval(...):
        u_mean = 0.5 * (u + u[0, 1, 0])
        v_mean = 0.5 * (v + v[1, 0, 0])
        ke = 0.5 * (u_mean * u_mean + v_mean * v_mean)
        circulation = u * dx - u[0, 1, 0] * dx[0, 1] + v[1, 0, 0] * dy[1, 0] - v * dy
        vorticity = circulation * rarea + 2.0 * EARTH_OMEGA * sin(latitude)


def hydrostatic_levels(
    ps: Field[IJ, float], ak: Field[K, float], bk: Field[K, float], delp: Field[float], top: Field[IJ, float]
):
    """Thickness of the layers between hybrid levels p = ak + bk ps (Pa), and the pressure at the top."""
    with computation(FORWARD), interval(0, 1):
        top = ak + bk * ps
    with computation(PARALLEL), interval(0, -1):
        delp = ak[1] - ak + ps * (bk[1] - bk)
    with computation(PARALLEL), interval(-1, None):
        delp = delp[0, 0, -1]
