//! What flows between statements, points and levels.

codes! {
    Warning NEVER_READ = 501, "a temporary is written and never read",
        "An unknown name that is assigned becomes a temporary, and its value is lost at the end of the stencil. Some \
         parameter must depend on it: it is not enough that it is read to compute itself, as in `total += a`, or to compute \
         other temporaries that are lost. A name that differs in one letter from a parameter is most often a mistyped \
         parameter. There is no warning for a name that begins with `_`, nor for one of several names that take the values \
         of a function.",
        GtScript r"
            def advance(q: Field[float], tendency: Field[float]):
                with computation(PARALLEL), interval(...):
                    tendancy = 0.5 * q
        " => r"
            def advance(q: Field[float], tendency: Field[float]):
                with computation(PARALLEL), interval(...):
                    tendency = 0.5 * q
        ";

    Error NEVER_WRITTEN = 502, "a temporary is read before any write",
        "No statement that runs before the read writes the temporary, so it would hold zero everywhere.",
        GtScript r"
            def scale(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    t: float
                    out = t * a
        " => r"
            def scale(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    t: float = 2.0
                    out = t * a
        ";

    Warning MAYBE_UNWRITTEN = 503, "a temporary may be read where it is not written yet",
        "Some branch, region or interval before the read does not write the temporary, and it holds zero there. If this is \
         what you mean, assign zero before.",
        GtScript r"
            def positive(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    if a > 0.0:
                        t = a
                    out = t
        " => r"
            def positive(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    t = 0.0
                    if a > 0.0:
                        t = a
                    out = t
        ";

    Error CARRIED_EXTENT = 504, "an extent grows with each level",
        "The stencil carries a value from level to level and reads it at a neighbouring point, so the lowest level needs a \
         halo as wide as the number of levels. No finite halo is enough. Read the carried value at the same point, or keep \
         it in a field with a halo update of its own between levels.",
        GtScript r"
            def march(a: Field[float], out: Field[float]):
                with computation(FORWARD):
                    with interval(0, 1):
                        s = a
                        out = s
                    with interval(1, None):
                        t = s[0, 0, -1] + a
                        s = t[1, 0, 0]
                        out = s
        " => r"
            def march(a: Field[float], out: Field[float]):
                with computation(FORWARD):
                    with interval(0, 1):
                        s = a
                        out = s
                    with interval(1, None):
                        s = s[0, 0, -1] + a[1, 0, 0]
                        out = s
        ";

    Error RACE = 505, "a parameter is written and read at a horizontal offset",
        "Points are computed in no particular order, so a neighbour may hold the old or the new value. Write to another \
         field. Temporaries do not have this problem: a statement finishes everywhere before the next one starts.",
        GtScript r"
            def smooth(q: Field[float]):
                with computation(PARALLEL), interval(...):
                    q = 0.5 * (q[-1, 0, 0] + q[1, 0, 0])
        " => r"
            def smooth(q: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 0.5 * (q[-1, 0, 0] + q[1, 0, 0])
        ";

    Error WRITE_BEYOND_DOMAIN = 506, "a parameter would be written beyond the compute domain",
        "One block of statements writes both a temporary that is needed beyond the domain and a parameter, which can be \
         written on the domain only. The statements of a `while` run together, so they are one block.",
        GtScript r"
            def halve(a: Field[float], halved: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    t = a
                    halved = 0.0
                    while t > 1.0:
                        t = 0.5 * t
                        halved = 1.0
                    out = t[1, 0, 0]
        " => r"
            def halve(a: Field[float], halved: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    t = a
                    n = 0.0
                    while t > 1.0:
                        t = 0.5 * t
                        n = 1.0
                    halved = n
                    out = t[1, 0, 0]
        ";

    Error LEVEL_RACE = 507, "a PARALLEL computation writes what it reads at another level",
        "In a PARALLEL computation levels have no order, so it is not known whether the level below is already computed. \
         Use FORWARD or BACKWARD, or write to another field.",
        GtScript r"
            def running_sum(q: Field[float]):
                with computation(PARALLEL), interval(1, None):
                    q = q + q[0, 0, -1]
        " => r"
            def running_sum(q: Field[float]):
                with computation(FORWARD), interval(1, None):
                    q = q + q[0, 0, -1]
        ";

    Error WHILE_NEIGHBOUR = 508, "a `while` writes what it reads at a neighbour",
        "Each point leaves the loop on its own, so a neighbour may be any number of iterations ahead.",
        GtScript r"
            def settle(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    t = a
                    while t > 1.0:
                        t = 0.5 * t[1, 0, 0]
                    out = t
        " => r"
            def settle(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    t = a
                    while t > 1.0:
                        t = 0.5 * t
                    out = t
        ";
}
