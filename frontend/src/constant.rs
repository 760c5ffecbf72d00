//! Values known at compile time: externals, module constants, and values computed from them.

use crate::function_ref::FunctionRef;
use crate::options::ExternalValue;
use crate::syntax::{BinaryOp, CompareOp, Expr, ExprKind, UnaryOp};
use crate::words::{Number, Word};
use tradewind_ir::{Axis, Bound, DType, Native, Span, Value};

/// A value known at compile time. Arithmetic on it is Python's: 64-bit integers, doubles.
#[derive(Clone, PartialEq, Debug)]
pub enum Constant {
    Bool(bool),
    Int(i64),
    Float(f64),
    None,
    Text(String),
    Axis(Axis),
    /// A position on an axis: `I[0] + 1`.
    Index(Axis, Bound),
    Function(FunctionRef),
    /// A dictionary, or the names in the body of a class.
    Table(Vec<(String, Constant)>),
    Tuple(Vec<Constant>),
    /// The values of a class of integers by name; as a type, an integer.
    Enumeration(Vec<(String, Constant)>),
    /// An entry of a table that is not a constant.
    Unknown,
}

/// Why an expression is not a constant.
#[derive(Clone, Debug)]
pub struct NotConstant {
    pub span: Span,
    pub why: String,
}

/// What the names in a constant expression stand for.
pub trait Lookup {
    /// The value of a name or dotted name.
    fn constant(&self, e: &Expr) -> Option<Constant>;
    /// The word of the language that `e` is.
    fn word(&self, e: &Expr) -> Option<Word>;
    /// The size of a data dimension of the field that `e` names, counted as the axes of an array are: behind those of the
    /// grid, or from the end.
    fn size(&self, _field: &Expr, _dimension: i64) -> Option<u32> {
        None
    }
}

type Evaluated = Result<Constant, NotConstant>;

/// The value of `e`.
pub fn evaluate(e: &Expr, names: &dyn Lookup) -> Evaluated {
    let value = |e: &Expr| evaluate(e, names);
    let not = |why: String| Err(NotConstant { span: e.span, why });
    match &e.kind {
        ExprKind::Int(v) => Ok(Constant::Int(*v)),
        ExprKind::Float(v) => Ok(Constant::Float(*v)),
        ExprKind::Bool(v) => Ok(Constant::Bool(*v)),
        ExprKind::None => Ok(Constant::None),
        ExprKind::Text(v) => Ok(Constant::Text(v.clone())),
        ExprKind::Name(_) | ExprKind::Attribute(..) => match names.constant(e) {
            Some(Constant::Unknown) | None => not("its value is not known at compile time".into()),
            Some(known) => Ok(known),
        },
        ExprKind::Unary(op, a) => unary(*op, value(a)?).ok_or_else(|| wrong(e)),
        ExprKind::Binary(op, a, b) => binary(*op, value(a)?, value(b)?).ok_or_else(|| wrong(e)),
        ExprKind::Chain(first, rest) => {
            rest.iter().try_fold(value(first)?, |left, (op, right)| binary(*op, left, value(right)?).ok_or_else(|| wrong(e)))
        }
        ExprKind::Compare(first, rest) => {
            let mut left = value(first)?;
            for (op, right) in rest {
                let right = value(right)?;
                if !compare(*op, &left, &right).ok_or_else(|| wrong(e))? {
                    return Ok(Constant::Bool(false));
                }
                left = right;
            }
            Ok(Constant::Bool(true))
        }
        ExprKind::And(list) | ExprKind::Or(list) => {
            let stop = matches!(e.kind, ExprKind::Or(_));
            let mut last = Constant::Bool(!stop);
            for item in list {
                last = value(item)?;
                if last.truth().ok_or_else(|| wrong(e))? == stop {
                    break;
                }
            }
            Ok(last)
        }
        ExprKind::Ternary { condition, then, otherwise } => {
            let decided = value(condition)?.truth().ok_or_else(|| wrong(e))?;
            value(if decided { then } else { otherwise })
        }
        ExprKind::Subscript(base, at) => {
            let known = index(base, at, names).or_else(|| item(base, at, names));
            known.unwrap_or_else(|| not("this is not a constant".into()))
        }
        ExprKind::Tuple(items) => items.iter().map(value).collect::<Result<_, _>>().map(Constant::Tuple),
        ExprKind::Call(f, args, named) if named.is_empty() => {
            let Some(word) = names.word(f) else { return not("a call is not known at compile time".into()) };
            let args = args.iter().map(value).collect::<Result<Vec<_>, _>>()?;
            call(word, &args).ok_or_else(|| wrong(e))
        }
        ExprKind::Dict(items) => {
            let entry = |(k, v): &(Expr, Expr)| match &k.kind {
                ExprKind::Text(key) => Ok((key.clone(), value(v).unwrap_or(Constant::Unknown))),
                _ => Err(NotConstant { span: k.span, why: "a key of a table must be a string".into() }),
            };
            items.iter().map(entry).collect::<Result<_, _>>().map(Constant::Table)
        }
        _ => not("this is not a constant".into()),
    }
}

