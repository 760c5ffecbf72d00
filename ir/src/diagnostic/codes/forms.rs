//! Text forms of the IRs, and their verifiers.

codes! {
    Error IR_TEXT = 901, "the text of an IR cannot be read",
        "Every IR can be printed and parsed; `tradewind emit` shows the forms.",
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
        "OIR from the front end follows the rules. OIR that was written by hand or by another tool may break them. The \
         documentation of `tradewind_ir::verify` lists the checks of the verifier.",
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
        "Trees from lifting and from the transformations follow the rules. A tree that was written by hand may break them. \
         The documentation of `tradewind_schedule::verify` lists the checks of the verifier.",
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
        "Graphs from the conversion and from the passes follow the rules. A graph that was written by hand may break them. \
         The documentation of `tradewind_dataflow::verify` lists the checks of the verifier. Here the second step reads what the \
         first one writes, and no edge orders them.",
        Graph r"
            graph twice(%a: field<f64, IJK>, %b: field<f64, IJK>, %c: field<f64, IJK>) {
              n0: copy %b = %a
              n1: copy %c = %b
            }
        " => r"
            graph twice(%a: field<f64, IJK>, %b: field<f64, IJK>, %c: field<f64, IJK>) {
              n0: copy %b = %a
              n1: copy %c = %b
              n0 -> n1: %b[*, *, *]
            }
        ";

    Error CANNOT_COMPILE = 905, "the code generator cannot compile a program",
        "This should not happen for a verified program. Please report it with the source. The note contains the message of the \
         code generator.";
}
