//! Programs: `@program` functions, which call stencils in an order.
//!
//! The names of a program are those of a [`Lower`] whose fields and scalars are the program's, number by number, so that scalar
//! expressions are lowered by the same code as a stencil's. Loops over tuples are unrolled, programs that are called are put in
//! place of the call.

use crate::annotation::{Type, Types};
use crate::constant::Constant;
use crate::convert;
use crate::lower::Lower;
use crate::module::Module;
use crate::names::{Binding, Files, FunctionRef};
use crate::options::Options;
use crate::scope::Local;
use crate::syntax::{Expr, ExprKind, Function, Parameter, Stmt, StmtKind, assigned_names};
use crate::words::Word;
use std::collections::BTreeMap;
use std::sync::Arc;
use tradewind_ir as ir;
use tradewind_ir::{
    Axes, DType, Diagnostic, FieldId, Lifetime, Param, ProgramField, ProgramScalar, ProgramStmt, ScalarId, ScalarKind, Span,
    StencilId,
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
    let mut lower = ProgramLower { module, options, names, program, stencils: Vec::new(), statements: 0 };
    lower.enter(def);
    if let Some(variadic) = def.variadic {
        lower.names.report(Diagnostic::error("a program takes a fixed list of parameters", variadic, "a variable one"));
    }
    let mut body = Vec::new();
    def.params.iter().for_each(|param| lower.parameter(param, def, &mut body));
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
    pub stencils: Vec<(FunctionRef, Option<StencilId>)>,
    statements: usize,
}

