//! Accesses of fields.

codes! {
    Error NOT_INDEXABLE = 301, "only fields can be indexed";
    Error INDEX_COUNT = 302, "an access has not one index for each axis of its field";
    Error INDEX_AXIS = 303, "an index names another axis than its own";
    Error OFFSET_NOT_INTEGER = 304, "an offset is not an integer";
    Error OFFSET_TOO_FAR = 305, "an offset reaches beyond any grid";
    Error OFFSET_AT_RUN_TIME = 306, "a horizontal offset is known only at run time";
    Error WRITE_HORIZONTAL = 307, "a field is written at a horizontal offset";
    Error WRITE_COMPUTED_LEVEL = 308, "a field is written at a computed level";
    Error WRITE_OFFSET_PARALLEL = 309, "a field is written at another level in a PARALLEL computation";
    Error WRITE_AXES = 310, "a field of these axes cannot be written here";
}
