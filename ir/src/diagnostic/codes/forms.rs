//! Text forms of the IRs, and their verifiers.

codes! {
    Error IR_TEXT = 901, "the text of an IR cannot be read";
    Error INVALID_OIR = 902, "a program in the text form breaks a rule of OIR";
    Error INVALID_TREE = 903, "a schedule tree breaks a rule";
    Error INVALID_GRAPH = 904, "a dataflow graph breaks a rule";
    Error CANNOT_COMPILE = 905, "the code generator cannot compile a program";
}
