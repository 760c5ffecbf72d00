"""Edges and corners of a tile: regions of the horizontal plane."""

from tradewind.gtscript import PARALLEL, Field, I, J, computation, function, horizontal, interval, region

FloatField = Field[float]

externals = {"corner_mean": {"west": I[0], "east": I[-1], "south": J[0], "north": J[-1]}}


def lateral_relaxation(q: FloatField, driver: FloatField, out: FloatField, strong: float, weak: float):
    """Relaxation to a driving model in a frame of two rows (Davies 1976), stronger in the outer one."""
    with computation(PARALLEL), interval(...):
        out = q
        with horizontal(region[I[0] + 1, :], region[I[-1] - 1, :], region[:, J[0] + 1], region[:, J[-1] - 1]):
            out = q + weak * (driver - q)
        with horizontal(region[I[0], :], region[I[-1], :], region[:, J[0]], region[:, J[-1]]):
            out = q + strong * (driver - q)


def corner_mean(q: FloatField, out: FloatField):
    """Four-point mean at cell corners, three-point at the corners of the cubed sphere, where only three cells meet.

    The domain is that of the corners, one point longer on each axis than the cells.
    """
    from __externals__ import east, north, south, west

    with computation(PARALLEL), interval(...):
        out = 0.25 * (q + q[-1, 0, 0] + q[0, -1, 0] + q[-1, -1, 0])
        with horizontal(region[west, south]):
            out = (q + q[-1, 0, 0] + q[0, -1, 0]) / 3.0
        with horizontal(region[east, south]):
            out = (q + q[-1, 0, 0] + q[-1, -1, 0]) / 3.0
        with horizontal(region[east, north]):
            out = (q[-1, 0, 0] + q[0, -1, 0] + q[-1, -1, 0]) / 3.0
        with horizontal(region[west, north]):
            out = (q + q[0, -1, 0] + q[-1, -1, 0]) / 3.0


def fill_corners(q: FloatField, out: FloatField):
    """Puts into the corners of the halo what a sweep along I needs there, then takes a second difference.

    The corner cells are a temporary's: they lie outside the domain, where a stencil's outputs are not written.
    """
    with computation(PARALLEL), interval(...):
        filled = q
        with horizontal(region[: I[0], : J[0]]):
            filled = q[1, 1, 0]
        with horizontal(region[I[-1] + 1 :, : J[0]]):
            filled = q[-1, 1, 0]
        with horizontal(region[: I[0], J[-1] + 1 :], region[I[-1] + 1 :, J[-1] + 1 :]):
            filled = q[0, -1, 0]
        out = filled[-1, -1, 0] + filled[1, -1, 0] + filled[-1, 1, 0] + filled[1, 1, 0] - 4.0 * filled


@function
def one_sided(here, inner, second):
    """Derivative at the first point of a row, from that point inwards, second order."""
    return -1.5 * here + 2.0 * inner - 0.5 * second


def gradient(p: FloatField, px: FloatField, py: FloatField, rdx: float, rdy: float):
    """Centred gradient, one-sided at the four edges of the domain: no halo is needed."""
    with computation(PARALLEL), interval(...):
        px = 0.5 * rdx * (p[1, 0, 0] - p[-1, 0, 0])
        py = 0.5 * rdy * (p[0, 1, 0] - p[0, -1, 0])
        with horizontal(region[I[0], :]):
            px = rdx * one_sided(p, p[1, 0, 0], p[2, 0, 0])
        with horizontal(region[I[-1], :]):
            px = -rdx * one_sided(p, p[-1, 0, 0], p[-2, 0, 0])
        with horizontal(region[:, J[0]]):
            py = rdy * one_sided(p, p[0, 1, 0], p[0, 2, 0])
        with horizontal(region[:, J[-1]]):
            py = -rdy * one_sided(p, p[0, -1, 0], p[0, -2, 0])
