//! Statements and expressions of the parser as [`crate::syntax`].

use crate::syntax::{BinaryOp, CompareOp, Expr, ExprKind, Function, Name, Parameter, Stmt, StmtKind, UnaryOp};
use ruff_python_ast as py;
use ruff_python_parser::parse_string_annotation;
use ruff_text_size::{Ranged, TextRange};
use std::sync::Arc;
use tradewind_ir::{SourceId, Span};

/// The longest type in quotes, in bytes.
const QUOTED_LIMIT: usize = 200;

/// Chains of more operations are flat in the tree.
const CHAIN_LENGTH: usize = 64;

/// A file that was parsed.
pub(super) struct Convert<'t> {
    pub(super) source: SourceId,
    pub(super) text: &'t str,
    /// Where the syntax errors are.
    pub(super) errors: Vec<TextRange>,
}

impl Convert<'_> {
    pub(super) fn span(&self, range: TextRange) -> Span {
        Span::new(self.source, range.start().to_usize(), range.end().to_usize())
    }

    pub(super) fn name(&self, id: &py::Identifier) -> Name {
        Name { text: id.id.to_string(), span: self.span(id.range) }
    }

    pub(super) fn alias(&self, alias: &py::Alias) -> (Name, Option<Name>) {
        (self.name(&alias.name), alias.asname.as_ref().map(|n| self.name(n)))
    }

    fn body(&self, body: &[py::Stmt]) -> Vec<Stmt> {
        body.iter().map(|stmt| self.stmt(stmt)).collect()
    }

    /// A class as far as its constants go: what it says it is, and the names that it gives values.
    pub(super) fn class(&self, class: &py::StmtClassDef) -> StmtKind {
        let decorators = class.decorator_list.iter().map(|d| self.expr(&d.expression));
        let bases = class.arguments.iter().flat_map(|a| a.args.iter()).map(|base| self.expr(base));
        let value = |stmt: &py::Stmt| {
            let (target, value) = match stmt {
                py::Stmt::Assign(a) => (a.targets.as_slice(), Some(&a.value)),
                py::Stmt::AnnAssign(a) => (std::slice::from_ref(&*a.target), a.value.as_ref()),
                _ => return None,
            };
            match target {
                [py::Expr::Name(n)] => Some((Name { text: n.id.to_string(), span: self.span(n.range) }, self.expr(value?))),
                _ => None,
            }
        };
        let values = class.body.iter().filter_map(value).collect();
        StmtKind::Class { name: self.name(&class.name), above: decorators.chain(bases).collect(), values }
    }

    fn stmt(&self, stmt: &py::Stmt) -> Stmt {
        let kind = match stmt {
            py::Stmt::FunctionDef(f) if f.is_async => StmtKind::Foreign("an `async` function"),
            py::Stmt::FunctionDef(f) => StmtKind::Function(Arc::new(self.function(f))),
            py::Stmt::Return(r) => StmtKind::Return(r.value.as_ref().map(|v| self.expr(v))),
            py::Stmt::Assign(a) => StmtKind::Assign(self.exprs(&a.targets), self.expr(&a.value)),
            py::Stmt::AugAssign(a) => StmtKind::AugAssign(self.expr(&a.target), operator(a.op), self.expr(&a.value)),
            py::Stmt::AnnAssign(a) => {
                let value = a.value.as_ref().map(|v| self.expr(v));
                StmtKind::Declare(self.expr(&a.target), self.annotation(&a.annotation), value)
            }
            py::Stmt::For(f) if f.is_async => StmtKind::Foreign("`async for`"),
            py::Stmt::For(f) => {
                let kind = StmtKind::For(self.expr(&f.target), self.expr(&f.iter), self.body(&f.body));
                self.with_else(kind, self.span(f.range), &f.orelse)
            }
            py::Stmt::While(w) => {
                let kind = StmtKind::While(self.expr(&w.test), self.body(&w.body));
                self.with_else(kind, self.span(w.range), &w.orelse)
            }
            py::Stmt::If(i) => StmtKind::If(self.expr(&i.test), self.body(&i.body), self.clauses(&i.elif_else_clauses)),
            py::Stmt::With(w) if w.is_async => StmtKind::Foreign("`async with`"),
            py::Stmt::With(w) if w.items.iter().any(|i| i.optional_vars.is_some()) => StmtKind::Foreign("`with … as`"),
            py::Stmt::With(w) => {
                StmtKind::With(w.items.iter().map(|i| self.expr(&i.context_expr)).collect(), self.body(&w.body))
            }
            py::Stmt::Import(_) => StmtKind::Import,
            py::Stmt::ImportFrom(i) => {
                let empty = Name { text: String::new(), span: self.span(i.range) };
                let module = i.module.as_ref().map_or(empty, |m| self.name(m));
                StmtKind::ImportFrom { module, names: i.names.iter().map(|a| self.alias(a)).collect() }
            }
            py::Stmt::Expr(e) => StmtKind::Expr(self.expr(&e.value)),
            py::Stmt::Pass(_) => StmtKind::Pass,
            py::Stmt::ClassDef(c) => self.class(c),
            py::Stmt::Delete(_) => StmtKind::Foreign("`del`"),
            py::Stmt::TypeAlias(_) => StmtKind::Foreign("a `type` statement"),
            py::Stmt::Match(_) => StmtKind::Foreign("`match`"),
            py::Stmt::Raise(_) => StmtKind::Foreign("`raise`"),
            py::Stmt::Try(_) => StmtKind::Foreign("`try`"),
            py::Stmt::Assert(_) => StmtKind::Foreign("`assert`"),
            py::Stmt::Global(_) => StmtKind::Foreign("`global`"),
            py::Stmt::Nonlocal(_) => StmtKind::Foreign("`nonlocal`"),
            py::Stmt::Break(_) => StmtKind::Break,
            py::Stmt::Continue(_) => StmtKind::Continue,
            py::Stmt::IpyEscapeCommand(_) => StmtKind::Foreign("a notebook command"),
        };
        Stmt { kind, span: self.span(stmt.range()) }
    }

    /// A loop with its `else` clause, if it has one.
    fn with_else(&self, kind: StmtKind, span: Span, otherwise: &[py::Stmt]) -> StmtKind {
        if otherwise.is_empty() { kind } else { StmtKind::LoopElse(Box::new(Stmt { kind, span }), self.body(otherwise)) }
    }

    /// The else body: an `elif` is an `if` alone in it.
    fn clauses(&self, clauses: &[py::ElifElseClause]) -> Vec<Stmt> {
        clauses.iter().rev().fold(Vec::new(), |otherwise, clause| {
            let body = self.body(&clause.body);
            match &clause.test {
                None => body,
                Some(test) => {
                    let kind = StmtKind::If(self.expr(test), body, otherwise);
                    vec![Stmt { kind, span: self.span(clause.range) }]
                }
            }
        })
    }

    /// A type: what a string in its place says, if that is an expression. A short one cannot be nested too deep.
    fn annotation(&self, e: &py::Expr) -> Expr {
        let quoted = e.as_string_literal_expr().and_then(|s| s.as_single_part_string());
        let quoted = quoted.filter(|quoted| quoted.value.len() <= QUOTED_LIMIT);
        match quoted.map(|quoted| parse_string_annotation(self.text, quoted)) {
            Some(Ok(parsed)) => self.expr(parsed.expr()),
            _ => self.expr(e),
        }
    }

    pub(super) fn function(&self, f: &py::StmtFunctionDef) -> Function {
        let p = &f.parameters;
        let plain = p.posonlyargs.iter().chain(&p.args).map(|a| (a, false));
        let params = plain.chain(p.kwonlyargs.iter().map(|a| (a, true))).map(|(a, keyword_only)| Parameter {
            name: self.name(&a.parameter.name),
            annotation: a.parameter.annotation.as_ref().map(|e| self.annotation(e)),
            default: a.default.as_ref().map(|e| self.expr(e)),
            keyword_only,
        });
        Function {
            name: self.name(&f.name),
            decorators: f.decorator_list.iter().map(|d| self.expr(&d.expression)).collect(),
            params: params.collect(),
            variadic: p.vararg.as_ref().or(p.kwarg.as_ref()).map(|v| self.span(v.range)),
            is_broken: self.errors.iter().any(|at| f.range.intersect(*at).is_some()),
            body: self.body(&f.body),
        }
    }

    /// `a + b - c …`: an operation whose left operand is one as well, and so on; a long chain is flat in our tree.
    fn chain(&self, last: &py::ExprBinOp) -> Expr {
        let mut operations = vec![last];
        while let Some(py::Expr::BinOp(left)) = operations.last().map(|operation| &*operation.left) {
            operations.push(left);
        }
        operations.reverse();
        let first = self.expr(&operations[0].left);
        let rest = operations.iter().map(|b| (operator(b.op), self.expr(&b.right), self.span(b.range)));
        if operations.len() > CHAIN_LENGTH {
            let rest = rest.map(|(op, operand, _)| (op, operand)).collect();
            return Expr { kind: ExprKind::Chain(Box::new(first), rest), span: self.span(last.range) };
        }
        rest.fold(first, |left, (op, right, span)| Expr { kind: ExprKind::Binary(op, Box::new(left), Box::new(right)), span })
    }

    fn exprs(&self, list: &[py::Expr]) -> Vec<Expr> {
        list.iter().map(|e| self.expr(e)).collect()
    }

    fn boxed(&self, e: &py::Expr) -> Box<Expr> {
        Box::new(self.expr(e))
    }

    pub(super) fn expr(&self, e: &py::Expr) -> Expr {
        let span = self.span(e.range());
        let kind = match e {
            py::Expr::BoolOp(b) if b.op == py::BoolOp::And => ExprKind::And(self.exprs(&b.values)),
            py::Expr::BoolOp(b) => ExprKind::Or(self.exprs(&b.values)),
            py::Expr::BinOp(b) => return self.chain(b),
            py::Expr::UnaryOp(u) => match u.op {
                py::UnaryOp::Not => ExprKind::Unary(UnaryOp::Not, self.boxed(&u.operand)),
                py::UnaryOp::UAdd => ExprKind::Unary(UnaryOp::Plus, self.boxed(&u.operand)),
                // The smallest integer, whose digits alone are one too many.
                py::UnaryOp::USub if is_limit(&u.operand) => ExprKind::Int(i64::MIN),
                py::UnaryOp::USub => ExprKind::Unary(UnaryOp::Minus, self.boxed(&u.operand)),
                py::UnaryOp::Invert => ExprKind::Foreign("`~`"),
            },
            py::Expr::If(t) => ExprKind::Ternary {
                condition: self.boxed(&t.test),
                then: self.boxed(&t.body),
                otherwise: self.boxed(&t.orelse),
            },
            py::Expr::Dict(d) => self.dict(d),
            py::Expr::Compare(c) => {
                let rest = c.ops.iter().zip(c.comparators.iter());
                ExprKind::Compare(self.boxed(&c.left), rest.map(|(op, e)| (comparison(*op), self.expr(e))).collect())
            }
            py::Expr::Call(c) => self.call(c),
            py::Expr::StringLiteral(s) => ExprKind::Text(s.value.to_str().to_string()),
            py::Expr::NumberLiteral(n) => match &n.value {
                py::Number::Int(i) => i.as_i64().map_or(ExprKind::Foreign("an integer of more than 64 bits"), ExprKind::Int),
                py::Number::Float(f) => ExprKind::Float(*f),
                py::Number::Complex { .. } => ExprKind::Foreign("a complex number"),
            },
            py::Expr::BooleanLiteral(b) => ExprKind::Bool(b.value),
            py::Expr::NoneLiteral(_) => ExprKind::None,
            py::Expr::EllipsisLiteral(_) => ExprKind::Ellipsis,
            py::Expr::Attribute(a) => ExprKind::Attribute(self.boxed(&a.value), self.name(&a.attr)),
            // `a[...]` is all of a field: `a`.
            py::Expr::Subscript(s) if matches!((&*s.value, &*s.slice), (py::Expr::Name(_), py::Expr::EllipsisLiteral(_))) => {
                self.expr(&s.value).kind
            }
            py::Expr::Subscript(s) => {
                let indices = match &*s.slice {
                    py::Expr::Tuple(t) => self.exprs(&t.elts),
                    one => vec![self.expr(one)],
                };
                ExprKind::Subscript(self.boxed(&s.value), indices)
            }
            py::Expr::Name(n) if n.id.is_empty() => ExprKind::Invalid,
            py::Expr::Name(n) => ExprKind::Name(n.id.to_string()),
            py::Expr::List(l) => ExprKind::Tuple(self.exprs(&l.elts)),
            py::Expr::Tuple(t) => ExprKind::Tuple(self.exprs(&t.elts)),
            py::Expr::Slice(s) if s.step.is_some() => ExprKind::Foreign("a slice with a step"),
            py::Expr::Slice(s) => {
                ExprKind::Slice(s.lower.as_ref().map(|e| self.boxed(e)), s.upper.as_ref().map(|e| self.boxed(e)))
            }
            py::Expr::Named(_) => ExprKind::Foreign("`:=`"),
            py::Expr::Lambda(_) => ExprKind::Foreign("a `lambda`"),
            py::Expr::Set(_) => ExprKind::Foreign("a set"),
            py::Expr::ListComp(_) | py::Expr::SetComp(_) | py::Expr::DictComp(_) | py::Expr::Generator(_) => {
                ExprKind::Foreign("a comprehension")
            }
            py::Expr::Await(_) => ExprKind::Foreign("`await`"),
            py::Expr::Yield(_) | py::Expr::YieldFrom(_) => ExprKind::Foreign("`yield`"),
            py::Expr::FString(_) | py::Expr::TString(_) => ExprKind::Foreign("a formatted string"),
            py::Expr::BytesLiteral(_) => ExprKind::Foreign("a bytes literal"),
            py::Expr::Starred(_) => ExprKind::Foreign("`*` unpacking"),
            py::Expr::IpyEscapeCommand(_) => ExprKind::Foreign("a notebook command"),
        };
        Expr { kind, span }
    }

    fn dict(&self, d: &py::ExprDict) -> ExprKind {
        let items = d.items.iter().map(|i| Some((self.expr(i.key.as_ref()?), self.expr(&i.value))));
        items.collect::<Option<_>>().map_or(ExprKind::Foreign("`**` unpacking"), ExprKind::Dict)
    }

    fn call(&self, c: &py::ExprCall) -> ExprKind {
        let named = c.arguments.keywords.iter().map(|k| Some((self.name(k.arg.as_ref()?), self.expr(&k.value))));
        match named.collect::<Option<_>>() {
            Some(named) => ExprKind::Call(self.boxed(&c.func), self.exprs(&c.arguments.args), named),
            None => ExprKind::Foreign("`**` unpacking"),
        }
    }
}

