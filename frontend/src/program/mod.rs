//! Programs: `@program` functions, which call stencils in an order.
//!
//! A program uses the names of a [`Lower`] whose fields and scalars have the same numbers as those of the program. The code
//! that lowers the scalar expressions of a stencil therefore also lowers those of a program. Loops over tuples are unrolled,
//! and calls of programs are inlined.

mod argument;
mod branch;
mod builtin;
mod call;
mod exchange;
mod inline;
mod items;
mod leave;
mod loops;
mod prune;
mod repeat;
mod scalar;
mod settle;
mod statement;

use crate::annotation::Types;
use crate::declared_type::Type;
use crate::function_ref::FunctionRef;
use crate::lower::Lower;
use crate::module::Module;
use crate::names::{FileScope, Files};
use crate::options::Options;
use crate::scope::Local;
use crate::syntax::{Function, Parameter, Stmt, assigned_names};
use loops::{Exits, Loop, Rebound};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use tradewind_ir as ir;
use tradewind_ir::identify::Twins;
use tradewind_ir::{
    Code, DType, Diagnostic, FieldId, FieldKind, FieldType, HostStep, Lifetime, Param, ProgramScalar, ProgramStmt, ScalarId,
    ScalarKind, Span, StencilId,
};

/// How many statements one program may become.
const STATEMENT_LIMIT: usize = 20_000;

/// The program, and what was found on the way; without errors in it, the program is complete.
pub fn lower(module: &Module, files: &Files, options: &Options, function: &FunctionRef) -> (ir::Program, Vec<Diagnostic>) {
    if function.def.is_broken {
        return (empty(function), module.diagnostics.clone());
    }
    let externals = BTreeMap::new();
    let def = &function.def;
    let program = empty(function);
    let names = Lower::new(files, options, &externals, function);
    let mut lower = ProgramLower {
        module,
        options,
        names,
        program,
        stencils: HashMap::new(),
        printed: HashSet::new(),
        called: HashSet::new(),
        merged: HashMap::new(),
        statements: 0,
        started: Vec::new(),
        loops: Vec::new(),
        rebound: Vec::new(),
    };
    lower.enter(def);
    if let Some(variadic) = def.variadic {
        lower.names.report(Diagnostic::error(
            Code::VARIADIC,
            "a program must have a fixed list of parameters",
            variadic,
            "this list is variable",
        ));
    }
    let mut body = Vec::new();
    let assigned = assigned_names(&def.body).into_iter().map(|(name, _)| name).collect();
    def.params.iter().for_each(|param| lower.parameter(param, &assigned, &mut body));
    lower.body(&def.body, &mut body);
    lower.program.body = body;
    (lower.program, lower.names.found)
}

/// A program with nothing in it yet.
fn empty(function: &FunctionRef) -> ir::Program {
    ir::Program {
        name: function.def.name.text.clone(),
        fields: ir::IdVec::new(),
        scalars: ir::IdVec::new(),
        params: Vec::new(),
        stencils: ir::IdVec::new(),
        body: Vec::new(),
        span: function.def.name.span,
    }
}

/// One program on its way from syntax to OIR. Functions that return `None` have reported why.
pub struct ProgramLower<'m> {
    pub module: &'m Module,
    pub options: &'m Options,
    /// The names; `names.stencil` mirrors the fields and scalars of the program.
    pub names: Lower<'m>,
    pub program: ir::Program,
    /// The stencils called so far; nothing for one with errors.
    pub stencils: HashMap<FunctionRef, Option<StencilId>>,
    /// How fields and scalars print.
    printed: HashSet<String>,
    /// What the stencils are called.
    called: HashSet<String>,
    /// Stencils of which some parameters are one field.
    merged: HashMap<(StencilId, Twins), StencilId>,
    statements: usize,
    /// The steps that start halo updates, of each start.
    started: Vec<Vec<ProgramStmt>>,
    /// The loops around the statement, the innermost last.
    loops: Vec<Loop>,
    /// The names bound in the innermost scope so far, in order.
    rebound: Vec<Rebound>,
}

