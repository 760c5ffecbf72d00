//! The part of Python's syntax that GTScript uses, as a small tree of our own. [`crate::python`] makes it; nothing else in this
//! crate knows the parser. Everything that is Python but not GTScript becomes `Foreign` with its name, and is refused if the
//! compiler needs it.

use std::sync::Arc;
use tradewind_ir::Span;

/// A word and where it stands.
#[derive(Clone, Debug)]
pub struct Name {
    pub text: String,
    pub span: Span,
}

/// An expression as written.
#[derive(Clone, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    Name(String),
    Int(i64),
    Float(f64),
    Bool(bool),
    None,
    Text(String),
    Ellipsis,
    Attribute(Box<Expr>, Name),
    /// `value[a, b]`: the indices are the elements of the tuple, or the one expression.
    Subscript(Box<Expr>, Vec<Expr>),
    Call(Box<Expr>, Vec<Expr>, Vec<(Name, Expr)>),
    Unary(UnaryOp, Box<Expr>),
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// Many operations, each on the result of the ones before: `first op second op third …`, flat so that no recursion is
    /// as deep as the chain is long.
    Chain(Box<Expr>, Vec<(BinaryOp, Expr)>),
    /// `first op second op third …`
    Compare(Box<Expr>, Vec<(CompareOp, Expr)>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    /// `then if condition else otherwise`
    Ternary {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    /// A tuple or a list.
    Tuple(Vec<Expr>),
    Dict(Vec<(Expr, Expr)>),
    /// `lo:hi`
    Slice(Option<Box<Expr>>, Option<Box<Expr>>),
    /// Python that GTScript does not have, by the name that a message gives it: `a list comprehension`.
    Foreign(&'static str),
    /// What the parser could not read, and has reported.
    Invalid,
}

/// Prefix operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    Minus,
    Plus,
    Not,
}

/// Infix operators on numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    MatMul,
    /// `&`, `|`, `^`, `<<`, `>>`
    Bits(&'static str),
}

/// Comparisons.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    /// `is`, `is not`
    Is(bool),
    /// `in`, `not in`
    In,
}

/// A statement as written.
#[derive(Clone, Debug)]
pub struct Stmt {
    pub kind: StmtKind,
    pub span: Span,
}

/// What a statement is.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// `import a.b as c`
    Import,
    /// `from module import a as b`
    ImportFrom {
        module: Name,
        names: Vec<(Name, Option<Name>)>,
    },
    Function(Arc<Function>),
    /// `class Name: A = 0`: what stands above it (decorators and bases), and the values by name.
    Class {
        name: Name,
        above: Vec<Expr>,
        values: Vec<(Name, Expr)>,
    },
    /// `a = b = value`
    Assign(Vec<Expr>, Expr),
    AugAssign(Expr, BinaryOp, Expr),
    /// `target: annotation = value`
    Declare(Expr, Expr, Option<Expr>),
    With(Vec<Expr>, Vec<Stmt>),
    /// The bodies in the order then, else; an `elif` is an `If` alone in the else body.
    If(Expr, Vec<Stmt>, Vec<Stmt>),
    While(Expr, Vec<Stmt>),
    For(Expr, Expr, Vec<Stmt>),
    /// A loop, and what runs after it unless a `break` ended it: its `else` clause.
    LoopElse(Box<Stmt>, Vec<Stmt>),
    Break,
    Continue,
    Return(Option<Expr>),
    Expr(Expr),
    Pass,
    /// Python that GTScript does not have, by name: `a class`.
    Foreign(&'static str),
}

/// A function definition.
#[derive(Clone, Debug)]
pub struct Function {
    pub name: Name,
    pub decorators: Vec<Expr>,
    pub params: Vec<Parameter>,
    /// A `*args` or `**kwargs`.
    pub variadic: Option<Span>,
    /// Whether a syntax error stands inside.
    pub is_broken: bool,
    pub body: Vec<Stmt>,
}

/// A parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: Name,
    pub annotation: Option<Expr>,
    pub default: Option<Expr>,
    /// Stands after a bare `*`.
    pub keyword_only: bool,
}

