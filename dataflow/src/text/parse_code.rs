//! Text into tasklets. The types of values follow from their operations.

use super::parse::Reader;
use crate::code::{Carried, ComponentIndex, Inst, KOffset, Op, TaskletCode, ValueId};
use std::collections::HashMap;
use tradewind_ir::text::{Parsed, Parser, TokenKind};
use tradewind_ir::{BinaryOp, DType, Diagnostic, ExprKind, FieldId, Native, UnaryOp, diagnostic};

type P<'a, 't> = &'a mut Parser<'t>;

/// Values are numbered below this, so that a number read does not ask for unbounded memory.
const MOST_VALUES: u32 = 1 << 20;

impl Reader {
    /// `{`, instructions, `}`.
    pub(super) fn code(&mut self, p: P<'_, '_>) -> Parsed<TaskletCode> {
        let mut reader = CodeReader { graph: self, types: HashMap::new() };
        let body = reader.body(p)?;
        let count = reader.types.keys().map(|v| v.0 + 1).max().unwrap_or(0);
        let types = (0..count).map(|v| reader.types.get(&ValueId(v)).copied().unwrap_or(DType::Bool));
        Ok(TaskletCode { values: types.collect(), body })
    }
}

struct CodeReader<'r> {
    graph: &'r mut Reader,
    types: HashMap<ValueId, DType>,
}

