//! Types as written: `float`, `np.float32`, `Field[IJ, float]`, `FloatFieldK`, or a name for one of these.

use crate::constant::{Constant, Lookup, evaluate};
use crate::declared_type::Type;
use crate::names::{Binding, Names};
use crate::options::Options;
use crate::syntax::{Expr, ExprKind};
use crate::words::{Word, type_name};
use tradewind_ir::stencil::{MAX_COMPONENTS, MAX_DATA_DIMENSIONS, are_data_sizes};
use tradewind_ir::{Axes, Axis, Code, DType, Diagnostic, FieldType};

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
                    Ok(Type::Field(FieldType::centred(number.dtype(self.options), axes)))
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

    /// `Field[dtype]`, `Field[axes, dtype]`, `Field[I, J, K_INTERFACE, dtype]`, `Field[(dtype, (n, m))]`; without the inner parentheses
    /// the last one is the same text.
    fn field(&self, e: &Expr, args: &[Expr]) -> Result<Type, Diagnostic> {
        let Some((element, places)) = args.split_last() else {
            return Err(Diagnostic::error(Code::NOT_A_TYPE, "a field type needs axes and an element type", e.span, "here")
                .help("write `Field[float]` or, for example, `Field[IJ, float]`"));
        };
        if let [dtype] = places
            && let (Ok(dtype), Ok(data)) = (self.dtype(dtype), self.sizes(element))
        {
            return Ok(Type::Field(FieldType { data, ..FieldType::centred(dtype, Axes::IJK) }));
        }
        let (axes, interfaces) = self.places(places)?;
        self.element(element).map(|(dtype, data)| Type::Field(FieldType { dtype, axes, interfaces, data }))
    }

    /// The axes of a field, and those along which it lives at interfaces: nothing for IJK, one word, or the axes one by one in their order
    /// where one of them is at interfaces.
    fn places(&self, places: &[Expr]) -> Result<(Axes, Axes), Diagnostic> {
        let refused = |at: &Expr, message: &str, label: &str| Diagnostic::error(Code::UNKNOWN_AXES, message, at.span, label);
        let (mut axes, mut interfaces) = (Axes::NONE, Axes::NONE);
        for place in places {
            let (axis, at_interfaces) = match self.word(place) {
                Some(Word::Axis(axis)) => (axis, false),
                Some(Word::Interface(axis)) => (axis, true),
                Some(Word::Axes(found)) if places.len() == 1 => return Ok((found, Axes::NONE)),
                Some(Word::Axes(found)) => {
                    let each: Vec<&str> = found.iter().map(letter).collect();
                    let found = refused(place, "axes at interfaces are named one by one", "several axes in one word");
                    return Err(found.help(format!("write `{}`", each.join(", "))));
                }
                _ => {
                    let found = refused(place, "unknown axes of a field", "not a set of axes");
                    return Err(
                        found.help("write `I`, `J`, `K`, `IJ`, `IK`, `JK` or `IJK`, or for example `I, J, K_INTERFACE`")
                    );
                }
            };
            if axes.iter().any(|before| before >= axis) {
                let found = refused(place, "the axes of a field are in the order I, J, K, each once", "out of order");
                return Err(found.help("write, for example, `Field[I, J, K_INTERFACE, float]`"));
            }
            axes = axes.with(axis);
            interfaces = if at_interfaces { interfaces.with(axis) } else { interfaces };
        }
        match places {
            [] => Ok((Axes::IJK, Axes::NONE)),
            [first, .., last] if interfaces == Axes::NONE => {
                let found = Diagnostic::error(
                    Code::UNKNOWN_AXES,
                    "axes are named one by one only where one is at interfaces",
                    first.span.to(last.span),
                    "all of these are at centres",
                );
                Err(found.help(format!("write `{axes}`, or one of them as `I_INTERFACE`, `J_INTERFACE` or `K_INTERFACE`")))
            }
            _ => Ok((axes, interfaces)),
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
            false => Ok(Type::Field(FieldType { data, ..FieldType::centred(dtype, Axes::NONE) })),
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

/// How an axis is written.
fn letter(axis: Axis) -> &'static str {
    ["I", "J", "K"][axis.index()]
}

/// A field type as GTScript writes it: `Field[IJ, float64]`, `Field[I, J, K_INTERFACE, float64]`, `Field[IJK, (float64, (3, 2))]`.
pub fn field_name(FieldType { dtype, axes, interfaces, data }: &FieldType) -> String {
    let one = |axis: Axis| format!("{}{}, ", letter(axis), if interfaces.has(axis) { "_INTERFACE" } else { "" });
    let places = if *interfaces == Axes::NONE { format!("{axes}, ") } else { axes.iter().map(one).collect() };
    let sizes: Vec<String> = data.iter().map(u32::to_string).collect();
    match &sizes[..] {
        [] => format!("Field[{places}{}]", type_name(*dtype)),
        [one] => format!("Field[{places}({}, ({one},))]", type_name(*dtype)),
        _ => format!("Field[{places}({}, ({}))]", type_name(*dtype), sizes.join(", ")),
    }
}

fn not_a_type(e: &Expr) -> Diagnostic {
    let help =
        "write `Field[float]`, `Field[IJ, float]`, … for a field, or `float`, `int`, `bool`, `np.float32`, … for a scalar";
    Diagnostic::error(Code::NOT_A_TYPE, "this is not a type of a field or a scalar", e.span, "not a type").help(help)
}
