//! Expressions and statements.

use super::lex::TokenKind;
use super::parse::{Parsed, Parser, Resolve};
use crate::diagnostic::{Code, Diagnostic};
use crate::domain::Axis;
use crate::element::Element;
use crate::expr::{Access, BinaryOp, Component, Expr, ExprKind, KIndex, Native, UnaryOp};
use crate::source::Span;
use crate::stencil::{Stmt, StmtKind};
use crate::types::DType;
use crate::value::Value;
use crate::with_element;

impl<'t> Parser<'t> {
    /// An expression: an operand, or one operation on operands.
    pub fn expr(&mut self, names: &dyn Resolve) -> Parsed<Expr> {
        let first = self.operand(names)?;
        let span = |this: &Self| first.span.to(this.last_span());
        if self.eat("?") {
            let then = self.operand(names)?;
            self.expect(":")?;
            let otherwise = self.operand(names)?;
            let (span, dtype) = (span(self), then.dtype);
            return Ok(Expr { kind: ExprKind::Ternary(first.into(), then.into(), otherwise.into()), dtype, span });
        }
        let Some(op) = self.binary_op() else {
            return Ok(first);
        };
        let second = self.operand(names)?;
        if self.peek_binary_op().is_some() {
            return Err(self.expected("one operation").help("put each operation in parentheses: `((a + b) + c)`"));
        }
        let (span, dtype) = (span(self), if op.is_comparison() { DType::Bool } else { first.dtype });
        Ok(Expr { kind: ExprKind::Binary(op, first.into(), second.into()), dtype, span })
    }

    fn peek_binary_op(&self) -> Option<BinaryOp> {
        let TokenKind::Punct(punct) = self.kind() else {
            return None;
        };
        BinaryOp::SYMBOLS.into_iter().find(|(_, symbol)| *symbol == punct).map(|(op, _)| op)
    }

    fn binary_op(&mut self) -> Option<BinaryOp> {
        let op = self.peek_binary_op()?;
        self.advance();
        Some(op)
    }

    fn operand(&mut self, names: &dyn Resolve) -> Parsed<Expr> {
        self.nested(|this| this.operand_inside(names))
    }

    fn operand_inside(&mut self, names: &dyn Resolve) -> Parsed<Expr> {
        let start = self.span();
        let (kind, dtype) = match self.kind() {
            TokenKind::Number(_) => return self.number(start, false),
            TokenKind::Scalar(_) => {
                let (id, dtype) = self.scalar(names)?;
                (ExprKind::Scalar(id), dtype)
            }
            TokenKind::Field(_) => {
                let (access, dtype) = self.access(names)?;
                (ExprKind::Field(access), dtype)
            }
            TokenKind::Punct("(") => {
                self.advance();
                let inner = self.expr(names)?;
                self.expect(")")?;
                (inner.kind, inner.dtype)
            }
            TokenKind::Punct("!") => {
                self.advance();
                let inner = self.operand(names)?;
                (ExprKind::Unary(UnaryOp::Not, inner.into()), DType::Bool)
            }
            TokenKind::Punct("-") => {
                self.advance();
                match self.kind() {
                    TokenKind::Number(_) => return self.number(start, true),
                    TokenKind::Word(w) if w.starts_with("inf_") => return self.special(start, true),
                    _ => {}
                }
                let inner = self.operand(names)?;
                let dtype = inner.dtype;
                (ExprKind::Unary(UnaryOp::Neg, inner.into()), dtype)
            }
            TokenKind::Word(word) => return self.word_operand(names, word, start),
            _ => return Err(self.expected("an expression")),
        };
        Ok(Expr { kind, dtype, span: start.to(self.last_span()) })
    }

    /// An operand that starts with a word: a constant, a position, a box, a cast or a call.
    fn word_operand(&mut self, names: &dyn Resolve, word: &str, start: Span) -> Parsed<Expr> {
        let axis = Axis::ALL.into_iter().zip(["I", "J", "K"]).find(|(_, name)| *name == word).map(|(axis, _)| axis);
        let (kind, dtype) = if let Some(axis) = axis {
            self.advance();
            match self.eat("[") {
                true => {
                    let bound = self.bound()?;
                    self.expect("]")?;
                    (ExprKind::Bound(axis, bound), DType::I32)
                }
                false => (ExprKind::Index(axis), DType::I32),
            }
        } else if word == "region" {
            self.advance();
            (ExprKind::Inside(self.horizontal_box()?), DType::Bool)
        } else if let Some(dtype) = DType::from_name(word) {
            self.advance();
            self.expect("(")?;
            let inner = self.expr(names)?;
            self.expect(")")?;
            (ExprKind::Cast(inner.into()), dtype)
        } else if let Some((native, ..)) = Native::TABLE.into_iter().find(|(_, name, _)| *name == word) {
            self.native(names, native, start)?
        } else {
            return self.special(start, false);
        };
        Ok(Expr { kind, dtype, span: start.to(self.last_span()) })
    }

    fn native(&mut self, names: &dyn Resolve, native: Native, start: Span) -> Parsed<(ExprKind, DType)> {
        self.advance();
        self.expect("(")?;
        let args = self.list(")", |this| this.expr(names))?;
        let Some(first) = args.first().filter(|_| args.len() == native.arity()) else {
            let message = format!("`{}` takes {} arguments, found {}", native.name(), native.arity(), args.len());
            return Err(Diagnostic::error(Code::IR_TEXT, message, start.to(self.last_span()), "here"));
        };
        let dtype = if native.is_predicate() { DType::Bool } else { first.dtype };
        Ok((ExprKind::Call(native, args), dtype))
    }

