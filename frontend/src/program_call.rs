//! The calls of a program: stencils, other programs, `halo_update`, `copy`, `swap`, `callback`.

use crate::access::count;
use crate::constant::Constant;
use crate::convert;
use crate::inline::parameters;
use crate::names::{Binding, FunctionRef};
use crate::program::ProgramLower;
use crate::prune::prune;
use crate::scope::{Frame, Local};
use crate::suggest::hint;
use crate::syntax::{Expr, ExprKind, Function, Name, assigned_names};
use crate::words::Word;
use std::sync::Arc;
use tradewind_ir as ir;
use tradewind_ir::{Axis, Bound, Diagnostic, FieldId, Param, ProgramStmt, Range, ScalarKind, Span, StencilId};

/// How deep programs may call one another.
const CALL_LIMIT: usize = 40;

impl ProgramLower<'_> {
    /// A call as a statement.
    pub fn call(&mut self, e: &Expr, f: &Expr, args: &[Expr], named: &[(Name, Expr)], out: &mut Vec<ProgramStmt>) {
        match self.callee(f) {
            Some(Binding::Stencil(function)) => {
                let call = self.stencil_call(e, &function, args, named);
                out.extend(call);
            }
            Some(Binding::Program(function)) => self.program_call(e, &function, args, named, out),
            Some(Binding::Word(Word::HaloUpdate)) => out.extend(self.halo_update(e, args, named)),
            Some(Binding::Word(Word::Copy)) => {
                let pair = self.pair(e, f, args, named);
                out.extend(pair.map(|(to, from)| ProgramStmt::Copy { to, from, span: e.span }));
            }
            Some(Binding::Word(Word::Swap)) => {
                let pair = self.pair(e, f, args, named);
                out.extend(pair.map(|(a, b)| ProgramStmt::Swap { a, b, span: e.span }));
            }
            Some(Binding::Word(Word::Callback)) => out.extend(self.callback(e, args, named)),
            Some(Binding::Function(function)) => {
                let found = Diagnostic::error("a function of stencils is called by a program", f.span, "called here");
                let found = found.label(function.def.name.span, "this is neither a stencil nor a program");
                self.names.report(found.help("decorate it with `@program`, or give it a computation and make it a stencil"));
            }
            Some(Binding::Broken) => {
                let name = f.last_name().unwrap_or("this");
                self.names.report(Diagnostic::error(format!("`{name}` could not be imported"), f.span, "called here"));
            }
            Some(Binding::Missing { module, span }) => {
                let name = f.last_name().unwrap_or("this");
                let found = Diagnostic::error(format!("`{name}` is not known here"), f.span, "called here");
                let found = found.label(span, "imported here").note(format!("there is no file for the module `{module}`"));
                self.names.report(found.help("put the file beside this one"));
            }
            _ => {
                let name = f.last_name().unwrap_or("this").to_string();
                let found = Diagnostic::error(format!("unknown stencil `{name}`"), f.span, "nothing to call has this name");
                let known = self.callable_names();
                self.names.report(hint(found, &name, known.iter().map(String::as_str)));
            }
        }
    }

    fn callable_names(&self) -> Vec<String> {
        let own = self.names.files.get(self.names.file()).into_iter().flat_map(|f| f.bindings.iter());
        let callable = own.filter(|(_, b)| matches!(b, Binding::Stencil(_) | Binding::Program(_)));
        let words = ["halo_update", "copy", "swap", "callback"].map(String::from);
        callable.map(|(name, _)| name.clone()).chain(words).collect()
    }

    /// The stencil as part of this program: lowered at its first call.
    fn stencil(&mut self, function: &FunctionRef) -> Option<StencilId> {
        if let Some((_, known)) = self.stencils.iter().find(|(known, _)| known == function) {
            return *known;
        }
        let (stencil, found) = self.module.stencil(function, &[]);
        let failed = found.iter().any(Diagnostic::is_error);
        found.into_iter().for_each(|d| self.names.report(d));
        let id = if failed { None } else { Some(self.add_stencil(stencil, function)) };
        self.stencils.push((function.clone(), id));
        id
    }

    /// Adds a stencil without the optional parameters that it does not touch, under a name of its own.
    fn add_stencil(&mut self, stencil: ir::Stencil, function: &FunctionRef) -> StencilId {
        let optional =
            function.def.params.iter().filter(|p| p.default.as_ref().is_some_and(|d| matches!(d.kind, ExprKind::None)));
        let optional: Vec<&str> = optional.map(|p| p.name.text.as_str()).collect();
        let mut stencil = prune(stencil, &optional);
        let (base, mut n) = (stencil.name.clone(), 2);
        while self.program.stencils.values().any(|s| s.name == stencil.name) {
            stencil.name = format!("{base}_{n}");
            n += 1;
        }
        self.program.stencils.push(stencil)
    }

    fn stencil_call(&mut self, e: &Expr, function: &FunctionRef, args: &[Expr], named: &[(Name, Expr)]) -> Option<ProgramStmt> {
        let stencil = self.stencil(function);
        let is_domain = |name: &Name| matches!(name.text.as_str(), "origin" | "domain");
        let (options, named): (Vec<_>, Vec<_>) = named.iter().cloned().partition(|(name, _)| is_domain(name));
        let domain = self.domain(&options);
        let given = self.arguments(e, &function.def, args, &named)?;
        let (stencil, domain) = (stencil?, domain?);
        let (mut fields, mut scalars, mut complete) = (Vec::new(), Vec::new(), true);
        for param in self.program.stencils[stencil].params.clone() {
            let name = match param {
                Param::Field(id) => self.program.stencils[stencil].fields[id].name.clone(),
                Param::Scalar(id) => self.program.stencils[stencil].scalars[id].name.clone(),
            };
            let value = given.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
            let Some(value) = value.filter(|v| !matches!(v.kind, ExprKind::None)) else {
                self.left_out(e, &function.def, &name);
                complete = false;
                continue;
            };
            match param {
                Param::Field(id) => {
                    let wanted = self.program.stencils[stencil].fields[id].clone();
                    let bound = self.field_argument(value, &wanted);
                    complete &= bound.is_some();
                    fields.extend(bound.map(|field| (field, id, value.span)));
                }
                Param::Scalar(id) => {
                    let dtype = self.program.stencils[stencil].scalars[id].dtype;
                    let bound = self.value(value);
                    complete &= bound.is_some();
                    scalars.extend(bound.map(|value| convert::cast(value, dtype)));
                }
            }
        }
        if !complete {
            return None;
        }
        self.check_aliases(stencil, &fields);
        let fields = fields.into_iter().map(|(field, ..)| field).collect();
        Some(ProgramStmt::Call { stencil, fields, scalars, domain, span: e.span })
    }

    fn left_out(&mut self, e: &Expr, def: &Arc<Function>, name: &str) {
        let message = format!("the argument `{name}` of `{}` is missing", def.name.text);
        let found = Diagnostic::error(message, e.span, "in this call");
        let param = def.params.iter().find(|p| p.name.text == name);
        let found = match param {
            Some(param) if param.default.is_some() => found
                .label(param.name.span, "optional")
                .note("an optional argument may be left out only if the stencil does not use it"),
            Some(param) => found.label(param.name.span, "the parameter"),
            None => found,
        };
        self.names.report(found);
    }

    /// Which argument each parameter gets, defaults included.
    fn arguments<'e>(
        &mut self,
        e: &Expr,
        def: &'e Arc<Function>,
        args: &'e [Expr],
        named: &'e [(Name, Expr)],
    ) -> Option<Vec<(String, &'e Expr)>> {
        let positional = def.params.iter().filter(|p| !p.keyword_only).count();
        if let Some(extra) = args.get(positional) {
            let takes = count(positional, "argument", "arguments");
            let message = format!("`{}` takes {takes} and gets {}", def.name.text, args.len());
            let found = Diagnostic::error(message, extra.span, "one too many");
            return self.names.fail(found.label(def.name.span, "defined here"));
        }
        for (name, _) in named {
            match def.params.iter().position(|p| p.name.text == name.text) {
                None => {
                    let message = format!("`{}` has no parameter `{}`", def.name.text, name.text);
                    let found = Diagnostic::error(message, name.span, "named here").label(def.name.span, "defined here");
                    let known = def.params.iter().map(|p| p.name.text.as_str()).chain(["origin", "domain"]);
                    return self.names.fail(hint(found, &name.text, known).note(parameters(def)));
                }
                Some(at) if at < args.len() => {
                    let message = format!("the argument `{}` is given twice", name.text);
                    let found = Diagnostic::error(message, name.span, "by name here").label(args[at].span, "by position here");
                    return self.names.fail(found);
                }
                Some(_) => {}
            }
        }
        let mut given = Vec::new();
        for (n, param) in def.params.iter().enumerate() {
            let by_name = || named.iter().find(|(name, _)| name.text == param.name.text).map(|(_, value)| value);
            match args.get(n).filter(|_| !param.keyword_only).or_else(by_name).or(param.default.as_ref()) {
                Some(value) => given.push((param.name.text.clone(), value)),
                None => {
                    self.left_out(e, def, &param.name.text);
                    return None;
                }
            }
        }
        Some(given)
    }

    /// The field that an argument names, of the type and axes wanted.
    fn field_argument(&mut self, value: &Expr, wanted: &ir::Field) -> Option<FieldId> {
        let id = self.field_named(value)?;
        let field = &self.program.fields[id];
        if (field.dtype, field.axes) == (wanted.dtype, wanted.axes) {
            return Some(id);
        }
        let has = format!("this is a Field[{}, {}]", field.axes, field.dtype);
        let message = format!("the parameter `{}` is a Field[{}, {}]", wanted.name, wanted.axes, wanted.dtype);
        let found = Diagnostic::error(message, value.span, has).label(field.span, "declared here");
        self.names.fail(found.label(wanted.span, "the parameter").help("declare both with the same type"))
    }

    /// The field that an expression names.
    fn field_named(&mut self, e: &Expr) -> Option<FieldId> {
        let Some(name) = e.name() else {
            let found = Diagnostic::error("a field is needed here", e.span, "this is not the name of a field");
            return self.names.fail(found.help("stencils take whole fields: shift or combine them inside the stencil"));
        };
        match self.names.local(name) {
            Some(Local::Field { id, .. }) => Some(*id),
            Some(Local::Broken) => None,
            Some(_) => self.names.fail(Diagnostic::error("a field is needed here", e.span, format!("`{name}` is not a field"))),
            None => self.names.unknown(e, name),
        }
    }

    /// A field bound to two parameters, one of which is written, would change while it is read.
    fn check_aliases(&mut self, stencil: StencilId, fields: &[(FieldId, FieldId, Span)]) {
        let mut written = Vec::new();
        for (_, _, execution) in self.program.stencils[stencil].executions() {
            for stmt in &execution.body {
                stmt.walk(&mut |stmt| {
                    if let ir::StmtKind::Assign(assign) = &stmt.kind {
                        written.push(assign.target.field);
                    }
                });
            }
        }
        for (n, (field, param, span)) in fields.iter().enumerate() {
            for (other, other_param, other_span) in &fields[..n] {
                if field == other && (written.contains(param) || written.contains(other_param)) {
                    let name = &self.program.fields[*field].name;
                    let message = format!("`{name}` is passed twice to a stencil that writes it");
                    let found = Diagnostic::error(message, *span, "passed here").label(*other_span, "and here");
                    let found = found.help("write to a field of its own, then `swap` or `copy`");
                    self.names.report(found);
                }
            }
        }
    }

    /// The part of the domain that `origin=` and `domain=` select.
    fn domain(&mut self, options: &[(Name, Expr)]) -> Option<[Range; 3]> {
        let mut origin = [0; 3];
        let mut end = [Bound::END; 3];
        if let Some((_, e)) = options.iter().find(|(name, _)| name.text == "origin") {
            for (n, value) in self.three(e)?.into_iter().enumerate() {
                match value {
                    Some(v) => origin[n] = v,
                    None => return self.names.fail(Diagnostic::error("an origin is three integers", e.span, "`None` in it")),
                }
            }
        }
        if let Some((_, e)) = options.iter().find(|(name, _)| name.text == "domain") {
            for (n, value) in self.three(e)?.into_iter().enumerate() {
                end[n] = match value {
                    None => Bound::END,
                    Some(v) if v < 0 => Bound::end(v),
                    Some(v) => Bound::start(origin[n] + v),
                };
            }
        }
        Some(Axis::ALL.map(|axis| Range::new(Bound::start(origin[axis.index()]), end[axis.index()])))
    }

    /// Three integers or `None`s.
    fn three(&mut self, e: &Expr) -> Option<[Option<i32>; 3]> {
        let help = "write three of them, for I, J and K: `origin=(1, 1, 0)`, `domain=(-1, -1, None)`";
        let items = if let ExprKind::Tuple(items) = &e.kind { items.as_slice() } else { &[] };
        let [i, j, k] = items else {
            return self
                .names
                .fail(Diagnostic::error("this is not a position or size", e.span, "not three numbers").help(help));
        };
        let mut one = |e: &Expr| match self.names.constant(e) {
            Ok(Constant::None) => Some(None),
            Ok(Constant::Int(n)) if n.abs() < i64::from(crate::constant::LEVEL_LIMIT) => Some(Some(n as i32)),
            _ => {
                let found = Diagnostic::error(
                    "an integer known at compile time is needed here",
                    e.span,
                    "known at run time only, or no integer",
                );
                self.names.fail(found.help(help))
            }
        };
        Some([one(i)?, one(j)?, one(k)?])
    }

    /// `halo_update(q, u, width=3)`
    fn halo_update(&mut self, e: &Expr, args: &[Expr], named: &[(Name, Expr)]) -> Option<ProgramStmt> {
        let mut width = None;
        for (name, value) in named {
            width = match (name.text.as_str(), self.names.constant(value)) {
                ("width", Ok(Constant::Int(n))) if (1..=1024).contains(&n) => Some(n as u32),
                ("width", _) => {
                    let found =
                        Diagnostic::error("the width of a halo is an integer from 1 to 1024", value.span, "this is not");
                    return self.names.fail(found.help("leave it out to fill the whole halo"));
                }
                _ => {
                    let found = Diagnostic::error("`halo_update` takes fields and a `width`", name.span, "named here");
                    return self.names.fail(hint(found, &name.text, ["width"]));
                }
            };
        }
        let fields = self.fields(args)?;
        if fields.is_empty() {
            return self.names.fail(Diagnostic::error("`halo_update` needs a field", e.span, "none is given"));
        }
        Some(ProgramStmt::HaloUpdate { fields, width, span: e.span })
    }

    /// The fields that arguments name, tuples of fields included.
    fn fields(&mut self, args: &[Expr]) -> Option<Vec<FieldId>> {
        let mut fields = Vec::new();
        for arg in args {
            match self.tuple(arg) {
                Some(items) => {
                    for item in items {
                        match item {
                            Local::Field { id, .. } => fields.push(id),
                            _ => {
                                return self.names.fail(Diagnostic::error(
                                    "a field is needed here",
                                    arg.span,
                                    "not all are fields",
                                ));
                            }
                        }
                    }
                }
                None => fields.push(self.field_named(arg)?),
            }
        }
        Some(fields)
    }

    /// The two fields of `copy(to, from)` or `swap(a, b)`.
    fn pair(&mut self, e: &Expr, f: &Expr, args: &[Expr], named: &[(Name, Expr)]) -> Option<(FieldId, FieldId)> {
        let name = f.last_name().unwrap_or("this");
        let ([a, b], []) = (args, named) else {
            return self.names.fail(Diagnostic::error(format!("`{name}` takes two fields"), e.span, "in this call"));
        };
        let (first, second) = (self.field_named(a)?, self.field_named(b)?);
        let (x, y) = (&self.program.fields[first], &self.program.fields[second]);
        if (x.dtype, x.axes) != (y.dtype, y.axes) {
            let found = Diagnostic::error(format!("`{name}` needs two fields of one type"), e.span, "in this call");
            let found = found.label(x.span, format!("a Field[{}, {}]", x.axes, x.dtype));
            let found = found.label(y.span, format!("a Field[{}, {}]", y.axes, y.dtype));
            return self.names.fail(found);
        }
        if first == second {
            return self.names.fail(Diagnostic::error(
                format!("`{name}` needs two fields"),
                e.span,
                "these are one and the same",
            ));
        }
        Some((first, second))
    }

    /// `callback("name", field, scalar, …)`
    fn callback(&mut self, e: &Expr, args: &[Expr], named: &[(Name, Expr)]) -> Option<ProgramStmt> {
        let (Some((Expr { kind: ExprKind::Text(name), .. }, rest)), []) = (args.split_first(), named) else {
            let found = Diagnostic::error(
                "`callback` takes the name of a host function, then fields and scalars",
                e.span,
                "in this call",
            );
            return self.names.fail(found.help("write `callback(\"monitor\", q, n)`"));
        };
        let (mut fields, mut scalars) = (Vec::new(), Vec::new());
        for arg in rest {
            let is_field = matches!(arg.name().and_then(|n| self.names.local(n)), Some(Local::Field { .. } | Local::Tuple(_)));
            if is_field {
                fields.extend(self.fields(std::slice::from_ref(arg))?);
            } else {
                scalars.push(self.value(arg)?);
            }
        }
        Some(ProgramStmt::Callback { name: name.clone(), fields, scalars, span: e.span })
    }

    /// A call of another program: its body, with its parameters standing for the arguments.
    fn program_call(
        &mut self,
        e: &Expr,
        function: &FunctionRef,
        args: &[Expr],
        named: &[(Name, Expr)],
        out: &mut Vec<ProgramStmt>,
    ) {
        let def = &function.def;
        let is_active = |f: &Frame| f.function.as_ref().is_some_and(|g| Arc::ptr_eq(g, def));
        if self.program.span == def.name.span || self.names.frames.iter().any(is_active) {
            let found = Diagnostic::error(format!("the program `{}` calls itself", def.name.text), e.span, "called again here");
            return self.names.report(found.label(def.name.span, "defined here").help("write the repetition as a loop"));
        }
        if self.names.frames.len() > CALL_LIMIT {
            let message = format!("programs call one another more than {CALL_LIMIT} deep");
            return self.names.report(Diagnostic::error(message, e.span, "the limit is passed here"));
        }
        let Some(given) = self.arguments(e, def, args, named) else { return };
        let mut frame = Frame::new(function.file, Some(def.clone()));
        for (name, value) in given {
            let is_assigned = assigned_names(&def.body).iter().any(|(assigned, _)| *assigned == name);
            let local = self.program_argument(value, &format!("{}_{name}", def.name.text), is_assigned, out);
            frame.names.insert(name, local.unwrap_or(Local::Broken));
        }
        self.names.frames.push(frame);
        self.enter(def);
        self.body(&def.body, out);
        self.names.frames.pop();
    }

    /// What a parameter of a called program stands for: a field, a tuple, a constant, or a variable that holds its value.
    fn program_argument(&mut self, value: &Expr, stem: &str, is_assigned: bool, out: &mut Vec<ProgramStmt>) -> Option<Local> {
        if let Some(items) = self.tuple(value) {
            return Some(Local::Tuple(items));
        }
        if let Some(local @ Local::Field { .. }) = value.name().and_then(|name| self.names.local(name)) {
            return Some(local.clone());
        }
        if let (Ok(known), false) = (self.names.constant(value), is_assigned) {
            return Some(Local::Constant(known));
        }
        let lowered = self.value(value)?;
        match lowered.kind {
            ir::ExprKind::Scalar(id) if !is_assigned && self.program.scalars[id].kind == ScalarKind::Argument => {
                Some(Local::Scalar(id))
            }
            _ => Some(Local::Scalar(self.variable_from(stem, lowered, out))),
        }
    }
}
