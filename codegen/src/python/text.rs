//! Pieces of Python: their text, precedence and type.

use tradewind_ir::{Axes, DType, Value};

/// How tightly an expression binds, loosest first; as in Python's grammar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    Ternary,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitAnd,
    Sum,
    Product,
    Sign,
    Atom,
}

/// What an expression gives when Python runs it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// A number of Python itself, or it may be one: it does not wrap, divides by zero only with an exception, and is always
    /// double.
    Number,
    /// A NumPy scalar of the expression's type.
    Scalar,
    /// An array of the expression's type.
    Array,
}

/// An expression in Python.
#[derive(Clone, Debug)]
pub struct Text {
    pub code: String,
    pub level: Level,
    pub kind: Kind,
    /// The axes along which it differs.
    pub axes: Axes,
    /// The constant that it is.
    pub constant: Option<Value>,
}

impl Text {
    /// A name, call or element of this kind, the same everywhere.
    pub fn atom(code: impl Into<String>, kind: Kind) -> Text {
        Text { code: code.into(), level: Level::Atom, kind, axes: Axes::NONE, constant: None }
    }
    /// An array that differs along `axes`.
    pub fn array(code: impl Into<String>, axes: Axes) -> Text {
        Text { axes, ..Text::atom(code, Kind::Array) }
    }
    /// A constant as a Python number.
    pub fn constant(value: Value) -> Text {
        let code = number(value);
        let level = if code.starts_with('-') { Level::Sign } else { Level::Atom };
        Text { level, constant: Some(value), ..Text::atom(code, Kind::Number) }
    }
    /// The code, in parentheses if it binds more loosely than `level`.
    pub fn within(&self, level: Level) -> String {
        if self.level < level { format!("({})", self.code) } else { self.code.clone() }
    }
    /// A Python number as a NumPy scalar of type `dtype`; anything else as it is.
    pub fn typed(self, dtype: DType) -> Text {
        match self.kind {
            Kind::Number => {
                Text { axes: self.axes, ..Text::atom(format!("{}({})", numpy_name(dtype), self.code), Kind::Scalar) }
            }
            _ => self,
        }
    }
    /// Whether it is an array.
    pub fn is_array(&self) -> bool {
        self.kind == Kind::Array
    }
}

/// The axes of an operation's result.
pub fn joint(parts: &[&Text]) -> Axes {
    parts.iter().fold(Axes::NONE, |axes, part| axes.union(part.axes))
}

/// `, dtype=np.float32` and its like; nothing for NumPy's own choice.
pub fn dtype_argument(dtype: DType) -> String {
    if dtype == DType::F64 { String::new() } else { format!(", dtype={}", numpy_name(dtype)) }
}

/// `np.float32` and its like.
pub fn numpy_name(dtype: DType) -> &'static str {
    match dtype {
        DType::Bool => "np.bool_",
        DType::I8 => "np.int8",
        DType::I16 => "np.int16",
        DType::I32 => "np.int32",
        DType::I64 => "np.int64",
        DType::F32 => "np.float32",
        DType::F64 => "np.float64",
    }
}

/// A constant as Python reads it back, to the bit.
fn number(value: Value) -> String {
    let float = |v: f64| match v {
        v if v.is_nan() => "np.nan".to_string(),
        f64::INFINITY => "np.inf".to_string(),
        f64::NEG_INFINITY => "-np.inf".to_string(),
        v => format!("{v:?}"),
    };
    match value {
        Value::Bool(v) => if v { "True" } else { "False" }.to_string(),
        Value::F64(v) => float(v),
        Value::F32(v) => {
            // Python reads a double, which is then rounded: the short form must survive that.
            let short = format!("{v:?}");
            let survives = v.is_finite() && short.parse::<f64>().is_ok_and(|double| (double as f32).to_bits() == v.to_bits());
            if survives { short } else { float(f64::from(v)) }
        }
        Value::I8(v) => v.to_string(),
        Value::I16(v) => v.to_string(),
        Value::I32(v) => v.to_string(),
        Value::I64(v) => v.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_read_back_to_the_bit() {
        let cases = [
            (Value::F64(0.1), "0.1"),
            (Value::F64(-0.0), "-0.0"),
            (Value::F64(1e300), "1e300"),
            (Value::F32(0.1), "0.1"),
            (Value::F32(16_777_216.0), "16777216.0"),
            (Value::F32(f32::NEG_INFINITY), "-np.inf"),
            (Value::F64(f64::NAN), "np.nan"),
            (Value::I64(i64::MIN), "-9223372036854775808"),
            (Value::Bool(true), "True"),
        ];
        for (value, text) in cases {
            assert_eq!(Text::constant(value).code, text);
        }
    }

    #[test]
    fn parentheses_stand_where_they_are_needed() {
        let sum = Text { level: Level::Sum, ..Text::atom("a + b", Kind::Array) };
        assert_eq!(sum.within(Level::Product), "(a + b)");
        assert_eq!(sum.within(Level::Sum), "a + b");
        assert_eq!(Text::constant(Value::F64(-1.0)).within(Level::Atom), "(-1.0)");
    }
}
