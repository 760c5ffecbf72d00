//! Types as written: `float`, `np.float32`, `Field[IJ, float]`, `FloatFieldK`, or a name for one of these.

use crate::names::{Binding, FileId, Files, resolve};
use crate::options::Options;
use crate::syntax::{Expr, ExprKind};
use crate::words::Word;
use tradewind_ir::{Axes, DType, Diagnostic};

/// The type of a parameter or of a declared temporary.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    Scalar(DType),
    Field(DType, Axes),
}

/// Reads types in one file.
pub struct Types<'a> {
    pub files: &'a Files,
    pub file: FileId,
    pub options: &'a Options,
}

impl Types<'_> {
    /// The type that `e` names.
    ///
    /// # Errors
    /// What is wrong with it, or that it is no type.
    pub fn read(&self, e: &Expr) -> Result<Type, Diagnostic> {
        match &e.kind {
            ExprKind::Subscript(base, args) if self.word(base) == Some(Word::Field) => self.field(e, args),
            ExprKind::Subscript(base, _) => match self.word(base) {
                Some(Word::Absent(instead)) => {
                    let name = base.last_name().unwrap_or("this type");
                    Err(Diagnostic::error(format!("`{name}` is not supported"), e.span, "declared here").help(instead))
                }
                _ => Err(not_a_type(e)),
            },
            ExprKind::Text(text) => self.text(e, text),
            _ => match resolve(self.files, self.file, e) {
                Some(Binding::Type(known)) => Ok(known),
                Some(Binding::Word(Word::Number(number))) => Ok(Type::Scalar(number.dtype(self.options))),
                Some(Binding::Word(Word::FieldType(number, axes))) => Ok(Type::Field(number.dtype(self.options), axes)),
                Some(Binding::Missing { module, span }) => {
                    Err(not_a_type(e).label(span, "imported here").note(format!("there is no file for the module `{module}`")))
                }
                _ => Err(not_a_type(e)),
            },
        }
    }

    fn word(&self, e: &Expr) -> Option<Word> {
        match resolve(self.files, self.file, e) {
            Some(Binding::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// `Field[dtype]`, `Field[axes, dtype]`.
    fn field(&self, e: &Expr, args: &[Expr]) -> Result<Type, Diagnostic> {
        match args {
            [dtype] => Ok(Type::Field(self.element(dtype)?, Axes::IJK)),
            [axes, dtype] => {
                let found = match self.word(axes) {
                    Some(Word::Axes(found)) => found,
                    Some(Word::Axis(axis)) => Axes::NONE.with(axis),
                    _ => {
                        return Err(Diagnostic::error("unknown axes of a field", axes.span, "not a set of axes")
                            .help("write `I`, `J`, `K`, `IJ`, `IK`, `JK` or `IJK`"));
                    }
                };
                Ok(Type::Field(self.element(dtype)?, found))
            }
            _ => Err(Diagnostic::error("a field type takes its axes and its element type", e.span, "here")
                .help("write `Field[float]` or, for example, `Field[IJ, float]`")),
        }
    }

    fn element(&self, e: &Expr) -> Result<DType, Diagnostic> {
        if matches!(e.kind, ExprKind::Tuple(_)) {
            return Err(Diagnostic::error("data dimensions are not supported", e.span, "an element of several values")
                .help("pass one field for each value"));
        }
        match self.read(e)? {
            Type::Scalar(dtype) => Ok(dtype),
            Type::Field(..) => Err(Diagnostic::error("the elements of a field are numbers", e.span, "this is a field type")),
        }
    }

    /// A quoted type, `"float64"`.
    fn text(&self, e: &Expr, text: &str) -> Result<Type, Diagnostic> {
        let name = Expr { kind: ExprKind::Name(text.to_string()), span: e.span };
        match &resolve(self.files, self.file, &name) {
            Some(Binding::Type(_) | Binding::Word(Word::Number(_) | Word::FieldType(..))) => self.read(&name),
            _ => Err(not_a_type(e)),
        }
    }
}

fn not_a_type(e: &Expr) -> Diagnostic {
    let help =
        "write `Field[float]`, `Field[IJ, float]`, … for a field, or `float`, `int`, `bool`, `np.float32`, … for a scalar";
    Diagnostic::error("this is not a type of a field or a scalar", e.span, "not a type").help(help)
}