    /// `true`, `false`, `inf_f64`, `nan_f32`; the sign was read before.
    fn special(&mut self, start: Span, negative: bool) -> Parsed<Expr> {
        let value = match self.kind() {
            TokenKind::Word("true") => Value::Bool(true),
            TokenKind::Word("false") => Value::Bool(false),
            TokenKind::Word("inf_f32") => Value::F32(if negative { f32::NEG_INFINITY } else { f32::INFINITY }),
            TokenKind::Word("inf_f64") => Value::F64(if negative { f64::NEG_INFINITY } else { f64::INFINITY }),
            TokenKind::Word("nan_f32") => Value::F32(f32::NAN),
            TokenKind::Word("nan_f64") => Value::F64(f64::NAN),
            _ => return Err(self.expected("an expression")),
        };
        self.advance();
        Ok(Expr::literal(value, start.to(self.last_span())))
    }

    /// `1i32`, `2.5e-3f64`; the sign was read before.
    fn number(&mut self, start: Span, negative: bool) -> Parsed<Expr> {
        let TokenKind::Number(text) = self.kind() else {
            return Err(self.expected("a number"));
        };
        let span = start.to(self.advance().span);
        let typed = DType::ALL.into_iter().find_map(|dtype| Some((text.strip_suffix(dtype.name())?, dtype)));
        let Some((digits, dtype)) = typed else {
            let error =
                Diagnostic::error(Code::IR_TEXT, format!("the number `{text}` has no type"), span, "write `1.0f64`, `1i32` …");
            return Err(error);
        };
        let digits = if negative { format!("-{digits}") } else { digits.to_string() };
        let value = match dtype {
            DType::F32 => digits.parse().ok().map(Value::F32),
            DType::F64 => digits.parse().ok().map(Value::F64),
            _ => digits.parse().ok().map(Value::I64).filter(|v| v.cast(dtype).cast(DType::I64) == *v).map(|v| v.cast(dtype)),
        };
        let value = value.filter(|v| with_element!(dtype, T => T::predicate(Native::IsFinite, T::of(*v))));
        let error =
            || Diagnostic::error(Code::IR_TEXT, format!("`{digits}` is not a number of type `{dtype}`"), span, "out of range");
        value.map(|v| Expr::literal(v, span)).ok_or_else(error)
    }

    /// `%f`, `%f[1,0,-1]`, `%f[0,0,?(expr)]`, `%f[0,0,=(expr)]`, each with or without `{2}` or `{(expr)}`, and the field's type.
    pub fn access(&mut self, names: &dyn Resolve) -> Parsed<(Access, DType)> {
        let (field, dtype) = self.field(names)?;
        let mut access = Access::here(field);
        if self.eat("[") {
            for offset in &mut access.offset {
                *offset = self.integer()?;
                self.expect(",")?;
            }
            access.k = self.k_index(names)?;
            self.expect("]")?;
        }
        if self.eat("{") {
            access.component = match self.kind() {
                TokenKind::Punct(_) => Component::Computed(self.enclosed(names)?.into()),
                _ => Component::Static(self.integer()?),
            };
            self.expect("}")?;
        }
        Ok((access, dtype))
    }

    /// `(`, an expression, `)`.
    pub fn enclosed(&mut self, names: &dyn Resolve) -> Parsed<Expr> {
        self.expect("(")?;
        let expr = self.expr(names)?;
        self.expect(")")?;
        Ok(expr)
    }

    fn k_index(&mut self, names: &dyn Resolve) -> Parsed<KIndex> {
        let index = match self.kind() {
            TokenKind::Punct("?") => KIndex::Relative,
            TokenKind::Punct("=") => KIndex::Absolute,
            _ => return Ok(KIndex::Offset(self.integer()?)),
        };
        self.advance();
        Ok(index(self.enclosed(names)?.into()))
    }

    /// A statement.
    pub fn stmt(&mut self, names: &dyn Resolve) -> Parsed<Stmt> {
        self.nested(|this| this.stmt_inside(names))
    }

    fn stmt_inside(&mut self, names: &dyn Resolve) -> Parsed<Stmt> {
        let start = self.span();
        if matches!(self.kind(), TokenKind::Field(_)) {
            let (target, _) = self.access(names)?;
            self.expect("=")?;
            let value = self.expr(names)?;
            return Ok(Stmt::assign(target, value, start.to(self.last_span())));
        }
        let word = match self.kind() {
            TokenKind::Word(word @ ("mask" | "while" | "restrict" | "check")) => word,
            _ => return Err(self.expected("a statement (`%field = …`, `mask`, `while`, `restrict`, `check`)")),
        };
        self.advance();
        let kind = if word == "restrict" {
            let region = self.horizontal_box()?;
            StmtKind::Restrict { region, body: self.stmts(names)? }
        } else if word == "check" {
            let (access, _) = self.access(names)?;
            let always = |span| Expr::literal(Value::Bool(true), span);
            let guard = if self.eat_word("where") { self.enclosed(names)? } else { always(self.last_span()) };
            StmtKind::Check { access, guard }
        } else {
            let condition = self.enclosed(names)?;
            let body = self.stmts(names)?;
            if word == "mask" { StmtKind::Mask { condition, body } } else { StmtKind::While { condition, body } }
        };
        Ok(Stmt { kind, span: start.to(self.last_span()) })
    }

    /// Statements in braces.
    pub fn stmts(&mut self, names: &dyn Resolve) -> Parsed<Vec<Stmt>> {
        self.block(|this| this.stmt(names))
    }
}