fn wrong(e: &Expr) -> NotConstant {
    NotConstant { span: e.span, why: "this operation does not take these values".into() }
}

/// `I[0]`, `K[-1]`.
fn index(axis: &Expr, at: &[Expr], names: &dyn Lookup) -> Option<Evaluated> {
    let Some(Word::Axis(axis)) = names.word(axis) else { return None };
    let [at] = at else { return None };
    match evaluate(at, names) {
        Ok(Constant::Int(n)) => {
            let n32 = i32::try_from(n).ok().filter(|n| n.abs() < LEVEL_LIMIT);
            Some(match n32 {
                Some(n) => Ok(Constant::Index(axis, if n < 0 { Bound::end(n) } else { Bound::start(n) })),
                None => Err(NotConstant { span: at.span, why: "this position is outside of any grid".into() }),
            })
        }
        Ok(_) => None,
        Err(e) => Some(Err(e)),
    }
}

/// `weights[1]`, `q.shape[-1]`.
fn item(base: &Expr, at: &[Expr], names: &dyn Lookup) -> Option<Evaluated> {
    let [at] = at else { return None };
    let not = |why: &str| Some(Err(NotConstant { span: at.span, why: why.into() }));
    if let ExprKind::Attribute(field, name) = &base.kind
        && name.text == "shape"
        && let Ok(Constant::Int(n)) = evaluate(at, names)
    {
        return match names.size(field, n) {
            Some(size) => Some(Ok(Constant::Int(i64::from(size)))),
            None => not("the sizes of data dimensions are known at compile time, and those of other axes are not"),
        };
    }
    let Ok(Constant::Tuple(items)) = evaluate(base, names) else { return None };
    match evaluate(at, names) {
        Ok(Constant::Int(n)) => {
            let place = if n < 0 { n.saturating_add(items.len() as i64) } else { n };
            let found = usize::try_from(place).ok().and_then(|place| items.get(place));
            found.map(|item| Ok(item.clone())).or_else(|| not("the tuple has no such item"))
        }
        Ok(_) => not("the index of a tuple must be an integer"),
        Err(e) => Some(Err(e)),
    }
}

/// Positions and offsets stay below this, so that sums of a few never overflow.
pub const LEVEL_LIMIT: i32 = 1 << 20;

fn unary(op: UnaryOp, a: Constant) -> Option<Constant> {
    match (op, a) {
        (UnaryOp::Minus, Constant::Int(a)) => a.checked_neg().map(Constant::Int),
        (UnaryOp::Minus, Constant::Float(a)) => Some(Constant::Float(-a)),
        (UnaryOp::Plus, a @ (Constant::Int(_) | Constant::Float(_))) => Some(a),
        (UnaryOp::Not, a) => a.truth().map(|t| Constant::Bool(!t)),
        _ => None,
    }
}

