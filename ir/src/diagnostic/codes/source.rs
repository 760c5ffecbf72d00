//! Reading files: syntax, imports, definitions, limits.

codes! {
    Error INVALID_PYTHON = 1, "the source is not valid Python";
    Error NOT_GTSCRIPT = 2, "this part of Python has no meaning in GTScript";
    Error NOT_SUPPORTED = 3, "this part of GTScript is not supported";
    Error LIMIT = 4, "the source is larger or deeper than the compiler reads";
    Error DEFINED_TWICE = 5, "one name is defined twice";
    Error IMPORT_PLACE = 6, "an import stands in the wrong place";
    Error NOT_IMPORTED = 7, "a module does not have the name that is imported from it";
    Error MISSING_MODULE = 8, "there is no file for an imported module";
    Error FUNCTION_PLACE = 9, "a function is defined inside another";
    Error NO_EFFECT = 10, "a statement has no effect";
    Error UNREACHABLE = 11, "a statement follows a `return`";
    Error EXTERNAL_MISSING = 12, "an external is not given";
    Error EXTERNALS_TABLE = 13, "the externals of a stencil are no table of constants";
    Warning UNUSED_EXTERNALS = 14, "externals are given for a stencil that does not exist";
    Error NOT_CONSTANT = 15, "a value must be known at compile time";
    Error ASSERT_FAILED = 16, "a `compile_assert` does not hold";
    Error NO_SUCH_NAME = 17, "the file has no stencil or program of this name";
}
