//! Programs.

use super::lex::TokenKind;
use super::parse::{NameTable, Parsed, Parser, Resolve};
use super::parse_stencil::ParamType;
use crate::counter::Counter;
use crate::diagnostic::{Code, Diagnostic};
use crate::domain::Range;
use crate::expr::Expr;
use crate::fills::Fills;
use crate::host::HostStep;
use crate::ids::{FieldId, Id, IdVec, StencilId};
use crate::phase::Phase;
use crate::program::{Lifetime, Program, ProgramScalar, ProgramStmt, ScalarKind};
use crate::stencil::Param;
use crate::value::Value;
use crate::window::{Limits, Stretch, Window};
use std::collections::HashMap;

/// The names that a program's steps use.
#[derive(Default)]
struct ProgramNames {
    names: NameTable,
    stencils: HashMap<String, StencilId>,
}

impl<'t> Parser<'t> {
    /// A program.
    pub fn program(&mut self) -> Parsed<Program> {
        let start = self.span();
        self.expect_word("program")?;
        let mut program = Program {
            name: self.word("the program's name")?.to_string(),
            fields: IdVec::new(),
            scalars: IdVec::new(),
            params: Vec::new(),
            stencils: IdVec::new(),
            body: Vec::new(),
            span: start,
        };
        let mut scope = ProgramNames::default();
        self.program_params(&mut program, &mut scope)?;
        program.span = start.to(self.last_span());
        self.expect("{")?;
        while self.kind() == TokenKind::Word("stencil") {
            let stencil = self.stencil()?;
            let (name, span) = (stencil.name.clone(), stencil.span);
            let id = program.stencils.push(stencil);
            self.declare(&mut scope.stencils, name, id, span);
        }
        self.program_locals(&mut program, &mut scope)?;
        while !self.eat("}") {
            program.body.push(self.step(&scope)?);
        }
        Ok(program)
    }

    fn program_params(&mut self, program: &mut Program, scope: &mut ProgramNames) -> Parsed<()> {
        for (name, span, ty) in self.params()? {
            let param = match ty {
                ParamType::Field(ty) => {
                    let dtype = ty.dtype;
                    let id = program.fields.push(ty.program_field(name.clone(), Lifetime::Argument, span));
                    self.declare(&mut scope.names.fields, name, (id, dtype), span);
                    Param::Field(id)
                }
                ParamType::Scalar(dtype) => {
                    let kind = ScalarKind::Argument;
                    let id = program.scalars.push(ProgramScalar { name: name.clone(), dtype, kind, span });
                    self.declare(&mut scope.names.scalars, name, (id, dtype), span);
                    Param::Scalar(id)
                }
            };
            program.params.push(param);
        }
        Ok(())
    }

    /// `transient %u: field<f64, IJK>`, `halo %u i(-1,1) j(0,0) k(0,0)` and `var $n: i64`.
    fn program_locals(&mut self, program: &mut Program, scope: &mut ProgramNames) -> Parsed<()> {
        loop {
            if self.eat_word("transient") {
                let (span, name) = (self.span(), self.field_name()?.to_string());
                self.expect(":")?;
                let ty = self.field_type()?;
                let dtype = ty.dtype;
                let id = program.fields.push(ty.program_field(name.clone(), Lifetime::Transient, span));
                self.declare(&mut scope.names.fields, name, (id, dtype), span);
            } else if self.eat_word("halo") {
                let (field, _) = self.field(&scope.names)?;
                program.fields[field].halo = self.extent()?;
            } else if self.eat_word("var") {
                let (span, name) = (self.span(), self.scalar_name()?.to_string());
                self.expect(":")?;
                let (dtype, kind) = (self.dtype()?, ScalarKind::Variable);
                let id = program.scalars.push(ProgramScalar { name: name.clone(), dtype, kind, span });
                self.declare(&mut scope.names.scalars, name, (id, dtype), span);
            } else {
                return Ok(());
            }
        }
    }

    fn steps(&mut self, scope: &ProgramNames) -> Parsed<Vec<ProgramStmt>> {
        self.nested(|this| this.block(|this| this.step(scope)))
    }

    fn step(&mut self, scope: &ProgramNames) -> Parsed<ProgramStmt> {
        let (start, names) = (self.span(), &scope.names);
        let TokenKind::Word(word) = self.kind() else {
            return Err(self.expected("a step (`call`, `halo_update`, `for`, `if` …)"));
        };
        let step = match word {
            "call" => return self.call(scope),
            "halo_update" | "halo_start" | "halo_wait" => {
                self.advance();
                let phase = match word {
                    "halo_start" => Phase::Start(self.integer()?),
                    "halo_wait" => Phase::Wait(self.integer()?),
                    _ => Phase::Whole,
                };
                let fields = self.field_list(names)?;
                HostStep::Exchange { fields, reach: self.reach()?, phase, pairs: self.pairs(names)? }
            }
            "for" => {
                self.advance();
                let counter = self.counter(names)?;
                HostStep::For { counter, body: self.steps(scope)? }
            }
            "within" => {
                self.advance();
                let mut stretches = vec![self.stretch(names)?];
                while self.eat(",") {
                    stretches.push(self.stretch(names)?);
                }
                let window = Window::written(stretches, start.to(self.last_span()));
                HostStep::Within { window, body: self.steps(scope)? }
            }
            "if" => {
                let condition = self.condition(names)?;
                let then = self.steps(scope)?;
                let otherwise = if self.eat_word("else") { self.steps(scope)? } else { Vec::new() };
                HostStep::Branch { condition, then, otherwise }
            }
            "while" => HostStep::While { condition: self.condition(names)?, body: self.steps(scope)? },
            "let" => {
                self.advance();
                let (scalar, _) = self.scalar(names)?;
                self.expect("=")?;
                HostStep::Let { scalar, value: self.expr(names)? }
            }
            "copy" | "swap" => {
                self.advance();
                let (a, _) = self.field(names)?;
                self.expect(if word == "copy" { "=" } else { "," })?;
                let (b, _) = self.field(names)?;
                match word {
                    "copy" => HostStep::Copy { to: a, from: b },
                    _ => HostStep::Swap { a, b },
                }
            }
            "callback" => {
                self.advance();
                let name = self.text()?.to_string();
                let (fields, scalars) = self.bindings(names)?;
                HostStep::Callback { name, fields, scalars, fills: self.fills()? }
            }
            _ => return Err(self.expected("a step (`call`, `halo_update`, `for`, `if` …)")),
        };
        Ok(ProgramStmt::Host(step, start.to(self.last_span())))
    }

