"""Finite-volume advection (Lin and Rood 1996) on a face of the cubed sphere, with its edges."""

from reconstruction import C1, C2, C3, P1, P2, departing, limited_slope, positive, without_extremum
from tradewind.gtscript import (
    IJ, PARALLEL, Field, I, J, computation, function, horizontal, interval, region, stencil,
)  # fmt: skip

FloatField = Field[float]

# hord: 5 unlimited, 6 positive, 8 monotone.
externals = {
    "ppm_x": {"hord": 8, "i_start": I[0], "i_end": I[-1]},
    "ppm_y": {"hord": 6},
}


def ppm_x(q: FloatField, courant: FloatField, face: FloatField):
    """Mean of q over the part of the donor cell that crosses its west face in a step; `courant` is in (-1, 1)."""
    from __externals__ import hord, i_end, i_start

    with computation(PARALLEL), interval(...):
        if __INLINED(hord == 8):
            slope = limited_slope(q[-1, 0, 0], q, q[1, 0, 0])
            edge = 0.5 * (q[-1, 0, 0] + q) + (slope[-1, 0, 0] - slope) / 6.0
        else:
            edge = P1 * (q[-1, 0, 0] + q) + P2 * (q[-2, 0, 0] + q[1, 0, 0])
        with horizontal(region[i_start - 1, :], region[i_end, :]):
            edge = C1 * q[-2, 0, 0] + C2 * q[-1, 0, 0] + C3 * q
        with horizontal(region[i_start, :], region[i_end + 1, :]):
            edge = 0.75 * (q[-1, 0, 0] + q) - 0.25 * (q[-2, 0, 0] + q[1, 0, 0])
        with horizontal(region[i_start + 1, :], region[i_end + 2, :]):
            edge = C3 * q[-1, 0, 0] + C2 * q + C1 * q[1, 0, 0]
        west = edge - q
        east = edge[1, 0, 0] - q
        if __INLINED(hord == 8):
            west, east = without_extremum(west, east)
        elif __INLINED(hord == 6):
            west, east = positive(q, west, east)
        if courant > 0.0:
            face = departing(q[-1, 0, 0], east[-1, 0, 0], west[-1, 0, 0], courant)
        else:
            face = departing(q, west, east, -courant)


@function
def edges_along_j(q):
    """Edge values on the south faces, with one-sided formulas at the first and the last row."""
    edge = P1 * (q[0, -1, 0] + q) + P2 * (q[0, -2, 0] + q[0, 1, 0])
    with horizontal(region[:, J[0] - 1], region[:, J[-1]]):
        edge = C1 * q[0, -2, 0] + C2 * q[0, -1, 0] + C3 * q
    with horizontal(region[:, J[0]], region[:, J[-1] + 1]):
        edge = 0.75 * (q[0, -1, 0] + q) - 0.25 * (q[0, -2, 0] + q[0, 1, 0])
    with horizontal(region[:, J[0] + 1], region[:, J[-1] + 2]):
        edge = C3 * q[0, -1, 0] + C2 * q + C1 * q[0, 1, 0]
    return edge


def ppm_y(q: FloatField, courant: FloatField, face: FloatField):
    """As ppm_x, along J."""
    from __externals__ import hord

    with computation(PARALLEL), interval(...):
        edge = edges_along_j(q)
        south = edge - q
        north = edge[0, 1, 0] - q
        if __INLINED(hord == 8):
            south, north = without_extremum(south, north)
        elif __INLINED(hord == 6):
            south, north = positive(q, south, north)
        if courant > 0.0:
            face = departing(q[0, -1, 0], north[0, -1, 0], south[0, -1, 0], courant)
        else:
            face = departing(q, south, north, -courant)


def flux_divergence(
    q: FloatField,
    fx: FloatField,
    fy: FloatField,
    mx: FloatField,
    my: FloatField,
    delp: FloatField,
    rarea: Field[IJ, float],
    out: FloatField,
):
    """New mixing ratio from face values fx, fy and mass fluxes mx, my (Pa m2); delp is the old layer thickness (Pa)."""
    with computation(PARALLEL), interval(...):
        delp_new = delp + (mx - mx[1, 0, 0] + my - my[0, 1, 0]) * rarea
        mass = q * delp + (mx * fx - mx[1, 0, 0] * fx[1, 0, 0] + my * fy - my[0, 1, 0] * fy[0, 1, 0]) * rarea
        out = mass / delp_new


@stencil(externals={"first_order": True})
def upwind(q: FloatField, u: FloatField, v: FloatField, out: FloatField, dt: float):
    """Advective tendency from the upwind side, of first or third order, on a unit grid."""
    from __externals__ import first_order

    with computation(PARALLEL), interval(...):
        if __INLINED(first_order):
            dq_dx = q - q[-1, 0, 0] if u > 0.0 else q[1, 0, 0] - q
            dq_dy = q - q[0, -1, 0] if v > 0.0 else q[0, 1, 0] - q
        else:
            dq_dx = (
                (2.0 * q[1, 0, 0] + 3.0 * q - 6.0 * q[-1, 0, 0] + q[-2, 0, 0]) / 6.0
                if u > 0.0
                else (-2.0 * q[-1, 0, 0] - 3.0 * q + 6.0 * q[1, 0, 0] - q[2, 0, 0]) / 6.0
            )
            dq_dy = (
                (2.0 * q[0, 1, 0] + 3.0 * q - 6.0 * q[0, -1, 0] + q[0, -2, 0]) / 6.0
                if v > 0.0
                else (-2.0 * q[0, -1, 0] - 3.0 * q + 6.0 * q[0, 1, 0] - q[0, 2, 0]) / 6.0
            )
        out = q - dt * (u * dq_dx + v * dq_dy)
