//! Pure expressions: reads and computations at one point. Statements ([`crate::stencil`]) have the effects.

use crate::domain::{Axis, Bound};
use crate::horizontal_box::HorizontalBox;
use crate::ids::{FieldId, ScalarId};
use crate::source::Span;
use crate::types::DType;
use crate::value::Value;

/// An expression, its type, and where it was written. Equality ignores spans.
#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub dtype: DType,
    pub span: Span,
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.dtype == other.dtype && self.kind == other.kind
    }
}

/// What an expression is. Operands of unary, binary and ternary operations already have the type the operation works in;
/// conversions are explicit casts.
#[derive(Clone, PartialEq, Debug)]
pub enum ExprKind {
    /// A constant of the expression's type.
    Literal(Value),
    /// A scalar parameter or variable.
    Scalar(ScalarId),
    /// A field's element at an offset from the current point.
    Field(Access),
    /// The position of the current point on an axis, counted from the start of the compute domain; of type `i32`.
    Index(Axis),
    /// A position on an axis, as a number counted from the start of the compute domain; of type `i32`. `end` is the size.
    Bound(Axis, Bound),
    /// Whether the current point lies in a box.
    Inside(HorizontalBox),
    Unary(UnaryOp, Box<Expr>),
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `condition ? then : otherwise`; both sides have the expression's type.
    Ternary(Box<Expr>, Box<Expr>, Box<Expr>),
    /// The operand converted to the expression's type, see [`Value::cast`].
    Cast(Box<Expr>),
    /// A native function of arguments of the expression's type (predicates: of one float type).
    Call(Native, Vec<Expr>),
}

/// An element of a field, relative to the current point.
#[derive(Clone, PartialEq, Debug)]
pub struct Access {
    pub field: FieldId,
    /// Points along I and J; zero on axes that the field lacks.
    pub offset: [i32; 2],
    pub k: KIndex,
    /// Which of the field's components; the first one of a field without data dimensions.
    pub component: Component,
}

/// Which level an access reads or writes.
#[derive(Clone, PartialEq, Debug)]
pub enum KIndex {
    /// The current level plus a constant.
    Offset(i32),
    /// The current level plus an integer expression; clamped to the levels that the field has.
    Relative(Box<Expr>),
    /// A level counted from the start of the compute domain; clamped to the levels that the field has.
    Absolute(Box<Expr>),
}

/// Which component of a field with data dimensions an access reads or writes: its position in the order in which the last data
/// index runs fastest.
#[derive(Clone, PartialEq, Debug)]
pub enum Component {
    Static(u32),
    /// An integer expression; clamped to the components that the field has.
    Computed(Box<Expr>),
}

/// Operations on one operand; the result has the operand's type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum UnaryOp {
    /// `-x`, of a number; flips the sign bit of a float.
    Neg,
    /// `not x`, of a boolean.
    Not,
}

/// Operations on two operands of one type.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    /// Of floats: IEEE division. Of integers: not produced by the front end (`/` gives floats).
    Div,
    /// `//`: the quotient rounded down.
    FloorDiv,
    /// `%`: Python's remainder, with the sign of the divisor.
    Mod,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    /// Of booleans; both sides are evaluated.
    And,
    /// Of booleans; both sides are evaluated.
    Or,
}

impl BinaryOp {
    /// All operations with their symbol in the text form.
    pub const SYMBOLS: [(BinaryOp, &'static str); 14] = [
        (BinaryOp::Add, "+"),
        (BinaryOp::Sub, "-"),
        (BinaryOp::Mul, "*"),
        (BinaryOp::Div, "/"),
        (BinaryOp::FloorDiv, "//"),
        (BinaryOp::Mod, "%%"),
        (BinaryOp::Eq, "=="),
        (BinaryOp::Ne, "!="),
        (BinaryOp::Lt, "<"),
        (BinaryOp::Le, "<="),
        (BinaryOp::Gt, ">"),
        (BinaryOp::Ge, ">="),
        (BinaryOp::And, "&&"),
        (BinaryOp::Or, "||"),
    ];
    /// The symbol in the text form.
    pub fn symbol(self) -> &'static str {
        Self::SYMBOLS.iter().find(|(op, _)| *op == self).map_or("?", |(_, s)| s)
    }
    /// Whether the result is boolean whatever the operands are.
    pub fn is_comparison(self) -> bool {
        matches!(self, BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge)
    }
}

