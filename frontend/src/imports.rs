//! Loading a file and the files that it imports, and giving their names a meaning.

use crate::annotation::Types;
use crate::constant::{Constant, Lookup, evaluate};
use crate::names::{Binding, File, FileId, Files, FunctionRef, language, resolve, word};
use crate::options::{Loader, Options};
use crate::python;
use crate::suggest::hint;
use crate::syntax::{Expr, ExprKind, Function, Name, Stmt, StmtKind, walk_stmts};
use crate::words::Word;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use tradewind_ir::{Code, Diagnostic, Sources, Span};

/// How many files one module may import, directly and through others.
const FILE_LIMIT: usize = 200;

/// What loading has found so far.
pub struct Load<'a> {
    pub options: &'a Options,
    pub loader: &'a dyn Loader,
    pub sources: Sources,
    pub files: Files,
    /// Syntax errors and the like, of all files.
    pub diagnostics: Vec<Diagnostic>,
    loaded: HashMap<String, FileId>,
    /// The files that are being read now, the innermost last.
    depth: usize,
}

/// What the top level of the file asked for defines, in order.
#[derive(Default)]
pub struct Items {
    pub stencils: Vec<FunctionRef>,
    pub programs: Vec<FunctionRef>,
    /// The keys of the table `externals`, each the name of a stencil.
    pub tables: Vec<Name>,
}

