"""Masks, control flow on scalars, while."""

from gt4py.cartesian.gtscript import FORWARD, PARALLEL, Field, computation, interval
from table import case

F = Field[float]
N = Field[int]


@case()
def two_ways(a: F, out: F):
    with computation(PARALLEL), interval(...):
        if a > 0.0:
            out = a
        else:
            out = -2.0 * a


@case()
def one_way(a: F, out: F):
    with computation(PARALLEL), interval(...):
        if a > 0.5:
            out = a


@case()
def three_ways(a: F, out: F):
    with computation(PARALLEL), interval(...):
        if a > 1.0:
            out = 1.0
        elif a < -1.0:
            out = -1.0
        else:
            out = a


@case()
def nested(a: F, b: F, out: F):
    with computation(PARALLEL), interval(...):
        if a > 0.0:
            if b > 0.0:
                out = a + b
            else:
                out = a - b
        else:
            if b > 1.0:
                out = b
            out = out * 0.5


@case()
def condition_changed_inside(q: F, out: F):
    with computation(PARALLEL), interval(...):
        if q > 0.0:
            q = -1.0
            out = q
        else:
            q = 3.0
            out = 2.0 * q


@case()
def temporary_of_both_branches(a: F, out: F):
    with computation(PARALLEL), interval(...):
        if a > 0.0:
            t = a
        else:
            t = -a
        out = t[1, 0, 0] - t


@case()
def neighbours_in_a_condition(a: F, out: F):
    with computation(PARALLEL), interval(...):
        if a[-1, 0, 0] > a[1, 0, 0]:
            out = a[0, -1, 0]
        else:
            out = a[0, 1, 0]


@case()
def on_a_scalar(a: F, out: F, w: float):
    with computation(PARALLEL), interval(...):
        if w > 0.0:
            out = a[1, 0, 0]
        else:
            out = a[-1, 0, 0]


@case()
def on_scalar_and_field(a: F, out: F, w: float):
    with computation(PARALLEL), interval(...):
        if w > 0.0 and a > 0.0:
            out = a
        elif w < -1.0:
            out = w
        else:
            out = 0.0


@case()
def on_a_flag(a: F, out: F, active: bool):
    with computation(PARALLEL), interval(...):
        out = a
        if active:
            out = out * 2.0


@case()
def in_a_sweep(a: F, out: F):
    with computation(FORWARD):
        with interval(0, 1):
            out = a
        with interval(1, None):
            if a > out[0, 0, -1]:
                out = a
            else:
                out = out[0, 0, -1] * 0.5


@case()
def on_a_temporary(a: F, out: F):
    with computation(PARALLEL), interval(...):
        positive = a > 0.0
        if positive:
            out = a
        else:
            out = 0.0


@case()
def several_in_a_row(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a
        if out > 1.0:
            out = out - 1.0
        if out > 0.5:
            out = out * 0.5
        if out < -1.0:
            out = out + 1.0


@case(ranges={"n": (0, 9)}, reference="debug", why="`numpy` evaluates the condition anew before each statement")
def counted_down(n: N, out: N):
    with computation(PARALLEL), interval(...):
        out = 0
        t = n
        while t > 0:
            t = t - 1
            out = out + 2


@case(ranges={"a": (0.0, 100.0)})
def halved(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a
        while out > 1.0:
            out = out * 0.5


@case(ranges={"a": (0.0, 100.0)})
def halved_where_positive(a: F, b: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a
        if b > 0.0:
            while out > 1.0:
                out = out * 0.5


@case(ranges={"a": (0.5, 50.0)})
def newton(a: F, out: F):
    with computation(PARALLEL), interval(...):
        x = a
        n = 0
        while n < 5:
            x = 0.5 * (x + a / x)
            n += 1
        out = x


@case(ranges={"a": (0.0, 20.0)})
def while_in_a_sweep(a: F, out: F):
    with computation(FORWARD):
        with interval(0, 1):
            out = a
        with interval(1, None):
            out = a
            while out > out[0, 0, -1] + 1.0:
                out = out - 0.5
