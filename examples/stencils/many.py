"""Stencils with many parts: 32 boxes of regions, 21 vertical executions, 11 computations with 38 ternaries."""

from tradewind.gtscript import (
    BACKWARD,
    FORWARD,
    IJ,
    PARALLEL,
    Field,
    I,
    J,
    abs,
    computation,
    function,
    horizontal,
    interval,
    max,
    min,
    region,
    sqrt,
)

FloatField = Field[float]
FloatFieldIJ = Field[IJ, float]


def tile_edges(u: FloatField, v: FloatField, dx: FloatFieldIJ, dy: FloatFieldIJ, flux: FloatField, corner: FloatField):
    """Differences near the edges and corners of a tile of a cubed sphere, in 32 boxes."""
    with computation(PARALLEL), interval(...):
        # Rows beside the four edges, where the stencil across them is one-sided.
        along = 0.5 * (u + u[1, 0, 0])
        with horizontal(region[I[0], :], region[I[0] + 1, :]):
            along = 1.5 * u[1, 0, 0] - 0.5 * u[2, 0, 0]
        with horizontal(region[I[-1], :], region[I[-1] - 1, :]):
            along = 1.5 * u[-1, 0, 0] - 0.5 * u[-2, 0, 0]
        across = 0.5 * (v + v[0, 1, 0])
        with horizontal(region[:, J[0]], region[:, J[0] + 1]):
            across = 1.5 * v[0, 1, 0] - 0.5 * v[0, 2, 0]
        with horizontal(region[:, J[-1]], region[:, J[-1] - 1]):
            across = 1.5 * v[0, -1, 0] - 0.5 * v[0, -2, 0]
        flux = along * dy - across * dx

        # Corners of the tile, three cells in a corner.
        corner = flux
        with horizontal(region[I[0], J[0]], region[I[0] + 1, J[0]], region[I[0], J[0] + 1]):
            corner = (along + across) / 3.0
        with horizontal(region[I[-1], J[0]], region[I[-1] - 1, J[0]], region[I[-1], J[0] + 1]):
            corner = (across - along) / 3.0
        with horizontal(region[I[0], J[-1]], region[I[0] + 1, J[-1]], region[I[0], J[-1] - 1]):
            corner = (along - across) / 3.0
        with horizontal(region[I[-1], J[-1]], region[I[-1] - 1, J[-1]], region[I[-1], J[-1] - 1]):
            corner = -(along + across) / 3.0

        # The second frame, without its corners, in the north and south, the west and east; then the halves of the edges.
        with horizontal(region[I[0] + 2 : I[-1] - 1, J[0] + 2], region[I[0] + 2 : I[-1] - 1, J[-1] - 2]):
            corner += 0.25 * (across - dy)
        with horizontal(region[I[0] + 2, J[0] + 3 : J[-1] - 2], region[I[-1] - 2, J[0] + 3 : J[-1] - 2]):
            corner += 0.25 * (along - dx)
        with horizontal(region[: I[0] + 4, J[0]], region[I[-1] - 3 :, J[0]]):
            flux = min(flux, along)
        with horizontal(region[: I[0] + 4, J[-1]], region[I[-1] - 3 :, J[-1]]):
            flux = max(flux, along)
        with horizontal(region[I[0], : J[0] + 4], region[I[0], J[-1] - 3 :]):
            flux = min(flux, across)
        with horizontal(region[I[-1], : J[0] + 4], region[I[-1], J[-1] - 3 :]):
            flux = max(flux, across)


def many_sweeps(a: FloatField, b: FloatField, c: FloatField, d: FloatField, out: FloatField, ground: FloatFieldIJ):
    """A tridiagonal solver, refined once, with sums over the column: 21 vertical executions."""
    with computation(PARALLEL):
        with interval(0, 1):
            diagonal = 4.0 + abs(b)
            lower = 0.0
        with interval(1, -1):
            diagonal = 4.0 + abs(b)
            lower = min(max(a, -1.0), 1.0)
        with interval(-1, None):
            diagonal = 5.0 + abs(b)
            lower = min(max(a, -1.0), 1.0)
    with computation(PARALLEL):
        with interval(0, -1):
            upper = min(max(c, -1.0), 1.0)
        with interval(-1, None):
            upper = 0.0
    with computation(FORWARD):
        with interval(0, 1):
            ratio = upper / diagonal
            x = d / diagonal
        with interval(1, -1):
            ratio = upper / (diagonal - lower * ratio[0, 0, -1])
            x = (d - lower * x[0, 0, -1]) / (diagonal - lower * ratio[0, 0, -1])
        with interval(-1, None):
            x = (d - lower * x[0, 0, -1]) / (diagonal - lower * ratio[0, 0, -1])
    with computation(BACKWARD):
        with interval(-1, None):
            solution = x
        with interval(0, -1):
            solution = x - ratio * solution[0, 0, 1]
    with computation(PARALLEL):
        with interval(0, 1):
            left = d - diagonal * solution - upper * solution[0, 0, 1]
        with interval(1, -1):
            left = d - diagonal * solution - upper * solution[0, 0, 1] - lower * solution[0, 0, -1]
        with interval(-1, None):
            left = d - diagonal * solution - lower * solution[0, 0, -1]
    with computation(FORWARD):
        with interval(0, 1):
            y = left / diagonal
        with interval(1, None):
            y = (left - lower * y[0, 0, -1]) / (diagonal - lower * ratio[0, 0, -1])
    with computation(BACKWARD):
        with interval(-1, None):
            out = solution + y
            correction = y
        with interval(1, -1):
            correction = y - ratio * correction[0, 0, 1]
            out = solution + correction
        with interval(0, 1):
            correction = y - ratio * correction[0, 0, 1]
            out = solution + correction
    with computation(FORWARD):
        with interval(0, 1):
            ground = out
        with interval(1, -1):
            ground = ground + out
        with interval(-1, None):
            ground = 0.5 * (ground + out)


