//! Calls of compiled programs.

codes! {
    Error CALL_ARGUMENTS = 701, "a call does not give what the program takes";
    Error CALL_TYPE = 702, "an argument is of another type or rank";
    Error READ_ONLY = 703, "an argument that is written is read-only";
    Error CALL_ORIGIN = 704, "an origin lies outside of its array";
    Error DOMAIN_TOO_SMALL = 705, "a domain has fewer points than a stencil needs";
    Error ARRAY_TOO_SMALL = 706, "an array has no room for the domain and its halo";
    Error SHARED_MEMORY = 707, "an array that is written shares memory";
    Error HOST_FUNCTION = 708, "a host function is missing or failed";
    Error ENDLESS_WHILE = 709, "a `while` does not end";
    Error INDEX_OUTSIDE = 710, "a data-dependent index does not exist";
}