/// Functions of the language. Arguments and result are of one float type, except where noted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Native {
    /// Of any number.
    Abs,
    /// `b if b < a else a`, of any number.
    Min,
    /// `b if b > a else a`, of any number.
    Max,
    Sin,
    Cos,
    Tan,
    Asin,
    Acos,
    Atan,
    Sinh,
    Cosh,
    Tanh,
    Asinh,
    Acosh,
    Atanh,
    Sqrt,
    /// The cube root, negative for negative arguments.
    Cbrt,
    Exp,
    Log,
    Log10,
    Pow,
    /// Euler's gamma function; C's `tgamma`.
    Gamma,
    /// The error function.
    Erf,
    /// `1 - erf`, precise where that is small.
    Erfc,
    /// Gives a boolean.
    IsFinite,
    /// Gives a boolean.
    IsInf,
    /// Gives a boolean.
    IsNan,
    Floor,
    Ceil,
    Trunc,
    /// To the nearest whole number, halves to even.
    Round,
    /// To the nearest whole number, halves away from zero.
    RoundAway,
    /// `a * b + c`, rounded once. No source has it: numerics modes other than `strict` make it.
    Fma,
}

impl Native {
    /// All functions with their name in the text form and their number of arguments.
    pub const TABLE: [(Native, &'static str, usize); 33] = [
        (Native::Abs, "abs", 1),
        (Native::Min, "min", 2),
        (Native::Max, "max", 2),
        (Native::Sin, "sin", 1),
        (Native::Cos, "cos", 1),
        (Native::Tan, "tan", 1),
        (Native::Asin, "asin", 1),
        (Native::Acos, "acos", 1),
        (Native::Atan, "atan", 1),
        (Native::Sinh, "sinh", 1),
        (Native::Cosh, "cosh", 1),
        (Native::Tanh, "tanh", 1),
        (Native::Asinh, "asinh", 1),
        (Native::Acosh, "acosh", 1),
        (Native::Atanh, "atanh", 1),
        (Native::Sqrt, "sqrt", 1),
        (Native::Cbrt, "cbrt", 1),
        (Native::Exp, "exp", 1),
        (Native::Log, "log", 1),
        (Native::Log10, "log10", 1),
        (Native::Pow, "pow", 2),
        (Native::Gamma, "gamma", 1),
        (Native::Erf, "erf", 1),
        (Native::Erfc, "erfc", 1),
        (Native::IsFinite, "isfinite", 1),
        (Native::IsInf, "isinf", 1),
        (Native::IsNan, "isnan", 1),
        (Native::Floor, "floor", 1),
        (Native::Ceil, "ceil", 1),
        (Native::Trunc, "trunc", 1),
        (Native::Round, "round", 1),
        (Native::RoundAway, "round_away", 1),
        (Native::Fma, "fma", 3),
    ];
    /// The name in the text form.
    pub fn name(self) -> &'static str {
        Self::TABLE.iter().find(|(f, ..)| *f == self).map_or("?", |(_, n, _)| n)
    }
    /// The number of arguments.
    pub fn arity(self) -> usize {
        Self::TABLE.iter().find(|(f, ..)| *f == self).map_or(0, |(.., n)| *n)
    }
    /// Whether the result is boolean.
    pub fn is_predicate(self) -> bool {
        matches!(self, Native::IsFinite | Native::IsInf | Native::IsNan)
    }
}

