//! Programs.

codes! {
    Error HALO_UPDATE = 601, "the arguments of a halo update are wrong",
        "`halo_update` takes fields. To fill only a part of the halo, it also takes a `width` from 1 to 1024 that is known \
         at compile time. Two fields in parentheses are the components of a vector: they have one type and the same axes, and \
         the update names each once.",
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

    Error FIELD_PAIR = 603, "two different fields of the same type are needed",
        "`copy` and `swap` take two fields with the same axes and element type.",
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
        "The first argument of `callback` is the name under which the caller registers a function. The fields and scalars \
         to pass to it follow.",
        GtScript r"
            @program
            def run(q: Field[float]):
                callback(q)
        " => r#"
            @program
            def run(q: Field[float]):
                callback("monitor", q)
        "#;

    Error FIELD_TYPE = 605, "a field does not have the type of the parameter",
        "Tradewind compiles code for the axes and element type that the parameter declares, and a program passes a field \
         unchanged.",
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
         program. In `domain`, `None` means up to the end, and a negative constant means as many points before the end. \
         Scalars are checked when the call runs: the part must begin and end inside the domain, or inside the halo that \
         the fields have.",
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

    Error PROGRAM_LOOP = 608, "a loop of a program runs over something other than a range or a tuple",
        "A program repeats its steps over `range(n)`, `range(start, end)` or `range(start, end, step)`, whose step must not \
         be zero, or over tuples of fields and numbers, which are unrolled. `enumerate`, `reversed` and `zip` may surround \
         these. `break` and `continue` must be inside a loop.",
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
        "Stencils, `copy` and `swap` write the fields of a program. An assignment would only give a field a second name. \
         Declare a field that the program owns without a value.",
        GtScript r"
            @program
            def run(q: Field[float], old: Field[float]):
                old = q
        " => r"
            @program
            def run(q: Field[float], old: Field[float]):
                copy(old, q)
        ";

    Error POINT_IN_PROGRAM = 610, "a program computes with a value that differs from point to point",
        "Between its calls a program computes with scalars. Computations at points belong in a stencil.",
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
        "A program can call the stencils and programs of the file and of its imports, and `halo_update`, `copy`, `swap` and \
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
        "A field that a program declares belongs to the program. Its points have no useful value until a call, a halo \
         update, a copy or a callback writes them. A stencil with offsets reads beyond the part that a call before it \
         wrote. Write one point more, with `origin=` and `domain=` of that call, or fill the halo with `halo_update` or a \
         callback.",
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
        "On some path to the read, points of the field are not written. The reason may be a branch that is not taken, a \
         loop that does not run, a condition inside a stencil, or a callback that does not state with `fills=` what it \
         writes. The points then hold zeros. Write them on every path, or before the branch or loop.",
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
        "The assignment to the scalar comes after this read, so the scalar has no value yet.",
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
        "If a branch is not taken or a loop does not run, the scalar has no value and holds zero. Assign it before the \
         branch or loop.",
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

    Error UNSETTLED_NAME = 617, "the meaning of a name depends on what happens at run time",
        "Tradewind compiles code for the fields that a program names. Two branches may give a name of a field or a tuple \
         different meanings, and so may two iterations of a loop. After the branches, or in the next iteration, the name \
         cannot be used. Scalar variables do not have this problem: they hold their values at run time.",
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

    Error HALO_PAIR = 618, "the start of a halo update and the wait for it do not belong together",
        "`halo_start` begins a halo update, and `halo_wait` takes what it returns. Each start has one wait, which comes later in the same \
         block: a start in a loop has its wait in the same round, one in a branch in the same branch.",
        GtScript r"
            @program
            def run(q: Field[float], steps: int):
                for n in range(steps):
                    update = halo_start(q)
                halo_wait(update)
        " => r"
            @program
            def run(q: Field[float], steps: int):
                for n in range(steps):
                    update = halo_start(q)
                    halo_wait(update)
        ";

    Error HALO_UNDER_WAY = 619, "a field is used while its halo is under way",
        "Between `halo_start` and `halo_wait` the points of the domain may be read. Nothing may write the field or touch its halo: \
         it depends on the machine when the values travel. Compute the points near the edge of the domain after `halo_wait`.",
        GtScript r"
            def slope(q: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = q[1, 0, 0] - q[-1, 0, 0]

            @program
            def run(q: Field[float], out: Field[float]):
                update = halo_start(q)
                slope(q, out)
                halo_wait(update)
        " => r"
            def slope(q: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = q[1, 0, 0] - q[-1, 0, 0]

            @program
            def run(q: Field[float], out: Field[float]):
                update = halo_start(q)
                slope(q, out, origin=(1, 0, 0), domain=(-1, None, None))
                halo_wait(update)
                slope(q, out, domain=(1, None, None))
                slope(q, out, origin=(NI - 1, 0, 0), domain=(1, None, None))
        ";
}
