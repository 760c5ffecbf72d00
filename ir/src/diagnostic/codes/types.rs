//! Types and assignments.

codes! {
    Error NO_TYPE = 201, "a parameter has no type",
        "The type of a parameter states whether it is a field, its axes, and the type of its numbers. Tradewind compiles \
         code for exactly this type.",
        GtScript r"
            def scale(a: Field[float], out: Field[float], weight):
                with computation(PARALLEL), interval(...):
                    out = weight * a
        " => r"
            def scale(a: Field[float], out: Field[float], weight: float):
                with computation(PARALLEL), interval(...):
                    out = weight * a
        ";

    Error NOT_A_TYPE = 202, "something that is not a type is used as a type",
        "A field is `Field[float]`, `Field[IJ, np.float32]` and so on. A scalar is `float`, `int`, `bool`, `np.float64`. A \
         name for one of these is also a type.",
        GtScript r#"
            def double(a: Field["real"], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * a
        "# => r#"
            def double(a: Field["float32"], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * a
        "#;

    Error UNKNOWN_AXES = 203, "the axes of a field type are not known",
        "The axes of a field are `I`, `J`, `K`, `IJ`, `IK`, `JK` or `IJK`, in this order.",
        GtScript r"
            def spread(a: Field[JI, float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a
        " => r"
            def spread(a: Field[IJ, float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a
        ";

    Error CONDITION_NOT_BOOLEAN = 204, "a condition is not a boolean",
        "Numbers are neither true nor false: compare them with something.",
        GtScript r"
            def mask(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 1.0 if a else 0.0
        " => r"
            def mask(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 1.0 if a != 0.0 else 0.0
        ";

    Warning PRECISION_LOST = 205, "an assignment loses a part of the value",
        "The assignment converts the value to the type of its target, and this type cannot hold the fraction, all digits, \
         or the range of the value. Often the cause is a temporary that got its type from a first value such as `0`. If you \
         intend the loss, write the cast: `float32(…)`, `int32(…)`.",
        GtScript r"
            def total(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    sum = 0
                    sum = sum + 0.5 * a
                    out = sum
        " => r"
            def total(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    sum = 0.0
                    sum = sum + 0.5 * a
                    out = sum
        ";

    Error ASSIGN_TARGET = 206, "this cannot be assigned to",
        "The left side of an assignment is a field or a temporary: a name, or a name with an offset.",
        GtScript r"
            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out.value = a
        " => r"
            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a
        ";

    Error SCALAR_ASSIGNED = 207, "a scalar parameter or constant is assigned",
        "A scalar is the same at every point and level, and belongs to the caller. Use a temporary or a field for a value \
         that changes within a stencil.",
        GtScript r"
            def scale(a: Field[float], out: Field[float], weight: float):
                with computation(PARALLEL), interval(...):
                    weight = 2.0 * weight
                    out = weight * a
        " => r"
            def scale(a: Field[float], out: Field[float], weight: float):
                with computation(PARALLEL), interval(...):
                    doubled = 2.0 * weight
                    out = doubled * a
        ";

    Error DATA_SIZES = 208, "the sizes of data dimensions are not known or out of range",
        "Data dimensions give each point several elements. Their sizes are part of the type: whole numbers, as literals or \
         as module constants.",
        GtScript r"
            def first(q: Field[IJK, (float, (0,))], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = q[0, 0, 0][0]
        " => r"
            def first(q: Field[IJK, (float, (3,))], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = q[0, 0, 0][0]
        ";
}