impl Expr {
    /// A constant.
    pub fn literal(value: Value, span: Span) -> Expr {
        Expr { kind: ExprKind::Literal(value), dtype: value.dtype(), span }
    }
    /// The value of a constant.
    pub fn known(&self) -> Option<Value> {
        if let ExprKind::Literal(value) = self.kind { Some(value) } else { None }
    }
    /// Whether it is the constant `true`.
    pub fn is_true(&self) -> bool {
        self.known().is_some_and(Value::is_true)
    }
    /// The direct operands, in order; the index of a data-dependent access included.
    pub fn children(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Literal(_) | ExprKind::Scalar(_) | ExprKind::Index(_) | ExprKind::Bound(..) | ExprKind::Inside(_) => {
                vec![]
            }
            ExprKind::Field(access) => access.indexes().collect(),
            ExprKind::Unary(_, a) | ExprKind::Cast(a) => vec![a],
            ExprKind::Binary(_, a, b) => vec![a, b],
            ExprKind::Ternary(c, a, b) => vec![c, a, b],
            ExprKind::Call(_, args) => args.iter().collect(),
        }
    }
    /// The direct operands, to be changed.
    pub fn children_mut(&mut self) -> Vec<&mut Expr> {
        match &mut self.kind {
            ExprKind::Literal(_) | ExprKind::Scalar(_) | ExprKind::Index(_) | ExprKind::Bound(..) | ExprKind::Inside(_) => {
                vec![]
            }
            ExprKind::Field(access) => access.indexes_mut().collect(),
            ExprKind::Unary(_, a) | ExprKind::Cast(a) => vec![a],
            ExprKind::Binary(_, a, b) => vec![a, b],
            ExprKind::Ternary(c, a, b) => vec![c, a, b],
            ExprKind::Call(_, args) => args.iter_mut().collect(),
        }
    }
    /// Calls `visit` on this expression and all below it, operands after their operation.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }
    /// Calls `visit` on this expression and all below it, operands before their operation.
    pub fn walk_mut(&mut self, visit: &mut impl FnMut(&mut Expr)) {
        for child in self.children_mut() {
            child.walk_mut(visit);
        }
        visit(self);
    }
    /// Every field access of the expression, those inside indexes included.
    pub fn accesses(&self) -> Vec<&Access> {
        let mut found = Vec::new();
        self.walk(&mut |e| {
            if let ExprKind::Field(access) = &e.kind {
                found.push(access);
            }
        });
        found
    }
    /// Every scalar that the expression reads, as often as it does.
    pub fn scalars(&self) -> Vec<ScalarId> {
        let mut found = Vec::new();
        self.walk(&mut |e| found.extend(if let ExprKind::Scalar(scalar) = e.kind { Some(scalar) } else { None }));
        found
    }
    /// Whether the value is the same at every point: no field, no index.
    pub fn is_uniform(&self) -> bool {
        let mut uniform = true;
        self.walk(&mut |e| uniform &= !matches!(e.kind, ExprKind::Field(_) | ExprKind::Index(_) | ExprKind::Inside(_)));
        uniform
    }
}

impl Access {
    /// The access at the current point.
    pub fn here(field: FieldId) -> Access {
        Access { field, offset: [0, 0], k: KIndex::Offset(0), component: Component::Static(0) }
    }
    /// The expressions of data-dependent indexes: the level's, then the component's.
    pub fn indexes(&self) -> impl Iterator<Item = &Expr> {
        self.k.expr().into_iter().chain(self.component.expr())
    }
    /// Whether its level or component depends on data.
    pub fn is_data_dependent(&self) -> bool {
        self.indexes().next().is_some()
    }
    /// The expressions of data-dependent indexes, to be changed.
    pub fn indexes_mut(&mut self) -> impl Iterator<Item = &mut Expr> {
        let level = match &mut self.k {
            KIndex::Offset(_) => None,
            KIndex::Relative(e) | KIndex::Absolute(e) => Some(&mut **e),
        };
        let component = match &mut self.component {
            Component::Static(_) => None,
            Component::Computed(e) => Some(&mut **e),
        };
        level.into_iter().chain(component)
    }
    /// The offset on each axis; along K where it is known.
    pub fn offsets(&self) -> [Option<i32>; 3] {
        [Some(self.offset[0]), Some(self.offset[1]), self.k.known()]
    }
    /// The offset on all three axes, where K's is known.
    pub fn constant_offset(&self) -> Option<[i32; 3]> {
        self.k.known().map(|k| [self.offset[0], self.offset[1], k])
    }
}

impl KIndex {
    /// The index expression of a data-dependent level.
    pub fn expr(&self) -> Option<&Expr> {
        match self {
            KIndex::Offset(_) => None,
            KIndex::Relative(e) | KIndex::Absolute(e) => Some(e),
        }
    }
    /// The offset from the current level, where it is known.
    pub fn known(&self) -> Option<i32> {
        match self {
            KIndex::Offset(k) => Some(*k),
            KIndex::Relative(_) | KIndex::Absolute(_) => None,
        }
    }
}

impl Component {
    /// The index expression of a data-dependent component.
    pub fn expr(&self) -> Option<&Expr> {
        match self {
            Component::Static(_) => None,
            Component::Computed(e) => Some(e),
        }
    }
    /// Whether two components, `None` where they depend on data, are certainly not the same.
    pub fn differ(a: Option<u32>, b: Option<u32>) -> bool {
        a.zip(b).is_some_and(|(a, b)| a != b)
    }
    /// The component where it is known.
    pub fn known(&self) -> Option<u32> {
        match self {
            Component::Static(n) => Some(*n),
            Component::Computed(_) => None,
        }
    }
}
