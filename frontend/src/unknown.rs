//! Names that stand for nothing known at compile time, and what is said where they are used.

use tradewind_ir::{Code, Diagnostic, Span};

/// A name whose meaning the text does not tell.
#[derive(Clone, PartialEq, Debug)]
pub struct Unknown {
    pub name: String,
    /// Where it is bound.
    pub span: Span,
    pub why: Why,
}

/// Why a name is unknown.
#[derive(Clone, PartialEq, Debug)]
pub enum Why {
    /// There is no file for the module that it is imported from.
    NoFile { module: String },
    /// It is imported from a module of the language, which has no such word.
    NoWord { module: String },
    /// The file that it is imported from does not bind it; the nearest name there.
    NotThere { file: String, meant: Option<String> },
    /// The file that it is imported from binds it only after an import that leads here.
    Circular { file: String, import: Span, bound: Span },
    /// Too many files were read; how the imports lead to this one.
    Limit { limit: usize, path: Vec<String> },
    /// It is imported from `__externals__` outside of a stencil.
    ExternalPlace,
    /// Its value is computed when Python runs.
    Computed,
    /// It is bound in a block that may not run, whose head stands there: `if`, `try`, a loop.
    Conditional { what: &'static str, head: Span },
    /// A statement binds it of which the value is not known from the text: what that does.
    Statement(&'static str),
    /// A function assigns it as `global`.
    Global { declared: Span },
}

impl Unknown {
    /// What to say where the name is used. The same import is at fault for all uses, and so has one message.
    pub fn diagnose(&self, used: Span) -> Diagnostic {
        let Unknown { name, span, why } = self;
        let external = "pass the value as an external or a parameter";
        match why {
            Why::NoFile { module } => {
                let message = format!("`{name}` is not known: there is no file for the module `{module}`");
                let found = Diagnostic::error(Code::MISSING_MODULE, message, *span, "imported here").label(used, "used here");
                found.help("put the file beside this one, or pass the value as an external")
            }
            Why::NoWord { module } => {
                let message = format!("`{name}` of `{module}` has no meaning in GTScript");
                let found = Diagnostic::error(Code::MISSING_MODULE, message, *span, "imported here").label(used, "used here");
                found.help("the reference of the language lists its words")
            }
            Why::NotThere { file, meant } => {
                let message = format!("`{file}` does not define `{name}`");
                let found = Diagnostic::error(Code::NOT_IMPORTED, message, *span, "not found there").label(used, "used here");
                match meant {
                    Some(meant) => found.help(format!("did you mean `{meant}`?")),
                    None => found,
                }
            }
            Why::Circular { file, import, bound } => {
                let message = format!("`{name}` is imported from `{file}` before it is bound there: the imports are circular");
                let found = Diagnostic::error(Code::NOT_IMPORTED, message, *span, "imported here");
                let found = found.label(*import, "this import comes first").label(*bound, "and this only afterwards");
                found.help(format!(
                    "bind `{name}` above that import, or import the module and write `module.{name}` in functions"
                ))
            }
            Why::Limit { limit, path } => {
                let message = format!("more than {limit} files are read to find what names mean");
                let found = Diagnostic::error(Code::LIMIT, message, *span, "the limit is passed here").label(used, "used here");
                let found = found.note(format!("the imports that lead here: {}", path.join(", ")));
                found.help(format!("import `{name}` from a module with fewer imports, or {external}"))
            }
            Why::ExternalPlace => {
                let message = "import externals inside the stencil that uses them";
                let found = Diagnostic::error(Code::IMPORT_PLACE, message, *span, "at top level");
                found.help("move this line to the start of the stencil's body")
            }
            Why::Computed => {
                let message = format!("the value of `{name}` is not known at compile time");
                let found = Diagnostic::error(Code::NOT_CONSTANT, message, used, "used here");
                found.label(*span, "this is not a constant").help("pass it as a scalar parameter or as an external")
            }
            Why::Conditional { what, head } => {
                let message = format!("what `{name}` stands for is not known at compile time");
                let found = Diagnostic::error(Code::NOT_CONSTANT, message, used, "used here");
                let found = found.label(*span, "bound here").label(*head, format!("inside this {what}, which may run or not"));
                found.help(format!("bind it outside of any `if`, `try` or loop, or {external}"))
            }
            Why::Statement(what) => {
                let message = format!("what `{name}` stands for is not known at compile time");
                let found = Diagnostic::error(Code::NOT_CONSTANT, message, used, "used here");
                found.label(*span, *what).help(external)
            }
            Why::Global { declared } => {
                let message = format!("what `{name}` stands for is not known at compile time");
                let found = Diagnostic::error(Code::NOT_CONSTANT, message, used, "used here");
                let found = found.label(*span, "bound here").label(*declared, "and assigned by this function");
                found.help(external)
            }
        }
    }
}