@function
def minmod(a, b):
    size = min(abs(a), abs(b))
    return 0.0 if a * b <= 0.0 else (size if a > 0.0 else -size)


def limiters(q: FloatField, u: FloatField, v: FloatField, w: FloatField, out: FloatField, extreme: FloatField, path: FloatFieldIJ):
    """Limited slopes and upwind values on all axes, then bounds from the neighbours: 11 computations, 38 ternaries
    once its function is in place."""
    with computation(PARALLEL), interval(...):
        slope_i = minmod(q - q[-1, 0, 0], q[1, 0, 0] - q)
        slope_j = minmod(q - q[0, -1, 0], q[0, 1, 0] - q)
    with computation(PARALLEL):
        with interval(0, 1):
            slope_k = 0.0
        with interval(1, -1):
            slope_k = minmod(q - q[0, 0, -1], q[0, 0, 1] - q)
        with interval(-1, None):
            slope_k = 0.0
    with computation(PARALLEL), interval(...):
        courant_i = -0.9 if u < -0.9 else (0.9 if u > 0.9 else u)
        courant_j = -0.9 if v < -0.9 else (0.9 if v > 0.9 else v)
        courant_k = -0.9 if w < -0.9 else (0.9 if w > 0.9 else w)
    with computation(PARALLEL), interval(...):
        half_i = 0.5 * (1.0 - courant_i if courant_i > 0.0 else 1.0 + courant_i)
        half_j = 0.5 * (1.0 - courant_j if courant_j > 0.0 else 1.0 + courant_j)
        half_k = 0.5 * (1.0 - courant_k if courant_k > 0.0 else 1.0 + courant_k)
    with computation(PARALLEL), interval(...):
        flux_i = courant_i * (q[-1, 0, 0] + half_i * slope_i[-1, 0, 0] if courant_i > 0.0 else q - half_i * slope_i)
        flux_j = courant_j * (q[0, -1, 0] + half_j * slope_j[0, -1, 0] if courant_j > 0.0 else q - half_j * slope_j)
    with computation(PARALLEL):
        with interval(0, 1):
            flux_k = 0.0 if courant_k > 0.0 else courant_k * (q - half_k * slope_k)
        with interval(1, None):
            flux_k = courant_k * (q[0, 0, -1] + half_k * slope_k[0, 0, -1] if courant_k > 0.0 else q - half_k * slope_k)
    with computation(PARALLEL), interval(...):
        west = q[-1, 0, 0] if q[-1, 0, 0] < q else q
        east = q[1, 0, 0] if q[1, 0, 0] < q else q
        south = q[0, -1, 0] if q[0, -1, 0] < q else q
        north = q[0, 1, 0] if q[0, 1, 0] < q else q
        least = (west if west < east else east) if west + east < south + north else (south if south < north else north)
    with computation(PARALLEL), interval(...):
        west = q[-1, 0, 0] if q[-1, 0, 0] > q else q
        east = q[1, 0, 0] if q[1, 0, 0] > q else q
        south = q[0, -1, 0] if q[0, -1, 0] > q else q
        north = q[0, 1, 0] if q[0, 1, 0] > q else q
        most = (west if west > east else east) if west + east > south + north else (south if south > north else north)
    with computation(PARALLEL):
        with interval(0, -1):
            change = flux_i - flux_i[1, 0, 0] + flux_j - flux_j[0, 1, 0] + flux_k - flux_k[0, 0, 1]
            out = least if q + change < least else (most if q + change > most else q + change)
        with interval(-1, None):
            change = flux_i - flux_i[1, 0, 0] + flux_j - flux_j[0, 1, 0] + flux_k
            out = least if q + change < least else (most if q + change > most else q + change)
    with computation(FORWARD):
        with interval(0, 1):
            path = max(out, 0.0)
            extreme = out
        with interval(1, None):
            path += max(out, 0.0)
            extreme = out if abs(out) > abs(extreme[0, 0, -1]) else extreme[0, 0, -1]
    with computation(BACKWARD), interval(...):
        extreme = 0.5 * sqrt(abs(extreme)) * (1.0 + extreme)
