"""Orders and intervals."""

from gt4py.cartesian.gtscript import BACKWARD, FORWARD, PARALLEL, Field, computation, interval
from table import case

F = Field[float]


@case(levels=3)
def intervals(a: F, out: F):
    with computation(PARALLEL):
        with interval(0, 1):
            out = a
        with interval(1, -1):
            out = 2.0 * a
        with interval(-1, None):
            out = 3.0 * a


@case(levels=4, short=True)
def intervals_with_gaps(a: F, out: F):
    with computation(PARALLEL):
        with interval(1, 2):
            out = a
        with interval(-1, None):
            out = a[0, 0, -1]


@case(levels=3)
def intervals_from_the_top(a: F, out: F):
    with computation(PARALLEL), interval(-3, -1):
        out = a
    with computation(PARALLEL), interval(-1, None):
        out = a + 1.0


@case()
def running_sum(a: F, out: F):
    with computation(FORWARD):
        with interval(0, 1):
            out = a
        with interval(1, None):
            out = out[0, 0, -1] + a


@case()
def running_sum_down(a: F, out: F):
    with computation(BACKWARD):
        with interval(-1, None):
            out = a
        with interval(0, -1):
            out = 0.5 * out[0, 0, 1] + a


@case()
def up_then_down(a: F, out: F):
    with computation(FORWARD):
        with interval(0, 1):
            t = a
        with interval(1, None):
            t = t[0, 0, -1] * 0.5 + a
    with computation(BACKWARD):
        with interval(-1, None):
            out = t
        with interval(0, -1):
            out = t - out[0, 0, 1]


@case(levels=2, ranges={"diagonal": (3.0, 4.0)})
def tridiagonal(lower: F, diagonal: F, upper: F, right: F, x: F):
    with computation(FORWARD):
        with interval(0, 1):
            c = upper / diagonal
            d = right / diagonal
        with interval(1, None):
            m = 1.0 / (diagonal - lower * c[0, 0, -1])
            c = upper * m
            d = (right - lower * d[0, 0, -1]) * m
    with computation(BACKWARD):
        with interval(-1, None):
            x = d
        with interval(0, -1):
            x = d - c * x[0, 0, 1]


@case(levels=3)
def two_levels_back(a: F, out: F):
    with computation(FORWARD):
        with interval(0, 2):
            out = a
        with interval(2, None):
            out = out[0, 0, -1] + out[0, 0, -2] * a


@case(levels=2)
def forward_reads_ahead(a: F, out: F):
    with computation(FORWARD), interval(0, -1):
        out = a[0, 0, 1] - a


@case(levels=2)
def old_value_above(q: F):
    with computation(FORWARD), interval(0, -1):
        q = q[0, 0, 1] * 0.5


@case(levels=2)
def new_value_above(q: F):
    with computation(BACKWARD), interval(0, -1):
        q = q[0, 0, 1] * 0.5


@case()
def order_does_not_matter(a: F, out: F):
    with computation(BACKWARD), interval(...):
        out = a * 3.0


@case()
def neighbours_in_a_sweep(a: F, out: F):
    with computation(FORWARD):
        with interval(0, 1):
            t = a[1, 0, 0]
            out = t
        with interval(1, None):
            t = a[1, 0, 0] - a[-1, 0, 0]
            out = out[0, 0, -1] + t


@case(levels=2)
def reads_the_level_below_of_an_input(a: F, out: F):
    with computation(PARALLEL):
        with interval(0, 1):
            out = a
        with interval(1, None):
            out = a - a[0, 0, -1]


@case(levels=4)
def many_sections(a: F, out: F):
    with computation(BACKWARD):
        with interval(-1, None):
            out = a
        with interval(-2, -1):
            out = out[0, 0, 1] + a
        with interval(1, -2):
            out = out[0, 0, 1] * 0.9 + a
        with interval(0, 1):
            out = out[0, 0, 1] - a


@case(levels=3, short=True)
def staggered(a: F, edge: F):
    with computation(PARALLEL):
        with interval(0, 1):
            edge = a
        with interval(1, -1):
            edge = 0.5 * (a + a[0, 0, -1])
        with interval(-1, None):
            edge = a[0, 0, -1]


@case(levels=2, short=True)
def writes_the_level_above(a: F, out: F):
    with computation(FORWARD), interval(0, -1):
        out[0, 0, 1] = a
