//! Computations, intervals, regions, loops.

codes! {
    Error BLOCK_PLACE = 401, "a statement or block stands in the wrong place",
        "A stencil holds computations, a computation intervals, an interval statements; computations do not nest. A \
         program holds calls and loops instead.",
        GtScript r"
            def double(a: Field[float], out: Field[float]):
                out = 2.0 * a
                with computation(PARALLEL), interval(...):
                    out = a
        " => r"
            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * a
        ";

    Error UNKNOWN_WITH = 402, "a `with` has no meaning",
        "Blocks of a stencil begin with `with computation(…)`, `with interval(…)` or, inside an interval, `with \
         horizontal(region[…])`.",
        GtScript r"
            def positive(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 0.0
                    with where(a > 0.0):
                        out = a
        " => r"
            def positive(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 0.0
                    if a > 0.0:
                        out = a
        ";

    Error UNKNOWN_ORDER = 403, "the order of a computation is not known",
        "A computation runs its levels in the order `PARALLEL` (none), `FORWARD` (upward) or `BACKWARD` (downward).",
        GtScript r"
            def double(a: Field[float], out: Field[float]):
                with computation(UPWARD), interval(...):
                    out = 2.0 * a
        " => r"
            def double(a: Field[float], out: Field[float]):
                with computation(FORWARD), interval(...):
                    out = 2.0 * a
        ";

    Error EMPTY_STENCIL = 404, "a stencil does nothing",
        "No statement stands in it.",
        GtScript r"
            def nothing(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    pass
        " => r"
            def something(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a
        ";

    Error INTERVAL_BOUND = 405, "the bound of an interval is not a level",
        "An interval is `interval(...)` or `interval(start, end)`; the end is not included. Bounds are integers, counted \
         from the top if negative, `None` for the top, or positions such as `K[-1]`.",
        GtScript r"
            def lift(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(I[1], None):
                    out = a
        " => r"
            def lift(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(1, None):
                    out = a
        ";

    Error INTERVAL_EMPTY = 406, "an interval is empty",
        "It ends where it starts or before, on any domain. The end is not included: `interval(0, 1)` is one level.",
        GtScript r"
            def ground(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(0, 0):
                    out = a
        " => r"
            def ground(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(0, 1):
                    out = a
        ";

    Error INTERVAL_OUTSIDE = 407, "an interval does not fit into the domain",
        "A stencil computes the levels of its domain and no others. In the text form of OIR a bound such as `end + 1` \
         lies outside whatever the domain.",
        Oir r"
            stencil beyond(%a: field<f64, IJK>, %out: field<f64, IJK>) {
              parallel {
                interval [start, end+1) {
                  execute { %out = %a }
                }
              }
            }
        " => r"
            stencil within(%a: field<f64, IJK>, %out: field<f64, IJK>) {
              parallel {
                interval [start, end) {
                  execute { %out = %a }
                }
              }
            }
        ";

    Error INTERVAL_OVERLAP = 408, "two intervals of a computation overlap",
        "Each level belongs to at most one interval of a computation. What is to run after the first goes into a \
         computation of its own.",
        GtScript r"
            def ends(a: Field[float], out: Field[float]):
                with computation(PARALLEL):
                    with interval(0, 2):
                        out = a
                    with interval(1, None):
                        out = 2.0 * a
        " => r"
            def ends(a: Field[float], out: Field[float]):
                with computation(PARALLEL):
                    with interval(0, 1):
                        out = a
                    with interval(1, None):
                        out = 2.0 * a
        ";

    Error INTERVAL_ORDER = 409, "intervals do not stand in the order in which they run",
        "FORWARD runs upward, so lower levels come first; BACKWARD runs downward, so higher ones do.",
        GtScript r"
            def integrate(a: Field[float], out: Field[float]):
                with computation(BACKWARD):
                    with interval(0, -1):
                        out = out[0, 0, 1] + a
                    with interval(-1, None):
                        out = a
        " => r"
            def integrate(a: Field[float], out: Field[float]):
                with computation(BACKWARD):
                    with interval(-1, None):
                        out = a
                    with interval(0, -1):
                        out = out[0, 0, 1] + a
        ";

    Error REGION_FORM = 410, "a region is not written as one",
        "`horizontal` takes regions, and a region has two sides: `region[I[0], :]` is the first column of points along J.",
        GtScript r"
            def edge(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a
                    with horizontal(region[I[0]]):
                        out = 0.0
        " => r"
            def edge(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a
                    with horizontal(region[I[0], :]):
                        out = 0.0
        ";

    Warning REGION_EMPTY = 411, "a region is empty",
        "One of its sides ends where it starts or before, so that its statements never run. The end is not included.",
        GtScript r"
            def edge(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a
                    with horizontal(region[I[0] : I[0], :]):
                        out = 0.0
        " => r"
            def edge(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a
                    with horizontal(region[I[0] : I[0] + 2, :]):
                        out = 0.0
        ";

    Error REGION_BOUND = 412, "the bound of a region is not a position on its axis",
        "Positions are relative to the compute domain: `I[0]` is its first point, `I[-1]` its last, and integers may be \
         added. `0` and `-1` are the same positions.",
        GtScript r"
            def edge(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a
                    with horizontal(region[J[0], :]):
                        out = 0.0
        " => r"
            def edge(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a
                    with horizontal(region[I[0], :]):
                        out = 0.0
        ";

    Warning REGION_OVERLAP = 413, "two regions overlap and their order matters",
        "The statements run once for each region, one after another. Where two have a point in common they run twice \
         there, and the second time they read what the first has written. Let one region end where the other starts.",
        GtScript r"
            def corner(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a
                    with horizontal(region[I[0], :], region[:, J[0]]):
                        out = 2.0 * out
        " => r"
            def corner(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a
                    with horizontal(region[I[0], :], region[I[0] + 1 :, J[0]]):
                        out = 2.0 * out
        ";

    Error WHILE_CONSTANT = 414, "a `while` would never end",
        "Its condition reads nothing that its body can change. Compare a field or temporary that the body assigns.",
        GtScript r"
            def halve(a: Field[float], out: Field[float], limit: float):
                with computation(PARALLEL), interval(...):
                    out = a
                    while limit > 1.0:
                        out = 0.5 * out
        " => r"
            def halve(a: Field[float], out: Field[float], limit: float):
                with computation(PARALLEL), interval(...):
                    out = a
                    while out > limit:
                        out = 0.5 * out
        ";

    Error LOOP_ITEMS = 415, "a `for` in a stencil goes over what is not known at compile time",
        "A `for` in a stencil or function is unrolled, so what it goes over is known when compiling: a `range` of constants, \
         externals and sizes of data dimensions, a tuple of constants or fields, or an enumeration. Levels are looped over by an \
         `interval`, steps in time by a `for` in a `@program`, and a `while` repeats at each point.",
        GtScript r"
            def smooth(a: Field[float], out: Field[float], times: int):
                with computation(PARALLEL), interval(...):
                    out = a
                    for n in range(times):
                        out = 0.5 * (out + a[1, 0, 0])
        " => r"
            TIMES = 3

            def smooth(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a
                    for n in range(TIMES):
                        out = 0.5 * (out + a[1, 0, 0])
        ";

    Error LOOP_LEFT = 416, "a `break` or `continue` that cannot be decided at compile time",
        "The rounds of a `for` in a stencil are statements one after another, for all points. Which of them there are is decided \
         when compiling: by constants, externals and the loop's variable. Where a value at a point decides, put the statements \
         under a condition instead.",
        GtScript r"
            def total(q: Field[IJK, (float, (4,))], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 0.0
                    for n in range(4):
                        if q[0, 0, 0][n] < 0.0:
                            continue
                        out += q[0, 0, 0][n]
        " => r"
            def total(q: Field[IJK, (float, (4,))], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 0.0
                    for n in range(4):
                        if q[0, 0, 0][n] >= 0.0:
                            out += q[0, 0, 0][n]
        ";
}
