//! What flows between statements, points and levels.

codes! {
    Warning NEVER_READ = 501, "a temporary is written and never read";
    Error NEVER_WRITTEN = 502, "a temporary is read before any write";
    Warning MAYBE_UNWRITTEN = 503, "a temporary may be read where it is not written yet";
    Error CARRIED_EXTENT = 504, "an extent grows with each level";
    Error RACE = 505, "a parameter is written and read at a horizontal offset";
    Error WRITE_BEYOND_DOMAIN = 506, "a parameter would be written beyond the compute domain";
    Error LEVEL_RACE = 507, "a PARALLEL computation writes what it reads at another level";
    Error WHILE_NEIGHBOUR = 508, "a `while` writes what it reads at a neighbour";
}