    /// `pairs (%u, %v), (%uc, %vc)`, or nothing.
    fn pairs(&mut self, names: &NameTable) -> Parsed<Vec<[FieldId; 2]>> {
        let mut pairs = Vec::new();
        let mut more = self.eat_word("pairs");
        while more {
            self.expect("(")?;
            let (first, _) = self.field(names)?;
            self.expect(",")?;
            let (second, _) = self.field(names)?;
            self.expect(")")?;
            pairs.push([first, second]);
            more = self.eat(",");
        }
        Ok(pairs)
    }

    /// `$n in [$a, $b) step 2i64 until ($done)`: the head of a counted loop.
    pub fn counter(&mut self, names: &dyn Resolve) -> Parsed<Box<Counter>> {
        let (var, dtype) = self.scalar(names)?;
        self.expect_word("in")?;
        self.expect("[")?;
        let from = self.expr(names)?;
        self.expect(",")?;
        let to = self.expr(names)?;
        self.expect(")")?;
        let one = || Expr::literal(Value::I64(1).cast(dtype), to.span);
        let step = if self.eat_word("step") { self.expr(names)? } else { one() };
        let until = if self.eat_word("until") { Some(self.enclosed(names)?) } else { None };
        Ok(Box::new(Counter { var, from, to, step, until }))
    }

    /// `i at 1i64 size $n`
    fn stretch(&mut self, names: &dyn Resolve) -> Parsed<Stretch> {
        let axis = self.axis()?;
        self.expect_word("at")?;
        let first = self.expr(names)?;
        self.expect_word("size")?;
        Ok(Stretch { axis, first, size: self.expr(names)?, limits: Limits::NONE })
    }

    /// `"smooth" i at 1i64 size $n least 3 reach (-1,1)`: the head of what runs on a part of the domain.
    pub fn window(&mut self, names: &dyn Resolve) -> Parsed<Box<Window>> {
        let (start, label, mut stretches) = (self.span(), self.text()?.to_string(), Vec::new());
        loop {
            let mut stretch = self.stretch(names)?;
            self.expect_word("least")?;
            let least = self.integer()?;
            self.expect_word("reach")?;
            self.expect("(")?;
            let low = self.integer()?;
            self.expect(",")?;
            let reach = (low, self.integer()?);
            self.expect(")")?;
            stretch.limits = Limits { least, reach };
            stretches.push(stretch);
            if !self.eat(",") {
                return Ok(Box::new(Window { label, stretches, span: start.to(self.last_span()) }));
            }
        }
    }

    /// `fills halo`, or nothing.
    pub fn fills(&mut self) -> Parsed<Fills> {
        if !self.eat_word("fills") {
            return Ok(Fills::default());
        }
        let error = self.expected("`nothing`, `domain`, `halo` or `all`");
        Fills::by_word(self.word("what a callback fills")?).ok_or(error)
    }

    fn call(&mut self, scope: &ProgramNames) -> Parsed<ProgramStmt> {
        let start = self.span();
        self.advance();
        let TokenKind::Stencil(name) = self.kind() else {
            return Err(self.expected("a stencil (`@name`)"));
        };
        let name_span = self.advance().span;
        let stencil = scope.stencils.get(name).copied().unwrap_or_else(|| {
            self.report(Diagnostic::error(
                Code::IR_TEXT,
                format!("unknown stencil `@{name}`"),
                name_span,
                "not declared above",
            ));
            StencilId::from_index(0)
        });
        let (fields, scalars) = self.bindings(&scope.names)?;
        let mut domain: [Range; 3] = std::array::from_fn(|_| Range::full());
        if self.eat_word("on") {
            for (n, side) in domain.iter_mut().enumerate() {
                if n > 0 {
                    self.expect(",")?;
                }
                *side = self.range()?;
            }
        }
        Ok(ProgramStmt::Call { stencil, fields, scalars, domain, span: start })
    }

    /// Keyword, then an expression in parentheses.
    fn condition(&mut self, names: &NameTable) -> Parsed<Expr> {
        self.advance();
        self.enclosed(names)
    }

    fn field_list(&mut self, names: &NameTable) -> Parsed<Vec<FieldId>> {
        let mut fields = vec![self.field(names)?.0];
        while self.eat(",") {
            fields.push(self.field(names)?.0);
        }
        Ok(fields)
    }

    /// `(%a, %b; $x, 1i32)`: fields, then expressions.
    fn bindings(&mut self, names: &NameTable) -> Parsed<(Vec<FieldId>, Vec<Expr>)> {
        self.expect("(")?;
        let fields = if matches!(self.kind(), TokenKind::Field(_)) { self.field_list(names)? } else { Vec::new() };
        let scalars = match self.eat(";") {
            true => self.list(")", |this| this.expr(names))?,
            false => {
                self.expect(")")?;
                Vec::new()
            }
        };
        Ok((fields, scalars))
    }
}
