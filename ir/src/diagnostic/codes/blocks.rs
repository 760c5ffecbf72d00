//! Computations, intervals, regions, loops.

codes! {
    Error BLOCK_PLACE = 401, "a statement or block is in the wrong place",
        "A stencil contains computations, a computation contains intervals, and an interval contains statements. \
         Computations cannot be nested. A program contains calls and loops instead.",
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
        "The stencil contains no statement.",
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
        "An interval is `interval(...)` or `interval(start, end)`; the end is not included. A bound is an integer (negative \
         numbers count from the top), `None` for the top, or a position such as `K[-1]`.",
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
        "On any domain, the interval ends at its start or before it. The end is not included: `interval(0, 1)` is one \
         level.",
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
        "A stencil computes the levels of its domain and no others. In the text form of OIR, a bound such as `end + 1` is \
         outside of every domain.",
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
        "Each level belongs to at most one interval of a computation. Put statements that run after the first interval into \
         another computation.",
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

    Error INTERVAL_ORDER = 409, "intervals are not in the order in which they run",
        "FORWARD runs upward, so lower levels come first. BACKWARD runs downward, so higher levels come first.",
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

    Error REGION_FORM = 410, "a region is not written correctly",
        "`horizontal` takes regions. A region has two sides: `region[I[0], :]` is the first column of points along J.",
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
        "One of its sides ends at its start or before it, so its statements never run. The end is not included.",
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
        "The statements run once for each region, one region after another. At a point that two regions share they run \
         twice, and the second run reads what the first run has written. Let one region end where the other starts.",
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
        "The condition reads nothing that the body can change. Compare a field or temporary that the body assigns.",
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

    Error LOOP_ITEMS = 415, "a `for` in a stencil runs over something that is not known at compile time",
        "The compiler unrolls a `for` in a stencil or function. It must therefore know at compile time what the loop runs \
         over: a `range` of constants, externals and sizes of data dimensions, a tuple of constants or fields, or an \
         enumeration. To loop over levels, use an `interval`. To loop over time, use a `for` in a `@program`. To repeat \
         something at each point, use `while`.",
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

    Error LOOP_LEFT = 416, "the compiler cannot decide a `break` or `continue`",
        "The iterations of a `for` in a stencil become statements one after another, for all points. Constants, externals \
         and the variable of the loop decide at compile time which iterations there are. If a value at a point decides, put \
         the statements under a condition instead.",
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
