//! Inlines `@gtscript.function`s at their calls.
//!
//! Arguments that are fields at a constant offset, scalars, constants or functions are passed unchanged, by name. Any other
//! argument, also one element of a field with data dimensions, is computed once into a temporary. The temporaries of the
//! function get new names. The statements of the function come before the statement with the call, under the same masks and
//! regions. The returned value replaces the call.

use crate::access::count;
use crate::constant::Constant;
use crate::convert;
use crate::function_ref::FunctionRef;
use crate::lower::Lower;
use crate::scope::{Local, LocalScope, Named, Role};
use crate::syntax::{Expr, ExprKind, Function, Name, assigned_names};
use crate::vector::Elements;
use std::sync::Arc;
use tradewind_ir as ir;
use tradewind_ir::suggest::hint;
use tradewind_ir::{Access, Axes, Code, Component, DType, Diagnostic, KIndex, Span};

/// How deep functions may call one another.
const CALL_LIMIT: usize = 40;

/// The parameters of a function, for messages.
pub fn parameters(def: &Function) -> String {
    let names: Vec<String> = def.params.iter().map(|p| format!("`{}`", p.name.text)).collect();
    format!("its parameters are {}", names.join(", "))
}

/// How many places a message about an inlined function shows: its own and those of the innermost calls.
const LABEL_LIMIT: usize = 4;

/// What a function returned: one value, or those of a tuple.
pub struct Returned {
    pub values: Vec<Elements>,
    pub span: Span,
}

