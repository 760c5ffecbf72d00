//! Programs.

codes! {
    Error HALO_UPDATE = 601, "the arguments of a halo update are wrong";
    Error FIELD_NEEDED = 602, "a field is needed";
    Error FIELD_PAIR = 603, "two different fields of one type are needed";
    Error CALLBACK = 604, "the arguments of a callback are wrong";
    Error FIELD_TYPE = 605, "a field is not of the type of the parameter";
    Error ALIAS = 606, "one field is passed twice to a stencil that writes it";
    Error CALL_DOMAIN = 607, "the origin or domain of a call is not a position or size";
    Error PROGRAM_LOOP = 608, "a loop of a program runs over something else than a range or a tuple";
    Error FIELD_ASSIGNED = 609, "a field is assigned in a program";
    Error POINT_IN_PROGRAM = 610, "a program computes with what differs from point to point";
    Error FUNCTION_IN_PROGRAM = 611, "a program calls a function of stencils";
    Error UNKNOWN_STENCIL = 612, "a program calls a stencil that is not known";
}
