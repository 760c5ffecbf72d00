//! Names, calls of functions, returned values.

codes! {
    Error UNKNOWN_NAME = 101, "a name is not known",
        "A stencil knows its parameters, the temporaries assigned above, imported externals, and the constants of the file \
         and of the files that it imports.",
        GtScript r"
            def scale(a: Field[float], out: Field[float], weight: float):
                with computation(PARALLEL), interval(...):
                    out = wieght * a
        " => r"
            def scale(a: Field[float], out: Field[float], weight: float):
                with computation(PARALLEL), interval(...):
                    out = weight * a
        ";

    Error UNKNOWN_FUNCTION = 102, "a function is not known",
        "A stencil can only call functions of GTScript: native functions such as `sqrt`, casts such as `int32`, and \
         `@function`s of this file or of an imported one. Functions of NumPy or `math` are not available under their own \
         names.",
        GtScript r"
            def root(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = sqroot(a)
        " => r"
            def root(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = sqrt(a)
        ";

    Error NOT_A_FUNCTION = 103, "something that is not a function is called",
        "Parentheses after a name call it. Write a neighbour of a field with brackets.",
        GtScript r"
            def shift(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a(1, 0, 0)
        " => r"
            def shift(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a[1, 0, 0]
        ";

    Error READ_BEFORE_ASSIGNED = 104, "a name is read above its first assignment",
        "Statements run from top to bottom, and the first assignment of a temporary creates it. Move that assignment up. A \
         value from another level, as in a running sum, needs its first assignment in an interval that runs before.",
        GtScript r"
            def running_sum(a: Field[float], out: Field[float]):
                with computation(FORWARD), interval(...):
                    out = total + a
                    total = out
        " => r"
            def running_sum(a: Field[float], out: Field[float]):
                with computation(FORWARD):
                    with interval(0, 1):
                        out = a
                    with interval(1, None):
                        out = out[0, 0, -1] + a
        ";

    Error NOT_A_VALUE = 105, "a number or a field is needed",
        "A function without its parentheses, an axis, `None` and a text are not numbers at a point.",
        GtScript r"
            @function
            def twice(x):
                return 2.0 * x

            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = twice + a
        " => r"
            @function
            def twice(x):
                return 2.0 * x

            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = twice(a) + a
        ";

    Error TUPLE_AS_VALUE = 106, "a tuple is used where one value is needed",
        "A function may return several values. Assign them to as many names before you use any of them.",
        GtScript r"
            @function
            def both(x):
                return 2.0 * x, 3.0 * x

            def add(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a + both(a)
        " => r"
            @function
            def both(x):
                return 2.0 * x, 3.0 * x

            def add(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    first, second = both(a)
                    out = a + first + second
        ";

    Error VALUE_COUNT = 107, "the numbers of names and of values differ",
        "An assignment to several names takes a tuple with the same number of values.",
        GtScript r"
            @function
            def both(x):
                return 2.0 * x, 3.0 * x

            def split(a: Field[float], b: Field[float], c: Field[float], d: Field[float]):
                with computation(PARALLEL), interval(...):
                    b, c, d = both(a)
        " => r"
            @function
            def both(x):
                return 2.0 * x, 3.0 * x

            def split(a: Field[float], b: Field[float], c: Field[float]):
                with computation(PARALLEL), interval(...):
                    b, c = both(a)
        ";

    Error WRONG_ARGUMENTS = 108, "the arguments of a call do not fit the definition",
        "Each parameter without a default takes one argument, by position or by name. Native functions take their arguments \
         by position.",
        GtScript r"
            @function
            def mean(x, y):
                return 0.5 * (x + y)

            def smooth(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = mean(a[1, 0, 0])
        " => r"
            @function
            def mean(x, y):
                return 0.5 * (x + y)

            def smooth(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = mean(a[-1, 0, 0], a[1, 0, 0])
        ";

    Error RECURSION = 109, "a function or program calls itself",
        "The compiler replaces a call by the body of the function or program. With recursion this would never end. To \
         repeat something at a point, use `while`.",
        GtScript r"
            @function
            def halve(x):
                return halve(0.5 * x)

            def small(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = halve(a)
        " => r"
            def small(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a
                    while out > 1.0:
                        out = 0.5 * out
        ";

    Error VARIADIC = 110, "a list of parameters is variable",
        "`*args` and `**kwargs` have no meaning in GTScript: every parameter has a name, and in a stencil a type.",
        GtScript r"
            def add(a: Field[float], out: Field[float], *more):
                with computation(PARALLEL), interval(...):
                    out = a
        " => r"
            def add(a: Field[float], b: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a + b
        ";

    Error NO_RETURN = 111, "a function returns nothing",
        "A call has the value that the function returns, so a function must end with a `return` and a value.",
        GtScript r"
            @function
            def twice(x):
                y = 2.0 * x

            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = twice(a)
        " => r"
            @function
            def twice(x):
                y = 2.0 * x
                return y

            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = twice(a)
        ";

    Error RETURN_PLACE = 112, "a `return` is inside a block",
        "A condition on fields holds at some points and not at others, so no point can leave the function early. Assign to \
         one name in both branches and return it at the end. (Under `__INLINED` a branch may contain a `return`, because \
         only one branch remains.)",
        GtScript r"
            @function
            def limited(x):
                if x > 1.0:
                    return 1.0
                return x

            def limit(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = limited(a)
        " => r"
            @function
            def limited(x):
                y = x
                if x > 1.0:
                    y = 1.0
                return y

            def limit(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = limited(a)
        ";

    Error RETURN_VALUE = 113, "a stencil or program returns something",
        "A stencil returns its results in its field parameters.",
        GtScript r"
            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * a
                    return out
        " => r"
            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * a
        ";

    Error STENCIL_IN_STENCIL = 114, "a stencil is called inside a stencil",
        "A stencil works on whole fields, a `@function` on the values at a point. A `@program` calls stencils one after \
         another.",
        GtScript r"
            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * a

            def quadruple(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = double(double(a))
        " => r"
            @function
            def double(x):
                return 2.0 * x

            def quadruple(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = double(double(a))
        ";
}