impl Lower<'_> {
    /// Puts the function `f` in place of its call `e`.
    pub fn inline(&mut self, e: &Expr, f: &Expr, args: &[Expr], named: &[(Name, Expr)]) -> Option<Returned> {
        let FunctionRef { file, def, .. } = self.function(f)?;
        if def.is_broken {
            let message = format!("`{}` cannot be called: its definition is not valid Python", def.name.text);
            return self.fail(
                Diagnostic::error(Code::INVALID_PYTHON, message, e.span, "called here").label(def.name.span, "defined here"),
            );
        }
        self.check_nesting(e, &def)?;
        let locals = self.bind(e, &def, file, args, named)?;
        let mut scope = LocalScope::new(file, Some(def.clone()));
        for (name, span) in assigned_names(&def.body) {
            scope.assigned.entry(name.to_string()).or_insert(span);
        }
        scope.names.extend(locals);
        self.scopes.push(scope);
        let (before, errors) = (self.found.len(), self.errors);
        let returned = self.body(&def.body);
        if let Some(ended) = self.scopes.pop() {
            self.left_out.extend(ended.fields_left_out());
        }
        for found in self.found.iter_mut().skip(before) {
            if found.labels.len() < LABEL_LIMIT {
                found.labels.push(ir::Label { span: e.span, text: format!("in this call of `{}`", def.name.text) });
            }
        }
        if returned.is_none() && self.errors == errors {
            let found = Diagnostic::error(
                Code::NO_RETURN,
                format!("`{}` returns nothing", def.name.text),
                e.span,
                "its value is used here",
            );
            let found = found.label(def.name.span, "defined here");
            return self.fail(found.help("end the function with a `return`"));
        }
        returned
    }

    fn check_nesting(&mut self, e: &Expr, def: &Arc<Function>) -> Option<()> {
        let active = self.scopes.iter().any(|f| f.function.as_ref().is_some_and(|g| Arc::ptr_eq(g, def)));
        if active {
            let found =
                Diagnostic::error(Code::RECURSION, format!("`{}` calls itself", def.name.text), e.span, "called again here");
            let found = found.label(def.name.span, "defined here");
            return self.fail(found.help("the compiler inlines functions: write the repetition as a `while`"));
        }
        if self.scopes.len() > CALL_LIMIT {
            let message = format!("calls of functions are nested more than {CALL_LIMIT} levels deep");
            return self.fail(Diagnostic::error(Code::LIMIT, message, e.span, "the limit is passed here"));
        }
        self.count_call(e.span)
    }

    /// What the function's parameters stand for in this call.
    fn bind(
        &mut self,
        e: &Expr,
        def: &Arc<Function>,
        file: usize,
        args: &[Expr],
        named: &[(Name, Expr)],
    ) -> Option<Vec<(String, Local)>> {
        self.check_arguments(def, args, named)?;
        let assigned = assigned_names(&def.body);
        let mut locals = Vec::new();
        let mut complete = true;
        for (n, param) in def.params.iter().enumerate() {
            let by_name = || named.iter().find(|(name, _)| name.text == param.name.text).map(|(_, value)| value);
            let given = args.get(n).filter(|_| !param.keyword_only).or_else(by_name);
            let is_assigned = assigned.iter().any(|(name, _)| *name == param.name.text);
            let local = match (given, &param.default) {
                (Some(value), _) => self.argument(value, &def.name.text, &param.name.text, is_assigned),
                (None, Some(default)) => {
                    self.scopes.push(LocalScope::new(file, None));
                    let local = self.argument(default, &def.name.text, &param.name.text, is_assigned);
                    self.scopes.pop();
                    local
                }
                (None, None) => {
                    let message = format!("the argument `{}` of `{}` is missing", param.name.text, def.name.text);
                    let found = Diagnostic::error(Code::WRONG_ARGUMENTS, message, e.span, "in this call")
                        .label(param.name.span, "the parameter");
                    self.fail(found)
                }
            };
            complete &= local.is_some();
            locals.extend(local.map(|local| (param.name.text.clone(), local)));
        }
        complete.then_some(locals)
    }

    fn check_arguments(&mut self, def: &Arc<Function>, args: &[Expr], named: &[(Name, Expr)]) -> Option<()> {
        if let Some(variadic) = def.variadic {
            let found = Diagnostic::error(
                Code::VARIADIC,
                "a function must have a fixed list of parameters",
                variadic,
                "this list is variable",
            );
            return self.fail(found.help("write each parameter by name"));
        }
        let positional = def.params.iter().filter(|p| !p.keyword_only).count();
        if let Some(extra) = args.get(positional) {
            let takes = count(positional, "argument", "arguments");
            let found = Diagnostic::error(
                Code::WRONG_ARGUMENTS,
                format!("`{}` takes {takes}", def.name.text),
                extra.span,
                "this argument is one too many",
            );
            return self.fail(found.label(def.name.span, "defined here"));
        }
        for (name, _) in named {
            let Some(at) = def.params.iter().position(|p| p.name.text == name.text) else {
                let message = format!("`{}` has no parameter `{}`", def.name.text, name.text);
                let found = Diagnostic::error(Code::WRONG_ARGUMENTS, message, name.span, "named here")
                    .label(def.name.span, "defined here");
                let known = def.params.iter().map(|p| p.name.text.as_str());
                return self.fail(hint(found, &name.text, known).note(parameters(def)));
            };
            if at < args.len() {
                let message = format!("the argument `{}` is given twice", name.text);
                return self.fail(
                    Diagnostic::error(Code::WRONG_ARGUMENTS, message, name.span, "by name here")
                        .label(args[at].span, "by position here"),
                );
            }
        }
        Some(())
    }

    /// What a parameter stands for: the argument itself where it is simple, else a temporary that holds its value.
    fn argument(&mut self, value: &Expr, function: &str, param: &str, is_assigned: bool) -> Option<Local> {
        if !is_assigned && let Ok(known) = self.constant(value) {
            let passable = !matches!(known, Constant::Text(_) | Constant::Unknown);
            if passable && !matches!((&value.kind, &known), (ExprKind::Binary(..) | ExprKind::Chain(..), Constant::Float(_))) {
                return Some(Local::Constant(known));
            }
        }
        // A field with data dimensions is passed as a whole.
        if !is_assigned && self.is_vector(value) {
            let access = match &value.kind {
                ExprKind::Name(_) => self.whole_field(value),
                ExprKind::Subscript(base, indices) => self.access_at(value, base, indices),
                _ => None,
            };
            if let Some(Access { field, offset: [i, j], k: KIndex::Offset(k), .. }) = access {
                return Some(Local::Field { id: field, offset: [i, j, k] });
            }
        }
        let given = self.elements(value)?;
        let Some(lowered) = given.single() else { return Some(self.computed(given, function, param, value.span)) };
        match &lowered.kind {
            ir::ExprKind::Field(Access { field, offset: [i, j], k: KIndex::Offset(k), .. })
                if !is_assigned && self.stencil.fields[*field].data.is_empty() =>
            {
                Some(Local::Field { id: *field, offset: [*i, *j, *k] })
            }
            ir::ExprKind::Scalar(id) if !is_assigned => Some(Local::Scalar(*id)),
            _ if !is_assigned && lowered.is_uniform() && lowered.children().is_empty() => {
                Some(Local::Value(Box::new(lowered.clone())))
            }
            _ => Some(self.computed(given, function, param, value.span)),
        }
    }

    /// A temporary that holds what was computed for a parameter.
    fn computed(&mut self, given: Elements, function: &str, param: &str, span: Span) -> Local {
        let name = self.fresh(&format!("{function}_{param}"));
        let dtype = given.values.iter().map(|value| value.dtype).reduce(DType::promote).unwrap_or(DType::F64);
        let id = self.temporary(name, dtype, Axes::IJK, span);
        self.stencil.fields[id].data = given.sizes;
        self.names.insert(id, Named { name: param.to_string(), role: Role::Argument, is_one_of_several: false });
        for (n, value) in (0..).zip(given.values) {
            let target = Access { component: Component::Static(n), ..Access::here(id) };
            self.emit(ir::Stmt::assign(target, convert::cast(value, dtype), span));
        }
        Local::Field { id, offset: [0; 3] }
    }

    /// `return value`
    pub fn returned(&mut self, value: Option<&Expr>, span: Span) -> Option<Returned> {
        if self.scopes.len() == 1 {
            let found = Diagnostic::error(Code::RETURN_VALUE, "a stencil returns nothing", span, "returned here");
            return self.fail(found.help("assign the result to a field parameter"));
        }
        let Some(value) = value else {
            return self.fail(Diagnostic::error(Code::NO_RETURN, "this `return` has no value", span, "here"));
        };
        let items = if let ExprKind::Tuple(items) = &value.kind { items.as_slice() } else { std::slice::from_ref(value) };
        if let ([one], true) = (items, matches!(value.kind, ExprKind::Call(..)))
            && let ExprKind::Call(f, args, named) = &one.kind
            && self.is_function(f)
        {
            return self.inline(one, f, args, named).map(|inner| Returned { span, ..inner });
        }
        let lowered: Vec<Option<Elements>> = items.iter().map(|e| self.elements(e)).collect();
        Some(Returned { values: lowered.into_iter().collect::<Option<_>>()?, span })
    }
}
