"""One array as several arguments: fills of the corners of a cube, as in dynamical cores, and others that read what they write."""

import numpy as np
from gt4py.cartesian.gtscript import BACKWARD, FORWARD, PARALLEL, Field, I, J, computation, function, horizontal, interval, region
from table import case

F = Field[float]
F32 = Field[np.float32]
#: The edges of a tile whose halo of three points belongs to the domain.
EDGES = {"i_start": I[0] + 3, "i_end": I[-1] - 3, "j_start": J[0] + 3, "j_end": J[-1] - 3}
IN_PLACE = {"q_out": "q_in"}


@case(points=14, externals=EDGES, same=IN_PLACE)
def copy_corners_x(q_in: F, q_out: F):
    from __externals__ import i_end, i_start, j_end, j_start

    with computation(PARALLEL), interval(...):
        with horizontal(region[i_start - 3, j_start - 3], region[i_end + 3, j_start - 3]):
            q_out = q_in[0, 5, 0]
        with horizontal(region[i_start - 2, j_start - 3], region[i_end + 3, j_start - 2]):
            q_out = q_in[-1, 4, 0]
        with horizontal(region[i_start - 1, j_start - 1], region[i_end + 1, j_start - 1]):
            q_out = q_in[0, 1, 0]
        with horizontal(region[i_start - 3, j_end + 1], region[i_end + 1, j_end + 3]):
            q_out = q_in[2, -3, 0]
        with horizontal(region[i_start - 3, j_end + 3], region[i_end + 3, j_end + 3]):
            q_out = q_in[0, -5, 0]


@case(points=14, externals=EDGES, same=IN_PLACE)
def copy_corners_y(q_in: F32, q_out: F32):
    from __externals__ import i_end, i_start, j_end, j_start

    with computation(PARALLEL), interval(...):
        with horizontal(region[i_start - 3, j_start - 3], region[i_start - 3, j_end + 3]):
            q_out = q_in[5, 0, 0]
        with horizontal(region[i_start - 1, j_start - 1], region[i_start - 1, j_end + 1]):
            q_out = q_in[1, 0, 0]
        with horizontal(region[i_end + 3, j_start - 3], region[i_end + 3, j_end + 3]):
            q_out = q_in[-5, 0, 0]
        with horizontal(region[i_end + 3, j_start - 1], region[i_end + 1, j_end + 3]):
            q_out = q_in[-3, -2, 0]


@function
def two_cells_x(q, corner):
    from __externals__ import i_end, i_start, j_end, j_start

    with horizontal(region[i_start - 1, j_start - 1]):
        q = 2.0 * corner[0, 1, 0]
    with horizontal(region[i_start - 2, j_start - 1]):
        q = 2.0 * corner[1, 2, 0]
    with horizontal(region[i_end + 1, j_start - 1]):
        q = corner[0, 1, 0]
    with horizontal(region[i_end + 2, j_end + 1]):
        q = corner[-1, -2, 0]
    return q


@function
def two_cells_y(q, corner):
    from __externals__ import i_end, i_start, j_end, j_start

    with horizontal(region[i_start - 1, j_start - 1]):
        q = corner[1, 0, 0]
    with horizontal(region[i_start - 1, j_start - 2]):
        q = corner[2, 1, 0]
    with horizontal(region[i_end + 1, j_end + 2]):
        q = corner[-2, -1, 0]
    return q


@case(points=14, externals=EDGES, same=IN_PLACE)
def fill_two_cells_x(q_in: F, q_out: F):
    with computation(PARALLEL), interval(...):
        q_out = two_cells_x(q_out, q_in)


@case(points=14, externals=EDGES, same={"q_in": "q_out"})
def fill_two_cells_y(q_out: F, q_in: F):
    with computation(PARALLEL), interval(...):
        q_out = two_cells_y(q_out, q_in)


@case(points=14, externals=EDGES, same={"delp_out": "delp", "pt_out": "pt", "w_out": "w"})
def fill_corners_delp_pt_w(delp: F, pt: F, w: F, delp_out: F, pt_out: F, w_out: F):
    with computation(PARALLEL), interval(...):
        delp_out = two_cells_x(delp, delp)
        pt_out = two_cells_x(pt, pt)
        w_out = two_cells_y(w, w)


@case(points=14, externals=EDGES, same=IN_PLACE)
def fill_corners_bgrid_x(q_in: F, q_out: F):
    from __externals__ import i_end, i_start, j_end, j_start

    with computation(PARALLEL), interval(...):
        with horizontal(region[i_start - 1, j_start - 1], region[i_end + 2, j_start - 1]):
            q_out = q_in[0, 2, 0]
        with horizontal(region[i_start - 1, j_start - 2], region[i_end + 3, j_start - 1]):
            q_out = q_in[-1, 3, 0]
        with horizontal(region[i_start - 3, j_end + 3], region[i_end + 3, j_end + 3]):
            q_out = q_in[1, -5, 0]


@case(points=14, externals=EDGES, same=IN_PLACE)
def fill_corners_bgrid_y(q_in: F, q_out: F):
    from __externals__ import i_end, i_start, j_end, j_start

    with computation(PARALLEL), interval(...):
        with horizontal(region[i_start - 1, j_start - 1], region[i_start - 1, j_end + 2]):
            q_out = q_in[2, 0, 0]
        with horizontal(region[i_start - 1, j_start - 2], region[i_start - 2, j_end + 2]):
            q_out = q_in[3, 1, 0]
        with horizontal(region[i_end + 2, j_start - 1], region[i_end + 2, j_end + 2]):
            q_out = q_in[-2, 0, 0]


