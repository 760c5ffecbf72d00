//! Lowers expressions from syntax to typed OIR expressions.

use crate::constant::Constant;
use crate::convert;
use crate::lower::Lower;
use crate::names::Binding;
use crate::scope::Local;
use crate::syntax::{BinaryOp, CompareOp, Expr, ExprKind, UnaryOp};
use crate::words::Word;
use tradewind_ir as ir;
use tradewind_ir::suggest::hint;
use tradewind_ir::{Access, Code, DType, Diagnostic, Span, Value};

/// Expressions of more nodes are not repeated where the language uses them twice.
pub const REPEAT_LIMIT: usize = 16;

/// The number of nodes of an expression.
pub fn size(e: &ir::Expr) -> usize {
    let mut count = 0;
    e.walk(&mut |_| count += 1);
    count
}

impl Lower<'_> {
    /// The value of `e` at one point.
    pub fn expr(&mut self, e: &Expr) -> Option<ir::Expr> {
        self.deeper(e.span, |this| this.expr_here(e))
    }

    fn expr_here(&mut self, e: &Expr) -> Option<ir::Expr> {
        match &e.kind {
            ExprKind::Int(v) => Some(convert::int(*v, self.options, e.span)),
            ExprKind::Float(v) => Some(convert::float(*v, self.options, e.span)),
            ExprKind::Bool(v) => Some(ir::Expr::literal(Value::Bool(*v), e.span)),
            ExprKind::Name(name) => self.name(e, name),
            ExprKind::Attribute(..) => self.attribute(e),
            ExprKind::Subscript(base, indices) => self.subscript(e, base, indices),
            ExprKind::Call(f, args, named) => self.call(e, f, args, named),
            ExprKind::Unary(op, a) => self.unary(*op, a, e.span),
            ExprKind::Binary(op, a, b) => {
                let (a, b) = (self.expr(a), self.expr(b));
                self.binary(*op, a?, b?, e.span)
            }
            ExprKind::Chain(first, rest) => {
                let mut value = self.expr(first);
                for (op, next) in rest {
                    let next = self.expr(next);
                    value = value.zip(next).and_then(|(a, b)| {
                        let span = a.span.to(b.span);
                        self.binary(*op, a, b, span)
                    });
                }
                value
            }
            ExprKind::Compare(first, rest) => self.compare(first, rest),
            ExprKind::And(list) => self.logic(ir::BinaryOp::And, list, e.span),
            ExprKind::Or(list) => self.logic(ir::BinaryOp::Or, list, e.span),
            ExprKind::Ternary { condition, then, otherwise } => self.ternary(condition, then, otherwise, e.span),
            ExprKind::Tuple(_) => {
                let found = Diagnostic::error(
                    Code::TUPLE_AS_VALUE,
                    "a tuple is used where one value is needed",
                    e.span,
                    "this is a tuple",
                );
                self.fail(found.help("a tuple may only be returned by a function or assigned to as many names"))
            }
            ExprKind::None | ExprKind::Text(_) | ExprKind::Ellipsis | ExprKind::Dict(_) | ExprKind::Slice(..) => self.fail(
                Diagnostic::error(Code::NOT_A_VALUE, "this is not a number", e.span, "a number or a field is needed here"),
            ),
            ExprKind::Invalid => {
                self.fail(Diagnostic::error(Code::INVALID_PYTHON, "this is not valid Python", e.span, "not read"))
            }
            ExprKind::Foreign(what) => self.fail(Diagnostic::error(
                Code::NOT_GTSCRIPT,
                format!("{what} has no meaning in a stencil"),
                e.span,
                "not part of GTScript",
            )),
        }
    }

    /// A condition: a boolean value.
    pub fn condition(&mut self, e: &Expr) -> Option<ir::Expr> {
        let value = self.expr(e)?;
        if value.dtype == DType::Bool {
            return Some(value);
        }
        let found = Diagnostic::error(
            Code::CONDITION_NOT_BOOLEAN,
            "this condition is not a boolean",
            e.span,
            format!("this is of type {}", value.dtype),
        );
        self.fail(found.help("compare it with something: `… != 0`, `… > 0`"))
    }

    fn name(&mut self, e: &Expr, name: &str) -> Option<ir::Expr> {
        match self.local(name).cloned() {
            Some(Local::Field { id, offset }) => {
                let access = self.element_at(id, offset, e.span);
                let component = self.component(e.span, id, None)?;
                Some(self.element(Access { component, ..access }, e.span))
            }
            Some(Local::Scalar(id)) => {
                let dtype = self.stencil.scalars[id].dtype;
                Some(ir::Expr { kind: ir::ExprKind::Scalar(id), dtype, span: e.span })
            }
            Some(Local::Value(value)) => Some(ir::Expr { span: e.span, ..*value }),
            Some(Local::Constant(known)) => self.literal(&known, e),
            Some(Local::Tuple(_)) => self.fail(Diagnostic::error(
                Code::TUPLE_AS_VALUE,
                "a number or a field is needed here",
                e.span,
                format!("`{name}` is a tuple"),
            )),
            Some(Local::Exchange(_)) => self.fail(Diagnostic::error(
                Code::HALO_PAIR,
                "a number or a field is needed here",
                e.span,
                format!("`{name}` is a halo update, which only `halo_wait` takes"),
            )),
            Some(Local::Unsettled) => self.unsettled(e),
            Some(Local::Broken) => None,
            None => self.global_value(e, name),
        }
    }

    /// Reports that a name stands for one thing or another.
    pub fn unsettled<T>(&mut self, e: &Expr) -> Option<T> {
        let name = e.name().unwrap_or("this");
        let message = format!("it is known only at run time which field, tuple or number `{name}` means");
        let found = Diagnostic::error(Code::UNSETTLED_NAME, message, e.span, "needed here, at compile time");
        self.fail(found.help("use it inside the branch or loop that gives it the name, or give each its own name"))
    }

    fn attribute(&mut self, e: &Expr) -> Option<ir::Expr> {
        if let Ok(known) = self.constant(e) {
            return self.literal(&known, e);
        }
        if let ExprKind::Attribute(base, attribute) = &e.kind {
            if self.is_field(base) && attribute.text == "T" {
                return self.several_elements(e.span);
            }
            if self.is_broken(base) {
                return None;
            }
        }
        self.global_value(e, e.last_name().unwrap_or_default())
    }

    /// A matrix or a product of matrices where one value is needed.
    pub fn several_elements<T>(&mut self, span: Span) -> Option<T> {
        let message = "a field with data dimensions is used where one value is needed";
        let found = Diagnostic::error(Code::DATA_INDEX, message, span, "this does not have exactly one element at each point");
        self.fail(found.help("assign it to a field or temporary with data dimensions: `out = matrix @ vector`"))
    }

    /// A constant of the language's numbers.
    pub fn literal(&mut self, known: &Constant, e: &Expr) -> Option<ir::Expr> {
        match known {
            Constant::Bool(v) => Some(ir::Expr::literal(Value::Bool(*v), e.span)),
            Constant::Int(v) => Some(convert::int(*v, self.options, e.span)),
            Constant::Float(v) => Some(convert::float(*v, self.options, e.span)),
            Constant::Axis(axis) => Some(ir::Expr { kind: ir::ExprKind::Index(*axis), dtype: DType::I32, span: e.span }),
            Constant::Index(axis, bound) => {
                Some(ir::Expr { kind: ir::ExprKind::Bound(*axis, *bound), dtype: DType::I32, span: e.span })
            }
            other => {
                let label = format!("this is {}", other.describe());
                self.fail(Diagnostic::error(Code::NOT_A_VALUE, "a number or a field is needed here", e.span, label))
            }
        }
    }

    fn global_value(&mut self, e: &Expr, name: &str) -> Option<ir::Expr> {
        let needed = "a number or a field is needed here";
        match self.global(e) {
            Some(Binding::Constant(known)) => self.literal(&known, e),
            Some(Binding::Word(Word::Axis(axis))) => {
                Some(ir::Expr { kind: ir::ExprKind::Index(axis), dtype: DType::I32, span: e.span })
            }
            Some(Binding::Word(Word::Size(axis))) => self.literal(&Constant::Index(axis, ir::Bound::END), e),
            Some(Binding::Function(_)) => {
                let found = Diagnostic::error(Code::NOT_A_VALUE, needed, e.span, "this is a function");
                self.fail(found.help(format!("call it: `{name}(…)`")))
            }
            Some(Binding::Unknown(unknown)) => self.fail(unknown.diagnose(e.span)),
            Some(_) => self.fail(Diagnostic::error(Code::NOT_A_VALUE, needed, e.span, format!("`{name}` is not a value"))),
            None => self.unknown(e, name),
        }
    }

    /// A name that stands for nothing, or is not assigned yet.
    pub fn unknown<T>(&mut self, e: &Expr, name: &str) -> Option<T> {
        if let Some(found) = self.missing_entry(e) {
            return self.fail(found);
        }
        if let Some(later) = self.scopes.last().and_then(|f| f.assigned.get(name)).copied() {
            let found = Diagnostic::error(
                Code::READ_BEFORE_ASSIGNED,
                format!("`{name}` is read before it is assigned"),
                e.span,
                "read here",
            );
            let help = "move the assignment up, or make the name a parameter of the stencil";
            if later != e.span {
                return self.fail(found.label(later, "first assigned here").help(help));
            }
            // `tmep += a`, assigned nowhere else.
            let known = self.readable_names();
            let near = hint(found, name, known.iter().map(String::as_str));
            return self.fail(if near.help.is_empty() { near.help(help) } else { near });
        }
        let known = self.readable_names();
        let found =
            Diagnostic::error(Code::UNKNOWN_NAME, format!("unknown name `{name}`"), e.span, "no definition has this name");
        let near = hint(found, name, known.iter().map(String::as_str));
        let help = "a stencil knows its parameters, the names assigned above, imported externals, and constants of the file";
        let is_guessed = !near.help.is_empty();
        self.fail(if is_guessed { near } else { near.help(help) })
    }

    /// What is wrong with `table.name`, if the table is known and has no such entry.
    fn missing_entry(&self, e: &Expr) -> Option<Diagnostic> {
        let ExprKind::Attribute(base, name) = &e.kind else { return None };
        let (Ok(Constant::Table(entries) | Constant::Enumeration(entries)), Some(table)) = (self.constant(base), base.dotted())
        else {
            return self.missing_entry(base);
        };
        if entries.iter().any(|(known, _)| *known == name.text) {
            return None;
        }
        let message = format!("`{table}` has no entry `{}`", name.text);
        let found = Diagnostic::error(Code::UNKNOWN_NAME, message, name.span, "not found there");
        let known: Vec<String> = entries.iter().map(|(known, _)| format!("`{known}`")).collect();
        let found = hint(found, &name.text, entries.iter().map(|(known, _)| known.as_str()));
        let is_helped = !found.help.is_empty() || !(1..=8).contains(&known.len());
        Some(if is_helped { found } else { found.help(format!("it has {}", known.join(", "))) })
    }

    fn unary(&mut self, op: UnaryOp, a: &Expr, span: Span) -> Option<ir::Expr> {
        match op {
            UnaryOp::Minus => Some(convert::negate(self.expr(a)?, self.options, span)),
            UnaryOp::Plus => self.expr(a),
            UnaryOp::Not => Some(convert::not(self.condition(a)?, span)),
        }
    }

    /// `a op b`, for operands that are lowered.
    pub fn binary(&mut self, op: BinaryOp, a: ir::Expr, b: ir::Expr, span: Span) -> Option<ir::Expr> {
        let (a, b) = (self.shallow(a)?, self.shallow(b)?);
        let op = match op {
            BinaryOp::Add => ir::BinaryOp::Add,
            BinaryOp::Sub => ir::BinaryOp::Sub,
            BinaryOp::Mul => ir::BinaryOp::Mul,
            BinaryOp::Div => ir::BinaryOp::Div,
            BinaryOp::FloorDiv => ir::BinaryOp::FloorDiv,
            BinaryOp::Mod => ir::BinaryOp::Mod,
            BinaryOp::Pow => return self.power(a, b, span),
            BinaryOp::MatMul => return self.several_elements(span),
            BinaryOp::Bits(symbol) => {
                let found = Diagnostic::error(
                    Code::NOT_GTSCRIPT,
                    format!("`{symbol}` has no meaning in a stencil"),
                    span,
                    "not part of GTScript",
                );
                return self.fail(found.help("combine conditions with `and`, `or` and `not`"));
            }
        };
        Some(ir::Expr { span, ..convert::binary(op, a, b, self.options) })
    }

    /// `a < b < c` is `a < b and b < c`.
    fn compare(&mut self, first: &Expr, rest: &[(CompareOp, Expr)]) -> Option<ir::Expr> {
        let mut left = self.expr(first)?;
        let mut all: Option<ir::Expr> = None;
        for (n, (op, right)) in rest.iter().enumerate() {
            let mut right_value = self.expr(right)?;
            // What stands in the middle is used twice: what is large is computed once.
            if n + 1 < rest.len() && size(&right_value) > REPEAT_LIMIT {
                right_value = self.keep("middle", right_value, right.span);
            }
            let op = self.comparison(*op, right.span)?;
            let one = convert::binary(op, left, right_value.clone(), self.options);
            all = Some(match all {
                None => one,
                Some(before) => convert::logic(ir::BinaryOp::And, self.shallow(before)?, one),
            });
            left = right_value;
        }
        all
    }

    fn comparison(&mut self, op: CompareOp, span: Span) -> Option<ir::BinaryOp> {
        match op {
            CompareOp::Eq => Some(ir::BinaryOp::Eq),
            CompareOp::Ne => Some(ir::BinaryOp::Ne),
            CompareOp::Lt => Some(ir::BinaryOp::Lt),
            CompareOp::Le => Some(ir::BinaryOp::Le),
            CompareOp::Gt => Some(ir::BinaryOp::Gt),
            CompareOp::Ge => Some(ir::BinaryOp::Ge),
            CompareOp::Is(_) | CompareOp::In => {
                let found = Diagnostic::error(
                    Code::NOT_GTSCRIPT,
                    "`is` and `in` only compare values known at compile time",
                    span,
                    "compared with this",
                );
                self.fail(found.help("write `==` or `!=`; only externals can be tested by `is None`"))
            }
        }
    }

    fn logic(&mut self, op: ir::BinaryOp, list: &[Expr], span: Span) -> Option<ir::Expr> {
        let (first, rest) = list.split_first()?;
        let mut all = self.condition(first);
        for next in rest {
            let next = self.guarded(|this| this.condition(next));
            all = all.zip(next).and_then(|(a, b)| Some(convert::logic(op, self.shallow(a)?, b)));
        }
        Some(ir::Expr { span, ..all? })
    }

    fn ternary(&mut self, condition: &Expr, then: &Expr, otherwise: &Expr, span: Span) -> Option<ir::Expr> {
        if let Some(decided) = self.decided(condition)? {
            let value = self.value_of(decided, then, otherwise);
            return self.expr(value);
        }
        let c = self.condition(condition);
        let (a, b) = self.guarded(|this| (this.expr(then), this.expr(otherwise)));
        Some(convert::ternary(c?, a?, b?, span))
    }

    /// The truth of a condition that is known at compile time, always so for `__INLINED(…)`; `Some(None)` when it is not
    /// known.
    pub fn decided(&mut self, condition: &Expr) -> Option<Option<bool>> {
        let inlined = match &condition.kind {
            ExprKind::Call(f, args, _) if self.word(f) == Some(Word::Inlined) => Some(args),
            _ => None,
        };
        let Some(args) = inlined else {
            let truth = self.truth(condition);
            // Operands that do not matter may be anything.
            if truth.is_some() {
                self.leave_out_value(condition);
            }
            return Some(truth);
        };
        let [inner] = args.as_slice() else {
            return self.fail(Diagnostic::error(Code::NOT_CONSTANT, "`__INLINED` takes one condition", condition.span, "here"));
        };
        match self.constant(inner) {
            Ok(known) => match known.truth() {
                Some(truth) => Some(Some(truth)),
                None => {
                    let label = format!("this is {}", known.describe());
                    self.fail(Diagnostic::error(Code::NOT_CONSTANT, "this is not a condition", inner.span, label))
                }
            },
            Err(not) => self.not_constant(inner, "the condition of `__INLINED` must be known at compile time", not),
        }
    }

    /// The truth of a condition, if it is known: one operand of `and` or `or` may decide it whatever the others are.
    fn truth(&self, condition: &Expr) -> Option<bool> {
        if let Ok(known) = self.constant(condition) {
            return known.truth();
        }
        match &condition.kind {
            ExprKind::And(list) => list.iter().any(|c| self.truth(c) == Some(false)).then_some(false),
            ExprKind::Or(list) => list.iter().any(|c| self.truth(c) == Some(true)).then_some(true),
            ExprKind::Unary(UnaryOp::Not, a) => self.truth(a).map(|truth| !truth),
            _ => None,
        }
    }

    /// Reports that something must be a constant and is not.
    pub fn not_constant<T>(&mut self, e: &Expr, message: &str, not: crate::constant::NotConstant) -> Option<T> {
        if self.blame(e) {
            return None;
        }
        let found = Diagnostic::error(Code::NOT_CONSTANT, message, not.span, not.why);
        self.fail(found.help(
            "constants are literals, externals, and names that are assigned a constant at the top of the \
                              file",
        ))
    }
}
