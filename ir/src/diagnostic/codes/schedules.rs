//! Schedules.

codes! {
    Error UNKNOWN_PRESET = 801, "there is no schedule preset of this name",
        "The presets are `cpu` and `naive`. To use a schedule file, give its path.",
        Schedule r#"
            preset = "fast"
        "# => r#"
            preset = "cpu"
        "#;

    Error SCHEDULE_FILE = 802, "a schedule file cannot be read",
        "A schedule file is TOML: a `preset`, and steps in the order in which they are made.",
        Schedule r"
            preset = cpu
        " => r#"
            preset = "cpu"
        "#;

    Error UNKNOWN_TRANSFORMATION = 803, "there is no transformation of this name",
        "`tradewind passes` lists all transformations.",
        Schedule r#"
            [[step]]
            do = "paralelize"
            at = "total/j"
        "# => r#"
            [[step]]
            do = "parallelize"
            at = "total/j"
        "#;

    Error SCHEDULE_PLACE = 804, "a schedule names what does not exist",
        "Selectors name loops, statements and steps of the program. `tradewind emit --stage tree` shows them.",
        Schedule r#"
            [[step]]
            do = "parallelize"
            at = "totl/j"
        "# => r#"
            [[step]]
            do = "parallelize"
            at = "total/j"
        "#;

    Error NOT_LEGAL = 805, "a transformation would change the results",
        "Tradewind checks every transformation against the dependences of the program. The message names the two accesses, \
         the axis and the distance.",
        Schedule r#"
            [[step]]
            do = "parallelize"
            at = "total/k"
        "# => r#"
            [[step]]
            do = "parallelize"
            at = "total/j"
        "#;
}
