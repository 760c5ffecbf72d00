"""Data dimensions and tables."""

import numpy as np
from gt4py.cartesian.gtscript import FORWARD, IJ, IJK, PARALLEL, Field, GlobalTable, computation, function, interval
from table import case

F = Field[float]
V = Field[(float, (3,))]
M = Field[(float, (2, 3))]


@function
def length(v):
    return v[0, 0, 0][0] * v[0, 0, 0][0] + v[0, 0, 0][1] * v[0, 0, 0][1]


@function
def shares(v):
    sum = v[0, 0, 0][0] + v[0, 0, 0][1]
    return v / sum


@function
def scaled(v, a):
    factor = 2.0 * a if a > 0.0 else 1.0
    return v * factor, factor


@function
def turned(m, v, a):
    factor = a + v[0, 0, 0][1]
    return factor * (m @ v)


@case(externals={"n": 3})
def size_by_external(v: V, out: F):
    from __externals__ import n

    w: Field[IJK, (np.float64, (n,))] = 2.5
    with computation(PARALLEL), interval(...):
        w[0, 0, 0][1] = v[0, 0, 0][1]
        out = w[0, 0, 0][1] + w[0, 0, 0][n - 1]


@case()
def elements_of_a_function(v: V, out: V):
    with computation(PARALLEL), interval(...):
        out = shares(v)


@case()
def elements_of_a_tuple(v: V, a: F, out: V, b: F):
    with computation(PARALLEL), interval(...):
        out, b = scaled(v, a)


@case()
def product_in_a_function(m: M, v: V, a: F, out: Field[(float, (2,))]):
    with computation(PARALLEL), interval(...):
        out = turned(m, v, a)


@case()
def element(v: V, out: F):
    with computation(PARALLEL), interval(...):
        out = v[0, 0, 0][2] - v[0, 0, 0][0]


@case()
def element_beside(v: V, out: F):
    with computation(PARALLEL), interval(...):
        out = v[1, 0, 0][1] + v[0, -1, 0][0]


@case(levels=2)
def element_below(v: V, out: F):
    with computation(PARALLEL), interval(1, None):
        out = v[0, 0, -1][1]


@case()
def into_elements(a: F, v: V):
    with computation(PARALLEL), interval(...):
        v[0, 0, 0][0] = a
        v[0, 0, 0][1] = 2.0 * a
        v[0, 0, 0][2] = v[0, 0, 0][0] + v[0, 0, 0][1]


@case()
def two_data_dimensions(m: M, out: F):
    with computation(PARALLEL), interval(...):
        out = m[0, 0, 0][1, 2] - m[0, 0, 0][0, 1]


@case()
def into_two_data_dimensions(a: F, m: M):
    with computation(PARALLEL), interval(...):
        m[0, 0, 0][1, 0] = a
        m[0, 0, 0][0, 2] = -a


@case(ranges={"n": (0, 2)})
def element_by_parameter(v: V, out: F, n: int):
    with computation(PARALLEL), interval(...):
        out = v[0, 0, 0][n]


@case(ranges={"n": (0, 1)})
def element_by_expression(m: M, out: F, n: int):
    with computation(PARALLEL), interval(...):
        out = m[0, 0, 0][n, n + 1]


@case()
def elements_of_a_plane(p: Field[IJ, (float, (2,))], out: F):
    with computation(PARALLEL), interval(...):
        out = p[0, 0][0] * p[0, 0][1]


@case()
def running_sum_of_elements(v: V, out: V):
    with computation(FORWARD):
        with interval(0, 1):
            out[0, 0, 0][0] = v[0, 0, 0][0]
        with interval(1, None):
            out[0, 0, 0][0] = out[0, 0, -1][0] + v[0, 0, 0][0]


@case()
def product_of_matrix_and_vector(m: M, v: V, out: Field[(float, (2,))]):
    with computation(PARALLEL), interval(...):
        out = m @ v


@case()
def product_of_transposed_matrix(m: M, w: Field[(float, (2,))], out: V):
    with computation(PARALLEL), interval(...):
        out = m.T @ w


@case()
def integer_elements(v: Field[(np.int32, (2,))], out: Field[np.int32]):
    with computation(PARALLEL), interval(...):
        out = v[0, 0, 0][0] - v[0, 0, 0][1]


@case()
def table(t: GlobalTable[(float, (4,))], out: F):
    with computation(PARALLEL), interval(...):
        out = t.A[1] + t.A[3]


@case(ranges={"n": (0, 3)})
def table_by_parameter(t: GlobalTable[(float, (4,))], out: F, n: int):
    with computation(PARALLEL), interval(...):
        out = t.A[n]