impl ProgramLower<'_> {
    /// Notes the names that a body assigns, for messages and so that generated names differ.
    pub fn enter(&mut self, def: &Arc<Function>) {
        for (name, span) in assigned_names(&def.body) {
            self.names.frame().assigned.entry(name.to_string()).or_insert(span);
            if self.names.frames.len() == 1 {
                self.names.taken.insert(name.to_string());
            }
        }
    }

    fn parameter(&mut self, param: &Parameter, def: &Function, body: &mut Vec<ProgramStmt>) {
        let (name, span) = (&param.name.text, param.name.span);
        self.names.taken.insert(name.clone());
        if self.names.local(name).is_some() {
            return self.names.report(Diagnostic::error(format!("two parameters are called `{name}`"), span, "the second one"));
        }
        let local = match param.annotation.as_ref().map(|a| self.types().read(a)) {
            None => {
                let found = Diagnostic::error(format!("the parameter `{name}` has no type"), span, "declared here");
                let help = format!("write `{name}: Field[float]` for a field, `{name}: float` for a scalar");
                self.names.report(found.help(help));
                Local::Broken
            }
            Some(Err(found)) => {
                self.names.report(found);
                Local::Broken
            }
            Some(Ok(Type::Field(dtype, axes))) => {
                let id = self.field(name.clone(), dtype, axes, Lifetime::Argument, span);
                self.program.params.push(Param::Field(id));
                Local::Field { id, offset: [0; 3] }
            }
            Some(Ok(Type::Scalar(dtype))) => {
                let id = self.scalar(name.clone(), dtype, ScalarKind::Argument, span);
                self.program.params.push(Param::Scalar(id));
                let is_assigned = assigned_names(&def.body).iter().any(|(assigned, _)| assigned == name);
                Local::Scalar(if is_assigned { self.variable_from(name, scalar_value(id, dtype, span), body) } else { id })
            }
        };
        self.names.frame().names.insert(name.clone(), local);
    }

    fn types(&self) -> Types<'_> {
        Types { files: self.names.files, file: self.names.file(), options: self.options }
    }

    /// A new field of the program.
    pub fn field(&mut self, name: String, dtype: DType, axes: Axes, lifetime: Lifetime, span: Span) -> FieldId {
        self.names.temporary(name.clone(), dtype, axes, span);
        self.program.fields.push(ProgramField { name, dtype, axes, lifetime, span })
    }

    /// A new scalar of the program.
    pub fn scalar(&mut self, name: String, dtype: DType, kind: ScalarKind, span: Span) -> ScalarId {
        self.names.stencil.scalars.push(ir::ScalarParam { name: name.clone(), dtype, span });
        self.program.scalars.push(ProgramScalar { name, dtype, kind, span })
    }

    /// A new variable with a name like `stem` that holds `value` from here on.
    pub fn variable_from(&mut self, stem: &str, value: ir::Expr, body: &mut Vec<ProgramStmt>) -> ScalarId {
        let (name, span) = (self.names.fresh(stem), value.span);
        let id = self.scalar(name, value.dtype, ScalarKind::Variable, span);
        body.push(ProgramStmt::Let { scalar: id, value, span });
        id
    }

    /// Lowers statements, appending to `out`.
    pub fn body(&mut self, body: &[Stmt], out: &mut Vec<ProgramStmt>) {
        let Some(()) = body.first().and_then(|first| self.names.enter_block(first.span)) else { return };
        for stmt in body {
            self.statements += 1;
            if self.statements > STATEMENT_LIMIT {
                let message = format!("this program becomes more than {STATEMENT_LIMIT} statements");
                let found = Diagnostic::error(message, self.program.span, "this program");
                self.names.report(found.help("loops over tuples are unrolled: nest fewer of them"));
                break;
            }
            self.stmt(stmt, out);
        }
        self.names.blocks -= 1;
    }

    fn stmt(&mut self, stmt: &Stmt, out: &mut Vec<ProgramStmt>) {
        let span = stmt.span;
        match &stmt.kind {
            StmtKind::Assign(targets, value) => self.assign(targets, value, span, out),
            StmtKind::AugAssign(target, op, value) => {
                let (old, new) = (self.value(target), self.value(value));
                if let Some(sum) = old.zip(new).and_then(|(old, new)| self.names.binary(*op, old, new, span)) {
                    self.set(target, sum, span, out);
                }
            }
            StmtKind::Declare(target, annotation, value) => self.declare(target, annotation, value.as_ref(), span, out),
            StmtKind::If(condition, then, otherwise) => match self.names.decided(condition) {
                Some(Some(decided)) => self.body(if decided { then } else { otherwise }, out),
                Some(None) => {
                    let condition = self.condition(condition);
                    let then = self.block(then);
                    let otherwise = self.block(otherwise);
                    out.extend(condition.map(|condition| ProgramStmt::If { condition, then, otherwise, span }));
                }
                None => {}
            },
            StmtKind::While(condition, body) => {
                let condition = self.condition(condition);
                let body = self.block(body);
                out.extend(condition.map(|condition| ProgramStmt::While { condition, body, span }));
            }
            StmtKind::For(target, iter, body) => self.repeat(target, iter, body, span, out),
            StmtKind::Expr(Expr { kind: ExprKind::Text(_) | ExprKind::Ellipsis, .. }) | StmtKind::Pass => {}
            StmtKind::Expr(e) => match &e.kind {
                ExprKind::Call(f, args, named) => self.call(e, f, args, named, out),
                _ => {
                    let found = Diagnostic::error("this statement has no effect", e.span, "a value that is not used");
                    self.names.report(found.help("call a stencil, or remove it"));
                }
            },
            StmtKind::With(..) => {
                let found = Diagnostic::error("computations stand in stencils, not in programs", span, "here");
                self.names.report(found.help("move the block to a stencil and call that"));
            }
            StmtKind::Return(_) => {
                let found = Diagnostic::error("a program returns nothing", span, "returned here");
                self.names.report(found.help("results are the fields that it writes"));
            }
            StmtKind::Import(_) | StmtKind::ImportFrom { .. } => {
                let found = Diagnostic::error("imports stand at the top of a file", span, "here");
                self.names.report(found.help("a program takes its numbers as parameters, or from constants of the file"));
            }
            StmtKind::Function(def) => {
                self.names.report(Diagnostic::error(
                    "functions are defined at the top of a file",
                    def.name.span,
                    "inside a program",
                ));
            }
            StmtKind::Foreign(what) => {
                let found = Diagnostic::error(format!("{what} has no meaning in a program"), span, "not part of GTScript");
                self.names.report(found);
            }
        }
    }

    fn block(&mut self, body: &[Stmt]) -> Vec<ProgramStmt> {
        let mut inner = Vec::new();
        self.body(body, &mut inner);
        inner
    }

    /// A scalar expression: literals, scalars, and operations on them.
    pub fn value(&mut self, e: &Expr) -> Option<ir::Expr> {
        let mut value = None;
        let emitted = self.names.capture(|names| value = names.expr(e));
        let value = value?;
        let mut point = None;
        value.walk(&mut |inner| {
            if point.is_none() && matches!(inner.kind, ir::ExprKind::Field(_) | ir::ExprKind::Index(_)) {
                point = Some(inner.span);
            }
        });
        let at = emitted.first().map(|e| e.stmt.span).or(point);
        let Some(at) = at else { return Some(value) };
        let found = Diagnostic::error("a program computes with scalars only", at, "this differs from point to point");
        self.names.fail(found.help("compute with fields in a stencil, and call that"))
    }

    /// A condition of scalars.
    fn condition(&mut self, e: &Expr) -> Option<ir::Expr> {
        let value = self.value(e)?;
        if value.dtype == DType::Bool {
            return Some(value);
        }
        let found = Diagnostic::error("this condition is not a boolean", e.span, format!("this is of type {}", value.dtype));
        self.names.fail(found.help("compare it with something: `… != 0`, `… > 0`"))
    }

    fn assign(&mut self, targets: &[Expr], value: &Expr, span: Span, out: &mut Vec<ProgramStmt>) {
        if let ([target], Some(items)) = (targets, self.tuple(value)) {
            return match (&target.kind, target.name()) {
                (ExprKind::Tuple(names), _) => self.unpack(names, value, span, out),
                (_, Some(name)) => {
                    self.names.frame().names.insert(name.to_string(), Local::Tuple(items));
                }
                _ => self.names.report(Diagnostic::error("this cannot be assigned to", target.span, "not a name")),
            };
        }
        if let Some(Local::Field { .. }) = value.name().and_then(|name| self.names.local(name)) {
            let found = Diagnostic::error("a field is assigned in a program", span, "this would give a field a second name");
            return self.names.report(found.help("write `copy(target, source)` or `swap(a, b)`, or call a stencil"));
        }
        let Some(value) = self.value(value) else {
            return targets.iter().for_each(|target| self.give_up(target));
        };
        targets.iter().for_each(|target| self.set(target, value.clone(), span, out));
    }

    /// `a, b = x, y` for scalars: all values are taken before the first assignment.
    fn unpack(&mut self, names: &[Expr], value: &Expr, span: Span, out: &mut Vec<ProgramStmt>) {
        let ExprKind::Tuple(values) = &value.kind else {
            return self.names.report(Diagnostic::error(
                "a tuple of fields has no use here",
                value.span,
                "loop over it instead",
            ));
        };
        if values.len() != names.len() {
            let message = format!("{} values are assigned to {} names", values.len(), names.len());
            return self.names.report(Diagnostic::error(message, span, "here"));
        }
        let kept: Vec<Option<ir::Expr>> = values.iter().map(|v| self.value(v)).collect();
        let mut copies = Vec::new();
        for value in kept.into_iter().flatten() {
            let (dtype, at) = (value.dtype, value.span);
            let id = self.variable_from("value", value, out);
            copies.push(scalar_value(id, dtype, at));
        }
        names.iter().zip(copies).for_each(|(target, value)| self.set(target, value, span, out));
    }

    /// Sets a scalar variable, new or known.
    fn set(&mut self, target: &Expr, value: ir::Expr, span: Span, out: &mut Vec<ProgramStmt>) {
        let Some(name) = target.name() else {
            let found = Diagnostic::error("this cannot be assigned to", target.span, "not a scalar variable");
            return self.names.report(found.help("fields are written by stencils"));
        };
        let scalar = match self.names.local(name).cloned() {
            None => self.variable(name, value.dtype, target.span),
            Some(Local::Scalar(id)) => id,
            Some(Local::Broken) => return,
            Some(Local::Field { id, .. }) => {
                let declared = self.program.fields[id].span;
                let found =
                    Diagnostic::error(format!("the field `{name}` is assigned in a program"), target.span, "assigned here");
                let found = found.label(declared, "declared here");
                return self.names.report(found.help("fields are written by stencils, `copy` and `swap`"));
            }
            Some(_) => {
                return self.names.report(Diagnostic::error(
                    format!("`{name}` cannot be assigned"),
                    target.span,
                    "assigned here",
                ));
            }
        };
        let value = convert::cast(value, self.program.scalars[scalar].dtype);
        out.push(ProgramStmt::Let { scalar, value, span });
    }

    /// A scalar variable of the source, in scope from now on.
    fn variable(&mut self, name: &str, dtype: DType, span: Span) -> ScalarId {
        let printed = self.printed(name);
        let id = self.scalar(printed, dtype, ScalarKind::Variable, span);
        self.names.frame().names.insert(name.to_string(), Local::Scalar(id));
        id
    }

    /// The name of something declared in the source: with the program's name before it in a program that is put in place.
    fn printed(&mut self, name: &str) -> String {
        let inner = self.names.frames.last().and_then(|f| f.function.as_ref()).map(|f| format!("{}_{name}", f.name.text));
        match inner {
            Some(stem) => self.names.fresh(&stem),
            None if self.program.fields.values().any(|f| f.name == name) => self.names.fresh(name),
            None if self.program.scalars.values().any(|s| s.name == name) => self.names.fresh(name),
            None => name.to_string(),
        }
    }

    fn declare(&mut self, target: &Expr, annotation: &Expr, value: Option<&Expr>, span: Span, out: &mut Vec<ProgramStmt>) {
        let Some(name) = target.name() else {
            return self.names.report(Diagnostic::error("only a name can be declared", target.span, "not a name"));
        };
        let known = match self.types().read(annotation) {
            Ok(known) => known,
            Err(found) => {
                self.names.report(found);
                return self.give_up(target);
            }
        };
        if self.names.local(name).is_some() {
            return self.names.report(Diagnostic::error(
                format!("`{name}` is declared twice"),
                target.span,
                "declared again here",
            ));
        }
        match (known, value) {
            (Type::Field(dtype, axes), None) => {
                let printed = self.printed(name);
                let id = self.field(printed, dtype, axes, Lifetime::Transient, target.span);
                self.names.frame().names.insert(name.to_string(), Local::Field { id, offset: [0; 3] });
            }
            (Type::Field(..), Some(value)) => {
                let found = Diagnostic::error("a field of a program is declared without a value", value.span, "remove this");
                self.names.report(found.help("it holds zeros until a stencil writes it"));
                self.give_up(target);
            }
            (Type::Scalar(dtype), value) => {
                let lowered = value.map(|v| self.value(v));
                self.variable(name, dtype, target.span);
                if let Some(Some(value)) = lowered {
                    self.set(target, value, span, out);
                }
            }
        }
    }

    fn give_up(&mut self, target: &Expr) {
        if let Some(name) = target.name()
            && self.names.local(name).is_none()
        {
            self.names.frame().names.insert(name.to_string(), Local::Broken);
        }
    }

    /// `for n in range(a, b)`, or a loop over a tuple, which is unrolled.
    fn repeat(&mut self, target: &Expr, iter: &Expr, body: &[Stmt], span: Span, out: &mut Vec<ProgramStmt>) {
        if let ExprKind::Call(f, args, named) = &iter.kind
            && self.names.word(f) == Some(Word::Range)
            && named.is_empty()
        {
            return self.count_loop(target, iter, args, body, span, out);
        }
        let Some(items) = self.tuple(iter) else {
            let found = Diagnostic::error("this loop runs over neither a range nor a tuple", iter.span, "not known here");
            return self.names.report(found.help("write `for n in range(nt):` or `for q in (q1, q2):`"));
        };
        for item in items {
            self.bind_item(target, item);
            self.body(body, out);
        }
    }

    fn count_loop(&mut self, target: &Expr, iter: &Expr, args: &[Expr], body: &[Stmt], span: Span, out: &mut Vec<ProgramStmt>) {
        let bounds = match args {
            [to] => Some((convert::int(0, self.options, iter.span), self.value(to))),
            [from, to] => self.value(from).map(|from| (from, self.value(to))),
            _ => self.names.fail(
                Diagnostic::error("`range` takes one or two bounds here", iter.span, "a step, or nothing")
                    .help("write `range(nt)` or `range(first, end)`; steps are made by arithmetic in the body"),
            ),
        };
        let Some(name) = target.name() else {
            return self.names.report(Diagnostic::error("a loop over a range counts one variable", target.span, "not a name"));
        };
        let var = match self.names.local(name) {
            Some(Local::Scalar(id)) if self.program.scalars[*id].kind == ScalarKind::Variable => *id,
            _ => self.variable(name, self.options.int, target.span),
        };
        let body = self.block(body);
        let Some((from, Some(to))) = bounds else { return };
        if let Some(bound) = [&from, &to].into_iter().find(|b| !b.dtype.is_int()) {
            let found =
                Diagnostic::error("the bounds of a range are integers", bound.span, format!("this is of type {}", bound.dtype));
            return self.names.report(found.help("convert it: `int(…)`"));
        }
        let dtype = self.program.scalars[var].dtype;
        out.push(ProgramStmt::For { var, from: convert::cast(from, dtype), to: convert::cast(to, dtype), body, span });
    }

    fn bind_item(&mut self, target: &Expr, item: Local) {
        match (&target.kind, item) {
            (ExprKind::Name(name), item) => {
                self.names.frame().names.insert(name.clone(), item);
            }
            (ExprKind::Tuple(names), Local::Tuple(items)) if names.len() == items.len() => {
                names.iter().zip(items).for_each(|(name, item)| self.bind_item(name, item));
            }
            _ => {
                let found =
                    Diagnostic::error("the loop's names and the tuple's items do not match", target.span, "these names");
                self.names.report(found.help("each item must be a tuple of as many things as there are names"));
            }
        }
    }

    /// The items of a tuple of fields, numbers or tuples, written out or under a name.
    pub fn tuple(&self, e: &Expr) -> Option<Vec<Local>> {
        match &e.kind {
            ExprKind::Tuple(items) => items.iter().map(|item| self.item(item)).collect(),
            ExprKind::Name(name) => match self.names.local(name) {
                Some(Local::Tuple(items)) => Some(items.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    fn item(&self, e: &Expr) -> Option<Local> {
        if let Some(items) = self.tuple(e) {
            return Some(Local::Tuple(items));
        }
        match e.name().and_then(|name| self.names.local(name)) {
            Some(local @ (Local::Field { .. } | Local::Scalar(_) | Local::Constant(_))) => Some(local.clone()),
            Some(_) => None,
            None => match self.names.constant(e) {
                Ok(known @ (Constant::Int(_) | Constant::Float(_) | Constant::Bool(_))) => Some(Local::Constant(known)),
                _ => None,
            },
        }
    }

    /// The stencil or program that `f` names.
    pub fn callee(&self, f: &Expr) -> Option<Binding> {
        self.names.global(f)
    }
}

/// The value of a scalar.
pub fn scalar_value(id: ScalarId, dtype: DType, span: Span) -> ir::Expr {
    ir::Expr { kind: ir::ExprKind::Scalar(id), dtype, span }
}
