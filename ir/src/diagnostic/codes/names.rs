//! Names, calls of functions, returned values.

codes! {
    Error UNKNOWN_NAME = 101, "a name is not known";
    Error UNKNOWN_FUNCTION = 102, "a function is not known";
    Error NOT_A_FUNCTION = 103, "something that is no function is called";
    Error READ_BEFORE_ASSIGNED = 104, "a name is read above its first assignment";
    Error NOT_A_VALUE = 105, "a number or a field is needed";
    Error TUPLE_AS_VALUE = 106, "a tuple stands where one value is needed";
    Error VALUE_COUNT = 107, "as many names as values are needed";
    Error WRONG_ARGUMENTS = 108, "the arguments of a call are not those of the definition";
    Error RECURSION = 109, "a function or program calls itself";
    Error VARIADIC = 110, "a list of parameters is open";
    Error NO_RETURN = 111, "a function returns nothing";
    Error RETURN_PLACE = 112, "a `return` stands inside a block";
    Error RETURN_VALUE = 113, "a stencil or program returns something";
    Error STENCIL_IN_STENCIL = 114, "a stencil is called inside a stencil";
}