impl Expr {
    /// The word, if the expression is one.
    pub fn name(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Name(name) => Some(name),
            _ => None,
        }
    }
    /// The last word of `a`, `m.a`, `m.n.a`: how names of the language are recognised however they are imported.
    pub fn last_name(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Name(name) => Some(name),
            ExprKind::Attribute(_, name) => Some(&name.text),
            _ => None,
        }
    }
    /// The `a` of `a`, `a.b`, `a.b.c`.
    pub fn root(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Name(name) => Some(name),
            ExprKind::Attribute(base, _) => base.root(),
            _ => None,
        }
    }
    /// The whole of `a`, `m.a`, `m.n.a`.
    pub fn dotted(&self) -> Option<String> {
        match &self.kind {
            ExprKind::Name(name) => Some(name.clone()),
            ExprKind::Attribute(base, attribute) => Some(format!("{}.{}", base.dotted()?, attribute.text)),
            _ => None,
        }
    }
    /// The direct operands.
    pub fn children(&self) -> Vec<&Expr> {
        use ExprKind::*;
        match &self.kind {
            Name(_) | Int(_) | Float(_) | Bool(_) | None | Text(_) | Ellipsis | Foreign(_) | Invalid => vec![],
            Attribute(a, _) | Unary(_, a) => vec![a],
            Subscript(a, list) => std::iter::once(&**a).chain(list).collect(),
            Call(f, args, named) => std::iter::once(&**f).chain(args).chain(named.iter().map(|(_, e)| e)).collect(),
            Binary(_, a, b) => vec![a, b],
            Chain(a, rest) => std::iter::once(&**a).chain(rest.iter().map(|(_, e)| e)).collect(),
            Compare(a, rest) => std::iter::once(&**a).chain(rest.iter().map(|(_, e)| e)).collect(),
            And(list) | Or(list) | Tuple(list) => list.iter().collect(),
            Ternary { condition, then, otherwise } => vec![condition, then, otherwise],
            Dict(items) => items.iter().flat_map(|(k, v)| [k, v]).collect(),
            Slice(a, b) => a.iter().chain(b).map(|e| &**e).collect(),
        }
    }
    /// Calls `visit` on this expression and all below it.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }
}

impl Stmt {
    /// The expressions that the statement itself evaluates, those of the bodies inside left aside.
    pub fn values(&self) -> Vec<&Expr> {
        fn indexes(target: &Expr) -> &[Expr] {
            if let ExprKind::Subscript(_, list) = &target.kind { list } else { &[] }
        }
        match &self.kind {
            StmtKind::Assign(targets, value) => targets.iter().flat_map(indexes).chain([value]).collect(),
            StmtKind::AugAssign(target, _, value) => indexes(target).iter().chain([value]).collect(),
            StmtKind::Declare(target, _, value) => indexes(target).iter().chain(value).collect(),
            StmtKind::With(items, _) => items.iter().collect(),
            StmtKind::If(e, ..) | StmtKind::While(e, _) | StmtKind::For(_, e, _) | StmtKind::Expr(e) => vec![e],
            StmtKind::Return(value) => value.iter().collect(),
            _ => Vec::new(),
        }
    }
}

/// Calls `visit` on every statement of `body` and of the bodies inside, outer before inner; not into nested functions.
pub fn walk_stmts<'a>(body: &'a [Stmt], visit: &mut impl FnMut(&'a Stmt)) {
    for stmt in body {
        visit(stmt);
        match &stmt.kind {
            StmtKind::With(_, inner) | StmtKind::While(_, inner) | StmtKind::For(_, _, inner) => walk_stmts(inner, visit),
            StmtKind::If(_, then, otherwise) => {
                walk_stmts(then, visit);
                walk_stmts(otherwise, visit);
            }
            StmtKind::LoopElse(inner, otherwise) => {
                walk_stmts(std::slice::from_ref(inner), visit);
                walk_stmts(otherwise, visit);
            }
            _ => {}
        }
    }
}

/// The names that `body` assigns, with the place of each assignment, in order.
pub fn assigned_names(body: &[Stmt]) -> Vec<(&str, Span)> {
    fn target<'a>(e: &'a Expr, found: &mut Vec<(&'a str, Span)>) {
        match &e.kind {
            ExprKind::Name(name) => found.push((name, e.span)),
            ExprKind::Tuple(list) => list.iter().for_each(|e| target(e, found)),
            ExprKind::Subscript(value, _) => target(value, found),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk_stmts(body, &mut |stmt| match &stmt.kind {
        StmtKind::Assign(targets, _) => targets.iter().for_each(|t| target(t, &mut found)),
        StmtKind::AugAssign(t, ..) | StmtKind::Declare(t, ..) | StmtKind::For(t, ..) => target(t, &mut found),
        _ => {}
    });
    found
}
