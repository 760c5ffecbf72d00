//! A file of source, ready to be lowered stencil by stencil and program by program.

use crate::constant::{Constant, NotConstant, evaluate};
use crate::function_ref::{DecoratorOption, FileId, FunctionRef};
use crate::imports::{Loaded, load};
use crate::names::{Binding, FileScope, Files, Names};
use crate::options::{ExternalValue, Loader, Options};
use crate::stencil;
use crate::syntax::{Name, Parameter};
use std::collections::BTreeMap;
use tradewind_ir::suggest::hint;
use tradewind_ir::{self as ir, Code, Diagnostic, Sources, Verified, Verify};

/// A file with all that it imports. Lowering is done on demand, so that an error in one stencil hides nothing of another.
#[derive(Clone, Debug)]
pub struct Module {
    /// The texts that spans point into: the file asked for first, then imported ones.
    pub sources: Sources,
    /// What is wrong with the files as such: syntax, imports, names defined twice.
    pub diagnostics: Vec<Diagnostic>,
    pub(crate) files: Files,
    pub(crate) options: Options,
    stencils: Vec<FunctionRef>,
    pub(crate) programs: Vec<FunctionRef>,
}

/// What lowering gives: the checked result and warnings, or errors (and warnings).
pub type Lowered<T> = Result<(Verified<T>, Vec<Diagnostic>), Vec<Diagnostic>>;

/// Reads a file: `name` is its path (imports are looked up beside it) or any name for messages.
pub fn parse_module(name: &str, text: &str, options: &Options, loader: &dyn Loader) -> Module {
    let Loaded { sources, files, diagnostics, items } = load(name, text, options, loader);
    let (stencils, programs, tables) = (items.stencils, items.programs, items.tables);
    let mut module = Module { sources, diagnostics, files, options: options.clone(), stencils, programs };
    module.check_tables(&tables);
    module
}

impl Module {
    /// The stencils that the file defines, in order; imported ones are not among them.
    pub fn stencil_names(&self) -> Vec<&str> {
        self.stencils.iter().map(|s| s.def.name.text.as_str()).collect()
    }

    /// The programs that the file defines, in order.
    pub fn program_names(&self) -> Vec<&str> {
        self.programs.iter().map(|p| p.def.name.text.as_str()).collect()
    }

    /// Whether the file defines a function of this name that is neither a stencil nor a program.
    pub fn has_function(&self, name: &str) -> bool {
        self.files.first().and_then(|file| file.bindings.get(name)).is_some_and(|b| matches!(b, Binding::Function(_)))
    }

    /// The numbers that a stencil or program takes for parameters which a call leaves out, by name.
    pub fn defaults(&self, name: &str) -> Vec<(String, ir::Value)> {
        let Some(function) = self.stencils.iter().chain(&self.programs).find(|f| f.def.name.text == name) else {
            return Vec::new();
        };
        let scope = self.scope(function.file);
        let default = |p: &Parameter| {
            let value = evaluate(p.default.as_ref()?, &scope).ok()?.value()?;
            Some((p.name.text.clone(), value))
        };
        function.def.params.iter().filter_map(default).collect()
    }

    /// The stencil as OIR. `externals` win over those of the options, which win over those of the source.
    ///
    /// # Errors
    /// All that is wrong with the stencil, or that there is no such stencil.
    pub fn lower_stencil(&self, name: &str, externals: &[(String, ExternalValue)]) -> Lowered<ir::Stencil> {
        let Some(function) = self.stencils.iter().find(|s| s.def.name.text == name) else {
            return Err(vec![self.unknown("stencil", name, self.stencil_names())]);
        };
        let (stencil, found) = self.stencil(function, externals);
        finish(stencil, found)
    }

