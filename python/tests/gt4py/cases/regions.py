"""Horizontal regions."""

from gt4py.cartesian.gtscript import FORWARD, PARALLEL, Field, I, J, computation, horizontal, interval, region
from table import case

F = Field[float]


@case()
def west_edge(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a
        with horizontal(region[I[0], :]):
            out = -a


@case(points=3, externals={"i0": I[0] - 32767, "i1": I[-1] + 32767, "none": I[2]})
def edges_far_outside(a: F, out: F):
    from __externals__ import i0, i1, none

    with computation(PARALLEL), interval(...):
        out = a
        with horizontal(region[i0 : i1 + 1, J[0]], region[none:none, :], region[i0, :]):
            out = 2.0 * a
        with horizontal(region[i0 : I[0] + 2, :]):
            out = out + 1.0


@case(points=3)
def bounds_as_numbers(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a
        with horizontal(region[1:-1, 2], region[0, :]):
            out = 2.0 * a


@case(levels=2)
def region_around_intervals(a: F, out: F):
    with computation(PARALLEL), horizontal(region[I[0], :]):
        with interval(0, 1):
            out = a
        with interval(1, None):
            out = 2.0 * a


@case(points=2)
def east_edge(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a
        with horizontal(region[I[-1], :]):
            out = a[-1, 0, 0]


@case()
def four_edges(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a
        with horizontal(region[I[0], :], region[I[-1], :]):
            out = 2.0 * a
        with horizontal(region[:, J[0]], region[:, J[-1]]):
            out = 3.0 * a


@case()
def corner_points(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a
        with horizontal(region[I[0], J[0]], region[I[-1], J[-1]]):
            out = 0.5 * (a[1, 0, 0] + a[0, 1, 0])


@case(points=2)
def strip(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a
        with horizontal(region[I[0] : I[0] + 2, :]):
            out = a[0, 1, 0]


@case()
def open_sides(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a
        with horizontal(region[I[0] + 1 :, : J[-1]]):
            out = a * a


@case()
def halo_of_a_temporary(a: F, out: F):
    with computation(PARALLEL), interval(...):
        t = a
        with horizontal(region[I[0] - 1, :], region[I[-1] + 1, :]):
            t = 0.0
        out = t[-1, 0, 0] + t[1, 0, 0]


@case()
def outside_is_dropped(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a
        with horizontal(region[I[0] - 3, :]):
            out = a[-4, 0, 0]


@case()
def edge_interpolation(a: F, out: F):
    with computation(PARALLEL), interval(...):
        t = 0.5 * (a[-1, 0, 0] + a)
        with horizontal(region[I[0], :]):
            t = 1.5 * a - 0.5 * a[1, 0, 0]
        with horizontal(region[I[-1] + 1, :]):
            t = 1.5 * a[-1, 0, 0] - 0.5 * a[-2, 0, 0]
        out = t[1, 0, 0] - t


@case()
def condition_in_a_region(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a
        with horizontal(region[:, J[0]]):
            if a > 0.0:
                out = 1.0
            else:
                out = -1.0


@case()
def region_in_a_sweep(a: F, out: F):
    with computation(FORWARD):
        with interval(0, 1):
            out = a
        with interval(1, None):
            out = out[0, 0, -1] + a
            with horizontal(region[I[0], :]):
                out = a


@case()
def several_statements(a: F, b: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a
        with horizontal(region[:, J[-1]]):
            t = a + b
            out = t * t