fn binary(op: BinaryOp, a: Constant, b: Constant) -> Option<Constant> {
    match (op, &a, &b) {
        (BinaryOp::Add, Constant::Index(axis, bound), Constant::Int(n)) => moved(*axis, *bound, *n),
        (BinaryOp::Add, Constant::Int(n), Constant::Index(axis, bound)) => moved(*axis, *bound, *n),
        (BinaryOp::Sub, Constant::Index(axis, bound), Constant::Int(n)) => moved(*axis, *bound, n.checked_neg()?),
        (BinaryOp::Add, Constant::Int(a), Constant::Int(b)) => a.checked_add(*b).map(Constant::Int),
        (BinaryOp::Sub, Constant::Int(a), Constant::Int(b)) => a.checked_sub(*b).map(Constant::Int),
        (BinaryOp::Mul, Constant::Int(a), Constant::Int(b)) => a.checked_mul(*b).map(Constant::Int),
        (BinaryOp::FloorDiv, Constant::Int(a), Constant::Int(b)) => floor_div(*a, *b).map(Constant::Int),
        (BinaryOp::Mod, Constant::Int(a), Constant::Int(b)) => {
            floor_div(*a, *b).map(|q| Constant::Int(a.wrapping_sub(q.wrapping_mul(*b))))
        }
        (BinaryOp::Pow, Constant::Int(a), Constant::Int(b)) if *b >= 0 => {
            a.checked_pow(u32::try_from(*b).ok()?).map(Constant::Int)
        }
        _ => float_binary(op, a.number()?, b.number()?).map(Constant::Float),
    }
}

fn float_binary(op: BinaryOp, a: f64, b: f64) -> Option<f64> {
    match op {
        BinaryOp::Add => Some(a + b),
        BinaryOp::Sub => Some(a - b),
        BinaryOp::Mul => Some(a * b),
        BinaryOp::Div if b != 0.0 => Some(a / b),
        BinaryOp::FloorDiv if b != 0.0 => Some((a / b).floor()),
        BinaryOp::Mod if b != 0.0 => Some(a - b * (a / b).floor()),
        BinaryOp::Pow => Some(a.powf(b)),
        _ => None,
    }
}

/// The quotient rounded down, as Python has it; nothing for a zero divisor.
pub fn floor_div(a: i64, b: i64) -> Option<i64> {
    let (quotient, rest) = (a.checked_div(b)?, a.checked_rem(b)?);
    Some(if rest != 0 && (rest < 0) != (b < 0) { quotient - 1 } else { quotient })
}

/// A position moved; one out of any grid stays at the limit, for it stands for an open side of a region.
fn moved(axis: Axis, bound: Bound, by: i64) -> Option<Constant> {
    let limit = i64::from(LEVEL_LIMIT);
    let offset = i64::from(bound.offset).saturating_add(by).clamp(-limit, limit) as i32;
    Some(Constant::Index(axis, Bound { anchor: bound.anchor, offset }))
}

fn compare(op: CompareOp, a: &Constant, b: &Constant) -> Option<bool> {
    match op {
        CompareOp::Is(positive) => Some((a == b) == positive),
        CompareOp::Eq => Some(equal(a, b)),
        CompareOp::Ne => Some(!equal(a, b)),
        CompareOp::In => None,
        CompareOp::Lt => Some(a.number()? < b.number()?),
        CompareOp::Le => Some(a.number()? <= b.number()?),
        CompareOp::Gt => Some(a.number()? > b.number()?),
        CompareOp::Ge => Some(a.number()? >= b.number()?),
    }
}

fn equal(a: &Constant, b: &Constant) -> bool {
    match (a, b) {
        (Constant::Int(a), Constant::Int(b)) => a == b,
        _ => match (a.number(), b.number()) {
            (Some(a), Some(b)) => a == b,
            _ => a == b,
        },
    }
}

fn call(word: Word, args: &[Constant]) -> Option<Constant> {
    match (word, args) {
        (Word::Native(Native::Abs), [Constant::Int(a)]) => a.checked_abs().map(Constant::Int),
        (Word::Native(Native::Abs), [a]) => Some(Constant::Float(a.number()?.abs())),
        (Word::Native(Native::Sqrt), [a]) => Some(Constant::Float(a.number()?.sqrt())),
        (Word::Native(Native::Min), [first, rest @ ..]) => extreme(first, rest, |b, a| b < a),
        (Word::Native(Native::Max), [first, rest @ ..]) => extreme(first, rest, |b, a| b > a),
        (Word::Len, [Constant::Tuple(items)]) => Some(Constant::Int(items.len() as i64)),
        (Word::Len, [Constant::Enumeration(members)]) => Some(Constant::Int(members.len() as i64)),
        (Word::Number(Number::Fixed(DType::Bool)), [a]) => a.truth().map(Constant::Bool),
        (Word::Number(Number::Int), [a]) => whole(a).map(Constant::Int),
        (Word::Number(Number::Fixed(dtype)), [a]) if dtype.is_int() => {
            whole(a).filter(|n| Value::I64(*n).cast(dtype).as_i64() == *n).map(Constant::Int)
        }
        (Word::Number(Number::Float | Number::Fixed(DType::F64)), [a]) => Some(Constant::Float(a.number()?)),
        (Word::Number(Number::Fixed(DType::F32)), [a]) => Some(Constant::Float(a.number()? as f32 as f64)),
        _ => None,
    }
}

