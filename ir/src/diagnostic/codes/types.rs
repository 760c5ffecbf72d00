//! Types and assignments.

codes! {
    Error NO_TYPE = 201, "a parameter has no type";
    Error NOT_A_TYPE = 202, "something that is no type stands as one";
    Error UNKNOWN_AXES = 203, "the axes of a field type are not known";
    Error CONDITION_NOT_BOOLEAN = 204, "a condition is not a boolean";
    Warning PRECISION_LOST = 205, "an assignment loses a part of the value";
    Error ASSIGN_TARGET = 206, "this cannot be assigned to";
    Error SCALAR_ASSIGNED = 207, "a scalar parameter or constant is assigned";
    Error DATA_SIZES = 208, "the sizes of data dimensions are not known or out of range";
}
