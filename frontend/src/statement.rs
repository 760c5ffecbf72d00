//! Statements of a stencil's or a function's body: assignments and declarations. Branches and loops are in
//! [`crate::branch`], regions in [`crate::region`].

use crate::annotation::{Type, Types};
use crate::constant::Constant;
use crate::convert;
use crate::inline::Returned;
use crate::lower::Lower;
use crate::names::Binding;
use crate::scope::Local;
use crate::suggest::hint;
use crate::syntax::{Expr, ExprKind, Name, Stmt, StmtKind};
use crate::words::Word;
use tradewind_ir as ir;
use tradewind_ir::{Access, Axes, DType, Diagnostic, FieldId, KIndex, Order, Span};

impl Lower<'_> {
    /// Lowers the statements of a body one after another; what a `return` among them gives.
    pub fn body(&mut self, body: &[Stmt]) -> Option<Returned> {
        let first = body.first()?;
        self.enter_block(first.span)?;
        let mut returned: Option<Returned> = None;
        for stmt in body {
            if let Some(done) = &returned {
                let found = Diagnostic::error("nothing may follow a `return`", stmt.span, "this is never reached");
                self.report(found.label(done.span, "the function ends here"));
                break;
            }
            returned = self.stmt(stmt);
        }
        self.blocks -= 1;
        returned
    }

    fn stmt(&mut self, stmt: &Stmt) -> Option<Returned> {
        match &stmt.kind {
            StmtKind::Assign(targets, value) => self.assign_all(targets, value, stmt.span),
            StmtKind::AugAssign(target, op, value) => {
                let (old, value) = (self.expr(target), self.expr(value));
                if let Some(new) = old.zip(value).and_then(|(old, value)| self.binary(*op, old, value, stmt.span)) {
                    self.assign(target, new, stmt.span);
                }
            }
            StmtKind::Declare(target, annotation, value) => self.declare(target, annotation, value.as_ref(), stmt.span),
            StmtKind::If(condition, then, otherwise) => return self.branch(condition, then, otherwise),
            StmtKind::While(condition, body) => self.repeat(condition, body, stmt.span),
            StmtKind::With(items, body) => self.with(items, body),
            StmtKind::Return(value) => return self.returned(value.as_ref(), stmt.span),
            StmtKind::ImportFrom { module, names, .. } => self.import(module, names),
            StmtKind::Expr(e) => self.expression_statement(e),
            StmtKind::Pass => {}
            StmtKind::For(..) => {
                let found = Diagnostic::error("a stencil has no `for` loops", stmt.span, "here");
                self.report(
                    found.help("an `interval` loops over K; repeat a stencil from a `@program`; `while` loops at each point"),
                );
            }
            StmtKind::Function(def) => {
                let found =
                    Diagnostic::error("functions are defined at the top of a file", def.name.span, "defined inside another");
                self.report(found.help("move it out and decorate it with `@gtscript.function`"));
            }
            StmtKind::Import(_) => {
                let found = Diagnostic::error("imports stand at the top of a file", stmt.span, "here");
                self.report(found.help("only `from __externals__ import …` may stand inside a stencil"));
            }
            StmtKind::Foreign(what) => {
                let found = Diagnostic::error(format!("{what} has no meaning in a stencil"), stmt.span, "not part of GTScript");
                self.report(found);
            }
        }
        None
    }

    /// A docstring, or `compile_assert(condition)`.
    fn expression_statement(&mut self, e: &Expr) {
        match &e.kind {
            ExprKind::Text(_) | ExprKind::Ellipsis => {}
            ExprKind::Call(f, args, _) if self.word(f) == Some(Word::CompileAssert) => self.compile_assert(e, args),
            ExprKind::Call(f, ..) if matches!(self.global(f), Some(Binding::Stencil(_))) => {
                self.unknown_function(f);
            }
            _ => {
                let found = Diagnostic::error("this statement has no effect", e.span, "a value that is not used");
                self.report(found.help("assign it to a field or a temporary, or remove it"));
            }
        }
    }

    fn compile_assert(&mut self, e: &Expr, args: &[Expr]) {
        let Some(condition) = args.first() else {
            self.report(Diagnostic::error("`compile_assert` takes a condition", e.span, "here"));
            return;
        };
        match self.constant(condition) {
            Ok(known) if known.truth() == Some(true) => {}
            Ok(_) => {
                let mut found = Diagnostic::error("a `compile_assert` does not hold", condition.span, "this is false");
                for (name, value) in self.constants_in(condition) {
                    found = found.note(format!("`{name}` is {value}"));
                }
                self.report(found.help("choose other values of the externals"));
            }
            Err(not) => {
                self.not_constant::<()>("the condition of `compile_assert` must be known at compile time", not);
            }
        }
    }

    /// The names in a constant expression with their values, as text.
    fn constants_in(&self, e: &Expr) -> Vec<(String, String)> {
        let mut found: Vec<(String, String)> = Vec::new();
        e.walk(&mut |e| {
            if let (Some(name), Ok(value)) = (e.name(), self.constant(e)) {
                let text = match value {
                    Constant::Int(v) => v.to_string(),
                    Constant::Float(v) => format!("{v:?}"),
                    Constant::Bool(v) => if v { "True" } else { "False" }.to_string(),
                    other => other.describe().to_string(),
                };
                if !found.iter().any(|(known, _)| known == name) {
                    found.push((name.to_string(), text));
                }
            }
        });
        found
    }

    /// `from __externals__ import a, b as c`
    pub fn import(&mut self, module: &Name, names: &[(Name, Option<Name>)]) {
        if module.text == "__gtscript__" {
            return;
        }
        if module.text != "__externals__" {
            let found = Diagnostic::error("imports stand at the top of a file", module.span, "here");
            return self.report(found.help("only `from __externals__ import …` may stand inside a stencil"));
        }
        for (name, alias) in names {
            let local = match self.externals.get(&name.text) {
                Some(known) => Local::Constant(known.clone()),
                None => {
                    let found =
                        Diagnostic::error(format!("the external `{}` is not given", name.text), name.span, "imported here");
                    let found = hint(found, &name.text, self.externals.keys().map(String::as_str));
                    self.report(found.help(format!(
                        "give it a value: `-D {}=…`, an entry of the table `externals = {{\"{}\": {{\"{}\": …}}}}`, or `@stencil(externals={{\"{}\": …}})`",
                        name.text, self.stencil.name, name.text, name.text
                    )));
                    Local::Broken
                }
            };
            let own = alias.as_ref().unwrap_or(name).text.clone();
            self.frame().names.insert(own, local);
        }
    }

    /// `a = b = value`, `a, b = values`
    fn assign_all(&mut self, targets: &[Expr], value: &Expr, span: Span) {
        if let [target] = targets
            && let ExprKind::Tuple(list) = &target.kind
        {
            return self.unpack(list, value, span);
        }
        let lowered = self.expr(value);
        for (n, target) in targets.iter().enumerate() {
            match &lowered {
                // `a = b = value`: the later names are copies, in case the value reads what was just assigned.
                Some(_) if n > 0 => {
                    if let Some(copy) = self.expr(&targets[0]) {
                        self.assign(target, copy, span);
                    }
                }
                Some(value) => self.assign(target, value.clone(), span),
                None => self.give_up(target),
            }
        }
    }

    /// `a, b = values`: all values are taken before the first assignment.
    fn unpack(&mut self, targets: &[Expr], value: &Expr, span: Span) {
        let Some(values) = self.values(value) else {
            return targets.iter().for_each(|target| self.give_up(target));
        };
        if values.len() != targets.len() {
            let message = format!("{} values are assigned to {} names", values.len(), targets.len());
            let at = targets.first().map_or(span, |t| t.span).to(targets.last().map_or(span, |t| t.span));
            self.report(Diagnostic::error(message, value.span, "the values").label(at, "the names"));
            return targets.iter().for_each(|target| self.give_up(target));
        }
        let values = self.keep_apart(targets, values, span);
        for (target, value) in targets.iter().zip(values) {
            self.assign(target, value, span);
        }
    }

    /// Moves values to temporaries where a later value reads what an earlier assignment changes.
    fn keep_apart(&mut self, targets: &[Expr], values: Vec<ir::Expr>, span: Span) -> Vec<ir::Expr> {
        let written: Vec<Option<FieldId>> = targets.iter().map(|t| self.field_of(t)).collect();
        let clash = values
            .iter()
            .enumerate()
            .any(|(n, value)| value.accesses().iter().any(|access| written[..n].contains(&Some(access.field))));
        if !clash {
            return values;
        }
        values.into_iter().map(|value| self.keep("value", value, span)).collect()
    }

    /// Assigns a value to a new temporary and gives what reads it.
    pub fn keep(&mut self, stem: &str, value: ir::Expr, span: Span) -> ir::Expr {
        let (name, dtype, at) = (self.fresh(stem), value.dtype, value.span);
        let id = self.temporary(name, dtype, Axes::IJK, at);
        self.emit(ir::Stmt::assign(Access::here(id), value, span));
        ir::Expr { kind: ir::ExprKind::Field(Access::here(id)), dtype, span: at }
    }

    fn field_of(&self, target: &Expr) -> Option<FieldId> {
        let name = match &target.kind {
            ExprKind::Subscript(base, _) => base.name()?,
            _ => target.name()?,
        };
        match self.local(name)? {
            Local::Field { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// The values of the right-hand side of `a, b = …`.
    fn values(&mut self, value: &Expr) -> Option<Vec<ir::Expr>> {
        match &value.kind {
            ExprKind::Tuple(list) => {
                let lowered: Vec<Option<ir::Expr>> = list.iter().map(|e| self.expr(e)).collect();
                lowered.into_iter().collect()
            }
            ExprKind::Call(f, args, named) if self.is_function(f) => self.inline(value, f, args, named).map(|r| r.values),
            _ => {
                let found = Diagnostic::error("one value is assigned to several names", value.span, "this is one value");
                self.fail(found.help("write as many values as names, or call a function that returns a tuple"))
            }
        }
    }

    /// After an error in its value: the name is known, but nothing more is said about it.
    fn give_up(&mut self, target: &Expr) {
        if let Some(name) = target.name()
            && self.local(name).is_none()
        {
            self.frame().names.insert(name.to_string(), Local::Broken);
        }
    }

    /// `target = value`, with the value converted to the target's type; an unknown name becomes a temporary.
    pub fn assign(&mut self, target: &Expr, value: ir::Expr, span: Span) {
        let access = match &target.kind {
            ExprKind::Name(name) if self.local(name).is_none() => {
                let id = self.declare_temporary(name, value.dtype, Axes::IJK, target.span);
                Some(Access::here(id))
            }
            ExprKind::Name(name) => self.target(target, name, target),
            ExprKind::Subscript(base, indices) => match base.name() {
                Some(name) if self.local(name).is_some() => {
                    let checked = self.target(target, name, base);
                    checked.and_then(|_| self.access(target, base, indices)).and_then(|a| self.writable(target, a))
                }
                Some(name) => self.unknown(base, name),
                None => self.access(target, base, indices),
            },
            _ => self.fail(Diagnostic::error("this cannot be assigned to", target.span, "not a field or a temporary")),
        };
        let Some(access) = access else { return };
        let (dtype, name) = (self.stencil.fields[access.field].dtype, &self.stencil.fields[access.field].name);
        if dtype.is_int() && value.dtype.is_float() && self.stencil.fields[access.field].is_temporary() {
            let message = format!("`{name}` holds integers: the fraction of this value is lost");
            let found = Diagnostic::warning(message, span, format!("a value of type {}", value.dtype));
            let found = found.label(self.stencil.fields[access.field].span, format!("its first value makes it {dtype}"));
            self.report(found.help("start it with a float, such as `0.0`, or convert on purpose: `int64(…)`"));
        }
        self.emit(ir::Stmt::assign(access, convert::cast(value, dtype), span));
    }

    /// Checks that a known name may be assigned.
    fn target(&mut self, target: &Expr, name: &str, base: &Expr) -> Option<Access> {
        match self.local(name).cloned()? {
            Local::Field { id, .. } => self.writable_axes(base, id).map(|()| Access::here(id)),
            Local::Broken => None,
            Local::Scalar(id) => {
                let declared = self.stencil.scalars[id].span;
                let found =
                    Diagnostic::error(format!("the scalar parameter `{name}` is assigned"), target.span, "assigned here");
                let found = found.label(declared, "a scalar is the same at every point and cannot change");
                self.fail(found.help("assign to a temporary with another name, or make the parameter a field"))
            }
            Local::Constant(_) | Local::Value(_) | Local::Tuple(_) => {
                let found = Diagnostic::error(format!("the constant `{name}` is assigned"), target.span, "assigned here");
                self.fail(found.help("choose another name for the temporary"))
            }
        }
    }

    /// IJK fields may be written in any order, IJ fields in sequential ones, others never.
    fn writable_axes(&mut self, at: &Expr, id: FieldId) -> Option<()> {
        let (f, order) = (&self.stencil.fields[id], self.place.as_ref().map(|p| p.order));
        let (message, help) = match f.axes {
            Axes::IJK => return Some(()),
            Axes::IJ if order != Some(Order::Parallel) => return Some(()),
            Axes::IJ => (
                format!("the two-dimensional field `{}` is written in a PARALLEL computation", f.name),
                "every level would write the same points: use FORWARD or BACKWARD",
            ),
            axes => (
                format!("`{}` has the axes {axes} and cannot be written", f.name),
                "every column would write the same points: only fields with the axes I and J can be written",
            ),
        };
        let found = Diagnostic::error(message, at.span, "written here").label(f.span, "declared here");
        self.fail(found.help(help))
    }

    /// Checks the offset at which a field is written.
    fn writable(&mut self, target: &Expr, access: Access) -> Option<Access> {
        let parallel = self.place.as_ref().is_some_and(|p| p.order == Order::Parallel);
        let found = match &access.k {
            _ if access.offset != [0, 0] => {
                Diagnostic::error("a field is written at a horizontal offset", target.span, "written here")
                    .help("write the point itself and shift the reads instead")
            }
            KIndex::Offset(0) => return Some(access),
            KIndex::Relative(_) | KIndex::Absolute(_) => {
                let found = Diagnostic::error("a field is written at a computed level", target.span, "this level is not known");
                found.help("loop over the levels in FORWARD or BACKWARD and write each where it is reached")
            }
            _ if parallel => Diagnostic::error(
                "a field is written at an offset along K in a PARALLEL computation",
                target.span,
                "written here",
            )
            .help("use FORWARD or BACKWARD, where levels have an order"),
            _ => return Some(access),
        };
        self.fail(found)
    }

    /// `target: annotation = value`
    fn declare(&mut self, target: &Expr, annotation: &Expr, value: Option<&Expr>, span: Span) {
        let types = Types { files: self.files, file: self.file(), options: self.options };
        let known = match types.read(annotation) {
            Ok(known) => known,
            Err(found) => {
                self.report(found);
                return self.give_up(target);
            }
        };
        let Some(name) = target.name() else {
            return self.report(Diagnostic::error("only a name can be declared", target.span, "not a name"));
        };
        let lowered = value.map(|v| self.expr(v));
        if let Some(Local::Field { id, .. }) = self.local(name).cloned() {
            let declared = self.stencil.fields[id].span;
            let found = Diagnostic::error(format!("`{name}` is declared twice"), target.span, "declared again here");
            return self.report(found.label(declared, "first declared here").help("assign without a type"));
        }
        let (dtype, axes) = match known {
            Type::Scalar(dtype) => (dtype, Axes::IJK),
            Type::Field(dtype, axes) => (dtype, axes),
        };
        self.declare_temporary(name, dtype, axes, target.span);
        if let Some(Some(value)) = lowered {
            self.assign(target, value, span);
        }
    }

    /// A temporary of the source, in scope from now on.
    fn declare_temporary(&mut self, name: &str, dtype: DType, axes: Axes, span: Span) -> FieldId {
        let inner = self.frames.last().and_then(|f| f.function.as_ref()).map(|f| format!("{}_{name}", f.name.text));
        let printed = match inner {
            Some(stem) => self.fresh(&stem),
            None => name.to_string(),
        };
        let id = self.temporary(printed, dtype, axes, span);
        self.frame().names.insert(name.to_string(), Local::Field { id, offset: [0; 3] });
        id
    }
}
