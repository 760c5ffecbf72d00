"""Functions, externals, conditions at compile time."""

import math

from gt4py.cartesian.gtscript import (
    __INLINED,
    PARALLEL,
    Field,
    I,
    computation,
    compile_assert,
    function,
    horizontal,
    interval,
    region,
)
from table import case

F = Field[float]
THIRD = 1.0 / 3.0
TURN = 2.0 * math.pi


@function
def square(x):
    return x * x


@function
def along_i(f):
    return f[1, 0, 0] - f[-1, 0, 0]


@function
def mean_and_difference(x, y):
    mean = 0.5 * (x + y)
    return mean, x - y


@function
def limited(x, low=-1.0, high=1.0):
    below = low if x < low else x
    return high if below > high else below


@function
def twice_the_square(x):
    t = square(x)
    return t + t


@function
def branching(x):
    r = 0.0
    if x > 0.0:
        r = x
    else:
        r = -x
    return r


@case()
def call(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = square(a)


@case()
def call_of_expression(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = square(a[1, 0, 0] - a) + square(2.0)


@case()
def call_with_offsets(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = along_i(a)


@case()
def offset_of_a_result(a: F, out: F):
    with computation(PARALLEL), interval(...):
        d = along_i(a)
        out = along_i(d)


@case()
def several_results(a: F, b: F, out: F, difference: F):
    with computation(PARALLEL), interval(...):
        out, difference = mean_and_difference(a, b)


@case()
def keywords_and_defaults(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = limited(a, high=0.5) + limited(a) + limited(x=a, low=0.0)


@case()
def calls_in_calls(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = twice_the_square(square(a) - twice_the_square(a[0, 1, 0]))


@case()
def branch_in_a_function(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = branching(a) - branching(a[1, 0, 0])


@case()
def module_constants(a: F, out: F):
    with computation(PARALLEL), interval(...):
        out = a * THIRD + TURN


@case(externals={"scale": 1.5, "count": 3, "active": True})
def external_numbers(a: F, out: F):
    from __externals__ import active, count, scale

    with computation(PARALLEL), interval(...):
        out = scale * a + count
        if active:
            out = out + 1.0


@case(externals={"operation": square})
def external_function(a: F, out: F):
    from __externals__ import operation

    with computation(PARALLEL), interval(...):
        out = operation(a)


@case(externals={"order": 2})
def chosen_at_compile_time(a: F, out: F):
    from __externals__ import order

    with computation(PARALLEL), interval(...):
        if __INLINED(order == 2):
            out = a[1, 0, 0] - a[-1, 0, 0]
        else:
            out = a[2, 0, 0]


@case(externals={"order": 4})
def asserted(a: F, out: F):
    from __externals__ import order

    with computation(PARALLEL), interval(...):
        compile_assert(order < 5)
        out = a * order


@case(externals={"edge": I[0] + 1}, points=2)
def external_position(a: F, out: F):
    from __externals__ import edge

    with computation(PARALLEL), interval(...):
        out = a
        with horizontal(region[edge, :]):
            out = 0.0


@case(externals={"top": 2}, levels=3)
def external_in_an_interval(a: F, out: F):
    from __externals__ import top

    with computation(PARALLEL), interval(0, top):
        out = a