impl<'a> Load<'a> {
    /// Nothing loaded yet.
    pub fn new(options: &'a Options, loader: &'a dyn Loader) -> Load<'a> {
        let (sources, files, diagnostics, loaded) = (Sources::default(), Vec::new(), Vec::new(), HashMap::new());
        Load { options, loader, sources, files, diagnostics, loaded, depth: 0 }
    }

    /// Reads a file and all that it imports.
    pub fn file(&mut self, name: &str, text: &str) -> (FileId, Items) {
        let source = self.sources.add(name, text);
        let file = self.files.len();
        self.files.push(File { name: name.to_string(), bindings: HashMap::new(), modules: HashMap::new() });
        self.loaded.insert(name.to_string(), file);
        let (body, errors) = python::parse(source, text);
        self.diagnostics.extend(errors);
        let mut items = Items::default();
        self.depth += 1;
        for stmt in &body {
            self.top_level(file, stmt, &mut items);
        }
        self.depth -= 1;
        (file, items)
    }

    fn top_level(&mut self, file: FileId, stmt: &Stmt, items: &mut Items) {
        match &stmt.kind {
            StmtKind::Import(names) => names.iter().for_each(|(module, alias)| self.import(file, module, alias.as_ref())),
            StmtKind::ImportFrom { module, level, names } => self.import_from(file, module, *level, names),
            StmtKind::Function(def) => self.function(file, def, items),
            StmtKind::Assign(targets, value) => {
                let binding = self.value(file, value);
                for target in targets {
                    if target.name() == Some("externals") {
                        items.tables = table_names(value);
                    }
                    match &target.kind {
                        ExprKind::Name(name) => self.bind(file, name, binding.clone()),
                        ExprKind::Attribute(base, name) => self.bind_entry(file, base, name.text.clone(), binding.clone()),
                        _ => {}
                    }
                }
            }
            StmtKind::Class { name, above, values } => {
                let values = self.members(file, values);
                let is_enumeration = above.iter().any(is_enumeration);
                let known = if is_enumeration { Constant::Enumeration(values) } else { Constant::Table(values) };
                self.bind(file, &name.text, Binding::Constant(known));
            }
            StmtKind::Declare(target, _, Some(value)) => {
                let binding = self.value(file, value);
                if let ExprKind::Name(name) = &target.kind {
                    self.bind(file, name, binding);
                }
            }
            // The rest runs in Python only.
            _ => {}
        }
    }

    /// The values in the body of a class by name; each may use those before it.
    fn members(&self, file: FileId, values: &[(Name, Expr)]) -> Vec<(String, Constant)> {
        let mut scope = ClassScope { file: FileScope { files: &self.files, file }, members: BTreeMap::new() };
        for (name, value) in values {
            let value = evaluate(value, &scope).unwrap_or(Constant::Unknown);
            scope.members.insert(name.text.clone(), value);
        }
        scope.members.into_iter().collect()
    }

    fn bind(&mut self, file: FileId, name: &str, binding: Binding) {
        if let Some(f) = self.files.get_mut(file) {
            f.bindings.insert(name.to_string(), binding);
        }
    }

    /// `base.path = value`: a name of an imported file, or an entry of a table.
    fn bind_entry(&mut self, file: FileId, base: &Expr, path: String, value: Binding) {
        match (resolve(&self.files, file, base), &base.kind) {
            // Functions and the like may have attributes in Python, which mean nothing here.
            (Some(Binding::Language | Binding::Word(_) | Binding::Function(_) | Binding::Stencil(_)), _) => {}
            (Some(Binding::Program(_) | Binding::Type(_) | Binding::Elements(..)), _) => {}
            (Some(Binding::File(other)), _) if !path.contains('.') => self.bind(other, &path, value),
            (Some(Binding::File(other)), _) => {
                let (name, path) = path.split_once('.').unwrap_or_default();
                let table = Expr { kind: ExprKind::Name(name.to_string()), span: base.span };
                self.bind_entry(other, &table, path.to_string(), value);
            }
            (_, ExprKind::Attribute(above, name)) => self.bind_entry(file, above, format!("{}.{path}", name.text), value),
            (known, ExprKind::Name(name)) => {
                let mut table = if let Some(Binding::Constant(known)) = known { known } else { Constant::Table(Vec::new()) };
                table.enter(&path, entry(value));
                self.bind(file, name, Binding::Constant(table));
            }
            _ => {}
        }
    }

    fn function(&mut self, file: FileId, def: &Arc<Function>, items: &mut Items) {
        let reference = FunctionRef { file, def: def.clone() };
        let binding = match self.role(file, def) {
            Word::Stencil => {
                self.define(&mut items.stencils, &reference, "stencil");
                Binding::Stencil(reference)
            }
            Word::Program => {
                self.define(&mut items.programs, &reference, "program");
                Binding::Program(reference)
            }
            _ => Binding::Function(reference),
        };
        self.bind(file, &def.name.text, binding);
    }

    fn define(&mut self, list: &mut Vec<FunctionRef>, new: &FunctionRef, what: &str) {
        if let Some(old) = list.iter().find(|old| old.def.name.text == new.def.name.text) {
            let message = format!("the {what} `{}` is defined twice", new.def.name.text);
            let found = Diagnostic::error(Code::DEFINED_TWICE, message, new.def.name.span, "defined again here");
            self.diagnostics.push(found.label(old.def.name.span, "first defined here").help("rename one of them"));
            return;
        }
        list.push(new.clone());
    }

    /// Whether a function is a stencil, a program or a plain function: by decorator, else by what it holds.
    fn role(&self, file: FileId, def: &Function) -> Word {
        for decorator in &def.decorators {
            let callee = if let ExprKind::Call(callee, ..) = &decorator.kind { callee } else { decorator };
            if let Some(role @ (Word::Stencil | Word::Program | Word::Function)) = word(&self.files, file, callee) {
                return role;
            }
        }
        let mut computes = false;
        walk_stmts(&def.body, &mut |stmt| {
            if let StmtKind::With(items, _) = &stmt.kind {
                computes |= items.iter().any(|item| match &item.kind {
                    ExprKind::Call(f, ..) => word(&self.files, file, f) == Some(Word::Computation),
                    _ => false,
                });
            }
        });
        if computes { Word::Stencil } else { Word::Function }
    }

    /// What a name gets that is assigned `value` at top level.
    fn value(&self, file: FileId, value: &Expr) -> Binding {
        if let Some(known) = resolve(&self.files, file, value) {
            return known;
        }
        let constants = FileScope { files: &self.files, file };
        let types = Types { files: &self.files, file, options: self.options, constants: &constants };
        if let Ok(known) = types.read(value) {
            return Binding::Type(known);
        }
        if let Ok((dtype, data)) = types.element(value) {
            return Binding::Elements(dtype, data);
        }
        match evaluate(value, &constants) {
            Ok(known) => Binding::Constant(known),
            Err(_) => Binding::Opaque(value.span),
        }
    }

    /// `import module as alias`
    fn import(&mut self, file: FileId, module: &Name, alias: Option<&Name>) {
        let first = module.text.split('.').next().unwrap_or_default();
        let binding = match self.load(file, &module.text, 0, module.span) {
            _ if is_language(&module.text) => Binding::Language,
            Some(other) if alias.is_none() && first != module.text => {
                if let Some(f) = self.files.get_mut(file) {
                    f.modules.insert(module.text.clone(), other);
                }
                return;
            }
            Some(other) => Binding::File(other),
            None => Binding::Missing { module: module.text.clone(), span: module.span },
        };
        let name = alias.map_or(first, |a| &a.text).to_string();
        self.bind(file, &name, binding);
    }

    /// `from module import name as alias, …`
    fn import_from(&mut self, file: FileId, module: &Name, level: u32, names: &[(Name, Option<Name>)]) {
        if level == 0 && module.text == "__externals__" {
            let found = Diagnostic::error(
                Code::IMPORT_PLACE,
                "externals are imported inside the stencil that uses them",
                module.span,
                "at top level",
            );
            self.diagnostics.push(found.help("move this line to the start of the stencil's body"));
            return;
        }
        if level == 0 && is_language(&module.text) {
            return self.import_words(file, module, names);
        }
        let loaded = self.load(file, &module.text, level, module.span);
        for (name, alias) in names {
            if name.text == "*" {
                let all = loaded.and_then(|l| self.files.get(l)).map(|l| l.bindings.clone()).unwrap_or_default();
                all.into_iter().for_each(|(name, binding)| self.bind(file, &name, binding));
                continue;
            }
            let known = loaded.and_then(|l| self.files.get(l)).and_then(|l| l.bindings.get(&name.text)).cloned();
            let binding = known.or_else(|| self.import_module(file, module, level, name));
            let binding = binding.unwrap_or_else(|| self.not_found(loaded, module, name));
            self.bind(file, &alias.as_ref().unwrap_or(name).text, binding);
        }
    }

    /// What stands for a name that its module does not have.
    fn not_found(&mut self, loaded: Option<FileId>, module: &Name, name: &Name) -> Binding {
        let Some(loaded) = loaded.and_then(|l| self.files.get(l)) else {
            return Binding::Missing { module: module.text.clone(), span: name.span };
        };
        let message = format!("`{}` has nothing called `{}`", loaded.name, name.text);
        let found = Diagnostic::error(Code::NOT_IMPORTED, message, name.span, "not found there");
        self.diagnostics.push(hint(found, &name.text, loaded.bindings.keys().map(String::as_str)));
        Binding::Broken
    }

    /// `from package import module`, `from . import module`.
    fn import_module(&mut self, file: FileId, package: &Name, level: u32, name: &Name) -> Option<Binding> {
        let dotted = if package.text.is_empty() { name.text.clone() } else { format!("{}.{}", package.text, name.text) };
        self.load(file, &dotted, level, name.span).map(Binding::File)
    }

    /// `from gt4py.cartesian.gtscript import name as alias, …`
    fn import_words(&mut self, file: FileId, module: &Name, names: &[(Name, Option<Name>)]) {
        for (name, alias) in names {
            let own = alias.as_ref().unwrap_or(name).text.clone();
            match (name.text.as_str(), language(&name.text)) {
                // A star brings in words that are known anyway; the others name nothing that a stencil uses.
                ("*" | "annotations" | "externals", _) => {}
                ("gtscript", _) => self.bind(file, &own, Binding::Language),
                (_, Some(binding)) => self.bind(file, &own, binding),
                (_, None) => self.bind(file, &own, Binding::Missing { module: module.text.clone(), span: name.span }),
            }
        }
    }

    fn load(&mut self, importer: FileId, module: &str, level: u32, span: Span) -> Option<FileId> {
        let importer = self.files.get(importer)?.name.clone();
        let (name, text) = self.loader.load(&importer, module, level)?;
        if let Some(known) = self.loaded.get(&name) {
            return Some(*known);
        }
        if self.files.len() >= FILE_LIMIT || self.depth > 50 {
            let message = format!("more than {FILE_LIMIT} files are imported, or imports are nested more than 50 deep");
            self.diagnostics.push(Diagnostic::error(Code::LIMIT, message, span, "the limit is passed here"));
            return None;
        }
        Some(self.file(&name, &text).0)
    }
}