pub(super) fn operator(op: py::Operator) -> BinaryOp {
    match op {
        py::Operator::Add => BinaryOp::Add,
        py::Operator::Sub => BinaryOp::Sub,
        py::Operator::Mult => BinaryOp::Mul,
        py::Operator::Div => BinaryOp::Div,
        py::Operator::FloorDiv => BinaryOp::FloorDiv,
        py::Operator::Mod => BinaryOp::Mod,
        py::Operator::Pow => BinaryOp::Pow,
        py::Operator::MatMult => BinaryOp::MatMul,
        other => BinaryOp::Bits(other.as_str()),
    }
}

fn comparison(op: py::CmpOp) -> CompareOp {
    match op {
        py::CmpOp::Eq => CompareOp::Eq,
        py::CmpOp::NotEq => CompareOp::Ne,
        py::CmpOp::Lt => CompareOp::Lt,
        py::CmpOp::LtE => CompareOp::Le,
        py::CmpOp::Gt => CompareOp::Gt,
        py::CmpOp::GtE => CompareOp::Ge,
        py::CmpOp::Is => CompareOp::Is(true),
        py::CmpOp::IsNot => CompareOp::Is(false),
        py::CmpOp::In | py::CmpOp::NotIn => CompareOp::In,
    }
}

/// Whether a number is the first integer beyond those of 64 bits.
fn is_limit(e: &py::Expr) -> bool {
    matches!(e, py::Expr::NumberLiteral(n) if matches!(&n.value, py::Number::Int(i) if i.as_u64() == Some(1 << 63)))
}
