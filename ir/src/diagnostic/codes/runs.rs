//! Run files.

codes! {
    Error RUN_FILE = 861, "a run file cannot be read",
        "A run file is TOML. `docs/run-files.md` lists its keys.",
        Run r#"
            source = "model.py"
            program = "growth"
            domain = [4, 4, 2]
            scalar = { nt = 3 }
        "# => r#"
            source = "model.py"
            program = "growth"
            domain = [4, 4, 2]
            scalars = { nt = 3 }
        "#;

    Error RUN_NAME = 862, "a run file does not fit the program's arguments",
        "The fields and scalars in a run file are arguments of the program. Each scalar argument needs a value; fields without one start at \
         zero.",
        Run r#"
            source = "model.py"
            program = "growth"
            domain = [4, 4, 2]
            scalars = { nt = 3 }
            fields = { p = { kind = "constant", value = 1.0 } }
        "# => r#"
            source = "model.py"
            program = "growth"
            domain = [4, 4, 2]
            scalars = { nt = 3 }
            fields = { q = { kind = "constant", value = 1.0 } }
        "#;

    Error RUN_VALUE = 863, "a run file gives a value that the run cannot use",
        "The help says which values there are. Sections lie in the domain; a range has its lower value first; pictures have different files.",
        Run r#"
            source = "model.py"
            program = "growth"
            domain = [4, 4, 2]
            scalars = { nt = 3 }

            [[pictures]]
            file = "q.png"
            panels = [{ field = "q", level = 2 }]
        "# => r#"
            source = "model.py"
            program = "growth"
            domain = [4, 4, 2]
            scalars = { nt = 3 }

            [[pictures]]
            file = "q.png"
            panels = [{ field = "q", level = 1 }]
        "#;
}