impl CodeReader<'_> {
    fn body(&mut self, p: P<'_, '_>) -> Parsed<Vec<Inst>> {
        p.nested(|p| p.block(|p| self.inst(p)))
    }

    fn inst(&mut self, p: P<'_, '_>) -> Parsed<Inst> {
        if p.eat_word("store") {
            let (field, k, component) = self.place(p)?;
            p.expect("=")?;
            let value = self.used(p)?;
            return Ok(Inst::Store { field, k, component, value, predicate: self.predicate(p)? });
        }
        if p.eat_word("check") {
            let check = self.graph.check(p)?;
            let (field, k, component) = self.place(p)?;
            return Ok(Inst::Check { check, field, k, component, predicate: self.predicate(p)? });
        }
        if p.eat_word("while") {
            return self.repeat(p);
        }
        let (value, span) = (self.value(p)?, p.last_span());
        p.expect("=")?;
        let (op, dtype) = self.op(p)?;
        self.define(p, value, dtype, span);
        Ok(Inst::Let(value, op))
    }

    fn repeat(&mut self, p: P<'_, '_>) -> Parsed<Inst> {
        let mut params = Vec::new();
        while p.kind() != TokenKind::Punct("{") {
            if !params.is_empty() {
                p.expect(",")?;
            }
            let (param, span) = (self.value(p)?, p.last_span());
            p.expect("=")?;
            let init = self.used(p)?;
            self.define(p, param, self.types.get(&init).copied().unwrap_or(DType::Bool), span);
            params.push((param, init));
        }
        let head = self.body(p)?;
        p.expect_word("if")?;
        let condition = self.used(p)?;
        let body = self.body(p)?;
        p.expect_word("next")?;
        let mut carried = Vec::new();
        for (n, (param, init)) in params.into_iter().enumerate() {
            if n > 0 {
                p.expect(",")?;
            }
            carried.push(Carried { param, init, next: self.used(p)? });
        }
        Ok(Inst::While { carried, head, condition, body })
    }

    /// `v7`, wherever it is defined.
    fn value(&mut self, p: P<'_, '_>) -> Parsed<ValueId> {
        let error = p.expected("a value (`v0`)");
        let TokenKind::Word(word) = p.kind() else {
            return Err(error);
        };
        let number = word.strip_prefix('v').and_then(|digits| digits.parse::<u32>().ok()).filter(|n| *n < MOST_VALUES);
        let value = number.map(ValueId).ok_or(error)?;
        p.advance();
        Ok(value)
    }

    /// `v7`, defined above.
    fn used(&mut self, p: P<'_, '_>) -> Parsed<ValueId> {
        let value = self.value(p)?;
        if !self.types.contains_key(&value) {
            p.report(Diagnostic::error(
                diagnostic::Code::IR_TEXT,
                format!("unknown value `{value}`"),
                p.last_span(),
                "not defined above",
            ));
        }
        Ok(value)
    }

    fn define(&mut self, p: P<'_, '_>, value: ValueId, dtype: DType, span: tradewind_ir::Span) {
        if self.types.insert(value, dtype).is_some() {
            p.report(Diagnostic::error(
                diagnostic::Code::IR_TEXT,
                format!("`{value}` is defined twice"),
                span,
                "second definition",
            ));
        }
    }

    fn type_of(&self, value: ValueId) -> DType {
        self.types.get(&value).copied().unwrap_or(DType::Bool)
    }

    fn op(&mut self, p: P<'_, '_>) -> Parsed<(Op, DType)> {
        let word = match p.kind() {
            TokenKind::Field(_) => return self.load(p),
            TokenKind::Word(word) => word,
            _ => return self.leaf(p),
        };
        if word == "neg" || word == "not" {
            p.advance();
            let a = self.used(p)?;
            let op = if word == "neg" { UnaryOp::Neg } else { UnaryOp::Not };
            return Ok((Op::Unary(op, a), self.type_of(a)));
        }
        if let Some(dtype) = DType::from_name(word) {
            p.advance();
            p.expect("(")?;
            let a = self.used(p)?;
            p.expect(")")?;
            return Ok((Op::Cast(a), dtype));
        }
        if let Some((native, _, arity)) = Native::TABLE.into_iter().find(|(_, name, _)| *name == word) {
            p.advance();
            return self.call(p, native, arity);
        }
        if word.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
            return self.operation(p);
        }
        self.leaf(p)
    }

    /// A literal, a scalar, a position, a region.
    fn leaf(&mut self, p: P<'_, '_>) -> Parsed<(Op, DType)> {
        let error = p.expected("an operation");
        let expr = p.expr(&self.graph.names)?;
        let op = match expr.kind {
            ExprKind::Literal(value) => Op::Const(value),
            ExprKind::Scalar(id) => Op::Scalar(id),
            ExprKind::Index(axis) => Op::Index(axis),
            ExprKind::Bound(axis, bound) => Op::Bound(axis, bound),
            ExprKind::Inside(region) => Op::Inside(region),
            _ => return Err(error),
        };
        Ok((op, expr.dtype))
    }

    fn load(&mut self, p: P<'_, '_>) -> Parsed<(Op, DType)> {
        let field = self.graph.field(p)?;
        p.expect("[")?;
        let i = p.integer()?;
        p.expect(",")?;
        let j = p.integer()?;
        p.expect(",")?;
        let k = self.level(p)?;
        p.expect("]")?;
        let component = self.component(p)?;
        Ok((Op::Load { field, offset: [i, j], k, component }, self.graph.field_type(field)))
    }

    /// `%a[-1]{2}`: an element of the point's own column.
    fn place(&mut self, p: P<'_, '_>) -> Parsed<(FieldId, KOffset, ComponentIndex)> {
        let field = self.graph.field(p)?;
        p.expect("[")?;
        let k = self.level(p)?;
        p.expect("]")?;
        Ok((field, k, self.component(p)?))
    }

    /// `{2}`, `{v7}`, or nothing.
    fn component(&mut self, p: P<'_, '_>) -> Parsed<ComponentIndex> {
        if !p.eat("{") {
            return Ok(ComponentIndex::Constant(0));
        }
        let component = if let TokenKind::Number(_) = p.kind() {
            ComponentIndex::Constant(p.integer()?)
        } else {
            ComponentIndex::Computed(self.used(p)?)
        };
        p.expect("}")?;
        Ok(component)
    }

    fn predicate(&mut self, p: P<'_, '_>) -> Parsed<Option<ValueId>> {
        if p.eat_word("if") { self.used(p).map(Some) } else { Ok(None) }
    }

    fn level(&mut self, p: P<'_, '_>) -> Parsed<KOffset> {
        Ok(if p.eat("?") {
            KOffset::Relative(self.used(p)?)
        } else if p.eat("=") {
            KOffset::Absolute(self.used(p)?)
        } else {
            KOffset::Constant(p.integer()?)
        })
    }

    fn call(&mut self, p: P<'_, '_>, native: Native, arity: usize) -> Parsed<(Op, DType)> {
        p.expect("(")?;
        let a = self.used(p)?;
        let mut next = || {
            p.expect(",")?;
            self.used(p)
        };
        let op = match arity {
            1 => Op::Call1(native, a),
            2 => Op::Call2(native, a, next()?),
            _ => Op::Call3(native, a, next()?, next()?),
        };
        p.expect(")")?;
        Ok((op, if native.is_predicate() { DType::Bool } else { self.type_of(a) }))
    }

    /// `v1 + v2`, `v1 ? v2 : v3`.
    fn operation(&mut self, p: P<'_, '_>) -> Parsed<(Op, DType)> {
        let a = self.used(p)?;
        if p.eat("?") {
            let then = self.used(p)?;
            p.expect(":")?;
            return Ok((Op::Select(a, then, self.used(p)?), self.type_of(then)));
        }
        let error = p.expected("an operator");
        let TokenKind::Punct(symbol) = p.kind() else {
            return Err(error);
        };
        let (op, _) = BinaryOp::SYMBOLS.into_iter().find(|(_, s)| *s == symbol).ok_or(error)?;
        p.advance();
        let boolean = op.is_comparison() || matches!(op, BinaryOp::And | BinaryOp::Or);
        Ok((Op::Binary(op, a, self.used(p)?), if boolean { DType::Bool } else { self.type_of(a) }))
    }
}
