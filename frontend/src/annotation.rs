//! Types as written: `float`, `np.float32`, `Field[IJ, float]`, `FloatFieldK`, or a name for one of these.

use crate::constant::{Constant, Lookup, evaluate};
use crate::names::{Binding, Names};
use crate::options::Options;
use crate::syntax::{Expr, ExprKind};
use crate::words::Word;
use tradewind_ir::stencil::{MAX_COMPONENTS, MAX_DATA_DIMENSIONS, are_data_sizes};
use tradewind_ir::{Axes, Code, DType, Diagnostic};

/// The type of a parameter or of a declared temporary.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Type {
    Scalar(DType),
    /// Elements, axes, sizes of the data dimensions.
    Field(DType, Axes, Vec<u32>),
}

impl Type {
    /// The type of a scalar; nothing for a field.
    pub fn scalar(&self) -> Option<DType> {
        if let Type::Scalar(dtype) = self { Some(*dtype) } else { None }
    }
}

/// Reads types.
pub struct Types<'a, N> {
    pub names: N,
    pub options: &'a Options,
    /// What names in sizes stand for.
    pub constants: &'a dyn Lookup,
}

impl<N: Names> Types<'_, N> {
    /// The type that `e` names.
    ///
    /// # Errors
    /// What is wrong with it, or that it is no type.
    pub fn read(&self, e: &Expr) -> Result<Type, Diagnostic> {
        match &e.kind {
            ExprKind::Subscript(base, args) if self.word(base) == Some(Word::Field) => self.field(e, args),
            ExprKind::Subscript(base, args) if self.word(base) == Some(Word::GlobalTable) => self.table(e, args),
            ExprKind::Subscript(..) => Err(not_a_type(e)),
            ExprKind::Text(text) => self.text(e, text),
            _ => match self.names.resolve(e) {
                Some(Binding::Type(known)) => Ok(known),
                Some(Binding::Constant(Constant::Enumeration(_))) => Ok(Type::Scalar(self.options.int)),
                Some(Binding::Word(Word::Number(number))) => Ok(Type::Scalar(number.dtype(self.options))),
                Some(Binding::Word(Word::FieldType(number, axes))) => {
                    Ok(Type::Field(number.dtype(self.options), axes, Vec::new()))
                }
                Some(Binding::Unknown(unknown)) => Err(unknown.diagnose(e.span)),
                _ => Err(not_a_type(e)),
            },
        }
    }

    fn word(&self, e: &Expr) -> Option<Word> {
        match self.names.resolve(e) {
            Some(Binding::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// `Field[dtype]`, `Field[axes, dtype]`, `Field[(dtype, (n, m))]`; without the inner parentheses the last one is the same text.
    fn field(&self, e: &Expr, args: &[Expr]) -> Result<Type, Diagnostic> {
        match args {
            [element] => self.element(element).map(|(dtype, data)| Type::Field(dtype, Axes::IJK, data)),
            [axes, element] => {
                let found = match self.word(axes) {
                    Some(Word::Axes(found)) => found,
                    Some(Word::Axis(axis)) => Axes::NONE.with(axis),
                    _ => {
                        if let (Ok(dtype), Ok(data)) = (self.dtype(axes), self.sizes(element)) {
                            return Ok(Type::Field(dtype, Axes::IJK, data));
                        }
                        return Err(Diagnostic::error(
                            Code::UNKNOWN_AXES,
                            "unknown axes of a field",
                            axes.span,
                            "not a set of axes",
                        )
                        .help("write `I`, `J`, `K`, `IJ`, `IK`, `JK` or `IJK`"));
                    }
                };
                self.element(element).map(|(dtype, data)| Type::Field(dtype, found, data))
            }
            _ => Err(Diagnostic::error(Code::NOT_A_TYPE, "a field type needs axes and an element type", e.span, "here")
                .help("write `Field[float]` or, for example, `Field[IJ, float]`")),
        }
    }

    /// `GlobalTable[dtype, (n, m)]`: a field without axes.
    fn table(&self, e: &Expr, args: &[Expr]) -> Result<Type, Diagnostic> {
        let (dtype, data) = match args {
            [element] => self.element(element)?,
            [dtype, sizes] => (self.dtype(dtype)?, self.sizes(sizes)?),
            _ => (DType::F64, Vec::new()),
        };
        match data.is_empty() {
            false => Ok(Type::Field(dtype, Axes::NONE, data)),
            true => Err(Diagnostic::error(Code::DATA_SIZES, "a table needs an element type and sizes", e.span, "here")
                .help("write, for example, `GlobalTable[float, (20,)]`")),
        }
    }

    /// The elements of a field: `dtype`, or `(dtype, (n, m))` with the sizes of data dimensions, or a name or `np.dtype(…)` of these.
    ///
    /// # Errors
    /// What is wrong with them, or that they are no elements.
    pub fn element(&self, e: &Expr) -> Result<(DType, Vec<u32>), Diagnostic> {
        if let Some(Binding::Elements(dtype, data)) = self.names.resolve(e) {
            return Ok((dtype, data));
        }
        match &e.kind {
            ExprKind::Call(f, args, _) if f.last_name() == Some("dtype") && args.len() == 1 => self.element(&args[0]),
            ExprKind::Tuple(items) => match items.as_slice() {
                [dtype, sizes] => Ok((self.dtype(dtype)?, self.sizes(sizes)?)),
                _ => Err(Diagnostic::error(
                    Code::DATA_SIZES,
                    "elements with data dimensions need a type and sizes",
                    e.span,
                    "here",
                )
                .help("write, for example, `Field[IJK, (float, (3, 2))]`")),
            },
            _ => self.dtype(e).map(|dtype| (dtype, Vec::new())),
        }
    }

    /// `(n, m)`, `[n, m]` or `n`: how many indexes there are along each data dimension.
    fn sizes(&self, e: &Expr) -> Result<Vec<u32>, Diagnostic> {
        let size = |size: &Constant| if let Constant::Int(n) = size { u32::try_from(*n).ok() } else { None };
        let sizes: Option<Vec<u32>> = match evaluate(e, self.constants) {
            Ok(Constant::Tuple(items)) => items.iter().map(size).collect(),
            Ok(one) => size(&one).map(|size| vec![size]),
            Err(_) => None,
        };
        sizes.filter(|sizes| !sizes.is_empty() && are_data_sizes(sizes)).ok_or_else(|| {
            let limits = format!("1 to {MAX_DATA_DIMENSIONS} dimensions, with 1 to {MAX_COMPONENTS} elements in total");
            Diagnostic::error(
                Code::DATA_SIZES,
                "the sizes of data dimensions must be whole numbers known at compile time",
                e.span,
                limits,
            )
            .help("write, for example, `(float, (3, 2))`")
        })
    }

    fn dtype(&self, e: &Expr) -> Result<DType, Diagnostic> {
        match self.read(e)? {
            Type::Scalar(dtype) => Ok(dtype),
            Type::Field(..) => Err(Diagnostic::error(
                Code::NOT_A_TYPE,
                "the elements of a field must be numbers",
                e.span,
                "this is a field type",
            )),
        }
    }

    /// A quoted type, `"float64"`.
    fn text(&self, e: &Expr, text: &str) -> Result<Type, Diagnostic> {
        let name = Expr { kind: ExprKind::Name(text.to_string()), span: e.span };
        match &self.names.resolve(&name) {
            Some(Binding::Type(_) | Binding::Word(Word::Number(_) | Word::FieldType(..))) => self.read(&name),
            Some(Binding::Unknown(unknown)) => Err(unknown.diagnose(e.span)),
            _ => Err(not_a_type(e)),
        }
    }
}

fn not_a_type(e: &Expr) -> Diagnostic {
    let help =
        "write `Field[float]`, `Field[IJ, float]`, … for a field, or `float`, `int`, `bool`, `np.float32`, … for a scalar";
    Diagnostic::error(Code::NOT_A_TYPE, "this is not a type of a field or a scalar", e.span, "not a type").help(help)
}
