//! Programs.

codes! {
    Error HALO_UPDATE = 601, "the arguments of a halo update are wrong",
        "`halo_update` takes fields and, if not the whole halo is to be filled, a `width` from 1 to 1024 that is known at \
         compile time.",
        GtScript r"
            @program
            def run(q: Field[float]):
                halo_update(q, width=0)
        " => r"
            @program
            def run(q: Field[float]):
                halo_update(q, width=3)
        ";

    Error FIELD_NEEDED = 602, "a field is needed",
        "Halo updates, copies and swaps work on whole fields, and a field parameter of a stencil takes a field.",
        GtScript r"
            @program
            def run(q: Field[float], dt: float):
                halo_update(dt)
        " => r"
            @program
            def run(q: Field[float], dt: float):
                halo_update(q)
        ";

    Error FIELD_PAIR = 603, "two different fields of one type are needed",
        "`copy` and `swap` take two fields of the same axes and element type.",
        GtScript r"
            @program
            def run(q: Field[float], p: Field[float32]):
                swap(q, p)
        " => r"
            @program
            def run(q: Field[float], p: Field[float]):
                swap(q, p)
        ";

    Error CALLBACK = 604, "the arguments of a callback are wrong",
        "`callback` takes the name under which the caller registers a function, then the fields and scalars to pass to \
         it.",
        GtScript r"
            @program
            def run(q: Field[float]):
                callback(q)
        " => r#"
            @program
            def run(q: Field[float]):
                callback("monitor", q)
        "#;

    Error FIELD_TYPE = 605, "a field is not of the type of the parameter",
        "Code is made for the axes and element type that the parameter declares; a field of a program is passed as it is.",
        GtScript r"
            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * a

            @program
            def run(q: Field[float32], out: Field[float]):
                double(q, out)
        " => r"
            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * a

            @program
            def run(q: Field[float], out: Field[float]):
                double(q, out)
        ";

    Error ALIAS = 606, "one field is passed twice to a stencil that cannot run on it",
        "Parameters to which the same field is passed are one field: each statement is computed on the whole plane before \
         anything is assigned. A `while` runs point by point. It cannot read at a neighbour what it writes, also not under \
         two names.",
        GtScript r"
            def settle(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    while out > 1.0:
                        out = 0.5 * out * a[1, 0, 0]

            @program
            def run(q: Field[float]):
                settle(q, q)
        " => r"
            def settle(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    while out > 1.0:
                        out = 0.5 * out * a[1, 0, 0]

            @program
            def run(q: Field[float]):
                before: Field[float]
                copy(before, q)
                settle(before, q)
        ";

    Error CALL_DOMAIN = 607, "the origin or domain of a call is not a position or size",
        "`origin=` and `domain=` of a call in a program are three integers, for I, J and K: constants, or scalars of the \
         program. In `domain`, `None` reaches to the end and a negative constant to as many points before it. Scalars are \
         checked when the call runs: where the part begins and ends there must be points of the domain, or of the halo as \
         far as the fields have it.",
        GtScript r"
            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * a

            @program
            def run(q: Field[float], out: Field[float]):
                double(q, out, origin=(1, 1), domain=(-1, -1, None))
        " => r"
            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * a

            @program
            def run(q: Field[float], out: Field[float]):
                double(q, out, origin=(1, 1, 0), domain=(-1, -1, None))
        ";

    Error PROGRAM_LOOP = 608, "a loop of a program runs over something else than a range or a tuple",
        "A program repeats its steps over `range(n)`, `range(start, end)` or `range(start, end, step)`, whose step is not \
         zero, and over tuples of fields and numbers, which are unrolled. `enumerate`, `reversed` and `zip` may stand \
         around these. `break` and `continue` stand in a loop.",
        GtScript r"
            @program
            def run(q: Field[float], n: int):
                for step in n:
                    halo_update(q)
        " => r"
            @program
            def run(q: Field[float], n: int):
                for step in range(n):
                    halo_update(q)
        ";

    Error FIELD_ASSIGNED = 609, "a field is assigned in a program",
        "Fields of a program are written by stencils, `copy` and `swap`; an assignment would only give one a second name. \
         A field that lives as long as the run is declared without a value.",
        GtScript r"
            @program
            def run(q: Field[float], old: Field[float]):
                old = q
        " => r"
            @program
            def run(q: Field[float], old: Field[float]):
                copy(old, q)
        ";

    Error POINT_IN_PROGRAM = 610, "a program computes with what differs from point to point",
        "Between its calls a program computes with scalars. What is computed at points belongs into a stencil.",
        GtScript r"
            @program
            def run(q: Field[float]):
                if q > 0.0:
                    halo_update(q)
        " => r"
            @program
            def run(q: Field[float], is_periodic: bool):
                if is_periodic:
                    halo_update(q)
        ";

    Error FUNCTION_IN_PROGRAM = 611, "a program calls a function of stencils",
        "A `@function` computes a value at a point. A program calls stencils and other programs.",
        GtScript r"
            @function
            def twice(x):
                return 2.0 * x

            @program
            def run(q: Field[float]):
                twice(q)
        " => r"
            def double(q: Field[float]):
                with computation(PARALLEL), interval(...):
                    q = 2.0 * q

            @program
            def run(q: Field[float]):
                double(q)
        ";

    Error UNKNOWN_STENCIL = 612, "a program calls a stencil that is not known",
        "Known are the stencils and programs of the file and what it imports, and `halo_update`, `copy`, `swap` and \
         `callback`.",
        GtScript r"
            def double(q: Field[float]):
                with computation(PARALLEL), interval(...):
                    q = 2.0 * q

            @program
            def run(q: Field[float]):
                duoble(q)
        " => r"
            def double(q: Field[float]):
                with computation(PARALLEL), interval(...):
                    q = 2.0 * q

            @program
            def run(q: Field[float]):
                double(q)
        ";

    Error FIELD_UNWRITTEN = 613, "a program's own field is read where nothing has written it",
        "A field that a program declares is its own, and its points hold nothing of use until a call, a halo update, a copy or a \
         callback writes them. A stencil with offsets reads beyond the part that a call before it wrote: write one point more, by \
         `origin=` and `domain=` of that call, or fill the halo with `halo_update` or a callback.",
        GtScript r"
            def face(q: Field[float], fx: Field[float]):
                with computation(PARALLEL), interval(...):
                    fx = 0.5 * (q[-1, 0, 0] + q)

            def update(q: Field[float], fx: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = q - (fx[1, 0, 0] - fx)

            @program
            def run(q: Field[float], out: Field[float]):
                fx: Field[float]
                face(q, fx)
                update(q, fx, out)
        " => r"
            def face(q: Field[float], fx: Field[float]):
                with computation(PARALLEL), interval(...):
                    fx = 0.5 * (q[-1, 0, 0] + q)

            def update(q: Field[float], fx: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = q - (fx[1, 0, 0] - fx)

            @program
            def run(q: Field[float], out: Field[float]):
                fx: Field[float]
                face(q, fx, domain=(NI + 1, NJ, NK))
                update(q, fx, out)
        ";

    Warning FIELD_MAYBE_UNWRITTEN = 614, "a program's own field may be read where nothing has written it",
        "Some way to the read leaves points of the field unwritten: a branch that is not taken, a loop that does not run, a condition \
         inside a stencil, a callback that does not say with `fills=` what it writes. The points then hold zeros. Write them on \
         every way, or before the branch or loop.",
        GtScript r"
            def double(q: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * q

            @program
            def run(q: Field[float], out: Field[float], is_active: bool):
                forcing: Field[float]
                if is_active:
                    double(q, forcing)
                double(forcing, out)
        " => r"
            def double(q: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * q

            @program
            def run(q: Field[float], out: Field[float], is_active: bool):
                forcing: Field[float]
                if is_active:
                    double(q, forcing)
                else:
                    copy(forcing, q)
                double(forcing, out)
        ";

    Error SCALAR_UNASSIGNED = 615, "a scalar of a program is read before it is assigned",
        "A scalar that is declared or assigned further down has no value yet.",
        GtScript r"
            def scale(q: Field[float], factor: float):
                with computation(PARALLEL), interval(...):
                    q = factor * q

            @program
            def run(q: Field[float]):
                factor: float
                scale(q, factor=factor)
        " => r"
            def scale(q: Field[float], factor: float):
                with computation(PARALLEL), interval(...):
                    q = factor * q

            @program
            def run(q: Field[float]):
                factor: float = 0.5
                scale(q, factor=factor)
        ";

    Warning SCALAR_MAYBE_UNASSIGNED = 616, "a scalar of a program may be read before it is assigned",
        "A branch that is not taken or a loop that does not run leaves the scalar without a value; it then holds zero. Assign it before \
         the branch or loop.",
        GtScript r"
            def scale(q: Field[float], factor: float):
                with computation(PARALLEL), interval(...):
                    q = factor * q

            @program
            def run(q: Field[float], n: int):
                for i in range(n):
                    factor = 0.5 * i
                scale(q, factor=factor)
        " => r"
            def scale(q: Field[float], factor: float):
                with computation(PARALLEL), interval(...):
                    q = factor * q

            @program
            def run(q: Field[float], n: int):
                factor = 1.0
                for i in range(n):
                    factor = 0.5 * i
                scale(q, factor=factor)
        ";

    Error UNSETTLED_NAME = 617, "what a name stands for depends on what happens at run time",
        "Code is made for the fields that a program names. A name of a field or a tuple that one branch gives to this and \
         another to that, or that the next round of a loop gives to something else, cannot be used where both come \
         together. Scalar variables can: they hold their values when the program runs.",
        GtScript r"
            @program
            def run(q: Field[float], p: Field[float], first: bool):
                chosen = (q, p)
                if first:
                    chosen = (q,)
                for f in chosen:
                    halo_update(f)
        " => r"
            @program
            def run(q: Field[float], p: Field[float], first: bool):
                halo_update(q)
                if not first:
                    halo_update(p)
        ";
}
