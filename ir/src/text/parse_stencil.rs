//! Stencils, from their parameters to their executions.

use super::lex::TokenKind;
use super::parse::{NameTable, Parsed, Parser};
use crate::diagnostic::{Code, Diagnostic};
use crate::field_type::FieldType;
use crate::ids::IdVec;
use crate::source::Span;
use crate::stencil::{FieldKind, HorizontalExecution, Order, Param, ScalarParam, Section, Stencil, VerticalLoop};
use crate::types::DType;

/// The type behind a parameter's colon.
pub(super) enum ParamType {
    Field(FieldType),
    Scalar(DType),
}

impl<'t> Parser<'t> {
    /// A stencil.
    pub fn stencil(&mut self) -> Parsed<Stencil> {
        let start = self.span();
        self.expect_word("stencil")?;
        let name = self.word("the stencil's name")?.to_string();
        let (fields, scalars) = (IdVec::new(), IdVec::new());
        let mut stencil = Stencil { name, fields, scalars, params: Vec::new(), loops: Vec::new(), span: start };
        let mut names = NameTable::default();
        for (name, span, ty) in self.params()? {
            let param = match ty {
                ParamType::Field(ty) => {
                    let dtype = ty.dtype;
                    let id = stencil.fields.push(ty.field(name.clone(), FieldKind::Param, span));
                    self.declare(&mut names.fields, name, (id, dtype), span);
                    Param::Field(id)
                }
                ParamType::Scalar(dtype) => {
                    let id = stencil.scalars.push(ScalarParam { name: name.clone(), dtype, span });
                    self.declare(&mut names.scalars, name, (id, dtype), span);
                    Param::Scalar(id)
                }
            };
            stencil.params.push(param);
        }
        stencil.span = start.to(self.last_span());
        self.expect("{")?;
        while self.eat_word("temp") {
            let (span, name) = (self.span(), self.field_name()?.to_string());
            self.expect(":")?;
            let ty = self.field_type()?;
            let dtype = ty.dtype;
            let id = stencil.fields.push(ty.field(name.clone(), FieldKind::Temporary, span));
            self.declare(&mut names.fields, name, (id, dtype), span);
        }
        while !self.eat("}") {
            stencil.loops.push(self.vertical_loop(&names)?);
        }
        Ok(stencil)
    }

    /// `(%a: field<f64, IJK>, $w: f64)`.
    pub(super) fn params(&mut self) -> Parsed<Vec<(String, Span, ParamType)>> {
        self.expect("(")?;
        self.list(")", |this| {
            let span = this.span();
            Ok(match this.kind() {
                TokenKind::Scalar(name) => {
                    this.advance();
                    this.expect(":")?;
                    (name.to_string(), span, ParamType::Scalar(this.dtype()?))
                }
                TokenKind::Field(name) => {
                    this.advance();
                    this.expect(":")?;
                    (name.to_string(), span, ParamType::Field(this.field_type()?))
                }
                _ => return Err(this.expected("a parameter (`%field: field<f64, IJK>`, `$scalar: f64`)")),
            })
        })
    }

    /// Enters a name; a second declaration is recorded as an error.
    pub(super) fn declare<T>(&mut self, table: &mut std::collections::HashMap<String, T>, name: String, it: T, span: Span) {
        if table.contains_key(&name) {
            self.report(Diagnostic::error(Code::IR_TEXT, format!("`{name}` is declared twice"), span, "second declaration"));
        }
        table.insert(name, it);
    }

    fn vertical_loop(&mut self, names: &NameTable) -> Parsed<VerticalLoop> {
        let order = match self.kind() {
            TokenKind::Word("parallel") => Order::Parallel,
            TokenKind::Word("forward") => Order::Forward,
            TokenKind::Word("backward") => Order::Backward,
            _ => return Err(self.expected("`parallel`, `forward`, `backward` or `}`")),
        };
        self.advance();
        let sections = self.block(|this| {
            this.expect_word("interval")?;
            Ok(Section { interval: this.range()?, executions: this.block(|this| this.execution(names))? })
        })?;
        Ok(VerticalLoop { order, sections })
    }

    fn execution(&mut self, names: &NameTable) -> Parsed<HorizontalExecution> {
        self.expect_word("execute")?;
        Ok(HorizontalExecution { extent: self.extent()?, body: self.stmts(names)? })
    }
}