    /// A stencil of this module or of one it imports, with what was found on the way.
    pub(crate) fn stencil(
        &self,
        function: &FunctionRef,
        externals: &[(String, ExternalValue)],
    ) -> (ir::Stencil, Vec<Diagnostic>) {
        if function.def.is_broken {
            return (crate::lower::empty(function), self.diagnostics.clone());
        }
        let (known, mut found) = self.externals(function, externals);
        let lowered = stencil::lower(&self.files, &self.options, &known, function);
        let (mut stencil, names, left_out) = (lowered.stencil, lowered.names, lowered.left_out);
        found.extend(lowered.found);
        if !found.iter().any(Diagnostic::is_error) {
            ir::narrow::narrow(&mut stencil);
            found.extend(ir::extent::compute(&mut stencil));
            if !found.iter().any(Diagnostic::is_error) {
                found.extend(ir::races::find(&stencil));
            }
            let name = |id| names.get(&id).map(|named| named.name.as_str());
            for early in ir::defined::diagnose_as(&stencil, &name, &left_out) {
                // A function that is called twice has the same to say twice.
                if !found.contains(&early) {
                    found.push(early);
                }
            }
        }
        (stencil, found)
    }

    /// The externals of a stencil: decorator, then table, then options, then the call's.
    fn externals(
        &self,
        function: &FunctionRef,
        given: &[(String, ExternalValue)],
    ) -> (BTreeMap<String, Constant>, Vec<Diagnostic>) {
        let (mut known, mut found) = (BTreeMap::new(), Vec::new());
        for given in function.options.iter().filter(|given| given.name.text == "externals") {
            match self.table(given) {
                Ok(items) => known.extend(items),
                Err(not) => found.push(Diagnostic::error(
                    Code::EXTERNALS_TABLE,
                    "the externals of a stencil must be a table of constants",
                    not.span,
                    not.why,
                )),
            }
        }
        if let Some(Binding::Constant(Constant::Table(tables))) = self.scope(function.file).named("externals")
            && let Some((_, Constant::Table(items))) = tables.into_iter().find(|(name, _)| *name == function.def.name.text)
        {
            known.extend(items);
        }
        for (name, value) in self.options.externals.iter().chain(given) {
            let value = Constant::from_external(value, &|name| self.function(name));
            match name.split_once('.') {
                Some((table, path)) => known.entry(table.to_string()).or_insert(Constant::Unknown).enter(path, value),
                None => {
                    known.insert(name.clone(), value);
                }
            }
        }
        (known, found)
    }

    fn scope(&self, file: FileId) -> FileScope<'_> {
        FileScope { files: &self.files, file }
    }

    fn table(&self, given: &DecoratorOption) -> Result<Vec<(String, Constant)>, NotConstant> {
        match evaluate(&given.value, &self.scope(given.file))? {
            Constant::Table(items) => Ok(items),
            other => Err(NotConstant { span: given.value.span, why: format!("this is {}", other.describe()) }),
        }
    }

    fn function(&self, name: &str) -> Option<FunctionRef> {
        match self.scope(0).named(name) {
            Some(Binding::Function(function)) => Some(function),
            _ => None,
        }
    }

    /// Warns of entries of the table `externals` that belong to no stencil.
    fn check_tables(&mut self, tables: &[Name]) {
        for Name { text, span } in tables {
            let known = self.stencil_names();
            if !known.contains(&text.as_str()) {
                let message = format!("the table `externals` has an entry for `{text}`, which is not a stencil of this file");
                let found =
                    hint(Diagnostic::warning(Code::UNUSED_EXTERNALS, message, *span, "no stencil has this name"), text, known);
                self.diagnostics.push(found);
            }
        }
    }

    /// What is wrong with a name that the file does not define.
    pub(crate) fn unknown(&self, what: &str, name: &str, known: Vec<&str>) -> Diagnostic {
        let mut found = Diagnostic::error(Code::NO_SUCH_NAME, format!("there is no {what} `{name}`"), ir::Span::NONE, "");
        found.labels.clear();
        let list = known.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
        let found = if list.is_empty() {
            found.note(format!("the file defines no {what}"))
        } else {
            found.note(format!("the file defines {list}"))
        };
        hint(found, name, known)
    }
}

/// The verified IR if nothing is wrong.
pub(crate) fn finish<T: Verify>(ir: T, found: Vec<Diagnostic>) -> Lowered<T> {
    if found.iter().any(Diagnostic::is_error) {
        return Err(found);
    }
    match ir.verify() {
        Ok(verified) => Ok((verified, found)),
        Err(errors) => Err(errors.into_iter().chain(found).collect()),
    }
}
