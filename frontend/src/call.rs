//! Calls in expressions: native functions, casts, `@gtscript.function`s.

use crate::access::count;
use crate::constant::Constant;
use crate::convert;
use crate::function_ref::FunctionRef;
use crate::lower::Lower;
use crate::names::Binding;
use crate::scope::Local;
use crate::syntax::{BinaryOp, Expr, ExprKind, Name};
use crate::vector::Elements;
use crate::words::{self, Word};
use tradewind_ir as ir;
use tradewind_ir::suggest::hint;
use tradewind_ir::{Code, Diagnostic, Native};

impl Lower<'_> {
    /// `f(args)` as one value.
    pub fn call(&mut self, e: &Expr, f: &Expr, args: &[Expr], named: &[(Name, Expr)]) -> Option<ir::Expr> {
        if self.is_function(f) {
            let value = self.called(e, f, args, named)?;
            return value.single().cloned().or_else(|| self.several_elements(e.span));
        }
        if let ExprKind::Attribute(field, method) = &f.kind
            && method.text == "at"
            && self.is_field(field)
        {
            let access = self.access_at_level(e, field, args, named)?;
            return Some(self.element(access, e.span));
        }
        match self.word(f) {
            Some(Word::Native(function)) => {
                let args = self.plain_args(f, args, named)?;
                self.check_count(e, f, args.len(), function)?;
                match <[ir::Expr; 2]>::try_from(args) {
                    Ok([a, b]) if function == Native::Pow => self.power(a, b, e.span),
                    Ok(args) => Some(convert::native(function, args.into(), self.options, e.span)),
                    Err(args) if args.len() == 1 => Some(convert::native(function, args, self.options, e.span)),
                    Err(args) => {
                        let (mut args, span) = (args.into_iter(), e.span);
                        let first = args.next()?;
                        args.try_fold(first, |a, b| {
                            Some(convert::native(function, vec![self.shallow(a)?, b], self.options, span))
                        })
                    }
                }
            }
            Some(Word::Number(number)) => {
                let dtype = number.dtype(self.options);
                let args = self.plain_args(f, args, named)?;
                match <[ir::Expr; 1]>::try_from(args) {
                    Ok([value]) => Some(convert::cast(value, dtype)),
                    Err(args) => self.wrong_count(e, f, args.len(), "1 argument"),
                }
            }
            Some(Word::Mod) => match <[ir::Expr; 2]>::try_from(self.plain_args(f, args, named)?) {
                Ok([a, b]) => self.binary(BinaryOp::Mod, a, b, e.span),
                Err(args) => self.wrong_count(e, f, args.len(), "2 arguments"),
            },
            Some(Word::Len) => match self.constant(e) {
                Ok(known) => self.literal(&known, e),
                Err(not) => self.not_constant(e, "`len` counts a tuple of constants or an enumeration", not),
            },
            Some(Word::Inlined) => {
                let decided = self.decided(e)??;
                Some(ir::Expr::literal(ir::Value::Bool(decided), e.span))
            }
            _ => self.unknown_function(f),
        }
    }

    /// What a function gives, which is not a tuple.
    pub fn called(&mut self, e: &Expr, f: &Expr, args: &[Expr], named: &[(Name, Expr)]) -> Option<Elements> {
        let returned = self.inline(e, f, args, named)?;
        match <[Elements; 1]>::try_from(returned.values) {
            Ok([mut value]) => {
                // What is said of an element that is read is said where the function reads it.
                let computed = value.values.iter_mut().filter(|value| !matches!(value.kind, ir::ExprKind::Field(_)));
                computed.for_each(|value| value.span = e.span);
                Some(value)
            }
            Err(values) => {
                let label = format!("this returns {} values", values.len());
                let found = Diagnostic::error(Code::TUPLE_AS_VALUE, "a tuple is used where one value is needed", e.span, label);
                let found = found.label(returned.span, "returned here");
                self.fail(found.help("assign the result to as many names first: `a, b = f(…)`"))
            }
        }
    }

    /// Whether `f` is a function to be inlined.
    pub fn is_function(&self, f: &Expr) -> bool {
        self.function(f).is_some()
    }

    /// The function that `f` names.
    pub fn function(&self, f: &Expr) -> Option<FunctionRef> {
        match self.constant(f) {
            Ok(Constant::Function(function)) => Some(function),
            _ => None,
        }
    }

    /// Says what is wrong with calling `f`, which is no function.
    pub fn unknown_function(&mut self, f: &Expr) -> Option<ir::Expr> {
        let Some(name) = f.last_name() else {
            return self.fail(Diagnostic::error(
                Code::NOT_A_FUNCTION,
                "only functions can be called",
                f.span,
                "this is not a function",
            ));
        };
        if f.root().is_some_and(|root| matches!(self.local(root), Some(Local::Broken))) {
            return None;
        }
        match self.global(f) {
            Some(Binding::Stencil(stencil)) => {
                let found =
                    Diagnostic::error(Code::STENCIL_IN_STENCIL, "a stencil is called inside a stencil", f.span, "called here");
                let found = found.label(stencil.def.name.span, "this is a stencil");
                self.fail(found.help("call stencils from a `@program`, or make it a `@gtscript.function` without computations"))
            }
            Some(Binding::Unknown(unknown)) => self.fail(unknown.diagnose(f.span)),
            None if self.local(name).is_none() => {
                let mut known: Vec<&str> = words::names().filter(|w| matches!(words::find(w), Some(Word::Native(_)))).collect();
                let own = self.readable_names();
                known.extend(own.iter().map(String::as_str));
                let found = Diagnostic::error(
                    Code::UNKNOWN_FUNCTION,
                    format!("unknown function `{name}`"),
                    f.span,
                    "no definition has this name",
                );
                // `np.sin` where nothing is called `np`.
                if matches!(f.kind, ExprKind::Attribute(..)) && known.contains(&name) {
                    return self.fail(found.help(format!("GTScript has this function without a module: `{name}(…)`")));
                }
                let near = hint(found, name, known);
                let help = "a stencil can call GTScript's own functions, such as `min` or `sqrt`, and functions of the file \
                            that are decorated with `@gtscript.function`";
                let is_guessed = !near.help.is_empty();
                self.fail(if is_guessed { near } else { near.help(help) })
            }
            _ => {
                self.fail(Diagnostic::error(Code::NOT_A_FUNCTION, format!("`{name}` is not a function"), f.span, "called here"))
            }
        }
    }

    /// The arguments of a native function or a cast: by position only.
    fn plain_args(&mut self, f: &Expr, args: &[Expr], named: &[(Name, Expr)]) -> Option<Vec<ir::Expr>> {
        if let Some((name, _)) = named.first() {
            let function = f.last_name().unwrap_or("this").to_string();
            let found = Diagnostic::error(
                Code::WRONG_ARGUMENTS,
                format!("`{function}` takes its arguments by position"),
                name.span,
                "named here",
            );
            return self.fail(found.help(format!("remove `{} =`", name.text)));
        }
        let lowered: Vec<Option<ir::Expr>> = args.iter().map(|a| self.expr(a)).collect();
        lowered.into_iter().collect()
    }

    fn check_count(&mut self, e: &Expr, f: &Expr, given: usize, function: Native) -> Option<()> {
        let wanted = function.arity();
        let open = matches!(function, Native::Min | Native::Max);
        if given == wanted || open && given >= 2 {
            return Some(());
        }
        let takes = if open { "2 or more arguments".to_string() } else { count(wanted, "argument", "arguments") };
        self.wrong_count(e, f, given, &takes)
    }

    fn wrong_count<T>(&mut self, e: &Expr, f: &Expr, given: usize, takes: &str) -> Option<T> {
        let name = f.last_name().unwrap_or("this");
        let label = format!("{} here", count(given, "argument", "arguments"));
        self.fail(Diagnostic::error(Code::WRONG_ARGUMENTS, format!("`{name}` takes {takes}"), e.span, label))
    }
}
