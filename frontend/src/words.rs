//! The language's own words: what `from gt4py.cartesian.gtscript import …`, `from ndsl.dsl.gt4py import …`, `from
//! tradewind.gtscript import …` and `ndsl.dsl.typing` give. They need no import, but an import may rename them.

use crate::options::Options;
use tradewind_ir::{Axes, Axis, DType, Native, Order};

/// What a word of the language stands for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Word {
    Computation,
    Interval,
    Order(Order),
    Horizontal,
    Region,
    Axis(Axis),
    /// The size of the domain along an axis, which is the position one past the last: `NI`.
    Size(Axis),
    Axes(Axes),
    /// The interfaces along an axis, of a field's type: `K_INTERFACE`.
    Interface(Axis),
    Field,
    GlobalTable,
    /// Decorators.
    Stencil,
    Function,
    Program,
    /// `functools.partial`: a decorator with options.
    Partial,
    Inlined,
    CompileAssert,
    /// `mod(a, b)`, the same as `a % b`.
    Mod,
    Native(Native),
    Number(Number),
    /// A field type with its own name, such as `FloatFieldIJ`.
    FieldType(Number, Axes),
    /// Words of loops.
    Range,
    Enumerate,
    Reversed,
    Zip,
    /// `len(weights)`, of a tuple or an enumeration.
    Len,
    /// Words of programs.
    HaloUpdate,
    HaloStart,
    HaloWait,
    Copy,
    Swap,
    Callback,
}

/// A type of numbers as named in source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Number {
    /// `float`: as wide as the options say.
    Float,
    /// `int`: as wide as the options say.
    Int,
    Fixed(DType),
}

impl Number {
    /// The element type under these options.
    pub fn dtype(self, options: &Options) -> DType {
        match self {
            Number::Float => options.float,
            Number::Int => options.int,
            Number::Fixed(dtype) => dtype,
        }
    }
}

const WORDS: &[(&str, Word)] = &[
    ("computation", Word::Computation),
    ("interval", Word::Interval),
    ("PARALLEL", Word::Order(Order::Parallel)),
    ("FORWARD", Word::Order(Order::Forward)),
    ("BACKWARD", Word::Order(Order::Backward)),
    ("horizontal", Word::Horizontal),
    ("region", Word::Region),
    ("I", Word::Axis(Axis::I)),
    ("J", Word::Axis(Axis::J)),
    ("K", Word::Axis(Axis::K)),
    ("NI", Word::Size(Axis::I)),
    ("NJ", Word::Size(Axis::J)),
    ("NK", Word::Size(Axis::K)),
    ("IJ", Word::Axes(Axes::IJ)),
    ("IK", Word::Axes(Axes::IK)),
    ("JK", Word::Axes(Axes::JK)),
    ("IJK", Word::Axes(Axes::IJK)),
    ("I_INTERFACE", Word::Interface(Axis::I)),
    ("J_INTERFACE", Word::Interface(Axis::J)),
    ("K_INTERFACE", Word::Interface(Axis::K)),
    ("Field", Word::Field),
    ("GlobalTable", Word::GlobalTable),
    ("stencil", Word::Stencil),
    ("function", Word::Function),
    ("program", Word::Program),
    ("__INLINED", Word::Inlined),
    ("compile_assert", Word::CompileAssert),
    ("mod", Word::Mod),
    ("range", Word::Range),
    ("enumerate", Word::Enumerate),
    ("reversed", Word::Reversed),
    ("zip", Word::Zip),
    ("len", Word::Len),
    ("halo_update", Word::HaloUpdate),
    ("halo_start", Word::HaloStart),
    ("halo_wait", Word::HaloWait),
    ("copy", Word::Copy),
    ("swap", Word::Swap),
    ("callback", Word::Callback),
    ("float", Word::Number(Number::Float)),
    ("int", Word::Number(Number::Int)),
    ("bool", Word::Number(Number::Fixed(DType::Bool))),
    ("bool_", Word::Number(Number::Fixed(DType::Bool))),
    ("int_", Word::Number(Number::Fixed(DType::I64))),
    ("int8", Word::Number(Number::Fixed(DType::I8))),
    ("int16", Word::Number(Number::Fixed(DType::I16))),
    ("int32", Word::Number(Number::Fixed(DType::I32))),
    ("int64", Word::Number(Number::Fixed(DType::I64))),
    ("float32", Word::Number(Number::Fixed(DType::F32))),
    ("float64", Word::Number(Number::Fixed(DType::F64))),
    ("abs", Word::Native(Native::Abs)),
    ("min", Word::Native(Native::Min)),
    ("max", Word::Native(Native::Max)),
    ("sin", Word::Native(Native::Sin)),
    ("cos", Word::Native(Native::Cos)),
    ("tan", Word::Native(Native::Tan)),
    ("asin", Word::Native(Native::Asin)),
    ("acos", Word::Native(Native::Acos)),
    ("atan", Word::Native(Native::Atan)),
    ("arcsin", Word::Native(Native::Asin)),
    ("arccos", Word::Native(Native::Acos)),
    ("arctan", Word::Native(Native::Atan)),
    ("sinh", Word::Native(Native::Sinh)),
    ("cosh", Word::Native(Native::Cosh)),
    ("tanh", Word::Native(Native::Tanh)),
    ("asinh", Word::Native(Native::Asinh)),
    ("acosh", Word::Native(Native::Acosh)),
    ("atanh", Word::Native(Native::Atanh)),
    ("arcsinh", Word::Native(Native::Asinh)),
    ("arccosh", Word::Native(Native::Acosh)),
    ("arctanh", Word::Native(Native::Atanh)),
    ("sqrt", Word::Native(Native::Sqrt)),
    ("cbrt", Word::Native(Native::Cbrt)),
    ("exp", Word::Native(Native::Exp)),
    ("log", Word::Native(Native::Log)),
    ("log10", Word::Native(Native::Log10)),
    ("pow", Word::Native(Native::Pow)),
    ("gamma", Word::Native(Native::Gamma)),
    ("erf", Word::Native(Native::Erf)),
    ("erfc", Word::Native(Native::Erfc)),
    ("isfinite", Word::Native(Native::IsFinite)),
    ("isinf", Word::Native(Native::IsInf)),
    ("isnan", Word::Native(Native::IsNan)),
    ("floor", Word::Native(Native::Floor)),
    ("ceil", Word::Native(Native::Ceil)),
    ("trunc", Word::Native(Native::Trunc)),
    ("round", Word::Native(Native::Round)),
    ("round_away_from_zero", Word::Native(Native::RoundAway)),
];

