//! Calls of compiled programs.

codes! {
    Error CALL_ARGUMENTS = 701, "the arguments of a call do not fit the program",
        "Each parameter takes one argument: an array for a field, a number for a scalar. An optional parameter may be left \
         out if the program, compiled with its externals, does not use it.",
        Python r"
            double(np.ones((8, 8, 4)))
        " => r"
            double(np.ones((8, 8, 4)), np.zeros((8, 8, 4)))
        ";

    Error CALL_TYPE = 702, "an argument has another type or rank",
        "Tradewind compiles code for the types that the parameters declare, and it uses arrays in place, so it does not \
         convert them. It converts numbers if nothing is lost.",
        Python r"
            double(np.ones((8, 8, 4), np.float32), np.zeros((8, 8, 4)))
        " => r"
            double(np.ones((8, 8, 4)), np.zeros((8, 8, 4)))
        ";

    Error READ_ONLY = 703, "an argument that is written is read-only",
        "The program writes the array, and the array does not allow it. Pass a writable copy.",
        Python r"
            out = np.zeros((8, 8, 4))
            out.flags.writeable = False
            double(np.ones((8, 8, 4)), out)
        " => r"
            out = np.zeros((8, 8, 4))
            double(np.ones((8, 8, 4)), out)
        ";

    Error CALL_ORIGIN = 704, "an origin or domain of a call is not valid",
        "An origin is the index of the domain's first point in an array. It has one entry for each axis of the array and \
         lies inside the array. Sizes of a domain are not negative. If no array has an axis, the call must give the size \
         along it.",
        Python r"
            double(np.ones((8, 8, 4)), np.zeros((8, 8, 4)), origin=(9, 0, 0))
        " => r"
            double(np.ones((8, 8, 4)), np.zeros((8, 8, 4)), origin=(1, 0, 0))
        ";

    Error DOMAIN_TOO_SMALL = 705, "a domain has fewer points than a stencil needs",
        "The intervals and regions of a stencil need a minimum number of points: `interval(0, 2)` needs at \
         least two levels.",
        GtScript r"
            def ground(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(0, 2):
                    out = a

            @program
            def run(q: Field[float], out: Field[float]):
                ground(q, out, origin=(0, 0, 0), domain=(None, None, 1))
        " => r"
            def ground(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(0, 2):
                    out = a

            @program
            def run(q: Field[float], out: Field[float]):
                ground(q, out, origin=(0, 0, 0), domain=(None, None, 2))
        ";

    Error ARRAY_TOO_SMALL = 706, "an array has no room for the domain and its halo",
        "A stencil that reads neighbours needs a halo around its domain. The message states how many points are missing, \
         along which axis and on which side. Without `domain=` Tradewind takes the largest domain that fits.",
        Python r"
            double(np.ones((8, 8, 4)), np.zeros((8, 8, 4)), domain=(9, 8, 4))
        " => r"
            double(np.ones((9, 8, 4)), np.zeros((9, 8, 4)), domain=(9, 8, 4))
        ";

    Error SHARED_MEMORY = 707, "an array that is written shares memory",
        "If the array that is written overlaps with another argument, or with itself, the result depends on the order of \
         points. Pass a copy. The same array with the same origin may be passed as several arguments: they are one field \
         then.",
        Python r"
            a = np.ones((9, 8, 4))
            double(a[1:], a[:-1])
        " => r"
            a = np.ones((9, 8, 4))
            double(a, a)
        ";

    Error RUN_FAILED = 708, "a call failed while it ran",
        "A function that the program calls back is missing or raised an exception, or the requested threads could not be \
         started.",
        Python r#"
            @tradewind.program
            def watch(q: Field[float]):
                callback("monitor", q)

            watch(np.ones((8, 8, 4)))
        "# => r#"
            @tradewind.program
            def watch(q: Field[float]):
                callback("monitor", q)

            watch(np.ones((8, 8, 4)), callbacks={"monitor": print})
        "#;

    Error ENDLESS_WHILE = 709, "a `while` does not end",
        "The interpreters, which `tradewind verify` compares with, stop after a million iterations. The body does not make \
         its condition false.",
        GtScript r"
            # tradewind verify model.py
            def settle(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = abs(a)
                    while out >= 0.0:
                        out = 0.5 * out
        " => r"
            # tradewind verify model.py
            def settle(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = abs(a)
                    while out > 0.1:
                        out = 0.5 * out
        ";

    Error INDEX_OUTSIDE = 710, "a data-dependent index does not exist",
        "Tradewind checks a computed level or data index where it is used. The call fails with the first index that its \
         field does not have; the error states the stencil, the line, the point and the value. Memory outside of the array \
         is not touched, and the outputs hold what was computed so far. Limit the index to its range, or leave the check \
         out with `bounds=\"trusted\"`, which clamps the index.",
        Python r#"
            @tradewind.stencil
            def lift(a: Field[float], out: Field[float], by: int):
                with computation(PARALLEL), interval(...):
                    out = a[0, 0, by]

            lift(np.ones((8, 8, 4)), np.zeros((8, 8, 4)), by=7)
        "# => r#"
            @tradewind.stencil
            def lift(a: Field[float], out: Field[float], by: int):
                with computation(PARALLEL), interval(...):
                    out = a[0, 0, by]

            lift(np.ones((8, 8, 4)), np.zeros((8, 8, 4)), by=0)
        "#;

    Error CALL_MEMORY = 711, "an argument has no memory that a call can use in place",
        "Tradewind uses arrays in place, without a copy. An argument is a NumPy array, or an object that gives access to \
         its memory by the array interface, the buffer protocol, `__array__` or DLPack. It cannot be a list, an array on a \
         GPU, an array that makes a copy on each access, or an array with elements at odd addresses: make a NumPy array of \
         it, and copy the results back. The mask of a masked array would be ignored: fill its points, or pass the data and \
         the mask as two fields.",
        Python r"
            double([[[1.0, 2.0]]], np.zeros((1, 1, 2)))
        " => r"
            double(np.array([[[1.0, 2.0]]]), np.zeros((1, 1, 2)))
        ";

    Error OUT_OF_MEMORY = 712, "fields need more memory than there is",
        "A program's own fields and temporaries are as large as the domain and kept between calls. The message says how much \
         they need together and, where the system tells, how much it can give. Compute on a smaller domain, in narrower types or \
         with fewer fields at a time; `release()` gives back what finished calls have kept.",
        Python r"
            @tradewind.stencil
            def spread(a: Field[IJ, float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a

            @tradewind.program
            def run(a: Field[IJ, float]):
                layers: Field[float]
                spare: Field[float]
                spread(a, layers)
                spread(a, spare)
                swap(layers, spare)

            run(np.ones((8, 8)), domain=(8, 8, 10**12))
        " => r"
            @tradewind.stencil
            def spread(a: Field[IJ, float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a

            @tradewind.program
            def run(a: Field[IJ, float]):
                layers: Field[float]
                spare: Field[float]
                spread(a, layers)
                spread(a, spare)
                swap(layers, spare)

            run(np.ones((8, 8)), domain=(8, 8, 10))
        ";

    Error INTERRUPTED = 713, "a run was interrupted",
        "Ctrl-C, or the host, has ended the run before it was done: between two steps, or in the middle of one. The arguments hold \
         what was computed so far. `tradewind run` reports on that and keeps the pictures that it has; a call from Python raises \
         `KeyboardInterrupt`, or what the signal's handler raises.";
}
