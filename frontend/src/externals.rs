//! The compile-time statements of a stencil: `from __externals__ import …` and `compile_assert(…)`.

use crate::constant::Constant;
use crate::lower::Lower;
use crate::scope::Local;
use crate::syntax::{Expr, Name};
use tradewind_ir::suggest::hint;
use tradewind_ir::{Code, Diagnostic};

impl Lower<'_> {
    /// `from __externals__ import a, b as c`
    pub fn import(&mut self, module: &Name, names: &[(Name, Option<Name>)]) {
        // GT4Py has both as modules of its package too.
        let within = module.text.strip_prefix("gt4py.cartesian.").unwrap_or(&module.text);
        if within == "__gtscript__" {
            return;
        }
        if within != "__externals__" {
            let found = Diagnostic::error(Code::IMPORT_PLACE, "imports must be at the top of a file", module.span, "here");
            return self.report(found.help("only `from __externals__ import …` may be inside a stencil"));
        }
        for (name, alias) in names {
            let local = match self.externals.get(&name.text) {
                Some(known) => Local::Constant(known.clone()),
                None => {
                    let found = Diagnostic::error(
                        Code::EXTERNAL_MISSING,
                        format!("the external `{}` has no value", name.text),
                        name.span,
                        "imported here",
                    );
                    let found = hint(found, &name.text, self.externals.keys().map(String::as_str));
                    self.report(found.help(format!(
                        "give it a value: `-D {}=…`, an entry of the table `externals = {{\"{}\": {{\"{}\": …}}}}`, or `@stencil(externals={{\"{}\": …}})`",
                        name.text, self.stencil.name, name.text, name.text
                    )));
                    Local::Broken
                }
            };
            let own = alias.as_ref().unwrap_or(name).text.clone();
            self.locals().names.insert(own, local);
        }
    }

    pub fn compile_assert(&mut self, e: &Expr, args: &[Expr]) {
        let Some(condition) = args.first() else {
            self.report(Diagnostic::error(Code::NOT_CONSTANT, "`compile_assert` takes a condition", e.span, "here"));
            return;
        };
        match self.constant(condition) {
            Ok(known) if known.truth() == Some(true) => {}
            Ok(_) => {
                let mut found =
                    Diagnostic::error(Code::ASSERT_FAILED, "a `compile_assert` does not hold", condition.span, "this is false");
                for (name, value) in self.constants_in(condition) {
                    found = found.note(format!("`{name}` is {value}"));
                }
                self.report(found.help("choose other values of the externals"));
            }
            Err(not) => {
                self.not_constant::<()>(condition, "the condition of `compile_assert` must be known at compile time", not);
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
}
