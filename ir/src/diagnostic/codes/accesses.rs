//! Accesses of fields.

codes! {
    Error NOT_INDEXABLE = 301, "only fields can be indexed",
        "An index selects a neighbour of a field or temporary. Scalars and the results of calls have no neighbours. Assign \
         the result to a temporary first.",
        GtScript r"
            def shift(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = sqrt(a)[1, 0, 0]
        " => r"
            def shift(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    root = sqrt(a)
                    out = root[1, 0, 0]
        ";

    Error INDEX_COUNT = 302, "an access does not have one index for each axis of its field",
        "A field along I, J and K takes three offsets, `a[1, 0, 0]`. A field along K only takes one, `a[-1]`.",
        GtScript r"
            def shift(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a[1, 0]
        " => r"
            def shift(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a[1, 0, 0]
        ";

    Error INDEX_AXIS = 303, "an index names another axis than its own",
        "An index may name its axis, as in `a[I+1, J, K-1]`. The axes are then in the order I, J, K, each as the first term \
         of its own index. A level counted from the ground is `a[0, 0, n - K]`.",
        GtScript r"
            def shift(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a[J, I, K - 1]
        " => r"
            def shift(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a[I, J, K - 1]
        ";

    Error OFFSET_NOT_INTEGER = 304, "an offset is not an integer",
        "Fields have values at grid points only. To get a value between two points, interpolate.",
        GtScript r"
            def middle(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a[0.5, 0, 0]
        " => r"
            def middle(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 0.5 * (a + a[1, 0, 0])
        ";

    Error OFFSET_TOO_FAR = 305, "an offset reaches beyond any grid",
        "An offset is a distance, in points, from the point that is computed. No domain is as large as this offset.",
        GtScript r"
            def shift(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a[10000000000, 0, 0]
        " => r"
            def shift(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a[1, 0, 0]
        ";

    Error OFFSET_AT_RUN_TIME = 306, "a horizontal offset is known only at run time",
        "The compiler derives the halo of a stencil from its offsets, before it has any array. Along K an offset may be \
         computed, because all levels of a column are available.",
        GtScript r"
            def shift(a: Field[float], out: Field[float], n: int):
                with computation(PARALLEL), interval(...):
                    out = a[n, 0, 0]
        " => r"
            def shift(a: Field[float], out: Field[float], n: int):
                with computation(PARALLEL), interval(...):
                    out = a[0, 0, n]
        ";

    Error WRITE_HORIZONTAL = 307, "a field is written at a horizontal offset",
        "Each point writes its own value. To move values, shift the reads in the opposite direction.",
        GtScript r"
            def shift(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out[1, 0, 0] = a
        " => r"
            def shift(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a[-1, 0, 0]
        ";

    Error WRITE_OFFSET_PARALLEL = 309, "a field is written at another level in a PARALLEL computation",
        "In a PARALLEL computation levels have no order, so it is not known which of two writes of a level comes last.",
        GtScript r"
            def lift(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(0, -1):
                    out[0, 0, 1] = a
        " => r"
            def lift(a: Field[float], out: Field[float]):
                with computation(FORWARD), interval(0, -1):
                    out[0, 0, 1] = a
        ";

    Error WRITE_AXES = 310, "a field of these axes cannot be written here",
        "A field without levels holds one value for all levels of a column. In a PARALLEL computation every level would \
         write it at the same time; in FORWARD and BACKWARD the last level wins. Fields without I or J have elements that \
         several columns share. All these columns would write the same element, in no order, so a stencil cannot write such \
         fields. Write a field with I, J and K, or compute the values with NumPy before the call.",
        GtScript r"
            def column_sum(a: Field[float], total: Field[IJ, float]):
                with computation(PARALLEL), interval(...):
                    total = total + a
        " => r"
            def column_sum(a: Field[float], total: Field[IJ, float]):
                with computation(FORWARD), interval(...):
                    total = total + a
        ";

    Error DATA_INDEX = 311, "data indexes do not fit the data dimensions of a field",
        "A field with data dimensions holds several elements at each point. Data indexes after the offset, counted from \
         zero, select one of them; for a table, `.A[…]` selects it. Fields with data dimensions can also be used as a \
         whole: they can be assigned, added and so on element by element, transposed by `.T` and multiplied by `@`.",
        GtScript r"
            def second(q: Field[IJK, (float, (3,))], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = q
        " => r"
            def second(q: Field[IJK, (float, (3,))], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = q[0, 0, 0][1]
        ";

    Error AT_LEVEL = 312, "an absolute level is not written as `.at` requires",
        "`f.at(K=level)` is the element at a level counted from the first one, at the current point of the plane. The level \
         is an integer, a constant or computed. `ddim=[…]` selects an element of a field with data dimensions.",
        GtScript r"
            def surface(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a - a.at(0)
        " => r"
            def surface(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a - a.at(K=0)
        ";
}
