//! Text forms of the IRs, and their verifiers.

codes! {
    Error IR_TEXT = 901, "the text of an IR cannot be read",
        "Every IR prints and parses; `tradewind emit` shows the forms.",
        Oir r"
            stencil copy(%a: field<f64, IJK>, %out: field<f64, IJK>) {
              parallel {
                interval [start, end) {
                  execute { %uot = %a }
                }
              }
            }
        " => r"
            stencil copy(%a: field<f64, IJK>, %out: field<f64, IJK>) {
              parallel {
                interval [start, end) {
                  execute { %out = %a }
                }
              }
            }
        ";

    Error INVALID_OIR = 902, "a program breaks a rule of OIR",
        "What the front end makes keeps the rules; OIR that was written by hand or by another tool may not. The \
         verifier's list of checks is in the documentation of `tradewind_ir::verify`.",
        Oir r"
            stencil round(%a: field<f64, IJK>, %out: field<i32, IJK>) {
              parallel {
                interval [start, end) {
                  execute { %out = %a }
                }
              }
            }
        " => r"
            stencil round(%a: field<f64, IJK>, %out: field<i32, IJK>) {
              parallel {
                interval [start, end) {
                  execute { %out = i32(%a) }
                }
              }
            }
        ";

    Error INVALID_TREE = 903, "a schedule tree breaks a rule",
        "What lifting and the transformations make keeps the rules; a tree that was written by hand may not. The \
         verifier's list of checks is in the documentation of `tradewind_schedule::verify`.",
        Tree r"
            tree double(%a: field<f64, IJK>) {
              for k in [start, end) forward {
                for j in [start, end) vector {
                  for i in [start, end) parallel {
                    leaf double { %a = (2.0f64 * %a) }
                  }
                }
              }
            }
        " => r"
            tree double(%a: field<f64, IJK>) {
              for k in [start, end) forward {
                for j in [start, end) parallel {
                  for i in [start, end) vector {
                    leaf double { %a = (2.0f64 * %a) }
                  }
                }
              }
            }
        ";

    Error INVALID_GRAPH = 904, "a dataflow graph breaks a rule",
        "What conversion and the passes make keeps the rules; a graph that was written by hand may not. The verifier's \
         list of checks is in the documentation of `tradewind_dataflow::verify`.",
        Graph r"
            graph copy(%a: field<f64, IJK>, %b: field<f64, IJK>) {
              state s0 {
                n0: access %a
                n1: copy %b = %a
                n2: access %b
                n0 -> n1: %a[*, *, *]
              }
            }
        " => r"
            graph copy(%a: field<f64, IJK>, %b: field<f64, IJK>) {
              state s0 {
                n0: access %a
                n1: copy %b = %a
                n2: access %b
                n0 -> n1: %a[*, *, *]
                n1 -> n2: %b[*, *, *]
              }
            }
        ";

    Error CANNOT_COMPILE = 905, "the code generator cannot compile a program",
        "No verified program should meet this: please report it with the source. The note holds what the code generator \
         says.";
}
