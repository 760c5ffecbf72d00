//! Computations, intervals, regions, loops.

codes! {
    Error BLOCK_PLACE = 401, "a statement or block stands in the wrong place";
    Error UNKNOWN_WITH = 402, "a `with` has no meaning";
    Error UNKNOWN_ORDER = 403, "the order of a computation is not known";
    Error EMPTY_STENCIL = 404, "a stencil does nothing";
    Error INTERVAL_BOUND = 405, "the bound of an interval is not a level";
    Error INTERVAL_EMPTY = 406, "an interval is empty";
    Error INTERVAL_OUTSIDE = 407, "an interval does not fit into the domain";
    Error INTERVAL_OVERLAP = 408, "two intervals of a computation overlap";
    Error INTERVAL_ORDER = 409, "intervals do not stand in the order in which they run";
    Error REGION_FORM = 410, "a region is not written as one";
    Error REGION_EMPTY = 411, "a region is empty";
    Error REGION_BOUND = 412, "the bound of a region is not a position on its axis";
    Warning REGION_OVERLAP = 413, "two regions overlap and their order matters";
    Error WHILE_CONSTANT = 414, "a `while` would never end";
}