@case(points=14, externals=EDGES, same={"x_out": "x_in", "y_out": "y_in"})
def fill_corners_dgrid(x_in: F, x_out: F, y_in: F, y_out: F, sign: float):
    from __externals__ import i_end, i_start, j_end, j_start

    with computation(PARALLEL), interval(...):
        with horizontal(region[i_start - 1, j_start - 1]):
            x_out = sign * y_in[0, 1, 0]
        with horizontal(region[i_start - 2, j_start - 1]):
            x_out = sign * y_in[0, 2, 0]
        with horizontal(region[i_end + 1, j_end + 2]):
            x_out = sign * y_in[1, -1, 0]
        with horizontal(region[i_start - 1, j_start - 1]):
            y_out = sign * x_in[1, 0, 0]
        with horizontal(region[i_start - 1, j_start - 2]):
            y_out = sign * x_in[2, 0, 0]
        with horizontal(region[i_end + 2, j_end + 1]):
            y_out = sign * x_in[-1, 1, 0]


@case(points=14, levels=3, externals={**EDGES, "nord0": 0, "nord1": 1}, same=IN_PLACE)
def copy_corners_x_nord(q_in: F, q_out: F):
    from __externals__ import i_end, i_start, j_end, j_start, nord0, nord1

    with computation(PARALLEL):
        with interval(0, 1):
            if __INLINED(nord0 > 0):  # noqa: F821
                with horizontal(region[i_start - 1, j_start - 1]):
                    q_out = q_in[0, 1, 0]
        with interval(1, None):
            if __INLINED(nord1 > 0):  # noqa: F821
                with horizontal(region[i_start - 1, j_start - 1], region[i_end + 1, j_start - 1]):
                    q_out = q_in[0, 1, 0]
                with horizontal(region[i_start - 3, j_end + 2], region[i_end + 2, j_end + 3]):
                    q_out = q_in[1, -4, 0]


@case(points=14, levels=3, externals={**EDGES, "nord": 1}, same=IN_PLACE)
def copy_corners_y_nord(q_in: F32, q_out: F32):
    from __externals__ import i_start, j_end, j_start, nord

    with computation(PARALLEL):
        with interval(0, 2):
            if __INLINED(nord > 0):  # noqa: F821
                with horizontal(region[i_start - 1, j_start - 3], region[i_start - 3, j_end + 1]):
                    q_out = q_in[3, 2, 0]
        with interval(2, None):
            with horizontal(region[i_start - 2, j_start - 2], region[i_start - 2, j_end + 2]):
                q_out = q_in[3, 0, 0]


@case(points=5, same=IN_PLACE)
def wide_regions_that_overlap_what_they_read(q_in: F, q_out: F):
    with computation(PARALLEL), interval(...):
        with horizontal(region[I[0] : I[0] + 3, :]):
            q_out = q_in[2, 0, 0]
        with horizontal(region[I[-1] - 1 : I[-1] + 1, :]):
            q_out = q_in[-2, 1, 0] - q_in


@case(same=IN_PLACE)
def laplacian(q_in: F, q_out: F):
    with computation(PARALLEL), interval(...):
        q_out = q_in[-1, 0, 0] + q_in[1, 0, 0] + q_in[0, -1, 0] + q_in[0, 1, 0] - 4.0 * q_in


@case(same=IN_PLACE)
def by_way_of_an_extent(q_in: F, q_out: F):
    with computation(PARALLEL), interval(...):
        lap = q_in[1, 0, 0] - 2.0 * q_in + q_in[-1, 0, 0]
        q_out = q_in - 0.1 * (lap[1, 0, 0] - 2.0 * lap + lap[-1, 0, 0])
        late = q_in[0, 1, 0]
        q_out = q_out + late[0, 1, 0] * q_in[0, -1, 0]


@case(same={"b": "a", "x": "a"})
def three_names(a: F, b: F, x: F, y: F):
    with computation(PARALLEL), interval(...):
        x = a[1, 0, 0] + b
    with computation(PARALLEL), interval(...):
        y = a[0, -1, 0] - b[0, 1, 0]
        x = y * b


@case(same=IN_PLACE)
def where_a_neighbour_is_positive(q_in: F, q_out: F):
    with computation(PARALLEL), interval(...):
        if q_in[1, 0, 0] > 0.0:
            q_out = q_in[-1, 0, 0]
        else:
            q_out = -1.0


@case(levels=3, same=IN_PLACE)
def levels_together(q_in: F, q_out: F):
    with computation(PARALLEL), interval(0, -1):
        q_out = q_in[0, 0, 1]
    with computation(PARALLEL), interval(1, None):
        q_out = q_in[0, 0, -1] - q_out


@case(levels=3, same=IN_PLACE)
def levels_one_by_one(q_in: F, q_out: F):
    with computation(FORWARD):
        with interval(0, 1):
            q_out = 2.0 * q_in
        with interval(1, None):
            q_out = q_in[1, 0, -1] + 0.5 * q_in[0, 1, 0]
    with computation(BACKWARD), interval(0, -1):
        q_out = q_out[0, 0, 1] - q_in[-1, 0, 1]


@case(levels=3, same={"flux": "q"})
def sweep(q: F, w: F, flux: F):
    with computation(FORWARD), interval(1, -1):
        flux = 0.5 * (q[0, 0, -1] + q[0, 0, 1]) * w
    with computation(PARALLEL), interval(...):
        w = q[1, 0, 0] - w
