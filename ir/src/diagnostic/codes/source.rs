//! Reading files: syntax, imports, definitions, limits.

codes! {
    Error INVALID_PYTHON = 1, "the source is not valid Python",
        "GTScript uses Python's syntax, so Python must be able to parse the file. Each syntax error is reported where the \
         parser stopped. Definitions without a syntax error are still compiled.",
        GtScript r"
            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...)
                    out = 2.0 * a
        " => r"
            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * a
        ";

    Error NOT_GTSCRIPT = 2, "this part of Python has no meaning in GTScript",
        "A stencil describes what is computed at every point; Python does not run it. Loops over Python objects, \
         comprehensions, strings, operations on bits and slices have no meaning there. To repeat something over levels, use \
         a `FORWARD` or `BACKWARD` computation. To repeat something at a point, use `while`. To repeat something a number of \
         times that is known at compile time, use `for`.",
        GtScript r"
            def parity(n: Field[int], out: Field[int]):
                with computation(PARALLEL), interval(...):
                    out = n & 1
        " => r"
            def parity(n: Field[int], out: Field[int]):
                with computation(PARALLEL), interval(...):
                    out = n % 2
        ";

    Error LIMIT = 4, "the source is larger or deeper than the compiler allows",
        "The compiler inlines functions, so a few lines can become very many statements. The limits (statements and calls \
         of one stencil, depth of expressions and blocks, length of a file, number of files) are far above what models \
         need. They prevent a mistake from using all memory. Assign parts of a deep expression to temporaries, and split a \
         stencil that is too long.",
        GtScript r"
            def negate(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = (-----------------------------------------------------------------------------------------------------
                           -----------------------------------------------------------------------------------------------------a)
        " => r"
            def negate(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = -a
        ";

    Error DEFINED_TWICE = 5, "one name is defined twice",
        "If two definitions have the same name, the name can only mean the second one. Rename one, or remove it. The same \
         holds for the parameters of one function. A temporary may be declared several times, as in the branches of an \
         `if`, with one type.",
        GtScript r"
            def update(q: Field[float], q: Field[float]):
                with computation(PARALLEL), interval(...):
                    q = 2.0 * q
        " => r"
            def update(q: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * q
        ";

    Error IMPORT_PLACE = 6, "an import is in the wrong place",
        "Import modules at the top of a file. Externals belong to one stencil, so `from __externals__ import …` is at the \
         beginning of the stencil or function that uses them.",
        GtScript r"
            from __externals__ import FACTOR

            def scale(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * a
        " => r#"
            externals = {"scale": {"FACTOR": 2.0}}

            def scale(a: Field[float], out: Field[float]):
                from __externals__ import FACTOR
                with computation(PARALLEL), interval(...):
                    out = FACTOR * a
        "#;

    Error NOT_IMPORTED = 7, "a module does not have the name that is imported from it",
        "The compiler read the file of the module, and the file does not define this name. The words of the language are \
         known by their names, whatever module they are imported from. (In the example, `shared.py` defines `laplacian`.)",
        GtScript r"
            from shared import laplacien

            def diffuse(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = laplacien(a)
        " => r"
            from shared import laplacian

            def diffuse(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = laplacian(a)
        ";

    Error MISSING_MODULE = 8, "there is no file for an imported module",
        "The compiler reads an imported module from its source, which it looks for beside the importing file. Put the file \
         there, or pass a number as an external. An import that is never used needs no file.",
        GtScript r"
            from settings import FACTOR

            def scale(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = FACTOR * a
        " => r"
            FACTOR = 2.0

            def scale(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = FACTOR * a
        ";

    Error FUNCTION_PLACE = 9, "a function is defined inside another",
        "Define functions, stencils and programs at the top level of a file.",
        GtScript r"
            def diffuse(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    def twice(x):
                        return 2.0 * x
                    out = a
        " => r"
            @function
            def twice(x):
                return 2.0 * x

            def diffuse(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = twice(a)
        ";

    Error NO_EFFECT = 10, "a statement has no effect",
        "The statement is an expression whose value nothing uses. Often `==` was written instead of `=`.",
        GtScript r"
            def copy_field(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out == a
        " => r"
            def copy_field(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = a
        ";

    Error UNREACHABLE = 11, "a statement follows a `return`",
        "A function has one `return`, at its end. Statements after it would never run.",
        GtScript r"
            @function
            def twice(x):
                return 2.0 * x
                y = x

            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = twice(a)
        " => r"
            @function
            def twice(x):
                return 2.0 * x

            def double(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = twice(a)
        ";

    Error EXTERNAL_MISSING = 12, "an external is not given",
        "A name that is imported from `__externals__` gets its value from the caller: `-D NAME=VALUE` on the command line, \
         `externals={…}` in Python, the decorator of the stencil, or a table `externals` in the file.",
        GtScript r"
            def scale(a: Field[float], out: Field[float]):
                from __externals__ import FACTOR
                with computation(PARALLEL), interval(...):
                    out = FACTOR * a
        " => r#"
            @stencil(externals={"FACTOR": 2.0})
            def scale(a: Field[float], out: Field[float]):
                from __externals__ import FACTOR
                with computation(PARALLEL), interval(...):
                    out = FACTOR * a
        "#;

    Error EXTERNALS_TABLE = 13, "the externals of a stencil are not a table of constants",
        "Externals are numbers, booleans, `None`, functions or axis indices. They are in a table from names to values that \
         the compiler can read without running Python.",
        GtScript r"
            @stencil(externals=2.0)
            def scale(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * a
        " => r#"
            @stencil(externals={"FACTOR": 2.0})
            def scale(a: Field[float], out: Field[float]):
                from __externals__ import FACTOR
                with computation(PARALLEL), interval(...):
                    out = FACTOR * a
        "#;

    Warning UNUSED_EXTERNALS = 14, "externals are given for a stencil that does not exist",
        "An entry of the table `externals` is for the stencil with this name. If no stencil has the name, it is most often \
         mistyped.",
        GtScript r#"
            externals = {"skale": {"FACTOR": 2.0}}

            def scale(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 2.0 * a
        "# => r#"
            externals = {"scale": {"FACTOR": 2.0}}

            def scale(a: Field[float], out: Field[float]):
                from __externals__ import FACTOR
                with computation(PARALLEL), interval(...):
                    out = FACTOR * a
        "#;

    Error NOT_CONSTANT = 15, "a value must be known at compile time",
        "The list of computations of a stencil, the conditions of `__INLINED` and `compile_assert`, and the constants of a \
         file must be known before there is any array. Literals, constants of the file, externals and arithmetic on these \
         are known at compile time. Parameters are not.",
        GtScript r"
            def limit(a: Field[float], out: Field[float], flag: bool):
                with computation(PARALLEL), interval(...):
                    if __INLINED(flag):
                        out = a
                    else:
                        out = 0.0
        " => r"
            def limit(a: Field[float], out: Field[float], flag: bool):
                with computation(PARALLEL), interval(...):
                    if flag:
                        out = a
                    else:
                        out = 0.0
        ";

    Error ASSERT_FAILED = 16, "a `compile_assert` does not hold",
        "The author of the stencil stated a condition on the externals, and it does not hold for the values given. The \
         notes give the value of each name.",
        GtScript r"
            ORDER = 5

            def advect(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    compile_assert(ORDER < 4)
                    out = a
        " => r"
            ORDER = 3

            def advect(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    compile_assert(ORDER < 4)
                    out = a
        ";

    Error NO_SUCH_NAME = 17, "the file has no stencil or program of this name",
        "The command or call names a stencil or program that the file does not define. The message lists those that the \
         file defines.",
        GtScript r"
            # tradewind emit model.py --stencil smoth
            def smooth(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 0.5 * (a[-1, 0, 0] + a[1, 0, 0])
        " => r"
            # tradewind emit model.py --stencil smooth
            def smooth(a: Field[float], out: Field[float]):
                with computation(PARALLEL), interval(...):
                    out = 0.5 * (a[-1, 0, 0] + a[1, 0, 0])
        ";
}