/// A type as GTScript writes it, in annotations and as a cast.
pub fn type_name(dtype: DType) -> &'static str {
    match dtype {
        DType::Bool => "bool",
        DType::I8 => "int8",
        DType::I16 => "int16",
        DType::I32 => "int32",
        DType::I64 => "int64",
        DType::F32 => "float32",
        DType::F64 => "float64",
    }
}

/// The meaning of a word of the language.
pub fn find(name: &str) -> Option<Word> {
    let listed = WORDS.iter().find(|(word, _)| *word == name).map(|(_, meaning)| *meaning);
    listed.or_else(|| field_type(name))
}

/// Every word of the language that has an entry of its own.
pub fn names() -> impl Iterator<Item = &'static str> {
    WORDS.iter().map(|(name, _)| *name)
}

/// The types of `ndsl.dsl.typing`: `Float`, `FloatField`, `FloatFieldIJ`, `IntFieldK32`, `BoolField`, …
fn field_type(name: &str) -> Option<Word> {
    let kinds = [("Float", Number::Float), ("Int", Number::Int), ("Bool", Number::Fixed(DType::Bool))];
    let (rest, number) = kinds.iter().find_map(|(kind, number)| Some((name.strip_prefix(kind)?, *number)))?;
    let (rest, number) = match (rest.strip_suffix("32"), rest.strip_suffix("64"), number) {
        (Some(rest), _, Number::Float) => (rest, Number::Fixed(DType::F32)),
        (_, Some(rest), Number::Float) => (rest, Number::Fixed(DType::F64)),
        (Some(rest), _, Number::Int) => (rest, Number::Fixed(DType::I32)),
        (_, Some(rest), Number::Int) => (rest, Number::Fixed(DType::I64)),
        _ => (rest, number),
    };
    match rest.strip_prefix("Field") {
        None if rest.is_empty() => Some(Word::Number(number)),
        None => None,
        Some("") => Some(Word::FieldType(number, Axes::IJK)),
        Some(axes) => Axes::from_name(axes).filter(|a| *a != Axes::NONE).map(|axes| Word::FieldType(number, axes)),
    }
}
