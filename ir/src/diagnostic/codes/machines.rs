//! Machine files.

codes! {
    Error MACHINE_FILE = 851, "a machine file cannot be read",
        "A machine file is TOML. `tradewind machine` prints one.",
        Machine r"
            [core]
            clock_ghz = 3.5 GHz
        " => r"
            [core]
            clock_ghz = 3.5
        ";

    Error MACHINE_KEY = 852, "a machine file has a section or key that does not exist",
        "`tradewind machine` prints all sections and keys. A file need not give all of them.",
        Machine r"
            [memory]
            all_gb = 80
        " => r"
            [memory]
            all_gbs = 80
        ";

    Error MACHINE_VALUE = 853, "a machine file gives a value that no machine has",
        "All values are numbers, and each has a range. All threads together are at least as fast as one, and a cache is larger \
         than those nearer to the core. Where a file leaves out one of two such values, it is that of the reference machine.",
        Machine r"
            [l2]
            bytes = 1048576
            shared_by = 0
        " => r"
            [l2]
            bytes = 1048576
            shared_by = 1
        ";
}