impl ProgramLower<'_> {
    /// Notes the names that a body assigns, for messages and so that generated names differ.
    fn enter(&mut self, def: &Arc<Function>) {
        for (name, span) in assigned_names(&def.body) {
            self.names.locals().assigned.entry(name.to_string()).or_insert(span);
            if self.names.scopes.len() == 1 {
                self.names.taken.insert(name.to_string());
            }
        }
    }

    /// Enters a parameter; `assigned` are the names that the body assigns.
    fn parameter(&mut self, param: &Parameter, assigned: &HashSet<&str>, body: &mut Vec<ProgramStmt>) {
        let (name, span) = (&param.name.text, param.name.span);
        self.names.taken.insert(name.clone());
        if self.names.local(name).is_some() {
            return self.names.report(Diagnostic::error(
                Code::DEFINED_TWICE,
                format!("two parameters are called `{name}`"),
                span,
                "the second one",
            ));
        }
        let read = param.annotation.as_ref().map(|a| self.types().read(a));
        if let Some(Ok(known)) = &read {
            self.names.default(param, known.scalar());
        }
        let local = match read {
            None => {
                let found =
                    Diagnostic::error(Code::NO_TYPE, format!("the parameter `{name}` has no type"), span, "declared here");
                let help = format!("write `{name}: Field[float]` for a field, `{name}: float` for a scalar");
                self.names.report(found.help(help));
                Local::Broken
            }
            Some(Err(found)) => {
                self.names.report(found);
                Local::Broken
            }
            Some(Ok(Type::Field(ty))) => {
                let id = self.field(name.clone(), ty, Lifetime::Argument, span);
                self.program.params.push(Param::Field(id));
                Local::Field { id, offset: [0; 3] }
            }
            Some(Ok(Type::Scalar(dtype))) => {
                let id = self.scalar(name.clone(), dtype, ScalarKind::Argument, span);
                self.program.params.push(Param::Scalar(id));
                let is_assigned = assigned.contains(name.as_str());
                Local::Scalar(if is_assigned { self.variable_from(name, scalar_value(id, dtype, span), body) } else { id })
            }
        };
        self.names.locals().names.insert(name.clone(), local);
    }

    fn types(&self) -> Types<'_, FileScope<'_>> {
        Types { names: self.names.scope(), options: self.options, constants: &self.names }
    }

    /// A new field of the program.
    pub fn field(&mut self, name: String, ty: FieldType, lifetime: Lifetime, span: Span) -> FieldId {
        self.printed.insert(name.clone());
        self.names.stencil.fields.push(ty.clone().field(name.clone(), FieldKind::Temporary, span));
        self.program.fields.push(ty.program_field(name, lifetime, span))
    }

    /// A new scalar of the program.
    pub fn scalar(&mut self, name: String, dtype: DType, kind: ScalarKind, span: Span) -> ScalarId {
        self.printed.insert(name.clone());
        self.names.stencil.scalars.push(ir::ScalarParam { name: name.clone(), dtype, span });
        self.program.scalars.push(ProgramScalar { name, dtype, kind, span })
    }

    /// A new variable with a name like `stem` that holds `value` from here on.
    pub fn variable_from(&mut self, stem: &str, value: ir::Expr, body: &mut Vec<ProgramStmt>) -> ScalarId {
        let (name, span) = (self.names.fresh(stem), value.span);
        let id = self.scalar(name, value.dtype, ScalarKind::Variable, span);
        body.push(ProgramStmt::Host(HostStep::Let { scalar: id, value }, span));
        id
    }

    /// Lowers the statements of a block, appending to `out`.
    fn body(&mut self, body: &[Stmt], out: &mut Vec<ProgramStmt>) {
        self.sequence(&body.iter().collect::<Vec<_>>(), out);
    }

    /// Lowers statements that run one after another as a block, appending to `out`.
    fn sequence(&mut self, body: &[&Stmt], out: &mut Vec<ProgramStmt>) {
        let Some(()) = body.first().and_then(|first| self.names.enter_block(first.span)) else { return };
        for (n, stmt) in body.iter().enumerate() {
            self.statements += 1;
            if self.statements > STATEMENT_LIMIT {
                let message = format!("this program expands to more than {STATEMENT_LIMIT} statements");
                let found = Diagnostic::error(Code::LIMIT, message, self.program.span, "this program");
                self.names.report(found.help("loops over tuples are unrolled: nest fewer of them"));
                break;
            }
            if !Exits::of_stmt(stmt).is_plain() {
                self.leaving(stmt, &body[n + 1..], out);
                break;
            }
            self.stmt(stmt, out);
        }
        self.names.blocks -= 1;
    }

    fn block_of(&mut self, body: &[&Stmt]) -> Vec<ProgramStmt> {
        let mut inner = Vec::new();
        self.sequence(body, &mut inner);
        inner
    }
}

/// The value of a scalar.
pub fn scalar_value(id: ScalarId, dtype: DType, span: Span) -> ir::Expr {
    ir::Expr { kind: ir::ExprKind::Scalar(id), dtype, span }
}