/// A number without its fraction.
fn whole(a: &Constant) -> Option<i64> {
    match a {
        Constant::Float(f) if f.abs() < 9e18 => Some(*f as i64),
        Constant::Int(n) => Some(*n),
        Constant::Bool(b) => Some(i64::from(*b)),
        _ => None,
    }
}

fn extreme(first: &Constant, rest: &[Constant], replaces: impl Fn(f64, f64) -> bool) -> Option<Constant> {
    let mut best = first;
    for next in rest {
        if replaces(next.number()?, best.number()?) {
            best = next;
        }
    }
    best.number().map(|_| best.clone())
}

impl Constant {
    /// The value as a double, if it is a number or a boolean.
    pub fn number(&self) -> Option<f64> {
        match self {
            Constant::Int(v) => Some(*v as f64),
            Constant::Float(v) => Some(*v),
            Constant::Bool(v) => Some(f64::from(u8::from(*v))),
            _ => None,
        }
    }
    /// Python's truth of the value; nothing for functions and tables.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Constant::None => Some(false),
            Constant::Text(text) => Some(!text.is_empty()),
            other => other.number().map(|v| v != 0.0),
        }
    }
    /// What the value is, for messages: `an integer`.
    pub fn describe(&self) -> &'static str {
        match self {
            Constant::Bool(_) => "a boolean",
            Constant::Int(_) => "an integer",
            Constant::Float(_) => "a float",
            Constant::None => "`None`",
            Constant::Text(_) => "a string",
            Constant::Axis(_) => "an axis",
            Constant::Index(..) => "a position on an axis",
            Constant::Function(_) => "a function",
            Constant::Table(_) => "a table",
            Constant::Tuple(_) => "a tuple",
            Constant::Enumeration(_) => "an enumeration",
            Constant::Unknown => "not a constant",
        }
    }
    /// The value of a number or boolean, integers and floats in 64 bits.
    pub fn value(&self) -> Option<Value> {
        match self {
            Constant::Bool(v) => Some(Value::Bool(*v)),
            Constant::Int(v) => Some(Value::I64(*v)),
            Constant::Float(v) => Some(Value::F64(*v)),
            _ => None,
        }
    }
    /// The entry that an attribute of a table or an enumeration names.
    pub fn entry(&self, name: &str) -> Option<&Constant> {
        match self {
            Constant::Table(items) | Constant::Enumeration(items) => items.iter().find(|(key, _)| key == name).map(|(_, v)| v),
            _ => None,
        }
    }
    /// Sets an entry, or with a dotted path that of a table inside; what is no table becomes one.
    pub fn enter(&mut self, path: &str, value: Constant) {
        if !matches!(self, Constant::Table(_) | Constant::Enumeration(_)) {
            *self = Constant::Table(Vec::new());
        }
        let (Constant::Table(items) | Constant::Enumeration(items)) = self else { return };
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let old = items.iter().position(|(name, _)| name == first);
        let at = old.unwrap_or_else(|| {
            items.push((first.to_string(), Constant::Unknown));
            items.len() - 1
        });
        match rest {
            None => items[at].1 = value,
            Some(rest) => items[at].1.enter(rest, value),
        }
    }
    /// The value given from outside; `function` finds functions by name.
    pub fn from_external(value: &ExternalValue, function: &dyn Fn(&str) -> Option<FunctionRef>) -> Constant {
        match value {
            ExternalValue::Bool(v) => Constant::Bool(*v),
            ExternalValue::Int(v) => Constant::Int(*v),
            ExternalValue::Float(v) => Constant::Float(*v),
            ExternalValue::None => Constant::None,
            ExternalValue::Axis(axis) => Constant::Axis(*axis),
            ExternalValue::Index(axis, bound) => Constant::Index(*axis, *bound),
            ExternalValue::Function(name) => function(name).map_or_else(|| Constant::Text(name.clone()), Constant::Function),
        }
    }
}