/// The keys of a table of tables.
fn table_names(value: &Expr) -> Vec<Name> {
    let ExprKind::Dict(entries) = &value.kind else { return Vec::new() };
    let keys = entries.iter().filter(|(_, v)| matches!(v.kind, ExprKind::Dict(_))).map(|(key, _)| match &key.kind {
        ExprKind::Text(text) => Some(Name { text: text.clone(), span: key.span }),
        _ => None,
    });
    keys.flatten().collect()
}

/// Modules that need no file: their names are words of the language, or mean nothing to a stencil.
fn is_language(module: &str) -> bool {
    let packages = ["gt4py", "tradewind", "numpy", "math", "typing", "__future__", "__gtscript__"];
    let is_ndsl = ["ndsl", "ndsl.dsl"].contains(&module) || module.starts_with("ndsl.dsl.");
    is_ndsl || module.split('.').next().is_some_and(|first| packages.contains(&first))
}

/// The names of one file, for constants of its top level.
pub struct FileScope<'a> {
    pub files: &'a Files,
    pub file: FileId,
}

impl Lookup for FileScope<'_> {
    fn constant(&self, e: &Expr) -> Option<Constant> {
        match entry(resolve(self.files, self.file, e)?) {
            Constant::Unknown => None,
            known => Some(known),
        }
    }
    fn word(&self, e: &Expr) -> Option<Word> {
        word(self.files, self.file, e)
    }
}

/// The names in the body of a class: its own so far, then those of the file.
struct ClassScope<'a> {
    file: FileScope<'a>,
    members: BTreeMap<String, Constant>,
}

impl Lookup for ClassScope<'_> {
    fn constant(&self, e: &Expr) -> Option<Constant> {
        let own = e.name().and_then(|name| self.members.get(name));
        own.cloned().or_else(|| self.file.constant(e))
    }
    fn word(&self, e: &Expr) -> Option<Word> {
        self.file.word(e)
    }
}

/// What a table holds for a name that is given such a value.
fn entry(value: Binding) -> Constant {
    match value {
        Binding::Constant(known) => known,
        Binding::Function(function) => Constant::Function(function),
        Binding::Word(Word::Axis(axis)) => Constant::Axis(axis),
        _ => Constant::Unknown,
    }
}

/// Whether a decorator or base makes a class an enumeration: `@gtscript.enum`, `IntEnum`.
fn is_enumeration(e: &Expr) -> bool {
    let callee = if let ExprKind::Call(callee, ..) = &e.kind { callee } else { e };
    callee.last_name().is_some_and(|name| matches!(name, "enum" | "Enum" | "IntEnum"))
}
